"""What a fleet run depends on and what it finds, device by device: JSON that is the same wherever it was made.

A run is a folder::

    settings.json    Settings, all that the numbers depend on
    devices.jsonl    DeviceRecord, one a line, in the order of their numbers
    aggregates.json  Aggregate, each sum over devices, with its truth and its noise
    timings.json     Timings, the only file that knows of wall-clock time

# INVARIANT: for one ``Settings`` and one number a ``DeviceRecord`` is the same, byte for byte, on one machine, whatever
# ran it and beside how many others. Nothing in it is drawn from the operating system, and no moment in it is of this
# world: days count from 0 on the first day of the run.

Numbers that are no whole ones are rounded to ``DIGITS`` when they are written down.

Whatever a record says of people (expected rewards, trust, what is best) is what `simulation.behaviour` assumes, and
is no finding about real ones.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

T = TypeVar("T")

SETTINGS: Final = "settings.json"
DEVICES: Final = "devices.jsonl"
AGGREGATES: Final = "aggregates.json"
TIMINGS: Final = "timings.json"

MONTH: Final = 30
"""Days of what a record calls a month: months of one length can be compared."""

WEEK: Final = 7
DIGITS: Final = 6
"""Decimal digits of a number that is no whole one; more would tell one processor from another."""


class PriorKind(StrEnum):
    """What a device expects of suggestions before it learned anything itself."""

    NONE = "none"
    """Nothing: it starts cold."""
    SHIPPED = "shipped"
    """What the recommender that ships with the engine says."""
    FLEET = "fleet"
    """What many devices taught: ``Settings.prior_file``, alone or beside the recommender, as the file says itself."""


class DecidedBy(StrEnum):
    """Who puts in order what may be suggested, after consent, conditions and guards left of it what they leave."""

    ENGINE = "engine"
    RANDOM = "random"
    NOBODY = "nobody"
    """Nothing is suggested to anybody."""


class Outlooks(StrEnum):
    """What says where balances are heading, when something is decided."""

    MODEL = "model"
    """The trajectory model beside habits, as the engine has it; half of the time of a look goes into trying it."""
    HABITS = "habits"
    """Habits alone, as on a device whose model was lost."""


class Collecting(StrEnum):
    """What becomes of signals."""

    SAMPLED = "sampled"
    """The engine measures, charges and blurs on the devices; the servers' noise on a sum is drawn by their own code."""
    SENT = "sent"
    """As well, and the last window of each signal goes, sealed, through both built-in aggregators."""
    NOTHING = "nothing"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that the numbers of a run depend on, beside the program itself.

    Attributes:
        devices: How many; numbered from 0.
        days: How long each is lived, from day 0.
        seed: Other people and other chance for another one.
        end: The last day.
        countries: Where people live, as `simulation.population` knows them.
        policy: Folder of a consent policy; empty for the one that ships.
        offers: Folder with ``offers.toml``, ``guards.toml`` and ``experiments.toml``; empty for those that ship.
        signals: Folder with ``signals.toml``; empty for the one that ships.
        digests: SHA-256 of every file that rules, models and priors were read from, by its name: folders may change.
        decided_by: Who puts suggestions in order.
        prior: What is expected before anything was learned.
        prior_file: Of a fleet's prior.
        prior_ridge: What a fleet's prior is worth beside what a device learns, in outcomes; 0 for what it says itself.
        holdout: Share of devices, drawn by chance, on which nothing is ever suggested.
        channels: Where suggestions are asked for: ``feed`` and ``modal`` when the app is opened, ``push`` while it is
            not.
        epsilon_factor: By which every signal's epsilon, and the budget, is multiplied.
        collecting: What becomes of signals.
        outlooks: What says where balances are heading, when something is decided.
        signal_weeks: Weeks at the end of the run in which signals are measured; 0 for all of it.
        forecasts: Share of people, drawn by chance, who look at an outlook every four weeks.
        history: Months of money that the device is told of on its first day.
        ask_days: Days between two times that the app asks for suggestions, at least; it may be opened more often.
        behaviour: Numbers of ``behaviour.toml`` that are other ones here, by name.
        retention: Numbers of ``retention.toml`` that are other ones here, by name.
    """

    devices: int
    days: int
    seed: int
    end: date
    countries: tuple[str, ...] = ("GB", "US", "DE", "AU")
    policy: str = ""
    offers: str = ""
    signals: str = ""
    digests: dict[str, str] = {}
    decided_by: DecidedBy = DecidedBy.ENGINE
    prior: PriorKind = PriorKind.SHIPPED
    prior_file: str = ""
    prior_ridge: float = 0.0
    holdout: float = 0.1
    channels: tuple[str, ...] = ("feed", "modal", "push")
    epsilon_factor: float = 1.0
    collecting: Collecting = Collecting.SAMPLED
    outlooks: Outlooks = Outlooks.MODEL
    signal_weeks: int = 8
    forecasts: float = 0.1
    history: int = 3
    ask_days: int = 3
    behaviour: dict[str, float] = {}
    retention: dict[str, float] = {}

    @property
    def weeks(self) -> int:
        """Weeks that the run touches; the last may be a part of one."""
        return -(-self.days // WEEK)

    @property
    def months(self) -> int:
        """Months of 30 days that the run touches."""
        return -(-self.days // MONTH)


class Categorized(msgspec.Struct, frozen=True):
    """How the categorizer did on what was booked in one month, against the simulation's truth.

    Attributes:
        month: Months of 30 days since day 0.
        right: Transactions with their true leaf.
        wrong: With another one.
        unsure: With none: the model was not sure, and nobody else said.
    """

    month: int
    right: int
    wrong: int
    unsure: int


class Candidate(msgspec.Struct, frozen=True):
    """Something that might have been suggested.

    Attributes:
        offer: Its identifier.
        family: What it does to money.
        features: Five whole 128ths, as `decisions.features` lists them.
        expected: Mean reward of showing it to this person at that moment, as the behaviour model knows it and nobody
            who decides does.
    """

    offer: str
    family: str
    features: tuple[int, ...]
    expected: float


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion that was shown, and what came of it.

    Attributes:
        day: Days since day 0.
        offer: Its identifier.
        kind: What it is.
        family: What it does to money.
        channel: Where it was shown.
        intrusive: Whether it interrupted.
        reaction: What came: ``none``, ``opened``, ``acted``, ``closed``, ``not_now`` or ``never``.
        reward: What that is worth, -1 to 1.
        expected: Mean reward of it, as the behaviour model knows it.
        best: The largest mean reward among the candidates: what an oracle would have chosen.
        propensity: The chance that it had of being chosen.
        prior: What the prior expected of it; 0 without one.
        expected_by_engine: What prior and device expected of it together.
        context: Six whole 128ths, as `decisions.features` lists them.
        candidates: Everything that it was chosen from, itself among them.
        chosen: Its place among them.
        stressed: Whether money truly was short.
        stress_known: Whether the engine took the person to be in stress.
        value: What it is worth to the person in a year, where they acted; minor units, else 0.
        trust: Before it was shown, 0 to 1.
        tired: Likewise, suggestions as they are still felt.
    """

    day: int
    offer: str
    kind: str
    family: str
    channel: str
    intrusive: bool
    reaction: str
    reward: float
    expected: float
    best: float
    propensity: float
    prior: float
    expected_by_engine: float
    context: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    chosen: int
    stressed: bool
    stress_known: bool
    value: int
    trust: float
    tired: float

    @property
    def regret(self) -> float:
        """What the best candidate was expected to bring beyond this one."""
        return self.best - self.expected


class Forecasts(msgspec.Struct, frozen=True):
    """How outlooks did, so many weeks ahead.

    Attributes:
        quantity: ``balance`` at the end of a week, or ``outflow`` within it.
        weeks: Weeks ahead.
        came: Forecasts whose week has come.
        inside: Of them, those between p10 and p90.
        below: Below p10.
        above: Above p90.
    """

    quantity: str
    weeks: int
    came: int
    inside: int
    below: int
    above: int


class Withdrawal(msgspec.Struct, frozen=True):
    """A consent that was taken back on a day."""

    day: int
    purpose: str


class SignalGiven(msgspec.Struct, frozen=True):
    """What a device gave to one signal in one window.

    Attributes:
        signal: Identifier.
        window: Number of the window, counted from 1970 in the signal's own length.
        measured: As the engine measured it, within its bounds.
        shared: As it leaves the device, with its own noise and margin where there is any; empty where the budget did
            not reach and nothing left.
    """

    signal: str
    window: int
    measured: tuple[int, ...]
    shared: tuple[int, ...]


class Work(msgspec.Struct, frozen=True):
    """What a device had to do, as counts that no clock moves; batteries are not simulated.

    Pages of the store are not among them: identifiers of decisions are secrets, and where they fall decides how many
    pages an index takes.

    Attributes:
        imports: Times that something was taken in.
        transactions: Transactions taken in.
        categorizer: Texts that the categorizer looked at.
        looks: Times that everything was looked at anew for a decision.
        rankings: Times that candidates were put in order.
        outlooks: Outlooks worked out for the person.
        rows: Rows written to the store.
        reports: Reports made for servers.
        report_bytes: Their size as sent.
    """

    imports: int = 0
    transactions: int = 0
    categorizer: int = 0
    looks: int = 0
    rankings: int = 0
    outlooks: int = 0
    rows: int = 0
    reports: int = 0
    report_bytes: int = 0


class DeviceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One device and its person, lived from day 0 until they left or the run ended.

    Attributes:
        number: Of the device.
        persona: A short name of the group that the person belongs to.
        country: ISO 3166-1 alpha-2.
        currency: ISO 4217; every amount is in its minor units.
        holdout: Whether nothing was suggested because chance said so.
        left_on: The day on which the person left; null where they stayed.
        opened: Days on which the app was opened.
        stressed: Days on which money truly was short.
        transactions: How many were taken in within the run; what was known before it does not count.
        categorized: By month.
        suggested: In order.
        silences: How often nothing was suggested, by the rule that kept back what came farthest; ``nothing`` where
            nothing called for anything.
        trust: At the end of each week, 0 to 1, until the person left.
        tired: Likewise.
        leaving: The daily chances of leaving, by the retention model, added up over the days of each week on which the
            person was there. Over many people the sum of all weeks is the share who left (it is what leaving is
            expected to come to), and less is left to luck in it than in ``left_on``.
        forecasts: How outlooks did.
        value: What was received in a year's money by acting, by kind of offer; minor units.
        spends: Usual spending in a month, minor units: what ``value`` may be compared with.
        consents: Purposes that were on at the end of each week.
        withdrawals: In order of day.
        signals: In order of window.
        refused: Contributions that the budget did not reach for.
        work: What it took.
    """

    number: int
    persona: str
    country: str
    currency: str
    holdout: bool
    left_on: int | None
    opened: tuple[int, ...]
    stressed: tuple[int, ...]
    transactions: int
    categorized: tuple[Categorized, ...]
    suggested: tuple[Suggested, ...]
    silences: dict[str, int]
    trust: tuple[float, ...]
    tired: tuple[float, ...]
    leaving: tuple[float, ...]
    forecasts: tuple[Forecasts, ...]
    value: dict[str, int]
    spends: int
    consents: tuple[tuple[str, ...], ...]
    withdrawals: tuple[Withdrawal, ...]
    signals: tuple[SignalGiven, ...]
    refused: int
    work: Work


class Aggregate(msgspec.Struct, frozen=True, kw_only=True):
    """One signal summed over the devices that gave it in one window.

    Attributes:
        signal: Identifier.
        window: Its number.
        first: First day of the window.
        labels: What each entry counts.
        devices: How many gave it.
        least: Fewest that the servers would tell a sum of.
        told: Whether they are that many. What is below is worked out all the same, to show what it would be.
        epsilon: Privacy loss of each device.
        noise: Who blurs: ``at_collection``, ``randomized_response``, ``laplace`` or ``gaussian``.
        way: ``sampled`` or ``sent``: how ``collected`` came about.
        truth: What devices measured, summed, by entry.
        collected: What the collector has, by entry; noise included, what is known of it (margins, the chance of a
            random answer) taken out.
        deviation: Standard deviation of the noise that was foretold, by entry.
        bound: How far off 95 of 100 are by that foretelling, by entry.
    """

    signal: str
    window: int
    first: date
    labels: tuple[str, ...]
    devices: int
    least: int
    told: bool
    epsilon: float
    noise: str
    way: str
    truth: tuple[float, ...]
    collected: tuple[float, ...]
    deviation: tuple[float, ...]
    bound: tuple[float, ...]

    @property
    def within(self) -> tuple[bool, ...]:
        """Whether each entry lies within what was foretold."""
        return tuple(
            abs(one - truth) <= bound
            for one, truth, bound in zip(self.collected, self.truth, self.bound, strict=True)
        )


class Timings(msgspec.Struct, frozen=True):
    """How long it took; the only part of a run that differs from machine to machine.

    Attributes:
        seconds: From the start to the end of the latest call, what was done before a resumption not counted.
        core_seconds: Processor time over all devices lived in that call.
        devices: Devices lived in that call.
        workers: Processes.
        peak_bytes: Largest resident memory of one process; 0 where the system does not say.
        on: ``processes`` or ``ray``.
        slowest: Core seconds of the slowest device.
    """

    seconds: float
    core_seconds: float
    devices: int
    workers: int
    peak_bytes: int
    on: str
    slowest: float


def rounded(number: float) -> float:
    """Return a number as it is written down; never minus zero."""
    return round(number, DIGITS) + 0.0


def write_file(file: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        InputError: It cannot be written.
    """
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_bytes(content)
        new.replace(file)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise InputError(f"{file} cannot be written") from None


def write_settings(folder: Path, settings: Settings) -> None:
    """Write what a run depends on."""
    write_file(folder / SETTINGS, _written(settings))


def read_settings(folder: Path) -> Settings:
    """Return what a run depended on.

    Raises:
        InputError: The folder holds no run.
    """
    return _read(folder / SETTINGS, Settings)


def write_records(file: Path, records: Sequence[DeviceRecord]) -> None:
    """Write devices, one a line."""
    write_file(file, b"".join(encode(one) for one in records))


def encode(record: DeviceRecord) -> bytes:
    """Return a device's line."""
    return msgspec.json.encode(record, order="deterministic") + b"\n"


def read_records(folder: Path) -> Iterator[DeviceRecord]:
    """Yield the devices of a run, in the order of their numbers, one at a time.

    Raises:
        InputError: The folder holds no finished run, or not every device of it, each once and in order.
    """
    devices = read_settings(folder).devices
    decoder = msgspec.json.Decoder(DeviceRecord)
    number = -1
    try:
        with (folder / DEVICES).open("rb") as file:
            for number, line in enumerate(file):
                one = decoder.decode(line)
                if one.number != number:
                    raise InputError(f"{folder / DEVICES} is damaged: line {number + 1} is of another device")
                yield one
    except OSError:
        raise InputError(f"there is no finished run in {folder}") from None
    except msgspec.MsgspecError:
        raise InputError(f"{folder / DEVICES} was not written by a run of this version") from None
    if number + 1 != devices:
        raise InputError(f"{folder / DEVICES} is damaged: it has {number + 1} of {devices} devices")


def write_aggregates(folder: Path, aggregates: Sequence[Aggregate]) -> None:
    """Write the sums."""
    write_file(folder / AGGREGATES, _written(aggregates))


def read_aggregates(folder: Path) -> list[Aggregate]:
    """Return the sums of a run.

    Raises:
        InputError: The folder holds no finished run, or its sums are lost: the command of the run makes them anew.
    """
    return _read(folder / AGGREGATES, list[Aggregate])


def write_timings(folder: Path, timings: Timings) -> None:
    """Write how long it took."""
    write_file(folder / TIMINGS, _written(timings))


def read_timings(folder: Path) -> Timings:
    """Return how long a run took.

    Raises:
        InputError: The folder holds no finished run.
    """
    return _read(folder / TIMINGS, Timings)


def _written(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _read(file: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except OSError:
        raise InputError(f"there is no finished run in {file.parent}") from None
    except msgspec.MsgspecError:
        raise InputError(f"{file} was not written by a run of this version") from None
