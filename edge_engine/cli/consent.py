"""``consent``: what is allowed, allow it, take it back, prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import is_there, open_engine, path_of
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Basis, DeliveryChannel, Gate, Recipient
from edge_engine.engine import Engine
from edge_engine.proving import check, key_of

if TYPE_CHECKING:
    import argparse


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser("consent", help="what is allowed, allow it, take it back, prove it")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    one = actions.add_parser("list", parents=[shared], help="every purpose and its state")
    one.set_defaults(run=state)

    one = actions.add_parser("grant", parents=[shared], help="allow purposes")
    one.add_argument("purposes", nargs="+", metavar="PURPOSE")
    one.add_argument(
        "--days", type=int, default=0, help="days until it ends by itself (default: as the policy says)"
    )
    one.set_defaults(run=grant)

    one = actions.add_parser("withdraw", parents=[shared], help="take consent back, at once")
    one.add_argument("purpose")
    one.set_defaults(run=withdraw)

    one = actions.add_parser(
        "receipt", parents=[shared], help="print a consent receipt (ISO/IEC TS 27560, JSON-LD)"
    )
    one.add_argument("purpose")
    one.set_defaults(run=receipt)

    one = actions.add_parser("history", parents=[shared], help="print the consent ledger")
    one.set_defaults(run=history)

    one = actions.add_parser(
        "evidence",
        parents=[shared],
        help="write what an auditor asks for into a folder, or check such a folder",
    )
    way = one.add_mutually_exclusive_group(required=True)
    way.add_argument("--out", metavar="FOLDER", help="write it here; no transaction is in it")
    way.add_argument(
        "--check", metavar="FOLDER", help="check it, without a store; status 1 where it does not hold"
    )
    one.add_argument(
        "--erasure",
        action="append",
        default=[],
        metavar="FILE",
        help="also this receipt that `erase --json` printed",
    )
    one.set_defaults(run=evidence)

    one = actions.add_parser("explain", parents=[shared], help="say which rule decides a use of data")
    one.add_argument("purpose")
    one.add_argument(
        "data", help="a kind of data, such as pd:Transaction; an unknown one is answered by the list"
    )
    one.add_argument("--gate", default="read", help=f"{', '.join(Gate)} (default: read)")
    one.add_argument("--recipient", default="device", help=f"{', '.join(Recipient)} (default: device)")
    one.add_argument("--channel", default="", help=f"{', '.join(DeliveryChannel)} (default: none)")
    one.set_defaults(run=explain)


def state(arguments: argparse.Namespace) -> int:
    """List purposes."""
    # Looking makes no store: where there is none, everything is off.
    with open_engine(arguments) if is_there(path_of(arguments)) else Engine.in_memory() as engine:
        reply = operations.call(engine, "consent.state")
    if arguments.json:
        output.json(reply)
    else:
        rows = [
            [
                one.purpose,
                "on" if one.granted else "off",
                one.expires.date().isoformat() if one.granted and one.expires else "",
                one.gained,
            ]
            for one in reply
        ]
        output.Screen().table(["purpose", "state", "until", "what it gives"], rows)
    return 0


def grant(arguments: argparse.Namespace) -> int:
    """Allow purposes."""
    with open_engine(arguments, create=True) as engine:
        events = []
        # What cannot be granted is refused first, so that a mistyped purpose leaves all of them as they were.
        can_be = {
            one.purpose for one in operations.call(engine, "consent.state") if one.basis is Basis.CONSENT
        }
        for purpose in sorted(arguments.purposes, key=can_be.__contains__):
            event = operations.call(engine, "consent.grant", operations.Grant(purpose, arguments.days))
            events.append(event)
            if not arguments.json:
                # Told one by one: should the disk fill up before the next, this one is on all the same.
                output.Screen().say(
                    f"{event.purpose} is on until {event.expires:%Y-%m-%d}. It can be withdrawn at any time."
                )
    if arguments.json:
        output.json(events)
    return 0


def withdraw(arguments: argparse.Namespace) -> int:
    """Take consent back."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "consent.withdraw", operations.OnePurpose(arguments.purpose))
    if arguments.json:
        output.json(reply)
    else:
        output.Screen().say(f"{arguments.purpose} is off. Deleted: {output.purged(reply.purged)}.")
    return 0


def receipt(arguments: argparse.Namespace) -> int:
    """Print a receipt; it is JSON-LD with or without ``--json``."""
    with open_engine(arguments) as engine:
        output.json(operations.call(engine, "consent.receipt", operations.OnePurpose(arguments.purpose)))
    return 0


def history(arguments: argparse.Namespace) -> int:
    """Print the ledger."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "consent.history")
    if arguments.json:
        output.json(reply)
    else:
        rows = [[str(one.seq), f"{one.at:%Y-%m-%d %H:%M:%S}", one.kind.value, one.purpose] for one in reply]
        output.Screen().table(["entry", "when (UTC)", "what", "purpose"], rows, right=("entry",))
    return 0


def evidence(arguments: argparse.Namespace) -> int:
    """Write evidence, or check what was written."""
    screen = output.Screen()
    if arguments.check:
        faults = check(arguments.check)
        key = key_of(arguments.check)
        if arguments.json:
            output.json({"holds": not faults, "faults": faults, "key": key})
        else:
            for one in faults or ("It holds: every file, every link and every signature.",):
                screen.say(one)
            screen.note(f"By the device key {key}. Compare it with one that you know from elsewhere.")
        return 1 if faults else 0
    request = operations.WriteEvidence(arguments.out, tuple(arguments.erasure))
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "consent.evidence", request)
    if arguments.json:
        output.json(reply)
    else:
        screen.say(
            f"Written to {arguments.out}: {output.count(len(reply.files), 'file')},"
            f" {output.count(reply.entries, 'entry of', 'entries of')} the ledger. No transaction is in it."
        )
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """Say which rule decides."""
    request = operations.Explain(
        arguments.purpose, arguments.data, arguments.gate, arguments.recipient, arguments.channel
    )
    with open_engine(arguments) as engine:
        reply = operations.call(engine, "consent.explain", request)
    if arguments.json:
        output.json(reply)
    else:
        screen = output.Screen()
        screen.say(reply.because + way_to_allow(arguments.purpose, reply.rule))
        if reply.rule in _UNKNOWN:
            policy = Policy.default()
            screen.note(f"{_UNKNOWN[reply.rule]}: {', '.join(getattr(policy, _LISTED[reply.rule]))}")
    # A question about what there is not has no answer; a denial is one.
    return 1 if reply.rule in _UNKNOWN else 0


_UNKNOWN: Final = {"unknown-purpose": "Purposes", "unknown-data": "Kinds of data"}
_LISTED: Final = {"unknown-purpose": "purposes", "unknown-data": "data"}
_ASKED: Final = frozenset(("not-granted", "withdrawn", "expired", "new-since-consent"))


def way_to_allow(purpose: str, rule: str) -> str:
    """Return how the person may allow what was denied; empty where their word does not decide it."""
    return f" To allow it: edge-engine consent grant {purpose}" if rule in _ASKED else ""
