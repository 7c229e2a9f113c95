"""What the person is shown of signals: what waits, what comes next, what left, and what is left of the budget."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec

from edge_engine.signals.budget import spent
from edge_engine.signals.catalogue import DAY, MICRO, Noise, Signal, SignalType, read_signal
from edge_engine.signals.randomize import margin, scale, variance
from edge_engine.vault.signals import SentState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.signals.catalogue import Budget
    from edge_engine.signals.measure import Measurement
    from edge_engine.vault.signal_queries import ChargeRow, DropRow, SentRow, WaitingRow

_STATES = {SentState.MAY_HAVE_LEFT: "may_have_left", SentState.TAKEN: "taken", SentState.REFUSED: "refused"}


class SignalView(msgspec.Struct, frozen=True):
    """One signal of the catalogue as it stands on this device.

    Attributes:
        id: Identifier.
        title: A few words for people.
        counts: What exactly is counted.
        state: ``on``, ``off`` where consent is missing, ``not_measured`` or ``expired``.
        why: Which rule decides, or why it is not measured.
        purposes: Every purpose that it takes.
        epsilon: Privacy loss of one contribution.
        noise: Who blurs it, and how, in words.
        every_days: A device contributes once in so many days at most.
        min_batch: Fewest contributions that are ever added up.
        expires: First day on which it is neither measured nor sent.
    """

    id: str
    title: str
    counts: str
    state: str
    why: str
    purposes: tuple[str, ...]
    epsilon: float
    noise: str
    every_days: int
    min_batch: int
    expires: date


class Entry(msgspec.Struct, frozen=True):
    """One number of a contribution.

    Attributes:
        name: What it counts.
        measured: As measured, within its bounds; null where it is not known any more.
        shared: As it is split, with this device's noise and margin; null before noise is drawn.
    """

    name: str
    measured: int | None
    shared: int | None


class Sizes(msgspec.Struct, frozen=True):
    """Bytes of a report; the same for every value.

    Attributes:
        public_share: Told to both servers.
        leader_share: Sealed for the leader.
        helper_share: Sealed for the helper.
        report: The whole upload.
    """

    public_share: int
    leader_share: int
    helper_share: int
    report: int


NO_SIZES = Sizes(0, 0, 0, 0)
"""Of a report that will never be made."""


class Preview(msgspec.Struct, frozen=True):
    """One contribution before it leaves.

    Attributes:
        signal: Identifier.
        title: A few words for people.
        state: ``next``: would be measured now; ``over_budget``: would be, and the budget does not reach; ``charged``:
            measured and charged; ``sealed``: its bytes are made; ``other_servers``: they are made for other servers
            than are named now; ``other_catalogue``: for a signal that is another one, or gone, in the catalogue of
            today. The last two wait for theirs to come back; what is of a signal that is gone is dropped by a sync.
        window_from: First day of the window that it is of; of what is counted as it stands, the day on which it is
            measured.
        window_to: Last day.
        entries: Its numbers; by their places where it is not known any more what they count.
        clipped: Entries that were cut to their bounds.
        bucketed: Entries that became a bucket.
        noise: Who blurs it, and how, in words; empty where it is not known any more.
        epsilon: Privacy loss.
        sizes: Of its report.
        due: When it may be sent; null where it is not in the outbox.
        attempts: How often it was tried.
        bytes: The exact bytes of the report, hexadecimal; empty before it is sealed.
    """

    signal: str
    title: str
    state: str
    window_from: date
    window_to: date
    entries: tuple[Entry, ...]
    clipped: int
    bucketed: int
    noise: str
    epsilon: float
    sizes: Sizes
    due: datetime | None
    attempts: int
    bytes: str


class SentReport(msgspec.Struct, frozen=True):
    """A report that left this device, or may have.

    Attributes:
        signal: Identifier.
        window_from: First day of the window that it is of; null where it is not known any more, or it is counted as it
            stood.
        at: Moment of the first attempt.
        attempts: How often the same bytes were sent.
        state: ``taken``; ``refused``; or ``may_have_left`` where that is all that is known: no answer came, or one to
            a later attempt that does not tell whether the first was taken.
        entries: The numbers that were split; by their places where it is not known any more what they count.
        bytes: Length of the report.
        sha256: Of the report, hexadecimal.
        report_id: As the servers know it, hexadecimal.
        task_id: Of the task, hexadecimal.
        purposes: Every purpose under whose consent it left.
        noise: Who blurs it, and how, in words; empty where it is not known any more.
    """

    signal: str
    window_from: date | None
    at: datetime
    attempts: int
    state: str
    entries: tuple[Entry, ...]
    bytes: int
    sha256: str
    report_id: str
    task_id: str
    purposes: tuple[str, ...] = ()
    noise: str = ""


class BudgetView(msgspec.Struct, frozen=True):
    """The privacy budget of this device.

    Attributes:
        epoch_from: First day of the epoch.
        epoch_to: Last day.
        epsilon: Most that is lost in an epoch.
        delta: Probability with which that may not hold.
        spent: What is lost so far.
        left: What is not.
        by_signal: Contributions that count in this epoch by signal; also those of an epoch of another length, from
            a catalogue before, that shares days with it.
    """

    epoch_from: date
    epoch_to: date
    epsilon: float
    delta: float
    spent: float
    left: float
    by_signal: dict[str, int]


class Dropped(msgspec.Struct, frozen=True):
    """What was not sent.

    Attributes:
        signal: Identifier.
        reason: ``rows``, ``bytes``, ``age``, ``expired``, ``denied``, ``task``, ``refused`` or ``budget``.
        n: How often.
        latest: The latest time.
    """

    signal: str
    reason: str
    n: int
    latest: datetime


class SyncReport(msgspec.Struct, frozen=True):
    """What one synchronization did; signals by identifier.

    Attributes:
        measured: Contributed to, charged and put into the outbox.
        sealed: Their bytes were made.
        sent: The leader has their reports.
        refused: The leader refused their reports.
        known: Sent before without an answer; now the leader says that it has their reports, or that their batch is
            closed, without telling which.
        over_budget: The privacy budget did not reach for these.
        problems: Code of the error of what is tried again later.
        dropped: Rows that were dropped from the outbox.
        waiting: Rows that wait.
        next: When the next one is due; null where none waits.
    """

    measured: list[str]
    sealed: list[str]
    sent: list[str]
    refused: list[str]
    known: list[str]
    over_budget: list[str]
    problems: dict[str, str]
    dropped: int
    waiting: int
    next: datetime | None


def noise_in_words(signal: Signal) -> str:
    """Return who blurs a signal, and how."""
    if signal.noise is Noise.AT_COLLECTION:
        return f"discrete Laplace noise of scale {float(scale(signal)):g} added to the sum by each of both servers"
    if signal.noise is Noise.RANDOMIZED_RESPONSE:
        choices = signal.length if signal.type is SignalType.HISTOGRAM else 2
        return f"randomized response among {choices} on this device: the truth e^{signal.epsilon:g} times as likely"
    lifted = f", lifted by {margin(signal)}"
    if signal.noise is Noise.LAPLACE:
        return f"discrete Laplace noise of scale {float(scale(signal)):g} on this device{lifted}"
    return f"discrete Gaussian noise of variance {float(variance(signal)):g} on this device{lifted}"


def entries_of(
    signal: Signal, measured: Sequence[int] | None, shared: Sequence[int] | None
) -> tuple[Entry, ...]:
    """Return the numbers of a contribution by name; of a histogram, every bucket with 0 or 1."""
    if signal.type is SignalType.HISTOGRAM:
        return tuple(
            Entry(
                signal.entry(at),
                None if measured is None else int(measured[0] == at),
                None if shared is None else int(shared[0] == at),
            )
            for at in range(signal.length)
        )
    return tuple(
        Entry(
            signal.entry(at),
            None if measured is None else measured[at],
            None if shared is None else shared[at],
        )
        for at in range(signal.length)
    )


def _fitting(
    signal: Signal | None, measured: Sequence[int] | None, shared: Sequence[int]
) -> tuple[Entry, ...]:
    """Return the numbers of a contribution by name, or by place where it is not known what they counted."""
    if signal is not None and len(shared) == (1 if signal.type is SignalType.HISTOGRAM else signal.length):
        return entries_of(signal, measured, shared)
    return tuple(
        Entry(str(at), None if measured is None else measured[at], value) for at, value in enumerate(shared)
    )


def window_days(signal: Signal, window: int) -> tuple[date, date]:
    """Return the first and the last day, UTC, of a window."""
    first = window * signal.cadence_days
    return _day(first), _day(first + signal.cadence_days - 1)


def _days(signal: Signal, window: int, measured_at: int) -> tuple[date, date]:
    """Return the first and the last day that a contribution tells of."""
    if signal.momentary:
        return (_day(measured_at // DAY),) * 2
    return window_days(signal, window)


def of_waiting(
    signal: Signal | None, row: WaitingRow, sizes: Sizes, state: str, charge: ChargeRow
) -> Preview:
    """Show a row of the outbox.

    Args:
        signal: As it was charged; None where that is not known.
        row: The row.
        sizes: Of its report.
        state: See `Preview`.
        charge: What was charged for it.
    """
    first, last = _day(charge.begins // DAY), _day(charge.ends // DAY - 1)
    if signal is not None:
        first, last = _days(signal, row.window, row.made)
    return Preview(
        signal=row.signal,
        title=row.signal if signal is None else signal.title,
        state=state,
        window_from=first,
        window_to=last,
        entries=_fitting(signal, _numbers(row.measured), _numbers(row.shared)),
        clipped=row.clipped,
        bucketed=row.bucketed,
        noise="" if signal is None else noise_in_words(signal),
        epsilon=charge.epsilon / MICRO,
        sizes=sizes,
        due=_moment(row.due),
        attempts=row.attempts,
        bytes="" if row.report is None else row.report.hex(),
    )


def of_next(
    signal: Signal, window: int, measured: Measurement, sizes: Sizes, now: int, *, affordable: bool
) -> Preview:
    """Show what would be measured now, or would be if the budget reached."""
    first, last = _days(signal, window, now)
    shared = measured.values if signal.noise is Noise.AT_COLLECTION else None
    return Preview(
        signal=signal.id,
        title=signal.title,
        state="next" if affordable else "over_budget",
        window_from=first,
        window_to=last,
        entries=entries_of(signal, measured.values, shared),
        clipped=measured.clipped,
        bucketed=measured.bucketed,
        noise=noise_in_words(signal),
        epsilon=signal.epsilon,
        sizes=sizes,
        due=None,
        attempts=0,
        bytes="",
    )


def of_sent(row: SentRow) -> SentReport:
    """Show a report that left, as it was charged."""
    signal = read_signal(row.told)
    entries = _fitting(signal, None, _numbers(row.shared))
    return SentReport(
        signal=row.signal,
        window_from=None if signal is None or signal.momentary else window_days(signal, row.window)[0],
        at=_moment(row.at),
        attempts=row.attempts,
        state=_STATES[SentState(row.state)],
        entries=entries,
        bytes=row.size,
        sha256=row.sha256.hex(),
        report_id=row.report_id.hex(),
        task_id=row.task.hex(),
        purposes=tuple(row.purpose.split()),
        noise="" if signal is None else noise_in_words(signal),
    )


def counting(budget: Budget, charges: Sequence[ChargeRow], seconds: int) -> tuple[int, list[ChargeRow]]:
    """Return the first second of the epoch that is charged now, and every charge that counts in it.

    The epoch is the clock's, or a later one that was charged before.
    """
    at = max([seconds, *(row.at for row in charges)])
    begins = at - at % budget.epoch_seconds
    return begins, [row for row in charges if row.epoch_ends > begins]


def losses_of(charges: Sequence[ChargeRow]) -> list[tuple[int, bool]]:
    """Return the losses of charges as the budget reckons them."""
    return [(row.epsilon, bool(row.pure)) for row in charges]


def of_budget(budget: Budget, charges: Sequence[ChargeRow], seconds: int) -> BudgetView:
    """Show the budget of the epoch that is charged now."""
    begins, mine = counting(budget, charges, seconds)
    lost = spent(budget, losses_of(mine))
    by_signal: dict[str, int] = {}
    for row in mine:
        by_signal[row.signal] = by_signal.get(row.signal, 0) + 1
    return BudgetView(
        epoch_from=_day(begins // DAY),
        epoch_to=_day(begins // DAY + budget.epoch_days - 1),
        epsilon=budget.epsilon,
        delta=budget.delta,
        spent=lost / MICRO,
        left=max(budget.most - lost, 0) / MICRO,
        by_signal=by_signal,
    )


def of_drop(row: DropRow) -> Dropped:
    """Show what was not sent."""
    return Dropped(row.signal, row.reason, row.n, _moment(row.latest))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _day(days: int) -> date:
    return _moment(days * DAY).date()
