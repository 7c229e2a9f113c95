"""You: what is supposed of your habits and your life, with the payments that say so; confirm, correct, forget."""

from __future__ import annotations

from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.center.rendering import count, percent
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Look, Page, Visit
from edge_engine.decisions.facts import FACTS, Kind
from edge_engine.errors import InputError
from edge_engine.insights import words
from edge_engine.insights.trait import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.insights.hypothesis import Hypothesis
    from edge_engine.insights.profile import Profile
    from edge_engine.insights.trait import Trait
    from edge_engine.views import TransactionView

TITLE = "You"
_MOST: Final = 20_000
_EVIDENCE: Final = 8
_SAYS: Final = {"inferred": "supposed", "confirmed": "you confirmed it", "stated": "you said so"}
_SHARES: Final = frozenset(
    (
        "price_sensitivity", "travel", "bill_discipline", "investing_appetite", "engagement", "income_stability",
        "spare_share", "debt_share",
    )
)  # fmt: skip
_MEASURED: Final = {
    "spare_share": "Your usual pay less what you usually spend; what goes into savings or investments counts as left, "
    "and money back as not spent. A review of a loan compares all that came in with all that went out, month by month, "
    "so the two can differ.",
}
"""What a figure measures, where another page has one that sounds like it."""

_UNITS: Final = {"days_known": "days", "buffer_days": "days", "savings_months": "months"}
_ANSWERS: Final = ("confirmed", "not_true")
_QUESTIONS: Final = ("life", "appetite")


def show(visit: Visit) -> Page:
    """Return the page; its parts are worked out one after the other while it is sent."""
    known = cache(
        lambda: {
            one.id: one for one in visit.ask("transactions", operations.Transactions(_MOST)).transactions
        }
    )
    return Page(
        "you.html",
        {
            "profile": lambda: _profile(visit, known),
            "questions": [(name, partial(_questions, visit, name)) for name in _QUESTIONS],
            "headings": {"life": "Changes in your life", "appetite": "Investing"},
            "says": _SAYS,
            "names": {name: fact.says for name, fact in FACTS.items()},
        },
    )


def _profile(visit: Visit, known: Callable[[], Mapping[int, TransactionView]]) -> Look:
    look = visit.look("profile")
    if look.value is None:
        return look
    one: Profile = look.value
    return Look({"one": one, "traits": [_trait(trait, known()) for trait in one.traits]})


def _trait(one: Trait, known: Mapping[int, TransactionView]) -> dict[str, Any]:
    fact = FACTS[one.name]
    seen = [known[key] for key in reversed(one.evidence) if key in known]
    return {
        "one": one,
        "says": fact.says,
        "value": value_in_words(one.name, one.value),
        "options": fact.words if fact.kind is Kind.WORD else (),
        "evidence": seen[:_EVIDENCE],
        "rests": _rests(one),
        "measured": _MEASURED.get(one.name, ""),
        "unit": "in percent" if one.name in _SHARES else _UNITS.get(one.name, ""),
        "entered": _entered(one),
    }


def value_in_words(name: str, value: float | str) -> str:
    """Write a trait's value: a word, a share, or a number with its unit."""
    if isinstance(value, str):
        return value.replace("_", " ")
    if name in _SHARES:
        return percent(value)
    digits = 0 if _UNITS.get(name) == "days" else 1
    written = f"{value + 0.0:,.{digits}f}"
    short = written.removesuffix(".0")
    return f"{short} {_UNITS[name]}" if name in _UNITS else short


def _entered(one: Trait) -> str:
    """Return the value as it stands in the field where it can be changed."""
    if isinstance(one.value, str):
        return one.value
    return f"{one.value * (100 if one.name in _SHARES else 1):.6g}"


def _rests(one: Trait) -> str:
    told = sum(event.n for event in one.events)
    parts = [count(len(one.evidence), "payment")] if one.evidence else []
    parts += [count(told, "app event")] if told else []
    totals = "your own word" if one.source is not Source.INFERRED else "totals of your accounts"
    return " and ".join(parts) or totals


def _questions(visit: Visit, name: str) -> Look:
    look = visit.look(name)
    if look.value is None:
        return look
    asked: list[Hypothesis] = look.value
    return Look([{"one": one, "sure": _sure(one.confidence), "evidence": _signs(one)} for one in asked])


def _sure(confidence: float) -> str:
    tenths = round(10 * confidence)
    return f"about {tenths} in 10" if tenths < 10 else "more than 9 in 10"


def _signs(one: Hypothesis) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"day": e.day, "amount": e.amount, "who": words.name(e.merchant), "why": words.sign(e.sign)}
        for e in one.evidence
    ]
    told = {e.sign for e in one.evidence}
    rows += [
        {"day": None, "amount": None, "who": "", "why": words.sign(key)}
        for key in one.signs
        if key not in told
    ]
    return rows


def answer(visit: Visit) -> Back:
    """Keep whether a trait is so; "not true" is for ever."""
    name, said = visit.word("name"), visit.word("answer")
    visit.ask("profile.answer", operations.AnswerTrait(name, said))
    title = FACTS[name].says if name in FACTS else name
    told = "Kept: it is so." if said == "confirmed" else "Forgotten, and never inferred again."
    visit.session.notices.append(Notice(f"{title[:1].upper()}{title[1:]}. {told}"))
    return Back("you")


def tell(visit: Visit) -> Back:
    """Keep the person's own word of a trait, or take it back."""
    name = visit.word("name")
    text = visit.form.get("value", "").strip()
    value: float | str | None = None
    if visit.form.get("clear") != "yes":
        if not text:
            raise InputError("write what is so, or take your word back")
        value = _value(name, text)
    visit.ask("profile.set", operations.SetTrait(name, value))
    visit.session.notices.append(
        Notice("Your word is taken back." if value is None else "Kept: your own word.")
    )
    return Back("you")


def _value(name: str, text: str) -> float | str:
    """Return a number where it is one; shares are written in percent."""
    with suppress(ValueError):
        return float(text) / (100 if name in _SHARES else 1)
    return text


def reply(visit: Visit) -> Back:
    """Keep the answer to a question about life or investing; "not true" is for ever."""
    which, said = visit.word("which"), visit.word("answer")
    if which not in _QUESTIONS or said not in _ANSWERS:
        raise InputError("a question is answered with yes, or with not true")
    visit.ask(f"{which}.answer", operations.AnswerHypothesis(visit.word("id"), said))
    told = (
        "Kept: it is so."
        if said == "confirmed"
        else "Kept: it is not true. You will not be asked this again."
    )
    visit.session.notices.append(Notice(told))
    return Back("you")


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {
    "answer": answer,
    "tell": tell,
    "reply": reply,
}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
