"""Data: bring it, take it along, put it to sleep, forget an account, erase everything."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine import operations
from edge_engine.center.importing import MAX_BYTES, MAX_FILES, TOO_LARGE, TOO_MANY
from edge_engine.center.rendering import count
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Page, Visit, sentence_of
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TITLE = "Data"
SURE: Final = "erase"
"""What a person writes to be sure."""


def show(visit: Visit) -> Page:
    """Return the page."""
    return Page(
        "data.html",
        {
            "accounts": visit.ask("accounts"),
            "importing": visit.desk.importing,
            "sorting": visit.look("categorize", operations.Categorize([])),
            "checks": None,
            "sure": SURE,
            "most_files": MAX_FILES,
            "too_many": sentence_of(TOO_MANY),
            "most_bytes": MAX_BYTES,
            "too_large": sentence_of(TOO_LARGE),
        },
    )


def examine(visit: Visit) -> Page:
    """Check the store's integrity."""
    page = show(visit)
    return Page(page.template, {**page.values, "checks": visit.ask("doctor")})


def export(visit: Visit) -> Download:
    """Return everything that the person owns, as a ZIP."""
    # The engine writes a file of its own; it lies in a folder that nobody else may enter, and only until it is read.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        visit.ask("export", operations.Export(str(path)))
        content = path.read_bytes()
    return Download(f"edge-engine-{visit.today.isoformat()}.zip", "application/zip", content)


def forget(visit: Visit) -> Back:
    """Delete one account with everything that came of it."""
    gone = visit.ask("accounts.forget", operations.OneAccount(visit.word("key")))
    visit.desk.forget()
    visit.session.notices.append(
        Notice(
            f"The account is gone, and with it {count(gone.get('txn', 0), 'transaction')} and all that was made of "
            f"them. Importing its files again brings it back."
        )
    )
    return Back("data")


def suspend(visit: Visit) -> Back:
    """Close every handle and forget the key."""
    visit.desk.engine.suspend()
    visit.desk.suspended = True
    visit.desk.forget()
    return Back("data")


def resume(visit: Visit) -> Back:
    """Open the store again."""
    visit.desk.engine.resume()
    visit.desk.suspended = False
    visit.session.notices.append(Notice("The store is open again."))
    return Back("data")


def erase(visit: Visit) -> Back:
    """Destroy the keys, then the store."""
    if visit.form.get("sure", "").strip().lower() != SURE:
        raise InputError(f"to be sure, write “{SURE}” into the field; nothing was erased")
    visit.desk.receipt = visit.ask("erase")
    visit.desk.forget()
    visit.desk.importing = None
    return Back("data")


def receipt(visit: Visit) -> Download:
    """Return the receipt of the erasure."""
    made = visit.desk.receipt
    if made is None:
        raise InputError("nothing was erased")
    content = msgspec.json.format(msgspec.json.encode(made), indent=2)
    return Download("erasure-receipt.json", "application/json", content)


def close(visit: Visit) -> Page:
    """End the session and the program."""
    visit.desk.leaving = True
    return Page("closed.html", {})


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {
    "examine": examine,
    "export": export,
    "forget": forget,
    "suspend": suspend,
    "resume": resume,
    "erase": erase,
    "receipt": receipt,
    "close": close,
}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
