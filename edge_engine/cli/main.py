"""The ``edge-engine`` command: parse, open the store, ask the engine, print.

Exit status: 0 done, 1 refused or failed with one line on the standard error, 2 wrong usage, 130 interrupted. With
``--json`` a refusal is also an object ``{"error": {"code", "message"}}`` on the standard output, so that what is read
there is JSON whatever happens; the codes never change their meaning.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, Final

from edge_engine.cli.consent import way_to_allow
from edge_engine.errors import EdgeError, PurposeDenied
from edge_engine_sync.errors import SyncError

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUPS: Final = (
    "ingest",
    "money",
    "hypotheses",
    "knowing",
    "deciding",
    "consent",
    "review",
    "policy",
    "signals",
    "ownership",
    "models",
    "aggregator",
    "demo",
    "day",
    "demo_sync",
    "simulate",
    "center",
    "serve",
)
"""Modules of this package, one a group of commands, each with ``add(commands, shared)``."""

_INTERRUPTED: Final = 130
_NO_OUTPUT: Final = frozenset((errno.ENOSPC, errno.EIO, errno.EBADF, errno.EDQUOT, errno.EFBIG))


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
    if sys.stdout is None:
        return _fail("the standard output is closed; there is nowhere to answer to", "output")
    top = parser()
    given = top.parse_args(arguments)
    if given.command is None and not given.version:
        top.print_help()
        return 2
    try:
        status: int = _version() if given.version else given.run(given)
        sys.stdout.flush()
    except PurposeDenied as error:
        return _fail(str(error) + way_to_allow(error.purpose, error.rule), error.code, given)
    except (EdgeError, SyncError) as error:
        return _fail(str(error), error.code, given)
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does; nothing is wrong and nothing more can be said.
        _leave_output()
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("\nedge-engine: stopped; what was committed is kept\n")
        return _INTERRUPTED
    except OSError as error:
        if error.errno in _NO_OUTPUT and error.filename is None:
            _leave_output()
            return _fail("the answer cannot be written; the standard output is full or closed", "output")
        return _unforeseen(error, given)
    except Exception as error:  # noqa: BLE001 - the last border
        return _unforeseen(error, given)
    return status


def _unforeseen(error: Exception, given: argparse.Namespace) -> int:
    if os.environ.get("EDGE_ENGINE_DEBUG"):
        raise error
    # The message of an unforeseen error may hold private data: only its type is told.
    return _fail(f"an internal error ({type(error).__name__}); please report it", "internal", given)


def _leave_output() -> None:
    """Let what is still to be written go nowhere; Python would complain once more when it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _version() -> int:
    from importlib.metadata import version  # noqa: PLC0415 - slow, and only asked for here

    sys.stdout.write(f"edge-engine {version('edge-engine')}\n")
    return 0


def _fail(message: str, code: str, given: argparse.Namespace | None = None) -> int:
    if getattr(given, "json", False):
        from edge_engine.cli import output  # noqa: PLC0415 - only a refusal in JSON needs it

        with contextlib.suppress(OSError):
            output.json({"error": {"code": code, "message": message}})
            sys.stdout.flush()
    if sys.stderr is not None:
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
