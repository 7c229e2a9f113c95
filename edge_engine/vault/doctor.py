"""Integrity: every page authentic, every index whole, every rollup equal to what it sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher


class Check(msgspec.Struct, frozen=True):
    """One examination.

    Attributes:
        name: What was examined.
        ok: Whether it is sound.
        detail: What was found, without data of the person.
    """

    name: str
    ok: bool
    detail: str


class IntegrityReport(msgspec.Struct, frozen=True):
    """All examinations; ``ok`` when each is sound."""

    ok: bool
    checks: tuple[Check, ...]


def examine(connection: sqlcipher.Connection, *, encrypted: bool) -> IntegrityReport:
    """Examine a store whose write-ahead log was just checkpointed.

    ``cipher_integrity_check`` finds flipped bits and swapped pages but not a file cut at a page boundary;
    ``quick_check`` finds that. Neither looks into the log: without the checkpoint they give false alarms.

    Args:
        connection: The vault's own connection.
        encrypted: Whether pages carry authentication codes; a store in memory has none.
    """
    checks: list[Check] = []
    with converting():
        if encrypted:
            broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            checks.append(Check("pages are authentic", not broken, f"{len(broken)} pages fail"))
        (found,) = connection.execute("PRAGMA quick_check").fetchone()
        checks.append(
            Check("tables and indexes are whole", found == "ok", "sound" if found == "ok" else "damaged")
        )
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        checks.append(Check("references lead somewhere", not dangling, f"{len(dangling)} rows dangle"))
    return IntegrityReport(all(check.ok for check in checks), tuple(checks))
