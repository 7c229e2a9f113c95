"""OFX and QFX: the SGML of 1.x, the XML of 2.x, and the mixtures of both that banks download.

One reader serves both, see `ofx_tags`: it knows no document type and no entity but characters.

Source: OFX 1.0.3, 1.6 and 2.3, sections 3, 11 and 13.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import ofx_tags
from edge_engine.feeds.statement import Statement, account_key, amount, check_count, day, items
from edge_engine.feeds.text import clean, decode
from edge_engine.feeds.xml import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.feeds.ofx_tags import Aggregate

_CHARSET: Final = re.compile(
    rb"(?:CHARSET:\s*|encoding=[\"'])(?:windows-|cp)?(125[0-8]|(?:iso-)?8859-1?\d)\b", re.IGNORECASE
)
_CODE: Final = re.compile(r"\d{4}", re.ASCII)
_GROUPED: Final = re.compile(
    r"([+-]?)\s*(?:(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,4}))?|(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,4}))?)", re.ASCII
)

_STATEMENTS: Final = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_KINDS: Final[dict[str, AccountKind]] = {
    "CHECKING": AccountKind.CURRENT,
    "SAVINGS": AccountKind.SAVINGS,
    "MONEYMRKT": AccountKind.SAVINGS,
    "CD": AccountKind.SAVINGS,
    "CREDITLINE": AccountKind.LOAN,
}
# Source: OFX 2.3, section 11.4.4.3.
_CHANNELS: Final[dict[str, Channel]] = {
    "INT": Channel.INTEREST,
    "FEE": Channel.FEE,
    "SRVCHG": Channel.FEE,
    "ATM": Channel.CASH,
    "CASH": Channel.CASH,
    "POS": Channel.CARD,
    "XFER": Channel.TRANSFER,
    "PAYMENT": Channel.TRANSFER,
    "DIRECTDEP": Channel.TRANSFER,
    "CHECK": Channel.CHEQUE,
    "DIRECTDEBIT": Channel.DIRECT_DEBIT,
    "REPEATPMT": Channel.STANDING_ORDER,
}

_OUT: Final = frozenset(
    ("DEBIT", "PAYMENT", "CHECK", "ATM", "POS", "FEE", "SRVCHG", "CASH", "DIRECTDEBIT", "REPEATPMT")
)
"""Types of money out."""

_LEAST_UNSIGNED: Final = 3
"""Entries without a minus of which fewer may well be refunds."""


def parse(data: bytes) -> Iterator[Account | Balance | Record | Rejected]:
    """Read an OFX file; `Record.row` is the number of the transaction in the file, counted from 1.

    Raises:
        FileRefused: The file is not whole, holds no statement, or not one transaction can be read. Raised at
            once, before the first item.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("the file is larger than any bank statement")
    root = ofx_tags.read(_text(data))
    found = [one for one in root.walk() if one.name in _STATEMENTS]
    if not found:
        raise FileRefused(_why_empty(root))
    check_count(len(found))
    bank = clean(next((one.value("ORG") for one in root.walk() if one.name == "FI"), ""))
    row = 0
    statements: list[Statement] = []
    for one in found:
        entries = [entry for entry in one.walk() if entry.name in {"STMTTRN", "STMTTRNP"}]
        if one.name == "INVSTMTRS" and not entries:
            continue
        account = _account(one, entries, bank)
        statement = Statement(account)
        unsigned = _unsigned(entries)
        for entry in entries:
            row += 1
            try:
                record = _record(entry, account, row)
                if unsigned and entry.value("TRNTYPE").upper() in _OUT:
                    record = replace(record, amount=Money(-record.amount.minor, record.amount.currency))
                statement.items.append(record)
            except InputError as error:
                statement.reject(row, error.message)
        try:
            statement.closing = _balance(one, account)
        except InputError:
            statement.reject(len(statements) + 1, "the balance of this statement cannot be read")
        statements.append(statement)
    if not statements:
        raise FileRefused("the file holds investments without cash movements, which are not read")
    return items(statements)


def _unsigned(entries: list[Aggregate]) -> bool:
    """Tell whether a statement writes money out without a minus, against the format: the types of its entries tell."""
    if len(entries) < _LEAST_UNSIGNED or any("-" in entry.value("TRNAMT") for entry in entries):
        return False
    out = sum(entry.value("TRNTYPE").upper() in _OUT for entry in entries)
    return out * 2 >= len(entries)


def _text(data: bytes) -> str:
    """Decode as UTF-8 or UTF-16 where the file is that, whatever its header says, else as that says."""
    charset = _CHARSET.search(data[:2048])
    if charset is None or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decode(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        name = charset[1].decode("ascii").lower()
        return data.decode(
            f"cp{name}" if name.isdigit() else f"iso-{name.removeprefix('iso-')}", errors="replace"
        )


def _why_empty(root: Aggregate) -> str:
    for one in root.walk():
        if one.name == "STATUS" and one.value("SEVERITY").upper() == "ERROR":
            return "the OFX file is a bank's error message and holds no statement"
    return "the OFX file holds no statement"


def _account(statement: Aggregate, entries: list[Aggregate], bank: str) -> Account:
    source = next(
        (a for a in statement.inside if a.name in {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}), None
    )
    if source is None or not source.value("ACCTID"):
        raise FileRefused("an OFX statement names no account")
    stated = (entry.find("CURRENCY") for entry in entries)
    currency = statement.value("CURDEF") or next((one.value("CURSYM") for one in stated if one), "")
    currency = currency.upper()
    if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise FileRefused("an OFX statement does not say its currency")
    house = source.value("BANKID") or source.value("BROKERID")
    kind = _KINDS.get(source.value("ACCTTYPE").upper(), AccountKind.OTHER)
    if statement.name != "STMTRS":
        kind = AccountKind.CARD if statement.name == "CCSTMTRS" else AccountKind.INVESTMENT
    key = account_key(source.value("ACCTID"), house)
    return Account(key=key, currency=currency, kind=kind, institution=bank or clean(house))


def _balance(statement: Aggregate, account: Account) -> Balance | None:
    ledger = statement.find("LEDGERBAL")
    if ledger is None or not ledger.value("BALAMT") or not ledger.value("DTASOF"):
        return None
    return Balance(
        account.key, day(ledger.value("DTASOF")), _amount(ledger.value("BALAMT"), account.currency)
    )


def _record(entry: Aggregate, account: Account, row: int) -> Record:
    if entry.value("CORRECTACTION").upper() == "DELETE":
        raise InputError("the bank takes an earlier transaction back, which is not supported")
    pending = entry.name == "STMTTRNP"
    booked = day(entry.value("DTPOSTED") or entry.value("DTTRAN") or entry.value("DTUSER"))
    # CURRENCY: the amount is in that currency; ORIGCURRENCY: it has already been converted.
    foreign = entry.find("CURRENCY")
    currency = (foreign.value("CURSYM").upper() if foreign else "") or account.currency
    payee = entry.find("PAYEE")
    name = clean(entry.value("NAME") or (payee.value("NAME") if payee else "") or entry.value("EXTDNAME"))
    kind = entry.value("TRNTYPE").upper()
    number = entry.value("CHECKNUM").lstrip("0")
    other = entry.find("BANKACCTTO") or entry.find("CCACCTTO")
    code = entry.value("SIC")
    return Record(
        account=account.key,
        booked=booked,
        amount=_amount(entry.value("TRNAMT"), currency),
        description=_description(name, clean(entry.value("MEMO"))) or clean(f"{kind} {number}"),
        status=Status.PENDING if pending else Status.POSTED,
        external_id=clean(entry.value("FITID")),
        pending_id=clean(entry.value("CORRECTFITID")),
        counterparty=name,
        counterparty_account=account_key(other.value("ACCTID"), other.value("BANKID")) if other else "",
        mcc=int(code) if _CODE.fullmatch(code) else 0,
        channel=_CHANNELS.get(kind, Channel.UNKNOWN),
        row=row,
    )


def _amount(text: str, currency: str) -> Money:
    """Read an amount with a decimal point, or a decimal comma, or grouping and the other one.

    Raises:
        InputError: It is not a number, or a lone comma before three digits leaves open whether it groups.
    """
    tight = text.replace("\u2212", "-").replace("\xa0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3},\d{3}", tight, re.ASCII):
        raise InputError("the amount can be read in two ways")
    grouped = (
        _GROUPED.fullmatch(tight) if len(tight) < 48 and (tight.count(",") + tight.count(".") > 1) else None
    )
    if grouped is not None:
        whole = (grouped[2] or grouped[4]).replace(".", "").replace(",", "")
        tight = f"{grouped[1]}{whole}.{grouped[3] or grouped[5] or '0'}"
    return amount(tight, currency)


def _description(name: str, memo: str) -> str:
    """Join name and memo, leaving out the one that the other repeats."""
    if name.casefold() in memo.casefold():
        return memo
    if memo.casefold() in name.casefold():
        return name
    return clean(f"{name} {memo}")
