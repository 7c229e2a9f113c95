"""The budget's reckoning: pure losses add up, concentrated ones compose, and the smaller valid bound counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.signals.budget import affordable, spent
from edge_engine.signals.catalogue import MICRO, Budget

ONE = Budget(epoch_days=28, epsilon=1.0, delta=1e-6, reason="")
TAIL = math.log(1e6)


def pure(*losses: float) -> list[tuple[int, bool]]:
    return [(round(loss * MICRO), True) for loss in losses]


def concentrated(*losses: float) -> list[tuple[int, bool]]:
    return [(round(loss * MICRO), False) for loss in losses]


def test_pure_losses_add_up_to_the_very_last_millionth() -> None:
    assert affordable(ONE, pure(0.5, 0.5))
    assert not affordable(ONE, [*pure(0.5, 0.5), (1, True)])
    assert spent(ONE, pure(0.25, 0.5)) == 750_000


def test_many_small_losses_cost_less_than_their_sum() -> None:
    """A thousand losses of 0.004 are 4 as a sum, but rho 0.008: 0.008 + 2 sqrt(0.008 * 13.8) = 0.673."""
    many = pure(*[0.004] * 1000)
    assert affordable(ONE, many)
    assert spent(ONE, many) == pytest.approx((0.008 + 2 * math.sqrt(0.008 * TAIL)) * MICRO, abs=2)


def test_concentrated_losses_follow_bun_and_steinke() -> None:
    """rho = 2 * 0.0165 / 2 gives epsilon 0.0165 + 2 sqrt(0.0165 * 13.8) = 0.971; a third loss goes beyond."""
    loss = math.sqrt(0.0165)
    assert affordable(ONE, concentrated(loss, loss))
    assert not affordable(ONE, concentrated(loss, loss, loss))
    assert spent(ONE, concentrated(loss)) == pytest.approx(
        (0.00825 + 2 * math.sqrt(0.00825 * TAIL)) * MICRO, abs=20
    )


def test_pure_and_concentrated_losses_stand_beside_each_other() -> None:
    mixed = [*pure(0.6), *concentrated(0.05)]
    assert affordable(ONE, mixed)
    assert not affordable(ONE, [*pure(0.9), *concentrated(0.05)])


def test_nothing_costs_nothing() -> None:
    assert affordable(ONE, [])
    assert spent(ONE, []) == 0


losses = st.lists(st.tuples(st.integers(1, MICRO), st.booleans()), max_size=30)


@given(losses, st.tuples(st.integers(1, MICRO), st.booleans()))
def test_a_loss_never_makes_others_affordable(before: list[tuple[int, bool]], more: tuple[int, bool]) -> None:
    assert affordable(ONE, before) or not affordable(ONE, [*before, more])
    assert spent(ONE, [*before, more]) >= spent(ONE, before)


@given(losses)
def test_what_is_affordable_is_spent_within_the_budget(them: list[tuple[int, bool]]) -> None:
    told = spent(ONE, them)
    if affordable(ONE, them):
        assert told <= ONE.most + 2
    else:
        assert told >= ONE.most - 2
    assert told <= sum(loss for loss, _ in them) or any(not is_pure for _, is_pure in them)
