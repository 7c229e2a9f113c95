"""What is expected of suggestions before anything was learned on a device: the recommender, and what a fleet taught.

The recommender ships with the engine. A prior that a fleet taught ships with none: it comes as any update of a model
does, signed, compared with its digests and tried in a child process, with its floors in the store. What it must be on
top of that is said here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from edge_engine.errors import DecisionError, ModelError, ModelRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.decisions.fleet_prior import LinearPrior
    from edge_engine.decisions.ranking import Prior
    from edge_engine.inference.installed import Installed
    from edge_engine.inference.manifest import ModelEntry
    from edge_engine.inference.updates import Newcomer
    from edge_engine.vault.store import Vault

FLEET_PRIOR: Final = "fleet_prior"
INTERFACE: Final = 1
"""The meaning of its files that this engine knows."""

WEIGHTS: Final = "weights"
"""Role of the file that the engine reads."""


class Expectation:
    """Gives the prior of one store; loads it when it is first asked for.

    Args:
        vault: Where updates are.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: tuple[Prior | None] | None = None

    def __call__(self) -> Prior | None:
        """Return what is expected; None where nothing is, and suggestions are learned from nothing."""
        known = self._known
        if known is None:
            from edge_engine.inference.installed import Installed  # noqa: PLC0415 - only who asks pays for it

            installed = Installed(self._vault.model_store())
            known = (taught(installed, _recommender(installed)),)
            self._known = known
        return known[0]

    def forget(self) -> None:
        """Load anew when it is next asked for."""
        self._known = None


def taught(installed: Installed, model: Prior | None) -> Prior | None:
    """Return the model's expectation with what a fleet taught beside that very model, if an update brought it.

    Args:
        installed: The models of a store.
        model: The recommender; None where there is none.
    """
    from edge_engine.decisions.fleet_prior import CorrectedPrior  # noqa: PLC0415 - loads numpy

    for found in fleet_priors(installed):
        beside = found.file.beside
        if not beside:
            return found
        # Beside another model its weights would correct what that one never got wrong.
        if model is not None and model.name == beside:
            return CorrectedPrior(model, found)
    return model


def fleet_priors(installed: Installed) -> list[LinearPrior]:
    """Return the priors that updates brought, the newest first; one that cannot be read counts for nothing."""
    from edge_engine.decisions.fleet_prior import LinearPrior  # noqa: PLC0415 - loads numpy

    found = []
    for candidate in installed.candidates(FLEET_PRIOR):
        try:
            found.append(LinearPrior.decode(candidate.registry.file(FLEET_PRIOR, WEIGHTS)))
        except (DecisionError, ModelError):
            continue
    return found


def newcomers() -> Mapping[str, Newcomer]:
    """Return what an update may bring though no engine ships with it."""
    from edge_engine.inference.updates import Newcomer  # noqa: PLC0415 - seldom asked for

    return {FLEET_PRIOR: Newcomer(INTERFACE, require_prior)}


def require_prior(entry: ModelEntry, files: Mapping[str, bytes]) -> None:
    """See that a published model is a prior of a fleet that this engine can use.

    Args:
        entry: The manifest's.
        files: Its files by role, whose digests were compared.

    Raises:
        ModelRefused: Its weights are none, out of bounds, of other features or of another version than its entry, or
            they do not give its golden answers.
    """
    from edge_engine.decisions.fleet_prior import LinearPrior  # noqa: PLC0415 - loads numpy

    if WEIGHTS not in files:
        raise ModelRefused("the fleet's prior has no weights")
    try:
        prior = LinearPrior.decode(files[WEIGHTS])
    except DecisionError as error:
        raise ModelRefused(f"the fleet's prior is refused: {error.message}") from None
    if prior.file.version != entry.version:
        raise ModelRefused("the fleet's prior is of another version than its manifest says")
    _require_answers(prior, entry, files["golden"])


def _require_answers(prior: LinearPrior, entry: ModelEntry, answers: bytes) -> None:
    """See that the weights, which the engine reads, say what the graph says, which ports run."""
    import numpy as np  # noqa: PLC0415 - as above

    from edge_engine.inference import golden  # noqa: PLC0415 - as above

    known = golden.decode(answers)
    for case in known.cases:
        given, told = golden.feeds(entry, case), case.outputs.get("means")
        if told is None or set(given) != {"context", "candidates"}:
            raise ModelRefused("the golden answers of the fleet's prior are those of something else")
        try:
            means = np.clip(given["candidates"] @ (given["context"] @ prior.weights), -1.0, 1.0)
            same = np.allclose(means, np.array(told.values).reshape(told.shape), rtol=0, atol=known.tolerance)
        except ValueError:  # other shapes
            same = False
        if not same:
            raise ModelRefused("the weights of the fleet's prior do not give its golden answers")


def _recommender(installed: Installed) -> Prior | None:
    """Return the recommender of a store; the one that ships with the engine is loaded once a process."""
    from edge_engine.inference.recommender import NAME, Recommender  # noqa: PLC0415 - loads onnxruntime

    if installed.updated(NAME):
        try:
            return Recommender.load(installed)
        except ModelError:
            return None
    return _shipped()


@cache
def _shipped() -> Prior | None:
    from edge_engine.inference.recommender import Recommender  # noqa: PLC0415 - loads onnxruntime

    try:
        return Recommender.load()
    except ModelError:
        return None
