"""A prior from the fleet as a published model: the registry vouches for its bytes, and its graph says the same."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_engine.decisions.fleet_prior import LinearPrior, Origin, publish
from edge_engine.errors import ModelRefused
from edge_engine.inference import golden
from edge_engine.inference.registry import Registry
from tests.unit.decisions.worlds import any_candidates, any_context

ROOT = Path(__file__).resolve().parents[3]
NAME = "fleet_prior"


def a_prior(version: int = 1) -> LinearPrior:
    weights = np.random.default_rng(version).normal(0, 0.3, 30)
    return publish(weights, version, Origin("what_helps", "ab" * 32, 5000, 0.2))


@pytest.fixture
def publication(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a module of the training folder
    """The program that publishes; the training folder is on nobody's path but its own."""
    monkeypatch.syspath_prepend(str(ROOT / "models_onnx"))
    return importlib.import_module("training.fleet_prior")


@pytest.fixture
def folder(publication: Any, tmp_path: Path) -> Path:  # noqa: ANN401 - as above
    publication.publish_prior(a_prior(), tmp_path)
    return tmp_path


def test_the_registry_gives_the_very_prior_that_was_published(folder: Path) -> None:
    read = LinearPrior.decode(Registry.at(folder).file(NAME, "weights"))
    assert read.file == a_prior().file
    assert read.name == a_prior().name
    entry = Registry.at(folder).entry(NAME)
    assert entry.numbers == {"devices": 5000.0, "epsilon": 0.2}
    assert entry.operators == ("Clip", "MatMul")


def test_the_graph_says_what_the_weights_say(folder: Path) -> None:
    registry, prior = Registry.at(folder), a_prior()
    rng = np.random.default_rng(9)
    context, offers = any_context(rng), any_candidates(rng, 7)
    given = {
        "context": (context.numbers / 128).astype(np.float32),
        "candidates": (offers.numbers / 128).astype(np.float32),
    }
    (means,) = registry.session(NAME).run(None, given)
    np.testing.assert_allclose(means, prior.means(context, offers), atol=1e-6)
    loaded = registry.load(NAME)
    assert golden.replay(loaded.session, loaded.entry, golden.decode(registry.file(NAME, "golden"))) <= 1e-5


@pytest.mark.parametrize("file", ["weights.json", "model.onnx"])
def test_other_bytes_than_the_published_are_refused(folder: Path, file: str) -> None:
    path = folder / NAME / file
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(ModelRefused):
        Registry.at(folder).load(NAME)


def test_a_later_version_takes_the_place_of_the_one_before(publication: Any, folder: Path) -> None:  # noqa: ANN401
    publication.publish_prior(a_prior(2), folder)
    (entry,) = Registry.at(folder).entries
    assert entry.version == 2
    assert LinearPrior.decode(Registry.at(folder).file(NAME, "weights")).file.version == 2
