"""``models``: which models are installed, and whether their bytes are the ones that were published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge_engine.cli import output

if TYPE_CHECKING:
    import argparse


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the command."""
    one = commands.add_parser("models", parents=[shared], help="list the models and check their digests")
    one.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List the models; no store is needed."""
    from edge_engine.understanding import models  # noqa: PLC0415 - only this command needs it without a store

    reply = models()
    if arguments.json:
        output.json(reply)
    else:
        rows = [[one.name, one.version, f"{one.bytes / 1e6:.2f} MB", one.digest[:16]] for one in reply]
        output.Screen().table(["model", "version", "size", "SHA-256"], rows, right=("size",))
    return 0
