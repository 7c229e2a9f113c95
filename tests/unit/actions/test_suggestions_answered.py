"""What comes of suggestions: reactions, learning, never again, experiments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.actions.suggestions import LONE_RIDGE
from edge_engine.decisions.assignment import assign
from edge_engine.decisions.posterior import FOLD
from edge_engine.decisions.rules import DecisionRules
from edge_engine.decisions.story import Reaction
from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.situation import Situation
from tests.fakes.suggesting import FEE, RISE, Life

if TYPE_CHECKING:
    from pathlib import Path


# -- what comes of it ------------------------------------------------------------------------------------------------


def test_what_came_of_it_is_learned_from_once(life: Life) -> None:
    decision = life.suggestions.decide()
    assert life.suggestions.outcome(decision.id, "opened")
    assert life.suggestions.outcome(decision.id, "acted", value=Money(900, "GBP"))
    assert not life.suggestions.outcome(decision.id, "dismissed")
    assert life.count("observation") == 0
    life.known = Situation(moments=(RISE,))
    life.clock.advance(timedelta(days=20))
    life.suggestions.decide()
    assert life.count("observation") == 1
    (kept,) = life.vault.connection.execute("SELECT verdict, value, currency FROM outcome").fetchall()
    assert kept == (1, 900, "GBP")


def test_a_suggestion_that_nobody_looked_at_counts_after_a_while(life: Life) -> None:
    life.suggestions.decide()
    life.clock.advance(timedelta(days=6))
    life.suggestions.decide()
    assert life.count("observation") == 0
    life.clock.advance(timedelta(days=2))
    life.suggestions.decide()
    assert life.count("observation") == 1


def test_what_is_closed_again_and_again_is_suggested_less(life: Life) -> None:
    """The bandit learns within one life: of two that moments call for, the one that is acted upon comes first."""
    rules = DecisionRules.default()
    catalog = rules.catalog
    often = {
        name: msgspec.structs.replace(
            one, contact=msgspec.structs.replace(one.contact, rest_days=0, a_year=10_000), where=()
        )
        for name, one in catalog.offers.items()
        if name in {"cancel_help", "bill_reminder"}
    }
    fatigue = msgspec.structs.replace(rules.guards.fatigue, closed=rules.guards.fatigue.latest, rest_days=1)
    life.open(
        msgspec.structs.replace(
            rules,
            catalog=msgspec.structs.replace(catalog, offers=often),
            guards=msgspec.structs.replace(rules.guards, cap=(), fatigue=fatigue),
        )
    )
    life.ledger.grant("recommendations")
    firsts = []
    for n in range(160):
        due = msgspec.structs.replace(FEE, kind="bill_due", subject=f"due {n}", money_a_year=None)
        fee = msgspec.structs.replace(FEE, subject=f"fee {n}")
        life.known = Situation(moments=(due, fee), spends=Money(120_000, "GBP"))
        decision = life.suggestions.decide()
        assert decision.suggestion is not None
        firsts.append(decision.suggestion.offer)
        life.suggestions.outcome(
            decision.id, "acted" if decision.suggestion.offer == "bill_reminder" else "not_now"
        )
        life.clock.advance(timedelta(days=1))
    assert firsts[-60:].count("bill_reminder") >= 54
    assert life.count("observation") == 159


def test_what_was_learned_survives_a_restart_and_a_snapshot(tmp_path: Path) -> None:
    life = Life(tmp_path / "me.edge")
    life.suggestions.decide()
    (features,) = life.vault.connection.execute("SELECT features FROM decision").fetchone()
    from edge_engine.decisions.posterior import Observation  # noqa: PLC0415

    with life.vault.writing() as writer:
        for n in range(FOLD + 5):
            writer._connection.execute(
                "INSERT INTO observation (decision, purpose, at, model, prior, row)"
                " VALUES (?, 'recommendations', 0, '', 0.0, ?)",
                (f"o{n}", Observation(features, n % 7 * 100).pack()),
            )
    life.vault.close()
    life.open()
    life.suggestions.decide()
    assert life.count("posterior") == 1
    from edge_engine.actions.learning import learned  # noqa: PLC0415

    with life.vault.reading(life.suggestions._grant()) as reader:
        held = learned(reader, LONE_RIDGE)
    assert (held.posterior.rows, held.since) == (FOLD + 5, FOLD + 5)
    with life.vault.writing() as writer:
        writer._connection.execute("DELETE FROM posterior")
    with life.vault.reading(life.suggestions._grant()) as reader:
        anew = learned(reader, LONE_RIDGE)
    assert anew.posterior.snapshot() == held.posterior.snapshot()
    with life.vault.writing() as writer:
        writer.decisions.keep_posterior(3, b"of another version", "")
        writer._connection.execute(
            "INSERT INTO observation (decision, purpose, at, model, prior, row)"
            " VALUES ('old', 'recommendations', 0, '', 0.0, x'00')"
        )
    with life.vault.reading(life.suggestions._grant()) as reader:
        assert learned(reader, LONE_RIDGE).posterior.rows == FOLD + 5


@pytest.mark.parametrize("covers", ["offer", "kind", "family", "everything"])
def test_never_is_for_ever_with_and_without_consent(life: Life, covers: str) -> None:
    decision = life.suggestions.decide()
    life.suggestions.outcome(decision.id, "never", covers=covers)
    assert life.suggestions.feed() == []
    life.ledger.withdraw("recommendations")
    life.ledger.grant("recommendations")
    life.clock.advance(timedelta(days=200))
    later = life.suggestions.decide()
    assert later.suggestion is None
    assert {step.rule for step in later.trace.steps if step.offer == "cancel_help"} == {"never-again"}


def test_never_can_be_said_of_what_was_not_suggested(life: Life) -> None:
    life.ledger.withdraw("recommendations")
    life.suggestions.never("family", "credit")
    for covers, name in (("family", "sport"), ("offer", "credit"), ("everything", "credit"), ("world", "")):
        with pytest.raises(InputError):
            life.suggestions.never(covers, name)


def test_what_cannot_have_come_of_it_is_refused(life: Life) -> None:
    decision = life.suggestions.decide()
    for wrong in (
        lambda: life.suggestions.outcome(decision.id, "bought"),
        lambda: life.suggestions.outcome("nothing", "acted"),
        lambda: life.suggestions.outcome(decision.id, "dismissed", value=Money(1, "GBP")),
        lambda: life.suggestions.outcome(decision.id, "acted", value=Money(-1, "GBP")),
        lambda: life.suggestions.outcome(decision.id, "never", covers="half"),
        lambda: life.suggestions.past(limit=0),
    ):
        with pytest.raises(InputError):
            wrong()


def test_the_feed_shows_what_was_not_closed(life: Life) -> None:
    decision = life.suggestions.decide()
    life.suggestions.outcome(decision.id, "opened")
    (shown,) = life.suggestions.feed()
    assert shown.reaction is Reaction.OPENED
    life.suggestions.outcome(decision.id, "dismissed")
    assert life.suggestions.feed() == []


# -- experiments -----------------------------------------------------------------------------------------------------


def test_a_version_is_drawn_once_met_once_and_gone_with_consent() -> None:
    life = Life(granted=("recommendations", "experiments"))
    life.clock.advance(timedelta(days=300))
    life.known = Situation(moments=(FEE, RISE))
    experiments = DecisionRules.default().experiments
    # A unit that the rollout takes in and the holdout does not.
    unit = next(
        name
        for n in range(500)
        if assign(
            experiments, "ranking_2027", name := f"u{n}", {}, today=date(2027, 3, 2), consented=True
        ).arm
        == "fixed_order"
    )
    life.vault.put_meta("unit", unit.encode())
    decision = life.suggestions.decide()
    assert [(one.experiment, one.arm) for one in decision.trace.arms] == [("ranking_2027", "fixed_order")]
    assert decision.trace.propensity == 1.0
    assert (life.count("assignment"), life.count("exposure")) == (1, 1)
    life.suggestions.decide()
    assert (life.count("assignment"), life.count("exposure")) == (1, 1)
    life.ledger.withdraw("experiments")
    assert (life.count("assignment"), life.count("exposure")) == (0, 0)
    assert life.suggestions.decide().trace.arms == ()


def test_the_identifier_is_random_and_stays(life: Life) -> None:
    assert life.suggestions._identifier() == life.suggestions._identifier()
    assert life.suggestions._identifier() != Life().suggestions._identifier()
