"""Forgetting the identifiers of reports that are too old to be counted anyway."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.verification import oldest_counted
from edge_engine_sync.errors import DatabaseUnusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import Aggregator

EVERY_SECONDS: Final = 3600.0


def forget_old(database: Database, aggregator: Aggregator, now: float) -> int:
    """Forget what no report can be a replay of any more; return how many identifiers."""
    forgotten = 0
    with database.transaction() as connection:
        for name, task in aggregator.tasks.items():
            forgotten += batches.forget_before(connection, name, oldest_counted(task, now))
    return forgotten


class Retention:
    """Forgets every hour, in a thread of its own.

    Args:
        database: The aggregator's.
        aggregator: Its tasks.
        clock: Seconds since 1970.
    """

    def __init__(self, database: Database, aggregator: Aggregator, clock: Callable[[], float]) -> None:
        self._database = database
        self._aggregator = aggregator
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Forget now, and every hour from now on.

        Raises:
            DatabaseUnusable: The file cannot be used.
        """
        forget_old(self._database, self._aggregator, self._clock())
        self._thread.start()

    def stop(self) -> None:
        """Stop."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            try:
                forget_old(self._database, self._aggregator, self._clock())
            except DatabaseUnusable:
                # What is too old is refused by its time anyway; it is forgotten an hour later.
                continue
