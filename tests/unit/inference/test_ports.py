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


def test_node_gives_the_same_answers() -> None:
    node = shutil.which("node")
    if node is None or not (PACKAGES / "onnxruntime-node").is_dir():
        pytest.skip("node with onnxruntime-node is not installed under .cache/node")
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
