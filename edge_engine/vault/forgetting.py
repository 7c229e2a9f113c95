"""An account leaves the store: its rows, and everything that was made of them, in one database transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError
from edge_engine.vault import acting, deciding, rollup, teaching

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

_ROWS: Final = "(SELECT id FROM txn WHERE account_id = :account)"

_OF_NOBODY: Final = "NOT IN (SELECT merchant_id FROM txn)"

# Whatever points at a row goes before it. Findings may rest on any row: all are made anew when next asked for.
_STATEMENTS: Final = (
    ("transfer", f"DELETE FROM transfer WHERE out_id IN {_ROWS} OR in_id IN {_ROWS}"),
    ("categorization", f"DELETE FROM categorization WHERE txn_id IN {_ROWS}"),
    ("correction", f"DELETE FROM correction WHERE txn_id IN {_ROWS}"),
    ("sighting", f"DELETE FROM sighting WHERE txn_id IN {_ROWS}"),
    ("balance", "DELETE FROM balance WHERE account_id = :account"),
    ("coverage", "DELETE FROM coverage WHERE account_id = :account"),
    ("txn", "DELETE FROM txn WHERE account_id = :account"),
    ("account", "DELETE FROM account WHERE id = :account"),
    ("correction", f"DELETE FROM correction WHERE merchant_id {_OF_NOBODY}"),
    ("merchant", f"DELETE FROM merchant WHERE id {_OF_NOBODY}"),
    # What followed such a lesson is sorted anew.
    (
        "categorization",
        (
            f"DELETE FROM categorization WHERE source = {teaching.VARIANT} AND follows NOT IN"
            " (SELECT m.key FROM correction c JOIN merchant m ON m.id = c.merchant_id)"
        ),
    ),
    ("derived", "DELETE FROM derived"),
    ("forecast", "DELETE FROM forecast"),
)

# The tables are searched for what points at each row that goes; kept beyond this, they would slow every import down.
_HELP: Final = (
    "CREATE INDEX forgetting_sighting ON sighting (txn_id)",
    "CREATE INDEX forgetting_merchant ON txn (merchant_id)",
)
_HELPED: Final = ("DROP INDEX forgetting_sighting", "DROP INDEX forgetting_merchant")


def forget_account(connection: sqlcipher.Connection, key: str) -> dict[str, int]:
    """Delete an account and what came of it, inside the caller's transaction.

    The other half of a transfer to another account stays, as a payment like any other. What the person taught of a
    merchant goes with the merchant's last transaction: with it, nothing would be left of the merchant but its name.

    Args:
        connection: The writer's connection, in a transaction.
        key: The account's key.

    Returns:
        Rows deleted by table, without tables that lost none.

    Raises:
        InputError: There is no such account.
    """
    row = connection.execute("SELECT id FROM account WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise InputError("there is no account with this key; `accounts` lists them")
    acting.forget_account(connection, key)
    deciding.forget_account(connection)
    for statement in _HELP:
        connection.execute(statement)
    removed: dict[str, int] = {}
    for table, statement in _STATEMENTS:
        # A name without a place in the statement would be refused.
        given = {"account": row[0]} if ":account" in statement else {}
        removed[table] = removed.get(table, 0) + connection.execute(statement, given).rowcount
    for statement in _HELPED:
        connection.execute(statement)
    rollup.rebuild(connection)
    return {table: rows for table, rows in removed.items() if rows}
