"""OFX 1.0.2 in SGML, as banks export it for money programs: open tags without an end, one value a line.

Source: Open Financial Exchange Specification 1.0.2, sections 2.3 and 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import AccountKind, Channel

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.simulation.download import Download
    from edge_engine.simulation.truth import Posting

_NAME: Final = 32
_HEAD: Final = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
    "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
)
_TYPES: Final = {
    Channel.CARD: "POS",
    Channel.DIRECT_DEBIT: "DIRECTDEBIT",
    Channel.STANDING_ORDER: "REPEATPMT",
    Channel.CASH: "ATM",
    Channel.SALARY: "DIRECTDEP",
    Channel.FEE: "FEE",
    Channel.INTEREST: "INT",
}


def _moment(day: date) -> str:
    return f"{day:%Y%m%d}120000[0:GMT]"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _kind(posting: Posting, *, card: bool) -> str:
    if card and posting.channel not in (Channel.FEE, Channel.INTEREST):
        return "PAYMENT" if posting.transfer else "DEBIT" if posting.amount < 0 else "CREDIT"
    if posting.transfer:
        return "XFER"
    return _TYPES.get(posting.channel, "DEBIT" if posting.amount < 0 else "CREDIT")


def _transaction(source: Download, posting: Posting, *, card: bool) -> list[str]:
    text = posting.text
    lines = [
        "<STMTTRN>",
        f"<TRNTYPE>{_kind(posting, card=card)}",
        f"<DTPOSTED>{_moment(posting.day)}",
        f"<DTUSER>{_moment(posting.purchased)}",
        f"<TRNAMT>{source.money(posting.amount)}",
        f"<FITID>{posting.day:%Y%m%d}{source.reference(posting, 10)}",
    ]
    if posting.mcc:
        lines.append(f"<SIC>{posting.mcc:04d}")
    lines.append(f"<NAME>{_escaped(text[:_NAME].rstrip())}")
    if len(text) > _NAME:
        lines.append(f"<MEMO>{_escaped(text)}")
    return [*lines, "</STMTTRN>"]


def _account(source: Download, *, card: bool) -> list[str]:
    account = source.account
    if card:
        return ["<CCACCTFROM>", f"<ACCTID>{account.number}", "</CCACCTFROM>"]
    kind = "SAVINGS" if account.kind is AccountKind.SAVINGS else "CHECKING"
    return [
        "<BANKACCTFROM>",
        f"<BANKID>{account.branch}",
        f"<ACCTID>{account.number}",
        f"<ACCTTYPE>{kind}",
        "</BANKACCTFROM>",
    ]


def ofx(source: Download) -> bytes:
    """Write the days of a card or bank account; a card's balance owed is negative."""
    card = source.account.kind is AccountKind.CARD
    prefix = "CREDITCARD" if card else "BANK"
    short = "CC" if card else ""
    lines = [
        "<OFX>",
        "<SIGNONMSGSRSV1>",
        "<SONRS>",
        "<STATUS>",
        "<CODE>0",
        "<SEVERITY>INFO",
        "</STATUS>",
        f"<DTSERVER>{_moment(source.last)}",
        "<LANGUAGE>ENG",
        "<FI>",
        f"<ORG>{_escaped(source.account.bank)}",
        f"<FID>{source.account.bic[:4]}",
        "</FI>",
        "</SONRS>",
        "</SIGNONMSGSRSV1>",
        f"<{prefix}MSGSRSV1>",
        f"<{short}STMTTRNRS>",
        f"<TRNUID>{source.last:%Y%m%d}",
        "<STATUS>",
        "<CODE>0",
        "<SEVERITY>INFO",
        "</STATUS>",
        f"<{short}STMTRS>",
        f"<CURDEF>{source.account.currency}",
        *_account(source, card=card),
        "<BANKTRANLIST>",
        f"<DTSTART>{_moment(source.first)}",
        f"<DTEND>{_moment(source.last)}",
    ]
    for posting in source.postings:
        lines += _transaction(source, posting, card=card)
    lines += [
        "</BANKTRANLIST>",
        "<LEDGERBAL>",
        f"<BALAMT>{source.money(source.closing)}",
        f"<DTASOF>{_moment(source.last)}",
        "</LEDGERBAL>",
        f"</{short}STMTRS>",
        f"</{short}STMTTRNRS>",
        f"</{prefix}MSGSRSV1>",
        "</OFX>",
        "",
    ]
    return (_HEAD + "\r\n".join(lines)).encode("cp1252")
