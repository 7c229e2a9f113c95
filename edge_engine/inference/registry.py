"""The models that are installed: what is loaded is exactly what was checked.

A model is read once, its digest compared with the manifest's, its operators compared with an allow-list, and the
same bytes handed to the runtime. Anything that would make the runtime look elsewhere (external data), run other
people's code (custom domains, functions) or loop (subgraphs) is refused before the runtime sees it.
"""

from __future__ import annotations

import functools
import hashlib
import os
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from edge_engine.errors import ModelMissing, ModelRefused
from edge_engine.inference import manifest
from edge_engine.inference.onnx_wire import scan

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from types import ModuleType

    from onnxruntime import InferenceSession

    from edge_engine.inference.manifest import File, ModelEntry

MAX_NODES: Final = 2_000
"""Most operators in one graph: the runtime's own set-up takes seconds at tens of thousands."""

OPERATORS: Final = frozenset(
    (
        "Add",
        "BitwiseAnd",
        "Cast",
        "Clip",
        "Concat",
        "Constant",
        "Div",
        "Exp",
        "Flatten",
        "GRU",
        "Gather",
        "Gemm",
        "Identity",
        "LSTM",
        "LayerNormalization",
        "Log",
        "LogSoftmax",
        "MatMul",
        "MatMulInteger",
        "Max",
        "Min",
        "Mul",
        "Neg",
        "Pow",
        "Reciprocal",
        "ReduceMax",
        "ReduceMean",
        "ReduceSum",
        "Relu",
        "Reshape",
        "Sigmoid",
        "Sign",
        "Slice",
        "Softmax",
        "Softplus",
        "Split",
        "Sqrt",
        "Squeeze",
        "Sub",
        "Tanh",
        "Transpose",
        "Unsqueeze",
        "Where",
    )
)
"""Operators of the standard domain that cannot loop, read files or allocate beyond their inputs' shapes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to run.

    Attributes:
        entry: What the manifest says of it.
        session: The runtime over the checked bytes.
        files: Contents of its side files by role, checked.
    """

    entry: ModelEntry
    session: InferenceSession
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Registry:
    """The models under one folder.

    Attributes:
        folder: Holds ``manifest.json`` and the files that it names.
        entries: What the manifest names, in its order.
    """

    folder: Traversable
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
            with (folder / "manifest.json").open("rb") as file:
                text = file.read(manifest.MAX_MANIFEST_BYTES + 1)
        except OSError:
            raise ModelMissing("the models' manifest is not installed") from None
        return cls(folder, manifest.decode(text).models)

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
        graph = scan(content)
        if graph.nodes > MAX_NODES:
            raise ModelRefused(f"the model {name} has more than {MAX_NODES} operators")
        foreign = sorted(graph.operators - OPERATORS)
        if foreign:
            raise ModelRefused(f"the model {name} uses an operator that is not allowed: {foreign[0]}")
        return content

    def session(self, name: str) -> InferenceSession:
        """Return a session over the checked bytes: one thread, no spinning, on the processor alone.

        Raises:
            ModelMissing: The model is not installed.
            ModelRefused: Its bytes are refused, here or by the runtime.
        """
        content = self.read(name)
        onnxruntime = quiet_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        try:
            return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception:  # noqa: BLE001 - the runtime raises its own unrelated classes
            raise ModelRefused(f"the runtime refuses the model {name}") from None

    def load(self, name: str) -> Loaded:
        """Return a model ready to run, with its side files.

        Raises:
            ModelMissing: The model, or one of its files, is not installed.
            ModelRefused: Its bytes are refused, here or by the runtime.
        """
        entry = self.entry(name)
        files = {role: self._checked(name, file) for role, file in entry.files.items()}
        return Loaded(entry, self.session(name), files)

    def _checked(self, name: str, file: File) -> bytes:
        try:
            with self.folder.joinpath(*file.path.split("/")).open("rb") as opened:
                content = opened.read(file.bytes + 1)
        except OSError:
            raise ModelMissing(f"the file {file.path} of the model {name} is not installed") from None
        if len(content) != file.bytes or hashlib.sha256(content).hexdigest() != file.sha256:
            raise ModelRefused(f"the file {file.path} of the model {name} is not the one that was published")
        return content


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
