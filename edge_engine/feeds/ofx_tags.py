"""The tag soup of OFX: elements with and without their closing tags, read in one pass over the text.

In OFX a tag is either an *aggregate*, which holds others and is always closed, or an *element*, whose value
ends at the next tag. SGML leaves out the closing tags of elements; some banks leave out more. Only the
aggregates below matter to a statement; an unknown tag without a value that is closed somewhere counts as one.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from edge_engine.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH: Final = 64
MIN_CHARACTERS_A_TAG: Final = 8
"""A file with more tags than one in so many characters is made of empty tags; banks need 13 or more."""

MAX_VALUE: Final = 4096
"""Most characters of one value that are kept."""

_TOKEN: Final = re.compile(
    r"<(/?)([A-Za-z][\w.:-]{0,63})(?:\s[^<>]{0,256})?(/?)>|<!--|<!\[CDATA\[|<\?|<!", re.ASCII
)
_CLOSED: Final = re.compile(r"</([A-Za-z][\w.:-]{0,63})", re.ASCII)
_CDATA: Final = "<![CDATA["
_ENDS: Final = {"<!--": "-->", _CDATA: "]]>", "<?": "?>"}
_CUT: Final = "the OFX file ends early or is damaged"
_SPLIT: Final = "the OFX file is nested or split beyond what a statement needs"

# Source: OFX 2.3, the aggregates of sections 11 (banking) and 13 (investments) that a statement holds.
_AGGREGATES: Final = frozenset({
    "OFX", "SIGNONMSGSRSV1", "SONRS", "STATUS", "FI", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1",
    "INVSTMTMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS", "STMTRS", "CCSTMTRS", "INVSTMTRS",
    "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "BANKACCTTO", "CCACCTTO", "BANKTRANLIST", "BANKTRANLISTP",
    "INVTRANLIST", "INVBANKTRAN", "STMTTRN", "STMTTRNP", "PAYEE", "CURRENCY", "ORIGCURRENCY", "LEDGERBAL",
    "AVAILBAL", "BALLIST", "BAL", "INVBAL", "IMAGEDATA",
})  # fmt: skip
_ELEMENTS: Final = frozenset({
    "TRNTYPE", "DTPOSTED", "DTUSER", "DTAVAIL", "DTTRAN", "DTEXPIRE", "TRNAMT", "FITID", "CORRECTFITID",
    "CORRECTACTION", "SRVRTID", "CHECKNUM", "REFNUM", "SIC", "PAYEEID", "NAME", "EXTDNAME", "MEMO", "CURRATE",
    "CURSYM", "CURDEF", "BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY", "BROKERID", "DTSTART", "DTEND",
    "BALAMT", "DTASOF", "CODE", "SEVERITY", "MESSAGE", "ORG", "FID", "LANGUAGE", "DTSERVER", "TRNUID",
})  # fmt: skip
# These never hold themselves or one another: a second one means that the first was not closed.
_SIBLINGS: Final = frozenset({"STMTTRN", "STMTTRNP", "LEDGERBAL", "AVAILBAL"})


class Aggregate:
    """An aggregate: its elements' values by name (the first of each) and the aggregates inside, in order."""

    __slots__ = ("inside", "name", "values")

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[str, str] = {}
        self.inside: list[Aggregate] = []

    def value(self, name: str) -> str:
        """Return the value of an element, or an empty string where it is absent or empty."""
        return self.values.get(name, "")

    def walk(self) -> Iterator[Aggregate]:
        """Give this aggregate and everything inside it in the file's order."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed(here.inside))

    def find(self, name: str) -> Aggregate | None:
        """Return the first aggregate called ``name`` inside this one, at any depth."""
        return next((one for one in self.walk() if one.name == name), None) if self.inside else None


def read(text: str) -> Aggregate:
    """Read the tags of a whole file into a root aggregate without a name.

    Raises:
        FileRefused: The file declares a document type, is cut off before its last ``</OFX>`` or inside a
            comment, or is beyond a bound.
    """
    if text.count("<") > len(text) // MIN_CHARACTERS_A_TAG + 1000:
        raise FileRefused(_SPLIT)
    reader = _Reader(text)
    position = 0
    while (token := _TOKEN.search(text, position)) is not None:
        reader.value(text[position : token.start()])
        position = reader.tag(token) if token[2] else reader.special(token)
    if reader.open_files != 0 or reader.root.find("OFX") is None:
        raise FileRefused(_CUT)
    return reader.root


class _Reader:
    """Where the pass over the text stands: the open aggregates and the element that waits for its value."""

    def __init__(self, text: str) -> None:
        self.root = Aggregate("")
        self.open_files = 0
        self._text = text
        self._stack = [self.root]
        self._element = ""
        self._closed = set(map(str.upper, _CLOSED.findall(text)))

    def value(self, raw: str) -> None:
        if self._element and (value := raw.strip()):
            self._stack[-1].values.setdefault(self._element, html.unescape(value[:MAX_VALUE]))

    def tag(self, token: re.Match[str]) -> int:
        """Take an opening, closing or empty tag and return where the text goes on."""
        name = token[2].upper()
        self._element = ""
        if token[1]:
            self._close(name)
        elif self._is_aggregate(name, token.end()):
            self._open(name, empty=bool(token[3]))
        elif not token[3]:
            self._element = name
        return token.end()

    def special(self, token: re.Match[str]) -> int:
        """Take a comment, a CDATA section or an instruction and return where the text goes on."""
        end_mark = next((mark for start, mark in _ENDS.items() if token[0] == start), "")
        if not end_mark:
            raise FileRefused("the OFX file declares a document type, which no statement does")
        end = self._text.find(end_mark, token.end())
        if end < 0:
            raise FileRefused(_CUT)
        if token[0] == _CDATA and self._element and (value := self._text[token.end() : end].strip()):
            self._stack[-1].values.setdefault(self._element, value[:MAX_VALUE])
        return end + len(end_mark)

    def _is_aggregate(self, name: str, end: int) -> bool:
        if name in _AGGREGATES:
            return True
        follows = self._text[end : end + 256].lstrip()[: len(_CDATA)]
        return name not in _ELEMENTS and name in self._closed and follows[:1] == "<" and follows != _CDATA

    def _open(self, name: str, *, empty: bool) -> None:
        if len(self._stack) > MAX_DEPTH:
            raise FileRefused(_SPLIT)
        if name in _SIBLINGS and self._stack[-1].name in _SIBLINGS:
            self._stack.pop()
        one = Aggregate(name)
        self._stack[-1].inside.append(one)
        if not empty:
            self.open_files += name == "OFX"
            self._stack.append(one)

    def _close(self, name: str) -> None:
        self.open_files -= name == "OFX"
        if any(one.name == name for one in self._stack):
            while self._stack.pop().name != name:
                pass
