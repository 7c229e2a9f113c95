"""Connections: always keyed, tight, silent, and with every error converted without its words."""

from __future__ import annotations

import errno
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine import errors
from edge_engine.vault import connection as module
from edge_engine.vault.connection import (
    connect,
    converted,
    converting,
    converting_files,
    file_location,
    memory_location,
)

KEY = bytes(range(32))
SOURCES = Path(module.__file__).parent


@pytest.fixture
def database(tmp_path: Path) -> str:
    location = file_location(tmp_path / "a.db")
    opened = connect(location, KEY)
    opened.execute("CREATE TABLE t (a TEXT)")
    opened.execute("INSERT INTO t VALUES ('CANARY')")
    opened.close()
    return location


def test_a_short_key_is_refused_that_sqlcipher_would_take_for_a_passphrase(tmp_path: Path) -> None:
    short = sqlcipher.connect(str(tmp_path / "short.db"))
    short.set_key(f"x'{'ab' * 31}'".encode())
    short.execute("CREATE TABLE t (a)")  # the trap: no complaint
    short.close()
    for length in (0, 31, 33):
        with pytest.raises(errors.KeyWrong, match="32 bytes"):
            connect(file_location(tmp_path / "b.db"), b"k" * length)
    assert not (tmp_path / "b.db").exists()


def test_the_file_is_never_plaintext(database: str, tmp_path: Path) -> None:
    raw = (tmp_path / "a.db").read_bytes()
    assert not raw.startswith(b"SQLite format 3")
    assert b"CANARY" not in raw


def test_every_connection_is_tight(database: str) -> None:
    opened = connect(database, KEY)

    def pragma(name: str) -> object:
        return opened.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("temp_store") == 2
    assert int(str(pragma("cipher_page_size"))) == 8192
    assert (pragma("secure_delete"), pragma("foreign_keys"), pragma("trusted_schema")) == (1, 1, 0)
    assert str(pragma("cipher_memory_security")) == "0"  # process-wide, one-way, and half as slow again
    opened.close()
    reader = connect(database, KEY, read_only=True)
    with pytest.raises(errors.ReadOnly), converting():
        reader.execute("DELETE FROM t")
    reader.close()


def test_a_build_that_ignores_temp_store_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TEMP_IN_MEMORY", 1)
    opened = connect(database, KEY)  # the check compares with what was asked for
    monkeypatch.undo()
    with pytest.raises(errors.VaultError, match="temporary data"):
        module._assert_private(opened)
    opened.close()


def test_a_wrong_key_raises_and_prints_nothing(database: str) -> None:
    program = (
        "import sys\n"
        "from sqlcipher3 import dbapi2\n"
        "from edge_engine.errors import KeyWrong\n"
        "from edge_engine.vault.connection import connect\n"
        "if sys.argv[2] == 'ours':\n"
        "    try: connect(sys.argv[1], b'w' * 32)\n"
        "    except KeyWrong: sys.exit(0)\n"
        "other = dbapi2.connect(sys.argv[1], uri=True)\n"
        "other.set_key(b'wrong')\n"
        "try: other.execute('SELECT * FROM t')\n"
        "except dbapi2.DatabaseError: sys.exit(0)\n"
        "sys.exit(1)\n"
    )

    def said(which: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, database, which], capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    assert said("ours") == ""
    assert "ERROR" in said("theirs")  # the trap: what SQLCipher does by itself


def test_a_database_in_memory_is_encrypted_too() -> None:
    location = memory_location(secrets.token_hex(8))
    holder = connect(location, KEY)
    holder.execute("CREATE TABLE t (a)")
    with pytest.raises(errors.KeyWrong):
        connect(location, b"w" * 32)
    unkeyed = sqlcipher.connect(location, uri=True)
    with pytest.raises(sqlcipher.DatabaseError, match="not a database"):
        unkeyed.execute("SELECT * FROM t")
    unkeyed.close()
    again = connect(location, KEY, read_only=True)
    assert again.execute("SELECT count(*) FROM t").fetchone() == (0,)
    again.close()
    holder.close()


@pytest.mark.parametrize("name", ["a?mode=memory.db", "b#c.db", "100%25.db", "with space.db", "żółw.db"])
def test_a_path_is_taken_as_it_is(name: str, tmp_path: Path) -> None:
    connect(file_location(tmp_path / name), KEY).close()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


# -- errors ----------------------------------------------------------------------------------------------------------


def failure(code: int, words: str = "near SECRET: syntax error") -> sqlcipher.OperationalError:
    error = sqlcipher.OperationalError(words)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (5, errors.Busy),
        (5 | 2 << 8, errors.Busy),  # SQLITE_BUSY_SNAPSHOT
        (6, errors.Busy),
        (8, errors.ReadOnly),
        (8 | 4 << 8, errors.ReadOnly),  # SQLITE_READONLY_DBMOVED
        (10, errors.VaultError),
        (10 | 3 << 8, errors.VaultError),  # SQLITE_IOERR_WRITE
        (11, errors.Corrupt),
        (13, errors.DiskFull),
        (14, errors.ReadOnly),
        (23, errors.QueryDenied),
        (26, errors.KeyWrong),
        (1, errors.VaultError),
        (0, errors.VaultError),
    ],
)
def test_each_code_has_its_class_and_no_words_of_the_cause(code: int, kind: type[errors.EdgeError]) -> None:
    original = failure(code)
    with pytest.raises(errors.VaultError) as caught, converting():
        raise original
    assert type(caught.value) is kind
    assert "SECRET" not in caught.value.message
    assert caught.value.__suppress_context__
    assert "SECRET" not in repr(original)  # a logger that prints the whole chain finds nothing


def test_a_closed_connection_is_closed(database: str) -> None:
    opened = connect(database, KEY)
    opened.close()
    with pytest.raises(errors.Closed), converting():
        opened.execute("SELECT 1")
    assert type(converted(sqlcipher.ProgrammingError("wrong number of bindings"))) is errors.VaultError


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.DiskFull),
        (errno.EDQUOT, errors.DiskFull),
        (errno.EFBIG, errors.DiskFull),
        (errno.EACCES, errors.ReadOnly),
        (errno.EROFS, errors.ReadOnly),
        (errno.ENOENT, errors.StoreMissing),
        (errno.EIO, errors.VaultError),
    ],
)
def test_the_systems_errors_lose_their_paths(number: int, kind: type[errors.EdgeError]) -> None:
    with pytest.raises(errors.VaultError) as caught, converting_files():
        raise OSError(number, "words", "/home/SECRET/me.edge")
    assert type(caught.value) is kind
    assert "SECRET" not in caught.value.message


def test_no_key_ever_becomes_sql_and_nothing_traces_it() -> None:
    # A malformed PRAGMA key error repeats the key, and so does every trace callback.
    for source in SOURCES.rglob("*.py"):
        text = source.read_text()
        assert "set_trace_callback" not in text
        assert not re.search(r"PRAGMA\s+(re)?key", text, re.IGNORECASE), source.name
        assert not re.search(r"\b(backup|blobopen|open_blob)\(", text), source.name
