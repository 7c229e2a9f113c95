"""The recommender: it is the published one, speaks the decisions' features, and is quick."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from edge_engine.decisions import features
from edge_engine.decisions.features import Candidates, Context
from edge_engine.decisions.posterior import Posterior
from edge_engine.decisions.ranking import Ranker, mean_scores
from edge_engine.errors import ModelRefused
from edge_engine.inference import golden, recommender
from edge_engine.inference.recommender import NAME, Recommender
from edge_engine.inference.registry import Registry
from tests.unit.decisions.worlds import any_candidates, any_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.decisions.ranking import Prior


@pytest.fixture(scope="module")
def model() -> Recommender:
    return Recommender.load()


def test_the_published_model_gives_its_golden_answers() -> None:
    registry = Registry.default()
    answers = golden.decode(registry.file(NAME, "golden"))
    assert answers.tolerance <= 1e-5
    assert golden.replay(registry.session(NAME), registry.entry(NAME), answers) <= 1e-5


def test_it_knows_exactly_the_features_of_the_decisions() -> None:
    assert (recommender.FEATURES, recommender.CONTEXT, recommender.CANDIDATE, recommender.ONE) == (
        features.FEATURES,
        features.CONTEXT,
        features.CANDIDATE,
        features.ONE,
    )


def test_the_file_is_small() -> None:
    assert sum(file.bytes for file in Registry.default().entry(NAME).published().values()) < 50_000


def test_it_is_a_prior_of_the_ranking(model: Recommender) -> None:
    prior: Prior = model
    rng = np.random.default_rng(1)
    context, candidates = any_context(rng), any_candidates(rng, 50)
    means = prior.means(context, candidates)
    assert means.shape == (50,)
    assert means.dtype == np.dtype(np.float64)
    assert np.abs(means).max() <= 1.0
    assert means.std() > 0.01
    ranking = Ranker(Posterior(model.ridge), rng, prior=prior).rank(context, candidates)
    assert ranking.prior == pytest.approx(means[ranking.first])
    np.testing.assert_allclose(mean_scores(Posterior(), context, candidates, prior), means)
    assert prior.name == f"recommender {Registry.default().entry(NAME).version}"


def test_an_answer_does_not_depend_on_the_other_candidates(model: Recommender) -> None:
    rng = np.random.default_rng(2)
    context, candidates = any_context(rng), any_candidates(rng, 20)
    rows = [dict(zip(features.CANDIDATE[1:], row[1:] / 128, strict=True)) for row in candidates.numbers]
    alone = [model.means(context, Candidates.of([row]))[0] for row in rows]
    np.testing.assert_allclose(model.means(context, candidates), alone, atol=1e-6)


def expected(model: Recommender, context: Mapping[str, float], candidate: Mapping[str, float]) -> float:
    return float(model.means(Context.of(context), Candidates.of([candidate]))[0])


def test_it_expects_what_the_simulated_people_do(model: Recommender) -> None:
    well = {"buffer": 1.0, "spare": 0.25, "engagement": 0.7}
    short = {"buffer": 0.03, "spare": -0.05, "engagement": 0.7}
    save = {"saves": 1.0, "value": 0.5}
    assert expected(model, well, save) > expected(model, short, save) + 0.1
    assert expected(model, well, save) > expected(model, well, {"saves": 1.0}) + 0.05
    tired = {**well, "fatigue": 0.8}
    assert expected(model, tired, save) < expected(model, well, save)


@pytest.mark.parametrize("change", ["interface", "features", "labels"])
def test_other_features_are_refused(change: str) -> None:
    loaded = Registry.default().load(NAME)
    entry = loaded.entry
    if change == "interface":
        entry = msgspec.structs.replace(entry, interface=2)
    elif change == "features":
        entry = msgspec.structs.replace(entry, numbers={**entry.numbers, "features": 2.0})
    else:
        context, candidates = entry.inputs
        swapped = msgspec.structs.replace(context, labels=context.labels[::-1])
        entry = msgspec.structs.replace(entry, inputs=(swapped, candidates))
    with pytest.raises(ModelRefused, match="features"):
        Recommender(dataclasses.replace(loaded, entry=entry))
