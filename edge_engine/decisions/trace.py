"""The trace of a decision, or of a decision to stay silent: every candidate, its rule, its score, as data and in words.

A trace says no amounts, merchants or dates of transactions: it may be shown, kept and exported.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.guards import Strain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_engine.decisions.assignment import Assignment


_UNCALLED: Final = frozenset(("no-moment", "not-eligible"))
"""Rules of what nothing calls for, or what is for other people."""


_SCALE: Final = (
    "Scores run from -1, a bother, to 1, a help; chance has a part in each, so that the engine learns what"
    " helps you."
)


_ASKED: Final = (
    "support-first", "offer-channel", "channel-consent", "policy", "consent", "never-again", "stress", "shortfall",
    "quiet", "repetition", "rest", "a-year", "cap", "fatigue",
)  # fmt: skip
"""Rules by how near to being shown their candidate was, the farthest away first."""


class Score(msgspec.Struct, frozen=True):
    """What a candidate was expected to bring, between about -1 and 1.

    Attributes:
        prior: What the prior expected.
        learned: What was learned on this device, added to it.
        drawn: What the draw that was followed gave it, both included.
        model: Name and version of the prior; empty for none.
    """

    prior: float
    learned: float
    drawn: float
    model: str = ""


class Step(msgspec.Struct, frozen=True):
    """One candidate and how far it came.

    Attributes:
        offer: Identifier of the offer.
        title: The offer in words.
        subject: What it would be about, such as a moment's identifier.
        channel: Where it would be shown.
        kept: Whether it came as far as the ranking.
        rule: The rule that kept or dropped it.
        because: The rule as a clause for people.
        purposes: Purposes that it rests on there.
        score: What the ranking made of it; None where it was not ranked.
    """

    offer: str
    title: str
    subject: str
    channel: DeliveryChannel
    kept: bool
    rule: str
    because: str
    purposes: tuple[str, ...]
    score: Score | None = None


class Arm(msgspec.Struct, frozen=True):
    """An experiment that took part in the decision."""

    experiment: str
    arm: str
    rule: str
    because: str


class Trace(msgspec.Struct, frozen=True):
    """How a decision came about.

    Attributes:
        at: When.
        channel: For which channel.
        stress: Whether the person was in stress, and by which rule.
        arms: Experiments that took part.
        steps: Every candidate, in the order of the catalogue.
        chosen: The place of the chosen one among the steps; None where nothing is suggested.
        propensity: The chance that the chosen one had; None where nothing is suggested.
        policies: Digests of the policy files by name.
        because: Why this, or why nothing, as a sentence.
    """

    at: datetime
    channel: DeliveryChannel
    stress: Strain
    arms: tuple[Arm, ...]
    steps: tuple[Step, ...]
    chosen: int | None
    propensity: float | None
    policies: dict[str, str]
    because: str

    def words(self) -> tuple[str, ...]:
        """Return the trace as sentences: the outcome, then every candidate."""
        told = [self.because]
        if self.stress.in_stress:
            told.append(f"Support comes first: {self.stress.because} (stress:{self.stress.rule}).")
        told.extend(
            f"Experiment {one.experiment}, {one.arm or 'standard version'}: {one.because} ({one.rule})."
            for one in self.arms
        )
        for place, step in enumerate(self.steps):
            verdict = "chosen" if place == self.chosen else "kept" if step.kept else "dropped"
            scored = "" if step.score is None else _scored(step.score)
            purposes = ", ".join(step.purposes)
            told.append(
                f"{step.title}: {verdict}, {step.because} ({step.rule}); rests on {purposes}{scored}."
            )
        if any(step.score is not None for step in self.steps):
            told.append(_SCALE)
        return tuple(told)


def arm_of(assignment: Assignment) -> Arm:
    """Return what a trace says of an assignment."""
    return Arm(assignment.experiment, assignment.arm, assignment.rule, assignment.because)


def conclude(  # noqa: PLR0913 - one argument an attribute
    steps: Sequence[Step],
    *,
    at: datetime,
    channel: DeliveryChannel,
    stress: Strain,
    arms: Sequence[Assignment] = (),
    scores: Mapping[int, Score] | None = None,
    chosen: int | None = None,
    propensity: float | None = None,
    policies: Mapping[str, str] | None = None,
) -> Trace:
    """Return the trace of a decision.

    Args:
        steps: Every candidate.
        at: When.
        channel: For which channel.
        stress: Whether the person was in stress.
        arms: Experiments that took part.
        scores: Scores by the places of the steps.
        chosen: The place of the chosen step; None where nothing is suggested.
        propensity: The chance that it had.
        policies: Digests of the policy files by name.
    """
    scored = tuple(
        step if (score := (scores or {}).get(place)) is None else msgspec.structs.replace(step, score=score)
        for place, step in enumerate(steps)
    )
    return Trace(
        at,
        channel,
        stress,
        tuple(map(arm_of, arms)),
        scored,
        chosen,
        propensity,
        dict(policies or {}),
        _because(scored, chosen),
    )


def _because(steps: Sequence[Step], chosen: int | None) -> str:
    if chosen is not None:
        one = steps[chosen]
        others = sum(step.kept for step in steps) - 1
        beside = f" beside {others} other{'' if others == 1 else 's'}" if others else ""
        return f"{one.title} is suggested{beside}."
    if not steps:
        return "Nothing is suggested: there is nothing that could be."
    if any(step.kept for step in steps):
        return "Nothing is suggested: what could be was not chosen."
    # What could have been suggested and was kept back says more than what nothing called for.
    called = [step for step in steps if step.subject and step.rule not in _UNCALLED]
    if called:
        rule, because, n = _decisive(called)
        what = called[0].title if len(called) == 1 else f"{n} of {len(called)} that something calls for"
        return f"Nothing is suggested: {because} ({rule}), which keeps back {what}."
    general = [step for step in steps if step.rule not in _UNCALLED]
    if general:
        rule, because, _ = _decisive(general)
        return f"Nothing is suggested: nothing calls for it now, and for the rest {because} ({rule})."
    return "Nothing is suggested: nothing calls for it now."


def silent_by(steps: Sequence[Step]) -> str:
    """Return the rule that kept back what came farthest, where nothing was chosen; empty where nothing called."""
    open_to_it = [step for step in steps if step.rule not in _UNCALLED]
    called = [step for step in open_to_it if step.subject] or open_to_it
    return _decisive(called)[0] if called else ""


def _decisive(steps: Sequence[Step]) -> tuple[str, str, int]:
    """Return the rule that kept back what came farthest, its clause, and how many candidates it kept back.

    What fell at an earlier guard would have been kept back at any time; what fell last was nearly suggested.
    """
    order = [_place(step.rule) for step in steps]
    farthest = [step for step, place in zip(steps, order, strict=True) if place == max(order)]
    ((rule, because), n) = Counter((step.rule, step.because) for step in farthest).most_common(1)[0]
    return rule, because, n


def _place(rule: str) -> int:
    kind = rule.partition(":")[0]
    return _ASKED.index(kind) if kind in _ASKED else len(_ASKED)


def _scored(score: Score) -> str:
    by = f" by {score.model}" if score.model else ""
    return f"; scored {score.drawn:+.2f} (expected {score.prior:+.2f}{by}, {score.learned:+.2f} with your answers)"
