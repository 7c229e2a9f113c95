"""``models``: which are installed, whether they are the published ones, what they are, how well they do, updates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine
from edge_engine.engine import Engine

if TYPE_CHECKING:
    import argparse


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser("models", parents=[shared], help="list, check, measure and update the models")
    group.set_defaults(run=show)
    actions = group.add_subparsers(dest="action", metavar="ACTION")

    one = actions.add_parser(
        "list", parents=[shared], help="which models are installed (also without ACTION)"
    )
    one.set_defaults(run=show)

    one = actions.add_parser("verify", parents=[shared], help="read, bound and run each model")
    one.set_defaults(run=verify)

    one = actions.add_parser("card", parents=[shared], help="print a model's card")
    one.add_argument("model")
    one.set_defaults(run=card)

    one = actions.add_parser("update", parents=[shared], help="take signed updates into the store")
    one.add_argument("--from", dest="folder", required=True, metavar="DIR", help="holds metadata and targets")
    one.add_argument("--root", required=True, metavar="FILE", help="the root metadata that is trusted")
    one.set_defaults(run=update)

    one = actions.add_parser("eval", parents=[shared], help="measure a model")
    one.add_argument("model", help="categorizer, trajectory or recommender")
    one.add_argument("--data", metavar="PATH", help="what to measure it on; the recommender needs none")
    one.set_defaults(run=evaluate)


def show(arguments: argparse.Namespace) -> int:
    """List the models; status 1 when one of them cannot be used."""
    with _engine(arguments) as engine:
        reply = operations.call(engine, "models")
    broken = [one for one in reply if one.problem]
    if arguments.json:
        output.json(reply)
    else:
        rows = [
            [one.name, one.version, one.origin, f"{one.bytes / 1e6:.2f} MB", one.license, one.digest[:16]]
            for one in reply
            if not one.problem
        ]
        headings = ["model", "version", "origin", "size", "license", "SHA-256"]
        screen = output.Screen()
        screen.table(headings, rows, right=("size",))
        for one in broken:
            screen.say(f"BROKEN: {one.name} {one.version}: {one.problem}")
    return 1 if broken else 0


def verify(arguments: argparse.Namespace) -> int:
    """Examine the models; status 1 when something is wrong."""
    with _engine(arguments) as engine:
        reply = operations.call(engine, "models.verify")
    sound = all(one.ok for one in reply)
    if arguments.json:
        output.json({"ok": sound, "models": reply})
        return 0 if sound else 1
    rows = [
        [
            "sound" if one.ok else "BROKEN",
            f"{one.name} {one.version}",
            one.origin,
            one.problem
            or (
                f"{one.files} files as published; {one.operators} operators, all allowed;"
                f" at most {one.memory_mb} MB a run; {one.cases} golden answers within {one.difference:.0e};"
                f" loads in {one.load_ms:.0f} ms"
            ),
        ]
        for one in reply
    ]
    output.Screen().table(["", "model", "origin", "found"], rows)
    return 0 if sound else 1


def card(arguments: argparse.Namespace) -> int:
    """Print a card; Markdown where nobody watches, drawn on a terminal."""
    with _engine(arguments) as engine:
        reply = operations.call(engine, "models.card", operations.OneModel(arguments.model))
    if arguments.json:
        output.json({"model": arguments.model, "card": reply})
    elif sys.stdout.isatty():
        from rich.markdown import Markdown  # noqa: PLC0415 - only a terminal pays for it

        output.Screen().console.print(Markdown(reply))
    else:
        sys.stdout.write(reply)
    return 0


def update(arguments: argparse.Namespace) -> int:
    """Take updates; status 1 when one was refused."""
    request = operations.UpdateModels(arguments.folder, arguments.root)
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "models.update", request)
    if arguments.json:
        output.json(reply)
    elif not reply:
        output.Screen().say("Nothing is offered.")
    else:
        rows = [[one.status, f"{one.name} {one.version}", one.reason] for one in reply]
        output.Screen().table(["", "model", "why"], rows)
    return 1 if any(one.status == "refused" for one in reply) else 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure a model."""
    from edge_engine.evaluation import evaluation  # noqa: PLC0415 - numpy and the runtime come with it

    measure = evaluation(arguments.model)
    figures = measure.evaluate(None if arguments.data is None else Path(arguments.data))
    if arguments.json:
        output.json(figures)
        return 0
    screen = output.Screen()
    for table in measure.tables(figures):
        screen.heading(table.title)
        screen.table(table.columns, table.rows, right=table.right)
    return 0


def _engine(arguments: argparse.Namespace) -> Engine:
    """Open the store that ``--store`` names, to see its updates; without it, only what ships is looked at."""
    return open_engine(arguments) if arguments.store is not None else Engine.in_memory()
