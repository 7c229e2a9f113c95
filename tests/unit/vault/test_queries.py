"""Queries: each reads what it says it reads, and no sensitive row without a grant for it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.errors import QueryDenied
from edge_engine.inference.categorizer import BY_TEXT, Source
from edge_engine.vault import account_queries, decision_queries, queries, signal_queries
from edge_engine.vault.authorizer import authorizer
from edge_engine.vault.connection import connect
from tests.fakes.stocked import FIRST_DAY, GROCERIES, ROWS, SENSITIVE, SENSITIVE_MERCHANT

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant
    from edge_engine.vault.query import Query
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.store import Vault

ALL_DAYS = {"since": 0, "until": date.max.toordinal(), "account": ""}
ASKED: dict[str, dict[str, object]] = {
    queries.LATEST_BALANCE_OF.name: {"account": 1, "until": FIRST_DAY + 100},
    account_queries.LATEST_BALANCES.name: {"until": FIRST_DAY + 100},
    account_queries.ACCOUNT_TOTALS.name: {"account": 0, "until": FIRST_DAY + 100},
    queries.LATEST_POSTED.name: {"limit": ROWS},
    queries.BOOKED_AFTER.name: {"account": 1, "day": FIRST_DAY, "until": FIRST_DAY + 100},
    queries.TRANSACTIONS.name: {**ALL_DAYS, "limit": ROWS, "offset": 0},
    queries.TRANSACTION_COUNT.name: ALL_DAYS,
    queries.WHOLE_TRANSACTIONS.name: {"after": 0, "limit": ROWS},
    queries.POSTINGS.name: {"since": 0},
    queries.MONTHS.name: {"since": 0},
    queries.UNCATEGORIZED.name: {"after": 0, "limit": ROWS},
    queries.BOOKED_SINCE.name: {"after": 0, "limit": ROWS},
    queries.CATEGORY_OF.name: {"id": 5},
    queries.MERCHANT_OF.name: {"id": 5},
    queries.DERIVED.name: {"kind": "stream"},
    queries.TEXTS.name: {"since": 0},
    queries.TOLD_UNTIL.name: {"account": 1},
    decision_queries.UNOBSERVED.name: {"until": 2},
    decision_queries.SHOWN.name: {"since": 0},
    decision_queries.DECISIONS.name: {"silent": True, "limit": 10},
    decision_queries.DECISION.name: {"id": "d1"},
    decision_queries.OBSERVATIONS.name: {"after": 0},
    signal_queries.EVENTS_WITHIN.name: {"since": 0, "until": 2},
    signal_queries.CORRECTED_WITHIN.name: {"since": 0, "until": 1},
    signal_queries.SUGGESTED_WITHIN.name: {"since": 0, "until": 2},
    signal_queries.DRAWN.name: {"experiment": "digest_2027", "until": 2},
    signal_queries.EXPOSED_WITHIN.name: {"experiment": "digest_2027", "since": 0, "until": 2},
    signal_queries.HOLDOUT.name: {"until": 2},
    signal_queries.ACTED_WITHIN.name: {"since": 0, "until": 2},
    signal_queries.LEARNED_WITHIN.name: {"prior": "p 1", "since": 0, "until": 2},
}
"""Parameters under which each query sees the whole of the stocked store; a query without any stands not here."""

EVERY = pytest.mark.parametrize("query", queries.ALL, ids=lambda query: query.name)


def ask(reader: Reader, query: Query[Any]) -> list[tuple[object, ...]]:
    return reader.rows(query, **ASKED.get(query.name, {}))


@EVERY
def test_a_query_touches_exactly_the_columns_it_names(query: Query[Any], vault: Vault, own: Grant) -> None:
    assert vault._key is not None
    log: set[tuple[str, str]] = set()
    connection = connect(vault._location, vault._key, read_only=True)
    connection.set_authorizer(authorizer(query.columns, log))
    connection.execute(
        query.sql, {**ASKED.get(query.name, {}), "sensitive": True, "purpose": "own_access"}
    ).fetchall()
    connection.close()
    assert log == query.columns


@EVERY
def test_a_query_has_no_more_columns_than_it_needs(query: Query[Any], vault: Vault) -> None:
    assert vault._key is not None
    for missing in query.columns:
        connection = connect(vault._location, vault._key, read_only=True)
        connection.set_authorizer(authorizer(query.columns - {missing}))
        with pytest.raises(Exception, match=r"prohibited|not authorized"):
            connection.execute(
                query.sql, {**ASKED.get(query.name, {}), "sensitive": True, "purpose": "own_access"}
            )
        connection.close()


@EVERY
def test_a_query_answers_the_person(query: Query[Any], vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        rows = ask(reader, query)
    assert rows
    assert all(type(row) is query.row for row in rows)


@EVERY
def test_a_query_of_categories_binds_what_hides_sensitive_rows(query: Query[Any]) -> None:
    tables_of_leaves = {"categorization", "correction", "month_total", "derived"}
    touched = {
        table for table, column in query.columns if table in tables_of_leaves and column in {"leaf", "body"}
    }
    if touched:
        assert ":sensitive" in query.sql
    assert set(re.findall(r":(\w+)", query.sql)) - {"sensitive", "purpose"} == set(ASKED.get(query.name, {}))


@EVERY
def test_no_query_shows_a_sensitive_leaf_without_its_grant(
    query: Query[Any], vault: Vault, plain: Grant
) -> None:
    assert not plain.sensitive
    if not query.columns <= plain.columns | {("sensitive_leaf", "leaf")}:
        with vault.reading(plain) as reader, pytest.raises(QueryDenied):
            ask(reader, query)
        return
    with vault.reading(plain) as reader:
        text = repr(ask(reader, query))
    assert SENSITIVE_MERCHANT not in text
    assert not re.search(rf"(leaf=|\b){SENSITIVE}\b(?!\.)", text.replace(f"id={SENSITIVE}", ""))


def test_names_are_unique() -> None:
    assert len({query.name for query in queries.ALL}) == len(queries.ALL)


def test_transactions_come_newest_first_and_in_pages(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        whole = reader.rows(queries.TRANSACTIONS, **ALL_DAYS, limit=ROWS, offset=0)
        pages = [
            row
            for offset in range(0, ROWS, 7)
            for row in reader.rows(queries.TRANSACTIONS, **ALL_DAYS, limit=7, offset=offset)
        ]
        assert reader.one(queries.TRANSACTION_COUNT, **ALL_DAYS).n == len(whole) == ROWS
    assert sorted(pages) == sorted(whole)
    assert [row.day for row in pages] == sorted((row.day for row in pages), reverse=True)
    assert [(row.day, row.id) for row in whole] == sorted(((row.day, row.id) for row in whole), reverse=True)


def test_transactions_are_chosen_by_day_and_account(vault: Vault, own: Grant) -> None:
    def chosen(**change: object) -> list[queries.TransactionRow]:
        with vault.reading(own) as reader:
            rows = reader.rows(queries.TRANSACTIONS, **{**ALL_DAYS, **change}, limit=ROWS, offset=0)
            assert reader.one(queries.TRANSACTION_COUNT, **{**ALL_DAYS, **change}).n == len(rows)
            return rows

    assert {row.id for row in chosen(since=FIRST_DAY, until=FIRST_DAY)} == {1, 2}
    assert {row.id for row in chosen(until=FIRST_DAY + 1)} == {1, 2, 3, 4}
    assert {row.day for row in chosen(since=FIRST_DAY + 58)} == {FIRST_DAY + 58, FIRST_DAY + 59}
    assert [row.id for row in chosen(account="GB2")] == [2]
    assert chosen(account="nobody's") == []


def test_both_halves_of_a_transfer_are_told(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        rows = reader.rows(queries.TRANSACTIONS, **ALL_DAYS, limit=ROWS, offset=0)
    assert {row.id for row in rows if row.transfer} == {1, 2}


def test_months_leave_transfers_out_and_sum_the_rest(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        months = reader.rows(queries.MONTHS, since=0)
        whole = reader.rows(queries.WHOLE_TRANSACTIONS, after=0, limit=ROWS)
    assert sum(month.n for month in months) == ROWS - 2
    spent = -sum(row.amount for row in whole if not row.transfer and row.amount < 0)
    assert sum(month.outflow for month in months) == spent
    assert {month.leaf for month in months} == {0, GROCERIES, SENSITIVE}


def test_what_the_model_alone_answered_counts_its_guesses_and_its_silence(vault: Vault, own: Grant) -> None:
    silent, sure, guess, corrected = 1, 2, 3, 4
    with vault.committing() as connection:
        connection.execute("DELETE FROM categorization")
        connection.executemany(
            "INSERT INTO categorization (txn_id, leaf, confidence, source, model) VALUES (?, ?, 500, ?, 'm 1')",
            [
                (silent, 0, int(Source.MODEL)),
                (sure, GROCERIES, int(Source.MODEL)),
                (guess, GROCERIES, int(Source.GUESS)),
                (corrected, GROCERIES, int(Source.CORRECTION)),
            ],
        )
    with vault.reading(own) as reader:
        rows = reader.rows(signal_queries.SORTED_BY_MODEL)
    assert {row.leaf: row.n for row in rows} == {0: 1, GROCERIES: 2}
    assert {Source.MODEL, Source.GUESS} == BY_TEXT
