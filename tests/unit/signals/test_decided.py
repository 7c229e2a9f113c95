"""What was suggested, drawn, met and corrected on a real engine, as signals count it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from edge_engine import Engine, FakeClock, Money
from edge_engine.actions.counted import Counted
from edge_engine.consent.purpose import Gate
from edge_engine.decisions.assignment import assign
from edge_engine.decisions.posterior import Observation
from edge_engine.decisions.rules import DecisionRules
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import Account, AccountKind, Balance, Record
from edge_engine.errors import PurposeDenied
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.learning import help_statistics
from edge_engine.vault.signal_queries import JUDGED
from tests.fakes.collecting import Watched, reporting, use_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START: Final = datetime(2027, 2, 11, 12, tzinfo=UTC)
"""Noon of a day on which windows of 7 and of 28 days begin, while the experiment `ranking_2027` runs."""

DAY: Final = timedelta(days=1)
EXPERIMENT: Final = "ranking_2027"
ON_EXPERIMENTS: Final = ("offer_funnel", "exposure", "experiment_metric", "retention_holdout")
SENSITIVE: Final = next(leaf.id for leaf in Taxonomy.default().leaves if leaf.sensitive)
ON_SUGGESTIONS: Final = ("offer_funnel", "savings_realised", "what_helps")
OF_DECISIONS: Final = (*ON_EXPERIMENTS, "savings_realised", "what_helps", "calibration")
PURPOSES: Final = (
    "aggregate_statistics",
    "categorization",
    "insights",
    "recommendations",
    "experiments",
)


def pounds(amount: float) -> Money:
    return Money(round(100 * amount), "GBP")


def life(today: date, days: int = 430) -> Iterator[Account | Record | Balance]:
    """Yield 14 months, or the days up to today, of pay, rent, a subscription whose price rose, and food."""
    yield Account("GB1", "GBP", AccountKind.CURRENT)
    for before in range(days, 0, -1):
        day = today - timedelta(days=before)
        if day.day == 28:
            yield Record("GB1", day, pounds(2100), "ACME LTD SALARY", external_id=f"pay{day}")
        if day.day == 1:
            yield Record("GB1", day, pounds(-950), "RENT J SMITH LETTINGS", external_id=f"rent{day}")
        if day.day == 9:
            price = 12.99 if before > 40 and days == 430 else 15.99
            yield Record("GB1", day, pounds(-price), "NETFLIX.COM", external_id=f"film{day}")
        if day.weekday() in (1, 4):
            yield Record(
                "GB1", day, pounds(-38 - day.toordinal() % 5), "TESCO STORES 2041", external_id=f"food{day}"
            )
    yield Balance("GB1", today - DAY, pounds(6000))


def unit(arm: str | None) -> str:
    """Return an installation that is drawn into an arm; None for one that is drawn into none."""
    experiments = DecisionRules.default().experiments
    for n in range(5000):
        drawn = assign(experiments, EXPERIMENT, f"u{n}", {}, today=START.date(), consented=True).kept
        if (None if drawn is None else drawn.arm) == arm:
            return f"u{n}"
    raise AssertionError(arm)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def live(servers: Watched, clock: FakeClock) -> Iterator[Callable[..., Engine]]:
    """Make engines of people with an account, who granted everything, in one arm of the experiment."""
    made: list[Engine] = []

    def one(arm: str | None = "fixed_order", *purposes: str) -> Engine:
        engine = Engine.in_memory(clock=clock, seed=1, reporting=reporting(servers))
        made.append(engine)
        for purpose in purposes or PURPOSES:
            engine.consent.grant(purpose)
        engine.ingest(life(clock.now().date()))
        engine._vault.put_meta("unit", unit(arm).encode())
        return engine

    yield one
    for engine in made:
        engine.close()


def suggest(engine: Engine, clock: FakeClock, *verdicts: str) -> list[str]:
    """Let an engine suggest once a day, answer as told, and return what was offered."""
    offered = []
    for verdict in verdicts:
        decision = engine.decide()
        assert decision.suggestion is not None
        offered.append(decision.suggestion.offer)
        if verdict:
            engine.suggestions.outcome(decision.id, verdict)
        clock.advance(DAY)
    return offered


def after(clock: FakeClock, days: int) -> None:
    """Go to the noon after the window of so many days that began at the start."""
    clock.advance(START + timedelta(days=days) - clock.now())


def told(engine: Engine, signal: str) -> dict[str, int]:
    """What would be contributed for the last whole window, where it is something."""
    (one,) = [one for one in engine.signals.preview() if one.signal == signal]
    center = Catalogue.default().signal(signal).center
    return {e.name: e.measured for e in one.entries if e.measured is not None and e.measured != center}


# -- suggestions by arm ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arm", "name"), [("fixed_order", "changed"), ("learned_order", "standard"), ("", "standard")]
)
def test_what_became_of_suggestions_is_told_for_the_arm_that_was_drawn(
    live: Callable[..., Engine], clock: FakeClock, arm: str, name: str
) -> None:
    engine = live(arm)
    suggest(engine, clock, "opened", "not_now")
    after(clock, 7)
    assert told(engine, "offer_funnel") == {f"{name}.{label}": 1 for label in ("shown", "opened", "closed")}
    assert told(engine, "exposure") == {name: 1}
    clock.advance(7 * DAY)
    assert told(engine, "offer_funnel") == {}
    assert told(engine, "exposure") == {"none": 1}


def test_who_is_in_no_arm_of_a_running_experiment_is_beside_both(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    engine = live(None)
    suggest(engine, clock, "acted")
    use_app(engine, START)
    after(clock, 7)
    assert told(engine, "offer_funnel") == {}
    assert told(engine, "exposure") == {"none": 1}
    after(clock, 28)
    assert told(engine, "experiment_metric") == {}
    assert told(engine, "retention_holdout") == {"not_drawn": 1}


def test_while_no_experiment_runs_everybody_sees_the_standard_version(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    clock.advance(-70 * DAY)
    engine = live()
    suggest(engine, clock, "acted")
    after(clock, 7 - 70)
    assert told(engine, "offer_funnel") == {"standard.shown": 1, "standard.acted": 1}
    assert told(engine, "exposure") == {"none": 1}


def test_what_came_before_the_day_of_the_draw_is_no_arms(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    engine = live()
    engine.consent.withdraw("experiments")
    suggest(engine, clock, "opened")
    engine.consent.grant("experiments")
    suggest(engine, clock, "")
    after(clock, 7)
    assert told(engine, "offer_funnel") == {"changed.shown": 1}


def test_silence_and_what_waits_for_its_channel_were_not_shown(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    engine = live()
    engine.suggestions.never()
    assert engine.decide().suggestion is None
    after(clock, 7)
    assert told(engine, "offer_funnel") == {}


# -- experiments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arm", "name", "group"),
    [
        ("fixed_order", "changed", "treated"),
        ("learned_order", "standard", "treated"),
        ("", "standard", "holdout"),
    ],
)
def test_days_with_the_app_are_told_for_the_arm_and_the_holdout(
    live: Callable[..., Engine], clock: FakeClock, arm: str, name: str, group: str
) -> None:
    engine = live(arm)
    suggest(engine, clock, "")
    use_app(engine, START, START + DAY, START + DAY, START + 9 * DAY)
    after(clock, 28)
    assert told(engine, "experiment_metric") == {name: 3}
    assert told(engine, "retention_holdout") == {f"{group}.stayed": 1}
    clock.advance(28 * DAY)
    assert told(engine, "experiment_metric") == {}
    assert told(engine, "retention_holdout") == {f"{group}.away": 1}


def test_one_experiment_is_looked_at_and_it_follows_from_the_days_alone() -> None:
    decided = Counted(None, lambda: None)

    def on(first: date, days: int = 7) -> str:
        version = decided.experiment(first, first + timedelta(days=days))
        return "" if version is None else version.experiment

    assert on(date(2027, 1, 3)) == ""
    assert on(date(2027, 1, 4)) == ""  # it begins on the 11th, which is not part of it
    assert on(date(2027, 1, 5)) == EXPERIMENT
    assert on(date(2027, 7, 11)) == EXPERIMENT
    assert on(date(2027, 7, 12)) == "digest_2027"
    assert on(date(2027, 8, 2)) == ""


# -- what it brought -------------------------------------------------------------------------------------------------


def test_savings_are_counted_where_they_were_acted_upon(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    engine = live()
    offered = suggest(engine, clock, "acted", "acted", "opened")
    saving = {"cancel_help", "savings_goal", "cashback", "round_up_saving"}
    assert set(offered) <= saving
    engine.outcomes.record("d", "loan", "acted", purpose="recommendations")
    after(clock, 28)
    assert told(engine, "savings_realised") == {"two": 1}
    engine.outcomes.record("later", "cashback", "acted", purpose="recommendations")
    assert told(engine, "savings_realised") == {"two": 1}
    clock.advance(28 * DAY)
    assert told(engine, "savings_realised") == {"one": 1}


def test_what_helps_is_told_of_observations_beside_the_prior_in_use(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    engine = live()
    suggest(engine, clock, "acted", "never", "not_now", "")
    connection = engine._vault.connection
    rows = connection.execute("SELECT row, model FROM observation").fetchall()
    assert len(rows) == 3
    assert {model for _, model in rows} == {engine.suggestions._prior().name}  # type: ignore[union-attr]
    after(clock, 28)
    signal = Catalogue.default().signal("what_helps")
    expected = help_statistics(signal, [Observation.unpack(row) for row, _ in rows])
    found = dict(zip(signal.labels, expected, strict=True))
    assert told(engine, "what_helps") == {k: v for k, v in found.items() if v != signal.center} != {}
    with engine._vault.committing() as writing:
        writing.execute(
            "INSERT INTO observation (decision, purpose, at, model, prior, row)"
            " SELECT 'other', purpose, at, 'another 2', 0.5, row FROM observation LIMIT 1"
        )
    assert told(engine, "what_helps") == {k: v for k, v in found.items() if v != signal.center}
    with engine._vault.committing() as writing:
        writing.execute("DELETE FROM observation WHERE model <> 'another 2'")
    assert told(engine, "what_helps") == {}


# -- how sure the model was ------------------------------------------------------------------------------------------


def judged(engine: Engine) -> dict[str, int]:
    """How many transactions stand and were corrected, before they are cut to the bounds."""
    grant = engine.consent.mint("aggregate_statistics", Gate.READ, ["pd:PurchasesAndSpendingHabit"])
    with engine._vault.reading(grant) as reader:
        rows = reader.rows(JUDGED)
    return {
        name: sum(row.n for row in rows if row.stood == stood)
        for name, stood in (("stood", 1), ("corrected", 0))
    }


def test_a_correction_keeps_how_sure_the_model_was(live: Callable[..., Engine], clock: FakeClock) -> None:
    engine = live()
    before = judged(engine)
    assert before["corrected"] == 0
    food = next(one for one in engine.transactions(limit=50).transactions if "TESCO" in one.description)
    n = len([one for one in engine.transactions(limit=500).transactions if "TESCO" in one.description])
    assert before["stood"] > n > 7
    assert food.category is not None
    engine.correct(food.id, "home.furniture")
    assert judged(engine) == {"stood": before["stood"] - n, "corrected": n}
    after(clock, 28)
    assert sum(v for k, v in told(engine, "calibration").items() if k.startswith("corrected")) > 0
    # Said again, it is still what the model said that counts; and to say the same as the model is no correction.
    engine.correct(food.id, "food.specialty")
    assert judged(engine)["corrected"] == n
    engine.correct(food.id, food.category)
    assert judged(engine) == before
    engine.correct(food.id, "home.furniture")
    engine.uncorrect(food.id)
    assert judged(engine)["corrected"] == 0


def test_neither_a_sensitive_guess_nor_a_sensitive_correction_is_judged(
    live: Callable[..., Engine], clock: FakeClock
) -> None:
    engine = live()
    bets = [Record("GB1", START.date(), pounds(-60 - n), f"LADBROKES BETTING {n}") for n in range(9)]
    use_app(engine, START)
    suggest(engine, clock, "acted", "opened")
    clock.advance(27 * DAY)
    before = judged(engine)
    plain = {one.signal: one.entries for one in engine.signals.preview() if one.signal in OF_DECISIONS}
    assert set(plain) == set(OF_DECISIONS)
    engine.ingest(bets)
    for one in engine.transactions(limit=2).transactions:
        assert "LADBROKES" in one.description
    guessed = engine.transactions(limit=1).transactions[0]
    assert guessed.category == "leisure.gambling"
    # The model's word was sensitive, the person's is not: it is told of neither.
    engine.correct(guessed.id, "food.groceries", only_this=True)
    other = engine.transactions(limit=2).transactions[1]
    engine.correct(other.id, SENSITIVE)
    changed = {one.signal: one.entries for one in engine.signals.preview() if one.signal in OF_DECISIONS}
    assert changed == plain
    assert judged(engine) == before


# -- consent ---------------------------------------------------------------------------------------------------------


def test_without_statistics_nothing_is_measured_whatever_else_is_allowed(
    live: Callable[..., Engine], clock: FakeClock, servers: Watched
) -> None:
    engine = live("fixed_order", *PURPOSES[1:])
    suggest(engine, clock, "acted")
    after(clock, 28)
    assert engine.signals.preview() == []
    assert engine.sync(hurry=True).measured == []
    assert servers.requests == []
    for signal in OF_DECISIONS:
        with pytest.raises(PurposeDenied):
            engine.signals.contribute(signal)


@pytest.mark.parametrize(
    ("purpose", "signals"), [("experiments", ON_EXPERIMENTS), ("recommendations", ON_SUGGESTIONS)]
)
def test_withdrawing_empties_the_outbox_and_what_was_counted_does_not_come_back(
    live: Callable[..., Engine], clock: FakeClock, purpose: str, signals: tuple[str, ...]
) -> None:
    engine = live()
    suggest(engine, clock, "acted", "opened")
    use_app(engine, START)
    after(clock, 28)
    assert set(OF_DECISIONS) <= set(engine.sync().measured)
    waiting = {one.signal for one in engine.signals.preview()}
    engine.consent.withdraw(purpose)
    rows = engine._vault.connection.execute("SELECT signal FROM signal_outbox").fetchall()
    assert {name for (name,) in rows} == waiting - set(signals)
    for signal in signals:
        with pytest.raises(PurposeDenied):
            engine.signals.contribute(signal)
    engine.consent.grant(purpose)
    # The window was given, and is not given again.
    assert not any(engine.signals.contribute(signal) for signal in signals)


@pytest.mark.parametrize("purpose", ["experiments", "recommendations"])
def test_who_grants_again_starts_from_nothing(
    live: Callable[..., Engine], clock: FakeClock, purpose: str
) -> None:
    engine = live()
    suggest(engine, clock, "acted", "opened")
    use_app(engine, START)
    engine.consent.withdraw(purpose)
    engine.consent.grant(purpose)
    after(clock, 7)
    assert told(engine, "offer_funnel") == {}
    after(clock, 28)
    if purpose == "experiments":
        assert told(engine, "experiment_metric") == {}
        assert told(engine, "retention_holdout") == {"not_drawn": 1}
    else:
        assert told(engine, "savings_realised") == {"none": 1}
        assert told(engine, "what_helps") == {}


def test_each_window_is_given_once(live: Callable[..., Engine], clock: FakeClock, servers: Watched) -> None:
    engine = live()
    suggest(engine, clock, "acted")
    after(clock, 28)
    assert set(OF_DECISIONS) <= set(engine.sync(hurry=True).sent)
    engine.ingest(life(clock.now().date(), 29))
    suggest(engine, clock, "acted")
    again = engine.sync(hurry=True)
    assert again.sent == []
    sent = [one.signal for one in engine.signals.sent()]
    assert sorted(sent) == sorted(set(sent))
    assert len(servers.uploads) == len(sent) == 14
