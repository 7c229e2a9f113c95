"""Integrity: every page authentic, every index whole, every rollup equal to what it sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.errors import Busy, DiskFull, EdgeError, LedgerTampered, VaultError
from edge_engine.vault import rollup
from edge_engine.vault.connection import PAGE_BYTES, checkpoint, converting
from edge_engine.vault.folder import telling_full_disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlcipher3 import dbapi2 as sqlcipher

SOUND = "sound"


class Check(msgspec.Struct, frozen=True):
    """One examination.

    Attributes:
        name: What was examined.
        ok: Whether nothing is wrong with it, as far as it could be examined.
        detail: What was found, without data of the person.
        checked: False where it could not be examined now; ``detail`` says why.
    """

    name: str
    ok: bool
    detail: str
    checked: bool = True


class IntegrityReport(msgspec.Struct, frozen=True):
    """All examinations; ``ok`` when none found anything wrong."""

    ok: bool
    checks: tuple[Check, ...]


def examine(
    connection: sqlcipher.Connection,
    *,
    database: Path | None = None,
    verify_ledger: Callable[[], None] | None = None,
) -> IntegrityReport:
    """Examine a store.

    ``cipher_integrity_check`` finds flipped bits and swapped pages but not a file cut at a page boundary;
    ``quick_check`` finds that. Neither looks into the write-ahead log, so it is emptied first: they would give
    false alarms. Where the disk is too full for that, the examinations that look at the file alone are left out;
    ``quick_check`` still reads every page, through the log, and each page's authentication code with it.

    Args:
        connection: The vault's own connection.
        database: Its file; None for a store in memory.
        verify_ledger: Raises LedgerTampered where the consent ledger does not verify.

    Raises:
        Busy: A reader, or a write under way, keeps the log from being emptied.
    """
    if connection.in_transaction:
        raise Busy("the store cannot be examined while it is being read or written")
    roomy = database is None or _emptied(connection, database.parent)
    checks = [
        _check("pages are authentic", lambda: _pages(connection))
        if roomy
        else _unchecked("pages are authentic"),
        _check("tables and indexes are whole", lambda: _structure(connection)),
        _check("references lead somewhere", lambda: _references(connection)),
        _check("monthly totals equal what they sum up", lambda: _totals(connection)),
    ]
    if database is not None:
        name = "the file has its full length"
        length = _check(name, lambda: _length(connection, database)) if roomy else _unchecked(name)
        checks.insert(0, length)
    if verify_ledger is not None:
        checks.append(_check("the consent ledger verifies", lambda: _ledger(verify_ledger)))
    return IntegrityReport(all(check.ok for check in checks), tuple(checks))


def outcome(act: Callable[[], None]) -> Callable[[], None]:
    """Do something now, and return what comes to the same end whenever it is called."""
    failed: EdgeError | None = None
    try:
        act()
    except EdgeError as error:
        failed = error

    def again() -> None:
        if failed is not None:
            raise failed

    return again


def _check(name: str, examination: Callable[[], str]) -> Check:
    """Run one examination; damage that stops it is a finding like any other."""
    try:
        with converting():
            detail = examination()
    except VaultError as error:
        detail = error.message
    return Check(name, detail == SOUND, detail)


def _unchecked(name: str) -> Check:
    return Check(name, ok=True, detail="the disk is too full to empty the log first", checked=False)


def _emptied(connection: sqlcipher.Connection, folder: Path) -> bool:
    """Empty the log; False where the disk has no room for that.

    Raises:
        Busy: A reader keeps the log from being emptied.
    """
    try:
        with telling_full_disk(folder):
            emptied = checkpoint(connection)
    except DiskFull:
        return False
    except VaultError:
        # Damage that stops the checkpoint is what the examination is there to tell.
        return True
    if not emptied:
        raise Busy("the store cannot be examined while it is being read or written")
    return True


def _length(connection: sqlcipher.Connection, database: Path) -> str:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    try:
        size = database.stat().st_size
    except OSError:
        return "the file is gone"
    return SOUND if size == pages * PAGE_BYTES else "the file is longer or shorter than its pages"


def _pages(connection: sqlcipher.Connection) -> str:
    broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if not broken:
        return SOUND
    return (
        f"{len(broken):,} {'page fails its' if len(broken) == 1 else 'pages fail their'} authentication code"
    )


def _structure(connection: sqlcipher.Connection) -> str:
    found = connection.execute("PRAGMA quick_check").fetchall()
    return SOUND if found == [("ok",)] else "damaged"


def _references(connection: sqlcipher.Connection) -> str:
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    return (
        f"{len(dangling):,} {'row leads' if len(dangling) == 1 else 'rows lead'} nowhere"
        if dangling
        else SOUND
    )


def _totals(connection: sqlcipher.Connection) -> str:
    wrong = rollup.mismatches(connection)
    return f"{wrong:,} {'total differs' if wrong == 1 else 'totals differ'}" if wrong else SOUND


def _ledger(verify: Callable[[], None]) -> str:
    try:
        verify()
    except LedgerTampered as error:
        return error.message
    return SOUND
