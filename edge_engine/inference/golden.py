"""Golden answers: inputs of a model with what any runtime on any device must make of them.

A file of golden answers is published beside each model. It is replayed before an update becomes current, by
``edge-engine models verify``, and by ports in other languages. A case is one run of the graph::

    {"inputs": {"bytes": {"text": "CAFE 12"}}, "outputs": {"probabilities": {"columns": {"301": 0.97}}}}
    {"inputs": {"weeks": {"shape": [1, 2], "values": [0.5, 1.0]}}, "outputs": {"p50": {"shape": [1], "values": [3.1]}}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta

from edge_engine.errors import ModelRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from edge_engine.inference.manifest import ModelEntry, Tensor

MAX_CASES: Final = 256

_Name = Annotated[str, Meta(max_length=128)]
_Values = Annotated[tuple[float, ...], Meta(max_length=65_536)]
_Shape = Annotated[tuple[Annotated[int, Meta(ge=0, le=65_536)], ...], Meta(max_length=8)]


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The value of one input.

    Attributes:
        text: For an input ``uint8[batch, n]``: one row, the text's UTF-8 bytes cut at n and padded with zeros.
        shape: Otherwise, the length of each axis.
        values: The elements, last axis fastest.
    """

    text: Annotated[str, Meta(max_length=16_384)] | None = None
    shape: _Shape = ()
    values: _Values = ()


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one output must be, within the tolerance.

    Attributes:
        columns: Values of the first row by the output's labels; columns that are not named may be anything.
        shape: Otherwise, the length of each axis.
        values: The elements, last axis fastest.
    """

    columns: Annotated[dict[_Name, float], Meta(max_length=4_096)] | None = None
    shape: _Shape = ()
    values: _Values = ()


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One run.

    Attributes:
        inputs: Every input of the model by its name.
        outputs: What is checked, by the name of the output.
        note: Words for people.
    """

    inputs: dict[_Name, Given]
    outputs: Annotated[dict[_Name, Expected], Meta(min_length=1)]
    note: _Name = ""


class Golden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file.

    Attributes:
        tolerance: Largest difference that a runtime may show, absolute and relative to the larger of 1 and the value.
        cases: The runs.
    """

    tolerance: Annotated[float, Meta(ge=0, le=0.01)]
    cases: Annotated[tuple[Case, ...], Meta(min_length=1, max_length=MAX_CASES)]


def decode(text: bytes) -> Golden:
    """Read golden answers.

    Raises:
        ModelRefused: They are not valid.
    """
    try:
        return msgspec.json.decode(text, type=Golden)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ModelRefused(f"the golden answers are not valid: {error}") from None


def encode(golden: Golden) -> bytes:
    """Return golden answers as JSON, one case a line."""
    cases = b",\n".join(msgspec.json.encode(case) for case in golden.cases)
    return b'{"tolerance": %s, "cases": [\n%s\n]}\n' % (msgspec.json.encode(golden.tolerance), cases)


def feeds(entry: ModelEntry, case: Case) -> dict[str, NDArray[Any]]:
    """Return the arrays that a case gives to the runtime.

    Raises:
        ModelRefused: The case does not fit the model's inputs.
    """
    if set(case.inputs) != {tensor.name for tensor in entry.inputs}:
        raise ModelRefused(f"the golden answers of the model {entry.name} do not give exactly its inputs")
    return {tensor.name: _array(tensor, case.inputs[tensor.name], entry.name) for tensor in entry.inputs}


def replay(session: InferenceSession, entry: ModelEntry, golden: Golden) -> float:
    """Run every case and return the largest difference that was seen.

    Raises:
        ModelRefused: An answer differs by more than the tolerance, or the runtime fails.
    """
    worst = 0.0
    for at, case in enumerate(golden.cases, start=1):
        names = list(case.outputs)
        for name in names:
            entry.output(name)
        given = feeds(entry, case)
        try:
            found = session.run(names, given)
        except Exception:  # noqa: BLE001 - the runtime raises its own unrelated classes
            raise ModelRefused(f"the model {entry.name} fails on golden case {at}") from None
        for name, answer in zip(names, found, strict=True):
            off = _difference(entry.output(name), case.outputs[name], answer)
            if not off <= golden.tolerance:
                raise ModelRefused(f"the model {entry.name} does not give its golden answer {at}")
            worst = max(worst, off)
    return worst


def given(array: NDArray[Any]) -> Given:
    """Write an input as a case holds it."""
    return Given(shape=array.shape, values=tuple(array.ravel().tolist()))


def expected(array: NDArray[Any], digits: int = 6) -> Expected:
    """Write a whole output as a case holds it, to so many significant digits."""
    return Expected(shape=array.shape, values=tuple(float(f"{v:.{digits}g}") for v in array.ravel().tolist()))


def columns(tensor: Tensor, row: NDArray[Any], most: int = 3, digits: int = 6) -> Expected:
    """Write the greatest columns of a row by their labels."""
    order = (-row).argsort(kind="stable")[:most].tolist()
    found: Mapping[str, float] = {str(tensor.labels[at]): round(float(row[at]), digits) for at in order}
    return Expected(columns=dict(found))


def _array(tensor: Tensor, value: Given, model: str) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415 - only replaying pays for it

    dtype = np.dtype(tensor.dtype)
    if value.text is not None:
        width = tensor.shape[-1] if tensor.shape else 0
        if dtype != np.uint8 or len(tensor.shape) != 2 or not isinstance(width, int):
            raise ModelRefused(
                f"the golden answers of the model {model} give a text to an input that takes none"
            )
        raw = value.text.encode("utf-8", "replace")[:width].ljust(width, b"\0")
        return np.frombuffer(raw, np.uint8).reshape(1, width)
    fits = len(value.shape) == len(tensor.shape) and all(
        have == want for have, want in zip(value.shape, tensor.shape, strict=True) if isinstance(want, int)
    )
    array = np.array(value.values, np.float64)
    size = int(np.prod(value.shape, dtype=np.int64))
    if not fits or size != array.size:
        raise ModelRefused(f"the golden answers of the model {model} do not fit the shape of its inputs")
    with np.errstate(invalid="ignore", over="ignore"):
        cast = array.astype(dtype)
    if dtype.kind in "iub" and not (cast == array).all():
        raise ModelRefused(f"the golden answers of the model {model} do not fit the type of its inputs")
    return cast.reshape(value.shape)


def _difference(tensor: Tensor, wanted: Expected, answer: NDArray[Any]) -> float:
    """Return the largest difference; infinite where the shapes differ or a number is none."""
    import numpy as np  # noqa: PLC0415

    if wanted.columns is not None:
        names = [str(label) for label in tensor.labels]
        if answer.ndim != 2 or answer.shape[1] != len(names) or not set(wanted.columns) <= set(names):
            return float("inf")
        have = answer[0, [names.index(name) for name in wanted.columns]].astype(np.float64)
        want = np.array(list(wanted.columns.values()), np.float64)
    else:
        if answer.shape != wanted.shape or answer.size != len(wanted.values):
            return float("inf")
        have, want = answer.astype(np.float64).ravel(), np.array(wanted.values, np.float64)
    if not have.size:
        return 0.0
    off = np.abs(have - want) / np.maximum(1.0, np.abs(want))
    return float("inf") if np.isnan(off).any() else float(off.max())
