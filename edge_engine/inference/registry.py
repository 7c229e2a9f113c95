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

import msgspec

from edge_engine.errors import ModelMissing, ModelRefused
from edge_engine.inference.onnx_wire import scan

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from types import ModuleType

    from onnxruntime import InferenceSession

MAX_MODEL_BYTES: Final = 8 * 1024 * 1024
"""Largest model file that is loaded."""

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


class ModelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the manifest says of one model.

    Attributes:
        name: Identifier, such as ``categorizer``.
        version: The model's own version.
        file: Path under the models' folder.
        sha256: Digest of the file, hexadecimal.
        bytes: Size of the file.
        input: Name of the graph's only input.
        output: Name of the graph's only output.
        window: Length of one row of the input.
        labels: Taxonomy codes of the output's columns, in order.
        abstain_below: Probability under which the model says nothing.
        sources: Where the training data came from, with its license.
    """

    name: str
    version: str
    file: str
    sha256: str
    bytes: int
    input: str
    output: str
    window: int
    labels: tuple[int, ...]
    abstain_below: float
    sources: tuple[str, ...]


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    models: tuple[ModelEntry, ...]


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
            text = (folder / "manifest.json").read_bytes()
        except OSError:
            raise ModelMissing("the models' manifest is not installed") from None
        try:
            manifest = msgspec.json.decode(text, type=_Manifest)
        except msgspec.MsgspecError as error:
            raise ModelRefused(f"the models' manifest is not valid: {error}") from None
        if manifest.schema != 1:
            raise ModelRefused("the models' manifest is of a schema that this engine does not know")
        return cls(folder, manifest.models)

    def entry(self, name: str) -> ModelEntry:
        """Return what the manifest says of ``name``.

        Raises:
            ModelMissing: It does not name such a model.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise ModelMissing(f"the model {name} is not installed")

    def read(self, name: str) -> bytes:
        """Return the checked bytes of a model.

        Raises:
            ModelMissing: The model is not installed.
            ModelRefused: Its bytes are not the manifest's, or it is not a graph that may run here.
        """
        entry = self.entry(name)
        if not entry.file.isascii() or entry.file.startswith("/") or ".." in entry.file.split("/"):
            raise ModelRefused(f"the model {name} names a file outside the models' folder")
        if not 0 < entry.bytes <= MAX_MODEL_BYTES:
            raise ModelRefused(f"the model {name} is larger than {MAX_MODEL_BYTES} bytes")
        try:
            with self.folder.joinpath(*entry.file.split("/")).open("rb") as file:
                content = file.read(entry.bytes + 1)
        except OSError:
            raise ModelMissing(f"the file of the model {name} is not installed") from None
        if len(content) != entry.bytes or hashlib.sha256(content).hexdigest() != entry.sha256:
            raise ModelRefused(f"the model {name} is not the file that was published")
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
