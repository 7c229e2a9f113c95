"""A recurring stream and the calendar rule that it follows: plain values, read and written without numpy."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from edge_engine.domain.money import Money

LAST_DAY: Final = 31
"""Day of month that stands for the last day of every month, however long."""


LIKELY: Final = 0.5
"""Confidence from which on a stream's payments are counted on."""

_MISSED: Final = 2
"""Paydays in a row without pay after which it is not counted on: one is an accident, two are none."""


class Cadence(StrEnum):
    """How often a stream comes."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four_weekly"
    MONTHLY = "monthly"
    TWO_MONTHLY = "two_monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class Step(msgspec.Struct, frozen=True):
    """The length of one period: whole days for the weekly cadences, whole months for the others.

    Attributes:
        days: Days from one slot to the next, 0 where the calendar counts in months.
        months: Months from one slot to the next, 0 where it counts in days.
        a_year: Payments in a year.
    """

    days: int
    months: int
    a_year: int

    @property
    def period(self) -> float:
        """Mean length in days."""
        return self.days or self.months * 30.436875


STEPS: Final[dict[Cadence, Step]] = {
    Cadence.WEEKLY: Step(7, 0, 52),
    Cadence.FORTNIGHTLY: Step(14, 0, 26),
    Cadence.FOUR_WEEKLY: Step(28, 0, 13),
    Cadence.MONTHLY: Step(0, 1, 12),
    Cadence.TWO_MONTHLY: Step(0, 2, 6),
    Cadence.QUARTERLY: Step(0, 3, 4),
    Cadence.HALF_YEARLY: Step(0, 6, 2),
    Cadence.YEARLY: Step(0, 12, 1),
}


class RuleKind(StrEnum):
    """What a month rule counts."""

    DAY = "day"
    WORKDAY = "workday"
    WEEKDAY = "weekday"


class Shift(StrEnum):
    """Where a due day that falls on a weekend goes."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"


class Rule(msgspec.Struct, frozen=True):
    """Which day of a month a stream is due.

    Attributes:
        kind: What is counted: days, working days (Monday to Friday) or one weekday.
        n: Which one: 1 is the first, -1 the last working day or weekday; day 31 is the last of every month.
        weekday: 0 Monday to 6 Sunday, for ``RuleKind.WEEKDAY`` alone.
        shift: What happens on weekends, for ``RuleKind.DAY`` alone.
    """

    kind: RuleKind
    n: int
    weekday: int = 0
    shift: Shift = Shift.NONE

    def day(self, month: int) -> int:
        """Return the due day in a month as a proleptic Gregorian ordinal.

        Args:
            month: ``year * 12 + month - 1``.
        """
        year, index = divmod(month, 12)
        first_weekday, length = calendar.monthrange(year, index + 1)
        return date(year, index + 1, 1).toordinal() + self.offset(length, first_weekday)

    def offset(self, length: int, first_weekday: int) -> int:
        """Return how many days after the first of a month the due day is; below 0 where it lies before.

        Args:
            length: Days of the month, 28 to 31.
            first_weekday: Of its first day, 0 Monday to 6 Sunday.
        """
        last = length - 1
        last_weekday = (first_weekday + last) % 7
        if self.kind is RuleKind.DAY:
            day = min(self.n, length) - 1
            over = (first_weekday + day) % 7 - 4
            if over <= 0 or self.shift is Shift.NONE:
                return day
            return day - over if self.shift is Shift.PRECEDING else day + 3 - over
        if self.kind is RuleKind.WEEKDAY:
            if self.n < 0:
                return last - (last_weekday - self.weekday) % 7 + 7 * (self.n + 1)
            return (self.weekday - first_weekday) % 7 + 7 * (self.n - 1)
        if self.n > 0:
            begins = 7 - first_weekday if first_weekday > 4 else 0
            weekday = first_weekday if first_weekday <= 4 else 0
            weeks, weekday_after = divmod(weekday + self.n - 1, 5)
            return begins - weekday + 7 * weeks + weekday_after
        ends = last - max(0, last_weekday - 4)
        weekday = min(last_weekday, 4)
        weeks, weekday_after = divmod(weekday + self.n + 1, 5)
        return ends - weekday + 7 * weeks + weekday_after


class Schedule(msgspec.Struct, frozen=True):
    """When a stream is due: slot 0, 1, 2... and so backwards.

    Attributes:
        cadence: How often.
        origin: Ordinal day of slot 0 for the weekly cadences, its month (``year * 12 + month - 1``) for the
            others.
        rule: Day within the month; null for the weekly cadences.
    """

    cadence: Cadence
    origin: int
    rule: Rule | None = None

    def day(self, slot: int) -> int:
        """Return the due day of a slot as an ordinal."""
        step = STEPS[self.cadence]
        if self.rule is None:
            return self.origin + slot * step.days
        return self.rule.day(self.origin + slot * step.months)

    def first_slot_after(self, day: int) -> int:
        """Return the earliest slot whose due day is later than ``day``."""
        step = STEPS[self.cadence]
        if self.rule is None:
            return (day - self.origin) // step.days + 1
        known = date.fromordinal(day)
        slot = (known.year * 12 + known.month - 1 - self.origin) // step.months - 1
        while self.day(slot) <= day:
            slot += 1
        return slot

    def between(self, after: date, until: date) -> list[date]:
        """Return the due days later than ``after`` and not later than ``until``."""
        days: list[date] = []
        slot = self.first_slot_after(after.toordinal())
        while (day := self.day(slot)) <= until.toordinal():
            days.append(date.fromordinal(day))
            slot += 1
        return days


class Status(StrEnum):
    """Whether a stream still runs, as far as the imported days tell."""

    ACTIVE = "active"
    LATE = "late"
    ENDED = "ended"


class StreamKind(StrEnum):
    """What a stream is to the person."""

    BILL = "bill"
    SUBSCRIPTION = "subscription"
    SALARY = "salary"
    INCOME = "income"


class PriceChange(msgspec.Struct, frozen=True):
    """A fixed amount that became another fixed amount.

    Attributes:
        old: Amount before, signed.
        new: Amount since, signed.
        since: Booking day of the first payment at the new amount.
        a_year: What the change makes in a year at the stream's cadence: ``(new - old) * payments a year``.
        confirmed: Whether the new amount was paid at least twice.
        payments: Vault ids of the last payment before and the first payment since.
    """

    old: Money
    new: Money
    since: date
    a_year: Money
    confirmed: bool
    payments: tuple[int, int]


class Stream(msgspec.Struct, frozen=True):
    """Payments that belong together and come again.

    Attributes:
        id: Stable while payments are added: a hash of its first payment and its cadence.
        kind: What it is to the person.
        merchant: Merchant key.
        leaf: Taxonomy code of most of its payments, 0 where not categorized.
        account: Vault id of the account of its last payment.
        schedule: When it is due.
        status: Whether it still runs.
        first: Booking day of the first payment.
        last: Booking day of the last payment.
        expected: Amount of the next payment, signed: negative leaves the account.
        low: Least of the amounts to expect, by magnitude.
        high: Greatest of the amounts to expect, by magnitude.
        varying: Whether amounts differ from payment to payment, as for energy.
        a_year: Signed amount of a year of payments; nothing is subtracted where the stream has ended.
        next: Next due day; null where the stream has ended.
        next_first: First day of the window of the next payment.
        next_last: Last day of the window of the next payment.
        missed: Slots without a payment between the first and the last payment.
        change: The latest price change; null where there was none.
        confidence: 0 to 1.
        evidence: Vault ids of its payments, in order.
    """

    id: str
    kind: StreamKind
    merchant: str
    leaf: int
    account: int
    schedule: Schedule
    status: Status
    first: date
    last: date
    expected: Money
    low: Money
    high: Money
    varying: bool
    a_year: Money
    next: date | None
    next_first: date | None
    next_last: date | None
    missed: int
    change: PriceChange | None
    confidence: float
    evidence: tuple[int, ...]

    @property
    def cadence(self) -> Cadence:
        """How often it comes."""
        return self.schedule.cadence

    @property
    def outgoing(self) -> bool:
        """Whether money leaves the account."""
        return self.expected.minor < 0

    @property
    def counted_on(self) -> bool:
        """Whether its payments are expected: it runs, and is likely enough to be a stream at all."""
        return self.status is not Status.ENDED and self.confidence >= LIKELY

    def due(self, today: date, until: date) -> list[date]:
        """Return the days of its payments, today left out; one that is awaited since some days is expected tomorrow.

        Pay that was missed and whose next day has passed as well is not counted on until it comes.
        """
        if self.next is None:
            return []
        missed = not self.outgoing and self.status is Status.LATE
        if missed and len(self.overdue(today)) >= _MISSED:
            return []
        days = self.schedule.between(self.next, until)
        return [day for day in (max(self.next, today + timedelta(days=1)), *days) if today < day <= until]

    def overdue(self, today: date) -> list[date]:
        """Return the due days since its last payment, until today, on which nothing of it came."""
        half = timedelta(days=STEPS[self.cadence].period / 2)
        return self.schedule.between(self.last + half, today)
