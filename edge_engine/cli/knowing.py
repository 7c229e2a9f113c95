"""``moments`` and ``profile``: what is worth a word now, what is supposed of the person, and their own word on it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import open_engine

if TYPE_CHECKING:
    import argparse

    from edge_engine.insights.moment import Moment
    from edge_engine.insights.profile import Profile

_MARKS: Final = {"urgent": "!", "attention": "•", "info": "·"}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    moments_ = commands.add_parser("moments", parents=[shared], help="what is worth a word now")
    moments_.set_defaults(run=moments)
    one = commands.add_parser(
        "profile", parents=[shared], help="what is supposed of your habits: look, correct, refuse"
    )
    one.set_defaults(run=profile, saying="")
    asked = one.add_subparsers(dest="saying", metavar="WHAT")
    # Options stand before the word as well as after it.
    said = asked.add_parser("not-true", help="it is not so, for ever: never inferred again")
    said.add_argument("name", metavar="NAME", help="of the trait")
    said = asked.add_parser("confirm", help="it is so: what is shown becomes your own word")
    said.add_argument("name", metavar="NAME", help="of the trait")
    said = asked.add_parser("set", help="say in your own word what is so")
    said.add_argument("name", metavar="NAME", help="of the trait")
    said.add_argument("value", metavar="VALUE", help="a word or a number")
    said = asked.add_parser("clear", help="take your own word back")
    said.add_argument("name", metavar="NAME", help="of the trait")


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


def profile(arguments: argparse.Namespace) -> int:
    """Show the profile, after keeping what the person says of it."""
    with open_engine(arguments) as engine:
        if arguments.saying in _ANSWERS:
            request: Any = operations.AnswerTrait(arguments.name, _ANSWERS[arguments.saying])
            reply: Profile = operations.call(engine, "profile.answer", request)
        elif arguments.saying:
            value = _value(arguments.value) if arguments.saying == "set" else None
            reply = operations.call(engine, "profile.set", operations.SetTrait(arguments.name, value))
        else:
            reply = operations.call(engine, "profile")
    if arguments.json:
        output.json(reply)
    else:
        _show(output.Screen(), reply)
    return 0


_ANSWERS: Final = {"not-true": "not_true", "confirm": "confirmed"}
_SAYS: Final = {"inferred": "supposed", "confirmed": "you confirmed it", "stated": "you said so"}


def _value(text: str) -> float | str:
    """Return a number where it is one."""
    with suppress(ValueError):
        return float(text)
    return text


def _show(screen: output.Screen, reply: Profile) -> None:
    from edge_engine.decisions.facts import FACTS  # noqa: PLC0415 - only who is shown something pays for it

    rows = []
    for one in reply.traits:
        value = one.value.replace("_", " ") if isinstance(one.value, str) else f"{one.value + 0.0:g}"
        basis = f"{len(one.evidence)} payments" if one.evidence else ""
        told = sum(count.n for count in one.events)
        basis = basis or (f"{told} app events" if told else "")
        rows.append(
            [one.name, FACTS[one.name].says, value, f"{one.confidence:.0%}", _SAYS[one.source.value], basis]
        )
    if rows:
        screen.table(
            ["trait", "is", "value", "how sure", "by", "rests on"], rows, right=("value", "how sure")
        )
    else:
        screen.say("Nothing is known so far.")
    if reply.not_true:
        screen.say(
            f"You said that these are not true: {', '.join(reply.not_true)}. Nothing is inferred there."
        )
    hints = reply.hints
    screen.say(f"Together: {reply.archetype.replace('_', ' ')}, because {reply.because}.")
    topics = ", ".join(topic.value.replace("_", " ") for topic in hints.topics)
    layout, tone = hints.layout.value.replace("_", " "), hints.tone.value
    screen.say(f"The app may show {layout}, speak in a {tone} tone, and of {topics}.")
    screen.note("All of it is yours: profile set NAME VALUE, profile not-true NAME, profile clear NAME.")
