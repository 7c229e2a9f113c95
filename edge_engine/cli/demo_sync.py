"""``demo-sync``: two hundred devices are counted by two servers that see none of them, told on one screen."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final, NoReturn

from edge_engine.cli import output
from edge_engine.cli.center import offer

if TYPE_CHECKING:
    import argparse

    from edge_engine.cli.fleet_told import Bytes, Collected, Told, Withdrawal

DEVICES: Final = 200
SEED: Final = 1
_SHOWN: Final = 24
_BAR: Final = 40


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the command."""
    one = commands.add_parser(
        "demo-sync", help="let many simulated devices be counted by two servers on this machine"
    )
    one.add_argument("--devices", type=int, default=DEVICES, metavar="N", help=f"how many; {DEVICES}")
    one.add_argument("--seed", type=int, default=SEED, help="other people")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run)
    del shared


def run(arguments: argparse.Namespace) -> int:
    """Run the fleet and tell what happened."""
    from edge_engine.cli.fleet_run import gather  # noqa: PLC0415 - loads servers and engines
    from edge_engine.cli.fleet_run import run as run_fleet  # noqa: PLC0415 - likewise

    people = gather(arguments.seed, arguments.devices)
    began = time.perf_counter()
    # Told to end, this ends its own servers too: the way out leads through every block that closes something.
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        screen = output.Screen()
        if not arguments.json:
            screen.say(
                f"Edge Engine: {arguments.devices} simulated devices and three processes on this computer alone."
            )
        with screen.progress("Counting", 2 * arguments.devices) as advance:
            told = run_fleet(people, advance)
    finally:
        signal.signal(signal.SIGTERM, before)
    if arguments.json:
        output.json(told)
    else:
        tell(screen, told)
        screen.note(
            f"{time.perf_counter() - began:.1f} seconds in all; "
            + ("every process that was started has ended." if told.ended else "a process has not ended.")
        )
        screen.say()
        screen.say(offer())
    return 0 if told.ended else 1


def tell(screen: output.Screen, told: Told) -> None:
    """Tell a run."""
    screen.heading("1  Two servers that do not trust each other")
    pids = ", ".join(f"{role} {pid}" for role, pid in sorted(told.processes.items()))
    screen.say(f"Leader {told.leader}, helper {told.helper}, over TLS (processes: {pids}).")
    screen.say(
        f"{told.agreed} of {told.devices} people agreed to be counted. Their devices measured, charged their privacy"
        f" budget and sealed their reports in {told.seconds['devices']} s."
    )
    _tell_bytes(screen, told.bytes)
    _tell_withdrawal(screen, told.withdrawal)
    screen.heading("4  What the collector gets, beside the truth that nobody has")
    for one in told.collected:
        _tell_sum(screen, one)
    _tell_end(screen, told)


def _tell_bytes(screen: output.Screen, one: Bytes) -> None:
    screen.heading(f"2  Every byte that leaves device {one.device}: {one.signal}, measured: {one.value}")
    rows = [
        [what, f"{len(raw) // 2:,}", f"{raw[:_SHOWN]}{'...' if len(raw) > _SHOWN else ''}", who]
        for what, raw, who in (
            ("the whole report", one.report, "the leader"),
            ("public share", one.public_share, "both"),
            ("sealed for the leader", one.leader_sealed, "the leader opens it"),
            ("sealed for the helper", one.helper_sealed, "the helper opens it"),
            ("opened by the leader", one.leader_opened, "random numbers and a proof"),
            ("opened by the helper", one.helper_opened, "random seeds"),
        )
    ]
    screen.table(["what", "bytes", "first bytes", "for whom"], rows, right=("bytes",))
    at = one.together.index(1) if 1 in one.together else 0
    screen.say(
        f"Share number {at} of the leader: {_short(one.leader_numbers[at])}."
        f" Of the helper: {_short(one.helper_numbers[at])}."
        f" Either alone is as random as dice; added up, which neither server can, they make {one.together[at]}."
    )


def _tell_withdrawal(screen: output.Screen, one: Withdrawal) -> None:
    screen.heading(f"3  Device {one.device} withdraws when half of the others have sent")
    screen.say(
        f"Its outbox held {output.count(one.waited, 'sealed report')}; deleted before the call returned:"
        f" {output.purged(one.purged)}; left: {one.left}. Reports that it ever sent: {one.sent}."
    )
    asked = f"refused [{one.code}, rule {one.rule}]" if one.code else "NOT refused"
    counts = "; ".join(
        f"{name} {before} before, {one.server_after[name]} after"
        for name, before in one.server_before.items()
    )
    screen.say(
        f"Told to send all the same: {asked}, {output.count(one.requests, 'request')} made."
        f" Reports that the leader counted: {counts}."
    )


def _tell_sum(screen: output.Screen, one: Collected) -> None:
    screen.say()
    screen.say(f"{one.title} ({one.signal}), {one.reports} reports")
    most = max(1, *(max(column.truth, column.collected) for column in one.columns))
    rows = [
        [
            column.name,
            str(column.collected),
            str(column.truth),
            f"{column.collected - column.truth:+d}",
            "#" * (_BAR * max(column.collected, 0) // most),
        ]
        for column in one.columns
    ]
    screen.table(["", "collected", "truth", "off by", "what"], rows, right=("collected", "truth", "off by"))
    screen.note(
        f"Noise: {one.noise} (epsilon {one.epsilon:g}). Standard deviation of both: {one.deviation}; seen: {one.error}."
    )


def _tell_end(screen: output.Screen, told: Told) -> None:
    screen.heading("5  What was left out, and what it cost")
    refused = ", ".join(f"{n} without consent [{code}]" for code, n in told.refused.items()) or "none"
    dropped = ", ".join(f"{reason} {n}" for reason, n in told.dropped.items()) or "none"
    screen.say(
        f"Devices left out: {refused}, and device {told.withdrawal.device}, which withdrew."
        f" Reports dropped for other reasons: {dropped}."
    )
    for name, n in told.sent.items():
        screen.say(
            f"{name}: {n} sent by devices; leader {_counts(told.leader_counts[name])};"
            f" helper {_counts(told.helper_counts[name])}."
        )
    budget = told.budget
    screen.say(
        f"Privacy budget of device {told.bytes.device}: {budget['spent']:g} of {budget['epsilon']:g} spent,"
        f" {budget['left']:g} left for these four weeks."
    )
    screen.note(
        "The catalogue asks for 500 people and epsilon 0.25; over so few its noise would hide everything, so that"
        f" these two signals run here with {told.collected[0].epsilon:g} and batches of 10."
    )
    times = ", ".join(f"{name} {took} s" for name, took in told.seconds.items())
    screen.note(f"Times: {times}.")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{what} {n}" for what, n in counts.items()) or "nothing"


def _short(number: str) -> str:
    return number if len(number) <= 12 else f"{number[:12]}... ({len(number)} digits)"


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
