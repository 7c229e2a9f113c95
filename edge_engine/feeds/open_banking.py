"""Open banking in JSON: UK Open Banking, Berlin Group NextGenPSD2 and Plaid, told apart by their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Record, Rejected
from edge_engine.errors import FileRefused, FormatUnknown
from edge_engine.feeds import berlin_group, json_tree, plaid, uk_open_banking
from edge_engine.feeds.detect import BERLIN_GROUP, PLAID, UK_OPEN_BANKING
from edge_engine.feeds.json_statement import Book, Item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from edge_engine.feeds.json_tree import Tree

MAX_DOCUMENTS: Final = 10_000


def read(
    tree: object, *, account: str = "", currency: str = "", as_of: date | None = None
) -> tuple[str, Sequence[Item]]:
    """Read a JSON document of any of the three kinds, or a list of such documents of one kind.

    Args:
        tree: The document, see `json_tree.load_file`.
        account: Key of the account, where the document names none.
        currency: ISO 4217 code, where the document names none.
        as_of: Day of a balance that the document does not date.

    Returns:
        The name of the format, and accounts, balances and transactions; `Record.row` is the number of the
        transaction in the document, counted from 1.

    Raises:
        FormatUnknown: The JSON is none of these.
        FileRefused: It is a bank's error message, or an account or not one transaction of it can be read.
    """
    listed = tree if isinstance(tree, list) else [tree]
    documents: list[Tree] = [one for one in listed[:MAX_DOCUMENTS] if isinstance(one, dict)]
    kinds = {format_of(document) for document in documents}
    if len(kinds) != 1 or "" in kinds or len(documents) < len(listed):
        raise FormatUnknown("the JSON file holds no accounts or transactions in a form that is read")
    if any(isinstance(document, json_tree.Doubled) for document in documents):
        raise FileRefused("a key stands twice in the JSON document")
    kind = kinds.pop()
    book = Book()
    if kind == UK_OPEN_BANKING:
        uk_open_banking.read(documents, book, account=account, currency=currency)
    elif kind == BERLIN_GROUP:
        berlin_group.read(documents, book, account=account, currency=currency, as_of=as_of)
    else:
        plaid.read(documents, book, currency=currency, as_of=as_of)
    rejected = [row for row in book.rows if isinstance(row, Rejected)]
    if rejected and not any(isinstance(row, Record) for row in book.rows):
        raise FileRefused(f"no transaction of the JSON file can be read: {rejected[0].reason}")
    return kind, book.items()


def format_of(document: Tree) -> str:
    """Return which format a document is by its shape, empty where it is none.

    Raises:
        FileRefused: It is a bank's error message.
    """
    if "tppMessages" in document or "error_code" in document or ("Errors" in document and "Code" in document):
        raise FileRefused("the JSON file is a bank's error message and holds no statement")
    if uk_open_banking.fits(document):
        return UK_OPEN_BANKING
    if plaid.fits(document):
        return PLAID
    return BERLIN_GROUP if berlin_group.fits(document) else ""
