"""One way to write a document as bytes, so that everybody who hashes or signs it hashes and signs the same.

The form is that of RFC 8785 (JSON Canonicalization Scheme) for documents made of objects, lists, texts, whole numbers,
truth values and null. Fractions do not occur: money is whole minor units. Numbers stay within 53 bits and names of
fields within ASCII, where sorting by code point, by UTF-8 and by UTF-16 is the same; so any implementation of the RFC
gives the same bytes, and so does any JSON writer that sorts fields, leaves out blanks and escapes only what must be.

Source: RFC 8785 sections 3.2.2 and 3.2.3.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from edge_engine.errors import InputError

Value = dict[str, "Value"] | list["Value"] | str | int | bool | None

MAX_INTEGER: Final = 2**53 - 1
"""Largest whole number that every reader of JSON keeps exactly."""

MAX_BYTES: Final = 64 * 1024
"""Largest document: what a person is to decide upon fits on a screen."""

MAX_DEPTH: Final = 16


def canonical(document: Value) -> bytes:
    """Return a document as bytes.

    Raises:
        InputError: It holds something else than the kinds of value above, or is too large.
    """
    _check(document, 0)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        raise InputError("a text holds half of a character") from None
    if len(raw) > MAX_BYTES:
        raise InputError("the document is too large to be decided upon")
    return raw


def digest(raw: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(raw).digest()


def parse(raw: bytes) -> Value:
    """Read a document that is exactly in this form.

    Raises:
        InputError: It is not JSON, or the same document would be written in another way.
    """
    if len(raw) > MAX_BYTES:
        raise InputError("the document is too large to be decided upon")
    try:
        document: Value = json.loads(raw)
    except (ValueError, RecursionError):
        raise InputError("the document is not JSON") from None
    if canonical(document) != raw:
        raise InputError("the document is not written in its canonical form")
    return document


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InputError("the document is too deep")
    if isinstance(value, dict):
        for name, one in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise InputError("fields are named in ASCII")
            _check(one, depth + 1)
    elif isinstance(value, list | tuple):
        for one in value:
            _check(one, depth + 1)
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise InputError("a number is too large to be kept exactly everywhere")
    else:
        raise InputError("a document holds texts, whole numbers, truth values, lists and objects alone")
