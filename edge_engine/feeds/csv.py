"""CSV files of banks: any delimiter, encoding and language, with or without headings, in flat memory.

The file is passed over twice: once for its encoding, its line lengths and its end, so that a bad file is refused
before anything is stored; then row by row. What the columns mean is found from headings and, failing that, from
the cells (`csv_layout`, `csv_evidence`), or told by a mapping file.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, Balance, Record, Rejected, Status
from edge_engine.errors import FileRefused, FormatUnknown, InputError, MappingInvalid
from edge_engine.feeds import csv_draft, csv_layout, csv_rows, dates
from edge_engine.feeds.amounts import minor
from edge_engine.feeds.csv_draft import MAX_COLUMNS, Draft
from edge_engine.feeds.text import EncodingCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge_engine.feeds.csv_layout import Layout
    from edge_engine.feeds.mapping import Mapping

CHUNK: Final = 64 * 1024
MAX_LINE: Final = 2 * CHUNK
"""Longest line, in bytes."""
SAMPLE: Final = 600
"""Lines that are looked at to find out what the columns mean."""
SAMPLE_TEXT: Final = 2 * 2**20
MAX_LINES_A_ROW: Final = 16
"""Lines that one row may span: a quote that opens and never closes would swallow the rest of the file."""

DELIMITERS: Final = (",", ";", "\t", "|")

OPEN_QUOTE: Final = "a quote is opened and never closed"
DAMAGED: Final = "Some letters of the file were damaged before it came here; they are kept as they stand."
CUT_SHORT: Final = "the file ends in the middle of this row"

Item = Account | Balance | Record | Rejected


class _Runaway(Exception):
    """One row spans too many lines."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the first pass over a file found.

    Attributes:
        encoding: Python name of the text's encoding.
        last_line: Number of the last line, counted from 1.
        unfinished: True where the last line has no line end.
        damaged: True where letters were damaged on the way.
    """

    encoding: str
    last_line: int
    unfinished: bool
    damaged: bool = False


def scan(stream: BinaryIO, encoding: str = "") -> Scan:
    """Pass over a whole file.

    Args:
        stream: The file.
        encoding: Its encoding, where the person says it.

    Raises:
        FileRefused: It is no text, holds NUL characters, or has a line that no table has.
    """
    check = EncodingCheck(encoding)
    run = feeds = returns = 0
    last = b""
    while chunk := stream.read(CHUNK):
        check.feed(chunk)
        feeds += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        first = _line_end(chunk)
        if first < 0:
            run += len(chunk)
        else:
            run = max(run + first, 0)
        if run > MAX_LINE:
            raise FileRefused("the file has a line that is longer than any row of a statement")
        if first >= 0:
            run = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        last = chunk.rstrip(b"\x00\x1a")[-1:] or last
    unfinished = last not in (b"\n", b"\r", b"")
    return Scan(check.close(), (feeds or returns) + unfinished, unfinished, check.damaged)


def _line_end(chunk: bytes) -> int:
    places = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
    return min(places, default=-1)


class Table:
    """A CSV file whose columns are understood and whose rows are still to be read.

    Args:
        open_file: Opens the file anew, at its beginning.
        mapping: What the columns mean; None to find out.
        account: Key of the account, where the file names none.
        currency: ISO 4217 code, where the file names none.
        file_name: Name of the file: some banks put the IBAN into it.
        known_currency: Tells the currency that an account of this key has already; empty for a new one.

    Raises:
        FormatUnknown: It is no table, or its columns are not recognized.
        FileRefused: The file as a whole cannot be read.
        MappingInvalid: The mapping does not fit the file.
    """

    def __init__(
        self,
        open_file: Callable[[], BinaryIO],
        *,
        mapping: Mapping | None = None,
        account: str = "",
        currency: str = "",
        file_name: str = "",
        known_currency: Callable[[str], str] | None = None,
    ) -> None:
        self._open = open_file
        with closing(open_file()) as stream:
            self._scan = scan(stream, mapping.encoding if mapping else "")
        self._encoding = self._scan.encoding
        self._raw: BinaryIO | None = None
        self._position = 0
        skip = mapping.skip if mapping else 0
        lines = self._sample(skip)
        self.delimiter, draft, rows, ends = _understand(lines[skip:], mapping)
        self.layout = csv_layout.settle(
            draft,
            rows,
            account=account,
            currency=currency,
            file_name=file_name,
            known_currency=known_currency,
        )
        self._skip = skip + (ends[draft.first - 1] if draft.first else 0)
        self._refuse_unreadable(lines)

    @property
    def made_up(self) -> str:
        """Key, or the first part of the keys, of an account that the file does not name; empty where it does."""
        return "" if self.layout.named else self.layout.account

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know about how the file was read."""
        return tuple(filter(None, (self.layout.turned, DAMAGED if self._scan.damaged else "")))

    def position(self) -> int:
        """Return how many bytes have been read."""
        return self._raw.tell() if self._raw is not None and not self._raw.closed else self._position

    def items(self) -> Iterator[Item]:
        """Give the accounts, balances, records and rejected rows.

        Raises:
            FileRefused: The file changed meanwhile.
        """
        with closing(self._open()) as raw:
            self._raw = raw
            text = io.TextIOWrapper(raw, self._encoding, newline="")
            try:
                yield from _Reading(self.layout, self._scan, self.delimiter).items(text, self._skip)
            except UnicodeDecodeError:
                raise FileRefused("the file's text is not in the encoding that was expected") from None
            finally:
                self._position = 0 if raw.closed else raw.tell()

    def _sample(self, skip: int) -> list[str]:
        with closing(self._open()) as raw:
            text = io.TextIOWrapper(raw, self._encoding, newline="")
            lines: list[str] = []
            room = SAMPLE_TEXT
            try:
                for line in islice(text, skip + SAMPLE):
                    room -= len(line)
                    if room < 0:
                        break
                    lines.append(line)
            except UnicodeDecodeError:
                raise FileRefused("the file's text is not in the encoding that was expected") from None
        return lines

    def _refuse_unreadable(self, lines: Sequence[str]) -> None:
        """Refuse a file of whose first rows not one can be read."""
        reason = ""
        for item in _Reading(self.layout, self._scan, self.delimiter).items(iter(lines), self._skip):
            if isinstance(item, Record):
                return
            if isinstance(item, Rejected):
                reason = reason or item.reason
        if reason:
            raise FileRefused(f"not one row of the table can be read: {reason}")


def _understand(
    lines: Sequence[str], mapping: Mapping | None
) -> tuple[str, Draft, list[list[str]], list[int]]:
    """Return the delimiter, what is known of the layout, the rows, and the number of the line each row ends at."""
    text = "".join(lines)
    best: tuple[int, str, Draft] | None = None
    given = mapping.delimiter if mapping else ""
    for delimiter in (given,) if given else DELIMITERS:
        if delimiter not in text:
            continue
        rows, _ = _rows(lines[:120], delimiter)
        found = csv_draft.mapped(mapping, rows) if mapping and given else csv_draft.draft(rows)
        if mapping and not given:
            found = _fits(mapping, rows)
        if found is not None and (best is None or found.score > best[0]):
            best = (found.score, delimiter, found)
    if best is None:
        if mapping is not None:
            rows, _ = _rows(lines[:120], given or ",")
            csv_draft.mapped(mapping, rows)
        if any(len(row) > MAX_COLUMNS for row in _rows(lines[:20], ",")[0]):
            raise FileRefused("the table has more columns than any statement")
        raise FormatUnknown("the file is in none of the formats that are read")
    _, delimiter, found = best
    all_rows, ends = _rows(lines, delimiter)
    return delimiter, found, all_rows, ends


def _fits(mapping: Mapping, rows: list[list[str]]) -> Draft | None:
    try:
        found = csv_draft.mapped(mapping, rows)
    except MappingInvalid:
        return None
    found.score = max((len(row) for row in rows), default=0)
    return found


def _rows(lines: Sequence[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return rows, and the number of the line each ends at; a line with a quote that stays open is passed over."""
    rows: list[list[str]] = []
    ends: list[int] = []
    start = 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=delimiter)
        before = 0
        try:
            for row in reader:
                if reader.line_num - before > MAX_LINES_A_ROW:
                    break
                before = reader.line_num
                rows.append(csv_rows.unmarked(row))
                ends.append(start + before)
            else:
                return rows, ends
        except csv.Error:
            pass
        start += before + 1
    return rows, ends


def _closes(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether every quote of a row closes where a cell ends; within one line, only that it closes at all."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return len(lines) == 1 and "end of data" not in str(error)
    return True


class _Reading:
    """One pass over the rows."""

    def __init__(self, layout: Layout, found: Scan, delimiter: str) -> None:
        self._layout = layout
        self._scan = found
        self._delimiter = delimiter
        self._read = csv_rows.reader(layout)
        self._back: deque[str] = deque()
        self._held: list[str] = []
        self._line = 1
        self._reason = ""
        self._accounts: set[str] = set()
        self._balances = _Balances(layout) if layout.balance is not None else None

    def items(self, text: Iterator[str], skip: int) -> Iterator[Item]:
        """Give what the rows behind the first ``skip`` lines say."""
        layout = self._layout
        if layout.account_at is None and not layout.wallets:
            yield self._account(layout.account, layout.currency)
            for balance in layout.balances:
                yield Balance(layout.account, balance.day, balance.amount)
        for _ in range(skip):
            next(text, None)
        self._line = skip + 1
        while True:
            yield from self._until_bad(text)
            if not self._reason:
                break
            yield Rejected(self._line, self._reason)
            # The first line alone is bad: what a stray quote made of the lines below it is undone.
            self._back.extendleft(reversed(self._held[1:]))
            self._held.clear()
            self._line += 1
        if self._balances is not None:
            yield from filter(None, self._balances.rest())

    def _until_bad(self, text: Iterator[str]) -> Iterator[Item]:
        """Give what the rows say up to the end, or to a row that cannot be read; `_reason` then says why."""
        held, accounts, balances = self._held, self._accounts, self._balances
        read, last = self._read, self._scan.last_line
        self._reason = ""
        try:
            for row in csv.reader(self._lines(text), delimiter=self._delimiter):
                plain = len(held) == 1
                cells = row if plain and "'" not in held[0] else csv_rows.unmarked(row)
                if plain and cells and self._line < last:
                    # Nearly every row: in one line, and not the last.
                    try:
                        found = read(cells, self._line)
                    except (InputError, IndexError) as error:
                        self._reason = _why(error)
                        return
                else:
                    found = self._row(cells)
                    if self._reason:
                        return
                if found is not None:
                    if found.account not in accounts:
                        yield self._account(found.account, found.amount.currency)
                    if balances is not None:
                        stated = balances.after(found, cells)
                        if stated is not None:
                            yield stated
                    yield found
                else:
                    yield from self._closing(cells)
                self._line += len(held)
                held.clear()
        except (csv.Error, _Runaway):
            self._reason = OPEN_QUOTE

    def _lines(self, text: Iterator[str]) -> Iterator[str]:
        held = self._held
        while self._back:
            held.append(self._back.popleft())
            if len(held) > MAX_LINES_A_ROW:
                raise _Runaway
            yield held[-1]
        hold = held.append
        for line in text:
            hold(line)
            if len(held) > MAX_LINES_A_ROW:
                raise _Runaway
            yield line

    def _row(self, cells: list[str]) -> Record | None:
        """Read one row; where it cannot be read, `_reason` says why."""
        if not cells:
            return None
        count = len(self._held)
        last = self._line + count > self._scan.last_line
        if (count > 1 or last) and not _closes(self._held, self._delimiter):
            self._reason = OPEN_QUOTE
            return None
        try:
            record = self._read(cells, self._line)
        except (InputError, IndexError) as error:
            self._reason = _why(error)
        else:
            if not (last and self._scan.unfinished and record is not None and self._cut(cells)):
                return record
            self._reason = CUT_SHORT
        return None

    def _closing(self, cells: list[str]) -> Iterator[Balance]:
        """Give the balance that a row which is no transaction states at the end of a table without headings."""
        layout = self._layout
        if layout.account_at is None and layout.amount is not None and csv_rows.closing(cells, layout):
            with suppress(InputError):
                amount = Money(
                    minor(cells[layout.amount].strip(), layout.currency, layout.mark), layout.currency
                )
                yield Balance(layout.account, dates.parse(cells[layout.days[0]], layout.order), amount)

    def _cut(self, cells: list[str]) -> bool:
        """Tell whether the last row, which has no line end, stops within the digits of its last cell."""
        layout = self._layout
        money = (layout.amount, layout.debit, layout.credit)
        end = len(cells) - 1
        return layout.cents and end in money and bool(cells[end]) and cells[end][-3:-2] != layout.mark

    def _account(self, key: str, currency: str) -> Account:
        self._accounts.add(key)
        layout = self._layout
        return Account(key, currency, layout.kind, layout.name, layout.institution)


def _why(error: InputError | IndexError) -> str:
    """Return the reason for rejecting a row."""
    return error.message if isinstance(error, InputError) else csv_rows.CUT


class _Balances:
    """Picks the balance at the end of each day out of a balance after each row."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._oldest_first = layout.oldest_first
        self._at = layout.balance or 0
        self._latest: dict[str, tuple[Record, str]] = {}

    def after(self, record: Record, cells: list[str]) -> Balance | None:
        """Take the next row; return the balance of a day that is complete."""
        oldest_first = self._oldest_first
        if oldest_first is None or record.status is Status.PENDING:
            return None
        account = record.account
        before = self._latest.get(account)
        same_day = before is not None and before[0].booked == record.booked
        if same_day and not oldest_first:
            return None
        self._latest[account] = (record, cells[self._at])
        if same_day:
            return None
        if not oldest_first:
            return self._balance(record, cells[self._at])
        return None if before is None else self._balance(*before)

    def rest(self) -> Iterator[Balance | None]:
        """Give the balances of the last days."""
        if self._oldest_first:
            for record, text in self._latest.values():
                yield self._balance(record, text)

    def _balance(self, record: Record, text: str) -> Balance | None:
        """Return the balance that a row states, None where it is no number."""
        currency = record.amount.currency
        try:
            amount = Money(minor(text.strip(), currency, self._layout.mark), currency)
        except InputError:
            return None
        return Balance(record.account, record.booked, amount)
