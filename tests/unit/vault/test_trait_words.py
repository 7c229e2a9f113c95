"""The person's words on their traits: kept through restarts, purged with their purpose; "not true" is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import VaultError
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine import FakeClock

PURPOSE = "personalization"


def rows(vault: Vault) -> dict[str, tuple[int, str]]:
    found = vault.connection.execute(
        "SELECT name, denied, value FROM trait_word WHERE name NOT IN ('money_style', 'travel')"
    ).fetchall()
    return {name: (denied, value) for name, denied, value in found}


def say(vault: Vault, name: str, value: str) -> None:
    with vault.writing(durable=True) as writer:
        writer.say_trait(PURPOSE, name, value)


def deny(vault: Vault, name: str) -> None:
    with vault.writing(durable=True) as writer:
        writer.deny_trait(PURPOSE, name)


def test_a_word_is_kept_changed_and_taken_back(vault: Vault) -> None:
    say(vault, "platform", '"ios"')
    say(vault, "platform", '"android"')
    assert rows(vault) == {"platform": (0, '"android"')}
    say(vault, "platform", "")
    assert rows(vault) == {}
    say(vault, "platform", "")
    assert rows(vault) == {}


def test_what_is_not_true_has_no_value_and_outlives_every_word(vault: Vault) -> None:
    say(vault, "platform", '"ios"')
    deny(vault, "platform")
    deny(vault, "platform")
    assert rows(vault) == {"platform": (1, "")}
    say(vault, "platform", '"android"')
    assert rows(vault) == {"platform": (1, '"android"')}
    say(vault, "platform", "")
    assert rows(vault) == {"platform": (1, "")}


def test_withdrawing_deletes_every_word_and_keeps_every_refusal(vault: Vault) -> None:
    say(vault, "platform", '"ios"')
    deny(vault, "engagement")
    say(vault, "engagement", "0.5")
    deny(vault, "days_known")
    with vault.writing(durable=True) as writer:
        assert "trait_word" not in writer.purge(["insights"])
        # With the two of the stocked store, of which one is a refusal.
        assert writer.purge([PURPOSE])["trait_word"] == 3
    assert rows(vault) == {"engagement": (1, ""), "days_known": (1, "")}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trait_word SET denied = 0 WHERE name = 'platform'",
        "UPDATE trait_word SET name = 'other' WHERE name = 'platform'",
        "DELETE FROM trait_word WHERE name = 'platform'",
        "INSERT OR REPLACE INTO trait_word (name, purpose, denied, value, at) VALUES ('platform', 'x', 0, '', 0)",
    ],
)
def test_the_store_itself_keeps_what_is_not_true(vault: Vault, sql: str) -> None:
    deny(vault, "platform")
    with pytest.raises(VaultError), vault.committing() as connection:
        connection.execute(sql)
    assert rows(vault) == {"platform": (1, "")}


def test_words_survive_a_restart_and_an_account_that_is_forgotten(tmp_path: Path, clock: FakeClock) -> None:
    folder = tmp_path / "me.edge"
    first = Vault.open(folder, KEY, clock=clock)
    say(first, "platform", '"ios"')
    deny(first, "engagement")
    first.close()
    again = Vault.open(folder, KEY, clock=clock)
    assert rows(again) == {"engagement": (1, ""), "platform": (0, '"ios"')}
    again.close()


def test_forgetting_an_account_keeps_words(vault: Vault) -> None:
    say(vault, "platform", '"ios"')
    with vault.writing() as writer:
        assert "trait_word" not in writer.forget_account("GB1")
    assert rows(vault) == {"platform": (0, '"ios"')}
