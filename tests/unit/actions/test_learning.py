"""What was learned beside one prior stays learned beside the next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.actions.learning import Learned, learned, rebased
from edge_engine.actions.suggestions import LONE_RIDGE
from edge_engine.decisions.features import FEATURES
from edge_engine.decisions.fleet_prior import LinearPrior, Origin, PriorFile, rebase
from edge_engine.decisions.posterior import FOLD, N, Observation, target
from edge_engine.decisions.reward import reward
from edge_engine.decisions.story import Reaction
from edge_engine.situation import Situation
from tests.fakes.suggesting import RISE, Life

if TYPE_CHECKING:
    from edge_engine.decisions.ranking import Prior


def prior(version: int, *weights: int) -> LinearPrior:
    return LinearPrior(
        PriorFile(
            1,
            FEATURES,
            version,
            (*weights, *(0,) * (N - len(weights))),
            Origin("what_helps", "", 3000, 0.2),
        )
    )


OLD, NEW = prior(1, 300, -50, 20, 700), prior(2, -200, 100, 0, 90)


@pytest.fixture
def life() -> Life:
    """Somebody who acted on one suggestion beside the old prior, which is known by now."""
    life = Life()
    life.suggestions._prior = lambda: OLD
    first = life.suggestions.decide()
    life.suggestions.outcome(first.id, "acted")
    life.known = Situation(moments=(RISE,))
    life.clock.advance(timedelta(days=20))
    life.suggestions.decide()
    return life


def known(life: Life, prior: Prior | None, held: Learned | None = None) -> Learned:
    with life.vault.reading(life.suggestions._grant()) as reader:
        return learned(reader, LONE_RIDGE if prior is None else prior.ridge, held, prior=prior)


def kept(life: Life) -> tuple[Observation, str, float]:
    row, model, mean = life.vault.connection.execute("SELECT row, model, prior FROM observation").fetchone()
    return Observation.unpack(row), model, mean


def test_a_decision_and_what_came_of_it_name_the_prior_that_was_asked(life: Life) -> None:
    models = life.vault.connection.execute("SELECT DISTINCT model FROM decision").fetchall()
    assert models == [(OLD.name,)]
    row, model, mean = kept(life)
    assert model == OLD.name
    assert mean == pytest.approx(OLD.mean_of(row))
    assert mean > 0.2


def test_under_another_prior_rows_are_what_they_would_have_been(life: Life) -> None:
    row, model, mean = kept(life)
    value = row.numbers()[9] / 128
    came = reward(Reaction.ACTED, value)
    for now, expected in ((OLD, mean), (NEW, NEW.mean_of(row)), (None, 0.0)):
        moved = rebased(row, model, mean, now)
        assert moved == Observation(row.features, target(came, expected))
        assert abs(moved.target - rebase(row, OLD, now).target) <= 1
        alone = known(life, now)
        a, b = alone.posterior.sums()
        assert alone.posterior.rows == 1
        assert a[0, 0] == 128**4
        assert b[0] == 128 * 128 * moved.target
    assert len({rebased(row, model, mean, one).target for one in (OLD, NEW, None)}) == 3


def test_what_is_held_is_not_taken_for_what_is_beside_another_prior(life: Life) -> None:
    old = known(life, OLD)
    assert known(life, OLD, old) is old
    assert known(life, NEW, old).posterior.snapshot() == known(life, NEW).posterior.snapshot()
    assert known(life, NEW).posterior.snapshot() != old.posterior.snapshot()


def test_a_snapshot_is_of_one_prior_and_counts_for_no_other(life: Life) -> None:
    row, model, mean = kept(life)
    with life.vault.writing() as writer:
        writer._connection.executemany(
            "INSERT INTO observation (decision, purpose, at, model, prior, row)"
            " VALUES (?, 'recommendations', 0, ?, ?, ?)",
            [(f"o{n}", model, mean, row.pack()) for n in range(FOLD)],
        )
    life.clock.advance(timedelta(days=1))
    life.suggestions._learned = None
    life.suggestions.decide()
    (named,) = life.vault.connection.execute("SELECT model FROM posterior").fetchone()
    assert named == OLD.name
    assert known(life, OLD).since == FOLD + 1
    new = known(life, NEW)
    assert (new.since, new.posterior.rows) == (0, FOLD + 1)
    with life.vault.writing() as writer:
        writer._connection.execute("DELETE FROM posterior")
    assert known(life, NEW).posterior.snapshot() == new.posterior.snapshot()
