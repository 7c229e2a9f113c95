"""Lives a made-up history of consent with the real ledger, over an encrypted store that holds nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from edge_engine.clock import FakeClock
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy_cases import Expected
from edge_engine.consent.policy_history import Doing
from edge_engine.consent.policy_questions import usual_gate
from edge_engine.errors import ConsentError, InputError
from edge_engine.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge_engine.consent.policy import Policy
    from edge_engine.consent.policy_history import Step


class Lived(msgspec.Struct, frozen=True):
    """What became of a step.

    Attributes:
        line: Line of the step in its file, counted from 1.
        at: When, UTC.
        did: What happened, in words.
        done: Whether the step did what it says, or a use that it asks about is allowed.
        rule: What decided; empty where nothing was in question.
        because: Why, as a sentence.
        on: Purposes that are on after it.
        as_expected: False where the step expects something else.
    """

    line: int
    at: datetime
    did: str
    done: bool
    rule: str
    because: str
    on: tuple[str, ...]
    as_expected: bool


def live(steps: Sequence[tuple[Step, int]], policy: Policy, load: Callable[[str], Policy]) -> Iterator[Lived]:
    """Yield what becomes of each step.

    Args:
        steps: Steps with their lines.
        policy: The policy at the beginning.
        load: Reads the policy of a folder that a step names.

    Raises:
        PolicyError: A policy that a step names is not valid.
    """
    clock = FakeClock(steps[0][0].at)
    vault = Vault.in_memory(clock=clock)
    try:
        ledger = Ledger(vault.ledger_store(), policy, clock)
        for step, line in steps:
            clock.advance(step.at.astimezone(UTC) - clock.now())
            if step.do is Doing.POLICY:
                # Another policy takes the old one's place when the program starts anew over the same ledger.
                ledger = Ledger(vault.ledger_store(), load(step.folder), clock)
            did, done, rule, because = _live(ledger, step)
            on = tuple(one.purpose for one in ledger.state() if one.granted)
            yield Lived(line, clock.now(), did, done, rule, because, on, _as_expected(step, rule, done=done))
    finally:
        vault.close()


def _live(ledger: Ledger, step: Step) -> tuple[str, bool, str, str]:
    """Return what happened, whether it was done, by which rule and why."""
    if step.do is Doing.POLICY:
        return f"the policy is {ledger.policy.version} from here on", True, "", ""
    if step.do is Doing.ASK:
        gate = step.gate or usual_gate(step.recipient, step.channel)
        told = ledger.explain(step.purpose, gate, step.data, step.recipient, step.channel)
        over = f" over {step.channel}" if step.channel else ""
        did = f"may {step.recipient} {gate} {', '.join(step.data)} for {step.purpose}{over}?"
        return did, told.allowed, told.rule, told.because
    did = f"{step.do} {step.purpose}"
    try:
        if step.do is Doing.GRANT:
            ledger.grant(step.purpose, step.days or None)
        else:
            ledger.withdraw(step.purpose)
    except ConsentError as refused:
        return did, False, getattr(refused, "rule", refused.code), refused.message
    except InputError as refused:
        return did, False, refused.code, refused.message
    return did, True, "", ""


def _as_expected(step: Step, rule: str, *, done: bool) -> bool:
    wanted = {Expected.ALLOW: True, Expected.DENY: False}
    as_said = step.expect is None or done is wanted[step.expect]
    return as_said and (not step.rule or step.rule in rule.split("+"))
