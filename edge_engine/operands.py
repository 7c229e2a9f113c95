"""What the requests of the table mean to the engine: files or their bytes, signed words, proposals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import InputError
from edge_engine.regular_file import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.actions.review import ReviewView, Signed
    from edge_engine.engine import Engine
    from edge_engine.ingestion import Tally
    from edge_engine.requests import Import, ProposeLoan, ProposeReview, React
    from edge_engine.views import IngestReport

_MAX_ROOT_BYTES: Final = 256 * 1024


def source(asked: Import | React) -> Path | bytes:
    """Return the file or the bytes that are to be read. Bytes may be none: the engine says what is wrong with that.

    Raises:
        InputError: It is neither, or both.
    """
    given = b"" if asked.content is msgspec.UNSET else asked.content
    if asked.path and not given:
        return Path(asked.path)
    if asked.path or asked.content is msgspec.UNSET:
        raise InputError("an import is a file's path or its bytes, one of them")
    return given


def ingest(
    engine: Engine, asked: Import, progress: Callable[[Tally, int], None] | None = None
) -> IngestReport:
    """Import what is asked for."""
    return engine.ingest(
        source(asked),
        format=asked.format,
        mapping=Path(asked.mapping) if asked.mapping else None,
        account=asked.account,
        currency=asked.currency,
        progress=progress,
    )


def propose_loan(engine: Engine, asked: ProposeLoan) -> ReviewView:
    """Put a loan before an adviser."""
    return engine.propose_loan(
        asked.amount,
        asked.months,
        asked.monthly,
        product=asked.product,
        account=asked.account,
        proposer=asked.proposer,
    )


def propose_review(engine: Engine, asked: ProposeReview) -> ReviewView:
    """Put something before whoever decides it."""
    from edge_engine.actions.review import Evidence  # noqa: PLC0415 - signatures load when first needed

    return engine.reviews.propose(
        asked.kind,
        asked.terms,
        evidence=[Evidence(one.name, one.data, one.purposes, one.value) for one in asked.evidence],
        proposer=asked.proposer,
        advice=asked.advice,
    )


def signed(text: str) -> Signed | None:
    """Return an adviser's signed word, None where there is none.

    Raises:
        InputError: The text is something else.
    """
    if not text:
        return None
    from edge_engine.actions.review import Signed  # noqa: PLC0415 - likewise

    return Signed.read(text.encode(errors="surrogatepass"))


def content(path: str) -> bytes:
    """Return the root metadata in a file.

    Raises:
        InputError: It cannot be read, or is too large to be one.
    """
    try:
        with open_regular(Path(path)) as file:
            found = file.read(_MAX_ROOT_BYTES + 1)
    except (OSError, ValueError):
        raise InputError("the file with the trusted root metadata cannot be read") from None
    if len(found) > _MAX_ROOT_BYTES:
        raise InputError("the file with the trusted root metadata is too large to be one")
    return found
