from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import onnx
import pytest
from msgspec.structs import replace
from onnx import TensorProto, helper, numpy_helper

import edge_engine_models
from edge_engine.errors import ModelMissing, ModelRefused
from edge_engine.inference import registry as module
from edge_engine.inference.installed import Installed
from edge_engine.inference.manifest import MAX_FILE_BYTES
from edge_engine.inference.onnx_shapes import OPERATORS
from edge_engine.inference.onnx_wire import scan
from edge_engine.inference.registry import FolderShelf, Registry
from edge_engine.regular_file import open_regular
from tests.fakes.models import INFO, a_model, publish


def test_a_published_model_runs(tmp_path: Path) -> None:
    session = publish(tmp_path, a_model().SerializeToString()).session("small")
    assert session.run(["y"], {"x": np.array([1.5], np.float32)})[0].tolist() == [3.0]


def test_a_session_keeps_no_copy_of_the_bytes_that_it_was_made_of() -> None:
    content = a_model().SerializeToString()
    before = sys.getrefcount(content)
    session = module.open_session("small", content)
    assert sys.getrefcount(content) == before
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

    def counting(path: Path) -> BinaryIO:
        opened.append(path)
        return open_regular(path)

    monkeypatch.setattr(module, "open_regular", counting)
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
    mixed = a_model(helper.make_node("Add", ["x", "i"], ["y"]), constants={"i": np.ones(1, np.int64)})
    registry = publish(tmp_path, mixed.SerializeToString())
    with pytest.raises(ModelRefused, match="the runtime refuses"):
        registry.session("small")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"inputs": [{"name": "x", "dtype": "float32", "shape": ["m"]}]}, "inputs or outputs"),
        ({"inputs": [{"name": "x", "dtype": "uint8", "shape": ["n"]}]}, "inputs or outputs"),
        ({"outputs": [{"name": "z", "dtype": "float32", "shape": ["n"]}]}, "inputs or outputs"),
        ({"operators": ["Add", "Sub"]}, "operators"),
    ],
)
def test_a_graph_that_is_not_as_its_manifest_says_is_refused(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelRefused, match=message):
        publish(tmp_path, a_model().SerializeToString(), **changed).read("small")


def test_side_files_are_checked_and_come_with_the_model(tmp_path: Path) -> None:
    side = b"aldi\t401\n"
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "names.tsv").write_bytes(side)
    file = {"path": "small/names.tsv", "sha256": hashlib.sha256(side).hexdigest(), "bytes": len(side)}
    registry = publish(tmp_path, a_model().SerializeToString(), files={"gazetteer": file})
    loaded = registry.load("small")
    assert loaded.files == {"gazetteer": side}
    assert loaded.entry is registry.entry("small")
    (tmp_path / "small" / "names.tsv").write_bytes(side[::-1])
    with pytest.raises(ModelRefused, match="not the one that was published"):
        registry.load("small")
    with pytest.raises(ModelMissing, match="no file other"):
        registry.file("small", "other")


def test_an_entry_answers_by_name(tmp_path: Path) -> None:
    entry = publish(tmp_path, a_model().SerializeToString(), numbers={"abstain_below": 0.5}).entry("small")
    assert (entry.id, entry.number("abstain_below")) == ("small-1", 0.5)
    assert (entry.input().name, entry.output("y").shape) == ("x", ("n",))
    for ask in (lambda: entry.number("other"), lambda: entry.input("other"), lambda: entry.output("other")):
        with pytest.raises(ModelRefused, match="other"):
            ask()


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
@pytest.mark.parametrize("name", ["small/model.onnx", "manifest.json"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_regular_file_is_not_there_and_keeps_nobody_waiting(
    tmp_path: Path, name: str, kind: str
) -> None:
    publish(tmp_path, a_model().SerializeToString())
    place = tmp_path / name
    place.unlink()
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("/dev/zero")
    with pytest.raises(ModelMissing, match="not installed"):
        Registry.at(tmp_path).read("small")


def shipped_copy(folder: Path) -> Registry:
    """Return what ships, in a folder whose files may be damaged."""
    for name in ("manifest.json", "categorizer", "recommender", "trajectory"):
        source = Path(edge_engine_models.__file__).parent / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return Registry.at(folder)


@pytest.mark.parametrize("file", ["calibration.svg", "card.md", "evaluation_classes.toml"])
@pytest.mark.parametrize("damage", ["flipped", "gone"])
def test_a_damaged_file_that_no_answer_rests_on_keeps_nobody_from_the_model(
    tmp_path: Path, file: str, damage: str
) -> None:
    registry = shipped_copy(tmp_path)
    place = tmp_path / "categorizer" / file
    content = bytearray(place.read_bytes())
    content[-9] ^= 1
    place.unlink() if damage == "gone" else place.write_bytes(content)
    assert registry.load("categorizer").entry.name == "categorizer"
    (found,) = [one for one in Installed(None, registry).verify() if one.name == "categorizer"]
    assert not found.ok
    assert file in found.problem


@pytest.mark.parametrize("file", ["model.onnx", "sizes.json", "evidence.json"])
def test_a_damaged_file_that_answers_rest_on_is_refused(tmp_path: Path, file: str) -> None:
    registry = shipped_copy(tmp_path)
    place = tmp_path / "categorizer" / file
    content = bytearray(place.read_bytes())
    content[-9] ^= 1
    place.write_bytes(content)
    with pytest.raises(ModelRefused, match="not the one that was published"):
        registry.load("categorizer")


def test_numbers_that_are_not_the_evidences_are_refused_and_told(tmp_path: Path) -> None:
    for name in ("manifest.json", "categorizer"):
        source = Path(edge_engine_models.__file__).parent / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    shipped = Registry.at(tmp_path).entry("categorizer")
    assert Registry(FolderShelf(tmp_path), (shipped,)).load("categorizer").entry == shipped
    altered = replace(shipped, numbers={**shipped.numbers, "abstain_below": 0.0})
    registry = Registry(FolderShelf(tmp_path), (altered,))
    with pytest.raises(ModelRefused, match="numbers of the model categorizer"):
        registry.load("categorizer")
    (found,) = Installed(None, registry).verify()
    assert not found.ok
    assert "numbers" in found.problem


def test_sizes_that_are_no_table_are_refused_before_the_model_is_used(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "sizes.json").write_bytes(b'{"edges": [2, 1]}')
    content = (tmp_path / "small" / "sizes.json").read_bytes()
    file = {
        "path": "small/sizes.json",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    registry = publish(tmp_path, a_model().SerializeToString(), files={"sizes": file})
    with pytest.raises(ModelRefused, match="sizes of amounts"):
        registry.load("small")
    (found,) = Installed(None, registry).verify()
    assert not found.ok
