"""What must hold in every file of reviews and workflows, whoever writes it; each breach is told with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.consent.purpose import OWN_ACCESS, SENSITIVE, Effect, Gate
from edge_engine.consent.toml_lines import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.actions.rules import Adviser, ReviewKind, ReviewsFile, Step, WorkflowKind, WorkflowsFile
    from edge_engine.consent.policy import Policy
    from edge_engine.consent.toml_lines import Places
    from edge_engine.errors import PolicyError

MAX_DAYS: Final = 366
MAX_ATTEMPTS: Final = 100
MAX_WAIT: Final = 86_400

PERSON: Final = "person"
ENGINE: Final = "engine"
"""Who may propose, beside advisers; no adviser can bear these names."""

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_KEY: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FIELD: Final = re.compile(r"([a-z][a-z0-9_]{0,63})(\.reference)?", re.ASCII)


def check_reviews(file: ReviewsFile, policy: Policy, places: Places) -> None:
    """Check ``reviews.toml``.

    Raises:
        PolicyError: A name is wrong, unknown or used twice, or a kind says what no policy may.
    """
    kinds: dict[str, ReviewKind] = {}
    for index, kind in enumerate(file.review):

        def wrong(message: str, key: str, index: int = index) -> PolicyError:
            return places.complain(message, "review", index, key)

        _check_kind(kind, policy, wrong)
        if kind.id in kinds:
            raise wrong(f"review {kind.id} is there twice", "id")
        kinds[kind.id] = kind
    advisers: dict[str, Adviser] = {}
    for index, adviser in enumerate(file.adviser):

        def amiss(message: str, key: str, index: int = index) -> PolicyError:
            return places.complain(message, "adviser", index, key)

        _check_adviser(adviser, kinds, amiss)
        if adviser.id in advisers:
            raise amiss(f"adviser {adviser.id} is there twice", "id")
        # INVARIANT: one key, one human: whoever proposed could otherwise approve under another name.
        if any(adviser.key == other.key for other in advisers.values()):
            raise amiss("this key is another adviser's", "key")
        advisers[adviser.id] = adviser


def _check_kind(kind: ReviewKind, policy: Policy, wrong: Callable[[str, str], PolicyError]) -> None:
    if not _ID.fullmatch(kind.id):
        raise wrong("a review's id is in snake_case", "id")
    if not kind.title.strip():
        raise wrong("title needs words for people", "title")
    if kind.level not in (1, 2, 3):
        raise wrong("level is 1, 2 or 3", "level")
    if kind.purpose not in policy.purposes or kind.purpose == OWN_ACCESS:
        raise wrong(f"there is no purpose {unknown(kind.purpose, policy.purposes)}", "purpose")
    _check_word(kind, wrong)
    for key in ("due_days", "valid_days"):
        if not 1 <= getattr(kind, key) <= MAX_DAYS:
            raise wrong(f"{key} is from 1 to {MAX_DAYS}", key)
    if not kind.terms or len(set(kind.terms)) < len(kind.terms) or not all(map(_ID.fullmatch, kind.terms)):
        raise wrong("terms names fields in snake_case, each once", "terms")
    _check_evidence(kind, policy, wrong)


def _check_word(kind: ReviewKind, wrong: Callable[[str, str], PolicyError]) -> None:
    # INVARIANT: at level 3 somebody else decides, and from level 2 on an approval is spent by its use.
    if kind.level == 3 and kind.approver != "adviser":
        raise wrong("at level 3 an adviser decides", "approver")
    if kind.level > 1 and kind.uses != "once":
        raise wrong("from level 2 on, an approval is used once", "uses")


def _check_evidence(kind: ReviewKind, policy: Policy, wrong: Callable[[str, str], PolicyError]) -> None:
    shown = _sent_to_advisers(policy) if kind.approver == "adviser" else frozenset(policy.data)
    for term in kind.evidence:
        if term not in policy.data:
            raise wrong(f"there is no data category {term}", "evidence")
        if term == SENSITIVE:
            raise wrong("sensitive data is never evidence", "evidence")
        if term not in shown:
            raise wrong(f"no rule lets an adviser see {term}", "evidence")


def _sent_to_advisers(policy: Policy) -> frozenset[str]:
    return frozenset(
        term
        for rule in policy.speaking_of("adviser_review")
        if rule.effect is Effect.ALLOW and Gate.SEND in rule.gates
        for term in rule.data
    )


def _check_adviser(
    adviser: Adviser, kinds: Mapping[str, ReviewKind], wrong: Callable[[str, str], PolicyError]
) -> None:
    if not _ID.fullmatch(adviser.id) or adviser.id in (PERSON, ENGINE):
        raise wrong("an adviser's id is in snake_case, and neither person nor engine", "id")
    if not adviser.name.strip():
        raise wrong("name needs words for people", "name")
    if not _KEY.fullmatch(adviser.key):
        raise wrong("key is an Ed25519 public key, 64 hexadecimal digits in lower case", "key")
    if not adviser.reviews:
        raise wrong("reviews names at least one kind of review", "reviews")
    for named in adviser.reviews:
        if named not in kinds:
            raise wrong(f"there is no review {named}", "reviews")
        if kinds[named].approver != "adviser":
            raise wrong(f"{named} is decided by the person", "reviews")
    if adviser.until is not None and adviser.until <= adviser.since:
        raise wrong("until is after since", "until")


def check_workflows(
    file: WorkflowsFile, reviews: Mapping[str, ReviewKind], policy: Policy, places: Places
) -> None:
    """Check ``workflows.toml`` against the reviews and the consent policy.

    Raises:
        PolicyError: A name is wrong, unknown or used twice, or a workflow says what no policy may.
    """
    kinds: dict[str, WorkflowKind] = {}
    for index, kind in enumerate(file.workflow):

        def wrong(message: str, key: str, index: int = index) -> PolicyError:
            return places.complain(message, "workflow", index, key)

        _check_workflow(kind, reviews, policy, wrong)
        if kind.id in kinds:
            raise wrong(f"workflow {kind.id} is there twice", "id")
        if all(step.workflow != kind.id for step in file.step):
            raise wrong(f"workflow {kind.id} has no step", "id")
        kinds[kind.id] = kind
    before: dict[str, list[str]] = {}
    for index, step in enumerate(file.step):

        def amiss(message: str, key: str, index: int = index) -> PolicyError:
            return places.complain(message, "step", index, key)

        if step.workflow not in kinds:
            raise amiss(f"there is no workflow {step.workflow}", "workflow")
        _check_step(step, before.setdefault(step.workflow, []), amiss)
        before[step.workflow].append(step.action)


def _check_workflow(
    kind: WorkflowKind,
    reviews: Mapping[str, ReviewKind],
    policy: Policy,
    wrong: Callable[[str, str], PolicyError],
) -> None:
    if not _ID.fullmatch(kind.id):
        raise wrong("a workflow's id is in snake_case", "id")
    if not kind.title.strip():
        raise wrong("title needs words for people", "title")
    if not _ID.fullmatch(kind.connector):
        raise wrong("connector is a name in snake_case", "connector")
    if kind.review and kind.review not in reviews:
        raise wrong(f"there is no review {kind.review}", "review")
    # INVARIANT: what is above level 0 needs a human's word of the same level.
    needed = reviews[kind.review].level if kind.review else 0
    if kind.level != needed:
        raise wrong(f"level must be {needed}, as of its review", "level")
    if kind.gate not in (Gate.SEND, Gate.DELIVER):
        raise wrong("gate is send or deliver", "gate")
    _check_consent(kind, policy, wrong)
    if not 1 <= kind.attempts <= MAX_ATTEMPTS:
        raise wrong(f"attempts is from 1 to {MAX_ATTEMPTS}", "attempts")
    if not 1 <= kind.wait_seconds <= MAX_WAIT:
        raise wrong(f"wait_seconds is from 1 to {MAX_WAIT}", "wait_seconds")


def _check_consent(kind: WorkflowKind, policy: Policy, wrong: Callable[[str, str], PolicyError]) -> None:
    """Check that some rule of the consent policy allows what the workflow sends."""
    if kind.purpose not in policy.purposes:
        raise wrong(f"there is no purpose {unknown(kind.purpose, policy.purposes)}", "purpose")
    if not kind.data:
        raise wrong("data names at least one data category", "data")
    allowed = {
        term
        for rule in policy.rules
        if rule.effect is Effect.ALLOW and rule.purpose == kind.purpose
        if kind.gate in rule.gates and kind.recipient in rule.recipients
        if (kind.channel in rule.channels if kind.channel else not rule.channels)
        for term in rule.data
    }
    for term in kind.data:
        if term not in allowed:
            raise wrong(f"no rule of {kind.purpose} lets {term} pass to {kind.recipient} like this", "data")


def _check_step(step: Step, before: list[str], wrong: Callable[[str, str], PolicyError]) -> None:
    for key in ("action", "undo"):
        named = getattr(step, key)
        if not _ID.fullmatch(named) and not (key == "undo" and not named):
            raise wrong(f"{key} is a name in snake_case", key)
    if step.action in before:
        raise wrong(f"action {step.action} is there twice in this workflow", "action")
    if not step.fields or len(set(step.fields)) < len(step.fields):
        raise wrong("fields names what the packet holds, each once", "fields")
    for name in step.fields:
        found = _FIELD.fullmatch(name)
        if found is None:
            raise wrong(f"{name} is neither a field in snake_case nor action.reference", "fields")
        if found[2] and found[1] not in before:
            raise wrong(f"no earlier step is called {found[1]}", "fields")
