"""What new guards and experiments let through that the old ones kept back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.consent.comparison import Figure, figures, members, told, worded
from edge_engine.decisions.predicate_changes import predicate_changes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import time

    from edge_engine.consent.policy_changes import Change
    from edge_engine.decisions.experiments import Experiment, Experiments
    from edge_engine.decisions.guard_policy import Guards, Quiet

_STRESS: Final = (
    Figure(
        "signs_needed", "it takes {} signs until credit and investments are kept back", larger_widens=True
    ),
    Figure("lasts_days", "they are kept back for {} days after the signs", larger_widens=False),
    Figure(
        "shortfall_sure", "credit is kept back from a chance of falling below zero of {}", larger_widens=True
    ),
)
_FATIGUE: Final = (
    Figure("closed", "it takes {} closed suggestions until there are none for a while", larger_widens=True),
    Figure("latest", "of the latest {}", larger_widens=False),
    Figure("rest_days", "there are none then for {} days", larger_widens=False),
)
_CAP: Final = (
    Figure("at_most", "at most {} suggestions", larger_widens=True),
    Figure("days", "within {} days", larger_widens=False),
)
_EXPERIMENT: Final = (
    Figure("rollout", "{} of 10,000 people are in it", larger_widens=True),
    Figure("buckets", "it has {} of 10,000 buckets", larger_widens=True),
    Figure("starts", "it starts on {}", larger_widens=False),
    Figure("ends", "it ends on {}", larger_widens=True),
    Figure("stopped", "stopped is {}", larger_widens=False),
    Figure("first", "its buckets begin at {}", larger_widens=None),
    Figure("measure", "it is measured by {}", larger_widens=None),
    Figure("control", "it is compared with {}", larger_widens=None),
    Figure("layer", "it is in the layer {}", larger_widens=None),
)
_NAMESPACE: Final = (
    Figure("holdout", "{} of 10,000 people are kept out of every experiment", larger_widens=False),
    Figure("stopped", "stopped is {}", larger_widens=False),
)
_MINUTES: Final = 24 * 60


def guard_changes(old: Guards, new: Guards) -> Iterator[Change]:
    """Compare the guards of two folders. A consent does not pin these: they hold at once."""
    yield from figures(old.stress, new.stress, "guards.toml: stress", _STRESS)
    yield from figures(old.fatigue, new.fatigue, "guards.toml: fatigue", _FATIGUE)
    again = Figure("days", "the same suggestion comes again after {} days", larger_widens=False)
    yield from figures(old.repetition, new.repetition, "guards.toml: repetition", (again,))
    yield from _signs(old, new)
    hours, newer = {one.id: one for one in old.quiet}, {one.id: one for one in new.quiet}
    for name in dict.fromkeys((*hours, *newer)):
        yield from _quiet(name, hours.get(name), newer.get(name))
    yield from _caps(old, new)


def _signs(old: Guards, new: Guards) -> Iterator[Change]:
    before, after = {one.id: one for one in old.stress_sign}, {one.id: one for one in new.stress_sign}
    for name in dict.fromkeys((*before, *after)):
        then, now = before.get(name), after.get(name)
        if then is None or now is None:
            word = "is a sign of stress now" if then is None else "is no sign of stress any more"
            yield told(now is None, f"guards.toml: {name} {word}.")
        else:
            subject = f"guards.toml: {name} is a sign of stress where"
            yield from predicate_changes(then.where, now.where, subject, loosening_widens=False)
            yield from worded(then, now, f"guards.toml: {name}", ("says",))


def _quiet(name: str, old: Quiet | None, new: Quiet | None) -> Iterator[Change]:
    subject = f"guards.toml: the quiet hours {name}"
    if old is None or new is None:
        yield told(new is None, f"{subject} are {'gone' if new is None else 'new'}.")
        return
    yield from members(
        old.channels, new.channels, subject, "also hold for {}", "no longer hold for {}", more_widens=False
    )
    if (old.start, old.until) != (new.start, new.until):
        loud = not _minutes(old) <= _minutes(new)
        spans = [f"{one.start:%H:%M} to {one.until:%H:%M}" for one in (new, old)]
        yield told(loud, f"{subject} are {spans[0]} instead of {spans[1]}.")


def _minutes(quiet: Quiet) -> set[int]:
    first, last = _minute(quiet.start), _minute(quiet.until)
    return {at % _MINUTES for at in range(first, last if last > first else last + _MINUTES)}


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _caps(old: Guards, new: Guards) -> Iterator[Change]:
    before, after = {one.id: one for one in old.cap}, {one.id: one for one in new.cap}
    for name in dict.fromkeys((*before, *after)):
        then, now, subject = before.get(name), after.get(name), f"guards.toml: the cap {name}"
        if then is None or now is None:
            yield told(now is None, f"{subject} is {'gone' if now is None else 'new'}.")
        else:
            yield from figures(then, now, subject, _CAP)
            yield from members(
                then.channels,
                now.channels,
                subject,
                "also holds for {}",
                "no longer holds for {}",
                more_widens=False,
            )


def experiment_changes(old: Experiments, new: Experiments) -> Iterator[Change]:
    """Compare the experiments of two folders. A consent does not pin these: they hold at once."""
    for name in dict.fromkeys((*old.namespaces, *new.namespaces)):
        then, now = old.namespaces.get(name), new.namespaces.get(name)
        if then is None or now is None:
            yield told(None, f"experiments.toml: the part {name} is {'new' if then is None else 'gone'}.")
        else:
            yield from figures(then, now, f"experiments.toml: “{now.says}”", _NAMESPACE)
            yield from worded(then, now, f"experiments.toml: {name}", ("says",))
    yield from members(
        list(old.layers),
        list(new.layers),
        "experiments.toml:",
        "layers {} are new",
        "layers {} are gone",
        more_widens=None,
    )
    for name in dict.fromkeys((*old.experiments, *new.experiments)):
        yield from _experiment(name, old.experiments.get(name), new.experiments.get(name))


def _experiment(name: str, old: Experiment | None, new: Experiment | None) -> Iterator[Change]:
    subject = f"experiments.toml: {name}"
    if old is None or new is None:
        one = new or old
        assert one is not None  # noqa: S101 - a name of either
        yield told(new is not None, f"{subject} is {'new' if new else 'gone'}: “{one.asks}”")
        return
    yield from figures(old, new, subject, _EXPERIMENT)
    yield from predicate_changes(old.where, new.where, f"{subject} takes people where", loosening_widens=True)
    if old.arms != new.arms:
        yield told(None, f"{subject}: what is tried, or for how many each, is another.")
    yield from worded(old, new, subject, ("asks", "owner"))
