"""SWIFT MT940 statements, one message a month; field 86 structured where German banks write it.

Source: SWIFT Standards MT, category 9, MT940; Deutsche Kreditwirtschaft, DFUe-Abkommen Anlage 3, chapter 8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.simulation.download import Download
    from edge_engine.simulation.truth import Posting

_WIDTH: Final = 65
_PART: Final = 27
_OUTSIDE: Final = re.compile(r"[^A-Za-z0-9/\-(). ,'+]", re.ASCII)
"""What SWIFT's character set x does not allow, and ``?`` and ``:``, which the fields use themselves."""

_TYPES: Final = {
    Channel.DIRECT_DEBIT: "NDDT",
    Channel.STANDING_ORDER: "NSTO",
    Channel.FEE: "NCHG",
    Channel.INTEREST: "NINT",
}
_GERMAN: Final = {
    Channel.CARD: ("106", "KARTENZAHLUNG"),
    Channel.DIRECT_DEBIT: ("105", "FOLGELASTSCHRIFT"),
    Channel.STANDING_ORDER: ("117", "DAUERAUFTRAG"),
    Channel.CASH: ("083", "BARGELDAUSZAHLUNG"),
    Channel.SALARY: ("153", "LOHN GEHALT RENTE"),
    Channel.FEE: ("808", "ENTGELT"),
    Channel.INTEREST: ("814", "ZINSEN"),
}


def _swift(text: str) -> str:
    return re.sub(" +", " ", _OUTSIDE.sub(" ", text)).strip()


def _amount(source: Download, minor: int) -> str:
    return source.money(abs(minor)).replace(".", ",")


def _wrapped(text: str) -> Iterator[str]:
    """Yield field 86 in lines; none may begin with a colon or a hyphen."""
    while text:
        width = _WIDTH
        while width > 1 and text[width : width + 1] in ("-", ":"):
            width -= 1
        yield text[:width]
        text = text[width:]


def _german(source: Download, posting: Posting) -> str:
    transfer = ("116", "SEPA UEBERWEISUNG") if posting.amount < 0 else ("166", "SEPA GUTSCHRIFT")
    code, words = _GERMAN.get(posting.channel, transfer)
    purpose = f"EREF+{source.reference(posting, 12)}"
    purpose += " " * (-len(purpose) % _PART) + f"SVWZ+{_swift(posting.text)}"
    parts = [purpose[start : start + _PART] for start in range(0, len(purpose), _PART)][:10]
    text = f"{code}?00{words}?100931"
    text += "".join(f"?{20 + number}{part}" for number, part in enumerate(parts))
    if posting.counterparty_account:
        text += f"?31{posting.counterparty_account}"
    name = _swift(posting.counterparty)
    for number in (32, 33):
        if name:
            text += f"?{number}{name[:_PART]}"
            name = name[_PART:]
    return text


def _line(source: Download, posting: Posting) -> list[str]:
    sign = "C" if posting.amount > 0 else "D"
    kind = _TYPES.get(posting.channel, "NTRF" if not posting.mcc else "NMSC")
    reference = source.reference(posting)
    text = _german(source, posting) if source.country == "DE" else _swift(posting.text)
    return [
        f":61:{posting.day:%y%m%d%m%d}{sign}{_amount(source, posting.amount)}{kind}NONREF//{reference}",
        *_wrapped(f":86:{text}"),
    ]


def _balance(source: Download, tag: str, day: str, minor: int) -> str:
    sign = "C" if minor >= 0 else "D"
    return f":{tag}:{sign}{day}{source.account.currency}{_amount(source, minor)}"


def mt940(source: Download) -> bytes:
    """Write the days as MT940 messages."""
    lines = []
    for number, month in enumerate(source.months(), 1):
        before = month.first.fromordinal(month.first.toordinal() - 1)
        lines += [
            f":20:STMT{month.last:%y%m%d}",
            f":25:{source.account.iban or source.account.number}",
            f":28C:{number:05d}/001",
            _balance(source, "60F", f"{before:%y%m%d}", month.opening),
        ]
        for posting in month.postings:
            lines += _line(source, posting)
        lines += [_balance(source, "62F", f"{month.last:%y%m%d}", month.closing), "-"]
    return "\r\n".join([*lines, ""]).encode("ascii")
