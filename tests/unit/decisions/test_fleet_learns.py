"""The whole way: logs of devices, the signal, both servers and the collector, the prior, and a ranking that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from edge_engine.decisions.fleet_prior import NoisySum, Origin, publish, solve_weights
from edge_engine.decisions.posterior import N, Posterior
from edge_engine.decisions.ranking import Ranker
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.provisioning import task_file
from edge_engine.signals.tasks import Aggregators, measurement_of
from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.aggregator.noise import standard_deviation
from edge_engine_sync.messages import Interval
from tests.benchmarks import bench_fleet as fleet
from tests.fakes.aggregation import HELPER, LEADER, NOW, House

if TYPE_CHECKING:
    from pathlib import Path

DEVICES = 100


@pytest.mark.parametrize("noisy", [False, True])
def test_a_prior_comes_out_of_reports_that_nobody_can_read(tmp_path: Path, *, noisy: bool) -> None:
    shipped = Catalogue.default().signal("what_helps")
    signal = msgspec.structs.replace(shipped, min_batch=DEVICES, epsilon=20.0)
    text = task_file([signal], Aggregators(LEADER, HELPER)).split("\n\n", 1)[1]
    if not noisy:
        text = "\n".join(
            line for line in text.splitlines() if not line.startswith(("epsilon", "sensitivity"))
        )
    rng = np.random.default_rng(1)
    common = rng.normal(0, fleet.COMMON, N)
    lives = [fleet.live(rng, fleet.draw_weights(rng, common), fleet.ROWS) for _ in range(DEVICES)]
    given = fleet.contributions(signal, lives)

    house = House(tmp_path, text)
    try:
        for one in given:
            house.client.send(house.task, measurement_of(signal, tuple(map(int, one))))
        assert house.aggregate() == 0
        batch = Batch.interval(Interval(signal.window(int(NOW)), 1))
        house.leader.collections.advance(house.begin(batch))
        collected = house.collector.collect(house.collector_task, batch, patience=0)
    finally:
        house.close()

    assert collected.report_count == DEVICES
    exact, epsilon = given.sum(0).tolist(), house.collector_task.epsilon
    deviation = 0.0
    if epsilon is None:
        assert collected.result == exact
    else:
        deviation = standard_deviation(house.task.vdaf, epsilon, house.collector_task.sensitivity)
        assert deviation == pytest.approx(2 * 2 * signal.sensitivity / 20, rel=0.02)
        assert collected.result != exact
        assert (
            max(abs(one - other) for one, other in zip(collected.result, exact, strict=True)) < 12 * deviation
        )
    total = NoisySum(collected.result, signal.labels, DEVICES, signal.center, signal.sensitivity, deviation)
    known = fleet.simulated(signal, 7, devices=100)
    weights = solve_weights(total, known.products, known.kept)
    prior = publish(weights, 1, Origin(signal.id, house.task.task_id.hex(), DEVICES, signal.epsilon))

    context, offers = fleet.draw_context(rng), fleet.draw_candidates(rng)
    ranking = Ranker(Posterior(), rng, prior=prior).rank(context, offers)
    assert ranking.prior == prior.means(context, offers)[ranking.first]
    # It points where the common weights point, as far as they are told.
    told = weights != 0
    assert told.sum() == signal.length
    assert np.corrcoef(weights[told], common[told])[0, 1] > 0.3
