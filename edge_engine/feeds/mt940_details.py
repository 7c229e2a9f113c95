"""Field :86: of MT940, *information to account owner*: free text by SWIFT, a grammar of its own at each bank.

Five families cover the banks that offer the format to households:

* *numbered* ``166?00GUTSCHRIFT?20SVWZ+...?32NAME`` (Germany, Austria, Poland, Luxembourg; one of ``?>~<^``
  before two digits),
* *code words* ``/TRTP/SEPA OVERBOEKING/IBAN/.../NAME/.../REMI/...`` (ABN AMRO, ING, Rabobank),
* *labels* ``SEPA Overboeking IBAN: ... Naam: ...`` (ABN AMRO) and ``OD: ...; TYT.: ...`` (mBank),
* *account first* ``NL47INGB9999999999 name`` and the purpose below it (ASN, SNS, RegioBank, old ING),
* plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.feeds.statement import TRANSACTION_CODES, account_key, is_iban
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINE: Final = 65
"""SWIFT's line length: text beyond it goes on in the next line, in the middle of a word."""

SHORTEST_FULL_LINE: Final = 60
"""Some banks count the tag in or the line end; a shorter longest line shows no width at which lines wrap."""

SUBFIELD: Final = 27
"""Length of one German subfield: a full one goes on in the next, in the middle of a word."""

LONGEST_CODE: Final = 4
"""Most letters of a booking text that is a code, such as ``MD02`` or ``TRF``, and no word."""

_FILLERS: Final = frozenset({"", "\u00ff", "\u02d9", "\u00a0"})
_NUMBERED: Final = re.compile(r"\s*(\d{3})?([?<>~^])(\d{2})", re.ASCII)
_SEPA: Final = re.compile(
    r"(?:^|(?<=\s)|(?<=[^A-Z]))(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|MDAT)\+"
)
_WORD: Final = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|KREF|PREF|CREF|MREF|MARF|CSID|ORDP|BENM|CNTP|ULTC|ULTD|UCRD|UDTR|ISDT|TRCD|"
    r"TCRD|RTRN|PURP|OCMT|RCMT|EXCH|CHGS|CHRG|ADDR|INIT|RREF|IREF|SWCD|IACC|PTRD)/"
)
_LABEL: Final = re.compile(
    r"\b(IBAN|BIC|Naam|Omschrijving|Kenmerk|Machtiging|Incassant|Betalingskenm\.|Voor|Door) ?: ?",
    re.IGNORECASE,
)
_POLISH: Final = re.compile(
    r"(?:^|; ?)(ID IPH|Z RACH\.|NA RACH\.|DO RACH\.|RACH\.|OD|DLA|DO|TYT\.|TYTUL|TNR): ?"
)
_CARD: Final = re.compile(
    r"(BEA|GEA)\b(?:,\s*\w+)?\s+(?:NR:\S+\s+)?(?:\d\d[.-]\d\d[.-]\d\d[/ ]\d\d[.:]\d\d\s+)?(.{1,60}?)(?:,|$)",
    re.ASCII,
)
_GIRO: Final = re.compile(r"(?:GIRO +(\d{3,10})|(\d\d\.\d\d\.\d\d\.\d{3})) +(.{1,32}?)(?: {2,}|$)", re.ASCII)
_PRIMANOTA: Final = re.compile(r"^999PN\d{3,4}", re.ASCII)
_ACCOUNT_FIRST: Final = re.compile(r"([A-Z]{2}\d{2}[A-Z0-9]{11,30}|\d{9,10})(?:\s+(.*))?", re.ASCII)
_NUMBER: Final = re.compile(r"P?\d{7,10}", re.ASCII)
_OTHER_ACCOUNT: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}|P?\d{7,10}", re.ASCII)
_KNAB: Final = re.compile(r"\s*REK: ?([A-Z0-9]{5,34})(?:/NAAM: ?(.{1,80}))?$", re.ASCII)
_STREET: Final = re.compile(r" {2,}|\bUL\.")

_DUTCH_CHANNELS: Final = (
    ("INCASSO", Channel.DIRECT_DEBIT),
    ("PERIODIEKE", Channel.STANDING_ORDER),
    ("OVERBOEKING", Channel.TRANSFER),
    ("IDEAL", Channel.TRANSFER),
    ("BEA", Channel.CARD),
    ("GEA", Channel.CASH),
)


@dataclass(frozen=True, slots=True)
class Details:
    """What a :86: field, with the free parts of its :61:, says about one entry.

    Attributes:
        description: Purpose in the bank's words; empty only where the bank gives none.
        counterparty: Name of the other side; empty where unknown.
        counterparty_account: IBAN or ``bank/number`` of the other side; empty where unknown.
        channel: How the money moved.
    """

    description: str = ""
    counterparty: str = ""
    counterparty_account: str = ""
    channel: Channel = Channel.UNKNOWN


def read(
    lines: Sequence[str],
    *,
    reference: str = "",
    name: str = "",
    extra: str = "",
    currency: str = "",
    widths: tuple[int, int] = (LINE, LINE),
) -> Details:
    """Read the lines of a :86: field.

    Args:
        lines: Text after the tag and the lines that follow it.
        reference: Customer reference of the :61: line: some banks put the other side's account there.
        name: Text behind the reference on the :61: line: old Rabobank puts the other side's name there.
        extra: Supplementary details of the :61: line: Rabobank puts the other side's account there.
        currency: ISO 4217 code of the account.
        widths: Length of a full first line and of a full further line, see :func:`widths`.
    """
    details = _read(lines, currency, widths)
    head = lines[0] if lines else ""
    more = extra.strip()
    other = details.counterparty_account
    if not other and _OTHER_ACCOUNT.fullmatch(more.replace(" ", "")):
        other, more = account_key(more), ""
    if not other and (
        is_iban(reference) or (_NUMBER.fullmatch(reference) and (name or head.startswith(reference)))
    ):
        other = account_key(reference)
    called = details.counterparty or clean(name)
    description = details.description or clean(more) or called
    return replace(details, description=description, counterparty=called, counterparty_account=other)


def widths(lines: Iterable[str]) -> tuple[int, int]:
    """Return the length at which a file's :86: fields wrap: of their first lines and of the lines below.

    Args:
        lines: The lines of the whole file.
    """
    first = below = 0
    words = False
    head: str | None = None
    inside = False
    for line in lines:
        if line.startswith((":", "-", "{")):
            inside = line.startswith(":86:")
            head = line[4:] if inside else None
        elif inside and line:
            below = max(below, len(line))
            if head is not None and len(head) > first:
                first, words = len(head), head.startswith("/")
            head = None
    # Rabobank's first line holds one character less; elsewhere 64 is a full line that lost its last space.
    return (LINE - 1 if words and first == LINE - 1 else _width(first)), _width(below)


def _width(longest: int) -> int:
    return longest if SHORTEST_FULL_LINE <= longest < LINE - 1 else LINE


def _read(lines: Sequence[str], currency: str, widths: tuple[int, int]) -> Details:
    head = next((line for line in lines if line.strip()), "")
    numbered = next((m for m in map(_NUMBERED.match, lines[:2]) if m), None)
    text = _unwrap(lines, widths, mark=numbered[2] if numbered else "")
    if numbered is not None:
        return _numbered(text, numbered[1] or head.strip()[:3], numbered[2], currency)
    if text.startswith("/") and _WORD.search(text):
        return _code_words(text)
    if head.upper().startswith("SEPA") and _LABEL.search(text):
        return _labels(text)
    if len(_POLISH.findall(text)) > 1:
        return _polish(text, currency)
    old = _old_abn(lines)
    if old is not None:
        return replace(old, description=clean(text))
    first = _ACCOUNT_FIRST.fullmatch(head.strip())
    if first is not None:
        return _account_first(lines, first[1], first[2] or "", widths)
    knab = _KNAB.fullmatch(lines[-1]) if lines else None
    if knab is not None:
        return Details(clean(_unwrap(lines[:-1], widths)), clean(knab[2] or ""), account_key(knab[1]))
    return Details(clean(_PRIMANOTA.sub("", text)))


def _old_abn(lines: Sequence[str]) -> Details | None:
    joined = " ".join(lines)
    card = _CARD.match(joined)
    if card is not None:
        return Details("", clean(card[2]), "", Channel.CARD if card[1] == "BEA" else Channel.CASH)
    giro = _GIRO.match(joined)
    if giro is not None:
        return Details("", clean(giro[3]), account_key(giro[1] or giro[2]), Channel.TRANSFER)
    return None


def _unwrap(lines: Sequence[str], widths: tuple[int, int], *, mark: str = "") -> str:
    """Join wrapped lines: a full one goes on at once, a nearly full one has lost the space at its end."""
    text = previous = ""
    width = widths[0]
    for row, line in enumerate(lines):
        before = text[-1:]
        if text and line and not (len(previous) >= width or before in " /" or line[0] in " /:"):
            short = len(previous) < width - 1
            whole = mark and (line.startswith(mark) or (short and _mid_word(before, line[0])))
            text += "" if whole else " "
        text += line
        previous, width = line, widths[min(row, 1)]
    return text


def _mid_word(before: str, after: str) -> bool:
    return (before.isdigit() and after.isdigit()) or (before.isalpha() and after.islower())


def _numbered(text: str, code: str, mark: str, currency: str) -> Details:
    parts = re.split(re.escape(mark) + r"(\d{2})", text)
    fields: dict[str, str] = {}
    for number, content in zip(parts[1::2], parts[2::2], strict=True):
        # Polish banks write one filler character, 0xFF, into a subfield that is empty.
        fields[number] = fields.get(number, "") + ("" if content.strip() in _FILLERS else content)
    purpose = _join([fields[n] for n in sorted(fields) if "20" <= n <= "29" or "60" <= n <= "63"])
    tagged = _tagged(purpose)
    name = clean(_join([fields[n] for n in ("32", "33") if n in fields]))
    number, bank = fields.get("38") or fields.get("31", ""), fields.get("30", "")
    other = account_key(number, "" if fields.get("38") else bank, currency=currency) if number.strip() else ""
    words = clean(tagged.get("SVWZ") or tagged.get("", "") or purpose)
    booking = clean(fields.get("00", ""))
    if not words or (not name and sum(map(str.isalpha, booking)) > LONGEST_CODE):
        words = clean(f"{booking} {words}")
    if not is_iban(other) and is_iban(tagged.get("IBAN", "").strip()):
        other = tagged["IBAN"].strip()
    channel = TRANSACTION_CODES.get(code, Channel.UNKNOWN)
    return Details(words or name, name or clean(tagged.get("ABWA", "")), other, channel)


def _join(parts: Sequence[str]) -> str:
    text = last = ""
    for part in parts:
        gap = (
            " "
            if text and len(last) < SUBFIELD and not last.endswith(" ") and not part.startswith(" ")
            else ""
        )
        text += gap + part
        last = part
    return text


def _tagged(purpose: str) -> dict[str, str]:
    """Split a SEPA purpose at its tags; the text before the first tag has the empty key."""
    parts = _SEPA.split(purpose)
    tagged = {"": parts[0]}
    for tag, content in zip(parts[1::2], parts[2::2], strict=True):
        tagged.setdefault(tag, content)
    return tagged


def _code_words(text: str) -> Details:
    parts = _WORD.split(text)
    words: dict[str, str] = {}
    for word, content in zip(parts[1::2], parts[2::2], strict=True):
        words.setdefault(word, content.strip("/ ") if word != "CNTP" else content.strip())
    name, other = words.get("NAME", ""), words.get("IBAN", "")
    if "CNTP" in words:
        # ING writes the account, the BIC, the name and the city between slashes.
        account, _bic, called, *_city = [*words["CNTP"].split("/"), "", "", ""]
        name, other = name or called, other or account
    kind = words.get("TRTP", "")
    remittance = re.sub(r"^(USTD//|STRD/(CUR/|ISO/)?)", "", words.get("REMI", ""))
    channel = next((c for word, c in _DUTCH_CHANNELS if word in kind.upper()), Channel.UNKNOWN)
    if channel is Channel.UNKNOWN and "MARF" in words and "CSID" in words:
        channel = Channel.DIRECT_DEBIT
    description = clean(remittance) or clean(name) or clean(kind) or clean(text)
    return Details(description, clean(name), account_key(other) if other else "", channel)


def _labels(text: str) -> Details:
    parts = _LABEL.split(text)
    kind = clean(parts[0])
    values: dict[str, str] = {}
    for label, content in zip(parts[1::2], parts[2::2], strict=True):
        values.setdefault(label.casefold(), content.strip())
    name = clean(values.get("naam", ""))
    channel = next((c for word, c in _DUTCH_CHANNELS if word in kind.upper()), Channel.UNKNOWN)
    words = clean(values.get("omschrijving", "")) or clean(values.get("betalingskenm.", ""))
    return Details(words or name or kind, name, account_key(values.get("iban", "")), channel)


def _polish(text: str, currency: str) -> Details:
    parts = _POLISH.split(text)
    values: dict[str, str] = {}
    for label, content in zip(parts[1::2], parts[2::2], strict=True):
        values.setdefault(label, content.strip(" ;"))
    number = next((values[k] for k in ("Z RACH.", "NA RACH.", "DO RACH.", "RACH.") if values.get(k)), "")
    party = next((values[k] for k in ("OD", "DLA", "DO") if values.get(k)), "")
    name = clean(_STREET.split(party)[0])
    title = clean(values.get("TYT.") or values.get("TYTUL", ""))
    other = account_key(number, currency=currency) if number else ""
    return Details(title or clean(parts[0]), name, other, Channel.TRANSFER if other else Channel.UNKNOWN)


def _account_first(lines: Sequence[str], number: str, rest: str, widths: tuple[int, int]) -> Details:
    below = [line for line in lines[1:] if line.strip()]
    # ASN and SNS leave a blank line between the name and the purpose; old ING runs on.
    if len(lines) > 1 and not lines[1].strip():
        return Details(
            clean(_unwrap(below, (widths[1], widths[1]))) or clean(rest), clean(rest), account_key(number)
        )
    return Details(clean(_unwrap([rest, *below], widths)), "", account_key(number))
