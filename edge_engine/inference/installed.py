"""The models that are installed: those that ship with the engine, and updates that were accepted since.

An update stands before the shipped model of its name where its version is greater. Whichever cannot be loaded any more
gives way to the one before it, and the shipped one is always the last: a store without a working update works.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import Busy, ModelError, ModelMissing, ModelRefused
from edge_engine.inference import golden as golden_answers
from edge_engine.inference.manifest import ModelEntry
from edge_engine.inference.registry import (
    BESIDE,
    Registry,
    inspect,
    open_session,
    quiet_runtime,
    require_agreement,
)
from edge_engine.vault.model_store import GOOD, REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge_engine.inference.first_load import Verdict
    from edge_engine.inference.manifest import File, Tensor
    from edge_engine.inference.registry import Loaded
    from edge_engine.vault.model_store import VaultModelStore

SHIPPED: Final = "shipped"
UPDATE: Final = "update"


@dataclass(frozen=True, slots=True)
class StoreShelf:
    """The files of updates, by their digests."""

    store: VaultModelStore

    def content(self, file: File) -> bytes | None:
        """Return a file."""
        return self.store.file(file.sha256)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model that may be used.

    Attributes:
        registry: Holds this model.
        entry: What its manifest says.
        origin: `SHIPPED` or `UPDATE`.
        runtime: Version of the runtime that tried it; empty where it needs no trial.
        problem: Why its graph cannot be used, in one sentence; empty where it can, and where nobody looked.
    """

    registry: Registry
    entry: ModelEntry
    origin: str
    runtime: str = ""
    problem: str = ""


class ModelCheck(msgspec.Struct, frozen=True):
    """What was found when a model was examined.

    Attributes:
        name: The model.
        version: Its version.
        origin: ``shipped`` or ``update``.
        ok: Whether every examination passed.
        problem: What did not, in one sentence; empty where all did.
        files: How many files have the digest of the manifest.
        operators: How many kinds of operators the graph uses, all allowed.
        memory_mb: Most megabytes that the results of one run of 256 rows take, at 4 bytes an element.
        cases: Golden answers that were replayed.
        difference: Largest difference from them.
        load_ms: Milliseconds that the runtime took to load it.
    """

    name: str
    version: int
    origin: str
    ok: bool
    problem: str = ""
    files: int = 0
    operators: int = 0
    memory_mb: float = 0.0
    cases: int = 0
    difference: float = 0.0
    load_ms: float = 0.0


class Installed:
    """Chooses among the shipped models and the updates of one store.

    Args:
        store: Where updates are; None where there is no store.
        shipped: The models that came with the engine.
    """

    def __init__(self, store: VaultModelStore | None = None, shipped: Registry | None = None) -> None:
        self._store = store
        self._shipped = shipped or Registry.default()

    def load(self, name: str) -> Loaded:
        """Return the best model of a name that loads; what does not load is marked and never tried again.

        Raises:
            ModelMissing: It is not installed.
            ModelRefused: Not even the shipped one loads.
        """
        for candidate in self.candidates(name):
            try:
                self._tried_here(candidate)
                return candidate.registry.load(name)
            except ModelError as error:
                if candidate.origin == SHIPPED or self._store is None:
                    raise
                if _untried(error):
                    continue
                # While a write is under way it cannot be marked; then the next load finds the same.
                with suppress(Busy):
                    self._store.mark(name, candidate.entry.version, REFUSED, candidate.runtime)
        raise ModelMissing(f"the model {name} is not installed")

    def current(self) -> list[Candidate]:
        """Return the best model of each name whose bytes are the published ones, else the shipped one and its problem.

        One that is broken hides none of the others.
        """
        found = []
        for name in self._names():
            try:
                found.append(self._sound(name))
            except ModelError as error:
                last = list(self.candidates(name))[-1:]
                found += [replace(one, problem=error.message) for one in last]
        return found

    def updated(self, name: str) -> bool:
        """Tell whether an update of a model may stand before what ships."""
        return any(candidate.origin == UPDATE for candidate in self.candidates(name))

    def _names(self) -> list[str]:
        """Return the names of all models: those that ship, and those that updates brought."""
        names = [entry.name for entry in self._shipped.entries]
        brought = (
            [] if self._store is None else [one.name for one in self._store.models() if one.state == GOOD]
        )
        return list(dict.fromkeys([*names, *brought]))

    def _sound(self, name: str) -> Candidate:
        for candidate in self.candidates(name):
            try:
                candidate.registry.read(name)
            except ModelError:
                if candidate.origin == SHIPPED:
                    raise
            else:
                return candidate
        raise ModelMissing(f"the model {name} is not installed")

    def candidates(self, name: str) -> Iterator[Candidate]:
        """Yield the models of a name, the best first; some come by updates alone and ship with no engine."""
        shipped = next((entry for entry in self._shipped.entries if entry.name == name), None)
        if self._store is not None:
            shelf = StoreShelf(self._store)
            for kept in self._store.models():
                entry = _entry(kept.entry) if (kept.name, kept.state) == (name, GOOD) else None
                if entry is None or entry.name != name:
                    continue
                if shipped is None or supersedes(entry, shipped):
                    yield Candidate(Registry(shelf, (entry,)), entry, UPDATE, kept.runtime)
        if shipped is not None:
            yield Candidate(self._shipped, shipped, SHIPPED)

    def card(self, name: str) -> str:
        """Return the card of the model that is used.

        Raises:
            ModelMissing: There is no such model.
            ModelRefused: Its card is not the published one.
        """
        candidate = self._sound(name)
        return candidate.registry.file(name, "card").decode("utf-8", "replace")

    def verify(self) -> list[ModelCheck]:
        """Examine every installed model: files, digests, operators, limits, and golden answers with the runtime."""
        return [_examined(candidate) for name in self._names() for candidate in self.candidates(name)]

    def _tried_here(self, candidate: Candidate) -> None:
        """Try an update again in a child process where it was tried by another version of the runtime."""
        if candidate.origin == SHIPPED or candidate.runtime == quiet_runtime().__version__:
            return
        verdict = try_out(candidate.registry, candidate.entry)
        if self._store is not None:
            with suppress(Busy):
                self._store.mark(candidate.entry.name, candidate.entry.version, GOOD, verdict.runtime)


def supersedes(entry: ModelEntry, shipped: ModelEntry) -> bool:
    """Return whether an update may stand before the shipped model: newer, and used in the same way."""
    return entry.version > shipped.version and interchangeable(entry, shipped)


def interchangeable(entry: ModelEntry, shipped: ModelEntry) -> bool:
    """Return whether the engine's code can use one model as the other.

    The interface is the same, and so are the inputs but for their lengths; nothing that the code may ask for is
    missing from outputs, numbers and the side files that answers rest on.
    """
    outputs = {tensor.name: tensor for tensor in entry.outputs}
    return (
        entry.interface == shipped.interface
        and list(map(_kind, entry.inputs)) == list(map(_kind, shipped.inputs))
        and all(one.name in outputs and _kind(outputs[one.name]) == _kind(one) for one in shipped.outputs)
        and entry.numbers.keys() >= shipped.numbers.keys()
        and entry.files.keys() >= shipped.files.keys() - BESIDE
    )


def _kind(tensor: Tensor) -> tuple[object, ...]:
    """Return what two tensors must share to be used alike: all but the lengths of axes that the model fixes."""
    axes = tuple(axis if isinstance(axis, str) else None for axis in tensor.shape)
    return tensor.name, tensor.dtype, axes, bool(tensor.labels)


def _untried(error: ModelError) -> bool:
    from edge_engine.inference.first_load import Untried  # noqa: PLC0415 - only updates need a child process

    return isinstance(error, Untried)


def try_out(registry: Registry, entry: ModelEntry, trial: Callable[..., Verdict] | None = None) -> Verdict:
    """Load a foreign model for the first time and return what was found.

    Args:
        registry: Holds it.
        entry: What its manifest says.
        trial: Loads and runs it where it can do no harm; `edge_engine.inference.first_load` by default.

    Raises:
        ModelMissing: A file is not there.
        ModelRefused: A file is not the published one, or the model fails.
    """
    from edge_engine.inference.first_load import first_load  # noqa: PLC0415 - only updates need a child process

    contents = {role: registry.file(entry.name, role) for role in entry.published()}
    require_agreement(entry, contents)
    inspect(entry, contents["model"])
    return (trial or first_load)(entry, contents["model"], contents["golden"])


def _entry(text: bytes) -> ModelEntry | None:
    try:
        return msgspec.json.decode(text, type=ModelEntry)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _examined(candidate: Candidate) -> ModelCheck:
    entry, registry = candidate.entry, candidate.registry
    found = ModelCheck(entry.name, entry.version, candidate.origin, ok=False)
    try:
        contents = {role: registry.file(entry.name, role) for role in entry.published()}
        require_agreement(entry, contents)
        cost = inspect(entry, contents["model"])
        quiet_runtime()
        started = time.perf_counter()
        session = open_session(entry.name, contents["model"])
        taken = time.perf_counter() - started
        answers = golden_answers.decode(contents["golden"])
        difference = golden_answers.replay(session, entry, answers)
    except (ModelMissing, ModelRefused) as error:
        return msgspec.structs.replace(found, problem=error.message)
    return msgspec.structs.replace(
        found,
        ok=True,
        files=len(contents),
        operators=len(entry.operators),
        memory_mb=round(cost.total * 4 / 1e6, 1),
        cases=len(answers.cases),
        difference=float(f"{difference:.2g}"),
        load_ms=round(taken * 1000, 1),
    )
