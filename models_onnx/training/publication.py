"""Publishes a trained model: writes its files beside its card, and its entry in the manifest.

    python -m training.publication            # digests again what is there, after a card was written

Whoever trains calls `publish`; everything that can be read from the graph is read from the graph.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import onnx
from onnx import TensorProto

import edge_engine_models
from edge_engine.errors import ModelMissing
from edge_engine.inference import golden as golden_answers
from edge_engine.inference import manifest
from edge_engine.inference.manifest import File, ModelEntry, Source, Tensor
from edge_engine.inference.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from edge_engine.inference.golden import Case

FOLDER: Final = Path(edge_engine_models.__file__).parent

_TYPES: Final[dict[int, manifest.ElementType]] = {
    TensorProto.BOOL: "bool",
    TensorProto.UINT8: "uint8",
    TensorProto.INT8: "int8",
    TensorProto.INT32: "int32",
    TensorProto.INT64: "int64",
    TensorProto.FLOAT: "float32",
    TensorProto.DOUBLE: "float64",
}


def publish(  # noqa: PLR0913 - one keyword a field of the entry
    name: str,
    model: bytes,
    *,
    version: int,
    interface: int,
    cases: Sequence[Case],
    tolerance: float,
    sources: Sequence[Source],
    labels: Mapping[str, Sequence[int | str]] | None = None,
    numbers: Mapping[str, float] | None = None,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    metrics: Mapping[str, Mapping[str, float]] | None = None,
    folder: Path = FOLDER,
    license: str = "Apache-2.0",  # noqa: A002 - the manifest's word
) -> ModelEntry:
    """Write a model, its golden answers, its side files and its manifest entry; the card must be there already.

    Side files and figures that were published of the very same graph stay: they speak of it.

    Args:
        name: The model's folder and name.
        model: The graph.
        version: Greater than the one published before.
        interface: Which meaning of inputs and outputs the engine's code must know.
        cases: Golden answers, see `edge_engine.inference.golden`.
        tolerance: Largest difference that another runtime may show.
        sources: What it learned from.
        labels: What the places of the last axis of an input or output stand for, by its name.
        numbers: Figures that belong to its use.
        files: Side files: role -> (file name, content).
        metrics: Measured figures: data -> figure -> value.
        folder: Where the manifest is.
        license: SPDX expression.

    Raises:
        ModelMissing: There is no ``card.md``.
    """
    place = folder / name
    contents = {
        "model": ("model.onnx", model),
        "golden": ("golden.json", golden_answers.encode(golden_answers.Golden(tolerance, tuple(cases)))),
        **(files or {}),
    }
    published = {}
    for role, (file, content) in contents.items():
        (place / file).write_bytes(content)
        published[role] = _file(folder, f"{name}/{file}")
    before = {entry.name: entry for entry in _known(folder)}.get(name)
    if before and before.model.sha256 == published["model"].sha256:
        published = {**before.files, **published}
        metrics = {**before.metrics, **(metrics or {})}
    graph = onnx.load_from_string(model).graph
    entry = ModelEntry(
        name=name,
        version=version,
        interface=interface,
        license=license,
        model=published.pop("model"),
        golden=published.pop("golden"),
        card=_file(folder, f"{name}/card.md"),
        files=published,
        inputs=_tensors(graph.input, labels or {}),
        outputs=_tensors(graph.output, labels or {}),
        operators=tuple(sorted({node.op_type for node in graph.node})),
        sources=tuple(sources),
        numbers=dict(numbers or {}),
        metrics={data: dict(figures) for data, figures in (metrics or {}).items()},
    )
    kept = [other for other in _known(folder) if other.name != name]
    _write(folder, [*kept, entry])
    return entry


def revise(
    name: str,
    *,
    numbers: Mapping[str, float] | None = None,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    metrics: Mapping[str, Mapping[str, float]] | None = None,
    source: Source | None = None,
    folder: Path = FOLDER,
) -> None:
    """Change what the manifest says beside a model that stays, and digest its files again.

    Args:
        name: The model's.
        numbers: In place of its numbers, where given.
        files: Side files that join those it has: role -> (file name, content).
        metrics: In place of its measured figures, where given.
        source: What a side file was learned from; joins the sources, once.
        folder: Where the manifest is.
    """
    entries = {entry.name: entry for entry in _known(folder)}
    entry = entries[name]
    written = {}
    for role, (file, content) in (files or {}).items():
        (folder / name / file).write_bytes(content)
        written[role] = _file(folder, f"{name}/{file}")
    entries[name] = msgspec.structs.replace(
        entry,
        numbers=entry.numbers if numbers is None else dict(numbers),
        files={**entry.files, **written},
        metrics=entry.metrics
        if metrics is None
        else {data: dict(figures) for data, figures in metrics.items()},
        sources=entry.sources if source is None or source in entry.sources else (*entry.sources, source),
    )
    _write(folder, entries.values())
    refresh(folder)


def refresh(folder: Path = FOLDER) -> None:
    """Digest every published file again, as after a card was written."""
    _write(
        folder,
        [
            msgspec.structs.replace(
                entry,
                model=_file(folder, entry.model.path),
                card=_file(folder, entry.card.path),
                golden=_file(folder, entry.golden.path),
                files={role: _file(folder, file.path) for role, file in entry.files.items()},
            )
            for entry in _known(folder)
        ],
    )


def _write(folder: Path, entries: Iterable[ModelEntry]) -> None:
    text = manifest.encode(entries)
    manifest.decode(text)
    (folder / "manifest.json").write_bytes(text)


def _known(folder: Path) -> tuple[ModelEntry, ...]:
    return Registry.at(folder).entries if (folder / "manifest.json").exists() else ()


def _file(folder: Path, path: str) -> File:
    try:
        content = folder.joinpath(*path.split("/")).read_bytes()
    except OSError:
        raise ModelMissing(f"{path} is not there; write it before the model is published") from None
    return File(path, hashlib.sha256(content).hexdigest(), len(content))


def _tensors(
    values: Iterable[onnx.ValueInfoProto], labels: Mapping[str, Sequence[int | str]]
) -> tuple[Tensor, ...]:
    return tuple(
        Tensor(
            name=value.name,
            dtype=_TYPES[value.type.tensor_type.elem_type],
            shape=tuple(
                axis.dim_param if axis.HasField("dim_param") else axis.dim_value
                for axis in value.type.tensor_type.shape.dim
            ),
            labels=tuple(labels.get(value.name, ())),
        )
        for value in values
    )


if __name__ == "__main__":
    refresh()
