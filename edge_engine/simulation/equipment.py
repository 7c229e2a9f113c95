"""What all devices of a run have in common: rules, catalogue, prior and assumptions, read once a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.policy import Policy
from edge_engine.decisions.fleet_prior import CorrectedPrior, LinearPrior
from edge_engine.decisions.rules import DecisionRules
from edge_engine.errors import DecisionError, InputError, ModelError
from edge_engine.inference.recommender import Recommender
from edge_engine.inference.registry import Registry
from edge_engine.signals.catalogue import Catalogue
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.record import PriorKind
from edge_engine.simulation.retention import Hazard
from edge_engine.version import VERSION

if TYPE_CHECKING:
    from edge_engine.decisions.ranking import Prior
    from edge_engine.simulation.record import Settings

LEAST_FACTOR: Final = 0.01
MOST_FACTOR: Final = 100.0

_CATALOGUE: Final = "signals.toml"
_POLICY: Final = "policy"
_PRIOR: Final = "prior"
_ASSUMPTIONS: Final = "assumptions"
_PROGRAM: Final = "edge-engine"


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a device is made with.

    Attributes:
        policy: Of consent.
        rules: Of decisions.
        catalogue: Of signals, its losses multiplied as the settings say.
        prior: What is expected of suggestions before anything was learned; None for nothing.
        assumptions: Of the behaviour model.
        hazard: Of the retention model.
        digests: SHA-256 of what the above was read from, by name.
    """

    policy: Policy
    rules: DecisionRules
    catalogue: Catalogue
    prior: Prior | None
    assumptions: Assumptions
    hazard: Hazard
    digests: dict[str, str]

    @classmethod
    def of(cls, settings: Settings) -> Equipment:
        """Return the equipment of a run; read once a process and settings.

        Raises:
            PolicyError: A folder's file cannot be read or is not valid, or conditions rest on data that the policy does
                not let them use.
            DecisionError: The prior is none.
            InputError: A file cannot be read, or a number that the settings change is none of the model's.
        """
        return _equipment(msgspec.json.encode(settings))


@lru_cache(maxsize=4)
def _equipment(written: bytes) -> Equipment:
    from edge_engine.simulation.record import Settings  # noqa: PLC0415 - types alone need it above

    settings = msgspec.json.decode(written, type=Settings)
    policy = Policy.load(settings.policy) if settings.policy else Policy.default()
    rules = DecisionRules.load(settings.offers) if settings.offers else DecisionRules.default()
    rules.require_covered(policy)
    catalogue = Catalogue.load(settings.signals, policy) if settings.signals else Catalogue.default()
    prior = _prior(settings)
    try:
        assumptions = Assumptions.default().changed(**settings.behaviour)
    except KeyError as unknown:
        raise InputError(f"the behaviour model has no number {unknown.args[0]}") from None
    try:
        hazard = Hazard.default().changed(settings.retention)
    except KeyError as unknown:
        raise InputError(f"the retention model has no number {unknown.args[0]}") from None
    digests = {
        _POLICY: policy.digest,
        **rules.digests,
        _CATALOGUE: _digest(msgspec.json.encode(catalogue)),
        **{entry.name: entry.model.sha256 for entry in Registry.default().entries},
        _ASSUMPTIONS: _assumptions(),
    }
    if prior is not None:
        digests[_PRIOR] = prior.name
    scaled_catalogue = scaled(catalogue, settings.epsilon_factor)
    return Equipment(policy, rules, scaled_catalogue, prior, assumptions, hazard, digests)


def require_factor(factor: float) -> None:
    """Refuse a factor of epsilon that is out of range.

    Raises:
        InputError: It is.
    """
    if not LEAST_FACTOR <= factor <= MOST_FACTOR:
        raise InputError(f"epsilon is multiplied by {LEAST_FACTOR:g} to {MOST_FACTOR:g}")


def scaled(catalogue: Catalogue, factor: float) -> Catalogue:
    """Return a catalogue whose losses, and the budget that they fit into, are multiplied.

    Raises:
        InputError: The factor is out of range.
    """
    require_factor(factor)
    if factor == 1.0:
        return catalogue
    signals = {
        one.id: msgspec.structs.replace(one, epsilon=round(one.epsilon * factor, 6)) for one in catalogue
    }
    budget = msgspec.structs.replace(catalogue.budget, epsilon=round(catalogue.budget.epsilon * factor, 6))
    return msgspec.structs.replace(catalogue, signals=signals, budget=budget)


def digests_of(settings: Settings) -> dict[str, str]:
    """Return the digests of everything that a run rests on, as it is now.

    Raises:
        PolicyError: A folder's file cannot be read or is not valid.
        DecisionError: The prior is none.
        InputError: A file cannot be read.
    """
    bare = msgspec.structs.replace(settings, digests={})
    return {_PROGRAM: VERSION, **Equipment.of(bare).digests}


def require_same(settings: Settings) -> None:
    """Refuse to say anything more of a run by other rules than those that it was lived under.

    Raises:
        InputError: Something that it rests on is another one by now.
        PolicyError: A folder's file cannot be read or is not valid.
        DecisionError: The prior is none.
    """
    now = digests_of(settings)
    names = sorted(name for name in {*now, *settings.digests} if now.get(name) != settings.digests.get(name))
    if names:
        raise InputError(
            f"what this run was lived under is another one by now: {', '.join(names)}; its report stays as it was"
        )


def read_prior(file: Path) -> LinearPrior:
    """Return a published prior of a fleet.

    Raises:
        InputError: The file cannot be read.
        DecisionError: It is no prior.
    """
    try:
        return LinearPrior.decode(file.read_bytes())
    except OSError:
        raise InputError(f"the prior {file} cannot be read") from None


def _prior(settings: Settings) -> Prior | None:
    if settings.prior is PriorKind.NONE:
        return None
    if settings.prior is PriorKind.SHIPPED:
        return _shipped()
    taught = read_prior(Path(settings.prior_file))
    if not taught.file.beside:
        return taught
    model = _shipped()
    if model is None or model.name != taught.file.beside:
        raise DecisionError("the prior stands beside another model than the one that ships")
    return CorrectedPrior(model, taught)


def _shipped() -> Prior | None:
    try:
        return Recommender.load()
    except ModelError:
        return None


def _assumptions() -> str:
    """Return the digest of everything that is assumed of people and their money."""
    folder = files("edge_engine.simulation") / "catalogs"
    found = {one.name: one.read_bytes() for one in folder.iterdir() if one.name.endswith(".toml")}
    return _digest(b"".join(name.encode() + b"\0" + found[name] + b"\0" for name in sorted(found)))


def _digest(content: bytes) -> str:
    import hashlib  # noqa: PLC0415 - once a process

    return hashlib.sha256(content).hexdigest()
