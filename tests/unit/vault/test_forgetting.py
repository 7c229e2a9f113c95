"""An account leaves: its rows, what pointed at them, and every total they counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import InputError
from tests.fakes.stocked import ROWS

if TYPE_CHECKING:
    from edge_engine.vault.store import Vault


def held(vault: Vault) -> dict[str, int]:
    tables = (
        "account",
        "txn",
        "transfer",
        "categorization",
        "correction",
        "balance",
        "derived",
        "month_total",
    )
    run = vault.connection.execute
    return {table: run(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def test_an_account_goes_with_everything_that_came_of_it(vault: Vault) -> None:
    schema = "SELECT count(*) FROM sqlite_schema"
    before, shape = held(vault), vault.connection.execute(schema).fetchone()
    with vault.writing() as writer:
        removed = writer.forget_account("GB1")
    after = held(vault)
    assert removed["txn"] == ROWS - 1
    assert all(before[table] - after[table] == removed[table] for table in removed if table in before)
    assert (after["account"], after["txn"], after["transfer"], after["balance"]) == (1, 1, 0, 0)
    assert after["derived"] == 0
    # The other half of the transfer counts as a payment like any other, and no index is left behind.
    assert vault.connection.execute("SELECT DISTINCT internal FROM month_total").fetchall() == [(0,)]
    assert vault.connection.execute(schema).fetchone() == shape
    assert vault.integrity().ok


def test_what_the_person_taught_goes_with_the_last_row_of_its_merchant(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.forget_account("GB1")
        writer.forget_account("GB2")
    for table in ("correction", "merchant", "categorization", "month_total"):
        assert vault.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert vault.integrity().ok


def test_an_unknown_account_changes_nothing(vault: Vault) -> None:
    before = held(vault)
    with pytest.raises(InputError), vault.writing() as writer:
        writer.forget_account("GB3")
    assert held(vault) == before
