from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from edge_engine.errors import ModelMissing, ModelRefused
from edge_engine.inference import golden
from edge_engine.inference.manifest import MAX_FILE_BYTES
from edge_engine.inference.onnx_wire import scan
from edge_engine.inference.registry import OPERATORS, Registry

INFO = helper.make_tensor_value_info


def a_model(*nodes: onnx.NodeProto, constants: dict[str, np.ndarray] | None = None) -> onnx.ModelProto:
    """A small model from x to y, of the nodes given or of one that adds x to itself."""
    held = [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(
        list(nodes) or [helper.make_node("Add", ["x", "x"], ["y"])],
        "g",
        [INFO("x", TensorProto.FLOAT, ["n"])],
        [INFO("y", TensorProto.FLOAT, ["n"])],
        held,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


GOLDEN = golden.encode(
    golden.Golden(
        1e-6,
        (
            golden.Case(
                {"x": golden.Given(shape=(2,), values=(1.5, -2.0))},
                {"y": golden.Expected(shape=(2,), values=(3.0, -4.0))},
            ),
        ),
    )
)


def publish(folder: Path, content: bytes, **changed: object) -> Registry:
    """Write a model and the manifest that names it, with fields of the entry changed."""
    (folder / "small").mkdir(exist_ok=True)
    files = {
        "model": ("model.onnx", content),
        "card": ("card.md", b"# Small\n"),
        "golden": ("golden.json", GOLDEN),
    }
    for name, data in files.values():
        (folder / "small" / name).write_bytes(data)
    entry = {
        "name": "small",
        "version": 1,
        "interface": 1,
        "license": "Apache-2.0",
        **{
            role: {"path": f"small/{name}", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for role, (name, data) in files.items()
        },
        "inputs": [{"name": "x", "dtype": "float32", "shape": ["n"]}],
        "outputs": [{"name": "y", "dtype": "float32", "shape": ["n"]}],
        "operators": ["Add"],
        "sources": [{"name": "none", "license": "CC0-1.0"}],
    } | changed
    (folder / "manifest.json").write_text(json.dumps({"schema": 2, "models": [entry]}), encoding="utf-8")
    return Registry.at(folder)


def test_a_published_model_runs(tmp_path: Path) -> None:
    session = publish(tmp_path, a_model().SerializeToString()).session("small")
    assert session.run(["y"], {"x": np.array([1.5], np.float32)})[0].tolist() == [3.0]


def test_the_shipped_models_are_the_published_ones() -> None:
    registry = Registry.default()
    assert [entry.name for entry in registry.entries]
    for entry in registry.entries:
        content = registry.read(entry.name)
        assert len(content) == entry.model.bytes <= 4_000_000
        assert scan(content).operators <= OPERATORS
        assert entry.sources


def test_reading_the_manifest_and_checking_models_does_not_load_the_runtime() -> None:
    code = (
        "import sys\n"
        "from edge_engine.inference.registry import Registry\n"
        "Registry.default().read('categorizer')\n"
        "assert not {'onnxruntime', 'numpy'} & set(sys.modules), 'loaded early'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_one_changed_byte_is_refused(tmp_path: Path) -> None:
    content = a_model().SerializeToString()
    registry = publish(tmp_path, content)
    (tmp_path / "small" / "model.onnx").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelRefused, match="not the one that was published"):
        registry.read("small")


@pytest.mark.parametrize("content", [b"", b"longer by far than before" * 100])
def test_a_file_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    registry = publish(tmp_path, a_model().SerializeToString())
    (tmp_path / "small" / "model.onnx").write_bytes(content)
    with pytest.raises(ModelRefused, match="not the one that was published"):
        registry.read("small")


def test_what_is_loaded_is_what_was_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = a_model().SerializeToString()
    registry = publish(tmp_path, content)
    opened: list[Path] = []
    plain = Path.open

    def counting(self: Path, *args: object, **kwargs: object) -> object:
        opened.append(self)
        return plain(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", counting)
    session = registry.session("small")
    assert len(opened) == 1, "the file is read once, and no path is given to the runtime"
    assert session.get_inputs()[0].name == "x"


def test_a_model_that_is_not_installed_is_missing(tmp_path: Path) -> None:
    registry = publish(tmp_path, a_model().SerializeToString())
    with pytest.raises(ModelMissing, match="the model other is not installed"):
        registry.read("other")
    (tmp_path / "small" / "model.onnx").unlink()
    with pytest.raises(ModelMissing, match=r"the file small/model\.onnx of the model small"):
        registry.read("small")
    with pytest.raises(ModelMissing, match="manifest"):
        Registry.at(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid"),
        ('{"schema": 2, "models": [], "more": 1}', "not valid"),
        ('{"schema": 2, "models": [{"name": "x"}]}', "not valid"),
        ('{"schema": 1, "models": []}', "schema"),
        ("[" * 100_000, "not valid"),
        (" " * (1024 * 1024 + 1), "larger"),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelRefused, match=message):
        Registry.at(tmp_path)


@pytest.mark.parametrize(
    "path",
    ["../small/model.onnx", "/etc/passwd", "small/../../model.onnx", "smäll/model.onnx", "small//model.onnx"],
)
def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    content = a_model().SerializeToString()
    file = {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    with pytest.raises(ModelRefused, match="not valid"):
        publish(tmp_path, content, model=file)


@pytest.mark.parametrize("size", [0, -1, MAX_FILE_BYTES + 1])
def test_a_size_beyond_the_cap_is_refused_before_reading(tmp_path: Path, size: int) -> None:
    file = {"path": "small/model.onnx", "sha256": "0" * 64, "bytes": size}
    with pytest.raises(ModelRefused, match="not valid"):
        publish(tmp_path, a_model().SerializeToString(), model=file)


def test_a_manifest_that_names_a_file_twice_is_refused(tmp_path: Path) -> None:
    content = a_model().SerializeToString()
    card = {"path": "small/model.onnx", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    with pytest.raises(ModelRefused, match="twice"):
        publish(tmp_path, content, card=card)


def refused(tmp_path: Path, model: onnx.ModelProto, message: str) -> None:
    with pytest.raises(ModelRefused, match=message):
        publish(tmp_path, model.SerializeToString()).read("small")


def test_external_data_is_refused_wherever_it_hides(tmp_path: Path) -> None:
    for location, target in [(True, "initializer"), (False, "initializer"), (True, "attribute")]:
        model = a_model(
            helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(np.ones(1, np.float32))),
            helper.make_node("Add", ["x", "c"], ["y"]),
            constants={"w": np.ones(4, np.float32)},
        )
        tensor = model.graph.initializer[0] if target == "initializer" else model.graph.node[0].attribute[0].t
        pair = tensor.external_data.add()
        pair.key, pair.value = "location", "weights.bin"
        if location:
            tensor.data_location = TensorProto.EXTERNAL
        refused(tmp_path, model, "its own file")
    model = a_model(constants={"w": np.ones(4, np.float32)})
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    refused(tmp_path, model, "its own file")


def test_operators_that_are_not_listed_are_refused(tmp_path: Path) -> None:
    refused(tmp_path, a_model(helper.make_node("Range", ["x", "x", "x"], ["y"])), "not allowed: Range")


def test_loops_and_branches_are_refused(tmp_path: Path) -> None:
    body = helper.make_graph([helper.make_node("Identity", ["x"], ["z"])], "b", [], [INFO("z", 1, ["n"])])
    branch = helper.make_node("If", ["x"], ["y"], then_branch=body, else_branch=body)
    refused(tmp_path, a_model(branch), "graphs within its graph")


def test_other_domains_functions_training_and_sparse_tensors_are_refused(tmp_path: Path) -> None:
    refused(
        tmp_path, a_model(helper.make_node("Add", ["x", "x"], ["y"], domain="com.microsoft")), "own domain"
    )
    model = a_model()
    model.functions.add().name = "f"
    refused(tmp_path, model, "functions")
    model = a_model()
    model.training_info.add()
    refused(tmp_path, model, "training")
    model = a_model()
    model.graph.sparse_initializer.add()
    refused(tmp_path, model, "sparse")
    node = helper.make_node("Constant", [], ["y"])
    node.attribute.add().sparse_tensor.dims.append(1)
    refused(tmp_path, a_model(node), "sparse")


def test_too_many_operators_are_refused(tmp_path: Path) -> None:
    chain = [helper.make_node("Neg", ["x"], ["a0"])]
    chain += [helper.make_node("Neg", [f"a{at}"], [f"a{at + 1}"]) for at in range(2_000)]
    refused(tmp_path, a_model(*chain), "more than 2000 operators")


def test_a_graph_that_the_runtime_cannot_run_is_refused(tmp_path: Path) -> None:
    registry = publish(
        tmp_path, a_model(helper.make_node("Add", ["x", "nowhere"], ["y"])).SerializeToString()
    )
    with pytest.raises(ModelRefused, match="the runtime refuses"):
        registry.session("small")


def test_the_scan_counts_what_the_library_counts() -> None:
    model = a_model(helper.make_node("Neg", ["x"], ["a"]), helper.make_node("Relu", ["a"], ["y"]))
    found = scan(model.SerializeToString())
    assert found.operators == frozenset(("Neg", "Relu"))
    assert found.nodes == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"\x08",
        b"\x3a\xff\xff\xff\xff\x0f",
        b"\x3a\x02\x0a\x05",
        b"\xff" * 20,
        b"\x3b",
        b"\x38\x01",
    ],
)
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(ModelRefused):
        scan(content)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_pass_or_be_refused(content: bytes) -> None:
    try:
        scan(content)
    except ModelRefused:
        return


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=0, max_value=255))
def test_a_damaged_model_does_nothing_but_pass_or_be_refused(at: int, byte: int) -> None:
    content = bytearray(a_model(constants={"w": np.ones(4, np.float32)}).SerializeToString())
    content[at % len(content)] = byte
    try:
        assert scan(bytes(content)).nodes >= 1
    except ModelRefused:
        return
