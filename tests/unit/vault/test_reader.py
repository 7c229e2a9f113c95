"""Reading: no form without a live grant of this store, and nothing beyond it."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from edge_engine.clock import FakeClock
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.errors import Busy, Closed, GrantExpired, PurposeDenied, QueryDenied
from edge_engine.vault import queries
from edge_engine.vault.query import Query
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, NOW, ROWS, SENSITIVE, SENSITIVE_MERCHANT, stock

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.consent.grant import Grant


class LooksLikeAGrant:
    """Has everything that a reader asks of a grant, but no ledger made it."""

    purpose = "own_access"
    gate = Gate.READ
    sensitive = True
    columns = frozenset({("txn", "description")})

    def check(self, store: object = None) -> None:
        """Say yes."""


@pytest.mark.parametrize("grant", [None, LooksLikeAGrant(), object()], ids=["none", "alike", "object"])
def test_without_a_grant_there_is_no_reader(grant: object, vault: Vault) -> None:
    with pytest.raises(PurposeDenied) as caught, vault.reading(cast("Grant", grant)):
        pytest.fail("a reader was lent")
    assert caught.value.rule == "not-minted-here"


def test_a_grant_of_another_stores_ledger_opens_nothing(vault: Vault, clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as other:
        foreign = Ledger(other.ledger_store(), Policy.default(), clock)
        grant = foreign.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
        with pytest.raises(PurposeDenied) as caught, vault.reading(grant):
            pytest.fail("a reader was lent")
    assert caught.value.rule == "not-minted-here"


def test_a_grant_for_another_gate_does_not_read(vault: Vault, ledger: Ledger) -> None:
    ledger.grant("insights")
    grant = ledger.mint("insights", Gate.INFER)
    with pytest.raises(PurposeDenied, match="gate of reading"), vault.reading(grant):
        pytest.fail("a reader was lent")


def test_a_grant_ends_reading_in_the_midst(vault: Vault, ledger: Ledger) -> None:
    ledger.grant("insights")
    with vault.reading(ledger.mint("insights", Gate.READ)) as reader:
        assert reader.rows(queries.ACCOUNTS)
        ledger.withdraw("insights")
        with pytest.raises(GrantExpired):
            reader.rows(queries.ACCOUNTS)
        with pytest.raises(GrantExpired):
            reader.postings()


def test_time_ends_reading_in_the_midst(vault: Vault, own: Grant, clock: FakeClock) -> None:
    with vault.reading(own) as reader:
        assert reader.rows(queries.ACCOUNTS)
        clock.advance(timedelta(days=400))
        with pytest.raises(GrantExpired):
            reader.rows(queries.ACCOUNTS)


def test_the_answers_of_before_stay_and_no_cursor_goes_on(vault: Vault, ledger: Ledger) -> None:
    ledger.grant("insights")
    with vault.reading(ledger.mint("insights", Gate.READ)) as reader:
        before = reader.rows(queries.ACCOUNTS)
        ledger.withdraw("insights")
        assert type(before) is list
        assert len(before) == 2


def test_a_query_outside_the_grant_is_denied(vault: Vault, ledger: Ledger) -> None:
    ledger.grant("insights")
    narrow = ledger.mint("insights", Gate.READ, data=["pd:FinancialAccount"])
    with vault.reading(narrow) as reader:
        assert reader.rows(queries.ACCOUNTS)
        for query, asked in (
            (queries.MERCHANTS, {}),
            (queries.ENGAGEMENT, {}),
            (queries.MONTHS, {"since": 0}),
            (queries.CORRECTIONS, {}),
        ):
            with pytest.raises(QueryDenied) as caught:
                reader.rows(cast("Query[Any]", query), **asked)
            assert "txn" not in caught.value.message


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id, description FROM txn",
        "SELECT leaf, txn_id FROM categorization",
        "SELECT key, value FROM meta",
        "SELECT seq, body FROM consent_event",
    ],
)
def test_a_query_made_elsewhere_is_not_asked_even_by_the_person(sql: str, vault: Vault, own: Grant) -> None:
    made = Query("mine", sql, frozenset(own.columns), queries.MerchantRow)
    with vault.reading(own) as reader:
        for query in (made, replace(queries.MERCHANTS, sql=sql)):
            with pytest.raises(QueryDenied, match="own queries"):
                reader.rows(query)


def test_no_grant_covers_the_stores_own_books(own: Grant) -> None:
    assert "meta" not in {table for table, _ in own.columns}  # where the device key is


def test_a_reader_ends_with_its_block(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        pass
    with pytest.raises(Closed):
        reader.rows(queries.ACCOUNTS)


def test_a_connection_serves_the_next_grant_of_the_same_columns(
    vault: Vault, own: Grant, ledger: Ledger
) -> None:
    with vault.reading(own) as first:
        first.rows(queries.ACCOUNTS)
    again = ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
    with vault.reading(again) as second:
        assert second._connection is first._connection
        second.rows(queries.ACCOUNTS)
        with pytest.raises(Closed):
            first.rows(queries.ACCOUNTS)


def test_a_connection_never_serves_other_columns(vault: Vault, own: Grant, ledger: Ledger) -> None:
    ledger.grant("categorization")
    narrow = ledger.mint("categorization", Gate.READ)
    with vault.reading(own) as wide:
        wide.rows(queries.ENGAGEMENT)
    with vault.reading(narrow) as reader:
        assert reader._connection is not wide._connection
        with pytest.raises(QueryDenied):
            reader.rows(queries.ENGAGEMENT)


def test_two_readers_at_once_have_their_own_connections(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as one, vault.reading(own) as other:
        assert one._connection is not other._connection
        assert one.rows(queries.ACCOUNTS) == other.rows(queries.ACCOUNTS)


def test_a_grant_that_ended_reads_nothing_on_a_connection_that_waits(
    vault: Vault, ledger: Ledger, clock: FakeClock
) -> None:
    ledger.grant("categorization")
    grant = ledger.mint("categorization", Gate.READ)
    with vault.reading(grant) as reader:
        reader.rows(queries.UNCATEGORIZED, after=0, limit=10)
    ledger.withdraw("categorization")
    with pytest.raises(GrantExpired), vault.reading(grant):
        pytest.fail("a reader was lent")


def test_a_withdrawal_closes_the_connection_that_waits(vault: Vault, own: Grant, ledger: Ledger) -> None:
    ledger.grant("categorization")
    with vault.reading(own) as reader:
        reader.rows(queries.ACCOUNTS)
    ledger.withdraw("categorization")
    with pytest.raises(Exception, match="closed"):
        reader._connection.execute("SELECT 1")


def test_a_reading_that_failed_leaves_no_connection_behind(vault: Vault, own: Grant) -> None:
    with pytest.raises(KeyError), vault.reading(own) as reader:
        raise KeyError
    with pytest.raises(Exception, match="closed"):
        reader._connection.execute("SELECT 1")


def test_a_reader_cannot_write(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader, pytest.raises(Exception, match=r"prohibited|not authorized|readonly"):
        reader._connection.execute("DELETE FROM txn")


def test_a_reader_sees_what_was_committed_before_and_not_what_is_under_way(vault: Vault, own: Grant) -> None:
    with vault.committing() as connection:
        connection.execute("DELETE FROM engagement")
        with vault.reading(own) as reader:
            assert len(reader.rows(queries.ENGAGEMENT)) == 1
    with vault.reading(own) as reader:
        assert reader.rows(queries.ENGAGEMENT) == []


def test_in_memory_reading_waits_for_no_write(clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as vault:
        stock(vault)
        ledger = Ledger(vault.ledger_store(), Policy.default(), clock)
        own = ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
        with vault.reading(own) as reader:
            assert reader.one(queries.TRANSACTION_COUNT, since=0, until=10**6, account="").n == ROWS
        with vault.writing(), pytest.raises(Busy), vault.reading(own):
            pytest.fail("a reader was lent")


def test_a_forked_process_reads_nothing(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        child = os.fork()
        if child == 0:
            try:
                reader.rows(queries.ACCOUNTS)
            except Closed:
                os._exit(7)
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 7
        assert reader.rows(queries.ACCOUNTS)


# -- columns for the insights ----------------------------------------------------------------------------------------


def test_postings_are_the_transactions_as_columns(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        postings = reader.postings()
        rows = reader.rows(queries.WHOLE_TRANSACTIONS, after=0, limit=ROWS)
    expected = sorted(rows, key=lambda row: (row.day, row.id))
    assert postings.ids.tolist() == [row.id for row in expected]
    assert postings.days.tolist() == [row.day for row in expected]
    assert postings.amounts.tolist() == [row.amount for row in expected]
    assert postings.leaves.tolist() == [row.leaf or 0 for row in expected]
    assert postings.transfers.tolist() == [bool(row.transfer) for row in expected]
    assert postings.accounts.tolist() == [2 if row.id == 2 else 1 for row in expected]
    assert [postings.merchant_names[at] for at in postings.merchants] == [row.merchant for row in expected]
    assert [postings.currency_codes[at] for at in postings.currencies] == [row.currency for row in expected]
    assert postings.currency_codes == ("EUR", "GBP")
    numbers = (postings.ids, postings.days, postings.amounts, postings.accounts, postings.leaves)
    for column in (*numbers, postings.merchants, postings.currencies):
        assert column.dtype == np.int64
    assert postings.transfers.dtype == np.bool_


def test_postings_begin_where_asked(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        last = int(reader.postings().days[-1])
        assert set(reader.postings(since=last).days.tolist()) == {last}


def test_postings_of_an_empty_store_are_empty_columns(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    with Vault.open(tmp_path / "empty", KEY, clock=clock) as vault:
        ledger = Ledger(vault.ledger_store(), Policy.default(), clock)
        own = ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
        with vault.reading(own) as reader:
            postings = reader.postings()
    assert len(postings) == 0
    assert (postings.merchant_names, postings.currency_codes) == ((), ())
    assert postings.transfers.dtype == np.bool_


def test_postings_without_the_sensitive_grant_do_not_even_name_the_merchant(
    vault: Vault, plain: Grant
) -> None:
    with vault.reading(plain) as reader:
        postings = reader.postings()
        assert SENSITIVE_MERCHANT not in {row.key for row in reader.rows(queries.MERCHANTS)}
    assert len(postings) == ROWS - ROWS // 5
    assert SENSITIVE not in postings.leaves
    assert SENSITIVE_MERCHANT not in postings.merchant_names
