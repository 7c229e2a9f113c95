from __future__ import annotations

import numpy as np
import pytest

from edge_engine.inference.trajectory.history import History
from edge_engine.inference.trajectory.inputs import AHEAD, HORIZON, PAST, QUERIES, STATE, WEEKS, inputs
from tests.unit.inference.trajectory.accounts import account, as_known, household


def test_the_future_is_not_seen() -> None:
    whole = inputs(household(300), np.array([60, 149, 199]))
    part = inputs(as_known(household(300), 200), np.array([60, 149, 199]))
    for one in ("weeks", "state", "ahead", "scale", "balance"):
        np.testing.assert_allclose(getattr(whole, one), getattr(part, one), rtol=1e-6, atol=1e-6)
    for name, rule in whole.rules.items():
        np.testing.assert_allclose(rule, part.rules[name])


def test_currencies_and_fortunes_look_alike() -> None:
    plain = household()
    rich = History(
        plain.first, plain.inflow * 40, plain.outflow * 40, plain.balance * 40, plain.low * 40,
        plain.days, plain.amounts * 40, plain.keys, plain.pension,
    )  # fmt: skip
    at = np.array([100, 250])
    small, large = inputs(plain, at), inputs(rich, at)
    np.testing.assert_allclose(small.state, large.state, atol=1e-5)
    np.testing.assert_allclose(small.weeks, large.weeks, atol=1e-5)
    np.testing.assert_allclose(small.ahead, large.ahead, atol=1e-5)


def test_shapes_are_those_that_the_card_tells() -> None:
    made = inputs(household(), np.array([27, 100]))
    assert made.weeks.shape == (2, PAST, len(WEEKS))
    assert made.state.shape == (2, len(STATE))
    assert made.ahead.shape == (2, QUERIES, len(AHEAD))
    assert all(np.isfinite(one).all() for one in made[:3])
    # Weeks before the account are nothing.
    assert not made.weeks[0, : PAST - 4].any()


def test_the_last_span_reaches_the_end_of_the_month() -> None:
    made = inputs(household(), np.array([30, 40]))  # 31 January, 10 February 2024
    assert made.span[:, HORIZON].tolist() == [29, 19]


@pytest.mark.parametrize("balance", [0, -250_000, 10**12])
def test_an_account_that_sleeps_gives_numbers(balance: int) -> None:
    made = inputs(account(days=200, opening=balance), np.array([100, 199]))
    assert all(np.isfinite(one).all() for one in (made.weeks, made.state, made.ahead, made.scale))
