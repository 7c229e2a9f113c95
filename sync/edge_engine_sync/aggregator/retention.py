"""Forgetting the identifiers of reports that are too old to be counted anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.verification import oldest_counted

if TYPE_CHECKING:
    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import Aggregator


def forget_old(database: Database, aggregator: Aggregator, now: float) -> int:
    """Forget what no report can be a replay of any more; return how many identifiers."""
    forgotten = 0
    with database.transaction() as connection:
        for name, task in aggregator.tasks.items():
            forgotten += batches.forget_before(connection, name, oldest_counted(task, now))
    return forgotten
