"""Small models, built for real, with the manifest that names them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import onnx
from onnx import TensorProto, helper, numpy_helper

from edge_engine.inference import golden
from edge_engine.inference.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np

INFO = helper.make_tensor_value_info
NAME = "small"


def a_model(
    *nodes: onnx.NodeProto,
    constants: Mapping[str, np.ndarray] | None = None,
    inputs: list[onnx.ValueInfoProto] | None = None,
    outputs: list[onnx.ValueInfoProto] | None = None,
) -> onnx.ModelProto:
    """A small model from x to y, of the nodes given or of one that adds x to itself."""
    held = [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(
        list(nodes) or [helper.make_node("Add", ["x", "x"], ["y"])],
        "g",
        [INFO("x", TensorProto.FLOAT, ["n"])] if inputs is None else inputs,
        [INFO("y", TensorProto.FLOAT, ["n"])] if outputs is None else outputs,
        held,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def doubled(*, wrong: bool = False) -> bytes:
    """Golden answers of the model that adds x to itself."""
    values = (3.0, -4.5 if wrong else -4.0)
    case = golden.Case(
        {"x": golden.Given(shape=(2,), values=(1.5, -2.0))}, {"y": golden.Expected(shape=(2,), values=values)}
    )
    return golden.encode(golden.Golden(1e-6, (case,)))


def manifest(
    content: bytes, answers: bytes | None = None, **changed: object
) -> tuple[bytes, dict[str, bytes]]:
    """Return the manifest of one model, with fields of its entry changed, and its files by path."""
    files = {
        "model": (f"{NAME}/model.onnx", content),
        "card": (f"{NAME}/card.md", b"# Small\n\nAdds a number to itself.\n"),
        "golden": (f"{NAME}/golden.json", doubled() if answers is None else answers),
    }
    try:
        operators = sorted({node.op_type for node in onnx.load_from_string(content).graph.node})
    except Exception:  # noqa: BLE001 - not a model, on purpose
        operators = ["Add"]
    entry = {
        "name": NAME,
        "version": 1,
        "interface": 1,
        "license": "Apache-2.0",
        **{
            role: {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for role, (path, data) in files.items()
        },
        "inputs": [{"name": "x", "dtype": "float32", "shape": ["n"]}],
        "outputs": [{"name": "y", "dtype": "float32", "shape": ["n"]}],
        "operators": operators or ["Add"],
        "sources": [{"name": "none", "license": "CC0-1.0"}],
    } | changed
    text = json.dumps({"schema": 2, "models": [entry]}).encode()
    return text, dict(files.values())


def publish(folder: Path, content: bytes, answers: bytes | None = None, **changed: object) -> Registry:
    """Write a model and the manifest that names it, with fields of the entry changed."""
    text, files = manifest(content, answers, **changed)
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (folder / "manifest.json").write_bytes(text)
    return Registry.at(folder)
