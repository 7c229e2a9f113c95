from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge_engine.decisions.analysis import chi_square_tail
from edge_engine.decisions.assignment import Kept, assign
from edge_engine.decisions.bucketing import BUCKETS, Stage, bucket, check_unit, message
from edge_engine.decisions.experiments import Experiments, ExperimentsFile
from edge_engine.decisions.facts import Fact
from edge_engine.errors import InputError

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
FROZEN = VECTORS / "experiments.json"

# Each bound below is crossed by one of 10,000 perfect hashes. The units are fixed, so a test that passes once passes
# for ever.
CHANCE = 1e-4


@pytest.fixture(scope="module")
def frozen() -> dict[str, Any]:
    return json.loads(FROZEN.read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def definitions(frozen: dict[str, Any]) -> Experiments:
    file = msgspec.convert(frozen["definitions"], ExperimentsFile)
    namespaces = {one.id: one for one in file.namespace}
    layers = {one.id: one for one in file.layer}
    return Experiments(namespaces, layers, {one.id: one for one in file.experiment}, "")


def test_the_vectors_are_frozen() -> None:
    # A change to this file moves people from version to version: write a new file beside it instead.
    digest = hashlib.sha256(FROZEN.read_bytes()).hexdigest()
    assert digest == "1819b9b350fc8bd27fd36de99d25893780d8cdc9ed0b8d463c94a46069134a7f"


def test_every_bucket_of_the_vectors_is_met_byte_for_byte(frozen: dict[str, Any]) -> None:
    assert len(frozen["buckets"]) == 192
    for one in frozen["buckets"]:
        asked = (Stage(one["stage"]), one["namespace"], one["name"], one["unit"])
        assert message(*asked).hex() == one["message"]
        assert hashlib.sha256(message(*asked)).hexdigest() == one["sha256"]
        assert bucket(*asked) == one["bucket"]


def test_every_assignment_of_the_vectors_is_met(frozen: dict[str, Any], definitions: Experiments) -> None:
    assert len(frozen["assignments"]) > 300
    for one in frozen["assignments"]:
        found = assign(
            definitions,
            one["experiment"],
            one["unit"],
            msgspec.convert(frozen["facts"][one["facts"]], dict[str, Fact]),
            today=date.fromisoformat(one["today"]),
            consented=one["consented"],
            kept=None if one["kept"] is None else Kept(one["experiment"], one["kept"]),
        )
        assert (found.arm, found.rule, found.settings) == (one["arm"], one["rule"], one["settings"])
        assert (None if found.kept is None else found.kept.arm) == one["keep"]


def test_another_language_meets_every_vector() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node here to replay the vectors")
    done = subprocess.run(
        [node, str(VECTORS / "replay_experiments.mjs"), str(FROZEN)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith(" 0 wrong")


@pytest.mark.parametrize("seed", ["0", "1", "random"])
def test_processes_with_other_hash_seeds_agree(seed: str) -> None:
    code = (
        "from edge_engine.decisions.bucketing import Stage, bucket\n"
        "print([bucket(stage, 'n', 'e', f'u{i}') for stage in Stage for i in range(50)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
    )
    assert json.loads(done.stdout) == [bucket(stage, "n", "e", f"u{i}") for stage in Stage for i in range(50)]


def test_100_000_units_fill_the_buckets_evenly() -> None:
    seen = Counter(bucket(Stage.ARM, "shop", "three", f"unit-{i}") for i in range(100_000))

    expected = 100_000 / BUCKETS
    statistic = sum((seen[one] - expected) ** 2 / expected for one in range(BUCKETS))
    assert CHANCE / 2 < chi_square_tail(statistic, BUCKETS - 1) < 1 - CHANCE / 2


@pytest.mark.parametrize(
    "other",
    [
        (Stage.ARM, "home", "three"),
        (Stage.ARM, "shop", "four"),
        (Stage.ROLLOUT, "shop", "three"),
        (Stage.LAYER, "shop", "three"),
        (Stage.HOLDOUT, "shop", ""),
    ],
    ids=["namespace", "experiment", "rollout", "layer", "holdout"],
)
def test_what_is_asked_elsewhere_is_independent(other: tuple[Stage, str, str]) -> None:
    side = 20
    cells: Counter[tuple[int, int]] = Counter()
    for i in range(100_000):
        unit = f"unit-{i}"
        here = bucket(Stage.ARM, "shop", "three", unit) * side // BUCKETS
        cells[here, bucket(*other, unit) * side // BUCKETS] += 1

    expected = 100_000 / side**2
    statistic = sum((cells[x, y] - expected) ** 2 / expected for x in range(side) for y in range(side))
    assert chi_square_tail(statistic, side**2 - 1) > CHANCE


def test_neighbouring_units_are_independent() -> None:
    side = 10
    cells = Counter(
        (
            bucket(Stage.ARM, "shop", "three", f"{i}") * side // BUCKETS,
            bucket(Stage.ARM, "shop", "three", f"{i + 1}") * side // BUCKETS,
        )
        for i in range(50_000)
    )
    expected = 50_000 / side**2
    statistic = sum((cells[x, y] - expected) ** 2 / expected for x in range(side) for y in range(side))
    assert chi_square_tail(statistic, side**2 - 1) > CHANCE


def test_different_questions_never_make_one_message() -> None:
    assert message(Stage.ARM, "a", "bc", "d") != message(Stage.ARM, "ab", "c", "d")
    assert message(Stage.ARM, "a", "b", "cd") != message(Stage.ARM, "a", "bc", "d")


@pytest.mark.parametrize("unit", ["", "x" * 129, "a b", "müller", "a\0b", "tab\t", "new\n"])
def test_a_unit_on_which_languages_could_differ_is_refused(unit: str) -> None:
    with pytest.raises(InputError, match="visible ASCII"):
        check_unit(unit)
