"""The npm package as its users meet it: built, typed, packed, imported both ways, and talking to the real engine."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_engine.doors.c_abi.build import Unbuildable, build
from tests.fakes.node_package import PACKAGE, install, require_node, run

if TYPE_CHECKING:
    from tests.fakes.node_package import Done

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ROOT = PACKAGE.parents[2]
COMMAND = str(Path(sys.executable).parent / "edge-engine")
COMPILER = str(PACKAGE / "node_modules" / "typescript" / "bin" / "tsc")
NO_LIBRARY = "does not name the engine's library"

CONSUMER = """\
IMPORT

const options: client.OpenOptions = { store: "", clock: "2026-06-30T12:00:00Z", sidecar: { command: process.argv[2] } };

async function main(): Promise<void> {
  const engine = await client.EdgeEngine.open(options);
  const granted: client.ConsentEvent = await engine.consent.grant("insights");
  const streams: readonly client.Stream[] = await engine.streams();
  const owed: client.Money = { minor: -1205, currency: "GBP" };
  const refused: unknown = await engine.categorize(["x"]).catch((error: unknown) => error);
  const denied = refused instanceof client.PurposeDenied ? refused.code : "not refused";
  await engine.close();
  console.log(granted.purpose, streams.length, client.decimal(owed), denied);
}

void main();
"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """The package, installed and built."""
    require_node()
    install()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The C library; empty where it cannot be built here."""
    try:
        return str(build(tmp_path_factory.mktemp("library")).library)
    except Unbuildable:
        return ""


@pytest.fixture(scope="module")
def told(built: None, library: str) -> Done:
    """What the package's own tests say, against this engine."""
    ways = {"EDGE_ENGINE_COMMAND": COMMAND} | ({"EDGE_ENGINE_LIBRARY": library} if library else {})
    files = sorted(str(one) for one in (PACKAGE / ".build" / "tests").glob("*.test.js"))
    return run("node", "--test", "--test-reporter=tap", *files, minutes=8, environment=ways)


def test_its_own_tests_pass_against_the_real_engine(told: Done) -> None:
    assert told.status == 0, told.said
    passed = re.search(r"^# pass (\d+)$", told.said, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) > 50
    reasons = re.findall(r"^ok .* # SKIP (.*)$", told.said, re.MULTILINE)
    assert all(NO_LIBRARY in reason for reason in reasons), reasons


@pytest.mark.parametrize("way", ["stdio", "koffi"])
def test_it_hears_what_every_face_of_the_engine_hears(told: Done, library: str, way: str) -> None:
    if way == "koffi" and not library:
        pytest.skip("the C library cannot be built here")
    steps = len(json.loads((ROOT / "tests" / "vectors" / "doors.json").read_text("utf-8"))["steps"])
    assert f"# {way}: {steps} of {steps} steps replayed" in told.said


def test_its_types_are_strict_in_tests_sample_and_benchmark_too() -> None:
    done = run("npm", "run", "--silent", "check")
    assert done.status == 0, done.said
    options = (PACKAGE / "tsconfig.json").read_text("utf-8")
    for option in ("strict", "noUncheckedIndexedAccess", "exactOptionalPropertyTypes"):
        assert f'"{option}": true' in options


@pytest.fixture(scope="module")
def packed(built: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a registry would get it."""
    folder = tmp_path_factory.mktemp("packed")
    done = run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder))
    assert done.status == 0, done.said
    return next(folder.glob("*.tgz"))


def test_it_holds_what_a_user_needs_and_nothing_else() -> None:
    done = run("npm", "pack", "--dry-run", "--json", "--silent", "--ignore-scripts")
    (told,) = json.loads(done.said)
    files = {one["path"] for one in told["files"]}
    assert {"package.json", "README.md", "LICENSE"} <= files
    for half in ("esm", "cjs"):
        for end in ("index.js", "index.d.ts", "index.js.map", "package.json"):
            assert f"dist/{half}/{end}" in files
    assert {one.partition("/")[0] for one in files} == {"package.json", "README.md", "LICENSE", "dist", "src"}
    assert told["unpackedSize"] < 1_000_000


@pytest.mark.parametrize("kind", ["module", "commonjs"])
def test_a_program_of_either_kind_imports_it_strictly_typed(packed: Path, tmp_path: Path, kind: str) -> None:
    line = 'import * as client from "@edge-engine/client";'
    if kind == "commonjs":
        line = 'import client = require("@edge-engine/client");'
    (tmp_path / "package.json").write_text(json.dumps({"name": "consumer", "private": True, "type": kind}))
    (tmp_path / "main.ts").write_text(CONSUMER.replace("IMPORT", line))
    options = {
        "strict": True, "noUncheckedIndexedAccess": True, "exactOptionalPropertyTypes": True,
        "skipLibCheck": False, "module": "NodeNext", "target": "ES2022", "lib": ["ES2022"], "types": ["node"],
        "typeRoots": [str(PACKAGE / "node_modules" / "@types")],
    }  # fmt: skip
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["main.ts"]}))
    installed = run(
        "npm",
        "install",
        "--prefer-offline",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        str(packed),
        cwd=tmp_path,
    )
    assert installed.status == 0, installed.said
    compiled = run("node", COMPILER, "-p", ".", cwd=tmp_path)
    assert compiled.status == 0, compiled.said
    ran = run("node", "main.js", COMMAND, cwd=tmp_path)
    assert ran.said == "insights 0 -12.05 consent.denied\n"


def statement(today: date) -> str:
    """A statement of fourteen months until today, in which a subscription became dearer."""
    rows = ["Date,Description,Amount"]
    for ago in reversed(range(14)):
        month = today.year * 12 + today.month - 1 - ago
        paid = (
            (1, "RENT NORTH STREET", "-950.00"),
            (5, "NETFLIX.COM", "-9.99" if ago > 3 else "-13.99"),
            (9, "TESCO STORES 3021", f"-{40 + ago}.10"),
            (25, "SALARY ACME LTD", "2400.00"),
        )
        for number, name, amount in paid:
            day = date(month // 12, month % 12 + 1, number)
            if day <= today:
                rows.append(f"{day},{name},{amount}")
    return "\n".join(rows) + "\n"


def test_the_sample_is_short_and_tells_of_a_statement(tmp_path: Path) -> None:
    sample = PACKAGE / "samples" / "desktop.ts"
    assert len(sample.read_text("utf-8").splitlines()) < 60
    (tmp_path / "statement.csv").write_text(statement(datetime.now(UTC).date()))
    arguments = [str(tmp_path / "me.edge"), str(tmp_path / "statement.csv"), "four words of a test", COMMAND]
    done = run("node", ".build/samples/desktop.js", *arguments)
    assert done.status == 0, done.said
    lines = done.said.splitlines()
    assert re.match(r"\d+ new transactions, 0 known already, \d+ account", lines[0])
    assert any("netflix costs" in line and "13.99" in line for line in lines[1:-1])
    # What is suggested depends on the day; that there is an answer with its reason does not.
    assert not lines[-1].startswith("[")
    assert len(lines[-1]) > 20
    again = run("node", ".build/samples/desktop.js", *arguments[:2], "wrong", COMMAND)
    assert again.status == 1
    assert again.said.rstrip().endswith("(vault.key_wrong)")


def test_its_lock_names_no_place_on_the_network() -> None:
    lock = (PACKAGE / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    assert "registry" not in lock
