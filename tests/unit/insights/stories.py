"""Invented households in columns, for the tests of the insights."""

from __future__ import annotations

import calendar
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.series import Postings

TAXONOMY = Taxonomy.default()


@dataclass(frozen=True)
class Row:
    day: date
    minor: int
    merchant: str
    leaf: str = ""
    account: int = 1
    currency: str = "EUR"
    transfer: bool = False


@dataclass
class Story:
    """Rows in any order; ``postings`` numbers them by day."""

    rows: list[Row] = field(default_factory=list)

    def pay(
        self, day: date | str, minor: int, merchant: str, leaf: str = "", *, account: int = 1,
        currency: str = "EUR", transfer: bool = False,
    ) -> Story:  # fmt: skip
        when = date.fromisoformat(day) if isinstance(day, str) else day
        self.rows.append(Row(when, minor, merchant, leaf, account, currency, transfer))
        return self

    def pay_each(self, days: list[date], minor: int, merchant: str, leaf: str = "") -> Story:
        for day in days:
            self.pay(day, minor, merchant, leaf)
        return self

    def postings(self) -> Postings:
        return columns(sorted(self.rows, key=lambda row: row.day))


def columns(rows: list[Row]) -> Postings:
    """Number rows from 1 in the order given."""
    merchants = sorted({row.merchant for row in rows})
    currencies = sorted({row.currency for row in rows})

    def column(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, dtype=np.int64)

    return Postings(
        ids=np.arange(1, len(rows) + 1, dtype=np.int64),
        days=column([row.day.toordinal() for row in rows]),
        amounts=column([row.minor for row in rows]),
        accounts=column([row.account for row in rows]),
        leaves=column([code(row.leaf) for row in rows]),
        merchants=column([merchants.index(row.merchant) for row in rows]),
        currencies=column([currencies.index(row.currency) for row in rows]),
        transfers=np.array([row.transfer for row in rows], dtype=np.bool_),
        merchant_names=tuple(merchants),
        currency_codes=tuple(currencies),
    )


def code(leaf: str) -> int:
    return TAXONOMY.leaf(leaf).code if leaf else 0


def monthly(first: str, n: int, *, step: int = 1, shift: int = 0) -> list[date]:
    """Return ``n`` days from ``first``, the same day of every ``step``-th month; the 31st is the last day.

    Args:
        first: The first due day.
        n: How many.
        step: Months between.
        shift: 1 moves weekends to Monday, -1 to Friday, 0 leaves them.
    """
    start = date.fromisoformat(first)
    days = []
    for index in range(n):
        month = start.year * 12 + start.month - 1 + index * step
        year, zero_based = divmod(month, 12)
        length = calendar.monthrange(year, zero_based + 1)[1]
        day = date(year, zero_based + 1, min(start.day, length))
        if shift and day.weekday() > 4:
            day += timedelta(days=7 - day.weekday() if shift > 0 else 4 - day.weekday())
        days.append(day)
    return days


def every(first: str, n: int, days: int) -> list[date]:
    start = date.fromisoformat(first)
    return [start + timedelta(days=days * index) for index in range(n)]


@dataclass(frozen=True)
class Truth:
    """A stream that the generator made: its ids are found by its merchant and its mark."""

    merchant: str
    cadence: str
    rows: frozenset[int]
    next: date | None


@dataclass(frozen=True)
class Person:
    postings: Postings
    today: date
    truths: tuple[Truth, ...]


_BILLS = (
    ("housing.rent", "monthly", 90000, 0.0),
    ("utilities.energy", "monthly", 9000, 0.35),
    ("utilities.water_waste", "quarterly", 7000, 0.15),
    ("utilities.internet_tv", "monthly", 3500, 0.0),
    ("utilities.mobile", "monthly", 1500, 0.1),
    ("services.insurance", "yearly", 42000, 0.08),
    ("services.insurance", "monthly", 3900, 0.0),
    ("leisure.streaming", "monthly", 1099, 0.0),
    ("leisure.streaming", "monthly", 1299, 0.0),
    ("personal.fitness", "four_weekly", 2999, 0.0),
    ("personal.fitness", "weekly", 900, 0.0),
    ("leisure.news", "monthly", 699, 0.0),
    ("giving.charity", "monthly", 1000, 0.0),
    ("housing.property_tax", "half_yearly", 61000, 0.03),
    ("education.childcare", "fortnightly", 22000, 0.0),
    ("services.software", "two_monthly", 2500, 0.0),
    ("finance.loan", "monthly", 21050, 0.0),
)
_HABITS = (
    ("food.groceries", 110, 1500, 9000),
    ("food.groceries", 60, 500, 6000),
    ("dining.coffee", 90, 320, 340),
    ("dining.restaurants", 20, 2000, 9000),
    ("transport.fuel", 26, 3500, 7000),
    ("transport.public_transit", 150, 240, 240),
    ("shopping.clothing", 9, 2000, 12000),
    ("shopping.online_marketplace", 30, 500, 9000),
    ("personal.hair_beauty", 9, 2500, 2500),
    ("health.pharmacy", 10, 400, 3000),
    ("transfers.cash", 24, 2000, 10000),
)
_STEP = {"monthly": 1, "two_monthly": 2, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_WEEKS = {"weekly": 7, "fortnightly": 14, "four_weekly": 28}


def person(  # the knobs of the population
    seed: int,
    *,
    jitter: int = 1,
    wobble: float = 1.0,
    miss: float = 0.03,
    categorized: bool = True,
    years: int = 2,
) -> Person:
    """Make a person with bills and habits.

    Args:
        seed: The same seed gives the same person.
        jitter: Days that bills wander about their due day, at most.
        wobble: Factor on the amounts' spread.
        miss: Share of periods that have no payment.
        categorized: Whether rows carry their leaf.
        years: Length of the history.
    """
    rng = random.Random(seed)
    end = date(2025, 6, 30) - timedelta(days=rng.randrange(40))
    start = end - timedelta(days=365 * years)
    marks: list[tuple[int, Row]] = []
    made: dict[int, tuple[str, str, date | None]] = {}
    for mark, (leaf, cadence, size, spread) in enumerate(_BILLS):
        if rng.random() < 0.25:
            continue
        name = f"{leaf}-{mark}"
        amount = round(size * rng.uniform(0.6, 1.7))
        due = _due_days(rng, cadence, start, end + timedelta(days=400))
        last = end if rng.random() < 0.8 else start + timedelta(days=rng.randrange(300, 365 * years))
        rise = start + timedelta(days=rng.randrange(100, 365 * years)) if rng.random() < 0.35 else None
        for day in due:
            if day > last or rng.random() < miss:
                continue
            paid = min(end, day + timedelta(days=rng.randint(0, jitter)))
            minor = round(amount * (1 + wobble * spread * rng.uniform(-1, 1)))
            if rise and day >= rise:
                minor = round(minor * 1.09)
            marks.append((mark, Row(paid, -minor, name, leaf if categorized else "")))
        coming = next((day for day in due if day > end), None) if last == end else None
        made[mark] = (name, cadence, coming)
    payday = monthly(f"{start.year}-{start.month:02d}-28", 12 * years + 1, shift=-1)
    marks += [
        (100, Row(day, rng.randint(240000, 260000), "employer", "income.salary" if categorized else ""))
        for day in payday
        if start <= day <= end
    ]
    made[100] = ("employer", "monthly", next((day for day in payday if day > end), None))
    marks += [(-1, row) for row in _habits(rng, start, end, categorized=categorized)]
    marks.sort(key=lambda pair: pair[1].day)
    truths = []
    for mark, (name, cadence, coming) in made.items():
        rows = frozenset(index + 1 for index, pair in enumerate(marks) if pair[0] == mark)
        least = 2 if cadence == "yearly" else 3
        if len(rows) >= least:
            truths.append(Truth(name, cadence, rows, coming))
    return Person(columns([row for _, row in marks]), end, tuple(truths))


def _habits(rng: random.Random, start: date, end: date, *, categorized: bool) -> list[Row]:
    """Return everyday spending and one or two purchases in each of thirty shops, on days at random."""
    length = (end - start).days + 1
    rows = []
    for leaf, a_year, low, high in _HABITS:
        for _ in range(a_year * length // 365):
            day = start + timedelta(days=rng.randrange(length))
            rows.append(Row(day, -rng.randint(low, high), leaf, leaf if categorized else ""))
    for index in range(60):
        day = start + timedelta(days=rng.randrange(length))
        rows.append(Row(day, -rng.randint(300, 15000), f"shop {index // 2}"))
    return rows


def _due_days(rng: random.Random, cadence: str, start: date, until: date) -> list[date]:
    if cadence in _WEEKS:
        first = start + timedelta(days=rng.randrange(_WEEKS[cadence]))
        return [first + timedelta(days=i) for i in range(0, (until - first).days, _WEEKS[cadence])]
    step = _STEP[cadence]
    month = start.month + rng.randrange(step)
    year = start.year + (month - 1) // 12
    first = date(
        year,
        (month - 1) % 12 + 1,
        rng.choice([*range(1, 29), 30, 31]) if (month - 1) % 12 in (0, 2, 4) else rng.randint(1, 28),
    )
    days = monthly(first.isoformat(), 60 // step, step=step, shift=rng.choice([0, 1]))
    return [day for day in days if start <= day <= until]
