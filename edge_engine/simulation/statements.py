"""Statement files of a simulated household, as its banks write them, and what a correct import ends with.

The files overlap: the same days twice in one format, the same account in two formats, purchases first
pending and then booked, and transfers whose halves stand in files of different banks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.simulation.download import Download, download
from edge_engine.simulation.formats.bank_csv import american, british, german
from edge_engine.simulation.formats.camt053 import camt053
from edge_engine.simulation.formats.mt940 import mt940
from edge_engine.simulation.formats.ofx import ofx
from edge_engine.simulation.formats.open_banking import plaid, uk_open_banking
from edge_engine.simulation.truth import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_engine.simulation.truth import Household, Posting, Stream

TRUTH_FILE: Final = "truth.json"
SCHEMA: Final = 1

_QUARTER: Final = 92


@dataclass(frozen=True, slots=True)
class _Source:
    """One feed of one account.

    Attributes:
        role: The account.
        name: Stem of the file's name.
        ending: Ending of the file's name.
        format: As ``edge-engine import --format`` names it.
        write: Turns days into bytes.
        spans: First and last day of each download, counted back from the end; ``None`` is the start.
        pending: Whether it tells what is pending.
    """

    role: Role
    name: str
    ending: str
    format: str
    write: Callable[[Download], bytes]
    spans: tuple[tuple[int | None, int], ...]
    pending: bool = False


_THREE: Final = ((None, 400), (420, 130), (150, 0))
_FOUR: Final = ((None, 550), (565, 365), (380, 180), (195, 0))

_SOURCES: Final = {
    "GB": (
        _Source(Role.CURRENT, "northshire", "csv", "csv", british, ((None, 300), (330, 45), (60, 0))),
        _Source(
            Role.CURRENT,
            "northshire-api",
            "json",
            "uk_open_banking",
            uk_open_banking,
            ((100, 52), (90, 29), (75, 0)),
            pending=True,
        ),
        _Source(Role.CARD, "kestrel-card", "ofx", "ofx", ofx, _FOUR),
        _Source(Role.JOINT, "harbour", "xml", "camt053", partial(camt053, version=2), ((None, 330),)),
        _Source(Role.JOINT, "harbour-new", "xml", "camt053", partial(camt053, version=8), ((361, 0),)),
        _Source(Role.SAVINGS, "saver", "sta", "mt940", mt940, _THREE),
    ),
    "AU": (
        _Source(Role.CURRENT, "southern-tide", "ofx", "ofx", ofx, _FOUR),
        _Source(Role.CARD, "banksia-card", "ofx", "ofx", ofx, _FOUR),
        _Source(Role.JOINT, "wattle", "ofx", "ofx", ofx, _THREE),
        _Source(Role.SAVINGS, "saver", "ofx", "ofx", ofx, _THREE),
    ),
    "US": (
        _Source(Role.CURRENT, "meridian", "ofx", "ofx", ofx, _FOUR),
        _Source(Role.CARD, "copperline", "qfx", "ofx", ofx, _FOUR),
        _Source(
            Role.JOINT, "tallgrass", "json", "plaid", plaid, ((None, 75), (120, 39), (110, 0)), pending=True
        ),
        _Source(Role.SAVINGS, "savings", "csv", "csv", american, _THREE),
    ),
    "DE": (
        _Source(
            Role.CURRENT, "nordwind", "csv", "csv", german, ((None, 300), (330, 45), (60, 0)), pending=True
        ),
        _Source(Role.CURRENT, "nordwind-mt940", "sta", "mt940", mt940, ((_QUARTER, 15), (45, 0))),
        _Source(Role.CARD, "kupferkarte", "ofx", "ofx", ofx, _FOUR),
        _Source(Role.JOINT, "rheinkiesel", "xml", "camt053", partial(camt053, version=2), ((None, 330),)),
        _Source(Role.JOINT, "rheinkiesel-neu", "xml", "camt053", partial(camt053, version=8), ((361, 0),)),
        _Source(Role.SAVINGS, "tagesgeld", "xml", "camt053", partial(camt053, version=8), _THREE),
    ),
}


@dataclass(frozen=True, slots=True)
class _File:
    """A file before it is written: its place in the order of downloads, and what it holds."""

    name: str
    source: _Source
    content: Download


def _files(household: Household) -> list[_File]:
    """Return the files in the order in which a person downloads them."""
    length = (household.end - household.start).days
    found: list[tuple[date, int, _Source, Download]] = []
    for source in _SOURCES[household.country]:
        for number, (back, until) in enumerate(source.spans, 1):
            first = household.start if back is None else household.end - timedelta(min(back, length))
            last = household.end - timedelta(until)
            # A history shorter than a span's distance has no such download.
            if last < first:
                continue
            content = download(household, source.role, first, last, pending=source.pending)
            found.append((last, number, source, content))
    found.sort(key=lambda item: (item[0], item[2].name, item[1]))
    return [
        _File(f"{place:02d}-{source.name}-{number}.{source.ending}", source, content)
        for place, (_, number, source, content) in enumerate(found, 1)
    ]


def write(household: Household, folder: Path) -> list[Path]:
    """Write the household's statement files and ``truth.json`` into ``folder``, which is made if need be.

    Returns:
        The statement files in the order in which a person downloads them; ``truth.json`` is not among them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = _files(household)
    paths = []
    for file in files:
        path = folder / file.name
        path.write_bytes(file.source.write(file.content))
        paths.append(path)
    told = msgspec.json.format(msgspec.json.encode(_truth(household, files)), indent=1)
    (folder / TRUTH_FILE).write_bytes(told + b"\n")
    return paths


def truth(household: Household) -> dict[str, Any]:
    """Return what ``truth.json`` tells; see ``docs/simulator.md`` for its fields."""
    return _truth(household, _files(household))


def _truth(household: Household, files: list[_File]) -> dict[str, Any]:
    told, known = _told(files)
    listed = [posting for posting in (*household.postings, *household.pending) if posting.id in known]
    return {
        "schema": SCHEMA,
        "seed": household.seed,
        "country": household.country,
        "currency": household.currency,
        "start": household.start,
        "end": household.end,
        "files": told,
        "expected": _expected(household, listed),
        "postings": [_posting(household, posting) for posting in listed],
        "streams": [_stream(stream) for stream in household.streams],
        "events": [
            {
                "id": event.id,
                "kind": event.kind,
                "first": event.first,
                "last": event.last,
                "postings": event.postings,
            }
            for event in household.events
        ],
        "overlaps": [
            {"family": overlap.family, "streams": overlap.streams, "yearly": overlap.yearly}
            for overlap in household.overlaps
        ],
    }


def _told(files: list[_File]) -> tuple[list[dict[str, Any]], set[str]]:
    """Return what each file adds to those before it, and the ids of every line told."""
    known: set[str] = set()
    booked: set[str] = set()
    told = []
    for file in files:
        posted = {posting.id for posting in file.content.postings}
        pending = {posting.id for posting in file.content.pending}
        told.append(
            {
                "name": file.name,
                "format": file.source.format,
                "account": file.content.account.role,
                "first": file.content.first,
                "last": file.content.last,
                "rows": len(posted) + len(pending),
                "pending": len(pending),
                "adds": len((posted | pending) - known),
                "books": len(posted & (known - booked)),
            }
        )
        known |= posted | pending
        booked |= posted
    return told, known


def _expected(household: Household, listed: list[Posting]) -> dict[str, Any]:
    accounts = []
    for role, account in household.accounts.items():
        lines = [posting for posting in listed if posting.account is role]
        posted = [posting for posting in lines if not posting.pending]
        accounts.append(
            {
                "role": role,
                "key": account.key,
                "iban": account.iban,
                "branch": account.branch,
                "number": account.number,
                "kind": account.kind,
                "currency": account.currency,
                "transactions": len(lines),
                "pending": len(lines) - len(posted),
                "opening": account.opening,
                "posted_sum": sum(posting.amount for posting in posted),
                "pending_sum": sum(posting.amount for posting in lines if posting.pending),
                "balance": household.balance_by_day[role][-1],
                "balance_day": household.end,
            }
        )
    halves = Counter(posting.transfer for posting in listed if posting.transfer)
    return {
        "transactions": len(listed),
        "pending": sum(posting.pending for posting in listed),
        "transfers": sum(count == 2 for count in halves.values()),
        "accounts": accounts,
    }


def _posting(household: Household, posting: Posting) -> dict[str, Any]:
    return {
        "id": posting.id,
        "account": household.accounts[posting.account].key,
        "day": posting.day,
        "purchased": posting.purchased,
        "amount": posting.amount,
        "text": posting.text,
        "counterparty": posting.counterparty,
        "leaf": posting.leaf,
        "stream": posting.stream,
        "event": posting.event,
        "transfer": posting.transfer,
        "pending": posting.pending,
    }


def _stream(stream: Stream) -> dict[str, Any]:
    return {
        "id": stream.id,
        "merchant": stream.merchant,
        "leaf": stream.leaf,
        "account": stream.account,
        "incoming": stream.incoming,
        "cadence": stream.cadence,
        "amount": stream.amount,
        "varies": stream.varies,
        "family": stream.family,
        "postings": stream.postings,
        "amounts": stream.amounts,
        "missed": stream.missed,
        "price_changes": [
            {"day": change.day, "old": change.old, "new": change.new} for change in stream.price_changes
        ],
        "trial_until": stream.trial_until,
        "started": stream.started,
        "ended": stream.ended,
        "expected": stream.expected,
    }


def iterate(household: Household) -> Iterator[tuple[str, bytes]]:
    """Yield each statement file's name and bytes, for tests and imports that write nothing to disk."""
    for file in _files(household):
        yield file.name, file.source.write(file.content)
