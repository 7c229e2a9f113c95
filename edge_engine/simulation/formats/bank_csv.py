"""Spreadsheets of three banks' kinds: British, German (CSV-CAMT) and American."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.simulation.download import Download
    from edge_engine.simulation.truth import Posting

BRITISH_HEADER: Final = (
    "Date",
    "Type",
    "Description",
    "Money Out",
    "Money In",
    "Balance",
    "Currency",
    "IBAN",
)
_BRITISH_TYPES: Final = {
    Channel.CARD: "DEB",
    Channel.DIRECT_DEBIT: "DD",
    Channel.STANDING_ORDER: "SO",
    Channel.CASH: "CPT",
    Channel.SALARY: "BGC",
    Channel.FEE: "PAY",
    Channel.INTEREST: "PAY",
}
_GERMAN_HEADER: Final = (
    "Auftragskonto",
    "Buchungstag",
    "Valutadatum",
    "Buchungstext",
    "Verwendungszweck",
    "Glaeubiger ID",
    "Mandatsreferenz",
    "Kundenreferenz (End-to-End)",
    "Sammlerreferenz",
    "Lastschrift Ursprungsbetrag",
    "Auslagenersatz Ruecklastschrift",
    "Beguenstigter/Zahlungspflichtiger",
    "Kontonummer/IBAN",
    "BIC (SWIFT-Code)",
    "Betrag",
    "Waehrung",
    "Info",
)
_GERMAN_TYPES: Final = {
    Channel.CARD: "KARTENZAHLUNG",
    Channel.DIRECT_DEBIT: "FOLGELASTSCHRIFT",
    Channel.STANDING_ORDER: "DAUERAUFTRAG",
    Channel.CASH: "BARGELDAUSZAHLUNG",
    Channel.SALARY: "LOHN  GEHALT",
    Channel.FEE: "ENTGELTABSCHLUSS",
    Channel.INTEREST: "ABSCHLUSS",
}
_AMERICAN_HEADER: Final = (
    "Account Number",
    "Transaction Description",
    "Transaction Date",
    "Transaction Type",
    "Transaction Amount",
    "Balance",
)


def british_type(channel: Channel, amount: int) -> str:
    """Return the British bank's code for how money moved."""
    transfer = "FPO" if amount < 0 else "FPI"
    return _BRITISH_TYPES.get(channel, transfer)


def british(source: Download) -> bytes:
    """Write the British kind: a column for money out and one for money in, newest line first."""
    account = source.account
    rows = []
    for posting in reversed(source.postings):
        size = source.money(abs(posting.amount))
        sides = (size, "") if posting.amount < 0 else ("", size)
        rows.append(
            [
                f"{posting.day:%d/%m/%Y}",
                british_type(posting.channel, posting.amount),
                posting.text,
                *sides,
                source.money(posting.balance),
                account.currency,
                account.iban,
            ]
        )
    return _written(BRITISH_HEADER, rows, ",", "\r\n").encode()


def german(source: Download) -> bytes:
    """Write the German kind: semicolons, decimal commas, cp1252, pending lines as ``Umsatz vorgemerkt``."""
    pending = [
        _german_row(source, posting, posting.purchased, "Umsatz vorgemerkt") for posting in source.pending
    ]
    booked = [
        _german_row(source, posting, posting.day, "Umsatz gebucht") for posting in reversed(source.postings)
    ]
    text = _written(_GERMAN_HEADER, pending + booked, ";", "\r\n", quoting=csv.QUOTE_ALL)
    return text.encode("cp1252")


def _german_row(source: Download, posting: Posting, day: date, status: str) -> list[str]:
    transfer = "ONLINE-UEBERWEISUNG" if posting.amount < 0 else "GUTSCHR. UEBERWEISUNG"
    mandate = source.reference(posting, 10) if posting.channel is Channel.DIRECT_DEBIT else ""
    return [
        source.account.iban,
        f"{day:%d.%m.%y}",
        f"{day:%d.%m.%y}",
        _GERMAN_TYPES.get(posting.channel, transfer),
        posting.text,
        "",
        mandate,
        "",
        "",
        "",
        "",
        posting.counterparty,
        posting.counterparty_account,
        "",
        source.money(posting.amount).replace(".", ","),
        source.account.currency,
        status,
    ]


def american(source: Download) -> bytes:
    """Write the American kind: month first, a type for the sign, the account's last four digits."""
    rows = [
        [
            source.account.number[-4:],
            posting.text,
            f"{posting.day:%m/%d/%y}",
            "Debit" if posting.amount < 0 else "Credit",
            source.money(abs(posting.amount)),
            source.money(posting.balance),
        ]
        for posting in reversed(source.postings)
    ]
    return _written(_AMERICAN_HEADER, rows, ",", "\n").encode()


def _written(
    header: tuple[str, ...],
    rows: list[list[str]],
    delimiter: str,
    end: str,
    quoting: int = csv.QUOTE_MINIMAL,
) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
