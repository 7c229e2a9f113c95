"""A person whose pay is late and whose bills are many: a store in memory for whoever looks at it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from edge_engine import Engine, FakeClock
from edge_engine.actions.review import Signed, Statement, Term, sign
from edge_engine.cli.day import rules
from edge_engine.domain.money import Money
from edge_engine.simulation import day
from tests.fakes.acting import DESK

if TYPE_CHECKING:
    from edge_engine import Reporting

TODAY: Final = date(2026, 6, 15)
NOW: Final = datetime(2026, 6, 15, 12, tzinfo=UTC)
ALL: Final = (
    "categorization",
    "insights",
    "life_changes",
    "personalization",
    "recommendations",
    "automatic_saving",
    "investment_offers",
    "credit_prescreening",
    "adviser_review",
    "aggregate_statistics",
)
DESK_ID: Final = "credit_desk"


class Signs:
    """An adviser who is at hand."""

    adviser = DESK_ID

    def sign(self, statement: Statement) -> Signed:
        """Sign whatever is given."""
        return sign(statement, DESK)


def person(*purposes: str, clock: FakeClock | None = None, reporting: Reporting | None = None) -> Engine:
    """Return an engine with fourteen months of a person's money and these purposes granted."""
    key = DESK.public_key().public_bytes_raw().hex()
    engine = Engine.in_memory(clock=clock or FakeClock(NOW), rules=rules(key), reporting=reporting, seed=1)
    engine.suggestions.zone = UTC
    for purpose in purposes:
        engine.consent.grant(purpose)
    engine.ingest(day.before(TODAY))
    return engine


def ask_for_a_loan(engine: Engine) -> str:
    """Put a loan before the adviser and return its review."""
    currency = day.CURRENCY
    amount, monthly = Money(500_000, currency), Money(16_000, currency)
    return engine.propose_loan(
        amount, 36, monthly, product="personal", account=day.MAIN, proposer="person"
    ).id


def ask_for_a_saving(engine: Engine) -> str:
    """Put a saving before the person and return its review."""
    terms: dict[str, Term] = {
        "from_account": day.MAIN,
        "to_account": day.POT,
        "currency": day.CURRENCY,
        "unit": 100,
        "per_purchase": 99,
        "per_week": 1_000,
        "floor": 20_000,
    }
    return engine.reviews.propose("round_up_saving", terms).id
