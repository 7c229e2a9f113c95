"""The other side of a payment where a bank's CSV file names it only within the description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from edge_engine.domain.transaction import MAX_TEXT
from edge_engine.feeds.statement import account_key
from edge_engine.feeds.text import clean, joined

if TYPE_CHECKING:
    from edge_engine.domain.transaction import Record
    from edge_engine.feeds.mt940_details import Details

# ABN AMRO writes the words of its MT940 statements; see `mt940_details`.
_DUTCH: Final = re.compile(r"/TRTP/|(?:BEA|GEA)(?: +NR:|, ?\w+ )|SEPA .{1,60}\bIBAN: ")
# Comdirect: "Auftraggeber: NAME Kto/IBAN: ... BLZ/BIC: ... Buchungstext: WORDS Ref. ...".
_LABELLED: Final = re.compile(
    r"(?:Auftraggeber|Empf\u00e4nger|Zahlungspflichtiger|Zahlungsempf\u00e4nger): ?(.*?) ?"
    r"(?:Kto/IBAN: ?([A-Z0-9 ]{5,42}?) ?)?(?:BLZ/BIC: ?([A-Z0-9]{5,11}) ?)?Buchungstext: ?(.*?)(?: Ref\. \S+)?"
)
# PKO BP: "Nazwa nadawcy: NAME Adres nadawcy: ... Tytuł: WORDS", or "Lokalizacja: Adres: SHOP Miasto: CITY ...".
_NEXT: Final = (
    r"(?= (?:Tytu\u0142|Miasto|Kraj|Lokalizacja|Adres|Nazwa|Rachunek|Data|Oryginalna|Numer|Operacja|Referencje)\b"
    r"[^:]{0,40}:|$)"
)
_PKO: Final = re.compile(
    rf"(?:Nazwa (?:nadawcy|odbiorcy)|Lokalizacja ?: ?Adres) ?: ?(?!Adres:)(\S.*?) ?{_NEXT}"
)
_PKO_TITLE: Final = re.compile(rf"Tytu\u0142 ?: ?(\S.*?) ?{_NEXT}")
_PKO_ACCOUNT: Final = re.compile(r"Rachunek (?:nadawcy|odbiorcy) ?: ?([0-9 ]{10,34}[0-9])", re.ASCII)


def named_within(description: str) -> bool:
    """Tell whether a description is in a form from which the other side can be read."""
    text = clean(description)
    return bool(_DUTCH.match(text) or _LABELLED.fullmatch(text) or _PKO.search(text))


def told(record: Record) -> Record:
    """Return a record with the other side that its description names; without one, the record itself."""
    found = _details(record.description)
    if found is None or record.counterparty or not found.counterparty:
        return record
    return replace(
        record,
        description=joined(found.counterparty, found.description)[:MAX_TEXT],
        counterparty=found.counterparty,
        counterparty_account=record.counterparty_account or found.counterparty_account,
        channel=record.channel or found.channel,
    )


def _details(text: str) -> Details | None:
    from edge_engine.feeds import mt940_details  # noqa: PLC0415 - on demand: few files are of these banks

    if _DUTCH.match(text):
        return mt940_details.read([text])
    polish = _PKO.search(text)
    if polish is not None:
        title, account = _PKO_TITLE.search(text), _PKO_ACCOUNT.search(text)
        said = title[1] if title and any(map(str.isalpha, title[1])) else polish[1]
        return mt940_details.Details(said, polish[1], account_key(account[1]) if account else "")
    match = _LABELLED.fullmatch(text)
    if match is None:
        return None
    name, number, bank, words = match.groups(default="")
    return mt940_details.Details(words or name, name, account_key(number, bank) if number else "")
