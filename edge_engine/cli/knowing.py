"""``moments``: what is worth a word now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine

if TYPE_CHECKING:
    import argparse

    from edge_engine.insights.moment import Moment

_MARKS: Final = {"urgent": "!", "attention": "•", "info": "·"}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    moments_ = commands.add_parser("moments", parents=[shared], help="what is worth a word now")
    moments_.set_defaults(run=moments)


def moments(arguments: argparse.Namespace) -> int:
    """Show what is worth a word now."""
    with open_engine(arguments) as engine:
        reply: list[Moment] = operations.call(engine, "moments")
    if arguments.json:
        output.json(reply)
        return 0
    screen = output.Screen()
    if not reply:
        screen.say("Nothing to say today.")
        return 0
    from edge_engine.domain.category import Taxonomy  # noqa: PLC0415 - only who is told something pays for it
    from edge_engine.insights.words import render  # noqa: PLC0415

    rows = [
        [
            f"{_MARKS[one.severity.value]} {one.type.replace('_', ' ')}",
            render(one.message, Taxonomy.default()),
            output.money(one.money_a_year) if one.money_a_year else "",
            one.valid_until.isoformat(),
        ]
        for one in reply
    ]
    screen.table(["moment", "in words", "worth a year", "until"], rows, right=("worth a year",))
    screen.note("! needs you soon   • worth a look   · good to know")
    return 0
