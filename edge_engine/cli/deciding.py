"""``decide``, ``decisions`` and ``outcome``: what is suggested now and before, why, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine
from edge_engine.domain.money import parse_plain

if TYPE_CHECKING:
    import argparse

    from edge_engine.actions.decision import Decision, Past

_VERDICTS: Final = ("opened", "acted", "dismissed", "not-now", "never")
_COVERS: Final = ("offer", "kind", "family", "everything")


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    one = commands.add_parser("decide", parents=[shared], help="what to suggest now, or why nothing")
    one.add_argument(
        "--why", action="store_true", help="also every candidate, with the rule that kept or dropped it"
    )
    one.set_defaults(run=decide)
    past = commands.add_parser(
        "decisions", parents=[shared], help="what was suggested before, and how it came about"
    )
    past.add_argument("id", nargs="?", metavar="ID", help="one decision, with every candidate")
    past.add_argument("--silent", action="store_true", help="also decisions to suggest nothing")
    past.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most (default 20)")
    past.set_defaults(run=decisions)
    told = commands.add_parser("outcome", parents=[shared], help="say what came of a suggestion")
    told.add_argument("id", metavar="ID", help="of the decision")
    told.add_argument("verdict", choices=_VERDICTS, help="never is for ever")
    told.add_argument("--covers", choices=_COVERS, default="kind", help="what never covers (default kind)")
    told.add_argument("--value", nargs=2, metavar=("AMOUNT", "CURRENCY"), help="what you have from it")
    told.set_defaults(run=outcome)
    never = commands.add_parser("never", parents=[shared], help="never suggest something again")
    never.add_argument("covers", choices=_COVERS)
    never.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="the offer, its kind or its family"
    )
    never.set_defaults(run=say_never)
    short = commands.add_parser(
        "money-is-short", parents=[shared], help="say so: support comes first, no credit is suggested"
    )
    short.add_argument("--no-longer", action="store_true", help="take it back")
    short.set_defaults(run=say_short)


def decide(arguments: argparse.Namespace) -> int:
    """Choose, and say why."""
    with open_engine(arguments) as engine:
        reply: Decision = operations.call(engine, "decide", operations.Decide())
    if arguments.json:
        output.json(reply)
        return 0
    screen = output.Screen()
    told = reply.suggestion
    if told is not None:
        worth = f" Worth about {output.money(told.money_a_year)} a year." if told.money_a_year else ""
        screen.say(f"{told.title}. {told.worth}{worth}")
        if told.why:
            screen.say(f"Why now: {told.why}")
    screen.say(reply.because)
    if arguments.why:
        for line in reply.explain()[1:]:
            screen.note(f"  {line}")
    if told is not None:
        screen.note(f"edge-engine outcome {reply.id} acted | dismissed | not-now | never")
    return 0


def decisions(arguments: argparse.Namespace) -> int:
    """Show decisions, or one with all that it came from."""
    with open_engine(arguments) as engine:
        if arguments.id:
            one: Past = operations.call(engine, "decision", operations.OneDecision(arguments.id))
            if arguments.json:
                output.json(one)
                return 0
            screen = output.Screen()
            for line in one.explain() or ("How it came about is no longer kept.",):
                screen.say(line)
            return 0
        request = operations.Decisions(arguments.limit, arguments.silent)
        reply: list[Past] = operations.call(engine, "decisions", request)
    if arguments.json:
        output.json(reply)
        return 0
    screen = output.Screen()
    if not reply:
        screen.say("Nothing was suggested so far.")
        return 0
    rows = [
        [
            one.id,
            f"{one.at:%Y-%m-%d %H:%M}",
            one.channel.value,
            one.offer.replace("_", " ") or "nothing",
            one.state,
            one.reaction.value.replace("_", " "),
            output.money(one.money_a_year) if one.money_a_year else "",
        ]
        for one in reply
    ]
    screen.table(
        ["decision", "when (UTC)", "channel", "suggested", "state", "came of it", "worth a year"],
        rows,
        right=("worth a year",),
    )
    return 0


def outcome(arguments: argparse.Namespace) -> int:
    """Keep what came of a suggestion."""
    value = None
    if arguments.value:
        amount, currency = arguments.value
        value = parse_plain(amount, currency)
    request = operations.TellOutcome(
        arguments.id, arguments.verdict.replace("-", "_"), value, arguments.covers
    )
    with open_engine(arguments) as engine:
        new = operations.call(engine, "outcome", request)
    if arguments.json:
        output.json({"new": new})
    else:
        output.Screen().say("Kept." if new else "That, or more, was known already.")
    return 0


def say_never(arguments: argparse.Namespace) -> int:
    """Keep what is never to be suggested again."""
    with open_engine(arguments) as engine:
        new = operations.call(engine, "never", operations.SayNever(arguments.covers, arguments.name))
    _kept(arguments, "Kept, for ever." if new else "That was known already, and stays so.")
    return 0


def say_short(arguments: argparse.Namespace) -> int:
    """Keep, or take back, that money is short."""
    with open_engine(arguments) as engine:
        operations.call(engine, "money_is_short", operations.SayShort(not arguments.no_longer))
    kept = "Kept: neither credit nor investments nor saving are suggested from now on."
    _kept(arguments, "Taken back." if arguments.no_longer else kept)
    return 0


def _kept(arguments: argparse.Namespace, words: str) -> None:
    if arguments.json:
        output.json({"kept": True})
    else:
        output.Screen().say(words)
