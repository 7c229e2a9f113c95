"""``life`` and ``appetite``: what looks so in the person's life and money, asked with the payments that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine

if TYPE_CHECKING:
    import argparse

    from edge_engine.insights.hypothesis import Hypothesis


_COMMANDS: Final = {
    "life": "what looks like a change in your life: confirm it, or say it is not true",
    "appetite": "whether you invest, or could: confirm it, or say it is not true",
}


_TENTHS: Final = 10


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    for name, help_ in _COMMANDS.items():
        one = commands.add_parser(name, parents=[shared], help=help_)
        said = one.add_mutually_exclusive_group()
        said.add_argument("--confirm", default="", metavar="ID", help="it is so")
        said.add_argument("--not-true", default="", metavar="ID", help="it is not so; never asked again")
        one.set_defaults(run=ask, asking=name)


def ask(arguments: argparse.Namespace) -> int:
    """Ask, or keep an answer."""
    key = arguments.confirm or arguments.not_true
    with open_engine(arguments) as engine:
        if key:
            answer = "confirmed" if arguments.confirm else "not_true"
            request = operations.AnswerHypothesis(key, answer)
            reply = operations.call(engine, f"{arguments.asking}.answer", request)
        else:
            reply = operations.call(engine, arguments.asking)
    if arguments.json:
        output.json(reply)
    elif key:
        output.Screen().say(
            "Kept: it is so."
            if arguments.confirm
            else "Kept: it is not true. You will not be asked this again."
        )
    else:
        _show(output.Screen(), reply)
    return 0


def _show(screen: output.Screen, asked: list[Hypothesis]) -> None:
    """Print each question with the payments behind it."""
    if not asked:
        screen.say("Nothing looks like it.")
        return
    for one in asked:
        tell(screen, one)
    if any(one.answer == "open" for one in asked):
        screen.note("These are questions, not facts: answer with --confirm ID or --not-true ID.")


def tell(screen: output.Screen, one: Hypothesis) -> None:
    """Print one question with the payments behind it."""
    from edge_engine.domain.category import Taxonomy  # noqa: PLC0415 - only who is asked pays for it
    from edge_engine.insights.words import name, render, sign  # noqa: PLC0415

    screen.heading(render(one.message, Taxonomy.default()))
    # Nothing is sure before the person says so.
    tenths = round(10 * one.confidence)
    sure = f"about {tenths} in 10" if tenths < _TENTHS else "more than 9 in 10"
    state = (
        "You confirmed this." if one.answer == "confirmed" else f"How likely it looks: {sure}. Id: {one.id}"
    )
    screen.say(state)
    told = {evidence.sign for evidence in one.evidence}
    rows = [
        [e.day.isoformat(), output.money(e.amount, signed=True), name(e.merchant), sign(e.sign)]
        for e in one.evidence
    ]
    rows += [["", "", "", sign(key)] for key in one.signs if key not in told]
    screen.table(["date", "amount", "who", "because"], rows, right=("amount",))
