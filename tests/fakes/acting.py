"""Advisers with keys, a store whose person agreed to what acting needs, and shortcuts to approved reviews."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_engine import Engine, FakeClock, HostKey, Money
from edge_engine.actions.automation import LowEnd, Purchase
from edge_engine.actions.review import STATEMENT, Evidence, Signed, Statement, Term, sign
from edge_engine.actions.rules import ActionRules

if TYPE_CHECKING:
    from pathlib import Path

NOW: Final = datetime(2026, 6, 30, 12, tzinfo=UTC)
KEY: Final = HostKey(bytes(range(32)))
PURPOSES: Final = (
    "insights",
    "automatic_saving",
    "credit_prescreening",
    "loan_application",
    "adviser_review",
    "recommendations",
)

DESK: Final = Ed25519PrivateKey.from_private_bytes(b"d" * 32)
SECOND: Final = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
STRANGER: Final = Ed25519PrivateKey.from_private_bytes(b"s" * 32)

MANDATE: Final[dict[str, Term]] = {
    "from_account": "GB1",
    "to_account": "GB2",
    "currency": "GBP",
    "unit": 100,
    "per_purchase": 90,
    "per_week": 10_000,
    "floor": 5_000,
}
LOAN: Final[dict[str, Term]] = {
    "product": "personal",
    "account": "GB1",
    "amount": 250_000,
    "currency": "GBP",
    "term_months": 24,
    "monthly": 11_200,
}
FACTS: Final = (
    Evidence("monthly_income", "pd:Income", ("insights",), Money(240_000, "GBP")),
    Evidence("affordable", "pd:CreditWorthiness", ("credit_prescreening",), "yes"),
)


def shipped(name: str) -> str:
    return (resources.files("edge_engine_policies") / name).read_text("utf-8")


def adviser(name: str, key: Ed25519PrivateKey, extra: str = "", reviews: str = '"loan"') -> str:
    return (
        f'\n[[adviser]]\nid = "{name}"\nname = "Adviser {name}"\nkey = "{key.public_key().public_bytes_raw().hex()}"\n'
        f"reviews = [{reviews}]\nsince = 2026-01-01\n{extra}\n"
    )


ADVISERS: Final = adviser("desk", DESK) + adviser("second", SECOND)


def rules(advisers: str = ADVISERS) -> ActionRules:
    return ActionRules.parse(shipped("reviews.toml") + advisers, shipped("workflows.toml"))


def opened(folder: Path, clock: FakeClock | None = None, with_rules: ActionRules | None = None) -> Engine:
    """Open, or make, a store whose person agreed to everything that acting needs."""
    engine = Engine.open(folder, key=KEY, clock=clock or FakeClock(NOW), rules=with_rules or rules())
    if not any(one.granted for one in engine.consent.state() if one.purpose == "insights"):
        for purpose in PURPOSES:
            engine.consent.grant(purpose)
    return engine


def agreed(clock: FakeClock, with_rules: ActionRules | None = None) -> Engine:
    """The same in memory."""
    engine = Engine.in_memory(clock=clock, rules=with_rules or rules())
    for purpose in PURPOSES:
        engine.consent.grant(purpose)
    return engine


def signed(
    engine: Engine,
    review: str,
    verdict: str = "approve",
    *,
    who: str = "desk",
    key: Ed25519PrivateKey = DESK,
    **change: Any,  # noqa: ANN401 - a statement's fields
) -> Signed:
    """An adviser's word about exactly what is shown, or about something else where told so."""
    shown = engine.reviews.show(review)
    now = int(engine._clock.now().timestamp())
    values: dict[str, Any] = {
        "type": STATEMENT,
        "review": review,
        "content": shown.digest,
        "verdict": verdict,
        "adviser": who,
        "at": now,
        "until": now + 86_400,
        "note": "",
    }
    return sign(Statement(**(values | change)), key)


def mandate(engine: Engine, **change: Term) -> str:
    """A round-up mandate that the person confirmed."""
    made = engine.reviews.propose("round_up_saving", MANDATE | change)
    engine.reviews.approve(made.id, seen=engine.reviews.show(made.id).digest)
    return made.id


def proposed_loan(engine: Engine, **change: Term) -> str:
    """A loan that waits for an adviser."""
    return engine.reviews.propose("loan", LOAN | change, evidence=FACTS, advice="approve").id


def approved_loan(engine: Engine, **change: Term) -> str:
    """A loan that an adviser approved."""
    review = proposed_loan(engine, **change)
    engine.reviews.approve(review, signed=signed(engine, review))
    return review


def purchase(number: int, minor: int = 1234, at: datetime = NOW) -> Purchase:
    return Purchase(f"p{number}", "GB1", Money(minor, "GBP"), at + timedelta(seconds=1))


LOW: Final = LowEnd(Money(1_000_000, "GBP"), NOW - timedelta(hours=1))
