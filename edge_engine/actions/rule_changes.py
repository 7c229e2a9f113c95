"""What new rules of reviews and workflows let the bank, an adviser or the person get that the old ones did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.consent.comparison import Figure, figures, members, otherwise, told, worded
from edge_engine.consent.policy_changes import SEEN_BY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.actions.rules import ActionRules, Adviser, ReviewKind, Step, WorkflowKind
    from edge_engine.consent.policy_changes import Change

_REVIEW: Final = (
    Figure("level", "it is decided with the care of level {}", larger_widens=False),
    Figure("valid_days", "an approval holds for {} days", larger_widens=True),
    Figure("due_days", "it can be decided for {} days", larger_widens=None),
)
_WORKFLOW: Final = (
    Figure("level", "it takes the care of level {}", larger_widens=False),
    Figure("attempts", "a step is tried {} times", larger_widens=None),
    Figure("wait_seconds", "a second attempt waits {} seconds", larger_widens=None),
    Figure("forecast_days", "it may rest on a forecast of {} days", larger_widens=None),
)
_WORKFLOW_SAYS: Final = {
    "review": "the review that must be approved first",
    "purpose": "the consent that it rests on",
    "gate": "the gate",
    "recipient": "who receives the packets",
    "connector": "the host's other side",
    "channel": "the channel",
}


def review_changes(old: ActionRules, new: ActionRules) -> Iterator[Change]:
    """Compare what people decide, and whose word counts. A consent does not pin these: they hold at once."""
    for name in dict.fromkeys((*old.reviews, *new.reviews)):
        yield from _review(old.reviews.get(name), new.reviews.get(name))
    for name in dict.fromkeys((*old.advisers, *new.advisers)):
        yield from _adviser(old.advisers.get(name), new.advisers.get(name))


def workflow_changes(old: ActionRules, new: ActionRules) -> Iterator[Change]:
    """Compare what the bank may be asked, step by step. A consent does not pin these: they hold at once."""
    for name in dict.fromkeys((*old.workflows, *new.workflows)):
        before, after = old.workflows.get(name), new.workflows.get(name)
        if after is None:
            assert before is not None  # noqa: S101 - a name of either
            yield told(False, f"workflows.toml: “{before.title}” is gone.")
        elif before is None:
            steps = "; ".join(f"{step.action} with {', '.join(step.fields)}" for step in new.steps[name])
            who = SEEN_BY[after.recipient]
            yield told(True, f"workflows.toml: “{after.title}” is new {who}, with the steps {steps}.")
        else:
            yield from _workflow(before, after, old.steps[name], new.steps[name])


def _review(old: ReviewKind | None, new: ReviewKind | None) -> Iterator[Change]:
    if old is None or new is None:
        one = new or old
        assert one is not None  # noqa: S101 - a name of either
        seen = f": the {one.approver} decides and may see {', '.join(one.evidence) or 'no evidence'}"
        yield told(new is not None, f"reviews.toml: “{one.title}” is {'new' + seen if new else 'gone'}.")
        return
    subject = f"reviews.toml: “{new.title}”"
    yield from figures(old, new, subject, _REVIEW)
    yield from members(
        old.evidence, new.evidence, f"{subject}: the {new.approver}", "can now see {}", "no longer sees {}"
    )
    yield from members(
        old.terms, new.terms, f"{subject}: what is approved", "now holds {}", "no longer holds {}"
    )
    says = {"approver": "who decides, and sees the evidence,", "purpose": "the consent that it rests on"}
    yield from otherwise(old, new, subject, says)
    if old.uses != new.uses:
        yield told(old.uses == "once", f"{subject}: an approval is for use {new.uses} instead of {old.uses}.")
    yield from worded(old, new, subject, ("title",))


def _adviser(old: Adviser | None, new: Adviser | None) -> Iterator[Change]:
    if old is None or new is None:
        one = new or old
        assert one is not None  # noqa: S101 - a name of either
        what = (
            f"now decides and sees {', '.join(one.reviews)}" if new else "decides and sees nothing any more"
        )
        yield told(new is not None, f"reviews.toml: the adviser “{one.name}” {what}.")
        return
    subject = f"reviews.toml: the adviser “{new.name}”"
    yield from members(old.reviews, new.reviews, subject, "now decides and sees {}", "no longer sees {}")
    yield from otherwise(old, new, subject, {"key": "the key that is believed"})
    if old.since != new.since:
        yield told(new.since < old.since, f"{subject} is believed from {new.since} instead of {old.since}.")
    if old.until != new.until:
        longer = new.until is None or (old.until is not None and new.until > old.until)
        yield told(longer, f"{subject} is believed until {new.until or 'further notice'}.")
    yield from worded(old, new, subject, ("name",))


def _workflow(
    old: WorkflowKind, new: WorkflowKind, before: tuple[Step, ...], after: tuple[Step, ...]
) -> Iterator[Change]:
    subject = f"workflows.toml: “{new.title}”"
    yield from figures(old, new, subject, _WORKFLOW)
    yield from otherwise(old, new, subject, _WORKFLOW_SAYS)
    yield from members(old.data, new.data, subject, "may now tell of {}", "no longer tells of {}")
    yield from worded(old, new, subject, ("title",))
    who = SEEN_BY[new.recipient]
    known = {step.action: step for step in before}
    for step in after:
        one = known.pop(step.action, None)
        if one is None:
            yield told(True, f"{subject}: a step is new {who}: {step.action} with {', '.join(step.fields)}.")
            continue
        packet = f"{subject}, step {step.action}: a packet {who}"
        yield from members(one.fields, step.fields, packet, "now holds {}", "no longer holds {}")
        if one.undo != step.undo:
            taken = f"is taken back by {step.undo}" if step.undo else "can no longer be taken back"
            yield told(None if step.undo else True, f"{subject}: step {step.action} {taken}.")
    for action in known:
        yield told(False, f"{subject}: the step {action} is gone.")
    if not known and [one.action for one in before] != [one.action for one in after][: len(before)]:
        yield told(None, f"{subject}: its steps come in another order.")
