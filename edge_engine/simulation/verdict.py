"""What the simulation knows of what an engine did: what was best, which categories are right, which forecasts held."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.decisions.features import CANDIDATE, ONE
from edge_engine.decisions.offer import INTRUSIVE
from edge_engine.decisions.reward import reward
from edge_engine.simulation.behaviour import Suggestion, chances
from edge_engine.simulation.record import MONTH, Candidate, Categorized, Forecasts, rounded

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.actions.decision import Decision
    from edge_engine.decisions.catalog import Catalog
    from edge_engine.decisions.offer import Offer
    from edge_engine.decisions.story import Reaction
    from edge_engine.engine import Engine
    from edge_engine.simulation.behaviour import Assumptions, Now, Person
    from edge_engine.simulation.instrument import Watch
    from edge_engine.simulation.truth import Household, Posting
    from edge_engine.views import TransactionView

_VALUE: Final = CANDIDATE.index("value")
_ALL: Final = 100_000
_UNSURE: Final = "guess"


@dataclass(frozen=True, slots=True)
class Met:
    """What somebody might have met and what they do.

    Attributes:
        context: Six whole 128ths.
        candidates: Each with what it would have brought.
        chosen: Place of what is shown.
        chosen_offer: It.
        chosen_what: It, as it matters to the person.
    """

    context: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    chosen: int
    chosen_offer: Offer
    chosen_what: Suggestion

    def reward_of(self, reaction: Reaction) -> float:
        """Return what a reaction to what is shown is worth."""
        return reward(reaction, self.chosen_what.value)


def judged(
    rules: Assumptions, person: Person, now: Now, decision: Decision, catalog: Catalog, watch: Watch
) -> Met:
    """Return what a decision chose from, each with its mean reward to this person now.

    Args:
        rules: The assumptions.
        person: Before they see it.
        now: Their day.
        decision: With something that is suggested.
        catalog: The offers.
        watch: Saw what was put in order.

    Raises:
        ValueError: Nothing was put in order.
    """
    trace = decision.trace
    if watch.asked is None or trace.chosen is None:
        raise ValueError("only what was chosen from candidates can be judged")
    context, numbers = watch.asked
    places = [place for place, step in enumerate(trace.steps) if step.kept]
    offers = [catalog.offers[trace.steps[place].offer] for place in places]
    rows = [tuple(map(int, row)) for row in numbers.numbers.tolist()]
    intrusive = decision.channel in INTRUSIVE
    whats = [
        Suggestion(offer.family, intrusive, max(row[_VALUE] / ONE, 0.0))
        for offer, row in zip(offers, rows, strict=True)
    ]
    candidates = tuple(
        Candidate(offer.id, offer.family, row, rounded(expected(rules, person, now, what)))
        for offer, row, what in zip(offers, rows, whats, strict=True)
    )
    at = places.index(trace.chosen)
    return Met(tuple(map(int, context.numbers.tolist())), candidates, at, offers[at], whats[at])


def expected(rules: Assumptions, person: Person, now: Now, what: Suggestion) -> float:
    """Return the mean reward of showing something to somebody now."""
    return sum(
        share * reward(reaction, what.value) for reaction, share in chances(rules, person, now, what).items()
    )


def categorized(engine: Engine, household: Household, first: date) -> tuple[Categorized, ...]:
    """Return how the categories that an engine has now compare with the truth, by month of the run.

    Args:
        engine: With consent to categorize.
        household: With the truth.
        first: Day 0.
    """
    truth: dict[tuple[str, date, int], list[Posting]] = defaultdict(list)
    for one in household.postings:
        truth[household.accounts[one.account].key, one.day, one.amount].append(one)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in engine.transactions(limit=_ALL, since=first).transactions:
        posting = _matching(row, truth[row.account, row.date, row.amount.minor])
        if posting is None:
            continue
        unsure = row.category is None or row.source == _UNSURE
        verdict = "unsure" if unsure else "right" if row.category == posting.leaf else "wrong"
        found[(row.date - first).days // MONTH][verdict] += 1
    return tuple(
        Categorized(month, n["right"], n["wrong"], n["unsure"]) for month, n in sorted(found.items())
    )


def _matching(row: TransactionView, alike: list[Posting]) -> Posting | None:
    """Return the line that a row is of; each line once."""
    for at, one in enumerate(alike):
        if one.text == row.description:
            return alike.pop(at)
    return alike.pop(0) if alike else None


def forecasts(engine: Engine) -> tuple[Forecasts, ...]:
    """Return how the outlooks did whose weeks have come, by quantity and weeks ahead."""
    found: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for one in engine.forecast_coverage().horizons:
        n = found[one.quantity, one.weeks]
        below, above = round(one.below * one.n), round(one.above * one.n)
        n.update(came=one.n, below=below, above=above, inside=one.n - below - above)
    return tuple(
        Forecasts(quantity, weeks, n["came"], n["inside"], n["below"], n["above"])
        for (quantity, weeks), n in sorted(found.items())
    )
