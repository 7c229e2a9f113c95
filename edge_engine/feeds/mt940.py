"""MT940 customer statements, as banks really write them, and the MT942 interim reports that look alike.

Source: SWIFT FIN category 9, MT940; the dialects of field :86: are in `mt940_details`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import mt940_details
from edge_engine.feeds.statement import Statement, account_key, amount, check_count, is_iban, items
from edge_engine.feeds.text import clean, decode
from edge_engine.feeds.xml import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_engine.domain.money import Money

MAX_LINES: Final = 64
"""Most lines of one field that are read: SWIFT allows 6, German banks write up to 14."""

MAX_LINE: Final = 512

MIN_CHARACTERS_A_FIELD: Final = 12
"""A file with more fields than one in so many characters is made of empty fields; banks need 15 or more."""

_CUT: Final = "the MT940 file ends early or has lost a part"

_TAG: Final = re.compile(
    r":(20|21|25P?|28C?|60[FM]?|61|62[FM]?|64|65|86|34F|13D|90[CD]|NS|94[02]):", re.ASCII
)
_BIC: Final = re.compile(r"(?:\{1:F\d\d|\d{4} 01)?([A-Z]{6}[A-Z0-9]{2})(?![a-z])", re.ASCII)
_BALANCE: Final = re.compile(r"(R?[CD])(\d{6})([A-Z]{3})?([\d.,]{1,40})\s*", re.ASCII)
_ENTRY: Final = re.compile(
    r"(\d{6})(\d{4}| {4})? ?(R[CD]|E[CD]|[CD])([A-Z])?(\d[\d.,]{0,40})(?:([NSF][A-Z0-9 ]{3})(.*))?", re.ASCII
)
_FLOOR: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_TRAILER: Final = re.compile(r"-(?:XXX|\}.*|\x03)?\s*", re.ASCII)
_DOS: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]|[a-z][\x84\x86\x88\x94\xa5\xa9\xab][a-z]")
"""Letters in the DOS code pages 437, 850 and 852 that Windows has no character or only punctuation for."""

_HEAD_TAGS: Final = frozenset({"940", "942"})
_NO_REFERENCE: Final = frozenset({"", "NONREF", "NOREF"})

# Source: SWIFT FIN category 9, field 61 subfield 6, and the codes of ASN, SNS and RegioBank.
_KINDS: Final[dict[str, Channel]] = {
    **dict.fromkeys(("NCHG", "NCOM"), Channel.FEE),
    **dict.fromkeys(("NCHK", "NECK", "NTCK"), Channel.CHEQUE),
    **dict.fromkeys(("NDDT", "NINC"), Channel.DIRECT_DEBIT),
    **dict.fromkeys(("NTRF", "NOVB", "NIOB", "NIDB"), Channel.TRANSFER),
    "NINT": Channel.INTEREST,
    "NSTO": Channel.STANDING_ORDER,
    "NBEA": Channel.CARD,
    "NGEA": Channel.CASH,
}


# Lines of :NS:, which some banks in Germany and Hungary write in place of :86:, and the subfields they mean.
_NOTES: Final[dict[str, str]] = {
    **{f"{n:02}": str(19 + n) for n in range(1, 11)},
    **{str(n): str(49 + n) for n in range(11, 15)},
    "15": "32",
    "16": "33",
    "17": "00",
    "33": "30",
    "34": "31",
}


@dataclass(slots=True)
class _Field:
    tag: str
    row: int
    lines: list[str]


@dataclass(slots=True)
class _Message:
    """One SWIFT message: the fields between two :20:."""

    bic: str
    framed: bool
    fields: list[_Field] = field(default_factory=list)
    opened: bool = False
    closed: bool = False
    ended: bool = False

    @property
    def pages(self) -> bool:
        """Tell whether another page of the statement is announced."""
        return any(found.tag == "62M" for found in self.fields)

    def first(self, *tags: str) -> _Field | None:
        return next((found for found in self.fields if found.tag in tags), None)

    def add(self, found: _Field) -> None:
        self.fields.append(found)
        self.opened |= found.tag[:2] == "60"
        self.closed |= found.tag[:2] in {"62", "90"}


def parse(data: bytes) -> Iterator[Account | Balance | Record | Rejected]:
    """Read a file of MT940 statements, see :func:`parse_with_notes`, without what is to be told about it.

    Raises:
        FileRefused: The file is not whole, or not one entry can be read.
    """
    return parse_with_notes(data)[0]


def parse_with_notes(
    data: bytes,
) -> tuple[Iterator[Account | Balance | Record | Rejected], tuple[str, ...]]:
    """Read a file of MT940 statements; `Record.row` is the line of the entry's :61: field.

    A statement without a closing balance was cut off, and the file is refused. One whose balances and entries
    do not add up is refused where the file also stops in the middle of a line or message. Else it is read, and
    the second part says so: banks export filtered entries between unfiltered balances, and each entry is right as
    it stands.

    Raises:
        FileRefused: The file is not whole, or not one entry can be read. Raised at once, before the first
            item.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("the file is larger than any bank statement")
    text = _unbroken(_text(data))
    if text.count("\n:") > len(text) // MIN_CHARACTERS_A_FIELD + 1000:
        raise FileRefused("the MT940 file is split beyond what a statement needs")
    lines = text.split("\n")
    widths = mt940_details.widths(lines)
    statements: list[Statement] = []
    accounts: dict[tuple[str, str, str], Account] = {}
    last: _Message | None = None
    trailers = adds_up = False
    uneven = 0
    for message in _messages(lines):
        found = _statement(message, widths, accounts)
        adds_up = _adds_up(found)
        uneven += not adds_up
        if (
            last is not None
            and last.pages
            and message.first("60M")
            and statements[-1].account == found.account
        ):
            # A page's closing balance is only the next page's opening balance.
            statements[-1].closing = found.opening = None
        statements.append(found)
        check_count(len(statements))
        trailers |= message.ended
        last = message
    if last is None:
        raise FileRefused("the file holds no MT940 statement")
    stops = bool(lines[-1].strip()) and not _TRAILER.fullmatch(lines[-1])
    unframed = not last.ended and (last.framed or trailers)
    if (last.framed and unframed) or ((stops or unframed) and not adds_up):
        raise FileRefused(_CUT)
    return items(statements), (_uneven(uneven, len(statements)),) if uneven else ()


def _uneven(uneven: int, statements: int) -> str:
    which = "the statement" if statements == 1 else f"{uneven} of the {statements} statements"
    return (
        f"The entries of {which} do not add up to the stated balances, so some may be missing from the file."
    )


def _text(data: bytes) -> str:
    """Decode a file; what only fits a DOS code page is 852, where German umlauts stand as in 437 and 850."""
    if _DOS.search(data) is not None and b"\x00" not in data:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp852")
    return decode(data)


def _unbroken(text: str) -> str:
    """Make every line end one newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in text.strip():
        text = text.replace("@@", "\n")  # the line break of the old German dial-up service
    return text


def _messages(lines: Sequence[str]) -> Iterator[_Message]:
    message: _Message | None = None
    here: _Field | None = None
    bic, framed = "", False
    for row, line in enumerate(lines, 1):
        if not line:
            # A blank line parts the name from the purpose in some details; elsewhere it means nothing.
            _go_on(here, line)
            continue
        tag = _TAG.match(line)
        name = tag[1] if tag else ""
        if tag and name not in _HEAD_TAGS and (message is None or _is_field(name, message, lines, row)):
            if message is None or name == "20" or (name[:2] == "25" and message.closed):
                if message is not None:
                    yield message
                message = _Message(bic, framed)
            here = _Field(name, row, [line[tag.end() :][:MAX_LINE]])
            message.add(here)
        elif line.startswith("{1:") or (message is not None and message.closed and _TRAILER.fullmatch(line)):
            if message is not None:
                message.ended = line[:1] == "-"
                yield message
            message, here, framed = None, None, line[:1] == "{"
            bic = _bic(line) or bic
        elif here is None or name in _HEAD_TAGS:
            bic = _bic(line) or bic
        else:
            _go_on(here, line)
    if message is not None:
        yield message


def _go_on(here: _Field | None, line: str) -> None:
    if here is not None and len(here.lines) < MAX_LINES:
        here.lines.append(line[:MAX_LINE])


def _is_field(name: str, message: _Message, lines: Sequence[str], row: int) -> bool:
    """Tell a field from a wrapped line that looks like one, such as ``:20:37`` of a time of day."""
    if name == "20":
        return (
            not message.opened
            or message.closed
            or any(n.startswith((":21:", ":25")) for n in lines[row : row + 3])
        )
    return name[:2] not in {"21", "25", "28", "60"} or not message.opened or message.closed


def _bic(line: str) -> str:
    found = _BIC.match(line.strip("\x01 "))
    return found[1] if found else ""


def _statement(
    message: _Message, widths: tuple[int, int], accounts: dict[tuple[str, str, str], Account]
) -> Statement:
    opening, closing = message.first("60F", "60M", "60"), message.first("62F", "62M", "62")
    floor = message.first("34F")
    interim = opening is None and closing is None and floor is not None
    if not message.closed or (closing is None and not interim):
        raise FileRefused(_CUT)
    number = message.first("25", "25P")
    if number is None:
        raise FileRefused("an MT940 statement names no account")
    currency = next((c for c in map(_currency, (opening, closing, floor)) if c), "")
    if not currency:
        raise FileRefused("an MT940 statement does not say its currency")
    identity = (number.lines[0], message.bic, currency)
    account = accounts.get(identity) or accounts.setdefault(identity, _account(*identity))
    found = Statement(account, _balance(opening, account), _balance(closing, account))
    entry: _Field | None = None
    below: list[str] = []
    for one in message.fields:
        if one.tag in {"86", "NS"} and entry is not None:
            below.extend(_plain_notes(one.lines) if one.tag == "NS" else one.lines)
            continue
        if entry is not None:
            _add(found, entry, below, widths)
        entry, below = (one, []) if one.tag == "61" else (None, [])
    if entry is not None:
        _add(found, entry, below, widths)
    return found


def _currency(balance: _Field | None) -> str:
    if balance is None:
        return ""
    stated = _FLOOR.match(balance.lines[0]) if balance.tag == "34F" else _BALANCE.match(balance.lines[0])
    return (stated[0] if balance.tag == "34F" else stated[3] or "") if stated else ""


def _account(number: str, bic: str, currency: str) -> Account:
    text = number.strip().removesuffix(currency).rstrip(" /")
    bank, _, tail = text.lstrip("/").rpartition("/")
    tight = text.replace(" ", "").lstrip("/")
    iban = next((part for part in (tight, *tight.split("/")) if is_iban(part.upper())), "")
    key = account_key(iban) if iban else account_key(tail, bank or bic, currency=currency)
    if not key:
        raise FileRefused("an MT940 statement names no account")
    return Account(key=key, currency=currency, kind=AccountKind.CURRENT, institution=clean(bic or bank))


def _balance(balance: _Field | None, account: Account) -> Balance | None:
    if balance is None:
        return None
    stated = _BALANCE.fullmatch(balance.lines[0])
    if stated is None:
        raise FileRefused(_CUT)
    try:
        money = amount(stated[4], account.currency)
    except InputError:
        raise FileRefused("a balance of the MT940 file cannot be read") from None
    when = _date(stated[2])
    negative = stated[1] in {"D", "RC"}
    return Balance(account.key, when, -money if negative else money) if when else None


def _adds_up(found: Statement) -> bool:
    opening, closing = found.opening, found.closing
    if opening is None or closing is None or len(found.records()) < len(found.items):
        return True
    total = sum(record.amount.minor for record in found.records())
    return opening.amount.minor + total == closing.amount.minor


def _date(text: str) -> date | None:
    """Read YYMMDD; 30 February, which German interest days know, is the last day of February."""
    year, month, dom = (int(text[i : i + 2]) for i in (0, 2, 4))
    year += 2000 if year < 70 else 1900
    if not 1 <= month <= 12 or not 1 <= dom <= 31:
        return None
    return date(year, month, min(dom, calendar.monthrange(year, month)[1]))


def _booked(value: date, entry: str | None) -> date:
    """Return the entry date MMDD in the year that puts it nearest to the value date."""
    if not entry or not entry.strip():
        return value
    month, dom = int(entry[:2]), int(entry[2:])
    near: list[date] = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            near.append(date(year, month, dom))
        except ValueError:
            continue
    if not near:
        raise InputError("the entry date is not in the calendar")
    return min(near, key=lambda one: abs(one - value))


def _add(found: Statement, entry: _Field, below: Sequence[str], widths: tuple[int, int]) -> None:
    try:
        found.items.append(_record(entry, below, found.account, widths))
    except InputError as error:
        found.reject(entry.row, error.message)


def _record(entry: _Field, below: Sequence[str], account: Account, widths: tuple[int, int]) -> Record:
    match = _ENTRY.match(entry.lines[0])
    if match is None:
        raise InputError("the statement line has not the form of field 61")
    value = _date(match[1])
    if value is None:
        raise InputError("the value date is not in the calendar")
    booked = _booked(value, match[2])
    money: Money = amount(match[5], account.currency)
    mark, kind = match[3], match[6] or ""
    # RC reverses a credit and so takes money away; RD gives it back.
    negative = mark in {"D", "RC", "ED"}
    reference, slashes, rest = (match[7] or "").partition("//")
    name = "" if slashes else reference[16:].strip()
    reference = reference.strip() if slashes else reference[:16].strip()
    details = mt940_details.read(
        below[:MAX_LINES],
        reference="" if reference in _NO_REFERENCE else reference,
        name=name,
        extra=" ".join(entry.lines[1:4]),
        currency=account.currency,
        widths=widths,
    )
    bank_reference = rest.partition("/TRCD/")[0].strip()
    return Record(
        account=account.key,
        booked=booked,
        amount=-money if negative else money,
        description=details.description,
        status=Status.PENDING if mark[0] == "E" else Status.POSTED,
        external_id="" if bank_reference in _NO_REFERENCE else clean(bank_reference),
        counterparty=details.counterparty,
        counterparty_account=details.counterparty_account,
        value_date=value if value != booked else None,
        channel=details.channel or _KINDS.get(kind, Channel.UNKNOWN),
        row=entry.row,
    )


def _plain_notes(lines: Sequence[str]) -> list[str]:
    """Turn the two-digit lines of an :NS: field into the numbered form of :86:."""
    found: list[str] = []
    for line in lines:
        number, words = line[:2], line[2:].strip()
        if number in _NOTES and words:
            found.append(f"?{_NOTES[number]}{words}")
    return found
