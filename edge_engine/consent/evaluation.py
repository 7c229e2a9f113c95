"""What a set of rules says about one use of data: pure, the same for today's policy and for what was agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_engine.consent.purpose import ANY, Effect, Gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from edge_engine.consent.purpose import DeliveryChannel, Recipient, Rule


@dataclass(frozen=True, slots=True)
class Use:
    """A use of data that somebody asks about.

    Attributes:
        purpose: Identifier of the purpose.
        gate: Where.
        data: Data categories.
        recipient: Who would see it.
        channel: Way to the person, None where none is used.
    """

    purpose: str
    gate: Gate
    data: frozenset[str]
    recipient: Recipient
    channel: DeliveryChannel | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say.

    Attributes:
        allowed: Whether no prohibition strikes the use and allowances cover all of its data.
        rules: The allowances that cover it, or the first prohibition that strikes it; empty by default denial.
        uncovered: Data that no allowance covers.
    """

    allowed: bool
    rules: tuple[Rule, ...]
    uncovered: frozenset[str]


def judge(rules: Sequence[Rule], use: Use, day: date) -> Verdict:
    """Return what ``rules`` say about ``use`` on ``day``: deny wins, and what no rule allows is denied.

    Args:
        rules: In any order; the order decides only which rule is named first.
        use: What is asked.
        day: UTC day.
    """
    fitting = [rule for rule in rules if _fits(rule, use, day)]
    for rule in fitting:
        if rule.effect is Effect.DENY and not use.data.isdisjoint(rule.data):
            return Verdict(allowed=False, rules=(rule,), uncovered=frozenset())
    allowing = tuple(
        rule for rule in fitting if rule.effect is Effect.ALLOW and not use.data.isdisjoint(rule.data)
    )
    uncovered = use.data.difference(*(rule.data for rule in allowing))
    # INVARIANT: a use of nothing is not allowed either; there is always a rule to name.
    allowed = bool(allowing) and not uncovered
    return Verdict(allowed=allowed, rules=allowing if allowed else (), uncovered=uncovered)


def nameable(rules: Iterable[Rule], use: Use, day: date) -> frozenset[str]:
    """Return all data that the rules would allow for such a use, whatever data the use itself names."""
    allowed: set[str] = set()
    denied: set[str] = set()
    for rule in rules:
        if _fits(rule, use, day):
            (allowed if rule.effect is Effect.ALLOW else denied).update(rule.data)
    return frozenset(allowed - denied)


def _fits(rule: Rule, use: Use, day: date) -> bool:
    """Return whether the rule speaks of such a use, its data aside."""
    return (
        rule.purpose in (use.purpose, ANY)
        and use.gate in rule.gates
        and (use.recipient in rule.recipients or ANY in rule.recipients)
        and _channel_fits(rule, use)
        and (rule.until is None or day < rule.until)
    )


def _channel_fits(rule: Rule, use: Use) -> bool:
    if rule.effect is Effect.DENY:
        return not rule.channels or use.channel in rule.channels
    if use.channel is None:
        return use.gate is not Gate.DELIVER
    return use.channel in rule.channels
