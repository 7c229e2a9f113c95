"""Imports of whole files in small commits, each acknowledged, for tests that interrupt them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from edge_engine import ingestion
from edge_engine.feeds.canonical import canonicalize
from edge_engine.feeds.read import read
from edge_engine.ingestion import Ingestion
from edge_engine.vault.keys import HostKey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge_engine.vault.store import Vault

KEY: Final = HostKey(b"\x4b" * 32)
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
SMALL: Final = 24
"""Records a commit."""


def import_files(vault: Vault, files: Sequence[Path], acknowledge: Callable[[int], None]) -> None:
    """Import files, a few records a commit, and tell after each commit how many rows the store has.

    Args:
        vault: Where to.
        files: Statements, in their order.
        acknowledge: Told the number of rows after each commit.
    """
    usual, ingestion.BATCH = ingestion.BATCH, SMALL  # type: ignore[misc] # a test's own size
    try:
        for path in files:
            feed = read(path)
            run = Ingestion(
                vault,
                source=feed.format,
                classifier=lambda: None,
                progress=lambda tally: acknowledge(_rows(vault)),  # noqa: ARG005 - the store itself is asked
            )
            run.run(feed.items, canonicalize)
    finally:
        ingestion.BATCH = usual  # type: ignore[misc]


def _rows(vault: Vault) -> int:
    (count,) = vault.connection.execute("SELECT count(*) FROM txn").fetchone()
    return int(count)
