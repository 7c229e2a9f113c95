"""Which format a file is in, by its first bytes; CSV is what remains.

The signs of all formats are here, so that no reader loads before a file asks for it.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from edge_engine.errors import FileRefused, FormatUnknown
from edge_engine.feeds.text import declared_encoding

if TYPE_CHECKING:
    from collections.abc import Callable

CSV: Final = "csv"
OFX: Final = "ofx"
QIF: Final = "qif"
CAMT053: Final = "camt053"
MT940: Final = "mt940"
JSON: Final = "json"
EVENTS: Final = "events"

UK_OPEN_BANKING: Final = "uk_open_banking"
BERLIN_GROUP: Final = "berlin_group"
PLAID: Final = "plaid"

FORMATS: Final = (CSV, OFX, QIF, CAMT053, MT940, UK_OPEN_BANKING, BERLIN_GROUP, PLAID, EVENTS)
"""Formats by the names that people and reports use."""

HEAD: Final = 64 * 1024
"""How many bytes are looked at."""

# Files that people try by mistake, and what they are.
_SIGNATURES: Final = (
    (b"%PDF-", "the file is a PDF; export the statement as CSV, OFX or CAMT.053 instead"),
    (b"PK\x03\x04", "the file is a spreadsheet or ZIP archive; export it as CSV, or unpack it first"),
    (b"\xd0\xcf\x11\xe0", "the file is an old spreadsheet or document; export it as CSV"),
    (b"\x1f\x8b", "the file is compressed; unpack it first"),
    (b"BZh", "the file is compressed; unpack it first"),
    (b"\xfd7zXZ", "the file is compressed; unpack it first"),
    (b"7z\xbc\xaf", "the file is compressed; unpack it first"),
    (b"SQLite format 3", "the file is a database and no statement"),
    (b"\x89PNG", "the file is a picture"),
    (b"\xff\xd8\xff", "the file is a picture"),
    (b"\x7fELF", "the file is a program"),
    (b"{\\rtf", "the file is a text document and no statement"),
)
_OFX: Final = re.compile(rb"OFXHEADER|<OFX[ >\r\n\t]", re.IGNORECASE)
_CAMT053: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?BkToCstmr|camt\.05[234]\.\d{3}\.\d\d")
_QIF: Final = re.compile(rb"\s*!\s*(?:Type:|Account|Option:|Clear:)", re.IGNORECASE)
_MT940: Final = re.compile(rb"(?:^|[\r\n])[\x01 ]*(?::20:|:94[02]:|\{1:F01)")
_MT940_ACCOUNT: Final = re.compile(rb"[\r\n@]:25P?:")
_MARKS: Final = b"\xef\xbb\xbf\xff\xfe"
"""Bytes of the byte order marks."""
_ACH: Final = re.compile(rb"101[ \d]\d{9}[ \d]\d{9}\d{6}[\d ]{4}[A-Z0-9]094101")
_XML: Final = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|[A-Za-z])")
_HTML: Final = re.compile(rb"<(?:!DOCTYPE\s+html|html|table|body)\b", re.IGNORECASE)
_JSON: Final = re.compile(rb"\s*[\[{]\s*[\[{\"}\]]")


def detect(head: bytes) -> str:
    """Return the name of a file's format: one of ``FORMATS``, or ``json`` where only the whole tells which.

    Args:
        head: The first ``HEAD`` bytes, or all of a shorter file.

    Raises:
        FileRefused: The file is empty.
        FormatUnknown: It is in a format that is not read.
    """
    refuse_empty(head)
    for signature, sentence in _SIGNATURES:
        if head.startswith(signature):
            raise FormatUnknown(sentence)
    plain = _plain(head)
    for name, sniff in _SNIFFERS:
        if sniff(plain):
            return name
    _refuse_others(plain)
    return CSV


def refuse_empty(head: bytes) -> None:
    """Refuse a file of which the first bytes are all there is and hold nothing.

    Raises:
        FileRefused: They hold nothing.
    """
    if not head.strip(b"\x00\x1a \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("the file is empty")


def _plain(head: bytes) -> bytes:
    """Return the first bytes as UTF-8 without a byte order mark; the marks looked for are all ASCII."""
    encoding = declared_encoding(head)
    if encoding in {"", "utf-8-sig"}:
        return head.removeprefix(codecs.BOM_UTF8)
    return head.decode(encoding, "ignore").removeprefix("\ufeff").encode("utf-8", "replace")


def is_ofx(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is OFX or QFX."""
    return _OFX.search(head.replace(b"\x00", b"")) is not None


def is_camt053(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is a CAMT message."""
    return _CAMT053.search(head.replace(b"\x00", b"")) is not None


def is_qif(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is QIF."""
    return _QIF.match(head.replace(b"\x00", b"").lstrip(_MARKS)) is not None


def is_mt940(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is MT940 or MT942."""
    plain = head.replace(b"\x00", b"").lstrip(_MARKS)
    return _MT940.search(plain) is not None and _MT940_ACCOUNT.search(plain) is not None


def _is_json(plain: bytes) -> bool:
    return _JSON.match(plain) is not None


def _refuse_others(head: bytes) -> None:
    """Refuse what is neither CSV nor any format that is read.

    Raises:
        FormatUnknown: The first bytes give another kind of file away.
    """
    if _ACH.match(head):
        raise FormatUnknown("the file holds ACH payment instructions for a bank and no statement")
    if _HTML.search(head[:2048]):
        raise FormatUnknown("the file is a web page and no statement")
    if _XML.match(head):
        raise FormatUnknown("the XML file is neither CAMT.053 nor OFX")
    controls = len(head) - len(
        head.translate(None, bytes([*range(1, 9), *range(14, 26), *range(27, 32), 127]))
    )
    if controls * 100 > len(head):
        raise FormatUnknown("the file is no text and in none of the formats that are read")


_SNIFFERS: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    (OFX, is_ofx),
    (CAMT053, is_camt053),
    (QIF, is_qif),
    (MT940, is_mt940),
    (JSON, _is_json),
)
