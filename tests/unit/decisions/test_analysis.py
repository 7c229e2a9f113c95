from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.decisions.analysis import (
    MIN_UNITS,
    ArmTotals,
    check_ratio,
    chi_square_tail,
    effects,
)
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

REPEATS = 1_000
ALPHA = 0.05
SHARES = {"a": 5000.0, "b": 3000.0, "c": 2000.0}


def totals(arm: str, outcomes: NDArray[np.float64]) -> ArmTotals:
    return ArmTotals(arm, len(outcomes), float(outcomes.sum()), float((outcomes**2).sum()))


# -- the chi-square distribution -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "degrees", "tail"),
    # Quantiles of the printed tables.
    [
        (3.841, 1, 0.05),
        (6.635, 1, 0.01),
        (5.991, 2, 0.05),
        (16.919, 9, 0.05),
        (124.342, 100, 0.05),
        (29.588, 10, 0.001),
    ],
)
def test_the_tail_is_that_of_the_tables(statistic: float, degrees: int, tail: float) -> None:
    assert chi_square_tail(statistic, degrees) == pytest.approx(tail, rel=1e-3)


def test_the_tail_of_many_degrees_is_nearly_normal() -> None:
    # Wilson and Hilferty's cube root is good to a few per mille at ten thousand degrees.
    degrees = 9_999
    for z in (-3.0, 0.0, 3.0):
        at = degrees * (1 - 2 / (9 * degrees) + z * math.sqrt(2 / (9 * degrees))) ** 3
        assert chi_square_tail(at, degrees) == pytest.approx(math.erfc(z / math.sqrt(2)) / 2, rel=0.01)
    assert chi_square_tail(0.0, 3) == 1.0


# -- sample ratio ----------------------------------------------------------------------------------------------------


def test_a_right_ratio_looked_at_after_every_hundred_people_is_called_suspect_as_rarely_as_said() -> None:
    # 1,000 experiments of 20,000 people looked at 200 times each. At the level 0.05 no more than 5 of 100 may be
    # wrong; three standard errors on top make this test fail by chance in less than 1 of 700 seeds, and the seed is
    # fixed.
    rng = np.random.default_rng(20261126)
    probabilities = np.array(list(SHARES.values())) / sum(SHARES.values())
    wrong = once = 0
    for _ in range(REPEATS):
        seen = np.cumsum(rng.multinomial(100, probabilities, size=200), axis=0)
        looks = [check_ratio(dict(zip(SHARES, row, strict=True)), SHARES) for row in seen.tolist()]
        wrong += min(look.p_value for look in looks) < ALPHA
        once += min(look.p_once for look in looks) < ALPHA
    assert wrong / REPEATS <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / REPEATS)
    assert once / REPEATS > 0.3, "a test for one look is wrong far more often: the looks do matter"


def test_the_test_for_one_look_is_wrong_as_often_as_said_when_one_looks_once() -> None:
    rng = np.random.default_rng(7)
    probabilities = np.array(list(SHARES.values())) / sum(SHARES.values())
    rows = rng.multinomial(5_000, probabilities, size=4_000).tolist()
    wrong = sum(check_ratio(dict(zip(SHARES, row, strict=True)), SHARES).p_once < ALPHA for row in rows)
    assert wrong / 4_000 == pytest.approx(ALPHA, abs=4 * math.sqrt(ALPHA * (1 - ALPHA) / 4_000))


def test_a_wrong_ratio_is_found() -> None:
    # One arm loses 4 of 100 of its people on the way, such as by a crash: found within 100,000.
    found = check_ratio({"a": 50_000, "b": 48_000}, {"a": 1.0, "b": 1.0})
    assert found.suspect
    assert found.p_once < 1e-9
    assert not check_ratio({"a": 50_000, "b": 49_700}, {"a": 1.0, "b": 1.0}).suspect


def test_nobody_yet_is_not_suspect() -> None:
    assert check_ratio({"a": 0, "b": 0}, {"a": 1.0, "b": 1.0}).p_value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1, "b": 1}, {"a": 1.0, "c": 1.0}),
        ({"a": 1, "b": -1}, {"a": 1.0, "b": 1.0}),
        ({"a": 1, "b": 1}, {"a": 1.0, "b": 0.0}),
        ({"a": 1, "b": 1}, {"a": 1.0, "b": math.nan}),
    ],
)
def test_counts_that_are_none_are_refused(counts: dict[str, int], shares: dict[str, float]) -> None:
    with pytest.raises(InputError):
        check_ratio(counts, shares)


# -- effects ---------------------------------------------------------------------------------------------------------

OUTCOMES: dict[str, Callable[[np.random.Generator, int], NDArray[np.float64]]] = {
    "1 of 100": lambda rng, n: (rng.random(n) < 0.01).astype(np.float64),
    "1 of 2": lambda rng, n: (rng.random(n) < 0.5).astype(np.float64),
    "mostly nothing": lambda rng, n: np.minimum(rng.exponential(0.1, n), 1.0) * (rng.random(n) < 0.1),
}


@pytest.mark.parametrize("kind", list(OUTCOMES))
@pytest.mark.parametrize(
    "smaller",
    [pytest.param(1.0, id="equal arms"), pytest.param(0.1, id="an arm of a tenth", marks=pytest.mark.slow)],
)
def test_looking_a_hundred_times_does_not_make_more_errors_than_said(kind: str, smaller: float) -> None:
    # 1,000 experiments without an effect, looked at a hundred times. Fails by chance in less than 1 of 700 seeds.
    rng = np.random.default_rng(20261126)
    at = np.arange(1, 101) * int(MIN_UNITS / smaller)
    wrong = naive = 0
    for _ in range(REPEATS):
        one = OUTCOMES[kind](rng, int(at[-1]))
        other = OUTCOMES[kind](rng, int(at[-1] * smaller))
        sums = [np.cumsum(x) for x in (one, one**2, other, other**2)]
        decided = early = False
        for n in at.tolist():
            k = int(n * smaller)
            control = ArmTotals("control", n, float(sums[0][n - 1]), float(sums[1][n - 1]))
            arm = ArmTotals("arm", k, float(sums[2][k - 1]), float(sums[3][k - 1]))
            (effect,) = effects(control, (arm,), planned=20_000, alpha=ALPHA)
            assert effect.decided == (effect.p_value < ALPHA)
            decided |= effect.decided
            early |= abs(effect.difference) > 1.96 * _standard_error(control, arm)
        wrong += decided
        naive += early
    assert wrong / REPEATS <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / REPEATS)
    assert naive / REPEATS > 2 * ALPHA, "intervals for one look are wrong far more often: the looks do matter"


def _standard_error(*arms: ArmTotals) -> float:
    return math.sqrt(sum((one.squares / one.n - (one.total / one.n) ** 2) / one.n for one in arms))


def test_with_four_arms_the_chance_of_any_error_is_still_as_said() -> None:
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(REPEATS):
        seen = np.cumsum(rng.binomial(200, 0.3, size=(50, 5)), axis=0)
        for look, row in enumerate(seen.tolist(), 1):
            control, *arms = (ArmTotals.of_counts(f"{i}", 200 * look, n) for i, n in enumerate(row))
            if any(one.decided for one in effects(control, arms, planned=10_000)):
                wrong += 1
                break
    assert wrong / REPEATS <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / REPEATS)


def test_an_effect_that_is_there_is_found_at_its_size_and_covered() -> None:
    rng = np.random.default_rng(3)
    found = covered = 0
    for _ in range(200):
        control = totals("control", (rng.random(20_000) < 0.20).astype(np.float64))
        arm = totals("arm", (rng.random(20_000) < 0.22).astype(np.float64))
        (effect,) = effects(control, (arm,), planned=40_000)
        found += effect.decided and effect.difference > 0
        covered += effect.low <= 0.02 <= effect.high
    assert found >= 180
    assert covered >= 190


def test_several_arms_have_wider_intervals_and_larger_p_values_than_one() -> None:
    control = ArmTotals.of_counts("control", 5_000, 1_000)
    arm = ArmTotals.of_counts("arm", 5_000, 1_150)
    (alone,) = effects(control, (arm,), planned=10_000)
    first, _, _ = effects(control, (arm, arm, arm), planned=10_000)

    assert first.high - first.low > alone.high - alone.low
    # The level changes rho too, so the p-value is not exactly three times as large.
    assert first.p_value == pytest.approx(3 * alone.p_value, rel=0.5)
    assert first.p_value > alone.p_value


def test_few_people_and_certain_looking_arms_decide_nothing() -> None:
    few = ArmTotals.of_counts("few", MIN_UNITS - 1, 99)
    control = ArmTotals.of_counts("control", 10_000, 0)
    (effect,) = effects(control, (few,), planned=1_000)
    assert (effect.low, effect.high, effect.p_value, effect.decided) == (-math.inf, math.inf, 1.0, False)
    (nobody,) = effects(control, (ArmTotals.of_counts("nobody", 0, 0),), planned=1_000)
    assert (nobody.difference, nobody.decided) == (0.0, False)
    one, other = (ArmTotals.of_counts("one", 100, 0), ArmTotals.of_counts("other", 100, 1))
    (effect,) = effects(one, (other,), planned=1_000)
    assert (effect.difference, effect.low, effect.p_value) == (0.01, -math.inf, 1.0)


def test_a_rare_outcome_is_waited_for_and_a_great_harm_is_not() -> None:
    control = ArmTotals.of_counts("control", 1_000, 9)
    assert effects(control, (ArmTotals.of_counts("arm", 1_000, 0),), planned=2_000)[0].low == -math.inf
    control = ArmTotals.of_counts("control", 1_000, 100)
    (harm,) = effects(control, (ArmTotals.of_counts("arm", 1_000, 0),), planned=2_000)
    assert harm.decided
    assert harm.high < 0


def test_outcomes_may_have_other_bounds() -> None:
    rng = np.random.default_rng(4)
    low, high = -2.0, 3.0
    control = totals("control", np.clip(rng.normal(0.0, 1.0, 20_000), low, high))
    arm = totals("arm", np.clip(rng.normal(0.1, 1.0, 20_000), low, high))
    (effect,) = effects(control, (arm,), planned=40_000, bounds=(low, high))
    assert effect.decided
    assert effect.low < 0.1 < effect.high


@pytest.mark.parametrize(
    "arm",
    [
        ArmTotals("a", -1, 0.0, 0.0),
        ArmTotals("a", 100, 101.0, 100.0),
        ArmTotals("a", 100, -1.0, 1.0),
        ArmTotals("a", 100, 50.0, 60.0),
        ArmTotals("a", 100, 50.0, 20.0),
        ArmTotals("a", 100, math.nan, 20.0),
    ],
)
def test_totals_that_no_outcomes_could_have_are_refused(arm: ArmTotals) -> None:
    with pytest.raises(InputError, match="cannot come from outcomes"):
        effects(ArmTotals.of_counts("control", 100, 50), (arm,), planned=100)


def test_what_makes_no_question_is_refused() -> None:
    one = ArmTotals.of_counts("one", 100, 50)
    with pytest.raises(InputError):
        effects(one, (), planned=100)
    with pytest.raises(InputError):
        effects(one, (one,), planned=0)
    with pytest.raises(InputError):
        effects(one, (one,), planned=100, alpha=1.0)
    with pytest.raises(InputError):
        effects(one, (one,), planned=100, bounds=(1.0, 0.0))
