"""Where the store is, and how its key is asked for."""

from __future__ import annotations

import getpass
import io
import os
import sys
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend

from edge_engine.cli import store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


class Terminal(io.StringIO):
    """A standard input at which a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person will type at the prompts, in order; no passphrase is in the environment."""
    answers: list[str] = []

    def ask(prompt: str) -> str:
        assert prompt in ("New passphrase: ", "Once more: ", "Passphrase: ")
        if not answers:
            raise EOFError
        return answers.pop(0)

    monkeypatch.delenv("EDGE_ENGINE_PASSPHRASE")
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", ask)
    return answers


def test_a_new_store_asks_twice_and_a_known_one_once(command: Command, file: Path, typed: list[str]) -> None:
    typed += ["correct horse", "correct horse"]
    assert command("import", str(file), "--currency", "GBP").status == 0
    typed += ["correct horse"]
    assert command("transactions", "--json").json["total"] == 6
    typed += ["wrong horse"]
    wrong = command("transactions")
    assert (wrong.status, wrong.err.endswith("[vault.key_wrong]\n")) == (1, True)
    assert "horse" not in wrong.err


@pytest.mark.parametrize(
    ("answers", "words"),
    [(["one", "other"], "differ"), (["", ""], "empty"), ([], "no passphrase was typed"), (["one"], "typed")],
)
def test_a_passphrase_that_cannot_be_is_refused_and_nothing_is_made(
    command: Command, file: Path, typed: list[str], tmp_path: Path, answers: list[str], words: str
) -> None:
    typed += answers
    refused = command("import", str(file))
    assert (refused.status, refused.err.endswith("[input]\n")) == (1, True)
    assert words in refused.err
    assert not (tmp_path / "data" / "edge-engine" / "me.edge").exists()


@pytest.mark.parametrize("stdin", [io.StringIO(), None])
def test_without_a_terminal_it_says_how_to_give_one(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.delenv("EDGE_ENGINE_PASSPHRASE")
    monkeypatch.setattr(sys, "stdin", stdin)
    refused = command("import", str(file))
    assert refused.status == 1
    assert "EDGE_ENGINE_PASSPHRASE" in refused.err
    assert "--keyring" in refused.err


def test_a_passphrase_that_is_no_text_is_refused_without_repeating_it(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, "EDGE_ENGINE_PASSPHRASE": "horse\udcff"})
    refused = command("import", str(file))
    assert (refused.status, refused.err.endswith("[input]\n")) == (1, True)
    assert "horse" not in refused.err


class Desktop(KeyringBackend):
    """The keyring of a desktop, in memory; it says that it is one that can be trusted."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_the_keyring_keeps_the_key(command: Command, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop()
    monkeypatch.setattr(Desktop, "__module__", "keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: desktop)
    monkeypatch.delenv("EDGE_ENGINE_PASSPHRASE")
    assert command("import", str(file), "--currency", "GBP", "--keyring").status == 0
    assert command("transactions", "--keyring", "--json").json["total"] == 6
    ((service, user),) = desktop.kept
    assert service == "edge-engine"
    assert "me.edge" in user
    desktop.kept.clear()
    assert "[vault.key_missing]" in command("transactions", "--keyring").err


def test_a_keyring_that_would_keep_it_in_the_clear_gets_nothing(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", Desktop)
    refused = command("import", str(file), "--keyring")
    assert (refused.status, refused.err.endswith("[vault.key_missing]\n")) == (1, True)


@pytest.mark.parametrize(
    "arguments", [("transactions",), ("doctor",), ("consent", "history"), ("erase", "--yes")]
)
def test_looking_never_makes_a_store(command: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused = command(*arguments)
    assert (refused.status, refused.err.endswith("[vault.store_missing]\n")) == (1, True)
    assert not (tmp_path / "data").exists()


def test_each_system_has_its_place_for_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert store.default_path() == tmp_path / "data" / "edge-engine" / "me.edge"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert store.default_path() == tmp_path / ".local" / "share" / "edge-engine" / "me.edge"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert store.default_path() == tmp_path / "Library" / "Application Support" / "edge-engine" / "me.edge"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert store.default_path() == tmp_path / "AppData" / "Local" / "edge-engine" / "me.edge"
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "there"))
    assert store.default_path() == tmp_path / "there" / "edge-engine" / "me.edge"


def test_a_home_folder_is_understood(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command("consent", "grant", "insights", "--store", "~/deep/er/mine.edge").status == 0
    assert (tmp_path / "deep" / "er" / "mine.edge").is_dir()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("~nobody-of-this-name/me.edge", "input"),
        ("x" * 5000, "input"),
        ("FILE/me.edge", "vault.read_only"),
        ("FILE", "vault.store_missing"),
    ],
)
def test_paths_where_no_store_can_be_are_one_sentence(
    command: Command, file: Path, path: str, code: str
) -> None:
    refused = command("consent", "grant", "insights", "--store", path.replace("FILE", str(file)))
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.endswith(f"[{code}]\n"), refused.err
    assert refused.err.count("\n") == 1
    assert "statement" not in refused.err
