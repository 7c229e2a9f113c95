"""The person's own rights: take everything along, erase everything, check that all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine, path_of
from edge_engine.clock import SystemClock
from edge_engine.errors import Corrupt, KeyMissing
from edge_engine.vault.folder import unfinished
from edge_engine.vault.store import Vault

if TYPE_CHECKING:
    import argparse


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    one = commands.add_parser("export", parents=[shared], help="write everything you own into a new ZIP file")
    one.add_argument("file", metavar="ZIP")
    one.set_defaults(run=export)

    one = commands.add_parser(
        "forget",
        parents=[shared],
        help="delete one account and what came of it, such as after an import under a wrong account or currency",
    )
    one.add_argument("--account", required=True, metavar="KEY", help="its key, as `accounts` lists it")
    one.add_argument("--yes", action="store_true", required=True, help="you are sure")
    one.set_defaults(run=forget)

    one = commands.add_parser("erase", parents=[shared], help="destroy the keys, then the store")
    one.add_argument(
        "--yes", action="store_true", required=True, help="you are sure; nothing can be brought back"
    )
    one.set_defaults(run=erase)

    one = commands.add_parser("doctor", parents=[shared], help="check the store's integrity")
    one.set_defaults(run=doctor)


def export(arguments: argparse.Namespace) -> int:
    """Write the ZIP."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "export", operations.Export(arguments.file))
    if arguments.json:
        output.json(reply)
    else:
        total = ", ".join(f"{n:,} in {name}" for name, n in reply.items())
        output.Screen().say(f"Written to {arguments.file}: {total}. It is not encrypted.")
    return 0


def forget(arguments: argparse.Namespace) -> int:
    """Delete one account."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "accounts.forget", operations.OneAccount(arguments.account))
    if arguments.json:
        output.json(reply)
    else:
        output.Screen().say(
            f"“{arguments.account}” is gone, and with it {output.count(reply.get('txn', 0), 'transaction')}"
            " and all that was made of them. Importing its files again brings it back."
        )
    return 0


def erase(arguments: argparse.Namespace) -> int:
    """Erase the store, also one that nobody can open any more."""
    path = path_of(arguments)
    try:
        if unfinished(path):
            reply = Vault.destroy(path, clock=SystemClock())
        else:
            with open_engine(arguments) as engine:
                reply = operations.call(engine, "erase")
    except (KeyMissing, Corrupt):
        reply = Vault.destroy(path, clock=SystemClock())
    if arguments.json:
        output.json(reply)
    else:
        rows = sum(reply.rows.values())
        output.Screen().say(
            f"Erased {path}: {output.count(reply.key_slots, 'key slot')} destroyed, "
            f"{output.count(rows, 'row')} gone with {'it' if reply.key_slots == 1 else 'them'}."
        )
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """Check the store; status 1 when something is wrong."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "doctor")
    if arguments.json:
        output.json(reply)
    else:
        rows = [
            [("sound" if one.checked else "not checked") if one.ok else "BROKEN", one.name, one.detail]
            for one in reply.checks
        ]
        output.Screen().table(["", "check", "found"], rows)
    return 0 if reply.ok else 1
