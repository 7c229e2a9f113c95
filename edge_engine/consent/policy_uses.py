"""Every use of data that a policy allows once its purpose is granted, spelled out one by one.

An allowance covers each kind of data by itself and a prohibition strikes each kind by itself, so what a policy allows
is a set of single uses; two policies are compared, and a policy drawn as a table, by these sets.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.consent.purpose import ANY, Effect, Gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.consent.policy import Policy
    from edge_engine.consent.purpose import DeliveryChannel, Recipient, Rule

FOR_EVER: Final = date.max


class SingleUse(NamedTuple):
    """One kind of data, for one purpose, at one gate, for one recipient, over one channel."""

    purpose: str
    data: str
    gate: Gate
    recipient: Recipient
    channel: DeliveryChannel | None


class Allowed(NamedTuple):
    """Until when a use is allowed, and by which rules."""

    until: date
    rules: tuple[str, ...]


def allowed_uses(policy: Policy, day: date) -> dict[SingleUse, Allowed]:
    """Return every single use that the rules allow on a day, the person's own word aside.

    Args:
        policy: The policy.
        day: UTC day; allowances that have ended by then are left out.
    """
    found: dict[SingleUse, Allowed] = {}
    for rule in policy.rules:
        if rule.effect is Effect.ALLOW and (rule.until is None or day < rule.until):
            until = rule.until or FOR_EVER
            for use in spelled_out(rule):
                known = found.get(use)
                rules = (*(known.rules if known else ()), rule.id)
                found[use] = Allowed(max(until, known.until) if known else until, rules)
    denials = [rule for rule in policy.rules if rule.effect is Effect.DENY]
    return {use: by for use, by in found.items() if not any(strikes(rule, use) for rule in denials)}


def spelled_out(rule: Rule) -> Iterator[SingleUse]:
    """Yield every single use that an allowance names, prohibitions aside."""
    # As `edge_engine.consent.evaluation` reads an allowance: without a channel it is about undelivered use alone.
    for gate, data, recipient in product(rule.gates, rule.data, rule.recipients):
        for channel in (None, *rule.channels):
            if channel is not None or gate is not Gate.DELIVER:
                yield SingleUse(rule.purpose, data, gate, recipient, channel)  # type: ignore[arg-type] # no ANY here


def strikes(rule: Rule, use: SingleUse) -> bool:
    """Return whether a prohibition strikes a single use."""
    return (
        rule.purpose in (use.purpose, ANY)
        and use.gate in rule.gates
        and use.data in rule.data
        and (use.recipient in rule.recipients or ANY in rule.recipients)
        and (not rule.channels or use.channel in rule.channels)
    )
