from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.inference import golden
from edge_engine.inference.registry import Registry
from edge_engine.inference.trajectory.backtest import CREDIT, Record, origins, quantile_loss, record
from edge_engine.inference.trajectory.inputs import HORIZON, inputs
from edge_engine.inference.trajectory.model import NAME, Trajectory
from tests.unit.inference.trajectory.accounts import account, household, on_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.inputs import Inputs
    from edge_engine.inference.trajectory.model import Paths


@pytest.fixture(scope="module")
def model() -> Trajectory:
    return Trajectory.load()


@pytest.fixture(scope="module")
def made(model: Trajectory) -> Record:
    history = household(300)
    return record(model, history, origins(history))


def test_the_published_model_gives_its_golden_answers() -> None:
    registry = Registry.default()
    answers = golden.decode(registry.file(NAME, "golden"))
    assert answers.tolerance <= 1e-5
    assert golden.replay(registry.session(NAME), registry.entry(NAME), answers) <= 1e-5


def test_the_file_is_small() -> None:
    assert Registry.default().entry(NAME).model.bytes < 4_000_000


def test_quantiles_are_in_order_and_outflows_not_negative(made: Record) -> None:
    for paths in (made.paths.balance, made.paths.outflow):
        assert (np.diff(paths, axis=-1) >= 0).all()
    assert (made.paths.outflow >= 0).all()
    assert ((made.paths.risk >= 0) & (made.paths.risk <= 1)).all()


def test_a_greater_buffer_is_not_less_likely_to_be_undercut(model: Trajectory) -> None:
    given = inputs(household(), np.array([200]))
    buffers = given.balance[:, None] * np.array([[-1.0, 0.2, 0.9, 1.5]])
    risk = model.paths(given, buffers).risk[0]
    assert risk[0] < 0.1
    assert risk[3] > 0.5
    assert (np.diff(risk) >= 0).all()


def test_answers_do_not_depend_on_the_batch(model: Trajectory) -> None:
    history = household()
    at = np.arange(60, 300, 7)
    together = inputs(history, at)
    alone = inputs(history, at[5:6])
    half = together.scale[:, None] / 2
    np.testing.assert_allclose(
        model.paths(together, half).balance[5], model.paths(alone, half[5:6]).balance[0], rtol=1e-5
    )


def test_the_gate_sees_only_what_had_come(made: Record) -> None:
    def come(losses: NDArray[np.float64], origin: int) -> list[float]:
        return [
            float(losses[one, week - 1])
            for one in range(origin)
            for week in range(1, HORIZON + 1)
            if one + week <= origin and not np.isnan(losses[one, week - 1])
        ]

    for origin in (0, 5, 20, len(made.use) - 1):
        loss, simple = come(made.loss, origin), come(made.loss_simple, origin)
        assert made.use[origin] == (sum(loss) < sum(simple) + CREDIT)
        assert len(made.past(made.loss, origin)) == len(loss) == made.weeks[origin]


def test_origins_are_sundays_and_the_last_day_to_which_the_same_had_come_as_on_the_last_sunday(
    model: Trajectory,
) -> None:
    for days in range(300, 307):
        history = household(days)
        at = origins(history)
        assert at[-1] == days - 1
        sundays = [index for index in at.tolist() if (history.first + index) % 7 == 0]
        assert (np.diff(sundays) == 7).all()
        assert days - 1 - sundays[-1] < 7
        assert len(at) - len(sundays) == (sundays[-1] != days - 1)
        told = record(model, history, at)
        last_sunday = sundays.index(sundays[-1])
        assert told.weeks[-1] == told.weeks[last_sunday]
        assert told.use[-1] == told.use[last_sunday]


def test_without_a_record_the_model_speaks_on_credit(made: Record) -> None:
    assert made.weeks[0] == 0
    assert made.use[0]
    np.testing.assert_array_equal(made.balance()[0], made.paths.balance[0, :HORIZON])


class Changed(Trajectory):
    """The model with its balance changed."""

    def __init__(
        self, change: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    ) -> None:
        self.right = Trajectory.load()
        self.change = change

    def paths(self, given: Inputs, buffers: NDArray[np.float64]) -> Paths:
        told = self.right.paths(given, buffers)
        return told._replace(balance=self.change(told.balance, given.scale[:, None, None]))


def test_a_model_that_does_worse_uses_up_its_credit_and_is_silent() -> None:
    history = household(300)
    wrong = record(Changed(lambda balance, scale: balance + 10 * scale), history, origins(history))
    assert wrong.use[0]
    assert not wrong.use[4:].any()
    np.testing.assert_array_equal(wrong.balance()[-1], wrong.simple[-1])


def test_distances_follow_how_often_they_were_missed() -> None:
    def narrowed(by: float) -> Record:
        def change(balance: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
            middle = balance[..., 1:2]
            return middle + by * (balance - middle) + 0 * scale

        return record(Changed(change), history, origins(history))

    def width(told: Record, at: int) -> NDArray[np.float64]:
        path = told.paths.balance[at, :HORIZON]
        return path[:, 2] - path[:, 0]

    history = household(300)
    narrow, wide = narrowed(0.01), narrowed(20.0)
    # No past, no correction; then what was missed nearly always grows, and what never was shrinks.
    np.testing.assert_allclose(width(wide, 0), 2000 * width(narrow, 0), rtol=1e-6)
    assert (width(wide, -1) < 0.95 * 2000 * width(narrow, -1)).all()
    assert (np.diff(wide.paths.balance, axis=-1) >= 0).all()
    middle = Changed(lambda balance, scale: balance + 0 * scale).paths(wide.given, wide.given.scale[:, None])
    np.testing.assert_allclose(wide.paths.balance[..., 1], middle.balance[..., 1])


def test_the_loss_of_a_certain_forecast_is_its_error() -> None:
    assert quantile_loss(np.array([[5.0, 5.0, 5.0]]), np.array([8.0])) == pytest.approx(3.0)


def test_a_short_history_has_no_origins() -> None:
    assert len(origins(account(*on_day(3, 1, -100, 1), days=20))) == 0
