"""The place of the models' updates in the store: their files, and the versions below which nothing is believed again.

Models are public and say nothing of the person, so no grant is asked for. They are kept in the database and not
beside it (ADR 11): their pages are authenticated, a model becomes current together with the floors that go with it
in one database transaction, and erasing the store erases them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.vault.connection import converting
from edge_engine.vault.turns import in_turn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.vault.store import Vault

GOOD: Final = 1
REFUSED: Final = 2

KEPT: Final = 2
"""Good versions of a model that are kept: the current one and the one to fall back to."""


class StoredModel(NamedTuple):
    """An update as it is kept.

    Attributes:
        name: The model.
        version: Its version.
        state: `GOOD` or `REFUSED`.
        entry: The manifest's entry as JSON.
        runtime: Version of the runtime that tried it.
    """

    name: str
    version: int
    state: int
    entry: bytes
    runtime: str


class VaultModelStore:
    """Keeps updates over a vault; each change is durable before the call returns."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def turn(self) -> AbstractContextManager[object]:
        """The vault's."""
        return self._vault.turn

    @in_turn
    def models(self) -> list[StoredModel]:
        """Return every update that was tried, by name, the newest first."""
        connection = self._vault.connection
        with converting():
            rows = connection.execute(
                "SELECT name, version, state, entry, runtime FROM model ORDER BY name, version DESC"
            ).fetchall()
        return [StoredModel(*row) for row in rows]

    @in_turn
    def file(self, sha256: str) -> bytes | None:
        """Return a file by its digest, None where there is none; its digest is for the reader to compare."""
        connection = self._vault.connection
        with converting():
            row = connection.execute("SELECT content FROM model_file WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else bytes(row[0])

    def keep(self, model: StoredModel, files: Mapping[str, bytes], at: datetime) -> None:
        """Keep an update that was tried, with its files by digest; older good ones than `KEPT` go.

        Raises:
            Busy: A write is under way.
            DiskFull: There is no room; nothing was kept.
        """
        with self._vault.committing(durable=True) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO model (name, version, state, entry, runtime, at) VALUES (?, ?, ?, ?, ?, ?)",
                (model.name, model.version, model.state, model.entry, model.runtime, int(at.timestamp())),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO model_file (sha256, content) VALUES (?, ?)", files.items()
            )
            connection.execute(
                "DELETE FROM model WHERE name = :name AND state = :good AND version NOT IN (SELECT version FROM model"
                " WHERE name = :name AND state = :good ORDER BY version DESC LIMIT :kept)",
                {"name": model.name, "good": GOOD, "kept": KEPT},
            )
            _sweep(connection)

    def mark(self, name: str, version: int, state: int, runtime: str) -> None:
        """Keep what became of an update when it was tried again; a refused one loses its files.

        Raises:
            Busy: A write is under way.
        """
        with self._vault.committing(durable=True) as connection:
            connection.execute(
                "UPDATE model SET state = ?, runtime = ? WHERE name = ? AND version = ?",
                (state, runtime, name, version),
            )
            _sweep(connection)

    @in_turn
    def floors(self) -> dict[str, int]:
        """Return the version below which each role's metadata is not believed."""
        connection = self._vault.connection
        with converting():
            return dict(connection.execute("SELECT role, version FROM model_floor").fetchall())

    def raise_floors(self, floors: Mapping[str, int]) -> None:
        """Raise floors, durably; a floor that is higher already stays.

        Raises:
            Busy: A write is under way.
        """
        with self._vault.committing(durable=True) as connection:
            known = dict(connection.execute("SELECT role, version FROM model_floor").fetchall())
            # The schema's triggers refuse a lower one; this only tells what need not be written.
            connection.executemany(
                "INSERT INTO model_floor (role, version) VALUES (?, ?)"
                " ON CONFLICT (role) DO UPDATE SET version = excluded.version",
                [(role, version) for role, version in floors.items() if version > known.get(role, -1)],
            )


def _sweep(connection: sqlcipher.Connection) -> None:
    """Delete files that no good update names; an entry's JSON holds the digests of its files."""
    connection.execute(
        "DELETE FROM model_file WHERE NOT EXISTS"
        " (SELECT 1 FROM model WHERE state = ? AND instr(CAST(entry AS TEXT), model_file.sha256))",
        (GOOD,),
    )
