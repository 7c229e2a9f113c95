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

# A port of the weighing from the published files alone, as docs/models.md tells it.
WEIGH = """
const ort = require('onnxruntime-node');
const fs = require('fs');
const [file, side] = [process.argv[1], JSON.parse(fs.readFileSync(process.argv[2]))];
const sizes = JSON.parse(fs.readFileSync(process.argv[3]));
const n = side.numbers, of = side.group_of, groups = Math.max(...of) + 1;
const scaled = (p) => { const sum = p.reduce((a, b) => a + b); return p.map((one) => one / sum); };
const byGroup = (p) => p.reduce((sums, one, at) => (sums[of[at]] += one, sums), new Array(groups).fill(0));
const raised = (p, column, weight) => column < 0 ? p : scaled(p.map(
  (one, at) => one * (at === column ? weight : of[at] === of[column] ? n.group_weight : 1)));
const moved = (p, moves) => {
  const out = [...p];
  for (const [from] of moves) out[from] = 0;
  for (const [from, to, share] of moves) out[to] += p[from] * share;
  return out;
};
const bySign = (p, sign) => {
  if (!sign) return p;
  if (sign < 0) return scaled(moved(p, side.outflow_of));
  const inward = moved(p, side.inflow_of), may = new Set(side.may_come_in);
  const spending = inward.map((one, at) => may.has(at) ? 0 : one);
  const out = inward.map((one, at) => may.has(at) ? one : 0);
  const sure = Math.max(...byGroup(spending)) >= n.known_shop;
  out[sure ? side.refund : side.other_income] += n.refunds * spending.reduce((a, b) => a + b);
  return scaled(out);
};
const best = (p) => {
  const sums = byGroup(p), group = sums.indexOf(Math.max(...sums));
  let at = -1;
  p.forEach((one, column) => { if (of[column] === group && (at < 0 || one > p[at])) at = column; });
  return { at, share: sums[group] };
};
const within = (ranges, code) => ranges.some(([first, last]) => first <= code && code <= last);
const promised = (bytes) => {
  const codes = Array.from(new TextDecoder().decode(bytes, { stream: true }), (one) => one.codePointAt(0));
  const latin = codes.filter((code) => within(side.latin, code)).length;
  const other = codes.filter((code) => !within(side.latin, code) && !within(side.unwritten, code)).length;
  return !other || other < latin;
};
const monotonous = (bytes) => {
  const lower = Array.from(bytes, (one) => (one > 64 && one < 91) || (one > 127 && one < 160) ? one + 32 : one);
  const letters = lower.filter((one) => one > 127 || (one > 96 && one < 123)), different = new Set(letters).size;
  return different > 0 && different <= n.few_letters && letters.length >= n.repeated * different;
};
const answer = (heard, one) => {
  const code = side.mcc.find(([first, last]) => one.mcc && first <= one.mcc && one.mcc <= last);
  const mcc = code ? code[2] : -1, hint = side.hint[one.hint] ?? -1;
  const spoken = side.channel[one.channel], channel = spoken ? spoken[one.sign > 0 ? 1 : 0] : -1;
  let p = heard;
  if (side.moved_by_bank.includes(one.channel)) {
    const counter = new Set(side.over_the_counter), between = side.between_people.includes(one.channel);
    p = scaled(p.map((value, at) => value * (between && at === side.person ? n.person_weight
      : counter.has(at) ? n.counter_share : 1)));
  }
  if (Math.max(mcc, hint, channel) >= 0) {
    const named = (column) => side.vague.includes(column) ? n.vague_weight : n.leaf_weight;
    p = p.map((value) => Math.max(value, n.floor));
    p = raised(raised(raised(p, mcc, named(mcc)), hint, named(hint)), channel, n.channel_weight);
  }
  p = bySign(p, one.sign);
  let { at, share } = best(p);
  const told = channel >= 0 ? channel : hint;
  const sure = share >= side.sure_from[at] && p[at] >= n.abstain_below
    && promised(Buffer.from(one.text, 'utf8').subarray(0, 64))
    && !monotonous(Buffer.from(one.text, 'utf8').subarray(0, 64));
  const scale = sizes.scale[one.currency];
  if (scale && one.amount && !sure && Math.max(mcc, told) < 0) {
    const bucket = sizes.edges.filter((edge) => Math.abs(one.amount) >= edge * scale).length;
    const rows = one.amount > 0 ? sizes.into : sizes.out;
    p = scaled(p.map((value, column) => value * (rows[side.codes[column]]?.[bucket] ?? 1)));
    at = best(p).at;
  }
  if (p[at] < n.abstain_below) return { leaf: 0, confidence: p[at], source: 'model' };
  const backed = told === at || mcc === at, own = best(heard).at;
  let source = backed || sure ? 'model' : 'guess';
  if (backed && (own !== at || heard[own] < n.abstain_below)) source = mcc === at ? 'mcc' : 'hint';
  return { leaf: side.codes[at], confidence: p[at], source };
};
(async () => {
  const session = await ort.InferenceSession.create(file);
  let worst = 0, wrong = [];
  for (const one of side.cases) {
    const bytes = new Uint8Array(64);
    bytes.set(Buffer.from(one.text, 'utf8').subarray(0, 64));
    const found = await session.run({ bytes: new ort.Tensor('uint8', bytes, [1, 64]) });
    const is = answer(Array.from(found.probabilities.data), one);
    worst = Math.max(worst, Math.abs(is.confidence - one.confidence));
    if (is.leaf !== one.leaf || is.source !== one.source) wrong.push([one, is]);
  }
  process.stdout.write(JSON.stringify({ worst, wrong, compared: side.cases.length }));
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


def test_node_weighs_the_evidence_alike_from_the_published_files(node: str) -> None:
    published = resources.files("edge_engine_models") / "categorizer"
    with (
        resources.as_file(published / "model.onnx") as file,
        resources.as_file(published / "evidence.json") as side,
        resources.as_file(published / "sizes.json") as sizes,
    ):
        done = subprocess.run(
            [node, "-e", WEIGH, str(file), str(side), str(sizes)],
            env={**os.environ, "NODE_PATH": str(PACKAGES), "ORT_DISABLE_TELEMETRY": "1"},
            capture_output=True,
            check=True,
            timeout=60,
        )
    found = json.loads(done.stdout)
    assert found["compared"] > 50
    assert found["wrong"] == []
    assert found["worst"] <= 1e-5
