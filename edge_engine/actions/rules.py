"""The rules of reviews and workflows: two files of the policy folder, read and checked line by line.

``reviews.toml`` says what people decide, who may decide it, and whose keys are believed. ``workflows.toml`` says what
the bank's back end may be asked, step by step, and which fields each packet has.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from edge_engine.actions.rules_checks import check_reviews, check_workflows
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.consent.toml_file import decode, packaged, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.errors import PolicyError

REVIEWS: Final = "reviews.toml"
WORKFLOWS: Final = "workflows.toml"


class Approver(StrEnum):
    """Whose word decides."""

    PERSON = "person"
    ADVISER = "adviser"


class Uses(StrEnum):
    """How often an approval can be used."""

    ONCE = "once"
    STANDING = "standing"


class ReviewKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that people decide.

    Attributes:
        id: Identifier in snake case.
        title: A few words for people.
        level: 1 the person confirms, 2 it must suit them, 3 another human decides.
        purpose: The purpose under which it is proposed.
        approver: Whose word decides.
        uses: Whether an approval is spent by its first use.
        due_days: dates in which it can be decided.
        valid_days: dates that an approval holds.
        terms: The fields of what is approved; no more and no fewer.
        evidence: Data categories that the evidence may be of.
    """

    id: str
    title: str
    level: int
    purpose: str
    approver: Approver
    uses: Uses
    due_days: int
    valid_days: int
    terms: tuple[str, ...]
    evidence: tuple[str, ...] = ()


class Adviser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody whose signature counts.

    Attributes:
        id: Identifier in snake case.
        name: For people.
        key: Ed25519 public key, 64 hexadecimal digits.
        reviews: The kinds of review that they may decide.
        since: First day, UTC, on which the key counts.
        until: First day on which it no longer does; None for none.
    """

    id: str
    name: str
    key: str
    reviews: tuple[str, ...]
    since: date
    until: date | None = None


class WorkflowKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is done in steps.

    Attributes:
        id: Identifier in snake case.
        title: A few words for people.
        level: As of the review that it needs; 0 where it needs none.
        review: The kind of review that must be approved; empty for none.
        purpose: The purpose whose consent is asked for before each step.
        gate: ``send`` where it leaves the device, ``deliver`` where it stays with the person.
        data: Data categories in its packets.
        recipient: Who receives the packets.
        connector: The name under which the host supplies the other side.
        attempts: How often a step is tried before everything is undone.
        wait_seconds: Wait before the second attempt; doubled for each further one.
        channel: Where it is delivered; empty where it is not.
        forecast_days: How old a forecast may be that it rests on; 0 where it rests on none.
    """

    id: str
    title: str
    level: int
    purpose: str
    gate: Gate
    data: tuple[str, ...]
    recipient: Recipient
    connector: str
    attempts: int
    wait_seconds: int
    review: str = ""
    channel: DeliveryChannel | None = None
    forecast_days: int = 0


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call of the back end.

    Attributes:
        workflow: The workflow that it is a step of; steps follow the order of the file.
        action: What the back end is asked to do; once a workflow.
        fields: What its packet holds and nothing else: fields of the workflow, or ``action.reference`` for what the
            back end answered to an earlier step.
        undo: What the back end is asked to do to take it back; empty where nothing is to be taken back.
    """

    workflow: str
    action: str
    fields: tuple[str, ...]
    undo: str = ""


class ReviewsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``reviews.toml``."""

    schema: int
    version: str
    review: tuple[ReviewKind, ...]
    adviser: tuple[Adviser, ...] = ()


class WorkflowsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``workflows.toml``."""

    schema: int
    version: str
    workflow: tuple[WorkflowKind, ...]
    step: tuple[Step, ...]


class ActionRules(msgspec.Struct, frozen=True):
    """What people decide and what is done about it.

    Attributes:
        reviews: Kinds of review by identifier.
        advisers: By identifier.
        workflows: Kinds of workflow by identifier.
        steps: Steps by workflow, in order.
    """

    reviews: dict[str, ReviewKind]
    advisers: dict[str, Adviser]
    workflows: dict[str, WorkflowKind]
    steps: dict[str, tuple[Step, ...]]

    @classmethod
    def default(cls) -> ActionRules:
        """Return the rules that ship with the engine: no adviser has a key; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path, policy: Policy | None = None) -> ActionRules:
        """Read both files of a folder; one that is not there is the engine's own.

        Raises:
            PolicyError: A file cannot be read or is not valid; the sentence names the file and the line.
        """
        place = Path(folder)
        if not any((place / name).is_file() for name in (REVIEWS, WORKFLOWS)):
            raise PolicyError(f"rules of reviews are a folder with {REVIEWS} in it")
        asked, done = (
            read_text(place / name) if (place / name).exists() else packaged(name)
            for name in (REVIEWS, WORKFLOWS)
        )
        return cls.parse(asked, done, policy)

    @classmethod
    def parse(cls, reviews: str, workflows: str, policy: Policy | None = None) -> ActionRules:
        """Read rules from the texts of their files.

        Raises:
            PolicyError: A text is not valid; the sentence names the file and the line.
        """
        known = policy or Policy.default()
        asked = decode(reviews, ReviewsFile, REVIEWS)
        check_reviews(asked, known, Places(reviews, REVIEWS))
        kinds = {one.id: one for one in asked.review}
        done = decode(workflows, WorkflowsFile, WORKFLOWS)
        check_workflows(done, kinds, known, Places(workflows, WORKFLOWS))
        return cls(
            reviews=kinds,
            advisers={one.id: one for one in asked.adviser},
            workflows={one.id: one for one in done.workflow},
            steps={
                kind.id: tuple(step for step in done.step if step.workflow == kind.id)
                for kind in done.workflow
            },
        )


@cache
def _default() -> ActionRules:
    return ActionRules.parse(packaged(REVIEWS), packaged(WORKFLOWS))
