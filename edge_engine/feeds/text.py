"""Text from outside: bytes to characters, and characters to words that are safe to keep and to show."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import MAX_TEXT
from edge_engine.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PADDING: Final = b"\x00\x1a"
"""What old programs and preallocated disks leave behind the last line."""

# Default-ignorable or blank characters that Unicode counts as printable: they make two texts look alike.
_INVISIBLE: Final = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)))
) | frozenset(map(chr, range(0xE0100, 0xE01F0)))

_POLISH: Final = re.compile(
    rb"[\x8c\x9c\xa3\xa5\xaf\xb3\xb9\xbf]"
    rb"(?:(?<=[A-Za-z][\xb3\xb9\xbf])[a-z]|(?<=[A-Z][\xa3\xa5\xaf])[A-Z]|(?<=[\x8c\x9c])[\xc6\xe6])"
)
"""Letters of Windows-1250 where 1252 has signs that never stand in a word: l-stroke, a-ogonek and z-dot between
small letters and between capitals, and s-acute before c-acute, as at the end of many Polish nouns."""
_LETTER_OF_UTF8: Final = re.compile(rb"\xc3[\xa0-\xbf](?![\x80-\xff])")
"""An accented letter of UTF-8; in Windows-1252 it is a capital A with a sign behind it, which no word has."""
_NOT_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NOT_1250: Final = re.compile(rb"[\x81\x83\x88\x90\x98]")
_HEAD: Final = 4096


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Return ``text`` as it may be stored: NFC, blanks folded, nothing invisible, ``limit`` characters.

    Control characters, bidirectional overrides, zero-width characters, lone surrogates and private-use
    characters are dropped; line ends and every kind of blank become one space.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    # Cut first: putting combining marks in order is quadratic in their number.
    kept = "".join(
        c if c.isprintable() and c not in _INVISIBLE else " " if c.isspace() else ""
        for c in text[: limit * 4]
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())[:limit].rstrip()


def joined(name: str, text: str) -> str:
    """Join a name and a text, leaving out the one that the other repeats."""
    if name.casefold() in text.casefold():
        return text
    return name if text.casefold() in name.casefold() else f"{name} {text}"


def decode(data: bytes) -> str:
    """Return the text of a whole file, without byte order mark and without padding behind its end.

    Raises:
        FileRefused: The bytes are no text in an encoding that is read; see `EncodingCheck`.
    """
    check = EncodingCheck()
    check.feed(data)
    encoding = check.close()
    text = data.decode(encoding)
    return text.rstrip("\x00\x1a") if text.endswith(("\x00", "\x1a")) else text


def encoding_of(chunks: Iterable[bytes]) -> str:
    """Return the Python name of the encoding of a file that is given in pieces.

    Raises:
        FileRefused: See `EncodingCheck`.
    """
    check = EncodingCheck()
    for chunk in chunks:
        check.feed(chunk)
    return check.close()


class EncodingCheck:
    """Finds a file's encoding while its bytes pass by, in constant memory.

    A byte order mark decides. Without one, text whose every other byte is NUL is UTF-16; text that is valid
    UTF-8 is UTF-8; anything else is Windows-1252, or Windows-1250 where its letters spell Polish words or are none of
    Windows-1252. NUL is no character of a statement, except as padding behind its end.

    Args:
        told: Python name of the encoding, where the person says it.
    """

    def __init__(self, told: str = "") -> None:
        self._told = told
        self._encoding = ""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._utf8 = True
        self._multibyte = False
        self._polish = self._not_1252 = self._not_1250 = False
        self._padded = False
        self._last = b""
        self.damaged = False
        """Whether text of one byte a letter holds letters of UTF-8: some of its bytes were lost or changed."""

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes.

        Raises:
            FileRefused: They cannot belong to a text.
        """
        if not chunk:
            return
        if self._decoder is None:
            self._encoding = self._told or declared_encoding(chunk[:_HEAD])
            self._decoder = codecs.getincrementaldecoder(self._encoding or "utf-8")()
        if not self._encoding.startswith(("utf-16", "utf-32")):
            self._refuse_nul(chunk)
        if self._utf8:
            self._decode(chunk, final=False)
        seam = self._last + chunk
        if not self._encoding and not seam.isascii():
            self._polish = self._polish or _POLISH.search(seam) is not None
            self.damaged = self.damaged or _LETTER_OF_UTF8.search(seam) is not None
            self._not_1252 = self._not_1252 or _NOT_1252.search(chunk) is not None
            self._not_1250 = self._not_1250 or _NOT_1250.search(chunk) is not None
        self._last = seam[-2:]

    def close(self) -> str:
        """Return the encoding's Python name once all bytes were fed.

        Raises:
            FileRefused: The text ends in the middle of a character, or fits no encoding that is read.
        """
        if self._utf8 and self._decoder is not None:
            self._decode(b"", final=True)
        self.damaged = self.damaged and not self._utf8
        if self._encoding or self._utf8:
            return self._encoding or "utf-8"
        if (self._polish or self._not_1252) and not self._not_1250:
            return "cp1250"
        if self._not_1252:
            raise FileRefused(
                "the file's text is in no encoding that is found by itself; say which with a mapping"
            )
        return "cp1252"

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        assert self._decoder is not None  # noqa: S101 - set by the first feed
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            if self._encoding:
                raise FileRefused("the file's text is not in the encoding that it declares") from None
            if final and error.reason == "unexpected end of data" and self._multibyte:
                raise FileRefused("the file ends in the middle of a character") from None
            self._utf8 = False
        else:
            self._multibyte = self._multibyte or not chunk.isascii()

    def _refuse_nul(self, chunk: bytes) -> None:
        body = chunk.rstrip(_PADDING) if chunk[-1] in _PADDING else chunk
        if (self._padded and body) or b"\x00" in body:
            raise FileRefused("the file holds NUL characters, which no text does")
        self._padded = self._padded or b"\x00" in chunk[len(body) :]


def declared_encoding(head: bytes) -> str:
    """Return the encoding that the first bytes settle, or an empty string."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2], head[1::2]
    if len(odd) > 1 and b"\x00" not in even.rstrip(b"\x00") and odd.count(0) * 2 > len(odd) and any(even):
        return "utf-16-le"
    if len(even) > 1 and b"\x00" not in odd and even.count(0) * 2 > len(even) and any(odd):
        return "utf-16-be"
    return ""
