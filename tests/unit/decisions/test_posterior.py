from __future__ import annotations

import struct

import numpy as np
import pytest

from edge_engine.decisions.features import ONE
from edge_engine.decisions.posterior import (
    FOLD,
    MAX_ROWS,
    N_CONTEXT,
    TARGET_ONE,
    N,
    Observation,
    Posterior,
    target,
)
from edge_engine.errors import DecisionError
from tests.unit.decisions.worlds import any_row

RIDGE, NOISE = 2.0, 0.3


def rows(n: int, seed: int = 0) -> list[Observation]:
    rng = np.random.default_rng(seed)
    return [any_row(rng) for _ in range(n)]


def learned(some: list[Observation]) -> Posterior:
    one = Posterior(RIDGE, NOISE)
    for row in some:
        one.add(row)
    return one


def products(some: list[Observation]) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.array([row.numbers() for row in some], dtype=np.float64).reshape(len(some), 11) / ONE
    f = (numbers[:, :N_CONTEXT, None] * numbers[:, None, N_CONTEXT:]).reshape(len(some), N)
    return f, np.array([row.target for row in some]) / TARGET_ONE


@pytest.mark.parametrize("n", [0, 1, 7, FOLD - 1, FOLD, FOLD + 1, 3 * FOLD + 17])
def test_it_is_the_ridge_regression_of_all_rows(n: int) -> None:
    some = rows(n)
    one = learned(some)

    f, y = products(some)
    precision = RIDGE * np.eye(N) + f.T @ f
    np.testing.assert_allclose(one.mean, np.linalg.solve(precision, f.T @ y), atol=1e-9)
    np.testing.assert_allclose(one.covariance, NOISE**2 * np.linalg.inv(precision), atol=1e-10)
    assert one.rows == n


def test_the_sums_are_whole_numbers_and_the_same_in_any_order() -> None:
    some = rows(2_000)
    a, b = learned(some).sums()
    backwards_a, backwards_b = learned(some[::-1]).sums()

    assert (a == backwards_a).all()
    assert (b == backwards_b).all()
    whole = [[int(x) for x in row.numbers()] for row in some]
    f = [[c * x for c in row[:N_CONTEXT] for x in row[N_CONTEXT:]] for row in whole]
    assert a[3, 17] == sum(row[3] * row[17] for row in f)
    assert b[29] == sum(row[29] * one.target for row, one in zip(f, some, strict=True))


@pytest.mark.parametrize("at", [0, 1, FOLD - 1, FOLD, FOLD + 3, 1_000])
def test_a_snapshot_and_the_rows_after_it_are_the_same_as_never_stopping(at: int) -> None:
    some = rows(1_000)
    going = learned(some)
    resumed = Posterior.restore(learned(some[:at]).snapshot(), some[at:])

    assert resumed.root.tobytes() == going.root.tobytes(), "bit for bit"
    assert resumed.snapshot() == going.snapshot()
    assert resumed.rows == 1_000


def test_a_replay_of_the_packed_log_is_exact() -> None:
    some = rows(700)
    log = b"".join(row.pack() for row in some)
    width = len(some[0].pack())
    again = learned([Observation.unpack(log[at : at + width]) for at in range(0, len(log), width)])

    assert width == 26
    assert again.root.tobytes() == learned(some).root.tobytes()


def test_a_packed_row_has_the_documented_bytes() -> None:
    numbers = (128, -1, 2, -3, 4, -5, 128, 7, -8, 9, -10)
    row = Observation(struct.pack("<11h", *numbers), -300)
    assert row.pack() == bytes((1, 1)) + struct.pack("<11h", *numbers) + struct.pack("<h", -300)
    assert Observation.unpack(row.pack()) == row
    assert row.numbers() == numbers


@pytest.mark.slow
def test_a_million_updates_leave_it_sound() -> None:
    rng = np.random.default_rng(1)
    numbers = rng.integers(-ONE, ONE + 1, (1_000_000, 11)).astype("<i2")
    numbers[:, 0] = numbers[:, 6] = ONE
    targets = rng.integers(-TARGET_ONE, TARGET_ONE + 1, 1_000_000).tolist()
    one = Posterior(RIDGE, NOISE)
    for features, y in zip(numbers, targets, strict=True):
        one.add(Observation(features.tobytes(), y))

    wide = numbers.astype(np.float64)
    f = (wide[:, :N_CONTEXT, None] * wide[:, None, N_CONTEXT:]).reshape(-1, N)
    a, b = one.sums()
    assert (a == f.T @ f).all(), "the sums are exact"
    assert (b == f.T @ np.array(targets, dtype=np.float64)).all()
    f /= ONE * ONE
    precision = RIDGE * np.eye(N) + f.T @ f
    expected = NOISE**2 * np.linalg.inv(precision)
    np.testing.assert_allclose(one.covariance, expected, rtol=1e-9, atol=1e-12 * expected.max())
    assert (np.linalg.eigvalsh(one.covariance) > 0).all()


@pytest.mark.parametrize("kind", ["all the same", "only the bias", "copies", "nothing"])
def test_features_that_tell_nothing_do_not_break_it(kind: str) -> None:
    rng = np.random.default_rng(2)
    one = Posterior(RIDGE, NOISE)
    for _ in range(5_000):
        numbers = rng.integers(-ONE, ONE + 1, 11).astype("<i2")
        if kind == "all the same":
            numbers[:] = ONE
        elif kind == "only the bias":
            numbers[:] = 0
            numbers[0] = numbers[6] = ONE
        elif kind == "copies":
            numbers[1:6] = numbers[1]
            numbers[7:] = numbers[7]
        else:
            numbers[:] = 0
        one.add(Observation(numbers.tobytes(), 2 * TARGET_ONE))

    variances = np.linalg.eigvalsh(one.covariance)
    assert np.isfinite(one.root).all()
    assert (variances > 0).all()
    # What nothing is known of stays as wide as the prior and never wider.
    assert variances.max() <= NOISE**2 / RIDGE * (1 + 1e-9)
    assert np.abs(one.mean).max() <= 2.1


def test_targets_are_kept_within_bounds() -> None:
    assert target(1.0, 0.25) == 768
    assert target(1e300, 0.0) == 2 * TARGET_ONE
    assert target(-1.0, 1.0) == -2 * TARGET_ONE
    for reward, prior in ((float("nan"), 0.0), (0.0, float("inf"))):
        with pytest.raises(DecisionError):
            target(reward, prior)


@pytest.mark.parametrize(
    ("ridge", "noise"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (float("nan"), 1.0), (1.0, 1e9)]
)
def test_a_prior_that_is_none_is_refused(ridge: float, noise: float) -> None:
    with pytest.raises(DecisionError):
        Posterior(ridge, noise)


def test_bytes_that_are_no_row_are_refused() -> None:
    good = rows(1)[0].pack()
    for bad in (
        b"",
        good + b"\0",
        bytes((2,)) + good[1:],
        good[:1] + bytes((9,)) + good[2:],
        good[:2] + struct.pack("<h", ONE + 1) + good[4:],
        good[:2] + struct.pack("<h", -32768) + good[4:],
        good[:-2] + struct.pack("<h", 2 * TARGET_ONE + 1),
    ):
        with pytest.raises(DecisionError):
            Observation.unpack(bad)


def test_bytes_that_are_no_snapshot_are_refused() -> None:
    good = learned(rows(300)).snapshot()
    head = struct.calcsize("<4sBBBBddQH")
    negative = good[:head] + struct.pack("<q", -(1 << 50)) + good[head + 8 :]
    for bad in (
        b"",
        good[:-1],
        good + b"\0",
        b"XXXX" + good[4:],
        good[:4] + bytes((9,)) + good[5:],
        good[:5] + bytes((9,)) + good[6:],
        good[:6] + bytes((9,)) + good[7:],
        good[:8] + struct.pack("<d", float("nan")) + good[16:],
        good[:24] + struct.pack("<Q", MAX_ROWS + 1) + good[32:],
        negative,
    ):
        with pytest.raises(DecisionError):
            Posterior.restore(bad)


def test_it_takes_no_more_rows_than_its_sums_hold_exactly() -> None:
    empty = Posterior(RIDGE, NOISE).snapshot()
    full = Posterior.restore(empty[:24] + struct.pack("<Q", MAX_ROWS) + empty[32:])
    with pytest.raises(DecisionError, match="would not be exact"):
        full.add(rows(1)[0])
    # The largest possible sum of that many rows is a whole number that float64 still holds.
    assert MAX_ROWS * ONE**4 <= 2**53
    assert MAX_ROWS * ONE**2 * 2 * TARGET_ONE <= 2**53
