"""Storing transactions: encrypted beside plain, one alone, and monthly sums beside a scan.

Every peer runs the same writer on the same batches in the same run, a batch at a time in alternating order, so that
the machine's moods fall on all of them: the vault (SQLCipher, keyed), the same library without a key, and Python's own
sqlite3.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import tempfile
import time
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.clock import SystemClock
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Channel, Record, Transaction, fingerprint
from edge_engine.vault import rollup, schema
from edge_engine.vault.keys import HostKey
from edge_engine.vault.store import Vault
from edge_engine.vault.writer import Categorized, Source, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH: Final = 4096
SHOPS: Final = 5000
LEAVES: Final = 80
SINGLES: Final = 1000
FIRST: Final = date(2015, 1, 1)

_LIKE_THE_VAULT: Final = (
    "journal_mode",
    "synchronous",
    "cache_size",
    "secure_delete",
    "foreign_keys",
    "temp_store",
    "wal_autocheckpoint",
)


def batches(rows: int, seed: int = 7) -> Iterator[list[Transaction]]:
    """Yield day-ordered transactions over ten years, as many a batch as an import commits."""
    dice = random.Random(seed)
    batch: list[Transaction] = []
    for number in range(rows):
        shop = dice.randrange(SHOPS)
        record = Record(
            account="GB29NWBK60161331926819",
            booked=FIRST + timedelta(days=number * 3650 // rows),
            amount=Money(
                -dice.randrange(100, 20_000) if number % 12 else dice.randrange(1000, 300_000), "GBP"
            ),
            description=f"CARD PURCHASE SHOP {shop} HIGH STREET LONDON GB",
            external_id=f"{number:012d}",
            channel=Channel.CARD,
            row=number,
        )
        batch.append(Transaction(record, f"shop {shop}", fingerprint(record, 0)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class Peer:
    """A store and how long it has worked."""

    def __init__(
        self,
        name: str,
        writing: Callable[[], AbstractContextManager[Writer]],
        connection: Any,  # noqa: ANN401 - of either library
    ) -> None:
        self.name = name
        self.writing = writing
        self.connection = connection
        self.seconds = 0.0

    def add(self, batch: list[Transaction]) -> float:
        """Store a batch in one commit and return the seconds it took."""
        started = time.perf_counter()
        with self.writing() as writer:
            writer.add(batch, writer.feed("csv"))
        took = time.perf_counter() - started
        self.seconds += took
        return took

    def finish(self) -> None:
        """Move the write-ahead log into the database, which is work of the same import."""
        started = time.perf_counter()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.seconds += time.perf_counter() - started


def peers(folder: Path) -> tuple[Peer, Peer, Peer]:
    """Return the vault, the same library without a key, and Python's sqlite3, all with the vault's settings."""
    vault = Vault.open(folder / "me.edge", HostKey(b"k" * 32), clock=SystemClock())
    settings = {name: vault.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _LIKE_THE_VAULT}
    page = vault.connection.execute("PRAGMA page_size").fetchone()[0]

    def plain(name: str, connection: Any) -> Peer:  # noqa: ANN401 - of either library
        connection.execute(f"PRAGMA page_size = {page}")
        for setting, value in settings.items():
            connection.execute(f"PRAGMA {setting} = {value}").fetchall()
        for _, statements in schema.migrations():
            connection.executescript(statements)

        @contextmanager
        def writing() -> Iterator[Writer]:
            connection.execute("BEGIN IMMEDIATE")
            yield Writer(connection, SystemClock().now())
            connection.execute("COMMIT")

        return Peer(name, writing, connection)

    return (
        Peer("sqlcipher", vault.writing, vault.connection),
        plain("plain", sqlcipher.connect(str(folder / "plain.db"), isolation_level=None)),
        plain("stdlib", sqlite3.connect(str(folder / "stdlib.db"), isolation_level=None)),
    )


def race(folder: Path, rows: int) -> tuple[Peer, Peer, Peer]:
    """Let every peer store the same rows and return them."""
    runners = peers(folder)
    for number, batch in enumerate(batches(rows)):
        for turn in range(len(runners)):
            runners[(number + turn) % len(runners)].add(batch)
    for runner in runners:
        runner.finish()
        (stored,) = runner.connection.execute("SELECT count(*) FROM txn").fetchone()
        if stored != rows:
            raise AssertionError(f"{runner.name} stored {stored} of {rows}")
    return runners


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    figures: dict[str, float | str] = {}
    for rows, words in ((100_000, "100k"), (1_000_000, "1m")):
        with tempfile.TemporaryDirectory() as name:
            runners = race(Path(name), rows)
            vault, plain, stdlib = runners
            for runner in runners:
                figures[f"{runner.name}_krows_a_second_{words}"] = rows / runner.seconds / 1000
            figures[f"ratio_sqlcipher_{words}"] = vault.seconds / plain.seconds
            figures[f"ratio_to_stdlib_{words}"] = vault.seconds / stdlib.seconds
            if rows == 100_000:
                figures.update(sums(vault))
                figures.update(singles(vault, plain))
            for runner in runners:
                runner.connection.close()
    return figures


def singles(vault: Peer, plain: Peer) -> dict[str, float]:
    """Return what one new transaction takes in its own commit, in a store of 100,000."""
    took: dict[str, list[float]] = {vault.name: [], plain.name: []}
    day = FIRST + timedelta(days=3650)
    for number in range(SINGLES):
        record = Record(
            "GB29NWBK60161331926819", day, Money(-number, "GBP"), f"KIOSK {number}", external_id=f"s{number}"
        )
        transaction = Transaction(record, f"kiosk {number % 50}", fingerprint(record, 0))
        for peer in (vault, plain) if number % 2 else (plain, vault):
            took[peer.name].append(1000 * peer.add([transaction]))
    return {f"single_insert_p50_ms_{name}": statistics.median(times) for name, times in took.items()}


def sums(vault: Peer) -> dict[str, float]:
    """Return what sums by month and category take: from the totals, and by a scan of 100,000 transactions.

    By category, ten years give thousands of sums, and handing them over is most of the work of both.
    """
    with vault.writing() as writer:
        ids = [row for (row,) in vault.connection.execute("SELECT id FROM txn")]
        # A household spends on few things often and on many rarely.
        leaves = random.Random(7).choices(
            range(1, LEAVES + 1), [1 / rank for rank in range(1, LEAVES + 1)], k=len(ids)
        )
        writer.categorize(
            [Categorized(row, leaf, 900, Source.MODEL) for row, leaf in zip(ids, leaves, strict=True)]
        )
    figures: dict[str, float] = {}
    for words, more, since in (
        ("monthly", "", FIRST),
        ("by_category", ", leaf", FIRST),
        ("by_category_two_years", ", leaf", date(2023, 1, 1)),
    ):
        totals = (
            f"SELECT month, currency{more}, sum(inflow), sum(outflow), sum(n) FROM month_total"
            f" WHERE month >= ? GROUP BY month, currency{more}"
        )
        scan = (
            f"SELECT {rollup.MONTH} AS month, t.currency{more}, sum(max(t.amount, 0)), sum(max(-t.amount, 0)), count(*)"
            f" FROM txn t {'JOIN categorization c ON c.txn_id = t.id' if more else ''}"
            f" WHERE t.day >= ? GROUP BY month, t.currency{more}"
        )
        month = since.year * 12 + since.month - 1
        by_totals, by_scan = both(vault, (totals, month), (scan, since.toordinal()))
        figures[f"sums_{words}_by_totals_ms"], figures[f"sums_{words}_by_scan_ms"] = by_totals, by_scan
    figures["rollup_speedup_100k"] = figures["sums_monthly_by_scan_ms"] / figures["sums_monthly_by_totals_ms"]
    return figures


def both(vault: Peer, *questions: tuple[str, int]) -> list[float]:
    """Return the median milliseconds of each question, asked in turn; both must give the same sums."""
    took: list[list[float]] = [[] for _ in questions]
    found: list[list[tuple[object, ...]]] = [[] for _ in questions]
    for _ in range(7):
        for number, (sql, since) in enumerate(questions):
            started = time.perf_counter()
            found[number] = vault.connection.execute(sql, (since,)).fetchall()
            took[number].append(1000 * (time.perf_counter() - started))
    if any(sorted(one, key=repr) != sorted(found[0], key=repr) for one in found):
        raise AssertionError("the totals and the scan differ")
    return [statistics.median(times) for times in took]
