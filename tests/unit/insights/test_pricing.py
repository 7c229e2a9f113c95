from __future__ import annotations

import pytest

from edge_engine.insights.pricing import price


def test_one_price() -> None:
    cost = price([-999] * 5, 12)
    assert (cost.fixed, cost.expected, cost.low, cost.high, cost.changed) == (True, -999, -999, -999, 0)


def test_a_rise_tells_old_new_and_since() -> None:
    cost = price([-999, -999, -999, -1099, -1099], 12)
    assert (cost.fixed, cost.old, cost.expected, cost.changed, cost.confirmed) == (True, -999, -1099, 3, True)


def test_a_rise_seen_once_is_not_confirmed() -> None:
    cost = price([-999] * 6 + [-1099], 12)
    assert (cost.expected, cost.changed, cost.confirmed) == (-1099, 6, False)


def test_of_two_rises_the_latest_is_told() -> None:
    cost = price([-799] * 6 + [-899] * 6 + [-999] * 3, 12)
    assert (cost.old, cost.expected, cost.changed) == (-899, -999, 12)


def test_an_odd_month_is_not_a_change() -> None:
    cost = price([-999] * 6 + [-2450] + [-999] * 4, 12)
    assert (cost.fixed, cost.expected, cost.changed) == (True, -999, 0)


def test_where_odd_months_happen_a_new_price_counts_from_its_second_payment() -> None:
    odd = [-999] * 6 + [-2450] + [-999] * 4
    assert price([*odd, -1099], 12).expected == -999
    assert price([*odd, -1099, -1099], 12).expected == -1099


def test_an_odd_last_month_after_a_real_change_keeps_that_change() -> None:
    cost = price([-900] * 5 + [-2000] + [-900] * 3 + [-950] * 6 + [-3000], 12)
    assert (cost.old, cost.expected) == (-900, -950)


def test_amounts_that_differ_vary() -> None:
    cost = price([-9000, -8100, -6500, -4000, -3900, -5200], 12)
    assert not cost.fixed
    assert (cost.low, cost.high, cost.changed) == (-3900, -9000, 0)
    assert cost.expected in {-3900, -4000, -5200, -6500}


def test_what_was_long_ago_is_not_expected() -> None:
    long_ago = [-100, -20000, -150, -18000]
    recent = [-4000 - 37 * at for at in range(12)]
    cost = price(long_ago + recent, 12)
    assert abs(cost.high) < 5000
    assert abs(cost.low) >= 4000


def test_a_price_may_rise_every_year() -> None:
    cost = price([-4361] * 3 + [-4470] * 4 + [-4582], 4)
    assert (cost.fixed, cost.old, cost.expected, cost.changed) == (True, -4470, -4582, 7)


def test_what_is_paid_once_a_year_has_a_price_each_year() -> None:
    cost = price([-42000, -44000, -45000], 1)
    assert (cost.fixed, cost.old, cost.expected, cost.confirmed) == (True, -44000, -45000, False)


def test_three_different_amounts_in_a_year_are_no_price() -> None:
    assert not price([-4200, -4500, -4900], 4).fixed


@pytest.mark.parametrize("factor", [1, 7, 100])
def test_the_unit_of_money_does_not_matter(factor: int) -> None:
    amounts = [-1250, -990, -1420, -1133, -1207, -1060]
    one, other = price(amounts, 12), price([amount * factor for amount in amounts], 12)
    assert (one.expected * factor, one.low * factor, one.high * factor) == (
        other.expected,
        other.low,
        other.high,
    )


def test_a_price_that_moves_by_a_rounding_is_the_latest_one() -> None:
    cost = price([-3850] * 3 + [-3840] * 3, 12)
    assert (cost.fixed, cost.expected, cost.changed) == (True, -3840, 0)
