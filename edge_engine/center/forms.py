"""Reading forms: in memory alone, since a bank statement in a temporary file would not be encrypted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from edge_engine.center.importing import MAX_BYTES, MAX_FILES, TOO_LARGE, TOO_MANY, GivenFile
from edge_engine.center.refusals import FormForged, FormTooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

MAX_FIELD: Final = 96 * 1024
"""Bytes of one field: an adviser's signed statement is the largest."""

_TOO_LONG: Final = "this form holds more than is taken at once; make it shorter"
_TOO_MUCH: Final = re.compile(r"Too many|Part exceeded")
"""How the reader of forms begins what it says of a form that is too large; the rest it says of broken ones."""

_MAX_FORM: Final = 128 * 1024
_MAX_FIELDS: Final = 12
_MULTIPART: Final = "multipart/form-data"
_PLAIN: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """What a form held: texts by name, and its files."""

    fields: dict[str, str]
    files: tuple[GivenFile, ...] = ()


class _InMemory(MultiPartParser):
    """Spools nothing to the disk, however large a file is."""

    spool_max_size = 2 * MAX_BYTES


async def read(request: Request, *, files: bool) -> Form:
    """Read the form of a request.

    Args:
        request: Whose body was not read yet.
        files: Whether it may hold files.

    Raises:
        FormTooLarge: It is larger than what is taken at once.
        FormForged: It is no form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    most = MAX_BYTES if files else _MAX_FORM
    body = _capped(request, most)
    try:
        if kind == _PLAIN:
            parsed = await FormParser(request.headers, body).parse()
        elif kind == _MULTIPART and files:
            limits = {"max_files": MAX_FILES, "max_fields": _MAX_FIELDS, "max_part_size": MAX_FIELD}
            parsed = await _InMemory(request.headers, body, **limits).parse()
        else:
            raise FormForged("this is not a form of this page; load the page again and send it from there")
    except MultiPartException as refused:
        if _TOO_MUCH.match(refused.message):
            raise FormTooLarge(TOO_MANY) from None
        raise FormForged("this form cannot be read; load the page again and send it from there") from None
    texts: dict[str, str] = {}
    found: list[GivenFile] = []
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            await value.close()
            if content or value.filename:
                found.append(GivenFile(value.filename or "", content))
        else:
            texts.setdefault(name, value)
    return Form(texts, tuple(found))


async def _capped(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Yield the body, and no more of it than is taken at once."""
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            raise FormTooLarge(TOO_LARGE if most == MAX_BYTES else _TOO_LONG)
        yield part
