"""What must hold in every file of experiments; each breach is told with its file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.decisions.bucketing import BUCKETS
from edge_engine.decisions.predicate import mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.consent.toml_lines import Places
    from edge_engine.decisions.experiments import Experiment, ExperimentsFile, Layer
    from edge_engine.errors import PolicyError

MIN_HOLDOUT: Final = 100
"""Smallest holdout: 1 of 100 people, so that what everything together does can always be measured."""
MAX_HOLDOUT: Final = 2_000
MAX_DAYS: Final = 730
"""Longest that an experiment may run: what takes longer is no experiment any more."""

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_SETTING: Final = _ID


def check_experiments(file: ExperimentsFile, places: Places) -> None:
    """Check ``experiments.toml``.

    Raises:
        PolicyError: A name is wrong, unknown or used twice, or an experiment says what none may.
    """
    namespaces: set[str] = set()
    for index, namespace in enumerate(file.namespace):
        if wrong := _wrong_id("namespace", namespace.id, namespaces):
            raise places.complain(wrong, "namespace", index, "id")
        if not namespace.says.strip():
            raise places.complain("says needs words for people", "namespace", index, "says")
        if not MIN_HOLDOUT <= namespace.holdout <= MAX_HOLDOUT:
            message = f"a holdout is always on: from {MIN_HOLDOUT} to {MAX_HOLDOUT} buckets"
            raise places.complain(message, "namespace", index, "holdout")
        namespaces.add(namespace.id)
    layers: dict[str, Layer] = {}
    for index, layer in enumerate(file.layer):
        if wrong := _wrong_id("layer", layer.id, layers):
            raise places.complain(wrong, "layer", index, "id")
        if layer.namespace not in namespaces:
            raise places.complain(f"there is no namespace {layer.namespace}", "layer", index, "namespace")
        layers[layer.id] = layer
    seen: dict[str, Experiment] = {}
    for index, experiment in enumerate(file.experiment):
        _Check(experiment, index, places).run(seen, layers)
        seen[experiment.id] = experiment


def _wrong_id(what: str, name: str, seen: Mapping[str, object] | set[str]) -> str:
    if not _ID.fullmatch(name):
        return f"the id of this {what} is not in snake_case"
    return f"{what} {name} is there twice" if name in seen else ""


class _Check:
    """The checks of one experiment."""

    def __init__(self, experiment: Experiment, index: int, places: Places) -> None:
        self._experiment = experiment
        self._index = index
        self._places = places

    def run(self, seen: Mapping[str, Experiment], layers: Mapping[str, Layer]) -> None:
        one = self._experiment
        if wrong := _wrong_id("experiment", one.id, seen):
            raise self._wrong(wrong, "id")
        if one.layer not in layers:
            raise self._wrong(f"there is no layer {one.layer}", "layer")
        for key in ("asks", "owner"):
            if not getattr(one, key).strip():
                raise self._wrong(f"{key} needs words for people", key)
        if not _ID.fullmatch(one.measure):
            raise self._wrong("measure names an outcome in snake_case", "measure")
        if not 0 < (one.ends - one.starts).days <= MAX_DAYS:
            raise self._wrong(f"it ends after it starts, {MAX_DAYS} days later at most", "ends")
        if not 0 <= one.rollout <= BUCKETS:
            raise self._wrong(f"rollout is from 0 to {BUCKETS} buckets", "rollout")
        if wrong := mistake(one.where):
            raise self._wrong(wrong, "where")
        self._check_arms()
        self._check_slots(seen)

    def _check_arms(self) -> None:
        one = self._experiment
        names: set[str] = set()
        for arm in one.arms:
            if wrong := _wrong_id("arm", arm.id, names):
                raise self._wrong(wrong, "arms")
            if arm.buckets < 1:
                raise self._wrong(f"the arm {arm.id} has at least one bucket", "arms")
            if not all(_SETTING.fullmatch(name) for name in arm.settings):
                raise self._wrong(f"the settings of the arm {arm.id} are named in snake_case", "arms")
            names.add(arm.id)
        total = sum(arm.buckets for arm in one.arms)
        if total != BUCKETS:
            raise self._wrong(f"the arms' buckets add up to {BUCKETS}, not {total}", "arms")
        if one.is_rollout and one.control:
            raise self._wrong("a rollout, which has one arm, has no control", "control")
        if not one.is_rollout and one.control not in names:
            raise self._wrong("control names the arm that the others are compared with", "control")

    def _check_slots(self, seen: Mapping[str, Experiment]) -> None:
        one = self._experiment
        if one.buckets < 1 or one.first < 0 or one.first + one.buckets > BUCKETS:
            raise self._wrong(f"first and buckets name buckets of the layer's {BUCKETS}", "buckets")
        for other in seen.values():
            shared = one.layer == other.layer and (
                max(one.first, other.first) < min(one.first + one.buckets, other.first + other.buckets)
            )
            if shared and max(one.starts, other.starts) < min(one.ends, other.ends):
                raise self._wrong(f"its buckets are those of {other.id} at the same time", "first")

    def _wrong(self, message: str, key: str) -> PolicyError:
        return self._places.complain(message, "experiment", self._index, key)
