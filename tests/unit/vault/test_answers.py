"""Answers: kept through restarts, purged with their purpose, unseen by others; "not true" is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import InputError, VaultError
from edge_engine.vault import queries
from edge_engine.vault.answers import CONFIRMED, NOT_TRUE
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine import FakeClock
    from edge_engine.consent.grant import Grant


def say(vault: Vault, key: str, answer: int, purpose: str = "life_changes") -> None:
    with vault.writing(durable=True) as writer:
        writer.answer(purpose, "job", key, 7, answer, b'{"merchant":"a clinic"}')


def rows(vault: Vault) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = vault.connection.execute(
        "SELECT id, answer, body FROM hypothesis_answer WHERE id <> 'h1' ORDER BY id"
    ).fetchall()
    return found


def test_of_what_is_not_true_nothing_but_its_kind_and_day_is_kept(vault: Vault) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "b", NOT_TRUE)
    assert rows(vault) == [("a", CONFIRMED, b'{"merchant":"a clinic"}'), ("b", NOT_TRUE, b"")]


def test_a_confirmation_may_be_taken_back_and_what_is_not_true_may_not(vault: Vault) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "a", NOT_TRUE)
    say(vault, "a", NOT_TRUE)
    with pytest.raises(InputError, match="for ever"):
        say(vault, "a", CONFIRMED)
    assert rows(vault) == [("a", NOT_TRUE, b"")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hypothesis_answer SET answer = 1 WHERE id = 'a'",
        (
            "INSERT OR REPLACE INTO hypothesis_answer SELECT id, purpose, kind, day, 1, at, body"
            " FROM hypothesis_answer WHERE id = 'a'"
        ),
    ],
)
def test_the_store_itself_keeps_what_is_not_true(vault: Vault, sql: str) -> None:
    say(vault, "a", NOT_TRUE)
    with pytest.raises(VaultError), vault.committing() as connection:
        connection.execute(sql)
    assert rows(vault) == [("a", NOT_TRUE, b"")]


def test_answers_survive_a_restart(vault: Vault, folder: Path, clock: FakeClock) -> None:
    say(vault, "a", NOT_TRUE)
    vault.close()
    with Vault.open(folder, KEY, clock=clock) as again:
        assert rows(again) == [("a", NOT_TRUE, b"")]


def test_withdrawing_a_purpose_deletes_its_answers_alone(vault: Vault) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "b", NOT_TRUE, purpose="investment_offers")
    with vault.writing() as writer:
        assert writer.purge(["life_changes"]) == {"hypothesis_answer": 2}
    assert rows(vault) == [("b", NOT_TRUE, b"")]


def test_an_account_that_leaves_takes_no_answer_along(vault: Vault) -> None:
    say(vault, "a", NOT_TRUE)
    with vault.writing() as writer:
        assert "hypothesis_answer" not in writer.forget_account("GB1")
    assert len(rows(vault)) == 1


def test_the_person_sees_every_answer(vault: Vault, own: Grant) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "b", NOT_TRUE, purpose="investment_offers")
    with vault.reading(own) as reader:
        assert {row.id for row in reader.rows(queries.ANSWERS)} == {"h1", "a", "b"}
