"""``signals`` and ``sync``: what may be counted over many people, what waits, what left, and sending it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import is_there, named_servers, open_engine, path_of, servers
from edge_engine.engine import Engine
from edge_engine.signals import wording

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from edge_engine.signals.preview import Preview, SyncReport

_STATES: Final = {"on": "on", "off": "off", "not_measured": "not yet", "expired": "expired"}
_SHOWN_BYTES: Final = 48


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser("signals", help="what may be counted over many people, what waits, what left")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, help_, run in (
        ("list", "every signal and whether it is on", states),
        ("preview", "what waits to be sent, with its exact bytes, and what would come next", preview),
        ("sent", "what left this device", sent),
        ("budget", "the privacy budget, and what is left of it", budget),
        ("dropped", "what was not sent, and why", dropped),
    ):
        one = actions.add_parser(name, parents=[shared], help=help_)
        one.set_defaults(run=run)
    one = actions.add_parser("document", help="print the documentation of the catalogue, in Markdown")
    one.set_defaults(run=document)

    one = commands.add_parser("sync", parents=[shared], help="measure, seal and send what you allowed")
    one.add_argument("--leader", default="", metavar="URL", help="the leading server (or EDGE_ENGINE_LEADER)")
    one.add_argument("--helper", default="", metavar="URL", help="the helping server (or EDGE_ENGINE_HELPER)")
    one.add_argument(
        "--hurry", action="store_true", help="send at once, not at the random moment of each report"
    )
    one.add_argument(
        "--loopback", action="store_true", help="allow plain HTTP to this same machine, to try it out"
    )
    one.set_defaults(run=sync)


def states(arguments: argparse.Namespace) -> int:
    """List the catalogue."""
    # Looking makes no store: where there is none, everything is off.
    with open_engine(arguments) if is_there(path_of(arguments)) else Engine.in_memory() as engine:
        reply = operations.call(engine, "signals")
    if arguments.json:
        output.json(reply)
        return 0
    rows = [
        [one.id, _STATES[one.state], f"{one.every_days} days", f"{one.epsilon:g}", one.title] for one in reply
    ]
    screen = output.Screen()
    screen.table(["id", "state", "every", "epsilon", "what is counted"], rows, right=("epsilon",))
    screen.note("Off: edge-engine consent grant aggregate_statistics. Each in full: docs/signals.md")
    return 0


def preview(arguments: argparse.Namespace) -> int:
    """Show what waits and what comes next."""
    with open_engine(arguments, reporting=named_servers()) as engine:
        reply: list[Preview] = operations.call(engine, "signals.preview")
    if arguments.json:
        output.json(reply)
        return 0
    screen = output.Screen()
    if not reply:
        screen.say("Nothing waits, and nothing would be measured now.")
    for one in reply:
        _show(screen, one)
    if any(one.bytes for one in reply):
        screen.note("The whole bytes: --json")
    return 0


def _show(screen: output.Screen, one: Preview) -> None:
    days = f"{one.window_from} to {one.window_to}"
    if one.window_from == one.window_to:
        days = f"as it stands on {one.window_from}"
    screen.heading(f"{one.title} ({one.signal}), {days}")
    screen.table(
        ["what", "measured", "split"],
        [
            [entry.name, _number(entry.measured), _number(entry.shared)]
            for entry in wording.telling(one.entries)
        ],
        right=("measured", "split"),
    )
    screen.say(f"Noise: {one.noise or 'not known any more'}. Privacy loss {one.epsilon:g}.")
    sizes = one.sizes
    screen.say(
        f"Bytes: {sizes.report:,} in all; {sizes.public_share:,} for both, {sizes.leader_share:,} for the leader,"
        f" {sizes.helper_share:,} for the helper."
    )
    if one.bytes:
        screen.say(f"{one.bytes[: 2 * _SHOWN_BYTES]}...")
    leaves = one.due is not None and one.state in wording.LEAVES
    screen.note(wording.WAITS[one.state] + (f" To be sent after {_moment(one.due)}." if leaves else ""))


def sent(arguments: argparse.Namespace) -> int:
    """List what left."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "signals.sent")
    if arguments.json:
        output.json(reply)
        return 0
    rows = [
        [
            _moment(one.at),
            one.signal,
            ", ".join(f"{entry.name} {entry.shared}" for entry in wording.telling(one.entries)) or "nothing",
            f"{one.bytes:,}",
            wording.WAYS[one.state],
        ]
        for one in reply
    ]
    screen = output.Screen()
    if rows:
        screen.table(["when (UTC)", "signal", "what was split", "bytes", "state"], rows, right=("bytes",))
    else:
        screen.say("Nothing has left this device.")
    return 0


def budget(arguments: argparse.Namespace) -> int:
    """Show the privacy budget."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "signals.budget")
    if arguments.json:
        output.json(reply)
        return 0
    screen = output.Screen()
    told = f"{reply.spent:g} of {reply.epsilon:g} spent, {reply.left:g} left"
    screen.say(f"{reply.epoch_from} to {reply.epoch_to}: {told}.")
    if reply.by_signal:
        rows = [[name, str(n)] for name, n in sorted(reply.by_signal.items())]
        screen.table(["signal", "contributions"], rows, right=("contributions",))
    return 0


def dropped(arguments: argparse.Namespace) -> int:
    """List what was not sent."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "signals.dropped")
    if arguments.json:
        output.json(reply)
        return 0
    screen = output.Screen()
    if reply:
        rows = [[one.signal, wording.REASONS[one.reason], str(one.n), _moment(one.latest)] for one in reply]
        screen.table(["signal", "why", "times", "when (UTC)"], rows, right=("times",))
    else:
        screen.say("Nothing was dropped.")
    return 0


def document(arguments: argparse.Namespace) -> int:
    """Print docs/signals.md."""
    from edge_engine.signals.catalogue import Catalogue  # noqa: PLC0415 - only this command needs it
    from edge_engine.signals.documentation import markdown  # noqa: PLC0415

    del arguments
    sys.stdout.write(markdown(Catalogue.default()))
    return 0


def sync(arguments: argparse.Namespace) -> int:
    """Synchronize once."""
    with open_engine(arguments, reporting=servers(arguments)) as engine:
        reply: SyncReport = operations.call(engine, "sync", operations.Sync(arguments.hurry))
    if arguments.json:
        output.json(reply)
    else:
        screen = output.Screen()
        for title, names in (
            ("Measured", reply.measured),
            ("Sealed", reply.sealed),
            ("Sent", reply.sent),
            ("Refused by the server", reply.refused),
            ("Had been sent before, and the server has it or has closed its batch", reply.known),
            ("Over the privacy budget", reply.over_budget),
        ):
            if names:
                screen.say(f"{title}: {', '.join(names)}.")
        if reply.waiting:
            screen.say(
                f"{output.count(reply.waiting, 'report')} to be sent, from {_moment(reply.next)} UTC on."
            )
        elif not (reply.measured or reply.sent or reply.dropped):
            screen.say("Nothing to send.")
        if reply.dropped:
            screen.say(
                f"{output.count(reply.dropped, 'report')} dropped unsent; edge-engine signals dropped says why."
            )
        for name, code in reply.problems.items():
            screen.note(f"{name} {wording.problem(code)}")
    return 1 if reply.problems else 0


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
