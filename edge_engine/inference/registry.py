"""The models that are installed: what is loaded is exactly what was checked.

A model is read once, its digest compared with the manifest's, what it can take bounded by its operators' shapes, and
the same bytes handed to the runtime. Anything that would make the runtime look elsewhere (external data), run other
people's code (custom domains, functions), loop (subgraphs) or fill the memory is refused before the runtime sees it.
"""

from __future__ import annotations

import functools
import hashlib
import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

import msgspec

from edge_engine.errors import ModelMissing, ModelRefused
from edge_engine.inference import manifest
from edge_engine.inference.onnx_bounds import Cost, bound
from edge_engine.inference.onnx_wire import scan
from edge_engine.regular_file import open_regular

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from types import ModuleType

    from onnxruntime import InferenceSession

    from edge_engine.inference.manifest import File, ModelEntry


EVIDENCE: Final = "evidence"
"""Role of the side file that holds what is weighed beside a model, and repeats the numbers of its entry."""

SIZES: Final = "sizes"
"""Role of the side file that holds what the size of an amount says."""

CLASSES: Final = "evaluation_classes"
"""Role of the side file that says which leaf counts as which class when a model is measured."""

BESIDE: Final = frozenset(("calibration", CLASSES))
"""Roles of side files that no answer rests on: pictures of the card, and what a measurement alone reads."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to run.

    Attributes:
        entry: What the manifest says of it.
        session: The runtime over the checked bytes.
        files: Contents of the side files that its answers rest on, by role, checked.
    """

    entry: ModelEntry
    session: InferenceSession
    files: dict[str, bytes]


class Shelf(Protocol):
    """Where the files of models are."""

    def content(self, file: File) -> bytes | None:
        """Return a file, or no more than one byte beyond its stated size of it; None where it is not there."""
        ...


class Loader(Protocol):
    """Gives models that are ready to run."""

    def load(self, name: str) -> Loaded:
        """Return a model with its side files.

        Raises:
            ModelMissing: It is not installed.
            ModelRefused: It cannot be trusted, or the runtime refuses it.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """Files under one folder."""

    folder: Traversable

    def content(self, file: File) -> bytes | None:
        """Return a file, read once."""
        try:
            with _open(self.folder.joinpath(*file.path.split("/"))) as opened:
                return opened.read(file.bytes + 1)
        except OSError:
            return None


@dataclass(frozen=True, slots=True)
class Registry:
    """The models of one manifest.

    Attributes:
        shelf: Holds the files that the manifest names.
        entries: What the manifest names, in its order.
    """

    shelf: Shelf
    entries: tuple[ModelEntry, ...]

    @classmethod
    def default(cls) -> Registry:
        """Return the models that ship with the engine; the manifest is read once a process."""
        return _default()

    @classmethod
    def at(cls, folder: Traversable) -> Registry:
        """Read the manifest in ``folder``.

        Raises:
            ModelMissing: There is no manifest.
            ModelRefused: The manifest is not one.
        """
        try:
            with _open(folder / "manifest.json") as file:
                text = file.read(manifest.MAX_MANIFEST_BYTES + 1)
        except OSError:
            raise ModelMissing("the models' manifest is not installed") from None
        return cls(FolderShelf(folder), manifest.decode(text).models)

    def entry(self, name: str) -> ModelEntry:
        """Return what the manifest says of ``name``.

        Raises:
            ModelMissing: It does not name such a model.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise ModelMissing(f"the model {name} is not installed")

    def file(self, name: str, role: str) -> bytes:
        """Return one published file of a model, checked: ``card``, ``golden`` or a side file's role.

        Raises:
            ModelMissing: The model, or the file, is not installed.
            ModelRefused: Its bytes are not the manifest's.
        """
        files = self.entry(name).published()
        if role not in files:
            raise ModelMissing(f"the model {name} has no file {role}")
        return self._checked(name, files[role])

    def read(self, name: str) -> bytes:
        """Return the checked bytes of a model's graph.

        Raises:
            ModelMissing: The model is not installed.
            ModelRefused: Its bytes are not the manifest's, or it is not a graph that may run here.
        """
        content = self.file(name, "model")
        inspect(self.entry(name), content)
        return content

    def session(self, name: str) -> InferenceSession:
        """Return a session over the checked bytes.

        Raises:
            ModelMissing: The model is not installed.
            ModelRefused: Its bytes are refused, here or by the runtime.
        """
        return open_session(name, self.read(name))

    def load(self, name: str) -> Loaded:
        """Return a model ready to run, with the side files that its answers rest on.

        A damaged picture keeps nobody from a sound model; `verify` names it.

        Raises:
            ModelMissing: The model, or one of those files, is not installed.
            ModelRefused: Its bytes are refused, here or by the runtime.
        """
        entry = self.entry(name)
        files = {role: self._checked(name, file) for role, file in entry.files.items() if role not in BESIDE}
        require_agreement(entry, files)
        return Loaded(entry, self.session(name), files)

    def _checked(self, name: str, file: File) -> bytes:
        content = self.shelf.content(file)
        if content is None:
            raise ModelMissing(f"the file {file.path} of the model {name} is not installed")
        if len(content) != file.bytes or hashlib.sha256(content).hexdigest() != file.sha256:
            raise ModelRefused(f"the file {file.path} of the model {name} is not the one that was published")
        return content


def _open(place: Traversable) -> IO[bytes]:
    """Open a file of a folder; one inside an archive is always a file."""
    return open_regular(place) if isinstance(place, Path) else place.open("rb")


class _Repeated(msgspec.Struct, frozen=True):
    """What a side file repeats of the manifest, which has no digest of its own."""

    manifest_numbers: dict[str, float] | None = None


def require_agreement(entry: ModelEntry, files: Mapping[str, bytes]) -> None:
    """See that the manifest's numbers are those that the model's evidence was published with, where it has any.

    A table of sizes is read too, so that an update with a bad one gives way here and not when it is first asked.

    Args:
        entry: The manifest's.
        files: Checked contents by role.

    Raises:
        ModelRefused: They differ, or the evidence or the sizes cannot be read.
    """
    if SIZES in files:
        from edge_engine.inference.sizes import Sizes  # noqa: PLC0415 - needs numpy, of which the manifest needs none

        Sizes.of(files[SIZES], ())
    if EVIDENCE not in files:
        return
    try:
        told = msgspec.json.decode(files[EVIDENCE], type=_Repeated).manifest_numbers
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ModelRefused(f"the evidence of the model {entry.name} cannot be read") from None
    if told is not None and told != entry.numbers:
        raise ModelRefused(f"the numbers of the model {entry.name} are not those that were published")


def inspect(entry: ModelEntry, content: bytes) -> Cost:
    """Return what one run of a model takes at most, having found it to be what its entry says.

    Args:
        entry: The manifest's.
        content: The graph, whose digest was compared.

    Raises:
        ModelRefused: It is not a graph that may run here, or not the one that the entry describes.
    """
    graph = scan(content)
    cost = bound(graph)
    for told, found in ((entry.inputs, graph.inputs), (entry.outputs, graph.outputs)):
        if [(one.name, one.dtype, one.shape) for one in told] != [
            (one.name, one.dtype, one.shape) for one in found
        ]:
            raise ModelRefused(f"the model {entry.name} has other inputs or outputs than its manifest says")
    if set(entry.operators) != graph.operators:
        raise ModelRefused(f"the model {entry.name} has other operators than its manifest says")
    return cost


def open_session(name: str, content: bytes) -> InferenceSession:
    """Return a session over inspected bytes: one thread, no spinning, on the processor alone.

    Raises:
        ModelRefused: The runtime refuses them.
    """
    onnxruntime = quiet_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    try:
        session: InferenceSession = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
    except Exception:  # noqa: BLE001 - the runtime raises its own unrelated classes
        raise ModelRefused(f"the runtime refuses the model {name}") from None
    # Kept there to fall back to another provider, of which there is none: megabytes for nothing as long as it lives.
    session._model_bytes = None  # noqa: SLF001 - nothing public lets go of it
    return session


def quiet_runtime() -> ModuleType:
    """Import onnxruntime with its telemetry off, and return it.

    Builds such as 1.32 hold an uploader of usage events, on Linux too: it writes a device identifier and an event
    database into the user's cache folder and the temporary folder, to be sent to its maker (ADR 10).

    # INVARIANT: nothing leaves the device. The variable must stand before the library is loaded; where the host
    # loaded it earlier, its events are switched off from here on.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # noqa: PLC0415 - 70 ms and 30 MB that only inference pays

    onnxruntime.disable_telemetry_events()
    module: ModuleType = onnxruntime
    return module


@functools.cache
def _default() -> Registry:
    return Registry.at(resources.files("edge_engine_models"))
