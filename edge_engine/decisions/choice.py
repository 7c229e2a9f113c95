"""One choice: from a person's story to a suggestion for one channel, or to silence, and how it came about.

::

    candidates and guards (eligibility) -> support first -> the version that the person sees (experiments) -> ranking
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions import features
from edge_engine.decisions.assignment import Assignment, Kept, assign
from edge_engine.decisions.eligibility import sift
from edge_engine.decisions.features import Candidates, Context
from edge_engine.decisions.guards import strain
from edge_engine.decisions.offer import Family, Offer
from edge_engine.decisions.ranking import Ranker, Ranking, in_order, mean_scores, prior_means
from edge_engine.decisions.story import CLOSED, check_story
from edge_engine.decisions.trace import Score, Trace, conclude
from edge_engine.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.consent.purpose import DeliveryChannel
    from edge_engine.decisions.rules import DecisionRules
    from edge_engine.decisions.story import Story
    from edge_engine.decisions.trace import Step

NAMESPACE: Final = "decisions"
"""The namespace whose experiments may change a choice."""

RANKING: Final = "ranking"
"""The setting of an experiment's arm that says how candidates are put in order."""
LEARNED: Final = "learned"
FIXED: Final = "fixed"

LATEST: Final = 10
"""Suggestions that the feature ``fatigue`` looks at."""


class Unit(msgspec.Struct, frozen=True):
    """Who takes part in experiments.

    Attributes:
        id: The installation's random identifier.
        today: UTC day.
        consented: Whether the purpose ``experiments`` is granted.
        kept: What was kept of assignments, by experiment.
    """

    id: str
    today: date
    consented: bool = False
    kept: dict[str, Kept] = {}


class Choice(msgspec.Struct, frozen=True, eq=False):
    """What was chosen.

    Attributes:
        trace: How it came about.
        offer: What is suggested; None for silence.
        subject: What it is about, such as a moment's identifier.
        money_a_year: What it is worth to the person in a year; None where that cannot be said.
        ranking: What is needed to learn from it; None for silence.
        assignments: The versions that the person sees.
        met: Experiments whose difference the person met with this choice.
    """

    trace: Trace
    offer: Offer | None
    subject: str
    money_a_year: Money | None
    ranking: Ranking | None
    assignments: tuple[Assignment, ...]
    met: frozenset[str]


def choose(
    rules: DecisionRules,
    story: Story,
    channel: DeliveryChannel,
    ranker: Ranker,
    unit: Unit,
    *,
    spends: Money | None = None,
) -> Choice:
    """Choose what to suggest, or nothing.

    Args:
        rules: Offers, guards and experiments.
        story: The person now.
        channel: Where it would be shown.
        ranker: Puts what is left in order.
        unit: Takes part in experiments.
        spends: What the person spends in a usual month; None where that is not known.

    Raises:
        InputError: The story holds a fact that is not on the list, or a time without its zone.
    """
    check_story(story)
    stress = strain(rules.guards, story)
    steps = sift(rules.catalog, rules.guards, story, channel)
    if stress.in_stress:
        steps = _support_first(rules, steps)
    arms = _assign(rules, story, unit)
    places = [place for place, step in enumerate(steps) if step.kept]
    worth = [_worth(rules, story, steps[place]) for place in places]
    ranking, scores = None, dict[int, Score]()
    if places:
        context = Context.of(_context(story))
        candidates = Candidates.of(
            [
                rules.catalog.offers[steps[place].offer].features(channel, _share(money, spends))
                for place, money in zip(places, worth, strict=True)
            ]
        )
        ranking = _rank(ranker, context, candidates, fixed=_setting(arms) == FIXED)
        scores = _scores(ranker, ranking, context, candidates, places)
    first = None if ranking is None else ranking.first
    chosen = None if first is None else places[first]
    trace = conclude(
        steps,
        at=story.now,
        channel=channel,
        stress=stress,
        arms=[one for one in arms if one.counts],
        scores=scores,
        chosen=chosen,
        propensity=None if ranking is None else ranking.propensity,
        policies=rules.digests,
    )
    return Choice(
        trace,
        None if chosen is None else rules.catalog.offers[steps[chosen].offer],
        "" if chosen is None else steps[chosen].subject,
        None if first is None else worth[first],
        ranking,
        tuple(arms),
        # Where there is nothing to put in order, all versions are alike.
        frozenset(one.experiment for one in arms if one.counts) if len(places) > 1 else frozenset(),
    )


def _support_first(rules: DecisionRules, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Keep back everything else where support can be suggested to a person in stress."""
    support = [step.kept and rules.catalog.offers[step.offer].family is Family.SUPPORT for step in steps]
    if not any(support):
        return tuple(steps)
    return tuple(
        msgspec.structs.replace(step, kept=False, rule="support-first", because="support comes first")
        if step.kept and not supports
        else step
        for step, supports in zip(steps, support, strict=True)
    )


def _assign(rules: DecisionRules, story: Story, unit: Unit) -> list[Assignment]:
    return [
        assign(
            rules.experiments,
            one.id,
            unit.id,
            story.facts,
            today=unit.today,
            consented=unit.consented,
            kept=unit.kept.get(one.id),
        )
        for one in rules.experiments.experiments.values()
        if rules.experiments.namespace_of(one).id == NAMESPACE
    ]


def _setting(arms: Sequence[Assignment]) -> str:
    """Return how candidates are put in order; the first experiment that says so decides."""
    return next((str(one.settings[RANKING]) for one in arms if RANKING in one.settings), LEARNED)


def _rank(ranker: Ranker, context: Context, candidates: Candidates, *, fixed: bool) -> Ranking:
    return in_order(context, candidates, ranker.prior) if fixed else ranker.rank(context, candidates)


def _scores(
    ranker: Ranker, ranking: Ranking, context: Context, candidates: Candidates, places: Sequence[int]
) -> dict[int, Score]:
    """Return what each candidate was expected to bring, by the places of their steps."""
    learned = mean_scores(ranker.posterior, context, candidates).tolist()
    name, expected = "", [0.0] * len(places)
    if ranker.prior is not None:
        name, expected = ranker.prior.name, prior_means(ranker.prior, context, candidates).tolist()
    drawn = (-ranking.costs).tolist()
    return {place: Score(expected[at], learned[at], drawn[at], name) for at, place in enumerate(places)}


def _context(story: Story) -> dict[str, float]:
    """Return what the ranking sees of a person, as far as it is known."""
    known: dict[str, float] = {"fatigue": _fatigue(story)}
    for name, feature in (
        ("spare_share", "spare"),
        ("engagement", "engagement"),
        ("investing_appetite",) * 2,
    ):
        fact = story.facts.get(name)
        if fact is not None and not isinstance(fact.value, str):
            known[feature] = float(fact.value)
    days = story.facts.get("buffer_days")
    if days is not None and not isinstance(days.value, str):
        known["buffer"] = features.buffer(float(days.value))
    return known


def _fatigue(story: Story) -> float:
    latest = sorted(story.shown, key=lambda one: one.at)[-LATEST:]
    closed = sum(one.reaction in CLOSED for one in latest)
    return closed / LATEST


def _worth(rules: DecisionRules, story: Story, step: Step) -> Money | None:
    """Return what a candidate is worth in a year, as its moment says."""
    if rules.catalog.offers[step.offer].value != "moment":
        return None
    return next((one.money_a_year for one in story.moments if one.subject == step.subject), None)


def _share(money: Money | None, spends: Money | None) -> float:
    if money is None or spends is None or money.currency != spends.currency:
        return 0.0
    return features.value(money.minor, spends.minor)
