"""A person's life with the engine in a process of its own, with canaries in every field. Run by the tests beside it.

Usage: ``canary_life.py FOLDER TEMP_STORE CANARY...``; prints what it found in its own temporary files as JSON, then
waits to be killed, so that nothing is tidied up.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.clock import FakeClock
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, Balance, Event, Record
from edge_engine.engine import Engine
from edge_engine.errors import EdgeError
from edge_engine.vault import connection as vault_connection
from edge_engine.vault.keys import Passphrase

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW: Final = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
ROWS: Final = 4000


def records(canaries: list[str]) -> Iterator[Record]:
    """Every canary in some field of many records."""
    for number in range(ROWS):
        word = canaries[number % len(canaries)]
        turn = number % 7
        yield Record(
            account=f"GB{canaries[0]}",
            booked=date.fromordinal(NOW.toordinal() - number % 700),
            amount=Money(-1000 - number, "GBP"),
            description=f"CARD {word} {number}" if turn < 3 else f"TESCO STORES {number}",
            external_id=f"{word}{number}" if turn == 3 else "",
            counterparty=word if turn == 4 else "",
            counterparty_account=f"DE{word}" if turn == 5 else "",
            hint=f"plaid:{word}" if turn == 6 else "",
            row=number,
        )


def live(engine: Engine, canaries: list[str]) -> None:
    """Store, understand, teach, ask, fail and withdraw."""
    engine.consent.grant("categorization")
    engine.consent.grant("insights")
    engine.ingest(records(canaries))
    with engine._vault.writing() as writer:
        writer.account(Account(f"FR{canaries[1]}", "GBP", name=canaries[2], institution=canaries[3]))
        writer.balances([Balance(f"FR{canaries[1]}", NOW.date(), Money(100, "GBP"))])
        writer.event(Event(1, "screen", canaries[4], canaries[5]))
        body = msgspec.json.encode({"words": canaries[6]})
        writer.put_derived("stream", ["insights"], NOW.toordinal(), {canaries[7]: body})
    for word in canaries:
        found = engine._vault.connection.execute(
            "SELECT count(*) FROM txn WHERE instr(description, ?)", (word,)
        )
        if found.fetchone()[0] < ROWS // 200:
            raise SystemExit("a canary is not in the store, so nothing is proved by not finding it")
    for one in engine.transactions(limit=20).transactions:
        engine.correct(one.id, "food.groceries")
    engine.spending()
    engine.insights()
    fail(engine, canaries)
    engine.consent.withdraw("insights")


def fail(engine: Engine, canaries: list[str]) -> None:
    """Make every kind of error that touches the store, and let it be printed with all its causes."""
    vault = engine._vault
    attempts = (
        lambda: engine.transactions(account=canaries[0], limit=0),
        lambda: engine.correct(1, canaries[2]),
        lambda: vault.put_meta(canaries[3], None),  # type: ignore[arg-type]
        lambda: vault_connection.connect(vault._location, b"w" * 32),
        lambda: Engine.open(vault._existing_folder(), key=Passphrase(canaries[4]), clock=FakeClock(NOW)),
        lambda: vault.remove_slot(canaries[5]),
        lambda: nonsense(engine, canaries[6]),
    )
    failed = 0
    for attempt in attempts:
        try:
            attempt()
        except (EdgeError, TypeError) as error:
            failed += 1
            logging.getLogger("edge").exception("failed")
            traceback.print_exception(error)
            sys.stderr.write(f"{error!r} {error.__cause__!r} {error.__context__!r}\n")
    if failed != len(attempts):
        raise SystemExit("an error that was meant to happen did not")


def nonsense(engine: Engine, word: str) -> None:
    """Have the database itself complain about text."""
    with engine._vault.committing() as connection:
        connection.execute("INSERT INTO consent_event VALUES (99, ?, ?, ?)", (word, word, word))


def temporary_files(canaries: list[str]) -> int:
    """Count the canaries in files that this process has open, the deleted ones too."""
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
            if "etilqs" in target:
                raw = Path(f"/proc/self/fd/{link.name}").read_bytes()
                found += sum(raw.count(word.encode()) for word in canaries)
        except OSError:
            continue
    return found


def sort_what_does_not_fit(engine: Engine) -> None:
    """Make SQLite want room for temporary data: a table of its own and a long sort."""
    connection = engine._vault.connection
    for cache in ("main", "temp"):
        connection.execute(f"PRAGMA {cache}.cache_size = 10")
    connection.execute("CREATE TEMP TABLE copied AS SELECT * FROM txn ORDER BY description")
    for _ in range(2):
        connection.execute("INSERT INTO copied SELECT * FROM copied")


def main() -> None:
    """Live, look at the temporary files, and wait."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    folder, temp_store, *canaries = sys.argv[1:]
    vault_connection.TEMP_IN_MEMORY = int(temp_store)  # type: ignore[misc]
    engine = Engine.open(folder, key=Passphrase(f"{canaries[8]} {canaries[9]}"), clock=FakeClock(NOW))
    live(engine, canaries)
    sort_what_does_not_fit(engine)
    found = temporary_files(canaries)
    sys.stdout.write(f"{found}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os.abort()


main()
