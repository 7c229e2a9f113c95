"""The moment of truth: something happens, and the engine answers at once, or is silent."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Record
from edge_engine.errors import Closed, InputError, PurposeDenied
from edge_engine.situation import Situations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.actions.decision import Decision
    from edge_engine.insights.knowledge import Known

TODAY = date(2026, 5, 6)
GRANTED = ("categorization", "insights", "recommendations")
MAIN = Account("GB1", "GBP", AccountKind.CURRENT)


def pounds(amount: float) -> Money:
    return Money(round(100 * amount), "GBP")


def life(balance: float = 900) -> Iterator[Account | Record | Balance]:
    """Yield 14 months of pay, rent, power and food."""
    yield MAIN
    day, n = date(2025, 3, 1), 0
    while day < TODAY:
        n += 1
        if day.day == 28:
            yield Record("GB1", day, pounds(2100), "ACME LTD SALARY", external_id=f"pay{n}")
        if day.day == 1:
            yield Record("GB1", day, pounds(-950), "RENT J SMITH LETTINGS", external_id=f"rent{n}")
        if day.day == 12:
            yield Record("GB1", day, pounds(-80), "BRITISH GAS ENERGY", external_id=f"gas{n}")
        if day.weekday() in (1, 4):
            yield Record("GB1", day, pounds(-38 - n % 5), "TESCO STORES 2041", external_id=f"food{n}")
        day += timedelta(days=1)
    yield Balance("GB1", TODAY - timedelta(days=1), pounds(balance))


@pytest.fixture
def engine() -> Iterator[Engine]:
    clock = FakeClock(datetime(2026, 5, 6, 12, tzinfo=UTC))
    with Engine.in_memory(clock=clock, seed=1) as one:
        for purpose in GRANTED:
            one.consent.grant(purpose)
        one.ingest(life())
        yield one


def paid(amount: float, text: str, key: str = "x") -> list[Record]:
    return [Record("GB1", TODAY, pounds(-amount), text, external_id=key)]


def offered(decision: Decision) -> str | None:
    return None if decision.suggestion is None else decision.suggestion.offer


def test_a_large_payment_that_leaves_money_short_is_answered_at_once(engine: Engine) -> None:
    before = engine.decide()
    assert not any(step.offer == "bill_move" and step.kept for step in before.trace.steps)
    came = engine.react(paid(1400, "ROOF REPAIRS"))
    report, decision = came.report, came.decision
    assert report.added == 1
    step = next(one for one in decision.trace.steps if one.offer == "bill_move")
    assert step.subject
    engine.suggestions.say_money_is_short()
    assert offered(engine.decide()) in {"support_guide", "hardship_support"}


def test_a_usual_payment_changes_nothing(engine: Engine) -> None:
    engine.decide()
    known = engine.suggestions._situation
    before = known(engine.suggestions._grant()).moments
    engine.react(paid(39, "TESCO STORES 2041"))
    assert known.at_once(engine.suggestions._grant()).moments == before


def test_at_once_and_a_look_at_everything_agree_on_what_one_payment_can_change(engine: Engine) -> None:
    """By the same rules: money gets short, a bill of another height comes, pay falls."""
    from edge_engine.insights.event import AT_ONCE  # noqa: PLC0415 - numpy loads when first needed

    engine.decide()
    grant = engine.suggestions._grant()
    known = engine.suggestions._situation
    seen: set[str] = set()
    events = [(1400, "ROOF REPAIRS"), (190, "BRITISH GAS ENERGY"), (-1500, "ACME LTD SALARY"), (20, "A CAFE")]
    for n, (amount, text) in enumerate(events):
        engine.ingest(paid(amount, text, f"n{n}"))
        quick = {one.kind for one in known.at_once(grant).moments if one.kind in AT_ONCE}
        assert quick == {one.kind for one in known(grant).moments if one.kind in AT_ONCE}, text
        seen |= quick
    assert "liquidity_shortfall" in seen


def looked(known: Situations) -> Known:
    """Return what the latest look, at everything or at once, made of it."""
    assert known._held is not None
    return known._held.known


@pytest.mark.parametrize("stated", [None, 0, 1], ids=["nothing", "today", "yesterday"])
def test_at_once_holds_what_a_whole_look_holds_whatever_the_bank_states_meanwhile(
    engine: Engine, stated: int | None
) -> None:
    engine.decide()
    grant = engine.suggestions._grant()
    known = engine.suggestions._situation
    assert isinstance(known, Situations)
    engine.ingest(paid(30, "A GARDEN CENTRE", "first"))
    known.at_once(grant)
    news: list[Record | Balance] = [*paid(410, "A BOILER REPAIR", "second")]
    if stated is not None:
        news.append(Balance("GB1", TODAY - timedelta(days=stated), pounds(777)))
    engine.ingest(news)
    known.at_once(grant)
    quick = looked(known)
    known(grant)
    whole = looked(known)
    assert quick.balances == whole.balances
    assert [one.balance for one in quick.outlooks] == [one.balance for one in whole.outlooks]
    for one in quick.outlooks:
        assert list(one.chances) == sorted(one.chances)
        assert len(one.chances) == len(one.weeks)
        assert (one.first_below is not None) is (
            one.balance.minor < 0 or any(at.p50.minor < 0 for at in one.weeks)
        )
    assert quick.postings.ids.tolist() == whole.postings.ids.tolist()
    assert {one.merchant for one in quick.streams} == {one.merchant for one in whole.streams}


def test_a_payment_that_was_expected_moves_no_outlook_and_one_of_the_past_is_put_in_its_place(
    engine: Engine,
) -> None:
    engine.decide()
    grant = engine.suggestions._grant()
    known = engine.suggestions._situation
    assert isinstance(known, Situations)
    (before,) = looked(known).outlooks
    due = next(one for one in before.coming if "gas" in one.merchant)
    clock = engine._clock
    assert isinstance(clock, FakeClock)
    engine.ingest([Record("GB1", TODAY, due.amount, "BRITISH GAS ENERGY", external_id="due")])
    known.at_once(grant)
    (after,) = looked(known).outlooks
    assert after.balance.minor == before.balance.minor + due.amount.minor
    assert [week.p50 for week in after.weeks] == [week.p50 for week in before.weeks]
    assert due not in after.coming
    engine.ingest([Record("GB1", TODAY - timedelta(days=40), pounds(-5), "A KIOSK", external_id="old")])
    known.at_once(grant)
    days = looked(known).postings.days.tolist()
    assert days == sorted(days)


def test_a_balance_alone_that_fell_is_answered_at_once(engine: Engine) -> None:
    engine.decide()
    engine.react([Balance("GB1", TODAY, pounds(-650))])
    kinds = {one.kind for one in engine.suggestions._situation.at_once(engine.suggestions._grant()).moments}
    assert "liquidity_shortfall" in kinds
    assert kinds == {one.kind for one in engine.suggestions._situation(engine.suggestions._grant()).moments}


def test_at_once_hears_what_was_corrected_set_and_refused(engine: Engine) -> None:
    engine.consent.grant("personalization")
    engine.decide()
    engine.answer_trait("income_stability", "not_true")
    engine.set_trait("travel", 0.9)
    engine.react(paid(3, "A KIOSK"))
    facts = engine.suggestions._situation.at_once(engine.suggestions._grant()).facts
    assert "income_stability" not in facts
    assert facts["travel"].value == 0.9


def test_much_at_once_is_a_feed_and_everything_is_looked_at(engine: Engine) -> None:
    engine.decide()
    many = [Record("GB1", TODAY, pounds(-1), f"SHOP {n}", external_id=f"m{n}") for n in range(60)]
    came = engine.react(many)
    report, decision = came.report, came.decision
    assert report.added == 60
    assert decision.trace.steps


def test_without_consent_nothing_is_taken_in(engine: Engine) -> None:
    engine.consent.withdraw("recommendations")
    with pytest.raises(PurposeDenied):
        engine.react(paid(5, "A CAFE"))
    engine.consent.grant("recommendations")
    with pytest.raises(InputError):
        engine.react(paid(5, "A CAFE"), channel="push")
    assert all(one.description != "A CAFE" for one in engine.transactions(limit=50).transactions)


def test_what_was_refused_of_the_profile_decides_nothing(engine: Engine) -> None:
    engine.consent.grant("personalization")
    engine.answer_trait("income_stability", "not_true")
    trace = engine.decide().trace
    (credit,) = [step for step in trace.steps if step.offer == "card_limit"]
    assert (credit.kept, credit.rule) == (False, "not-eligible")


def test_sensitive_spending_never_reaches_a_decision(engine: Engine) -> None:
    plain = engine.suggestions._situation(engine.suggestions._grant())
    engine.ingest(paid(600, "LADBROKES BETTING", "bet") + paid(300, "BOOTS PHARMACY", "pills"))
    for one in engine.transactions(limit=2).transactions:
        engine.correct(one.id, "leisure.gambling")
    engine.ingest([Balance("GB1", TODAY, pounds(900))])
    after = engine.suggestions._situation(engine.suggestions._grant())
    assert {one.kind for one in after.moments} == {one.kind for one in plain.moments}
    assert "spare_share" in after.facts
    assert after.facts["spare_share"] == plain.facts["spare_share"]


def test_a_decision_lives_as_long_as_its_consent(engine: Engine) -> None:
    decision = engine.decide()
    assert engine.suggestions.one(decision.id).trace is not None
    engine.consent.withdraw("recommendations")
    with pytest.raises(InputError):
        engine.suggestions.one(decision.id)


def test_a_closed_engine_decides_nothing_and_one_that_nobody_holds_is_gone(engine: Engine) -> None:
    engine.decide()
    engine.close()
    with pytest.raises(Closed):
        engine.decide()
    other = Engine.in_memory()
    other.consent.grant("recommendations")
    other.decide()
    gone = weakref.ref(other)
    del other
    gc.collect(0)
    assert gone() is None


def test_the_same_seed_decides_the_same() -> None:
    found = []
    for _ in range(2):
        with Engine.in_memory(clock=FakeClock(datetime(2026, 5, 6, 12, tzinfo=UTC)), seed=7) as one:
            for purpose in GRANTED:
                one.consent.grant(purpose)
            one.ingest(life(6000))
            found.append([offered(one.decide()) for _ in range(3)])
    assert found[0] == found[1]


def test_rules_of_decisions_are_some() -> None:
    with pytest.raises(InputError, match=r"DecisionRules\.load"):
        Engine.in_memory(decisions="offers")  # type: ignore[arg-type]


# -- loans -----------------------------------------------------------------------------------------------------------


def test_a_loan_is_assessed_and_every_assessment_may_go_to_a_human(engine: Engine) -> None:
    engine.consent.grant("credit_prescreening")
    engine.consent.grant("adviser_review")
    small = engine.assess(pounds(1200), 24, pounds(55))
    large = engine.assess(pounds(60_000), 24, pounds(2700))
    assert small.burden < large.burden
    assert large.advice == ""
    for amount, monthly in ((1200, 55), (60_000, 2700)):
        made = engine.propose_loan(pounds(amount), 24, pounds(monthly), product="personal", account="GB1")
        assert made.state == "pending"
    assert {one.name for one in large.figures} >= {"instalment", "usual_income", "could_be_borne"}


def test_of_somebody_unknown_nothing_is_said_and_a_human_may_still_decide() -> None:
    with Engine.in_memory(clock=FakeClock(datetime(2026, 5, 6, 12, tzinfo=UTC))) as fresh:
        with pytest.raises(PurposeDenied):
            fresh.assess(pounds(1200), 24, pounds(55))
        fresh.consent.grant("credit_prescreening")
        said = fresh.assess(pounds(1200), 24, pounds(55))
        assert (said.verdict, said.bearable, said.advice) == ("cannot tell", None, "")
        with pytest.raises(InputError, match="are Money"):
            fresh.assess(1200, 24, 55)  # type: ignore[arg-type]
        with pytest.raises(InputError):
            fresh.assess(pounds(1200), 0, pounds(55))


# -- what is told of money -------------------------------------------------------------------------------------------


def test_below_zero_now_is_told_as_such(engine: Engine) -> None:
    engine.ingest([Balance("GB1", TODAY, pounds(-20))])
    (one,) = [one for one in engine.moments() if one.type == "liquidity_shortfall"]
    assert (one.message.key, one.severity) == ("below_zero", "urgent")


def test_nothing_is_to_be_put_aside_by_old_news_or_while_pay_is_late() -> None:
    clock = FakeClock(datetime(2026, 5, 6, 12, tzinfo=UTC))
    with Engine.in_memory(clock=clock) as one:
        for purpose in GRANTED:
            one.consent.grant(purpose)
        one.ingest(life(9000))
        assert "safe_to_save" in {found.type for found in one.moments()}
        clock.advance(timedelta(days=30))
        assert "safe_to_save" not in {found.type for found in one.moments()}


def test_gambling_moves_no_outlook_of_a_moment() -> None:
    found = []
    for bets in (0, 60):
        with Engine.in_memory(clock=FakeClock(datetime(2026, 5, 6, 12, tzinfo=UTC))) as one:
            for purpose in GRANTED:
                one.consent.grant(purpose)
            rows: list[Account | Balance | Record] = list(life(900))
            for week in range(bets):
                day = TODAY - timedelta(days=7 * week + 2)
                rows.append(Record("GB1", day, pounds(-45), "BET365", external_id=f"bet{week}", mcc=7995))
            one.ingest(rows)
            found.append([(moment.id, moment.message) for moment in one.moments()])
    assert found[0] == found[1]


def test_what_a_look_leaves_in_memory_lasts_no_longer_than_its_consents_and_what_was_told() -> None:
    """A new day and a new payment use it; a consent, a correction or a forgotten account begin anew."""
    clock = FakeClock(datetime(2026, 5, 6, 12, tzinfo=UTC))
    with Engine.in_memory(clock=clock, seed=1) as engine:
        for purpose in GRANTED:
            engine.consent.grant(purpose)
        engine.ingest(life())
        known = engine.suggestions._situation
        assert isinstance(known, Situations)

        def remembered() -> object:
            engine.decide()
            assert known._memory is not None
            return known._memory[1]

        first = remembered()
        clock.advance(timedelta(days=1))
        engine.ingest(paid(30, "A GARDEN CENTRE"))
        assert remembered() is first
        engine.consent.withdraw("insights")
        second = remembered()
        assert second is not first
        engine.consent.withdraw("recommendations")
        engine.consent.grant("recommendations")
        third = remembered()
        assert third is not second
        engine.forget_account("GB1")
        assert known._memory is None
        engine.suspend()
        assert known._memory is None
