"""Where the store is and how its key is asked for: the only place that reads the environment."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine.engine import Engine
from edge_engine.errors import InputError, ReadOnly, StoreMissing
from edge_engine.signals.configuration import Reporting
from edge_engine.vault.keys import Keyring, Passphrase

if TYPE_CHECKING:
    import argparse

    from edge_engine.actions.rules import ActionRules
    from edge_engine.vault.keys import KeyProvider

PASSPHRASE_VARIABLE: Final = "EDGE_ENGINE_PASSPHRASE"  # noqa: S105 - a name, not a secret
LEADER_VARIABLE: Final = "EDGE_ENGINE_LEADER"
HELPER_VARIABLE: Final = "EDGE_ENGINE_HELPER"


def default_path() -> Path:
    """Return the store in the user's data folder, where each system keeps such things."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "edge-engine" / "me.edge"


def path_of(arguments: argparse.Namespace) -> Path:
    """Return the store that ``--store`` names, else the default one."""
    if arguments.store is None:
        return default_path()
    if not arguments.store.strip():
        raise InputError(
            "--store is empty; name the store's folder, or leave --store out for the default one"
        )
    try:
        return Path(arguments.store).expanduser()
    except RuntimeError:
        raise InputError("the store's path names a home folder that there is not") from None


def is_there(path: Path) -> bool:
    """Return whether something is at the store's path.

    Raises:
        InputError: The system cannot look there.
    """
    try:
        return path.exists()
    except OSError:
        raise InputError("the store's path cannot be looked at") from None


def open_engine(
    arguments: argparse.Namespace,
    *,
    create: bool = False,
    rules: ActionRules | None = None,
    reporting: Reporting | None = None,
) -> Engine:
    """Open the store a command works on.

    Args:
        arguments: Parsed command line with ``store`` and ``keyring``.
        create: Make the store where there is none; commands that only read refuse instead.
        rules: Of reviews and workflows; the engine's own where None.
        reporting: The servers that signals may go to.

    Raises:
        StoreMissing: There is no store and ``create`` is false.
        InputError: No passphrase can be had, or the path cannot be one.
        ReadOnly: The folder that the store would be in cannot be made.
    """
    path = path_of(arguments)
    exists = is_there(path)
    if not exists and not create:
        raise StoreMissing("there is no store here yet; import a statement first, or name one with --store")
    if not exists:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise ReadOnly("the folder that the store would be in cannot be made") from None
    key = _key(arguments, path, new=not exists)
    return Engine.open(path, key=key, create=create, rules=rules, reporting=reporting)


def servers(arguments: argparse.Namespace) -> Reporting:
    """Return the servers that signals may go to: ``--leader`` and ``--helper``, or two variables.

    Raises:
        InputError: There is one without the other.
    """
    leader = arguments.leader or os.environ.get(LEADER_VARIABLE, "")
    helper = arguments.helper or os.environ.get(HELPER_VARIABLE, "")
    return Reporting(leader, helper, loopback=arguments.loopback)


def named_servers() -> Reporting | None:
    """Return the servers that the two variables name; None where they do not name both."""
    leader, helper = os.environ.get(LEADER_VARIABLE, ""), os.environ.get(HELPER_VARIABLE, "")
    return Reporting(leader, helper) if leader and helper else None


def _key(arguments: argparse.Namespace, path: Path, *, new: bool) -> KeyProvider:
    if arguments.keyring:
        return Keyring(service="edge-engine", user=str(path.resolve()))
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return Passphrase(given)
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError(
            f"no passphrase: set {PASSPHRASE_VARIABLE}, use --keyring, or run this in a terminal"
        )
    try:
        phrase = getpass.getpass("New passphrase: " if new else "Passphrase: ")
        if new and getpass.getpass("Once more: ") != phrase:
            raise InputError("the two passphrases differ")
    except EOFError:
        raise InputError("no passphrase was typed") from None
    return Passphrase(phrase)
