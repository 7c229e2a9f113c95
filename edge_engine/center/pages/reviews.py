"""Reviews: what waits for a person's word, exactly what it is, and the word: the person's own or an adviser's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine import operations
from edge_engine.actions.review import APPROVE, REJECT, STATEMENT, VERDICTS, Statement
from edge_engine.center.rendering import money
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Page, Visit
from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights.affordability import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.actions.review import Content, Evidence, ReviewView, Shown

TITLE = "Reviews"
HOLDS: Final = timedelta(days=1)
"""How long a signature that is made here holds."""

_OPEN: Final = ("pending", "asked")
_LEVELS: Final = {
    1: "you confirm it yourself",
    2: "it has to suit you, and you confirm it",
    3: "another human decides",
}
_MONEY_TERMS: Final = frozenset(
    ("amount", "monthly", "per_purchase", "per_week", "per_month", "per_sweep", "floor", "unit")
)
_MEASURED: Final = {
    "usual_income": "Usual income here: all that came in within a month, whatever it was, without moves between your "
    "own accounts; of the latest whole months the middle one.",
    "usually_left": "Usually left here: all that came in less all that went out within a month, of the latest whole "
    "months the middle one; what is invested counts as gone. “You” compares usual pay with usual spending, and counts "
    "what is invested or put aside as left, so the two can differ.",
}
"""What a figure measures, where another page has one that sounds like it."""


_NAMES: Final = {
    "affordability": "Whether it could be borne",
    "instalment": "The instalment",
    "months_known": "Months of income that are known",
    "known_bills": "Known bills a month",
    "paid_on_debts": "Paid on debts a month",
    "usual_income": "Usual income",
    "usually_left": "Usually left",
    "could_be_borne": "Could be borne a month",
    "risk_permille": "Chance that money runs out within weeks",
    "lowest_floor": "Lowest balance within weeks, at its low end",
    "reasons": "Why",
}
"""Names of an assessment's figures, in words."""


def show(visit: Visit) -> Page:
    """Return the queue, or one review as the person or an adviser sees it."""
    key = visit.query.get("id", "")
    if key:
        return _one(visit, key)
    look = visit.look("reviews")
    every: list[ReviewView] = look.value or []
    return Page(
        "reviews.html",
        {
            "look": look,
            "waiting": [one for one in every if one.state in _OPEN],
            "done": [one for one in every if one.state not in _OPEN],
            "rates": visit.look("reviews.rates").value or [],
            "levels": _LEVELS,
            "allowed": visit.desk.engine.consent.explain("adviser_review"),
        },
    )


def _one(visit: Visit, key: str) -> Page:
    signer = visit.desk.surroundings.signer
    as_adviser = visit.query.get("as") == "adviser"
    adviser = signer.adviser if signer is not None and as_adviser else ""
    look = visit.look("reviews.show", operations.OneReview(key, adviser))
    shown: Shown | None = look.value
    view = next((one for one in visit.look("reviews").value or [] if one.id == key), None)
    return Page(
        "review.html",
        {
            "look": look,
            "key": key,
            "view": view,
            "shown": shown,
            "facts": [] if shown is None else _facts(shown.content),
            "evidence": [] if shown is None else _evidence(visit, shown.content),
            "measured": [] if shown is None else _measured(shown.content),
            "levels": _LEVELS,
            "open": view is not None and view.state in _OPEN,
            "mine": view is not None and view.level < 3,
            "adviser": "" if signer is None else signer.adviser,
            "as_adviser": as_adviser,
            "allowed": visit.desk.engine.consent.explain("adviser_review"),
        },
    )


def _facts(content: Content) -> list[tuple[str, str]]:
    """Return what would be done, in words for people."""
    currency = content.terms.get("currency")
    return [
        (name.replace("_", " "), _term(name, value, currency if isinstance(currency, str) else ""))
        for name, value in content.terms.items()
    ]


def _evidence(visit: Visit, content: Content) -> list[dict[str, Any]]:
    """Return the figures of the evidence in words; the digest is of what stands behind them."""
    policy = visit.desk.engine.consent.policy
    verdict = next((str(one.value) for one in content.evidence if one.name == "affordability"), "")
    return [
        {
            "name": _NAMES.get(one.name, one.name.replace("_", " ")),
            "value": _worth(one, verdict),
            "data": policy.data[one.data].title if one.data in policy.data else one.data,
            "purposes": [visit.title(name) for name in one.purposes],
        }
        for one in content.evidence
    ]


def _worth(one: Evidence, verdict: str) -> str:
    if isinstance(one.value, Money):
        return money(one.value)
    if one.name == "risk_permille":
        return f"{one.value} in 1,000"
    if one.name == "reasons":
        return "; ".join(reason(name, verdict) for name in str(one.value).split())
    return str(one.value).replace("_", " ")


def _measured(content: Content) -> list[str]:
    """Return what figures of the evidence measure."""
    return [_MEASURED[one.name] for one in content.evidence if one.name in _MEASURED]


def _term(name: str, value: str | int, currency: str) -> str:
    if name in _MONEY_TERMS and isinstance(value, int) and currency:
        return money(Money(value, currency))
    return str(value)


def approve(visit: Visit) -> Back:
    """Approve: the person by the digest of what they saw."""
    return _decide(visit, APPROVE)


def reject(visit: Visit) -> Back:
    """Reject: the person by the digest of what they saw."""
    return _decide(visit, REJECT)


def _decide(visit: Visit, verdict: str) -> Back:
    key = visit.word("id")
    request = operations.DecideReview(key, seen=visit.word("seen"))
    return _said(visit, visit.ask(f"reviews.{verdict}", request))


def sign(visit: Visit) -> Back:
    """Decide as an adviser: by the key of the one whom this host plays, or by a statement signed elsewhere."""
    key, verdict = visit.word("id"), visit.word("verdict")
    if verdict not in VERDICTS:
        raise InputError("a verdict is approve, reject or ask")
    signed = visit.form.get("signed", "").strip()
    if not signed:
        signer = visit.desk.surroundings.signer
        if signer is None:
            raise InputError("no adviser signs here; paste the statement that theirs signed")
        statement = _statement(visit, signer.adviser)
        signed = msgspec.json.encode(signer.sign(statement)).decode()
    return _said(visit, visit.ask(f"reviews.{verdict}", operations.DecideReview(key, signed=signed)))


def statement(visit: Visit) -> Download:
    """Return exactly what an adviser's program has to sign: canonical JSON."""
    made = _statement(visit, visit.word("adviser"))
    return Download(f"review-{made.review[:8]}.json", "application/json", made.canonical())


def _statement(visit: Visit, adviser: str) -> Statement:
    """Return what an adviser would sign; it names the digest of what they saw."""
    now = visit.desk.engine.consent.now()
    verdict = visit.word("verdict")
    if verdict not in VERDICTS:
        raise InputError("a verdict is approve, reject or ask")
    return Statement(
        type=STATEMENT,
        review=visit.word("id"),
        content=visit.word("seen"),
        verdict=verdict,
        adviser=adviser,
        at=int(now.timestamp()),
        until=int((now + HOLDS).timestamp()),
        note=visit.form.get("note", "").strip(),
    )


def answer(visit: Visit) -> Back:
    """Answer what an adviser asked."""
    return _said(
        visit, visit.ask("reviews.answer", operations.AnswerReview(visit.word("id"), visit.word("words")))
    )


def _said(visit: Visit, view: ReviewView) -> Back:
    by = f" by {view.approver.replace('_', ' ')}" if view.approver else ""
    visit.session.notices.append(Notice(f"{view.title}: {view.state}{by}."))
    return Back(f"reviews?id={view.id}")


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {
    "approve": approve,
    "reject": reject,
    "sign": sign,
    "statement": statement,
    "answer": answer,
}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
