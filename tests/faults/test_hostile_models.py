"""Hostile models, each built for real: refused with a typed error, within five seconds and a bounded memory."""

from __future__ import annotations

import resource
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge_engine.errors import ModelRefused
from edge_engine.inference import first_load as module
from edge_engine.inference.first_load import first_load
from edge_engine.inference.manifest import MAX_FILE_BYTES
from tests.fakes.models import INFO, NAME, a_model, doubled, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 5.0
MEMORY = 96 * 1024 * 1024


def quickly_refused(message: str, action: Callable[[], object]) -> None:
    """Hold that the action refuses a model in time, and that neither Python nor the process takes much memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    with pytest.raises(ModelRefused, match=message):
        action()
    assert time.perf_counter() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY
    tracemalloc.start()  # it slows Python down by far, so time and memory are not measured in one run
    try:
        with pytest.raises(ModelRefused, match=message):
            action()
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def refused(folder: Path, model: onnx.ModelProto | bytes, message: str) -> None:
    content = model if isinstance(model, bytes) else model.SerializeToString()
    assert len(content) <= MAX_FILE_BYTES, "it is the check under test that refuses, and not the size"
    registry = publish(folder, content)
    quickly_refused(message, lambda: registry.session(NAME))


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_a_tampered_model(tmp_path: Path) -> None:
    content = a_model().SerializeToString()
    registry = publish(tmp_path, content)
    (tmp_path / NAME / "model.onnx").write_bytes(content.replace(b"Add", b"Sub"))
    quickly_refused("not the one that was published", lambda: registry.session(NAME))


@pytest.mark.parametrize("location", ["weights.bin", "../weights.bin", "/etc/hostname", "model.onnx"])
def test_a_model_that_keeps_data_outside_its_file(tmp_path: Path, location: str) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "weights.bin").write_bytes(b"\0" * 4096)
    model = a_model(helper.make_node("Add", ["x", "w"], ["y"]), constants={"w": np.ones(1024, np.float32)})
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    pair = tensor.external_data.add()
    pair.key, pair.value = "location", location
    refused(tmp_path, model, "its own file")


def test_a_model_of_two_hundred_thousand_nodes(tmp_path: Path) -> None:
    node = helper.make_node("Neg", ["x"], ["y"])
    model = a_model()
    model.graph.node.extend([node] * 200_000)
    refused(tmp_path, model, "more than")


def test_a_model_of_two_thousand_and_one_nodes(tmp_path: Path) -> None:
    model = a_model(*[helper.make_node("Neg", ["x"], [f"y{at}"]) for at in range(2001)])
    refused(tmp_path, model, "more than 2000 operators")


def test_a_model_of_a_million_empty_fields(tmp_path: Path) -> None:
    refused(tmp_path, a_model().SerializeToString() + b"\x12\x00" * 1_000_000, "more than 65536 parts")


@pytest.mark.parametrize(
    "operator", ["Range", "ConstantOfShape", "Expand", "Tile", "RandomNormalLike", "StringSplit"]
)
def test_an_operator_outside_the_list(tmp_path: Path, operator: str) -> None:
    inputs = ["x", "x", "x"] if operator == "Range" else ["x"]
    refused(tmp_path, a_model(helper.make_node(operator, inputs, ["y"])), f"not allowed: {operator}")


def test_a_loop_that_would_run_for_years(tmp_path: Path) -> None:
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes_on"]),
            helper.make_node("Add", ["sum", "sum"], ["added"]),
        ],
        "body",
        [INFO("at", TensorProto.INT64, []), INFO("going", TensorProto.BOOL, []), INFO("sum", 1, ["n"])],
        [INFO("goes_on", TensorProto.BOOL, []), INFO("added", 1, ["n"])],
    )
    loop = helper.make_node("Loop", ["many", "true", "x"], ["y"], body=body)
    model = a_model(loop, constants={"many": np.array(2**40, np.int64), "true": np.array(True)})
    onnx.checker.check_model(model)
    refused(tmp_path, model, "graphs within its graph")


def test_one_huge_product(tmp_path: Path) -> None:
    column = np.zeros((500_000, 1), np.float32)
    node = helper.make_node("MatMul", ["a", "b"], ["y"])
    refused(tmp_path, a_model(node, constants={"a": column, "b": column.T.copy()}), "too large")


def test_small_constants_that_grow_by_broadcasting(tmp_path: Path) -> None:
    sides = {"a": np.zeros((1, 100_000), np.uint8), "b": np.zeros((100_000, 1), np.uint8)}
    refused(tmp_path, a_model(helper.make_node("Max", ["a", "b"], ["y"]), constants=sides), "too large")


def test_a_lookup_that_multiplies_rows(tmp_path: Path) -> None:
    held: dict[str, np.ndarray] = {
        "table": np.zeros((1, 500_000), np.uint8),
        "rows": np.zeros(500_000, np.int64),
    }
    refused(
        tmp_path, a_model(helper.make_node("Gather", ["table", "rows"], ["y"]), constants=held), "too large"
    )


def test_a_tensor_that_doubles_forty_times(tmp_path: Path) -> None:
    nodes = [helper.make_node("Concat", [f"x{at}", f"x{at}"], [f"x{at + 1}"], axis=0) for at in range(40)]
    refused(tmp_path, a_model(helper.make_node("Identity", ["x"], ["x0"]), *nodes), "too large")


def test_a_constant_that_claims_more_than_it_holds(tmp_path: Path) -> None:
    model = a_model(helper.make_node("Add", ["x", "w"], ["y"]), constants={"w": np.ones(4, np.float32)})
    model.graph.initializer[0].dims[:] = [2**31, 2**31]
    refused(tmp_path, model, "another size")


def test_a_convolution_with_boundless_padding(tmp_path: Path) -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[2**40, 2**40])
    model = a_model(
        node,
        constants={"w": np.ones((1, 1, 3), np.float32)},
        inputs=[INFO("x", 1, [1, 1, 8])],
        outputs=[INFO("y", 1, [1, 1, "m"])],
    )
    refused(tmp_path, model, "too large")


def test_a_shape_that_is_claimed_by_numbers(tmp_path: Path) -> None:
    node = helper.make_node("Reshape", ["x", "s"], ["y"])
    refused(tmp_path, a_model(node, constants={"s": ints(2**40, 2**40)}), "too large")


def test_a_recurrence_over_a_long_time(tmp_path: Path) -> None:
    held = {"w": np.zeros((1, 3 * 300, 300), np.float32), "r": np.zeros((1, 3 * 300, 300), np.float32)}
    nodes = [helper.make_node("GRU", ["x", "w", "r"], ["y"], hidden_size=300)]
    model = a_model(
        *nodes,
        constants=held,
        inputs=[INFO("x", 1, ["weeks", "batch", 300])],
        outputs=[INFO("y", 1, ["weeks", 1, "batch", 300])],
    )
    refused(tmp_path, model, "too large|too long")


def test_a_text_where_a_number_is_meant(tmp_path: Path) -> None:
    node = helper.make_node("Squeeze", ["x"], ["y"], axes="all")
    refused(tmp_path, a_model(node), "before it runs")


# -- what the bounds cannot tell: the first load of a foreign model, in a process of its own ---------------------------


def heavy() -> onnx.ModelProto:
    """Within the bounds, and still some hundred megabytes of constants that are folded when it is loaded."""
    nodes = [helper.make_node("Add", ["a", f"b{at}"], [f"c{at}"]) for at in range(6)]
    sums = [helper.make_node("Max", [f"c{at}" for at in range(6)], ["m"])]
    last = [
        helper.make_node("ReduceMax", ["m"], ["one"], keepdims=0),
        helper.make_node("Sub", ["one", "one"], ["zero"]),
        helper.make_node("Add", ["x", "zero"], ["more"]),
        helper.make_node("Add", ["x", "more"], ["y"]),
    ]
    held = {"a": np.ones((2048, 1), np.float32)}
    held |= {f"b{at}": np.full((1, 4000), at, np.float32) for at in range(6)}
    return a_model(*nodes, *sums, *last, constants=held)


def test_a_model_within_the_bounds_passes_its_first_load(tmp_path: Path) -> None:
    content = heavy().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    verdict = first_load(entry, content, doubled())
    assert (verdict.refused, verdict.difference) == ("", 0.0)


def test_memory_beyond_the_allowance_ends_the_first_load_and_not_this_process(tmp_path: Path) -> None:
    content = heavy().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    quickly_refused(
        "refuses the model|fails on|too much memory|ends the process",
        lambda: first_load(entry, content, doubled(), memory=24 * 1024 * 1024),
    )


def test_a_first_load_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    content = a_model().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    quickly_refused("takes too long", lambda: first_load(entry, content, doubled(), seconds=0.01))


@pytest.mark.parametrize(
    "crash",
    [
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit(3)",
        "print('not a verdict')",
        "import sys; sys.stdout.write('x' * 10_000_000)",
    ],
)
def test_a_runtime_that_dies_of_a_model_takes_nobody_along(
    tmp_path: Path, crash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHILD", crash)
    content = a_model().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    quickly_refused("ends the process", lambda: first_load(entry, content, doubled()))


def test_the_child_has_limits_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "limits"
    monkeypatch.setattr(
        module,
        "_CHILD",
        "import resource as r\n"
        "from edge_engine.inference import first_load as f\n"
        "f._limit(32 << 20, 2)\n"
        "try: bytearray(512 << 20); memory = 'taken'\n"
        "except MemoryError: memory = 'refused'\n"
        f"open({str(told)!r}, 'w').write(f'{{memory}} {{r.getrlimit(r.RLIMIT_FSIZE)[0]}}"
        " {r.getrlimit(r.RLIMIT_CORE)[0]} {r.getrlimit(r.RLIMIT_CPU)[0] <= 5}')\n",
    )
    content = a_model().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    with pytest.raises(ModelRefused):
        first_load(entry, content, doubled())
    assert told.read_text() == "refused 65536 0 True"


def test_the_first_load_finds_wrong_answers(tmp_path: Path) -> None:
    content = a_model().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    quickly_refused("golden answer 1", lambda: first_load(entry, content, doubled(wrong=True)))


def test_the_first_load_finds_a_shape_that_is_not_promised(tmp_path: Path) -> None:
    model = a_model(
        helper.make_node("Concat", ["x", "x"], ["y"], axis=0),
        outputs=[INFO("y", TensorProto.FLOAT, [4])],
    )
    content = model.SerializeToString()
    entry = publish(tmp_path, content, outputs=[{"name": "y", "dtype": "float32", "shape": [4]}]).entry(NAME)
    answers = doubled().replace(
        b'"shape":[2],"values":[3.0,-4.0]', b'"shape":[4],"values":[1.5,-2.0,1.5,-2.0]'
    )
    quickly_refused("another shape", lambda: first_load(entry, content, answers))


def test_where_no_process_can_be_started_a_foreign_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = a_model().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    for name in ("", str(tmp_path / "nowhere")):
        monkeypatch.setattr(sys, "executable", name)
        quickly_refused("cannot be tried on this system", lambda: first_load(entry, content, doubled()))


def test_sparse_tensors_and_quantized_constants_are_told_apart(tmp_path: Path) -> None:
    model = a_model()
    values = numpy_helper.from_array(np.ones(1, np.float32), "w")
    indices = numpy_helper.from_array(ints(0), "i")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [2**40]))
    refused(tmp_path, model, "sparse")
