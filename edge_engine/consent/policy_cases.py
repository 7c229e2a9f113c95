"""An officer's own cases: uses of data that a policy must allow or deny, in a TOML file that a build runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from edge_engine.consent.evaluation import Use, judge
from edge_engine.consent.policy_questions import usual_gate
from edge_engine.consent.purpose import Basis, DeliveryChannel, Effect, Gate, Recipient
from edge_engine.consent.toml_file import parsed
from edge_engine.consent.toml_lines import Places, unknown
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Collection

    from edge_engine.consent.policy import Policy


class Expected(StrEnum):
    """What a case asks for."""

    ALLOW = "allow"
    DENY = "deny"


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One use of data and what the policy must say of it.

    Attributes:
        name: What the case is about.
        purpose: Identifier of a purpose; one that there is not must be denied.
        data: Kinds of data; one that there is not must be denied.
        expect: What must come out.
        gate: Where; as `usual_gate` says of recipient and channel where None.
        recipient: Who would see it.
        channel: Way to the person; empty where none is used.
        granted: Whether the person agreed to the purpose.
        rule: Identifier of the rule that must decide; empty where any may.
        day: UTC day; today where none is given.
    """

    name: str
    purpose: str
    data: tuple[str, ...]
    expect: Expected
    gate: Gate | None = None
    recipient: Recipient = Recipient.DEVICE
    channel: DeliveryChannel | None = None
    granted: bool = True
    rule: str = ""
    day: date | None = None


class CasesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a file of cases."""

    case: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case.

    Attributes:
        name: The case's.
        passed: Whether it came out as expected.
        answer: ``allow`` or ``deny``.
        rules: What decided: identifiers of rules, or of the reason that no rule did.
        line: Line of the case in its file, counted from 1.
    """

    name: str
    passed: bool
    answer: Expected
    rules: tuple[str, ...]
    line: int


def read_cases(text: str, file: str) -> list[tuple[Case, int]]:
    """Return the cases of a file with their lines.

    Raises:
        PolicyError: The text is no file of cases; the sentence names the file and the line.
    """
    places = Places(text, file)
    try:
        found = msgspec.convert(parsed(text, file), CasesFile).case
    except msgspec.ValidationError as error:
        raise places.wrong_shape(str(error), CasesFile) from None
    if not found:
        raise PolicyError("there is no case in the file", file=file, line=1)
    return [(case, places.complain("", "case", at).line or 1) for at, case in enumerate(found)]


def check_names(
    policy: Policy, purpose: str, data: Collection[str], rule: str, places: tuple[str, int]
) -> None:
    """See that an officer asks about names that there are, unless it is asked whether unknown ones are denied.

    Args:
        policy: The policy.
        purpose: Identifier of a purpose.
        data: Kinds of data.
        rule: The rule that is expected to decide; ``unknown-purpose`` and ``unknown-data`` ask for names that are not.
        places: File and line.

    Raises:
        PolicyError: A name is mistyped; the sentence names the line.
    """
    file, line = places
    if rule.startswith("unknown-"):
        return
    if purpose not in policy.purposes:
        raise PolicyError(f"there is no purpose {unknown(purpose, policy.purposes)}", file=file, line=line)
    for one in data:
        if one not in policy.data:
            raise PolicyError(f"there is no kind of data {unknown(one, policy.data)}", file=file, line=line)


def run_case(policy: Policy, case: Case, line: int, today: date) -> Result:
    """Ask a policy about a case."""
    answer, rules = _answer(policy, case, case.day or today)
    passed = answer is case.expect and (not case.rule or case.rule in rules)
    return Result(case.name, passed, answer, rules, line)


def _answer(policy: Policy, case: Case, day: date) -> tuple[Expected, tuple[str, ...]]:
    purpose = policy.purposes.get(case.purpose)
    if purpose is None:
        return Expected.DENY, ("unknown-purpose",)
    if not set(case.data) <= policy.data.keys():
        return Expected.DENY, ("unknown-data",)
    if not case.granted and purpose.basis is Basis.CONSENT:
        return Expected.DENY, ("not-granted",)
    gate = case.gate or usual_gate(case.recipient, case.channel)
    use = Use(case.purpose, gate, frozenset(case.data), case.recipient, case.channel)
    verdict = judge(policy.rules, use, day)
    named = tuple(rule.id for rule in verdict.rules)
    if verdict.allowed:
        return Expected.ALLOW, named
    denied = bool(verdict.rules) and verdict.rules[0].effect is Effect.DENY
    return Expected.DENY, named if denied else ("default-deny",)
