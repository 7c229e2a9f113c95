"""The wheel holds what a host needs and nothing else, and works away from the source tree."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if build.returncode != 0 and (
        "No matching distribution" in build.stderr or "connection" in build.stderr.lower()
    ):
        pytest.skip("the build backend cannot be installed here: no package index")
    assert build.returncode == 0, build.stderr
    (wheel,) = folder.glob("*.whl")
    target = folder / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run_away_from_source(unpacked: Path, code: str) -> str:
    """Run code with the wheel's packages first and the source tree out of sight."""
    prelude = f"import sys; sys.path.insert(0, {str(unpacked)!r}); "
    done = subprocess.run(
        [sys.executable, "-I", "-c", prelude + code], capture_output=True, text=True, check=True, cwd=unpacked
    )
    return done.stdout


def test_it_holds_packages_policies_models_and_types(unpacked: Path) -> None:
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert "edge_engine/vault/migrations/0001_initial.sql" in names
    assert "edge_engine_policies/purposes.toml" in names
    assert "edge_engine_policies/taxonomy.toml" in names
    assert "edge_engine_models/manifest.json" in names
    assert "edge_engine_models/categorizer/model.onnx" in names
    for own in (
        "own/center.css",
        "own/center.js",
        "own/icon.svg",
        "templates/base.html",
        "templates/today.html",
    ):
        assert f"edge_engine/center/{own}" in names
    assert {
        f"edge_engine/doors/c_abi/{name}" for name in ("edge_engine.h", "doors.c", "samples/insight.c")
    } <= names
    for package in ("edge_engine", "edge_engine_sync", "edge_engine_models", "edge_engine_policies"):
        assert f"{package}/py.typed" in names


def test_it_holds_no_package_of_another_language(unpacked: Path) -> None:
    assert (unpacked / "edge_engine" / "doors" / "door.py").is_file()
    assert not (unpacked / "edge_engine" / "doors" / "node").exists()


def test_it_holds_no_tests_and_no_training(unpacked: Path) -> None:
    folders = {path.name for path in unpacked.iterdir()}
    kept = {"edge_engine", "edge_engine_sync", "edge_engine_models", "edge_engine_policies"}
    assert {name for name in folders if not name.endswith(".dist-info")} == kept


def test_it_says_its_license(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    assert "License-Expression: Apache-2.0" in metadata.read_text()
    assert list(unpacked.glob("*.dist-info/licenses/LICENSE"))


def test_it_categorizes_away_from_the_source_tree(unpacked: Path) -> None:
    code = (
        "import edge_engine, json\n"
        "assert edge_engine.__file__.startswith(sys.path[0])\n"
        "with edge_engine.Engine.in_memory() as engine:\n"
        "    engine.consent.grant('categorization')\n"
        "    print(json.dumps([c.category for c in engine.categorize(['TESCO STORES 3297'])]))\n"
    )
    assert json.loads(run_away_from_source(unpacked, code)) == ["food.groceries"]
