"""Questions about life and money: under their own purposes, without sensitive rows, kept and gone with consent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, HostKey, Money
from edge_engine.consent.purpose import Gate
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record
from edge_engine.errors import InputError, PurposeDenied
from edge_engine.insights.hypothesis import Answer, InvestsAlready
from tests.unit.insights.stories import every, monthly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_engine.ingestion import Item

KEY = HostKey(bytes(range(32)))
TODAY = date(2026, 6, 30)


def clock() -> FakeClock:
    return FakeClock(datetime(2026, 6, 30, 12, tzinfo=UTC))


def pay(day: date, minor: int, text: str, channel: Channel = Channel.CARD, account: str = "GB1") -> Record:
    return Record(account, day, Money(minor, "GBP"), text, channel=channel)


def life() -> list[Item]:
    """Two years: another employer in October 2025, money left each month, a plan paid into, nothing owed."""
    items: list[Item] = [
        Account("GB1", "GBP", AccountKind.CURRENT),
        Account("GB2", "GBP", AccountKind.SAVINGS),
        Balance("GB1", date(2026, 6, 29), Money(900_000, "GBP")),
        Balance("GB2", date(2026, 6, 29), Money(1_500_000, "GBP")),
    ]
    rows = [
        pay(day, 250_000, "HARROWGATE TEXTILES LTD SALARY") for day in monthly("2024-07-25", 14, shift=-1)
    ]
    rows += [pay(day, 290_000, "PENNARD LOGISTICS SALARY") for day in monthly("2025-10-15", 9, shift=-1)]
    rows += [pay(day, -90_000, "ASHGROVE LETTINGS RENT") for day in monthly("2024-07-01", 24)]
    rows += [pay(day, -6_000, "TESCO STORES 3297 LEEDS") for day in every("2024-07-03", 103, 7)]
    rows += [pay(day, -30_000, "VANGUARD INVESTOR UK") for day in monthly("2025-09-05", 10)]
    return [*items, *sorted(rows, key=lambda row: row.booked)]


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Engine]:
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock()) as engine:
        for purpose in ("categorization", "life_changes", "investment_offers"):
            engine.consent.grant(purpose)
        engine.ingest(life())
        yield engine


QUESTIONS: list[tuple[str, Callable[[Engine], object]]] = [
    ("life_changes", lambda engine: engine.questions.life_changes()),
    ("life_changes", lambda engine: engine.questions.answer_life_change("a", "confirmed")),
    ("investment_offers", lambda engine: engine.questions.investment_appetite()),
    ("investment_offers", lambda engine: engine.questions.answer_investment_appetite("a", "confirmed")),
]


@pytest.mark.parametrize(("purpose", "question"), QUESTIONS)
def test_each_question_needs_its_own_purpose_and_insights_are_not_enough(
    purpose: str, question: Callable[[Engine], object]
) -> None:
    with Engine.in_memory(clock=clock()) as engine:
        for other in ("categorization", "insights", "personalization", "recommendations"):
            engine.consent.grant(other)
        with pytest.raises(PurposeDenied) as denied:
            question(engine)
        assert (denied.value.purpose, denied.value.rule) == (purpose, "not-granted")


def test_another_job_is_asked_about_with_its_payments(asked: Engine) -> None:
    (one,) = asked.questions.life_changes()
    assert (one.kind, one.since, one.answer) == ("job", date(2025, 10, 15), Answer.OPEN)
    rows = {row.id: row for row in asked.transactions(limit=1000).transactions}
    assert one.evidence
    assert all(
        (rows[e.posting].date, rows[e.posting].amount, rows[e.posting].merchant)
        == (e.day, e.amount, e.merchant)
        for e in one.evidence
    )
    assert one.purposes == ("life_changes", "categorization")


def test_what_is_only_supposed_is_not_stored(asked: Engine) -> None:
    asked.questions.life_changes()
    asked.questions.investment_appetite()
    assert asked.consent.withdraw("life_changes").purged == {}
    assert asked.consent.withdraw("investment_offers").purged == {}


def test_what_is_not_true_stays_so_through_restart_and_new_imports(asked: Engine, tmp_path: Path) -> None:
    (one,) = asked.questions.life_changes()
    assert asked.questions.answer_life_change(one.id, "not_true").answer is Answer.NOT_TRUE
    assert asked.questions.life_changes() == []
    asked.close()
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock()) as again:
        again.forget_account("GB1")
        again.ingest(life())
        again.ingest([pay(date(2026, 6, 30), -100, "TESCO STORES 1")])
        assert again.questions.life_changes() == []
        with pytest.raises(InputError):
            again.questions.answer_life_change(one.id, "confirmed")


def test_what_is_confirmed_is_remembered_when_its_payments_are_long_ago(
    asked: Engine, tmp_path: Path
) -> None:
    (one,) = asked.questions.life_changes()
    asked.questions.answer_life_change(one.id, "confirmed")
    (known,) = asked.questions.life_changes()
    assert known.answer is Answer.CONFIRMED
    asked.close()
    later = FakeClock(datetime(2027, 6, 1, 12, tzinfo=UTC))
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=later) as again:
        again.forget_account("GB1")
        (kept,) = again.questions.life_changes()
    assert (kept.id, kept.answer, kept.message) == (one.id, Answer.CONFIRMED, one.message)


def test_an_answer_goes_with_its_purpose_and_not_with_another(asked: Engine) -> None:
    (job,) = asked.questions.life_changes()
    (invests,) = asked.questions.investment_appetite()
    asked.questions.answer_life_change(job.id, "confirmed")
    asked.questions.answer_investment_appetite(invests.id, "not_true")
    assert asked.consent.withdraw("categorization").purged.get("hypothesis_answer") is None
    assert asked.consent.withdraw("life_changes").purged == {"hypothesis_answer": 1}
    assert asked.questions.investment_appetite() == []
    asked.consent.grant("life_changes")
    assert all(one.answer is Answer.OPEN for one in asked.questions.life_changes())


def test_what_is_not_true_stays_so_through_withdrawal_and_consent_anew(asked: Engine) -> None:
    (job,) = asked.questions.life_changes()
    (invests,) = asked.questions.investment_appetite()
    asked.questions.answer_life_change(job.id, "not_true")
    asked.questions.answer_investment_appetite(invests.id, "not_true")
    for purpose in ("life_changes", "investment_offers"):
        assert "hypothesis_answer" not in asked.consent.withdraw(purpose).purged
    kept = asked._vault.connection.execute("SELECT id, body FROM hypothesis_answer ORDER BY id").fetchall()
    assert [(key.partition(":")[0], body) for key, body in kept] == [("investing", b""), ("job", b"")]
    for purpose in ("life_changes", "investment_offers"):
        asked.consent.grant(purpose)
    assert asked.questions.life_changes() == []
    assert asked.questions.investment_appetite() == []


def things(until: date) -> list[Item]:
    """Groceries each week, and from March 2025 on something for a baby every ten days."""
    rows = [pay(day, -6_000, "TESCO STORES 3297 LEEDS") for day in every("2023-01-05", 200, 7)]
    rows += [pay(day, -4_500, "MAMAS & PAPAS LEEDS") for day in every("2025-03-03", 60, 10)]
    kept = sorted((row for row in rows if row.booked < until), key=lambda row: row.booked)
    return [Account("GB1", "GBP", AccountKind.CURRENT), *kept]


def test_a_child_that_was_refused_is_not_asked_about_again_for_payments_of_that_time() -> None:
    ticking = FakeClock(datetime(2025, 6, 30, 12, tzinfo=UTC))
    with Engine.in_memory(clock=ticking) as engine:
        for purpose in ("categorization", "life_changes"):
            engine.consent.grant(purpose)
        engine.ingest(things(date(2025, 6, 30)))
        (one,) = engine.questions.life_changes()
        engine.questions.answer_life_change(one.id, "not_true")
        for months in range(1, 6):
            ticking.advance(timedelta(days=30))
            engine.ingest(things(date(2025, 6, 30) + timedelta(days=30 * months)))
            assert engine.questions.life_changes() == []


@pytest.mark.parametrize("answer", ["open", "maybe", "", "CONFIRMED"])
def test_an_answer_is_one_of_two(asked: Engine, answer: str) -> None:
    (one,) = asked.questions.life_changes()
    with pytest.raises(InputError, match="confirmed or not_true"):
        asked.questions.answer_life_change(one.id, answer)


def test_who_pays_into_a_plan_is_asked_whether_they_invest(asked: Engine) -> None:
    (one,) = asked.questions.investment_appetite()
    assert one.message == InvestsAlready(Money(30_000, "GBP"))
    assert {"invest_regular", "surplus_stable", "buffer_enough"} <= set(one.signs)
    assert {evidence.merchant for evidence in one.evidence} >= {"vanguard investor"}
    confirmed = asked.questions.answer_investment_appetite(one.id, "confirmed")
    (again,) = asked.questions.investment_appetite()
    assert (confirmed.answer, again.answer) == (Answer.CONFIRMED, Answer.CONFIRMED)


def test_life_changes_never_see_sensitive_rows(asked: Engine) -> None:
    with asked._vault.reading(asked._grants.grant("life_changes", Gate.READ)) as reader:
        assert not reader._grant.sensitive


def test_forecasts_are_compared_when_their_week_is_told(tmp_path: Path) -> None:
    ticking = clock()
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=ticking) as engine:
        engine.consent.grant("insights")
        engine.ingest(life())
        empty = engine.forecast_coverage()
        assert (empty.n, empty.waiting, empty.since, empty.within) == (0, 0, None, None)
        (ahead,) = engine.forecast()
        engine.forecast()
        ticking.advance(timedelta(days=2))
        engine.forecast()  # within the week: it would tell the same once more
        waiting = engine.forecast_coverage().waiting
        assert waiting == len(ahead.weeks) + len(ahead.outflow)

        ticking.advance(timedelta(days=20))
        assert engine.forecast_coverage().n == 0  # nothing is told of those weeks
        rows = [pay(TODAY + timedelta(days=n), -6_000, f"TESCO STORES {n}") for n in range(1, 20)]
        engine.ingest(rows)
        found = engine.forecast_coverage()
        assert {one.weeks for one in found.horizons} == {1, 2}
        assert {one.quantity for one in found.horizons} >= {"balance"}
        assert found.since == TODAY
        assert found.n + found.waiting == waiting
        balance = 900_000 - 7 * 6_000
        first = ahead.weeks[0]
        one = next(one for one in found.horizons if (one.quantity, one.weeks) == ("balance", 1))
        assert one.n == 1
        assert bool(one.within) is (first.p10.minor <= balance <= first.p90.minor)

        # Through a restart they are still there, and they go with their purpose.
        assert engine.consent.withdraw("insights").purged["forecast"] == waiting
        with pytest.raises(PurposeDenied):
            engine.forecast_coverage()
