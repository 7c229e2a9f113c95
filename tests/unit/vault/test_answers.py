"""Answers: kept through restarts, purged with their purpose, unseen by others; "not true" is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import InputError, VaultError
from edge_engine.vault import queries, schema
from edge_engine.vault.answers import CONFIRMED, NOT_TRUE
from edge_engine.vault.connection import connect, file_location
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine import FakeClock
    from edge_engine.consent.grant import Grant


def say(vault: Vault, key: str, answer: int, purpose: str = "life_changes", day: int = 7) -> None:
    with vault.writing(durable=True) as writer:
        writer.answer(purpose, "job", key, day, answer, b'{"merchant":"a clinic"}')


def rows(vault: Vault) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = vault.connection.execute(
        "SELECT id, answer, body FROM hypothesis_answer WHERE id <> 'h1' ORDER BY id"
    ).fetchall()
    return found


def test_of_what_is_not_true_nothing_but_its_kind_and_day_is_kept(vault: Vault) -> None:
    say(vault, "a", CONFIRMED, day=6)
    say(vault, "b", NOT_TRUE)
    assert rows(vault) == [("a", CONFIRMED, b'{"merchant":"a clinic"}'), ("job:7", NOT_TRUE, b"")]


def test_a_confirmation_may_be_taken_back_and_what_is_not_true_may_not(vault: Vault) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "a", NOT_TRUE)
    say(vault, "a", NOT_TRUE)
    with pytest.raises(InputError, match="for ever"):
        say(vault, "a", CONFIRMED)
    assert rows(vault) == [("job:7", NOT_TRUE, b"")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hypothesis_answer SET answer = 1 WHERE id = 'job:7'",
        "DELETE FROM hypothesis_answer WHERE id = 'job:7'",
        (
            "INSERT OR REPLACE INTO hypothesis_answer SELECT id, purpose, kind, day, 1, at, body"
            " FROM hypothesis_answer WHERE id = 'job:7'"
        ),
    ],
)
def test_the_store_itself_keeps_what_is_not_true(vault: Vault, sql: str) -> None:
    say(vault, "a", NOT_TRUE)
    with pytest.raises(VaultError), vault.committing() as connection:
        connection.execute(sql)
    assert rows(vault) == [("job:7", NOT_TRUE, b"")]


def test_answers_survive_a_restart(vault: Vault, folder: Path, clock: FakeClock) -> None:
    say(vault, "a", NOT_TRUE)
    vault.close()
    with Vault.open(folder, KEY, clock=clock) as again:
        assert rows(again) == [("job:7", NOT_TRUE, b"")]


def test_withdrawing_a_purpose_deletes_what_was_confirmed_under_it_and_no_refusal(vault: Vault) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "b", CONFIRMED, purpose="investment_offers", day=8)
    say(vault, "c", NOT_TRUE, day=9)
    with vault.writing() as writer:
        assert writer.purge(["life_changes"]) == {"hypothesis_answer": 2}
        assert "hypothesis_answer" not in writer.purge(["life_changes"])
    assert rows(vault) == [("b", CONFIRMED, b'{"merchant":"a clinic"}'), ("job:9", NOT_TRUE, b"")]


def test_refusals_of_an_older_store_lose_what_was_derived_and_stay(tmp_path: Path) -> None:
    old = connect(file_location(tmp_path / "a.db"), bytes(range(32)))
    for number, sql in schema.migrations()[:6]:
        old.executescript(f"{sql}\nPRAGMA user_version = {number};")
    old.executemany(
        "INSERT INTO hypothesis_answer (id, purpose, kind, day, answer, at, body) VALUES (?, 'p', 'job', 7, ?, 1, ?)",
        [("f00", NOT_TRUE, b""), ("f01", NOT_TRUE, b""), ("f02", CONFIRMED, b"{}")],
    )
    old.commit()
    schema.migrate(old)
    found = old.execute("SELECT id, answer, body FROM hypothesis_answer ORDER BY id").fetchall()
    assert found == [("f02", CONFIRMED, b"{}"), ("job:7", NOT_TRUE, b"")]
    old.close()


def test_an_account_that_leaves_takes_no_answer_along(vault: Vault) -> None:
    say(vault, "a", NOT_TRUE)
    with vault.writing() as writer:
        assert "hypothesis_answer" not in writer.forget_account("GB1")
    assert len(rows(vault)) == 1


def test_the_person_sees_every_answer(vault: Vault, own: Grant) -> None:
    say(vault, "a", CONFIRMED)
    say(vault, "b", NOT_TRUE, purpose="investment_offers", day=8)
    with vault.reading(own) as reader:
        assert {row.id for row in reader.rows(queries.ANSWERS)} == {"h1", "a", "job:8"}
