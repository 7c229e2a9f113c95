"""Who sees which version: a pure function of the definitions, the unit, the facts, the day, and what was kept.

An assignment is made once. What the caller keeps of it (:class:`Kept`) decides from then on: facts that change,
targeting that changes, shares that change and a rollout that shrinks move nobody. Only the kill switch, the end of
the experiment, a removed arm and withdrawn consent bring a person back to the standard version; when a stopped
experiment runs again, everybody is where they were.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.bucketing import Stage, bucket, check_unit
from edge_engine.decisions.predicate import first_failing
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from edge_engine.decisions.experiments import Arm, Experiment, Experiments, Namespace
    from edge_engine.decisions.facts import Fact

Setting = bool | int | float | str


class Reason(StrEnum):
    """Which rule decided."""

    CONSENT = "experiments-consent"
    STOPPED = "kill-switch"
    NOT_RUNNING = "not-running"
    KEPT = "sticky"
    ARM_REMOVED = "arm-removed"
    HOLDOUT = "holdout"
    OTHER = "other-experiment"
    NOT_TARGETED = "not-targeted"
    NOT_ROLLED_OUT = "not-rolled-out"
    ASSIGNED = "assigned"


_SAYS: Final = {
    Reason.CONSENT: "experiments are switched off, so the standard version is shown",
    Reason.STOPPED: "the experiment was stopped, so the standard version is shown",
    Reason.NOT_RUNNING: "the experiment does not run today",
    Reason.KEPT: "this version was drawn before and stays",
    Reason.ARM_REMOVED: "the version that was drawn before is gone, so the standard version is shown",
    Reason.HOLDOUT: "this device belongs to the few that always see the standard version",
    Reason.OTHER: "this device is left to other experiments of the same kind",
    Reason.NOT_ROLLED_OUT: "it has not been rolled out to this device yet",
    Reason.ASSIGNED: "this version was drawn by chance",
}


class Kept(msgspec.Struct, frozen=True):
    """What the store keeps of an assignment; never changed once written.

    Attributes:
        experiment: Identifier.
        arm: Identifier of the arm; empty for the holdout.
    """

    experiment: str
    arm: str


class Assignment(msgspec.Struct, frozen=True):
    """Which version a person sees.

    Attributes:
        experiment: Identifier.
        arm: Identifier of the arm; empty for the standard version outside of every arm.
        rule: The rule that decided.
        because: The rule as a clause for people.
        settings: What the version does differently.
        kept: What to keep, None where nothing was decided for good.
    """

    experiment: str
    arm: str
    rule: Reason
    because: str
    settings: dict[str, Setting]
    kept: Kept | None

    @property
    def counts(self) -> bool:
        """Whether seeing it is an exposure: an arm, or the holdout beside which everything is measured."""
        return bool(self.arm) or self.rule is Reason.HOLDOUT


class Exposure(msgspec.Struct, frozen=True):
    """That a person met the place where the versions differ, noted once.

    Attributes:
        experiment: Identifier; at most one exposure has it.
        arm: The arm, or ``holdout``.
        at: When, UTC.
    """

    experiment: str
    arm: str
    at: datetime


def assign(
    experiments: Experiments,
    experiment: str,
    unit: str,
    facts: Mapping[str, Fact],
    *,
    today: date,
    consented: bool,
    kept: Kept | None = None,
) -> Assignment:
    """Return which version of an experiment a person sees.

    Args:
        experiments: The definitions.
        experiment: Identifier.
        unit: The installation's random identifier.
        facts: What is known about the person; consent covers the data behind the targeting.
        today: UTC day.
        consented: Whether the purpose ``experiments`` is granted.
        kept: What was kept of the person's assignment to this experiment.

    Raises:
        InputError: There is no such experiment, the unit is not an identifier, or ``kept`` is of another experiment.
    """
    check_unit(unit)
    one = experiments.experiments.get(experiment)
    if one is None:
        raise InputError(f"there is no experiment {experiment}")
    if kept is not None and kept.experiment != experiment:
        raise InputError("what was kept belongs to another experiment")
    barred = _barred(one, experiments.namespace_of(one), today, consented=consented)
    if barred is not None:
        return _standard(one, barred)
    return _draw(experiments, one, unit, facts) if kept is None else _as_kept(one, kept)


def expose(assignment: Assignment, seen: AbstractSet[str], at: datetime) -> Exposure | None:
    """Return the exposure to note when a person meets an assignment; None where none counts or one was noted.

    Args:
        assignment: What the person meets.
        seen: Identifiers of the experiments whose exposure was noted before.
        at: Now, UTC.
    """
    if not assignment.counts or assignment.experiment in seen:
        return None
    return Exposure(assignment.experiment, assignment.arm or "holdout", at)


def _barred(one: Experiment, namespace: Namespace, today: date, *, consented: bool) -> Reason | None:
    """Return why nobody sees anything but the standard version, whatever was drawn before."""
    if not consented:
        return Reason.CONSENT
    if one.stopped or namespace.stopped:
        return Reason.STOPPED
    return None if one.starts <= today < one.ends else Reason.NOT_RUNNING


def _draw(experiments: Experiments, one: Experiment, unit: str, facts: Mapping[str, Fact]) -> Assignment:
    """Return a first assignment."""
    namespace = experiments.namespace_of(one)
    slot = bucket(Stage.LAYER, namespace.id, one.layer, unit) - one.first
    if not 0 <= slot < one.buckets:
        return _standard(one, Reason.OTHER)
    failing = first_failing(one.where, facts)
    if failing is not None:
        return _standard(one, Reason.NOT_TARGETED, f"it is for people whose {failing.words()}")
    if bucket(Stage.ROLLOUT, namespace.id, one.id, unit) >= one.rollout:
        return _standard(one, Reason.NOT_ROLLED_OUT)
    # The holdout comes last: those of it that are counted are the ones who would have been in the experiment.
    if bucket(Stage.HOLDOUT, namespace.id, "", unit) < namespace.holdout:
        return _standard(one, Reason.HOLDOUT, kept=Kept(one.id, ""))
    arm = one.arm_at(bucket(Stage.ARM, namespace.id, one.id, unit))
    return _in(one, arm, Reason.ASSIGNED, Kept(one.id, arm.id))


def _as_kept(one: Experiment, kept: Kept) -> Assignment:
    if not kept.arm:
        return _standard(one, Reason.HOLDOUT, kept=kept)
    arm = one.arm(kept.arm)
    return _standard(one, Reason.ARM_REMOVED) if arm is None else _in(one, arm, Reason.KEPT, kept)


def _standard(one: Experiment, rule: Reason, because: str = "", kept: Kept | None = None) -> Assignment:
    return Assignment(one.id, "", rule, because or _SAYS[rule], {}, kept)


def _in(one: Experiment, arm: Arm, rule: Reason, kept: Kept) -> Assignment:
    return Assignment(one.id, arm.id, rule, _SAYS[rule], dict(arm.settings), kept)
