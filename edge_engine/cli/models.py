"""``models``: which models are installed, whether they are the published ones, what they are, how well they do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_engine.cli import output

if TYPE_CHECKING:
    import argparse


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser("models", parents=[shared], help="list, check, measure and update the models")
    group.set_defaults(run=run)
    actions = group.add_subparsers(dest="action", metavar="ACTION")

    one = actions.add_parser(
        "list", parents=[shared], help="which models are installed (also without ACTION)"
    )
    one.set_defaults(run=run)

    one = actions.add_parser("eval", parents=[shared], help="measure a model on data of yours")
    one.add_argument("model", help="categorizer or trajectory")
    one.add_argument("--data", required=True, metavar="PATH", help="what to measure it on")
    one.set_defaults(run=evaluate)


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


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure a model."""
    from edge_engine.evaluation import evaluation  # noqa: PLC0415 - numpy and the runtime come with it

    measure = evaluation(arguments.model)
    figures = measure.evaluate(Path(arguments.data))
    if arguments.json:
        output.json(figures)
        return 0
    screen = output.Screen()
    for table in measure.tables(figures):
        screen.heading(table.title)
        screen.table(table.columns, table.rows, right=table.right)
    return 0
