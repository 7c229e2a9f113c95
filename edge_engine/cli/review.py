"""``review``: what waits for a decision, what exactly it is, and the person's or an adviser's word on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine
from edge_engine.domain.money import Money
from edge_engine.errors import InputError

if TYPE_CHECKING:
    import argparse

    from edge_engine.actions.review import Content
    from edge_engine.actions.rules import ActionRules

_MAX_SIGNED_BYTES: Final = 64 * 1024


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser("review", help="what waits for a person's decision, and decide it")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    one = actions.add_parser("list", parents=[shared], help="what waits for a decision")
    one.add_argument("--all", action="store_true", help="also what was decided or is overdue")
    one.set_defaults(run=listed)

    one = actions.add_parser("show", parents=[shared], help="exactly what a decision is bound to")
    one.add_argument("review", metavar="ID")
    one.add_argument(
        "--adviser", default="", metavar="NAME", help="as an adviser sees it, with consent alone"
    )
    _add_rules(one)
    one.set_defaults(run=show)

    for name, words in (("approve", "approve"), ("reject", "reject")):
        one = actions.add_parser(name, parents=[shared], help=f"{words} a review")
        one.add_argument("review", metavar="ID")
        word = one.add_mutually_exclusive_group(required=True)
        word.add_argument(
            "--seen", default="", metavar="DIGEST", help="your word: the digest that `review show` told"
        )
        word.add_argument(
            "--signed", default="", metavar="FILE", help="an adviser's word: their signed statement, JSON"
        )
        _add_rules(one)
        one.set_defaults(run=decide, verdict=name)

    one = actions.add_parser("answer", parents=[shared], help="answer what an adviser asked")
    one.add_argument("review", metavar="ID")
    one.add_argument("words")
    one.set_defaults(run=answer)


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", metavar="FOLDER", help="reviews.toml with the advisers' keys (default: the engine's, none)"
    )


def _rules(arguments: argparse.Namespace) -> ActionRules | None:
    from edge_engine.actions.rules import ActionRules  # noqa: PLC0415 - only a decision needs them

    return None if arguments.rules is None else ActionRules.load(arguments.rules)


def listed(arguments: argparse.Namespace) -> int:
    """List reviews."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "reviews" if arguments.all else "reviews.pending")
    if arguments.json:
        output.json(reply)
    elif reply:
        rows = [[one.id, one.title, one.state, f"{one.due:%Y-%m-%d}", one.approver] for one in reply]
        output.Screen().table(["id", "what", "state", "until", "decided by"], rows)
    else:
        output.Screen().say("Nothing waits for a decision.")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Show a review with its digest."""
    with open_engine(arguments, rules=_rules(arguments)) as engine:
        request = operations.OneReview(arguments.review, arguments.adviser)
        reply = operations.call(engine, "reviews.show", request)
    if arguments.json:
        output.json(reply)
    else:
        screen = output.Screen()
        screen.say(f"{reply.content.title} (level {reply.content.level})")
        screen.table(["", "value"], _facts(reply.content))
        screen.note(f"To decide on exactly this: --seen {reply.digest}")
    return 0


def _facts(content: Content) -> list[list[str]]:
    """Return what is decided and why, a row each."""
    return [
        *([name, str(value)] for name, value in content.terms.items()),
        *(
            [one.name, output.money(one.value) if isinstance(one.value, Money) else str(one.value)]
            for one in content.evidence
        ),
        *([f"{one.by} asks", f"{one.question} {one.answer}".strip()] for one in content.asked),
        *([["advice", content.advice]] if content.advice else []),
    ]


def decide(arguments: argparse.Namespace) -> int:
    """Approve or reject."""
    signed = _read(arguments.signed) if arguments.signed else ""
    request = operations.DecideReview(arguments.review, arguments.seen, signed)
    with open_engine(arguments, rules=_rules(arguments)) as engine:
        reply = operations.call(engine, f"reviews.{arguments.verdict}", request)
    return _told(arguments, reply)


def answer(arguments: argparse.Namespace) -> int:
    """Answer an adviser."""
    with open_engine(arguments) as engine:
        request = operations.AnswerReview(arguments.review, arguments.words)
        reply = operations.call(engine, "reviews.answer", request)
    return _told(arguments, reply)


def _told(arguments: argparse.Namespace, reply: Any) -> int:  # noqa: ANN401 - the row's reply
    if arguments.json:
        output.json(reply)
    else:
        holds = f" until {reply.until:%Y-%m-%d}" if reply.until else ""
        output.Screen().say(f"{reply.title}: {reply.state}{holds}.")
    return 0


def _read(path: str) -> str:
    """Return the text of a signed statement.

    Raises:
        InputError: The file cannot be read, or is too large to be one.
    """
    try:
        with Path(path).open("rb") as file:
            raw = file.read(_MAX_SIGNED_BYTES + 1)
        if len(raw) > _MAX_SIGNED_BYTES:
            raise InputError("the file is too large to be a signed statement")
        return raw.decode()
    except (OSError, UnicodeDecodeError):
        raise InputError("the file with the signed statement cannot be read") from None
