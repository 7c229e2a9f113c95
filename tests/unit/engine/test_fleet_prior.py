"""What a fleet taught reaches a device: a sum that nobody could read, a prior, a signed update, a suggestion."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from edge_engine import Engine, FakeClock, HostKey
from edge_engine.decisions.fleet_prior import LinearPrior, NoisySum, Origin, publish, solve_weights
from edge_engine.decisions.posterior import N
from edge_engine.errors import DecisionError, UpdateRefused
from edge_engine.expectation import FLEET_PRIOR
from edge_engine.inference import manifest
from edge_engine.inference.recommender import Recommender
from edge_engine.inference.registry import Registry
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.provisioning import task_file
from edge_engine.signals.tasks import Aggregators, measurement_of
from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.aggregator.noise import standard_deviation
from edge_engine_sync.messages import Interval
from tests.benchmarks import bench_fleet as fleet
from tests.fakes.aggregation import HELPER, LEADER, House
from tests.fakes.aggregation import NOW as SERVERS_NOW
from tests.fakes.update_repository import NOW, UpdateRepository
from tests.unit.decisions.worlds import any_candidates, any_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge_engine.inference.updates import ModelUpdate

ROOT = Path(__file__).resolve().parents[3]
KEY = HostKey(bytes(range(32)))
DEVICES = 40
ORIGIN = Origin("what_helps", "ab" * 32, 5000, 0.2)


@dataclass
class Operator:
    """Who publishes: a folder of models, and the repository that devices ask."""

    folder: Path
    repository: UpdateRepository
    publication: Any

    def offer(self, prior: LinearPrior, interface: int = 1) -> None:
        """Publish a prior."""
        self.publication.publish_prior(prior, self.folder)
        self.sign(interface=interface)

    def sign(self, files: dict[str, bytes] | None = None, interface: int = 1) -> None:
        """Sign what is in the folder, with other contents of some roles and the digests that fit."""
        registry = Registry.at(self.folder)
        entry = registry.entry(FLEET_PRIOR)
        contents = {role: registry.file(FLEET_PRIOR, role) for role in entry.published()} | (files or {})
        for role, content in (files or {}).items():
            file = manifest.File(
                entry.published()[role].path, hashlib.sha256(content).hexdigest(), len(content)
            )
            told = {role: file} if role in ("model", "card", "golden") else {"files": {role: file}}
            entry = msgspec.structs.replace(entry, **told)
        entry = msgspec.structs.replace(entry, interface=interface)
        listed = {file.path: contents[role] for role, file in entry.published().items()}
        self.repository.publish(manifest.encode([entry]), listed)


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.syspath_prepend(str(ROOT / "models_onnx"))
    (tmp_path / "models").mkdir()
    return Operator(tmp_path / "models", UpdateRepository(), importlib.import_module("training.fleet_prior"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=FakeClock(NOW), seed=1) as opened:
        opened.consent.grant("recommendations")
        yield opened


def take(engine: Engine, operator: Operator) -> ModelUpdate:
    (found,) = engine.update_models(operator.repository, root=operator.repository.root)
    return found


def model_name() -> str:
    return Recommender.load().name


def a_prior(version: int = 1, beside: str | None = None) -> LinearPrior:
    weights = np.random.default_rng(version).normal(0, 0.3, N)
    return publish(weights, version, ORIGIN, beside=model_name() if beside is None else beside)


def in_use(engine: Engine) -> str:
    prior = engine._expectation()
    assert prior is not None
    return prior.name


def collect_total(folder: Path) -> tuple[NoisySum, str]:
    """Let devices contribute to both servers, and return what the collector gets, and of which task."""
    shipped = Catalogue.default().signal("what_helps")
    signal = msgspec.structs.replace(shipped, min_batch=DEVICES, epsilon=20.0)
    rng = np.random.default_rng(1)
    common = rng.normal(0, fleet.COMMON, N)
    lives = [fleet.live(rng, fleet.draw_weights(rng, common), fleet.ROWS) for _ in range(DEVICES)]
    house = House(folder, task_file([signal], Aggregators(LEADER, HELPER)).split("\n\n", 1)[1])
    try:
        for one in fleet.contributions(signal, lives):
            house.client.send(house.task, measurement_of(signal, tuple(map(int, one))))
        house.aggregate()
        batch = Batch.interval(Interval(signal.window(int(SERVERS_NOW)), 1))
        house.leader.collections.advance(house.begin(batch))
        collected = house.collector.collect(house.collector_task, batch, patience=0)
    finally:
        house.close()
    task = house.collector_task
    assert task.epsilon is not None
    deviation = standard_deviation(task.task.vdaf, task.epsilon, task.sensitivity)
    assert isinstance(collected.result, list)
    total = NoisySum(
        collected.result,
        signal.labels,
        collected.report_count,
        signal.center,
        signal.sensitivity,
        deviation,
    )
    return total, task.task.task_id.hex()


def test_what_a_fleet_taught_is_what_a_device_starts_from(
    engine: Engine, operator: Operator, tmp_path: Path
) -> None:
    assert in_use(engine) == model_name()
    total, task = collect_total(tmp_path)
    known = fleet.simulated(Catalogue.default().signal("what_helps"), 7, devices=40)
    weights = solve_weights(total, known.products, known.kept)
    origin = Origin("what_helps", task, total.devices, 20.0, after=model_name())
    prior = publish(weights, 1, origin, beside=model_name())
    operator.offer(prior)

    found = take(engine, operator)
    assert (found.name, found.version, found.status) == (FLEET_PRIOR, 1, "installed")
    assert in_use(engine) == f"{model_name()} + {prior.name}"
    rng = np.random.default_rng(2)
    context, offers = any_context(rng), any_candidates(rng, 7)
    expected = Recommender.load().means(context, offers) + prior.means(context, offers)
    means = engine._expectation().means(context, offers)  # type: ignore[union-attr]
    np.testing.assert_allclose(means, np.clip(expected, -1, 1), atol=1e-12)
    assert np.abs(prior.means(context, offers)).max() > 0
    # What is learned and counted from here on stands beside it, and it decides.
    assert engine.signals._decided.prior() == in_use(engine)
    engine.decide()
    with engine._vault.writing() as writer:
        rows = writer.decisions._connection.execute("SELECT DISTINCT model FROM decision").fetchall()
    assert rows == [(in_use(engine),)]


def test_it_outlives_the_process_and_is_listed_and_examined(
    engine: Engine, operator: Operator, tmp_path: Path
) -> None:
    operator.offer(a_prior())
    take(engine, operator)
    engine.close()
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=FakeClock(NOW)) as again:
        assert in_use(again) == f"{model_name()} + {a_prior().name}"
        assert [(one.version, one.origin) for one in again.models() if one.name == FLEET_PRIOR] == [
            ("1", "update")
        ]
        (check,) = [one for one in again.verify_models() if one.name == FLEET_PRIOR]
        assert (check.ok, check.problem) == (True, "")
        assert again.model_card(FLEET_PRIOR).startswith("# Fleet prior 1")


def test_a_later_prior_takes_its_place_and_an_older_one_never_comes_back(
    engine: Engine, operator: Operator
) -> None:
    operator.offer(a_prior(1))
    take(engine, operator)
    older = dict(operator.repository.files)
    operator.offer(a_prior(2))
    assert take(engine, operator).status == "installed"
    assert in_use(engine).endswith(a_prior(2).name)
    operator.offer(a_prior(1))
    assert take(engine, operator).status == "current"
    operator.repository.files = older
    with pytest.raises(UpdateRefused, match="older"):
        take(engine, operator)
    assert in_use(engine).endswith(a_prior(2).name)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.replace(b'"weights":[', b'"weights":[1,'),
        lambda raw: raw.replace(b'"weights":[', b'"weights":[NaN,'),
        lambda raw: raw.replace(b'"weights":[', b'"weights":[1e400,'),
        lambda raw: raw.replace(b'"weights":[', b'"weights":[99999,').replace(b",", b"", 1),
        lambda raw: LinearPrior(
            msgspec.structs.replace(LinearPrior.decode(raw).file, weights=(4097,) * N)
        ).file.encode(),
        lambda raw: raw.replace(b'"features":1', b'"features":2'),
        lambda raw: raw.replace(b'"schema":1', b'"schema":2'),
        lambda raw: raw.replace(b'"version":2', b'"version":3'),
        lambda raw: publish(np.zeros(N), 2, ORIGIN, beside=LinearPrior.decode(raw).file.beside).file.encode(),
        lambda raw: raw[:-5],
        lambda raw: b"[" * 10_000 + raw,
    ],
    ids=[
        "one weight too many",
        "not a number",
        "infinite",
        "no prior",
        "out of bounds",
        "other features",
        "other schema",
        "other version than its entry",
        "other weights than its answers",
        "cut off",
        "deep",
    ],
)
def test_a_signed_prior_that_is_none_is_refused_and_the_one_before_stays(
    engine: Engine, operator: Operator, damage: Callable[[bytes], bytes]
) -> None:
    operator.offer(a_prior(1))
    take(engine, operator)
    operator.publication.publish_prior(a_prior(2), operator.folder)
    operator.sign({"weights": damage(a_prior(2).file.encode())})
    found = take(engine, operator)
    assert (found.version, found.status) == (2, "refused")
    assert found.reason
    assert in_use(engine).endswith(a_prior(1).name)
    assert take(engine, operator).reason == "it was refused before"


def test_a_prior_without_weights_or_of_another_meaning_is_not_taken(
    engine: Engine, operator: Operator
) -> None:
    operator.offer(a_prior(1), interface=2)
    assert take(engine, operator).status == "unknown"
    entry = Registry.at(operator.folder).entry(FLEET_PRIOR)
    bare = msgspec.structs.replace(entry, files={})
    listed = {
        file.path: Registry.at(operator.folder).file(FLEET_PRIOR, role)
        for role, file in bare.published().items()
    }
    operator.repository.publish(manifest.encode([bare]), listed)
    assert take(engine, operator).status == "refused"
    assert in_use(engine) == model_name()


def test_one_that_was_learned_beside_another_model_is_kept_and_not_used(
    engine: Engine, operator: Operator
) -> None:
    operator.offer(a_prior(1, beside="recommender 999"))
    assert take(engine, operator).status == "installed"
    assert in_use(engine) == model_name()


def test_one_that_stands_alone_is_used_alone(engine: Engine, operator: Operator) -> None:
    operator.offer(a_prior(1, beside=""))
    take(engine, operator)
    assert in_use(engine) == a_prior(1, beside="").name


def test_a_prior_is_added_to_none_that_stood_beside_another_model() -> None:
    with pytest.raises(DecisionError, match="another model"):
        publish(np.zeros(N), 2, ORIGIN, base=a_prior(1), beside="")


def test_an_update_of_the_recommender_is_what_is_expected_by(engine: Engine, operator: Operator) -> None:
    """And what was taught beside the one before it is not added to it."""
    operator.offer(a_prior(1))
    take(engine, operator)
    operator.repository.offer_shipped("recommender", 1000)
    assert take(engine, operator).status == "installed"
    assert in_use(engine) == "recommender 1000"
