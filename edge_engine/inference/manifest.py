"""What is published of a model: its files with their digests, its tensors, where it comes from and how well it does.

A manifest is one JSON file beside the models' folders. The schema is strict: an unknown field, a missing one or a
value outside its bounds refuses the whole file. ``docs/models.md`` tells it to ports in other languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from edge_engine.errors import ModelRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA: Final = 2
"""The manifest's own version."""

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
"""Largest file of a model that is read."""

MAX_MANIFEST_BYTES: Final = 1024 * 1024
"""Largest manifest that is read."""

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z")]
Path = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_.-]{0,63}(/[a-z0-9][a-z0-9_.-]{0,63}){0,3}\Z")]
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Axis = Annotated[int, Meta(ge=1, le=2**31 - 1)] | Name
Label = Annotated[int, Meta(ge=-(2**53), le=2**53)] | Annotated[str, Meta(max_length=128)]
Text = Annotated[str, Meta(max_length=1024)]
ElementType = Literal["bool", "uint8", "int8", "int32", "int64", "float32", "float64"]
Few = Meta(min_length=1, max_length=64)


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published file.

    Attributes:
        path: Place under the folder of the manifest, with ``/`` between names.
        sha256: Digest of its bytes, hexadecimal.
        bytes: Its size.
    """

    path: Path
    sha256: Digest
    bytes: Annotated[int, Meta(ge=1, le=MAX_FILE_BYTES)]


class Tensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One input or output of the graph.

    Attributes:
        name: Its name in the graph.
        dtype: Type of its elements.
        shape: Length of each axis; a name, such as ``batch``, where the caller chooses.
        labels: What the places of the last axis stand for: taxonomy codes, quantiles, names of features.
    """

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    dtype: ElementType
    shape: Annotated[tuple[Axis, ...], Meta(max_length=8)]
    labels: Annotated[tuple[Label, ...], Meta(max_length=65_536)] = ()


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where training data came from.

    Attributes:
        name: What it is called.
        version: Which state of it; empty where it has none.
        license: SPDX expression, or the name of its terms.
    """

    name: Text
    license: Text
    version: Text = ""


class ModelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the manifest says of one model.

    Attributes:
        name: What the engine asks for, such as ``categorizer``.
        version: Grows by one or more with each publication; a smaller one never replaces a greater one.
        interface: Which meaning of inputs and outputs; an update is taken only where the engine knows it.
        license: SPDX expression of the model itself.
        model: The graph.
        card: The model card, Markdown.
        golden: Inputs with the answers that any runtime must give, see `edge_engine.inference.golden`.
        files: Side files by role, such as ``gazetteer``.
        inputs: Every input of the graph, in its order.
        outputs: Every output of the graph, in its order.
        operators: Exactly the operators that the graph uses, sorted.
        numbers: Figures that belong to the use of the model, such as ``abstain_below``.
        sources: Where the training data came from.
        metrics: Measured figures by the data they were measured on.
    """

    name: Name
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    interface: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    license: Text
    model: File
    card: File
    golden: File
    inputs: Annotated[tuple[Tensor, ...], Few]
    outputs: Annotated[tuple[Tensor, ...], Few]
    operators: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=256)]
    sources: Annotated[tuple[Source, ...], Few]
    files: Annotated[dict[Name, File], Meta(max_length=16)] = {}
    numbers: Annotated[dict[Name, float], Meta(max_length=64)] = {}
    metrics: Annotated[dict[Text, dict[Text, float]], Meta(max_length=64)] = {}

    @property
    def id(self) -> str:
        """Name and version, as the vault keeps them beside each answer."""
        return f"{self.name}-{self.version}"

    def input(self, name: str = "") -> Tensor:
        """Return an input by name, the first where none is given.

        Raises:
            ModelRefused: The model has no such input.
        """
        return _named(self.inputs, name, f"the model {self.name} has no input {name}")

    def output(self, name: str = "") -> Tensor:
        """Return an output by name, the first where none is given.

        Raises:
            ModelRefused: The model has no such output.
        """
        return _named(self.outputs, name, f"the model {self.name} has no output {name}")

    def number(self, name: str) -> float:
        """Return a figure that the model is used with.

        Raises:
            ModelRefused: The manifest does not give it.
        """
        if name not in self.numbers:
            raise ModelRefused(f"the manifest does not give the number {name} of the model {self.name}")
        return self.numbers[name]

    def published(self) -> dict[str, File]:
        """Return every file of the model by role: ``model``, ``card``, ``golden`` and its side files."""
        return {**self.files, "model": self.model, "card": self.card, "golden": self.golden}


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file.

    Attributes:
        schema: `SCHEMA`.
        models: Every model once.
    """

    schema: int
    models: Annotated[tuple[ModelEntry, ...], Meta(max_length=64)]


class _Schema(msgspec.Struct, frozen=True):
    schema: int


def decode(text: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        ModelRefused: It is not one, is of another schema, or names a model or a file twice.
    """
    if len(text) > MAX_MANIFEST_BYTES:
        raise ModelRefused(f"the models' manifest is larger than {MAX_MANIFEST_BYTES} bytes")
    try:
        if msgspec.json.decode(text, type=_Schema).schema != SCHEMA:
            raise ModelRefused("the models' manifest is of a schema that this engine does not know")
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ModelRefused(f"the models' manifest is not valid: {error}") from None
    names = [entry.name for entry in manifest.models]
    paths = [file.path for entry in manifest.models for file in entry.published().values()]
    if len(set(names)) != len(names) or len(set(paths)) != len(paths):
        raise ModelRefused("the models' manifest names a model or a file twice")
    return manifest


def encode(entries: Iterable[ModelEntry]) -> bytes:
    """Return the manifest of models as indented JSON, in the order of their names."""
    manifest = Manifest(SCHEMA, tuple(sorted(entries, key=lambda entry: entry.name)))
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def _named(tensors: tuple[Tensor, ...], name: str, message: str) -> Tensor:
    for tensor in tensors:
        if not name or tensor.name == name:
            return tensor
    raise ModelRefused(message)
