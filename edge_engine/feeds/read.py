"""The way in: a file in any of the formats, told by its bytes, to a stream of typed items.

Each reader loads when a file asks for it: all of them take 50 ms, one about 10.
"""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Callable, Iterable, Iterator  # noqa: TC003 - fields of the tuple below
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

import msgspec

from edge_engine.domain.money import exponent
from edge_engine.domain.transaction import Account, Balance, Event, Record, Rejected
from edge_engine.errors import EdgeError, FeedMissing, FileRefused, FormatUnknown, InputError
from edge_engine.feeds import detect
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    import os

    from typing_extensions import Buffer

    from edge_engine.feeds.mapping import Mapping

MAX_WHOLE: Final = 64 * 2**20
"""Largest file, in bytes, of a format that is read as a whole."""

Item = Account | Balance | Record | Event | Rejected


@dataclass(frozen=True, slots=True)
class Feed:
    """A file under way.

    Attributes:
        format: Name of its format, one of `detect.FORMATS`.
        items: What it tells, in its order; an account comes before its balances and records.
        size: Its size in bytes; None where there are no bytes.
        position: Returns how many bytes have been read.
        made_up: Key, or the first part of the keys, of an account that the file does not name; empty where each
            account is named.
        notes: What the person should know about how the file was read, in sentences.
    """

    format: str
    items: Iterator[Item]
    size: int | None
    position: Callable[[], int]
    made_up: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """Bytes that can be opened more than once."""

    open: Callable[[], BinaryIO]
    size: int
    name: str = ""
    written: date | None = None


def read(
    source: Path | bytes | BinaryIO,
    *,
    format: str = "auto",  # noqa: A002 - the word of the public contract
    mapping: Mapping | None = None,
    account: str = "",
    currency: str = "",
    as_of: date | None = None,
    known_currency: Callable[[str], str] | None = None,
) -> Feed:
    """Read a bank statement or a file of app events.

    Args:
        source: A path, the bytes themselves, or an open binary file, which is read from its beginning and stays
            open.
        format: One of `detect.FORMATS`, or ``auto``.
        mapping: What the columns of a CSV file mean; implies CSV.
        account: Key of the account, for files that name none.
        currency: ISO 4217 code, for files that name none.
        as_of: Day of balances that the file does not date, such as Plaid's; None for the day on which the file at
            the path was written.
        known_currency: Tells the currency that an account of this key has already, and an empty text for a new one;
            asked where neither the file nor ``currency`` says it.

    Returns:
        The feed. A CSV file and events stream in flat memory; the others are parsed already.

    Raises:
        FeedMissing: There is no readable file.
        FormatUnknown: No known format fits.
        FileRefused: The file as a whole cannot be trusted.
        MappingInvalid: The mapping does not fit the file.
        InputError: ``format`` or ``currency`` does not exist.
    """
    if format not in ("auto", *detect.FORMATS):
        raise InputError("there is no such format; the formats are " + ", ".join(detect.FORMATS))
    if currency:
        exponent(currency)
    account = clean(account, 128)
    found = _source(source)
    with closing(found.open()) as stream:
        head = _read(stream, detect.HEAD)
    if mapping is not None:
        format = detect.CSV  # noqa: A001
    detect.refuse_empty(head)
    name = detect.detect(head) if format == "auto" else format
    if name == detect.CSV:
        from edge_engine.feeds.csv import Table  # noqa: PLC0415 - on demand

        table = Table(
            found.open,
            mapping=mapping,
            account=account,
            currency=currency,
            file_name=found.name,
            known_currency=known_currency,
        )
        items = _guarded(table.items(), name)
        return Feed(name, items, found.size, table.position, table.made_up, table.notes)
    if name == detect.EVENTS or (name == detect.JSON and _is_event_line(head)):
        return _events(found)
    if name == detect.QIF and not currency and known_currency is not None:
        currency = known_currency(account or detect.QIF)
    whole = _whole(found, name, account, currency, as_of or found.written)
    made_up = "" if account else whole.made_up
    return Feed(whole.format, whole.items, found.size, lambda: found.size, made_up, whole.notes)


class _Whole(NamedTuple):
    """A file that was parsed as a whole; the fields are those of `Feed`."""

    format: str
    items: Iterator[Item]
    made_up: str = ""
    notes: tuple[str, ...] = ()


def _whole(source: _Source, name: str, account: str, currency: str, as_of: date | None) -> _Whole:
    """Parse a file as a whole, so that a bad one is refused before anything is stored."""
    if source.size > MAX_WHOLE:
        raise FileRefused("the file is larger than any statement of this format")
    with closing(source.open()) as stream:
        data = _read(stream, MAX_WHOLE + 1)
    try:
        whole = _READERS.get(name, _json)(data, account, currency, as_of)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise FileRefused("the file is damaged in a way that no reader expects") from None
    except InputError as error:
        raise FileRefused(error.message) from None
    if name not in (detect.JSON, whole.format) and whole.format != detect.EVENTS:
        raise FormatUnknown("the file is not in the format that was asked for")
    return whole


def _qif(data: bytes, account: str, currency: str, _: date | None) -> _Whole:
    from edge_engine.feeds import qif  # noqa: PLC0415 - on demand

    return _Whole(detect.QIF, qif.parse(data, account=account, currency=currency), qif.NAMELESS)


def _mt940(data: bytes, account: str, *_: object) -> _Whole:
    from edge_engine.feeds import mt940  # noqa: PLC0415 - on demand

    entries, notes = mt940.parse_with_notes(data)
    return _Whole(detect.MT940, _renamed(entries, account), notes=notes)


def _ofx(data: bytes, account: str, *_: object) -> _Whole:
    from edge_engine.feeds import ofx  # noqa: PLC0415 - on demand

    return _Whole(detect.OFX, _renamed(ofx.parse(data), account))


def _camt053(data: bytes, account: str, *_: object) -> _Whole:
    from edge_engine.feeds import camt053  # noqa: PLC0415 - on demand

    return _Whole(detect.CAMT053, _renamed(camt053.parse(data), account))


def _json(data: bytes, account: str, currency: str, as_of: date | None) -> _Whole:
    from edge_engine.feeds import berlin_group, events, json_tree, open_banking  # noqa: PLC0415 - on demand

    tree = json_tree.load_file(data)
    if isinstance(tree, list) and tree and all(map(events.fits, tree)):
        return _Whole(detect.EVENTS, _listed_events(tree))
    kind, items = open_banking.read(tree, account=account, currency=currency, as_of=as_of)
    made_up = berlin_group.NAMELESS if kind == detect.BERLIN_GROUP else ""
    return _Whole(kind, _renamed(items, account), made_up)


_READERS: Final[dict[str, Callable[[bytes, str, str, date | None], _Whole]]] = {
    detect.QIF: _qif,
    detect.MT940: _mt940,
    detect.OFX: _ofx,
    detect.CAMT053: _camt053,
}
"""What reads a file as a whole, by format; every other one is JSON."""


def _renamed(told: Iterable[Account | Balance | Record | Rejected], account: str) -> Iterator[Item]:
    """Give the file's only account the key that the caller knows it by; several accounts keep their own."""
    items = list(told)
    keys = {item.key for item in items if isinstance(item, Account)}
    if not account or len(keys) != 1:
        return iter(items)
    return iter([
        msgspec.structs.replace(item, key=account)
        if isinstance(item, Account)
        else item if isinstance(item, Rejected) else msgspec.structs.replace(item, account=account)
        for item in items
    ])  # fmt: skip


def _events(source: _Source) -> Feed:
    from edge_engine.feeds import events  # noqa: PLC0415 - on demand

    stream = source.open()
    done = source.size

    def items() -> Iterator[Item]:
        with closing(stream):
            yield from events.parse(stream)

    return Feed(
        detect.EVENTS,
        _guarded(items(), detect.EVENTS),
        source.size,
        lambda: done if stream.closed else stream.tell(),
    )


def _listed_events(tree: list[object]) -> Iterator[Item]:
    from edge_engine.feeds import events  # noqa: PLC0415 - on demand

    for row, one in enumerate(tree, 1):
        try:
            yield events.from_tree(one if isinstance(one, dict) else {})
        except InputError as error:
            yield Rejected(row, error.message)


def _is_event_line(head: bytes) -> bool:
    from edge_engine.feeds import events  # noqa: PLC0415 - on demand

    line = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]
    try:
        return events.fits(json.loads(line))
    except (ValueError, RecursionError):
        return False


def _guarded(items: Iterator[Item], name: str) -> Iterator[Item]:
    """Give the items; whatever goes wrong under way is the file's fault and is told as such."""
    try:
        yield from items
    except EdgeError:
        raise
    except OSError:
        raise FileRefused("the file could not be read to its end") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise FileRefused(f"the {name} file is damaged in a way that no reader expects") from None


def _source(source: Path | bytes | BinaryIO) -> _Source:
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        return _Source(lambda: io.BytesIO(data), len(data))
    if isinstance(source, (str, Path)):
        path = Path(source)
        status = _status(path)
        written = datetime.fromtimestamp(status.st_mtime, UTC).date()
        return _Source(lambda: _open(path), status.st_size, path.name, written)
    return _stream(source)


def _status(path: Path) -> os.stat_result:
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise FeedMissing("there is no readable file at this place") from None
    if not stat.S_ISREG(status.st_mode):
        raise FeedMissing("this is no file that can be read")
    return status


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError:
        raise FeedMissing("there is no readable file at this place") from None


def _stream(stream: BinaryIO) -> _Source:
    """Make an open file one that can be passed over twice, without closing the caller's."""
    try:
        if stream.seekable():
            size = stream.seek(0, io.SEEK_END)
            name = getattr(stream, "name", "")
            return _Source(
                lambda: io.BufferedReader(_Borrowed(stream)),
                size,
                Path(name).name if isinstance(name, str) else "",
            )
        data = _read(stream, MAX_WHOLE + 1)
    except (OSError, ValueError):
        raise FeedMissing("the open file cannot be read") from None
    if len(data) > MAX_WHOLE:
        raise FileRefused("what comes through a pipe is larger than any statement; give the file instead")
    return _Source(lambda: io.BytesIO(data), len(data))


def _read(stream: BinaryIO, limit: int) -> bytes:
    try:
        return stream.read(limit)
    except OSError:
        raise FileRefused("the file could not be read to its end") from None


class _Borrowed(io.RawIOBase):
    """A caller's open file from its beginning; closing it leaves the caller's open."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        stream.seek(0)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that its position can be told."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move in the caller's file."""
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill ``buffer`` from the caller's file."""
        room = memoryview(buffer).cast("B")
        found = self._stream.read(len(room))
        room[: len(found)] = found
        return len(found)
