"""Whom suggestions treat worse: people truly short of money against others, and group against group.

An offer is flagged for people truly short of money, whatever the engine took them for, by two rules:

``keeps_short``
    It takes on debt or ties money up (the families that the guards keep from people in stress), and more than a few of
    those who are truly short were shown it: so many that chance would do so one time in twenty at most, were each shown
    it with the chance `TOLERATED` (a binomial test over people).
``harms``
    What the behaviour model expects of showing it to them is below zero for most of them, by a sign test over people.

The first is needed beside the second because somebody who is short may welcome a loan. Both hold for all offers at
once: with many offers each must show more.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.guards import SUPPRESSED
from edge_engine.simulation.record import MONTH, rounded
from edge_engine.simulation.report.received import agreed, lived
from edge_engine.simulation.report.spread import SURE, Mean, Ratio, share_interval, standard_errors, tail

if TYPE_CHECKING:
    from edge_engine.simulation.record import DeviceRecord, Settings

TOLERATED: Final = 0.02
"""Share of people truly short who may be shown debt or investments: an engine cannot see all that the truth knows, such
as money at another bank, so that none at all cannot be asked for; one in fifty is what is borne here."""

KEEPS_SHORT: Final = "keeps_short"
HARMS: Final = "harms"
_REFUSED: Final = ("closed", "never")


class OfferShown(msgspec.Struct, frozen=True):
    """One offer, shown to people truly short of money and to others.

    Attributes:
        offer: Which.
        family: What it does to money.
        short: Expected reward of showing it to people truly short.
        calm: Of showing it to others.
        share_short: Share of people who were suggested something while truly short that were shown this then.
        low: Lower end of the interval of that share, for all offers at once.
        worse_for: Of the people shown it while short, those for whom its expected reward is below zero.
        flags: Rules that flag it.
    """

    offer: str
    family: str
    short: Mean
    calm: Mean
    share_short: float
    low: float
    worse_for: int
    flags: tuple[str, ...]


class Group(msgspec.Struct, frozen=True):
    """One group of people, with suggestions.

    Attributes:
        persona: Which.
        people: Who may get suggestions.
        agreed: Of them those who agreed to any.
        stayed: Share of all of them who stayed.
        short: Share of their days on which money truly was short.
        days: What each who agreed received in a year's money, in days of usual spending.
        expected: Expected reward of a suggestion, -1 to 1.
        refused: Share of suggestions that were closed or refused for ever.
        a_month: Suggestions in 30 days to each who agreed.
        worse: By how much less is expected of a suggestion than of those to all others; null where too few.
        flagged: Whether that is surely less, for all groups at once, and below zero itself.
    """

    persona: str
    people: int
    agreed: int
    stayed: float
    short: float
    days: Mean
    expected: Mean
    refused: Mean
    a_month: float
    worse: Mean
    flagged: bool


class Fairness(msgspec.Struct, frozen=True):
    """Whom suggestions treat worse.

    Attributes:
        offers: Every one that was shown, those shown to people truly short first.
        people_short: People who were suggested something while truly short.
        unseen: Share of suggestions to people truly short of whom the engine did not know it.
        tolerated: Share that rule ``keeps_short`` bears.
        groups: In the order of how welcome suggestions are, least first.
    """

    offers: tuple[OfferShown, ...]
    people_short: int
    unseen: float
    tolerated: float
    groups: tuple[Group, ...]

    @property
    def flagged(self) -> tuple[OfferShown, ...]:
        """Offers with a flag."""
        return tuple(one for one in self.offers if one.flags)


class _Offer:
    def __init__(self, family: str) -> None:
        self.family = family
        self.short, self.calm = Ratio(), Ratio()
        self.worse_for = 0

    def told(self, offer: str, people: int, offers: int) -> OfferShown:
        low, _ = share_interval(self.short.devices, people, offers)
        flags = []
        level = (1 - SURE) / offers
        if self.family in SUPPRESSED and tail(self.short.devices, people, TOLERATED) < level:
            flags.append(KEEPS_SHORT)
        if self.short.devices and tail(self.worse_for, self.short.devices) < level:
            flags.append(HARMS)
        share = rounded(self.short.devices / people) if people else 0.0
        return OfferShown(
            offer, self.family, self.short.told(), self.calm.told(), share, low, self.worse_for, tuple(flags)
        )


class _Group:
    def __init__(self) -> None:
        self.people = self.agreed = self.stayed = self.days = self.short = self.lived = self.shown = 0
        self.received, self.expected, self.refused = Ratio(), Ratio(), Ratio()

    def add(self, record: DeviceRecord, days: int) -> None:
        self.people += 1
        self.stayed += record.left_on is None
        self.short += len(record.stressed)
        self.lived += days
        if not agreed(record):
            return
        n = len(record.suggested)
        self.agreed += 1
        self.days += days
        self.shown += n
        self.received.add(sum(record.value.values()) * MONTH / max(record.spends, 1))
        self.expected.add(sum(one.expected for one in record.suggested), n)
        self.refused.add(float(sum(one.reaction in _REFUSED for one in record.suggested)), n)

    def told(self, persona: str, others: list[_Group]) -> Group:
        worse = _apart(self.expected, [one.expected for one in others], len(others) + 1)
        expected = self.expected.told(len(others) + 1)
        sure = worse.high is not None and worse.high < 0.0
        return Group(
            persona=persona,
            people=self.people,
            agreed=self.agreed,
            stayed=rounded(self.stayed / self.people),
            short=rounded(self.short / max(self.lived, 1)),
            days=self.received.told(),
            expected=expected,
            refused=self.refused.told(),
            a_month=rounded(self.shown * MONTH / max(self.days, 1)),
            worse=worse,
            flagged=sure and expected.mean is not None and expected.mean < 0.0,
        )


def _apart(one: Ratio, others: list[Ratio], comparisons: int) -> Mean:
    """Return by how much a mean differs from that of all others together."""
    count = sum(other.count for other in others)
    devices = sum(other.devices for other in others)
    if one.mean is None or not count:
        return Mean(one.devices, one.count, None, None, None)
    apart = one.mean - sum(other.total for other in others) / count
    mine = one.error()
    theirs = [(other.error() or 0.0) * other.count / count for other in others]
    if mine is None or any(other.error() is None for other in others if other.count):
        return Mean(one.devices + devices, one.count + count, rounded(apart), None, None)
    width = standard_errors(comparisons) * (mine**2 + sum(it**2 for it in theirs)) ** 0.5
    return Mean(
        one.devices + devices,
        one.count + count,
        rounded(apart),
        rounded(apart - width),
        rounded(apart + width),
    )


class Treating:
    """Adds up how people are treated, holdout left out.

    Args:
        settings: Of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._offers: dict[str, _Offer] = {}
        self._groups: defaultdict[str, _Group] = defaultdict(_Group)
        self._people = self._short = self._unseen = 0

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        if record.holdout:
            return
        self._groups[record.persona].add(record, lived(record, self._settings))
        self._people += any(one.stressed for one in record.suggested)
        seen: defaultdict[tuple[str, bool], list[float]] = defaultdict(list)
        for one in record.suggested:
            self._offers.setdefault(one.offer, _Offer(one.family))
            seen[one.offer, one.stressed].append(one.expected)
            self._short += one.stressed
            self._unseen += one.stressed and not one.stress_known
        for (offer, stressed), expected in seen.items():
            found = self._offers[offer]
            (found.short if stressed else found.calm).add(sum(expected), len(expected))
            found.worse_for += stressed and sum(expected) < 0.0

    def told(self) -> Fairness:
        """Return how people are treated."""
        offers = [one.told(name, self._people, len(self._offers)) for name, one in self._offers.items()]
        groups = [
            one.told(name, [other for it, other in self._groups.items() if it != name])
            for name, one in self._groups.items()
        ]
        return Fairness(
            tuple(sorted(offers, key=lambda one: (-one.short.n, -one.calm.n, one.offer))),
            self._people,
            rounded(self._unseen / max(self._short, 1)),
            TOLERATED,
            tuple(sorted(groups, key=lambda one: (_or_last(one.expected.mean), one.persona))),
        )


def _or_last(mean: float | None) -> float:
    return 2.0 if mean is None else mean
