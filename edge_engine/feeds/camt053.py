"""CAMT.053 statements and CAMT.052 account reports, versions 1 to 13, whatever the namespace prefix.

Source: ISO 20022 camt.052.001 and camt.053.001, versions 01 to 13; external code set of transaction codes.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import xml
from edge_engine.feeds.statement import (
    TRANSACTION_CODES,
    Statement,
    account_key,
    amount,
    check_count,
    day,
    items,
)
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.domain.money import Money
    from edge_engine.feeds.xml import Element

_GERMAN_CODE: Final = re.compile(r"[A-Z]{4}\+(\d{3})\b", re.ASCII)
_CATEGORY: Final = re.compile(r"\d{4}", re.ASCII)
_NO_REFERENCE: Final = frozenset({"", "NOTPROVIDED", "NONREF", "NOREF"})

REMITTANCE_LINE: Final = 140

_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD", "ITBD")

_KINDS: Final[dict[str, AccountKind]] = {
    **dict.fromkeys(("CACC", "TRAN", "TRAS", "SACC"), AccountKind.CURRENT),
    **dict.fromkeys(("SVGS", "MOMA", "ONDP"), AccountKind.SAVINGS),
    **dict.fromkeys(("LOAN", "MGLD", "ODFT"), AccountKind.LOAN),
    "CARD": AccountKind.CARD,
    "CASH": AccountKind.CASH,
}

# Source: ISO 20022 External code sets, bank transaction codes: sub-family first, then family.
_SUBFAMILIES: Final[dict[str, Channel]] = {
    **dict.fromkeys(("STDO", "XBST"), Channel.STANDING_ORDER),
    **dict.fromkeys(("SALA", "PAYR"), Channel.SALARY),
    **dict.fromkeys(("CWDL", "XBCW", "CDPT"), Channel.CASH),
    **dict.fromkeys(("CHRG", "FEES", "COMM", "COME", "COMI", "COMT"), Channel.FEE),
    **dict.fromkeys(("INTR", "INTP"), Channel.INTEREST),
    **dict.fromkeys(("POSD", "XBCP", "POSC", "POSP"), Channel.CARD),
}
_FAMILIES: Final[dict[str, Channel]] = {
    **dict.fromkeys(("RDDT", "IDDT"), Channel.DIRECT_DEBIT),
    **dict.fromkeys(("RCDT", "ICDT", "RRCT", "IRCT"), Channel.TRANSFER),
    **dict.fromkeys(("CCRD", "MCRD"), Channel.CARD),
    **dict.fromkeys(("RCHQ", "ICHQ"), Channel.CHEQUE),
    "CNTR": Channel.CASH,
}


def parse(data: bytes) -> Iterator[Account | Balance | Record | Rejected]:
    """Read a CAMT file; `Record.row` is the number of the entry in the file, counted from 1.

    An entry that sums up several transactions becomes one record for each, where their amounts add up to its
    own; else it stays one record. Charges are part of the entry's amount and make no record of their own.

    Raises:
        FileRefused: The XML is damaged or hostile, holds no statement, or no entry can be read; raised
            before the first item.
    """
    root = xml.parse(data)
    message = next((one for one in root.walk() if one.name.startswith("BkToCstmr")), None)
    if message is None:
        raise FileRefused("the XML file is not a CAMT statement")
    if message.name.startswith("BkToCstmrDbtCdtNtfctn"):
        raise FileRefused("the file is a CAMT.054 notification and not a statement")
    statements: list[Statement] = []
    row = 0
    for one in (*message.all("Stmt"), *message.all("Rpt")):
        account = _account(one)
        statement = Statement(account)
        for entry in one.all("Ntry"):
            row += 1
            try:
                statement.items.extend(_records(entry, account, row))
            except InputError as error:
                statement.reject(row, error.message)
        try:
            statement.opening, statement.closing = _balances(one, account)
        except InputError:
            statement.reject(len(statements) + 1, "a balance of this statement cannot be read")
        statements.append(statement)
        check_count(len(statements))
    if not statements:
        raise FileRefused("the CAMT file holds no statement")
    return items(statements)


def _account(statement: Element) -> Account:
    source = statement.first("Acct")
    if source is None:
        raise FileRefused("a CAMT statement names no account")
    servicer = source.first("Svcr", "FinInstnId")
    bank = ""
    if servicer is not None:
        bank = (
            servicer.word("BICFI")
            or servicer.word("BIC")
            or servicer.word("ClrSysMmbId", "MmbId")
            or servicer.word("Othr", "Id")
        )
    key = account_key(_number(source), bank)
    if not key:
        raise FileRefused("a CAMT statement names no account")
    amounts = [one.first("Amt") for kind in ("Ntry", "Bal") for one in statement.all(kind)]
    currency = source.word("Ccy") or next((a.attributes.get("Ccy", "") for a in amounts if a is not None), "")
    if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise FileRefused("a CAMT statement does not say its currency")
    kind = _KINDS.get(source.word("Tp", "Cd"), AccountKind.CURRENT)
    institution = clean(bank or (servicer.word("Nm") if servicer is not None else ""))
    return Account(
        key=key, currency=currency, kind=kind, name=clean(source.word("Nm")), institution=institution
    )


def _number(account: Element | None) -> str:
    identity = account.first("Id") if account is not None else None
    if identity is None:
        return ""
    paths = (("IBAN",), ("Othr", "Id"), ("BBAN",), ("PrtryAcct", "Id"), ("UPIC",))
    return next((number for number in (identity.word(*path) for path in paths) if number), "")


def _balances(statement: Element, account: Account) -> tuple[Balance | None, Balance | None]:
    found: dict[str, Balance] = {}
    for one in statement.all("Bal"):
        code = one.word("Tp", "CdOrPrtry", "Cd") or one.word("Tp", "Cd")
        if code in {*_OPENING, *_CLOSING}:
            when = _day(one.first("Dt"))
            if when is None:
                raise InputError("the balance has no date")
            found[code] = Balance(account.key, when, _signed(one))
    opening = next((found[code] for code in _OPENING if code in found), None)
    return opening, next((found[code] for code in _CLOSING if code in found), None)


def _signed(one: Element) -> Money:
    """Read Amt with its currency and the direction of CdtDbtInd.

    A reversal needs no second thought: its direction is already its own, not that of what it reverses.
    """
    stated = one.first("Amt")
    if stated is None:
        raise InputError("the amount is missing")
    money = amount(stated.text.strip(), stated.attributes.get("Ccy", ""))
    if money.minor < 0:
        raise InputError("the amount has a sign although its direction is told")
    direction = one.word("CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise InputError("the amount has no direction")
    return -money if direction == "DBIT" else money


def _day(choice: Element | None) -> date | None:
    """Read a choice of Dt and DtTm; None where the element is absent or empty."""
    if choice is None:
        return None
    text = choice.word("Dt") or choice.word("Dt", "Dt") or choice.word("DtTm")
    return day(text) if text else None


def _records(entry: Element, account: Account, row: int) -> list[Record]:
    status = (entry.word("Sts") or entry.word("Sts", "Cd") or entry.word("Sts", "Prtry")).upper()
    if status == "INFO":
        raise InputError("the entry is for information and not a booking")
    whole = _signed(entry)
    details = [one for group in entry.all("NtryDtls") for one in group.all("TxDtls")]
    details = details or list(entry.all("TxDtls"))  # version 1 has no NtryDtls
    valued = _day(entry.first("ValDt"))
    booked = _day(entry.first("BookgDt")) or valued
    if booked is None and details:
        moments = (details[0].word("RltdDts", name) for name in ("TxDtTm", "AccptncDtTm", "IntrBkSttlmDt"))
        booked = next((day(moment) for moment in moments if moment), None)
    if booked is None:
        raise InputError("the date is missing")
    pending = Status.PENDING if status in {"PDNG", "FUTR"} else Status.POSTED
    base = Record(
        account.key, booked, whole, "", pending, value_date=valued if valued != booked else None, row=row
    )
    parts = _parts(details, whole) if len(details) > 1 else None
    reference = clean(entry.word("AcctSvcrRef"))
    own = [_own_reference(one) for one in details]
    if parts is None:
        only = details[0] if len(details) == 1 else None
        filled = _fill(base, entry, only, account, reference or (own[0] if only is not None else ""))
        names = "" if only is not None else _names(entry, details, account, credit=whole.minor >= 0)
        return [replace(filled, description=names) if names else filled]
    often = Counter(own)
    found = []
    for number, (one, mine, part) in enumerate(zip(details, own, parts, strict=True), 1):
        batch = reference or mine
        unique = mine if mine and often[mine] == 1 else f"{batch}/{number}" if batch else ""
        found.append(_fill(replace(base, amount=part), entry, one, account, unique))
    return found


def _names(entry: Element, details: list[Element], account: Account, *, credit: bool) -> str:
    """Return the other sides of a batch that stays one record and of which the bank says nothing itself."""
    if entry.word("AddtlNtryInf"):
        return ""
    sides = dict.fromkeys(_other_side(entry, one, credit, account)[0] for one in details)
    return clean(", ".join(name for name in sides if name))


def _own_reference(details: Element) -> str:
    words = (details.word("Refs", name) for name in ("AcctSvcrRef", "TxId"))
    return clean(next((word for word in words if word.upper() not in _NO_REFERENCE), ""))


def _parts(details: list[Element], whole: Money) -> list[Money] | None:
    """Return the signed amounts of the transactions in an entry, or None where they do not make it up."""
    parts: list[Money] = []
    for one in details:
        stated = one.first("Amt") or one.first(
            "AmtDtls", "TxAmt", "Amt"
        )  # the second since version 1, the first since 3
        if stated is None or stated.attributes.get("Ccy") != whole.currency:
            return None
        try:
            money = amount(stated.text.strip(), whole.currency)
        except InputError:
            return None
        if money.minor < 0:
            return None
        direction = one.word("CdtDbtInd") or ("DBIT" if whole.minor < 0 else "CRDT")
        parts.append(-money if direction == "DBIT" else money)
    return parts if sum(part.minor for part in parts) == whole.minor else None


def _fill(base: Record, entry: Element, details: Element | None, account: Account, reference: str) -> Record:
    name, number = (
        _other_side(entry, details, base.amount.minor >= 0, account) if details is not None else ("", "")
    )
    return replace(
        base,
        description=_description(entry, details) or name,
        external_id="" if reference.upper() in _NO_REFERENCE else reference,
        counterparty=name,
        counterparty_account=number,
        mcc=_mcc(entry),
        channel=_channel(entry, details),
    )


def _other_side(entry: Element, details: Element, credit: bool, account: Account) -> tuple[str, str]:  # noqa: FBT001
    """Return name and account of the other side: who paid a credit, who got a debit.

    In a reversal the roles are still those of what is reversed. A side that holds this very account is not
    the other side; where the expected side is missing, banks have put its data under the other name.
    """
    parties = details.first("RltdPties")
    if parties is None:
        return "", ""
    reversal = entry.word("RvslInd").lower() in {"true", "1"}
    expected = ("Dbtr", "Cdtr") if credit != reversal else ("Cdtr", "Dbtr")
    for role in expected:
        number = account_key(_number(parties.first(f"{role}Acct")))
        if number and number == account.key:
            continue
        name = clean(_name(parties.first(role)) or _name(parties.first(f"Ultmt{role}")))
        if name or number:
            return name, number
    return "", ""


def _name(party: Element | None) -> str:
    return (
        (party.word("Nm") or party.word("Pty", "Nm") or party.word("Agt", "FinInstnId", "Nm"))
        if party
        else ""
    )


def _description(entry: Element, details: Element | None) -> str:
    more = clean(entry.word("AddtlNtryInf"))
    if details is None:
        return more or clean(entry.word("BkTxCd", "Prtry", "Cd"))
    remittance = details.first("RmtInf")
    references: list[str] = []
    if remittance is not None:
        free = clean(_join([one.text for one in remittance.all("Ustrd")]))
        if free:
            return free
        for one in remittance.all("Strd"):
            added = clean(" ".join(note.text for note in one.all("AddtlRmtInf")))
            if added:
                return added
            invoices = (document.word("Nb") for document in one.all("RfrdDocInf"))
            references += [one.word("CdtrRefInf", "Ref"), *invoices]
    words = clean(details.word("AddtlTxInf")) or more
    reference = clean(" ".join(word for word in references if word))
    return clean(f"{words} {reference}") or clean(entry.word("BkTxCd", "Prtry", "Cd"))


def _join(lines: list[str]) -> str:
    """Join remittance lines: a full one of 140 characters goes on in the next, in the middle of a word."""
    text = last = ""
    for line in lines:
        text += line if not text or len(last) >= REMITTANCE_LINE else f" {line}"
        last = line
    return text


def _mcc(entry: Element) -> int:
    cards = [
        *entry.all("CardTx"),
        *(one for group in entry.all("NtryDtls") for one in group.walk() if one.name == "CardTx"),
    ]
    for card in cards:
        for one in card.walk():
            if one.name in {"MrchntCtgyCd", "TxCtgy"} and _CATEGORY.fullmatch(one.text.strip()):
                return int(one.text.strip())
    return 0


def _channel(entry: Element, details: Element | None) -> Channel:
    codes = [
        one
        for one in (details.first("BkTxCd") if details else None, entry.first("BkTxCd"))
        if one is not None
    ]
    if details is not None and details.word("Purp", "Cd") == "SALA":
        return Channel.SALARY
    for code in codes:
        german = _GERMAN_CODE.match(code.word("Prtry", "Cd"))
        family, under = code.word("Domn", "Fmly", "Cd"), code.word("Domn", "Fmly", "SubFmlyCd")
        channel = channel_of(family, under) or (
            TRANSACTION_CODES.get(german[1], Channel.UNKNOWN) if german is not None else Channel.UNKNOWN
        )
        if channel:
            return channel
    return Channel.UNKNOWN


def channel_of(family: str, sub_family: str) -> Channel:
    """Return how the money moved by an ISO 20022 bank transaction code, sub-family first, then family."""
    return _SUBFAMILIES.get(sub_family) or _FAMILIES.get(family) or Channel.UNKNOWN
