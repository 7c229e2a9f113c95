"""The file of an aggregator: its own, one process at a time, and nothing private in it."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator.database import Database
from edge_engine_sync.errors import DatabaseUnusable
from edge_engine_sync.messages import Role
from tests.fakes.aggregation import House

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_its_owners_and_one_processs(tmp_path: Path) -> None:
    path = tmp_path / "leader.db"
    first = Database(path, Role.LEADER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(DatabaseUnusable, match="in use"):
        Database(path, Role.LEADER)
    first.close()
    with pytest.raises(DatabaseUnusable, match="another aggregator"):
        Database(path, Role.HELPER)
    Database(path, Role.LEADER).close()


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        Database(tmp_path / "none" / "x.db", Role.LEADER)
    path.write_bytes(os.urandom(5000))
    with pytest.raises(DatabaseUnusable, match="damaged"):
        Database(path, Role.LEADER)
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(DatabaseUnusable, match="to none"):
        Database(path, Role.LEADER)
    path.unlink()
    database = Database(path, Role.LEADER)
    with database.transaction() as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE name = 'schema'")
    database.close()
    with pytest.raises(DatabaseUnusable, match="newer"):
        Database(path, Role.LEADER)


def test_what_fails_changes_nothing_and_a_mistake_is_no_state_of_the_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", Role.LEADER)

    def fail() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO horizon VALUES (x'00', 1)")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with pytest.raises(sqlite3.OperationalError), database.transaction() as connection:
        connection.execute("no SQL")
    with database.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM horizon").fetchone() == (0,)
    database.close()


def test_no_key_token_or_measurement_is_in_the_files(tmp_path: Path) -> None:
    house = House(tmp_path)
    vdaf = house.task.vdaf
    house.upload(2, 2, 2)
    house.leader.jobs.create(house.known[Role.LEADER])
    house.upload(2, 2, 2)
    for role in (Role.LEADER, Role.HELPER):
        known = house.known[role]
        raw = b"".join(path.read_bytes() for path in tmp_path.glob(f"{role.name.lower()}.db*"))
        assert house.task.task_id in raw or role == Role.HELPER
        secrets = [known.verify_key, known.token.encode() or b"-" * 40, known.token_hash]
        # What a report would be if it were not shared: a one among zeros.
        secrets.append(vdaf.field.encode(vdaf.circuit.encode(2)))
        assert not any(secret in raw for secret in secrets)
    house.close()


def test_a_disk_that_is_full_refuses_reports_and_keeps_what_it_has(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.upload(1)
    with house.databases[Role.LEADER].transaction() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    house.databases[Role.LEADER]._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseUnusable, match="full"):
        house.upload(*[1] * 50)
    house.databases[Role.LEADER]._connection.execute("PRAGMA max_page_count = 1000000")
    house.upload(1)
    taken = house.rows(Role.LEADER, "SELECT count(*) FROM report")[0][0]
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": taken}
    house.close()
