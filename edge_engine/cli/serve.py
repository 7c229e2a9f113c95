"""``serve``: the sidecar for programs in other languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own type is private
    """Add the command; it opens no store by itself."""
    del shared
    one = commands.add_parser(
        "serve",
        help="answer a program on the standard input and output",
        description="Answers frames on the standard input and output until the input ends; see docs/doors.md.",
    )
    one.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    from edge_engine.doors.stdio import serve  # noqa: PLC0415 - this command alone needs it

    del arguments
    return serve()
