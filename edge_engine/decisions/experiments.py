"""Experiments and rollouts as they are defined: ``experiments.toml``, read and checked line by line."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.toml_file import decode, packaged, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.decisions.bucketing import BUCKETS
from edge_engine.decisions.experiment_checks import check_experiments
from edge_engine.decisions.predicate import Predicate, data_behind
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = "experiments.toml"


class Namespace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the product whose experiments are independent of every other part's.

    Attributes:
        id: Identifier in snake case.
        says: What it covers, for people.
        holdout: Buckets of 10,000 whose people see the standard version of everything in it, always.
        stopped: The kill switch of everything in it.
    """

    id: str
    says: str
    holdout: int
    stopped: bool = False


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Within a namespace, experiments of which a person is in one at most; layers are independent of each other.

    Attributes:
        id: Identifier in snake case, unique over all namespaces.
        namespace: Identifier of its namespace.
    """

    id: str
    namespace: str


class Arm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version.

    Attributes:
        id: Identifier in snake case.
        buckets: Its share of the experiment's 10,000 buckets.
        settings: What the product does differently, by name; empty for the standard version.
    """

    id: str
    buckets: int
    settings: dict[str, bool | int | float | str] = {}


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One experiment, or a rollout where it has a single arm.

    Attributes:
        id: Identifier in snake case, never used again for another experiment.
        layer: Identifier of its layer.
        first: First of the layer's buckets that are its own.
        buckets: How many of them are.
        asks: The question that it answers, for people.
        owner: Who answers for it.
        measure: Name of the outcome that decides.
        starts: First day, UTC.
        ends: First day, UTC, on which it no longer runs.
        arms: Its versions; buckets add up to 10,000.
        control: Identifier of the arm that the others are compared with; empty in a rollout.
        rollout: How many of 10,000 of the people that it could have are in it; raising it keeps those.
        where: Conditions that a person's facts fulfil on the day of the assignment.
        stopped: The kill switch.
    """

    id: str
    layer: str
    first: int
    buckets: int
    asks: str
    owner: str
    measure: str
    starts: date
    ends: date
    arms: tuple[Arm, ...]
    control: str = ""
    rollout: int = BUCKETS
    where: tuple[Predicate, ...] = ()
    stopped: bool = False

    @property
    def is_rollout(self) -> bool:
        """Whether it only turns something on for more and more people."""
        return len(self.arms) == 1

    def arm(self, arm: str) -> Arm | None:
        """Return an arm by its identifier, None where it has no such arm."""
        return next((one for one in self.arms if one.id == arm), None)

    def arm_at(self, bucket: int) -> Arm:
        """Return the arm that a bucket of the stage ``arm`` belongs to: the arms stand in the order of the file."""
        for one in self.arms:
            if bucket < one.buckets:
                return one
            bucket -= one.buckets
        raise InputError(f"a bucket is below {BUCKETS}")

    def data(self) -> frozenset[str]:
        """Return the data categories that its targeting is worked out from; consent is asked for these."""
        return data_behind(self.where)


class ExperimentsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``experiments.toml``."""

    schema: int
    namespace: tuple[Namespace, ...]
    layer: tuple[Layer, ...]
    experiment: tuple[Experiment, ...] = ()


class Experiments(msgspec.Struct, frozen=True):
    """Every experiment of one file.

    Attributes:
        namespaces: By identifier, in the order of the file.
        layers: By identifier.
        experiments: By identifier.
        digest: SHA-256 of the file, hexadecimal.
    """

    namespaces: dict[str, Namespace]
    layers: dict[str, Layer]
    experiments: dict[str, Experiment]
    digest: str

    @classmethod
    def default(cls) -> Experiments:
        """Return the experiments that ship with the engine; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path) -> Experiments:
        """Read ``experiments.toml`` of a folder.

        Raises:
            PolicyError: It cannot be read or is not valid; the sentence names the file and the line.
        """
        return cls.parse(read_text(Path(folder) / FILE))

    @classmethod
    def parse(cls, text: str) -> Experiments:
        """Read experiments from the text of their file.

        Raises:
            PolicyError: It is not valid; the sentence names the file and the line.
        """
        main = decode(text, ExperimentsFile, FILE)
        check_experiments(main, Places(text, FILE))
        return cls(
            {one.id: one for one in main.namespace},
            {one.id: one for one in main.layer},
            {one.id: one for one in main.experiment},
            hashlib.sha256(text.encode()).hexdigest(),
        )

    def namespace_of(self, experiment: Experiment) -> Namespace:
        """Return the namespace that an experiment's layer is in."""
        return self.namespaces[self.layers[experiment.layer].namespace]

    def of_layer(self, layer: str) -> Mapping[str, Experiment]:
        """Return the experiments of a layer by identifier."""
        return {name: one for name, one in self.experiments.items() if one.layer == layer}


@cache
def _default() -> Experiments:
    return Experiments.parse(packaged(FILE))
