"""Untrusted XML to plain elements: no document type, no entities, bounded size, depth and count.

defusedxml drives expat with every declaration handler set to refuse. What it does not bound (size, nesting,
the number of elements, attributes) is bounded here, while parsing and not after.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from edge_engine.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 64 * 2**20
"""Largest statement file, in bytes: a bank's year of entries is well below a tenth of it."""

MAX_DEPTH: Final = 64
"""Deepest nesting; camt.053.001.13 itself needs 15."""

MIN_BYTES_AN_ELEMENT: Final = 8
"""A file with more elements than one in so many bytes is made of empty tags, and no bank writes that."""

MAX_ATTRIBUTES: Final = 32
MAX_ATTRIBUTE: Final = 4096
"""Longest attribute value, in characters."""

_BLANK: Final = b" \t\r\n"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Element:
    """One element without its namespace: a name, its own text, its attributes and its children in order."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""

    def all(self, name: str) -> Iterator[Element]:
        """Give the children called ``name``."""
        return (child for child in self.children if child.name == name)

    def first(self, *path: str) -> Element | None:
        """Return the element at ``path`` below this one, taking the first match at each step."""
        here: Element | None = self
        for name in path:
            here = next(here.all(name), None) if here is not None else None
        return here

    def word(self, *path: str) -> str:
        """Return the stripped text of the element at ``path``, or an empty string where there is none."""
        found = self.first(*path)
        return found.text.strip() if found is not None else ""

    def walk(self) -> Iterator[Element]:
        """Give this element and everything below it in document order."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed(here.children))


class _Builder:
    """Receives what the parser sees and keeps the tree within its bounds."""

    def __init__(self, size: int) -> None:
        self._root = Element("", {})
        self._open = [self._root]
        self._text: list[str] = []
        self._room = size // MIN_BYTES_AN_ELEMENT + 1000

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._room -= 1
        if len(self._open) > MAX_DEPTH or self._room < 0:
            raise FileRefused("the XML file is nested or split beyond what a bank statement needs")
        if attributes and (
            len(attributes) > MAX_ATTRIBUTES or any(len(v) > MAX_ATTRIBUTE for v in attributes.values())
        ):
            raise FileRefused("the XML file has attributes beyond what a bank statement needs")
        self._keep_text()
        element = Element(tag.rpartition("}")[2], attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser's protocol
        self._keep_text()
        self._open.pop()

    def data(self, text: str) -> None:
        self._text.append(text)

    def close(self) -> Element:
        return self._root.children[0]

    def _keep_text(self) -> None:
        if self._text:
            self._open[-1].text += "".join(self._text)
            self._text.clear()


def parse(data: bytes) -> Element:
    """Return the root element of an XML document.

    Args:
        data: The whole file. Bytes that are not the UTF-8 they claim to be are read as Windows-1252.

    Raises:
        FileRefused: The file is too large, declares a document type, is damaged or ends early, or is
            beyond a bound.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("the file is larger than any bank statement")
    if not data.startswith(_UTF16):
        data = data.strip(_BLANK + b"\x00\x1a")
    try:
        return _parse(data, None)
    except _Damaged:
        if _is_utf8(data):
            raise FileRefused("the XML file is damaged or ends early") from None
    try:
        return _parse(data, "windows-1252")
    except _Damaged:
        raise FileRefused("the XML file is damaged or ends early") from None


class _Damaged(Exception):
    """The bytes are not well-formed XML in the encoding tried."""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _parse(data: bytes, encoding: str | None) -> Element:
    # Imported when the first XML file comes: opening a store does not need it.
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415

    from defusedxml.common import DefusedXmlException  # noqa: PLC0415
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415

    try:
        parser = DefusedXMLParser(target=_Builder(len(data)), encoding=encoding, forbid_dtd=True)
        parser.feed(data)
        root: object = parser.close()
    except DefusedXmlException:
        raise FileRefused("the XML file declares a document type, which no bank statement does") from None
    except (ParseError, ValueError, LookupError):
        # ValueError and LookupError: an encoding that is unknown or not one byte a character.
        raise _Damaged from None
    if not isinstance(root, Element):  # pragma: no cover - expat refuses a document without a root
        raise _Damaged
    return root
