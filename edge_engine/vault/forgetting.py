"""An account leaves the store: its rows, and everything that was made of them, in one database transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError
from edge_engine.vault import acting, deciding, rollup

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

_ROWS: Final = "(SELECT id FROM txn WHERE account_id = :account)"

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
    (
        "merchant",
        (
            "DELETE FROM merchant WHERE id NOT IN (SELECT merchant_id FROM txn)"
            " AND id NOT IN (SELECT merchant_id FROM correction WHERE merchant_id IS NOT NULL)"
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
    merchant stays too.

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
    removed = {
        table: connection.execute(statement, {"account": row[0]}).rowcount for table, statement in _STATEMENTS
    }
    for statement in _HELPED:
        connection.execute(statement)
    rollup.rebuild(connection)
    return {table: rows for table, rows in removed.items() if rows}
