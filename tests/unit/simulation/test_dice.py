from __future__ import annotations

import pytest

from edge_engine.simulation.dice import Dice, half_up


def test_a_seed_and_a_name_give_the_same_draws_for_ever() -> None:
    dice = Dice(7, "pin")
    drawn = [dice.below(1000), dice.between(-5, 5), dice.spread(2500, 600), dice.digits(10), dice.code(8)]
    assert drawn == [398, 0, 3015, "1165362651", "H5QLVL1M"]


def test_corners_of_one_household_are_drawn_apart() -> None:
    first, second = Dice(7, "rent"), Dice(7, "energy")
    assert [first.below(10**6) for _ in range(8)] != [second.below(10**6) for _ in range(8)]


def test_names_are_not_glued_together() -> None:
    assert Dice(1, "ab", "c").below(10**9) != Dice(1, "a", "bc").below(10**9)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (0, 3, 0), (10, 10, 1)],
)
def test_money_is_rounded_half_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


def test_spread_has_the_median_and_the_width_asked_for() -> None:
    dice = Dice(3, "spread")
    drawn = sorted(dice.spread(100_000, 500) for _ in range(20_000))
    assert drawn[10_000] == pytest.approx(100_000, rel=0.02)
    # One sigma of the logarithm either way: e^-0.5 and e^0.5 of the median.
    assert drawn[int(20_000 * 0.8413)] == pytest.approx(164_872, rel=0.03)
    assert drawn[int(20_000 * 0.1587)] == pytest.approx(60_653, rel=0.03)


def test_no_spread_is_the_value_itself() -> None:
    assert Dice(3, "flat").spread(4361, 0) == 4361


def test_times_keeps_the_expected_number() -> None:
    dice = Dice(3, "times")
    drawn = [dice.times(2_400) for _ in range(5_000)]
    assert set(drawn) == {2, 3}
    assert sum(drawn) / 5_000 == pytest.approx(2.4, abs=0.03)


def test_weights_are_followed_and_zero_is_never() -> None:
    dice = Dice(3, "weights")
    drawn = [dice.weighted("abc", (1, 0, 3)) for _ in range(4_000)]
    assert set(drawn) == {"a", "c"}
    assert drawn.count("c") / 4_000 == pytest.approx(0.75, abs=0.03)
