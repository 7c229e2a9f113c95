"""The same file must give the same answers in another runtime: here Node's, where it is installed.

npm install --prefix .cache/node --ignore-scripts onnxruntime-node
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
import pytest

from edge_engine.inference.registry import Registry

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ROOT / ".cache" / "node" / "node_modules"
TEXTS = [
    "SQ *BLUE BOTTLE COFFEE 415 CA",
    "Bäckerei Müller",
    "漢字 コンビニ",
    "",
    "x" * 200,
    "ATM WITHDRAWAL 00213",
]
SCRIPT = """
const ort = require('onnxruntime-node');
const [file, rows] = [process.argv[1], JSON.parse(process.argv[2])];
(async () => {
  const session = await ort.InferenceSession.create(file);
  const bytes = new ort.Tensor('uint8', Uint8Array.from(rows.flat()), [rows.length, 64]);
  const found = await session.run({ bytes });
  const out = {};
  for (const name of Object.keys(found)) out[name] = Array.from(found[name].data);
  process.stdout.write(JSON.stringify(out));
})();
"""


REPLAY = """
const ort = require('onnxruntime-node');
const fs = require('fs');
const file = process.argv[1], golden = JSON.parse(fs.readFileSync(process.argv[2]));
const entry = JSON.parse(process.argv[3]);
const tensor = (input, given) => {
  if (given.text === undefined) return new ort.Tensor(input.dtype, Float32Array.from(given.values), given.shape);
  const width = input.shape[1], bytes = new Uint8Array(width);
  bytes.set(Buffer.from(given.text, 'utf8').subarray(0, width));
  return new ort.Tensor('uint8', bytes, [1, width]);
};
(async () => {
  const session = await ort.InferenceSession.create(file);
  let worst = 0, compared = 0;
  const compare = (is, must) => {
    if (typeof is !== 'number') throw new Error('an answer is missing');
    worst = Math.max(worst, Math.abs(is - must) / Math.max(1, Math.abs(must)));
    compared += 1;
  };
  for (const one of golden.cases) {
    const feeds = {};
    for (const input of entry.inputs) feeds[input.name] = tensor(input, one.inputs[input.name]);
    const found = await session.run(feeds);
    for (const [name, must] of Object.entries(one.outputs)) {
      const is = found[name].data, labels = entry.outputs.find((output) => output.name === name).labels.map(String);
      if (!must.columns) must.values.forEach((value, at) => compare(is[at], value));
      for (const [label, value] of Object.entries(must.columns || {})) compare(is[labels.indexOf(label)], value);
    }
  }
  process.stdout.write(JSON.stringify({ worst, compared }));
})();
"""


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None or not (PACKAGES / "onnxruntime-node").is_dir():
        pytest.skip("node with onnxruntime-node is not installed under .cache/node")
    return found


@pytest.mark.parametrize("name", [entry.name for entry in Registry.default().entries])
def test_node_replays_the_golden_answers(node: str, name: str) -> None:
    entry = Registry.default().entry(name)
    published = resources.files("edge_engine_models") / name
    with (
        resources.as_file(published / "model.onnx") as file,
        resources.as_file(published / "golden.json") as golden,
    ):
        done = subprocess.run(
            [node, "-e", REPLAY, str(file), str(golden), msgspec.json.encode(entry).decode()],
            env={**os.environ, "NODE_PATH": str(PACKAGES), "ORT_DISABLE_TELEMETRY": "1"},
            capture_output=True,
            check=True,
            timeout=60,
        )
    found = json.loads(done.stdout)
    assert found["compared"] > 50
    assert found["worst"] <= 1e-5


def test_node_gives_the_same_answers(node: str) -> None:
    rows = [list(text.encode()[:64].ljust(64, b"\0")) for text in TEXTS]
    with resources.as_file(resources.files("edge_engine_models") / "categorizer" / "model.onnx") as file:
        done = subprocess.run(
            [node, "-e", SCRIPT, str(file), json.dumps(rows)],
            env={**os.environ, "NODE_PATH": str(PACKAGES), "ORT_DISABLE_TELEMETRY": "1"},
            capture_output=True,
            check=True,
            timeout=60,
        )
    theirs = json.loads(done.stdout)
    names = ["probabilities", "groups", "embedding"]
    ours = Registry.default().session("categorizer").run(names, {"bytes": np.array(rows, np.uint8)})
    for name, answer in zip(names, ours, strict=True):
        np.testing.assert_allclose(np.array(theirs[name]), answer.ravel(), atol=1e-5)
