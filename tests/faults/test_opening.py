"""Opening what cannot be opened: each fault has its own error, and nothing is repaired, recreated or lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from edge_engine.errors import (
    Corrupt,
    DiskFull,
    EdgeError,
    KeyMissing,
    KeyWrong,
    ReadOnly,
    SchemaNewer,
)
from edge_engine.vault.connection import connect, file_location
from edge_engine.vault.folder import DATABASE, KEYS
from edge_engine.vault.keys import HostKey, Passphrase
from edge_engine.vault.schema import VERSION
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, ROWS, stock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.clock import FakeClock
    from tests.faults.conftest import Contents

PAGE = 8192
ROOT: Final = Path(__file__).resolve().parents[2]


def refused(folder: Path, clock: FakeClock, kind: type[EdgeError], key: HostKey | Passphrase = KEY) -> str:
    """Open the store, creating allowed, and return the sentence of the refusal."""
    with pytest.raises(kind) as caught:
        Vault.open(folder, key, clock=clock)
    assert type(caught.value) is kind
    return caught.value.message


def key_of(folder: Path, clock: FakeClock) -> bytes:
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert vault._key is not None
        return vault._key


def test_a_wrong_key(folder: Path, clock: FakeClock, contents: Contents) -> None:
    before = contents()
    assert refused(folder, clock, KeyWrong, HostKey(b"w" * 32)) == "the key does not open this store"
    assert contents() == before
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert vault.connection.execute("SELECT count(*) FROM txn").fetchone() == (ROWS,)


def test_a_wrong_passphrase(tmp_path: Path, clock: FakeClock) -> None:
    place = tmp_path / "phrase.edge"
    Vault.open(place, Passphrase("right"), clock=clock).close()
    assert refused(place, clock, KeyWrong, Passphrase("wrong")) == "the key does not open this store"


def test_a_missing_key_file(folder: Path, clock: FakeClock, contents: Contents) -> None:
    (folder / KEYS).unlink()
    before = contents()
    assert "key file is missing" in refused(folder, clock, KeyMissing)
    assert contents() == before


def test_a_key_of_another_kind(folder: Path, clock: FakeClock, contents: Contents) -> None:
    before = contents()
    assert "no slot for this kind" in refused(folder, clock, KeyMissing, Passphrase("x"))
    assert contents() == before


def test_a_damaged_key_file(folder: Path, clock: FakeClock, contents: Contents) -> None:
    (folder / KEYS).write_bytes((folder / KEYS).read_bytes()[:-10])
    before = contents()
    assert "key file is damaged" in refused(folder, clock, Corrupt)
    assert contents() == before


@pytest.mark.parametrize("left", [[], [b""]], ids=["missing", "empty"])
def test_a_missing_or_empty_database(
    left: list[bytes], folder: Path, clock: FakeClock, contents: Contents
) -> None:
    (folder / DATABASE).unlink()
    for raw in left:
        (folder / DATABASE).write_bytes(raw)
    before = contents()
    assert "nothing was recreated" in refused(folder, clock, Corrupt)
    assert contents() == before


def test_a_damaged_first_page_is_not_taken_for_a_wrong_key(
    folder: Path, clock: FakeClock, contents: Contents
) -> None:
    raw = bytearray((folder / DATABASE).read_bytes())
    raw[100] ^= 1
    (folder / DATABASE).write_bytes(raw)
    before = contents()
    assert "first page" in refused(folder, clock, Corrupt)
    assert contents() == before


def test_another_database_in_the_place_of_this_one(
    folder: Path, clock: FakeClock, contents: Contents
) -> None:
    (folder / DATABASE).write_bytes(os.urandom(20 * PAGE))
    before = contents()
    refused(folder, clock, Corrupt)
    assert contents() == before


def test_a_plaintext_database_in_the_place_of_this_one_is_never_used(
    folder: Path, clock: FakeClock, contents: Contents
) -> None:
    (folder / DATABASE).unlink()
    plain = sqlite3.connect(folder / DATABASE)
    plain.execute("CREATE TABLE txn (id)")
    plain.close()
    before = contents()
    refused(folder, clock, Corrupt)
    assert contents() == before


@pytest.mark.parametrize("cut", [1, PAGE, PAGE + 1, 10 * PAGE])
def test_a_cut_off_database(cut: int, folder: Path, clock: FakeClock, contents: Contents) -> None:
    size = (folder / DATABASE).stat().st_size
    with (folder / DATABASE).open("r+b") as file:
        file.truncate(size - cut)
    before = contents()
    refused(folder, clock, Corrupt)
    assert contents() == before


def test_a_damaged_page_within_is_told_when_it_is_read_and_by_the_doctor(
    folder: Path, clock: FakeClock
) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        (page,) = vault.connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'derived'"
        ).fetchone()
    raw = bytearray((folder / DATABASE).read_bytes())
    raw[(page - 1) * PAGE + 500] ^= 1
    (folder / DATABASE).write_bytes(raw)
    with Vault.open(folder, KEY, clock=clock) as vault:
        with pytest.raises(Corrupt) as caught, vault.committing() as connection:
            connection.execute("SELECT body FROM derived").fetchall()
        assert "body" not in caught.value.message
        assert not vault.integrity().ok
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert vault.connection.execute("SELECT count(*) FROM txn").fetchone() == (ROWS,)  # the rest is there


def test_a_newer_store(folder: Path, clock: FakeClock, contents: Contents) -> None:
    opened = connect(file_location(folder / DATABASE), key_of(folder, clock))
    opened.execute(f"PRAGMA user_version = {VERSION + 1}")
    opened.close()
    before = contents()
    assert "newer version" in refused(folder, clock, SchemaNewer)
    assert contents() == before


def test_a_damaged_lock_file(folder: Path, clock: FakeClock, contents: Contents) -> None:
    (folder / "writer.lock").write_bytes(b"not a lock" * 1000)
    before = contents()
    assert "lock file" in refused(folder, clock, Corrupt)
    assert contents() == before


# -- no right to write -----------------------------------------------------------------------------------------------


@contextmanager
def without_privileges() -> Iterator[None]:
    """Act as nobody where the tests run as root, whom no permission stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def locked_folder(clock: FakeClock) -> Iterator[Path]:
    """A store that nobody may write, where nobody can reach it (the folder of the other tests is root's alone)."""
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        place = Path(above) / "me.edge"
        with Vault.open(place, KEY, clock=clock) as vault:
            stock(vault)
        for file in place.iterdir():
            file.chmod(0o444)
        place.chmod(0o555)
        yield place
        place.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_folder_that_cannot_be_written(locked_folder: Path, clock: FakeClock) -> None:
    before = {file.name: file.read_bytes() for file in locked_folder.iterdir()}
    with without_privileges():
        assert "cannot be written" in refused(locked_folder, clock, ReadOnly)
    assert {file.name: file.read_bytes() for file in locked_folder.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_files_that_cannot_be_written_in_a_folder_that_can(locked_folder: Path, clock: FakeClock) -> None:
    locked_folder.chmod(0o777)
    with without_privileges():
        refused(locked_folder, clock, ReadOnly)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_place_where_no_folder_can_be_made(locked_folder: Path, clock: FakeClock) -> None:
    with without_privileges():
        refused(locked_folder.parent / "new.edge", clock, ReadOnly)
    assert not (locked_folder.parent / "new.edge").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_key_file_that_cannot_be_read(locked_folder: Path, clock: FakeClock) -> None:
    (locked_folder / KEYS).chmod(0)
    with without_privileges():
        refused(locked_folder, clock, ReadOnly)


# -- no room ---------------------------------------------------------------------------------------------------------


def fill(vault: Vault) -> None:
    with vault.committing() as connection:
        connection.execute("DELETE FROM derived")
        connection.executemany(
            "INSERT INTO engagement VALUES (?, 1, 'n', 's')", [(f"{number:0400d}",) for number in range(5000)]
        )


def test_a_full_database_undoes_the_write_and_stays_usable(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        pages = vault.connection.execute("PRAGMA page_count").fetchone()[0]
        vault.connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(DiskFull, match="nothing of this change was stored"):
            fill(vault)
        assert not vault.connection.in_transaction
        assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (1,)
        assert vault.connection.execute("SELECT count(*) FROM derived").fetchone() == (1,)
        vault.connection.execute("PRAGMA max_page_count = 100000")
        fill(vault)
        assert vault.integrity().ok


FULL_DISK: Final = """
import os, sys
from pathlib import Path
from edge_engine.clock import FakeClock
from edge_engine.errors import DiskFull, Suspended, VaultError
from edge_engine.vault.keys import HostKey
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, NOW, ROWS, stock

disk, clock = Path(sys.argv[1]), FakeClock(NOW)

def leave(room):
    # Fill the disk but for some bytes; a file that grows until it cannot, then gives some back.
    with (disk / "filler").open("ab", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass
        filler.truncate(max(0, filler.tell() - room))

def expect(kind, act):
    try:
        act()
    except kind as error:
        if type(error) is not kind:
            sys.exit(f"{type(error)} where {kind} was expected")
        return
    sys.exit(f"{kind} was expected")

def fill(vault):
    with vault.committing() as connection:
        connection.execute("DELETE FROM derived")
        connection.executemany("INSERT INTO engagement VALUES (?, 1, 'n', 's')",
                               [(f"{number:0400d}",) for number in range(5000)])

for room in (0, 4096, 8192, 32768, 65536, 131072):
    leave(room)
    expect(DiskFull, lambda: Vault.open(disk / "me.edge", KEY, clock=clock))
    # What was made is gone with the attempt, or only who failed could ever open it.
    assert not (disk / "me.edge").exists()
    (disk / "filler").unlink()
print("founding refused", flush=True)

with Vault.open(disk / "other.edge", KEY, clock=clock) as vault:
    stock(vault)
    leave(0)
    vault.suspend()
    expect(Suspended, vault.require_open)
    assert not any("other.edge" in os.readlink(one) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
    (disk / "filler").unlink()
    # Another process may have it meanwhile, with all that was written.
    with Vault.open(disk / "other.edge", KEY, clock=clock) as again:
        assert again.connection.execute("SELECT count(*) FROM txn").fetchone() == (ROWS,)
    vault.resume(KEY)
    vault.erase()
print("suspended", flush=True)

with Vault.open(disk / "me.edge", KEY, clock=clock) as vault:
    stock(vault)
    leave(100_000)
    expect(DiskFull, lambda: fill(vault))
    assert vault.connection.execute("SELECT count(*) FROM derived").fetchone() == (1,)
    assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (1,)
    (disk / "filler").unlink()
    assert vault.integrity().ok
print("write undone", flush=True)

with Vault.open(disk / "me.edge", KEY, clock=clock) as vault:
    with vault.committing() as connection:
        # More pages than the file has, kept in the log: the file is rightly shorter than the store.
        connection.executemany("INSERT INTO engagement VALUES (?, 1, 'n', 's')",
                               [(f"x{number:0399d}",) for number in range(300)])
    leave(0)
    report = vault.integrity()
    assert report.ok, report
    assert [one.name for one in report.checks if not one.checked] == [
        "the file has its full length", "pages are authentic"], report
    (disk / "filler").unlink()
    assert all(one.checked for one in vault.integrity().checks)
    vault.connection.execute("DELETE FROM engagement WHERE id LIKE 'x%'")
print("examined", flush=True)

leave(0)
expect(DiskFull, lambda: Vault.open(disk / "me.edge", KEY, clock=clock))
(disk / "filler").unlink()
with Vault.open(disk / "me.edge", KEY, clock=clock) as vault:
    assert vault.connection.execute("SELECT count(*) FROM txn").fetchone() == (ROWS,)
    leave(100_000)
    expect(DiskFull, lambda: fill(vault))
    leave(0)
    expect(DiskFull, lambda: vault.add_slot(HostKey(b"n" * 32)))
    assert vault.erase().files_left == ()
assert not (disk / "me.edge").exists()
print("erased", flush=True)
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    unshare = shutil.which("unshare")
    mount = "mount -t tmpfs -o size=2m tmpfs"
    if (
        unshare is None
        or subprocess.run(
            [unshare, "-rm", "sh", "-c", f"{mount} '{disk}'"], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("this system lets nobody mount a small disk of their own")
    (tmp_path / "program.py").write_text(FULL_DISK)
    done = subprocess.run(
        [
            unshare,
            "-rm",
            "sh",
            "-c",
            f"{mount} '{disk}' && exec '{sys.executable}' '{tmp_path}/program.py' '{disk}'",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )
    assert done.stdout.split("\n") == [
        "founding refused",
        "suspended",
        "write undone",
        "examined",
        "erased",
        "",
    ], done.stderr
    assert done.returncode == 0
    assert list(disk.iterdir()) == []  # the small disk was seen by that process alone
