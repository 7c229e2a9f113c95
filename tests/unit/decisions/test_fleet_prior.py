"""A prior from the fleet: solved from a noisy sum, published in one spelling, and of use to those who start."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from edge_engine.decisions.features import CANDIDATE, CONTEXT, FEATURES
from edge_engine.decisions.fleet_prior import (
    LARGEST_WEIGHT,
    WEIGHT_ONE,
    LinearPrior,
    NoisySum,
    Origin,
    PriorFile,
    mean_products,
    publish,
    rebase,
    share_kept,
    solve_weights,
)
from edge_engine.decisions.posterior import TARGET_ONE, N, Observation, Posterior
from edge_engine.decisions.ranking import Ranker, mean_scores
from edge_engine.errors import DecisionError
from edge_engine.signals.catalogue import Catalogue
from tests.benchmarks import bench_fleet as fleet
from tests.unit.decisions.worlds import any_candidates, any_context, any_row, features

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNAL = Catalogue.default().signal("what_helps")
ORIGIN = Origin("what_helps", "00" * 32, 3000, 0.2)


def a_prior(seed: int = 1, version: int = 1) -> LinearPrior:
    return publish(np.random.default_rng(seed).normal(0, 0.15, N), version, ORIGIN)


def a_sum(**changed: object) -> NoisySum:
    told = NoisySum(
        [SIGNAL.center * 100] * SIGNAL.length, SIGNAL.labels, 100, SIGNAL.center, SIGNAL.sensitivity, 1.0
    )
    return msgspec.structs.replace(told, **changed)


@pytest.mark.parametrize("name", ["\x1b[2Jnobody", "a\nb", "a\x7f", "\u202eabc", "a\0"])
@pytest.mark.parametrize("where", ["beside", "after"])
def test_a_name_that_could_write_over_a_terminal_is_refused(name: str, where: str) -> None:
    file = a_prior().file
    if where == "beside":
        odd = msgspec.structs.replace(file, beside=name)
    else:
        odd = msgspec.structs.replace(file, origin=msgspec.structs.replace(file.origin, after=name))
    with pytest.raises(DecisionError, match="no prior"):
        LinearPrior.decode(odd.encode())


def test_its_means_are_the_weights_times_the_features() -> None:
    rng, prior = np.random.default_rng(2), a_prior()
    context, offers = any_context(rng), any_candidates(rng, 9)
    expected = features(context, offers) @ prior.weights.ravel()
    np.testing.assert_allclose(prior.means(context, offers), np.clip(expected, -1, 1), atol=1e-12)


def test_a_ranking_takes_it_and_learns_what_it_got_wrong() -> None:
    rng, prior = np.random.default_rng(3), a_prior()
    context, offers = any_context(rng), any_candidates(rng, 9)
    ranking = Ranker(Posterior(), rng, prior=prior).rank(context, offers)
    mean = prior.means(context, offers)[ranking.first]
    row = ranking.observe(0.5)
    assert row.target == round(TARGET_ONE * (0.5 - mean))
    assert prior.mean_of(row) == pytest.approx(mean)
    np.testing.assert_allclose(
        mean_scores(Posterior(), context, offers, prior), prior.means(context, offers), atol=1e-12
    )


def test_published_bytes_have_one_spelling() -> None:
    prior = a_prior()
    content = prior.file.encode()
    again = LinearPrior.decode(content)
    assert again.file == prior.file
    assert again.name == prior.name == f"fleet-1-{prior.digest[:12]}"
    assert len(content) < 500


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:0],
        lambda raw: raw[:-2],
        lambda raw: raw[:-1],
        lambda raw: b" " + raw,
        lambda raw: raw + b" " * 20_000,
        lambda raw: raw.replace(b'"schema":1', b'"schema":2'),
        lambda raw: raw.replace(b'"features":1', b'"features":2'),
        lambda raw: raw.replace(b'"weights":[', b'"weights":[0,'),
        lambda raw: raw.replace(b'"weights":[', b'"weights":[1e3,'),
        lambda raw: raw.replace(b'"version":1', b'"version":1,"more":2'),
        lambda raw: raw.replace(b'"version":1', b'"version":0'),
    ],
)
def test_other_bytes_are_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(DecisionError):
        LinearPrior.decode(damage(a_prior().file.encode()))


def test_weights_beyond_the_bounds_are_refused_and_never_published() -> None:
    wild = publish(np.full(N, 99.0), 1, ORIGIN)
    assert set(wild.file.weights) == {LARGEST_WEIGHT}
    beyond = PriorFile(1, FEATURES, 1, (LARGEST_WEIGHT + 1,) * N, ORIGIN)
    with pytest.raises(DecisionError):
        LinearPrior.decode(beyond.encode())
    for weights in (np.zeros(N - 1), np.full(N, np.nan)):
        with pytest.raises(DecisionError):
            publish(weights, 1, ORIGIN)


def test_a_prior_is_added_to_the_one_that_devices_had() -> None:
    old = a_prior(1)
    new = publish(np.full(N, 0.25), 2, ORIGIN, base=old)
    assert [n - o for n, o in zip(new.file.weights, old.file.weights, strict=True)] == [WEIGHT_ONE // 4] * N


def test_what_was_learned_under_one_prior_stays_learned_under_another() -> None:
    rng, old, new = np.random.default_rng(4), a_prior(1), a_prior(2, version=2)
    for _ in range(200):
        row = quartered(any_row(rng))
        moved = rebase(row, old, new)
        reward = row.target / TARGET_ONE + old.mean_of(row)
        assert moved.target / TARGET_ONE + new.mean_of(row) == pytest.approx(reward, abs=1 / TARGET_ONE)
        assert rebase(rebase(row, None, new), new, None) == row
        assert rebase(row, old, old) == row


def quartered(row: Observation) -> Observation:
    """The row with a target that no change of prior clips."""
    return Observation(row.features, row.target // 4)


def test_without_noise_the_weights_are_found() -> None:
    rng = np.random.default_rng(5)
    products = mean_products([any_row(rng) for _ in range(5_000)])
    weights = np.zeros(N)
    names = [f"{context}.{candidate}" for context in CONTEXT for candidate in CANDIDATE]
    places = [names.index(label) for label in SIGNAL.labels]
    weights[places] = rng.normal(0, 0.1, len(places))
    devices = 10_000_000
    mean = (products @ weights)[places]
    result = [round(devices * (SIGNAL.center + one * SIGNAL.sensitivity)) for one in mean]
    found = solve_weights(
        NoisySum(result, SIGNAL.labels, devices, SIGNAL.center, SIGNAL.sensitivity, 0.0), products
    )
    np.testing.assert_allclose(found, weights, atol=2e-3)


def test_where_noise_drowns_the_sum_the_prior_says_nothing() -> None:
    rng = np.random.default_rng(6)
    products = mean_products([any_row(rng) for _ in range(2_000)])
    noise = rng.normal(0, 1e6, SIGNAL.length)
    result = [SIGNAL.center * 100 + round(one) for one in noise]
    found = solve_weights(a_sum(result=result, deviation=1e6), products)
    assert np.abs(found).max() < 1e-3
    assert np.abs(solve_weights(a_sum(), products)).max() < 1e-12


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": [1]},
        {"labels": ("always.always",) * 20},
        {"labels": ("always.nothing", *SIGNAL.labels[1:])},
        {"labels": ("nothing", *SIGNAL.labels[1:])},
        {"devices": 0},
    ],
)
def test_a_sum_that_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DecisionError):
        solve_weights(a_sum(**wrong), np.eye(N))


def test_products_that_are_none_are_refused() -> None:
    for products in (np.eye(N - 1), np.full((N, N), np.nan)):
        with pytest.raises(DecisionError):
            solve_weights(a_sum(), products)
    for kept in (0.0, 1.1, float("nan")):
        with pytest.raises(DecisionError):
            solve_weights(a_sum(), np.eye(N), kept)
    with pytest.raises(DecisionError):
        mean_products([])
    nothing: list[list[list[Observation]]] = [[], [[]]]
    for devices in nothing:
        with pytest.raises(DecisionError):
            share_kept(devices, SIGNAL.labels)


def test_what_the_bound_leaves_is_a_share_of_the_mean() -> None:
    short, long = (
        Observation(struct.pack("<11h", 128, 0, 0, 0, 0, 0, 128, 0, 0, 128, 0), target)
        for target in (512, 1024)
    )
    assert share_kept([[short]], SIGNAL.labels) == 1.0
    assert share_kept([[long]], SIGNAL.labels) == pytest.approx(0.5)
    assert share_kept([[short], [long]], SIGNAL.labels) == pytest.approx(0.75)
    assert share_kept([[Observation(short.features, 0)]], SIGNAL.labels) == 1.0


@pytest.mark.slow
def test_a_fleet_of_three_thousand_helps_people_who_start() -> None:
    rng = np.random.default_rng(20261126)
    common = rng.normal(0, fleet.COMMON, N)
    lives = [fleet.live(rng, fleet.draw_weights(rng, common), fleet.ROWS) for _ in range(SIGNAL.min_batch)]
    given = fleet.contributions(SIGNAL, lives)
    prior = fleet.learned_prior(SIGNAL, given, SIGNAL.epsilon, fleet.simulated(SIGNAL, 7))
    gained = fleet.gained(1, common, prior, 150, 20).mean(1)
    nothing = fleet.gained(1, common, None, 150, 20).mean(1)
    error = (gained - nothing).std(ddof=1) / 150**0.5
    assert (gained - nothing).mean() > 3 * error
