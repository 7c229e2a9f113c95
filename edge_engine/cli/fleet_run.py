"""A fleet of devices sends signals to two servers, and one withdraws amid it: all of it happens, and is counted."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.cli.fleet_told import Bytes, Collected, Column, Told, Withdrawal
from edge_engine.cli.loopback import Servers
from edge_engine.clock import SystemClock
from edge_engine.errors import InputError, PurposeDenied
from edge_engine.signals.catalogue import MICRO, Catalogue
from edge_engine.signals.configuration import Reporting
from edge_engine.signals.preview import noise_in_words
from edge_engine.signals.tasks import task_of
from edge_engine.simulation.fleet import PURPOSE, draw_people, make_device
from edge_engine_sync.aggregator.noise import standard_deviation
from edge_engine_sync.aggregator.parties import load_aggregator, load_collector
from edge_engine_sync.messages import Report, Role
from edge_engine_sync.report import open_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edge_engine.engine import Engine
    from edge_engine.signals.catalogue import Signal
    from edge_engine.signals.preview import Preview, SyncReport
    from edge_engine.simulation.fleet import Person
    from edge_engine_sync.aggregator.parties import Aggregator
    from edge_engine_sync.task import Task
    from edge_engine_sync.transport import Answer, Transport

SIGNALS: Final = ("active_days", "insight_outcomes")
EPSILON: Final = 1.0
"""Of each signal here. The catalogue's 1/4 is for thousands of people; over 200 its noise would hide everything."""

FEWEST: Final = 10
_SETTLE_SECONDS: Final = 20.0
_PAUSE_SECONDS: Final = 0.1
THREADS: Final = 4
"""Devices that are busy at a time; in life each has its own processor."""


@dataclass(frozen=True, slots=True)
class _Device:
    person: Person
    engine: Engine
    wire: _Wire


class _Wire:
    """A device's transport, which counts requests."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.requests = 0

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Count a request and make it."""
        self.requests += 1
        return self._transport.request(method, url, headers, body)


def small_catalogue() -> Catalogue:
    """Return the two signals of the catalogue, with a smaller batch and less noise than over thousands of people."""
    shipped = Catalogue.default()
    chosen = [
        msgspec.structs.replace(shipped.signal(name), min_batch=FEWEST, epsilon=EPSILON) for name in SIGNALS
    ]
    return Catalogue(shipped.version, shipped.issued, shipped.budget, {one.id: one for one in chosen})


def gather(seed: int, count: int) -> list[Person]:
    """Return the people of a fleet.

    Args:
        seed: Other people for another one.
        count: Devices; 20 or more.

    Raises:
        InputError: There are too few devices, or too few of these people agree.
    """
    if count < 2 * FEWEST:
        raise InputError(f"a fleet has {2 * FEWEST} devices or more; fewer are never summed up")
    people = draw_people(seed, count)
    if sum(person.agrees for person in people) <= FEWEST + 2:
        raise InputError("too few of these people agree to be counted; take another seed or more devices")
    return people


def run(people: list[Person], step: Callable[[int, str], None]) -> Told:
    """Let a fleet send, and return what happened.

    Args:
        people: Whose devices they are, see :func:`gather`.
        step: Told how far it is, in devices handled of twice as many as there are, and what goes on.

    Raises:
        InputError: The servers cannot be run here.
    """
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="edge-engine-")))
        servers = closing.enter_context(Servers(folder, small_catalogue()))
        return _Run(servers, people, step, closing).go()


class _Run:
    """The run itself, over servers that answer."""

    def __init__(
        self, servers: Servers, people: list[Person], step: Callable[[int, str], None], closing: ExitStack
    ) -> None:
        self._servers = servers
        self._people = people
        self._step = step
        self._closing = closing
        self._signals = tuple(small_catalogue())
        self._tasks = {one.id: task_of(one, servers.aggregators) for one in self._signals}
        self._clock = SystemClock()
        self._window = self._signals[0].window(int(self._clock.now().timestamp()))
        self._seconds: dict[str, float] = {}
        self._done = 0

    def go(self) -> Told:
        """Make devices, seal, send half, withdraw one, send the rest, collect."""
        processes = {role: process.pid for role, process in self._servers.processes.items()}
        devices = self._timed("devices", lambda: self._each(self._people, self._make, "a device measures"))
        willing = [one for one in devices if one.person.agrees]
        half = len(willing) // 2
        leaving, shown = willing[half], willing[half + 1]
        opened = self._open(shown)
        self._timed("sending", lambda: self._each(willing[:half], self._send, "a device sends"))
        self._settle(willing)
        withdrawal = self._withdraw(leaving)
        rest = [one for one in devices if not one.person.agrees] + willing[half + 1 :]
        self._timed("sending", lambda: self._each(rest, self._send, "a device sends"))
        collected = self._timed("collecting", lambda: [self._collect(one, willing) for one in self._signals])
        counts = {
            role: {name: self._servers.counted(role, task.task_id) for name, task in self._tasks.items()}
            for role in ("leader", "helper")
        }
        budget = shown.engine.signals.budget()
        pids = dict(processes)
        running = list(self._servers.processes.values())
        self._servers.end()
        return Told(
            devices=len(devices),
            leader=self._servers.aggregators.leader,
            helper=self._servers.aggregators.helper,
            processes=pids,
            agreed=len(willing),
            refused=dict(Counter(self._refusal(one) for one in devices if not one.person.agrees)),
            sent={name: len(self._senders(name, devices)) for name in self._tasks},
            dropped=dict(_drops(devices)),
            leader_counts=counts["leader"],
            helper_counts=counts["helper"],
            collected=tuple(collected),
            bytes=opened,
            withdrawal=withdrawal,
            budget={"epsilon": budget.epsilon, "spent": budget.spent, "left": budget.left},
            seconds={name: round(took, 1) for name, took in self._seconds.items()},
            ended=all(process.poll() is not None for process in running),
        )

    def _make(self, person: Person) -> _Device:
        """Make a device, and let it measure, charge its budget and seal; what is sealed waits for its moment."""
        wire = _Wire(self._servers.transport())
        reporting = Reporting(
            self._servers.aggregators.leader,
            self._servers.aggregators.helper,
            catalogue=small_catalogue(),
            transport=wire,
        )
        first = (self._window - 1) * self._signals[0].cadence_days
        device = _Device(person, make_device(person, reporting, self._clock, first), wire)
        self._closing.callback(device.engine.close)
        device.engine.sync()
        return device

    def _send(self, device: _Device) -> SyncReport:
        return device.engine.sync(hurry=True)

    def _open(self, device: _Device) -> Bytes:
        """Open a report that waits, with both servers' keys: what each would see, and what only both would."""
        (waiting,) = [one for one in device.engine.signals.preview() if one.signal == SIGNALS[0]]
        folder = self._servers.folder
        parties = [
            load_aggregator(folder / f"{role.name.lower()}.json", role) for role in (Role.LEADER, Role.HELPER)
        ]
        return open_report(device.person.number, waiting, self._tasks[SIGNALS[0]], parties)

    def _withdraw(self, device: _Device) -> Withdrawal:
        """Withdraw on a device whose reports wait, then let it try all it can."""
        engine = device.engine
        waited = len([one for one in engine.signals.preview() if one.state == "sealed"])
        withdrawn = engine.consent.withdraw(PURPOSE)
        left = len(engine.signals.preview())
        before, requests = self._at_leader(), device.wire.requests
        engine.sync(hurry=True)
        try:
            engine.signals.contribute(SIGNALS[0])
            code, rule = "", ""
        except PurposeDenied as denial:
            code, rule = denial.code, denial.rule
        return Withdrawal(
            device=device.person.number,
            waited=waited,
            purged={table: rows for table, rows in withdrawn.purged.items() if rows},
            left=left,
            code=code,
            rule=rule,
            requests=device.wire.requests - requests,
            server_before=before,
            server_after=self._at_leader(),
            sent=len(engine.signals.sent()),
        )

    def _settle(self, devices: Sequence[_Device]) -> None:
        """Wait until the leader has counted whatever it took, so that its numbers stand still by themselves."""
        taken = {name: len(self._senders(name, devices)) for name in self._tasks}
        deadline = time.monotonic() + _SETTLE_SECONDS
        while self._at_leader() != taken and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)

    def _at_leader(self) -> dict[str, int]:
        return {
            name: sum(self._servers.counted("leader", task.task_id).values())
            for name, task in self._tasks.items()
        }

    def _collect(self, signal: Signal, willing: Sequence[_Device]) -> Collected:
        # Two windows, should one end while this runs.
        told = self._servers.collect(signal.id, self._window, 2)
        senders = self._senders(signal.id, willing)
        names = [signal.entry(at) for at in range(signal.length)]
        truth = Counter(name for one in senders for name in _truth(signal, one.person))
        columns = [
            Column(name, value, truth[name]) for name, value in zip(names, told["result"], strict=True)
        ]
        squares = sum((one.collected - one.truth) ** 2 for one in columns)
        collector = {one.name: one for one in load_collector(self._servers.folder / "collector.json")}
        narrowed = collector[signal.id].sensitivity
        deviation = standard_deviation(self._tasks[signal.id].vdaf, Fraction(signal.loss, MICRO), narrowed)
        return Collected(
            signal=signal.id,
            title=signal.title,
            reports=told["report_count"],
            columns=tuple(columns),
            epsilon=signal.epsilon,
            noise=noise_in_words(signal),
            deviation=round(deviation, 2),
            error=round((squares / len(columns)) ** 0.5, 2),
        )

    def _senders(self, signal: str, devices: Sequence[_Device]) -> list[_Device]:
        """Return the devices whose report the leader took."""
        return [
            one
            for one in devices
            if any(it.signal == signal and it.state == "taken" for it in one.engine.signals.sent())
        ]

    def _refusal(self, device: _Device) -> str:
        try:
            device.engine.signals.contribute(SIGNALS[0])
        except PurposeDenied as denial:
            return denial.code
        return ""

    def _each(self, items: Sequence[Any], do: Callable[[Any], Any], says: str) -> list[Any]:
        made = []
        with ThreadPoolExecutor(THREADS) as pool:
            for one in pool.map(do, items):
                made.append(one)
                self._done += 1
                self._step(self._done, says)
        return made

    def _timed(self, name: str, do: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever was done
        began = time.perf_counter()
        result = do()
        self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - began
        return result


def open_report(device: int, waiting: Preview, task: Task, parties: Sequence[Aggregator]) -> Bytes:
    """Open a report with the keys of both servers and add up what they find."""
    report = Report.decode(bytes.fromhex(waiting.bytes))
    opened, begun = [], []
    for party in parties:
        known = party.tasks[task.task_id]
        key = party.keys[0]
        share = open_share(task, party.role, key.config, key.private_key, report)
        opened.append(share)
        number = party.role - Role.LEADER
        begun.append(
            task.vdaf.verify_init(
                known.verify_key,
                task.context,
                number,
                report.metadata.report_id,
                report.public_share,
                share,
            )
        )
    message = task.vdaf.verifier_shares_to_message(task.context, [share for _, share in begun])
    numbers = [task.vdaf.verify_next(state, message) for state, _ in begun]
    modulus = task.vdaf.field.modulus
    return Bytes(
        device=device,
        signal=waiting.signal,
        value=", ".join(one.name for one in waiting.entries if one.measured),
        report=waiting.bytes,
        public_share=report.public_share.hex(),
        leader_sealed=report.leader_share.payload.hex(),
        helper_sealed=report.helper_share.payload.hex(),
        leader_opened=opened[0].hex(),
        helper_opened=opened[1].hex(),
        leader_numbers=tuple(map(str, numbers[0])),
        helper_numbers=tuple(map(str, numbers[1])),
        modulus=str(modulus),
        together=tuple((one + other) % modulus for one, other in zip(*numbers, strict=True)),
    )


def _truth(signal: Signal, person: Person) -> tuple[str, ...]:
    """Return the entries that a person stands in, from the simulation and not from what a device measured."""
    return (str(len(person.days)),) if signal.id == SIGNALS[0] else person.outcomes


def _drops(devices: Sequence[_Device]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in devices:
        for drop in one.engine.signals.dropped():
            found[drop.reason] += drop.n
    return found
