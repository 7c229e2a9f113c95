"""Forty canary values go into every field of the store; none may come out of any file, log or error."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

LIFE: Final = Path(__file__).with_name("canary_life.py")
ROOT: Final = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="open files are seen through /proc"
)


@dataclass(frozen=True)
class Life:
    """What a killed process left behind."""

    canaries: tuple[str, ...]
    store: Path
    temporary: Path
    said: bytes
    in_temporary_files: int


def lived(tmp_path: Path, temp_store: int) -> Life:
    """Run the life beside this file, kill it where it stands, and collect everything."""
    letters = random.Random(7)
    canaries = tuple("ZQ" + "".join(letters.choices("BCDFGHJKLMNPQRSTVWXZ", k=12)) for _ in range(40))
    store, temporary, said = tmp_path / "me.edge", tmp_path / "tmp", tmp_path / "said"
    temporary.mkdir()
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, str(LIFE), str(store), str(temp_store), *canaries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=ROOT,
            env={"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        process.kill()
        rest, _ = process.communicate()
    assert first.strip().isdigit(), said.read_text()[-2000:]
    return Life(canaries, store, temporary, said.read_bytes() + rest, int(first))


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return lived(tmp_path_factory.mktemp("life"), temp_store=2)


def shapes(word: str) -> list[bytes]:
    """The ways in which a text may stand in a file."""
    return [
        form
        for text in (word, word.lower(), word.title())
        for form in (
            text.encode(),
            text.encode("utf-16-le"),
            text.encode("utf-16-be"),
            text.encode().hex().encode(),
        )
    ]


def spilled(raw: bytes, canaries: tuple[str, ...]) -> list[str]:
    return [word for word in canaries if any(form in raw for form in shapes(word))]


def test_the_killed_process_left_everything_to_look_at(life: Life) -> None:
    sizes = {file.name: file.stat().st_size for file in life.store.iterdir()}
    assert sizes["vault.db"] + sizes["vault.db-wal"] > 500_000
    assert sizes["keys.json"] > 100
    assert b"edge_engine.errors" in life.said  # errors were printed with their tracebacks


@pytest.mark.parametrize("name", ["vault.db", "vault.db-wal", "vault.db-shm", "keys.json", "writer.lock"])
def test_no_canary_is_in_a_file_of_the_store(name: str, life: Life) -> None:
    assert spilled((life.store / name).read_bytes(), life.canaries) == []


def test_the_store_has_no_other_files(life: Life) -> None:
    assert {file.name for file in life.store.iterdir()} == {
        "vault.db",
        "vault.db-wal",
        "vault.db-shm",
        "keys.json",
        "writer.lock",
    }


def test_no_canary_is_in_a_temporary_file(life: Life) -> None:
    assert life.in_temporary_files == 0
    for file in life.temporary.rglob("*"):
        assert spilled(file.read_bytes(), life.canaries) == []


def test_no_canary_is_in_a_log_or_error(life: Life) -> None:
    assert spilled(life.said, life.canaries) == []


def test_the_schemas_own_words_are_not_in_the_files_either(life: Life) -> None:
    for name in ("vault.db", "vault.db-wal"):
        raw = (life.store / name).read_bytes()
        assert b"CREATE TABLE" not in raw
        assert b"SQLite format" not in raw


def test_the_search_finds_canaries_where_temporary_data_goes_to_the_disk(tmp_path: Path) -> None:
    # The positive control: the same life with temp_store = 1.
    assert lived(tmp_path, temp_store=1).in_temporary_files > 1000


@pytest.mark.parametrize("form", range(12))
def test_the_search_knows_every_shape(form: int) -> None:
    assert spilled(b"..." + shapes("ZQXYZW")[form] + b"...", ("ZQXYZW", "ZQOTHER")) == ["ZQXYZW"]
