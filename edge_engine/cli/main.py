"""The ``edge-engine`` command: parse, open the store, ask the engine, print.

Exit status: 0 done, 1 refused or failed with one line on the standard error, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, Final

from edge_engine.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUPS: Final = ("ingest", "money", "consent", "ownership", "models", "demo")
"""Modules of this package, one a group of commands, each with ``add(commands, shared)``."""

_INTERRUPTED: Final = 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--store", metavar="PATH", help="the store (default: in your data folder)")
    shared.add_argument("--keyring", action="store_true", help="keep the store's key in the system keyring")
    shared.add_argument("--json", action="store_true", help="print JSON")
    top = argparse.ArgumentParser(
        prog="edge-engine",
        description="Private insight into your own bank statements. Everything stays on this device.",
    )
    top.epilog = "A passphrase is asked for, or taken from EDGE_ENGINE_PASSPHRASE; --keyring uses the system's keyring."
    top.add_argument("--version", action="store_true", help="print the version and stop")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for group in GROUPS:
        importlib.import_module(f"edge_engine.cli.{group}").add(commands, shared)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    top = parser()
    given = top.parse_args(arguments)
    if given.command is None and not given.version:
        top.print_help()
        return 2
    try:
        status: int = _version() if given.version else given.run(given)
        sys.stdout.flush()
    except EdgeError as error:
        return _fail(str(error), error.code)
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does; nothing is wrong and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("\nedge-engine: stopped; what was committed is kept\n")
        return _INTERRUPTED
    except Exception as error:
        if os.environ.get("EDGE_ENGINE_DEBUG"):
            raise
        # The message of an unforeseen error may hold private data: only its type is told.
        return _fail(f"an internal error ({type(error).__name__}); please report it", "internal")
    return status


def _version() -> int:
    from importlib.metadata import version  # noqa: PLC0415 - slow, and only asked for here

    sys.stdout.write(f"edge-engine {version('edge-engine')}\n")
    return 0


def _fail(message: str, code: str) -> int:
    sys.stderr.write(f"edge-engine: {message} [{code}]\n")
    return 1


def run() -> None:
    """Entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no character for an amount's sign or a shop's name shows a substitute.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())


if __name__ == "__main__":
    run()
