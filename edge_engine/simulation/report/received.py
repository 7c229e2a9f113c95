"""What suggestions brought and what they cost: value received, reactions, fatigue, and why nothing was said."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.record import MONTH, rounded
from edge_engine.simulation.report.spread import Mean, Ratio
from edge_engine.simulation.report.uplift import RECOMMENDING

if TYPE_CHECKING:
    from edge_engine.simulation.record import DeviceRecord, Settings

REACTIONS: Final = ("acted", "opened", "none", "not_now", "closed", "never")
"""From welcome to unwelcome."""

TIRED: Final = (0.25, 0.5, 1.0, 2.0)
"""Between these lie the rows of the picture of fatigue: suggestions of late, as they are still felt."""


class Kind(msgspec.Struct, frozen=True):
    """What one kind of offer brought.

    Attributes:
        kind: Which.
        shown: How often it was shown.
        acted: How often somebody acted.
        days: What acting brought in a year's money, in days of usual spending, for each person who agreed.
    """

    kind: str
    shown: int
    acted: int
    days: float


class InMoney(msgspec.Struct, frozen=True):
    """What was received in one currency.

    Attributes:
        currency: Which.
        people: Who agreed to suggestions and have their money in it.
        received: By all of them, in a year's money, minor units.
        each: By each on average, minor units, cut.
    """

    currency: str
    people: int
    received: int
    each: int


class Value(msgspec.Struct, frozen=True):
    """What people received who agreed to suggestions and got them.

    Attributes:
        people: How many they are.
        days: Received by each in a year's money, in days of usual spending.
        helped: How many of them received something.
        kinds: By kind of offer, the most first.
        money: By currency.
    """

    people: int
    days: Mean
    helped: int
    kinds: tuple[Kind, ...]
    money: tuple[InMoney, ...]


class Felt(msgspec.Struct, frozen=True):
    """How people reacted who were so tired.

    Attributes:
        low: Suggestions still felt, at least.
        high: Less than that; null for no bound.
        shown: How often something was shown.
        reactions: How often each came.
    """

    low: float
    high: float | None
    shown: int
    reactions: dict[str, int]


class Fatigue(msgspec.Struct, frozen=True):
    """How tired people get and what that does.

    Attributes:
        felt: Reactions by tiredness.
        a_month: Suggestions shown in 30 days to each person who agreed.
        interruptions: Of them those that interrupt.
        trust: Mean at the end of each week of those who agreed and are there, with suggestions.
        trust_holdout: Without.
        tired: Mean tiredness at the end of each week, with suggestions.
        never: People of whom something was refused for ever.
        people: Who agreed and may get suggestions.
    """

    felt: tuple[Felt, ...]
    a_month: float
    interruptions: float
    trust: tuple[float | None, ...]
    trust_holdout: tuple[float | None, ...]
    tired: tuple[float | None, ...]
    never: int
    people: int


class Silences(msgspec.Struct, frozen=True):
    """How often nothing was said.

    Attributes:
        said: How often something was.
        reasons: How often nothing was, by what kept it back; the most first.
    """

    said: int
    reasons: dict[str, int]


def agreed(record: DeviceRecord) -> bool:
    """Return whether somebody ever agreed to suggestions."""
    return any(RECOMMENDING in week for week in record.consents)


def lived(record: DeviceRecord, settings: Settings) -> int:
    """Return the days that a device was lived."""
    return settings.days if record.left_on is None else record.left_on + 1


class Receiving:
    """Adds up what was received."""

    def __init__(self) -> None:
        self._days, self._helped = Ratio(), 0
        self._by_kind: defaultdict[str, float] = defaultdict(float)
        self._shown: Counter[str] = Counter()
        self._acted: Counter[str] = Counter()
        self._money: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        if record.holdout or not agreed(record):
            return
        a_day = max(record.spends, 1) / MONTH
        total = sum(record.value.values())
        self._days.add(total / a_day)
        self._helped += total > 0
        for kind, value in record.value.items():
            self._by_kind[kind] += value / a_day
        for one in record.suggested:
            self._shown[one.kind] += 1
            self._acted[one.kind] += one.reaction == "acted"
        money = self._money[record.currency]
        money[0] += 1
        money[1] += total

    def told(self) -> Value:
        """Return what was received."""
        people = max(self._days.devices, 1)
        kinds = [
            Kind(kind, self._shown[kind], self._acted[kind], rounded(self._by_kind[kind] / people))
            for kind in self._shown.keys() | self._by_kind.keys()
        ]
        money = [InMoney(one, n, total, total // n) for one, (n, total) in sorted(self._money.items())]
        return Value(
            self._days.devices,
            self._days.told(),
            self._helped,
            tuple(sorted(kinds, key=lambda one: (-one.days, -one.acted, one.kind))),
            tuple(money),
        )


class Wearying:
    """Adds up how tired people get.

    Args:
        settings: Of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._felt = [Counter[str]() for _ in range(len(TIRED) + 1)]
        self._trust = {
            False: [Ratio() for _ in range(settings.weeks)],
            True: [Ratio() for _ in range(settings.weeks)],
        }
        self._tired = [Ratio() for _ in range(settings.weeks)]
        self._days = self._shown = self._intrusive = self._never = self._people = 0

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        if not agreed(record):
            return
        for week, trust in enumerate(record.trust):
            self._trust[record.holdout][week].add(trust)
        if record.holdout:
            return
        for week, tired in enumerate(record.tired):
            self._tired[week].add(tired)
        self._people += 1
        self._days += lived(record, self._settings)
        self._shown += len(record.suggested)
        self._intrusive += sum(one.intrusive for one in record.suggested)
        self._never += any(one.reaction == "never" for one in record.suggested)
        for one in record.suggested:
            self._felt[bisect_right(TIRED, one.tired)][one.reaction] += 1

    def told(self) -> Fatigue:
        """Return how tired people get."""
        edges = (0.0, *TIRED, None)
        months = max(self._days, 1) / MONTH
        return Fatigue(
            tuple(
                Felt(edges[at] or 0.0, edges[at + 1], sum(n.values()), {name: n[name] for name in REACTIONS})
                for at, n in enumerate(self._felt)
            ),
            rounded(self._shown / months),
            rounded(self._intrusive / months),
            _means(self._trust[False]),
            _means(self._trust[True]),
            _means(self._tired),
            self._never,
            self._people,
        )


class Keeping:
    """Adds up how often nothing was said."""

    def __init__(self) -> None:
        self._said = 0
        self._reasons: Counter[str] = Counter()

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        self._said += len(record.suggested)
        self._reasons.update(record.silences)

    def told(self) -> Silences:
        """Return how often, the commonest reason first."""
        return Silences(self._said, dict(sorted(self._reasons.items(), key=lambda one: (-one[1], one[0]))))


def _means(ratios: list[Ratio]) -> tuple[float | None, ...]:
    return tuple(None if one.mean is None else rounded(one.mean) for one in ratios)
