"""QIF, the Quicken interchange format: a line a field, ``^`` after each transaction.

Source: Quicken's QIF description, as programs write it: bank, cash, card and asset sections; investments are not
cash movements and are rejected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import NO_CURRENCY
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import amounts, dates
from edge_engine.feeds.dates import Order
from edge_engine.feeds.statement import account_key
from edge_engine.feeds.text import clean, decode, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 64 * 2**20
MAX_LINE: Final = 4096
MAX_LINES_A_RECORD: Final = 512
SAMPLE: Final = 5000
"""Transactions whose dates and amounts show the file's conventions."""

_KINDS: Final[dict[str, AccountKind]] = {
    "bank": AccountKind.CURRENT,
    "ccard": AccountKind.CARD,
    "cash": AccountKind.CASH,
    "oth l": AccountKind.LOAN,
    "oth a": AccountKind.OTHER,
}
_INVESTMENTS: Final = frozenset({"invst", "port", "401(k)/403(b)", "mutual", "prices", "security"})
# 1/ 2'04 and 03/25/099Share Withdrawal: blanks, an apostrophe before the year, a year counted from 1900, text behind.
_DATE: Final = re.compile(r"(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?([-/.'])\s?(\d{1,4})(?!\d)", re.ASCII)
_CHEQUE: Final = re.compile(r"\d{1,10}", re.ASCII)
_TRANSFER: Final = re.compile(r"\[(.{1,64})\]")
_OPENING: Final = frozenset(
    {"opening balance", "starting balance", "anfangssaldo", "solde initial", "saldo inicial"}
)
NAMELESS: Final = "qif"
"""Key of an account that the file does not name and nobody told."""


@dataclass(slots=True)
class _Entry:
    """The lines of one transaction, before the file's date order and decimal mark are known."""

    row: int
    kind: str
    account: str
    fields: dict[str, str] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)
    lines: int = 0


def parse(
    data: bytes, *, account: str = "", currency: str = "", order: Order | None = None
) -> Iterator[Account | Balance | Record | Rejected]:
    """Read a QIF file; `Record.row` is the line of the transaction's first field.

    Args:
        data: The file.
        account: Key of the account, where the file names none.
        currency: ISO 4217 code: the format has no place for one.
        order: Order of day and month; None to find it.

    Raises:
        FileRefused: It is no QIF file, ends within a transaction, leaves dates or amounts open, or not one
            transaction can be read. Raised at once, before the first item.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("the file is larger than any QIF file")
    lines = _read_lines(decode(data))
    entries = lines.entries
    held = [entry.fields["D"] for entry in entries[:SAMPLE] if "D" in entry.fields]
    prefer = Order.MDY if currency == "USD" else Order.DMY if currency else None
    order = order or dates.infer([_tidy_date(text) for text in held], prefer)
    if order is None:
        raise FileRefused("the dates can be read in two ways; say the currency or convert the file")
    currency = currency or ("USD" if order is Order.MDY else NO_CURRENCY)
    texts = [entry.fields[key] for entry in entries[:SAMPLE] for key in "TU" if key in entry.fields]
    reading = _Reading(order, amounts.decimal_mark(texts, currency), currency, account)
    items: list[Account | Balance | Record | Rejected] = [
        Account(reading.key(name), currency, kind, clean(name, 64)) for name, kind in lines.accounts.items()
    ]
    opened = {item.key for item in items if isinstance(item, Account)}
    for entry in entries:
        found = reading.read(entry)
        if not isinstance(found, Rejected) and found.account not in opened:
            opened.add(found.account)
            items.append(Account(found.account, currency, _KINDS.get(entry.kind, AccountKind.OTHER)))
        items.append(found)
    rejected = [item for item in items if isinstance(item, Rejected)]
    if rejected and len(rejected) == len(entries):
        raise FileRefused(f"no transaction of the QIF file can be read: {rejected[0].reason}")
    return iter(items)


class _Lines:
    """Takes a file line by line and keeps its transactions and the accounts that it describes."""

    def __init__(self) -> None:
        self.accounts: dict[str, AccountKind] = {}
        self.entries: list[_Entry] = []
        self.entry: _Entry | None = None
        self.started = False
        self._section = ""
        self._account = ""
        self._described: dict[str, str] = {}

    def take(self, row: int, line: str) -> None:
        """Take the next line, stripped and not empty."""
        if len(line) > MAX_LINE:
            raise FileRefused("the QIF file has a line that is longer than any field")
        if line.startswith("!"):
            self._header(line[1:].strip().casefold())
        elif not self.started:
            raise FileRefused("the file is not a QIF file")
        elif self._section == "account":
            self._describe(line)
        elif self._section in _KINDS or self._section in _INVESTMENTS:
            self._field(row, line)
        # Else it belongs to a list of categories, classes or memorized payees.

    def _header(self, header: str) -> None:
        if self.entry is not None:
            raise FileRefused("the QIF file has lost the end of a transaction")
        self.started = True
        if header.startswith("type:"):
            self._section = header.removeprefix("type:").strip()
        elif header.startswith("account"):
            self._section, self._described = "account", {}

    def _describe(self, line: str) -> None:
        if line != "^":
            self._described.setdefault(line[0], line[1:].strip())
            return
        self._account = self._described.get("N", self._account)
        if self._account:
            kind = _KINDS.get(self._described.get("T", "").casefold(), AccountKind.OTHER)
            self.accounts[self._account] = kind
        self._described = {}

    def _field(self, row: int, line: str) -> None:
        if line == "^":
            if self.entry is not None:
                self.entries.append(self.entry)
            self.entry = None
            return
        if self.entry is None:
            self.entry = _Entry(row, self._section, self._account)
        self.entry.lines += 1
        if self.entry.lines > MAX_LINES_A_RECORD:
            raise FileRefused("a transaction of the QIF file has more lines than any")
        key, text = line[0], line[1:].strip()
        if key == "S":
            self.entry.splits.append(text)
        elif key not in "E$%":
            self.entry.fields.setdefault(key, text)


def _read_lines(text: str) -> _Lines:
    lines = _Lines()
    for row, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        stripped = line.strip()
        if stripped:
            lines.take(row, stripped)
    if lines.entry is not None:
        raise FileRefused("the QIF file ends in the middle of a transaction")
    if not lines.started:
        raise FileRefused("the file is not a QIF file")
    return lines


def _tidy_date(text: str) -> str:
    """Return the date in ``text`` in a form that `dates` reads, or the text where there is none."""
    match = _DATE.match(text)
    if match is None:
        return text
    first, separator, second, _, year = match.groups()
    if len(first) < 3 and len(year) == 3:
        # Programs of the 1990s wrote the years since 1900.
        year = str(1900 + int(year))
    elif len(year) == 1:
        year = f"0{year}"
    return f"{first}{separator}{second}{separator}{year}"


@dataclass(frozen=True, slots=True)
class _Reading:
    """Turns entries into records, knowing the file's conventions."""

    order: Order
    mark: str
    currency: str
    account: str

    def key(self, name: str) -> str:
        """Return the key of an account by its name in the file."""
        return account_key(clean(name, 96)) or account_key(self.account) or NAMELESS

    def read(self, entry: _Entry) -> Record | Balance | Rejected:
        """Return what an entry says, or why it cannot be read."""
        try:
            return self._read(entry)
        except InputError as error:
            return Rejected(entry.row, error.message)

    def _read(self, entry: _Entry) -> Record | Balance:
        if entry.kind in _INVESTMENTS:
            raise InputError("it is an investment and no movement of cash")
        fields = entry.fields
        booked = dates.parse(_tidy_date(fields.get("D", "")), self.order)
        amount = amounts.parse(fields.get("T") or fields.get("U", ""), self.currency, self.mark)
        payee, memo = clean(fields.get("P", "")), clean(fields.get("M", ""))
        category = clean(fields.get("L") or next(iter(entry.splits), ""), 96)
        transfer = _TRANSFER.match(category)
        if payee.casefold() in _OPENING:
            return Balance(self._named(entry, transfer), booked - timedelta(days=1), amount)
        number = fields.get("N", "").strip()
        cheque = _CHEQUE.fullmatch(number) is not None
        return Record(
            account=self.key(entry.account),
            booked=booked,
            amount=amount,
            description=clean(joined(payee, memo)).strip()
            or (f"Cheque {number}" if cheque else clean(number)),
            counterparty=payee,
            channel=_channel(number, cheque=cheque, transfer=transfer is not None),
            hint=f"qif:{category}" if category and transfer is None else "",
            row=entry.row,
        )

    def _named(self, entry: _Entry, transfer: re.Match[str] | None) -> str:
        """Return the account of an opening balance: its category names the account itself."""
        return self.key(entry.account or (transfer[1] if transfer and not self.account else ""))


def _channel(number: str, *, cheque: bool, transfer: bool) -> Channel:
    if transfer or number.casefold() in {"txfr", "xfer", "eft"}:
        return Channel.TRANSFER
    if number.casefold() == "atm":
        return Channel.CASH
    return Channel.CHEQUE if cheque else Channel.UNKNOWN
