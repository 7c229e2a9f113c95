"""A policy's rules in the Cedar policy language, written from the TOML text alone: a second reading by another engine.

Nothing here uses the consent room. A prohibition becomes a ``forbid`` and an allowance a ``permit``; Cedar, like the
engine, denies by default and lets a forbid win. Cedar decides one kind of data at a time, so a use of several kinds is
allowed where each kind is, and a use of none is not.

Source: Cedar's language reference, "Policy syntax" and "Operators".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import cedarpy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

ANYBODY: Final = "*"
NO_CHANNEL: Final = ""
_BATCH: Final = 20_000

Single = tuple[str, str, str, str, str, int]
"""Purpose, gate, kind of data, recipient, channel (empty for none) and day as an ordinal."""


class Cedar:
    """Answers about one policy, given by Cedar; what was asked once is remembered.

    Args:
        rules: Rules as ``purposes.toml`` has them.
    """

    def __init__(self, rules: Sequence[dict[str, Any]]) -> None:
        self.policies = cedarpy.PolicySet.from_str("\n".join(map(_statement, rules)))
        self._known: dict[Single, bool] = {}

    def learn(self, questions: Iterable[Single]) -> None:
        """Ask Cedar about what it was not asked yet."""
        fresh = sorted({one for one in questions if one not in self._known})
        for at in range(0, len(fresh), _BATCH):
            some = fresh[at : at + _BATCH]
            answers = cedarpy.is_authorized_batch([_request(one) for one in some], self.policies, [])
            for one, answer in zip(some, answers, strict=True):
                assert not answer.diagnostics.errors, answer.diagnostics.errors
                self._known[one] = answer.allowed

    def allows(self, questions: Sequence[Single]) -> bool:
        """Return whether each single use is allowed, and there is one; they were learned before."""
        return bool(questions) and all(self._known[one] for one in questions)


def _statement(rule: dict[str, Any]) -> str:
    """Return one rule as a Cedar policy."""
    allows = rule["effect"] == "allow"
    actions = ", ".join(f"Action::{json.dumps(gate)}" for gate in rule["gates"])
    conditions = [f"{json.dumps(rule['data'])}.contains(context.data)"]
    if rule["purpose"] != ANYBODY:
        conditions.append(f"context.purpose == {json.dumps(rule['purpose'])}")
    if ANYBODY not in rule["recipients"]:
        conditions.append(f"{json.dumps(rule['recipients'])}.contains(context.recipient)")
    conditions += _channels(rule.get("channels", []), allows=allows)
    until: date | None = rule.get("until")
    if until is not None:
        conditions.append(f"context.day < {until.toordinal()}")
    effect = "permit" if allows else "forbid"
    return f"{effect}(principal, action in [{actions}], resource) when {{ {' && '.join(conditions)} }};"


def _channels(channels: list[str], *, allows: bool) -> list[str]:
    named = f"{json.dumps(channels)}.contains(context.channel)" if channels else "false"
    if allows:
        # What is used without a channel is delivered to nobody; what is delivered has a channel that is named.
        return [f'(if context.channel == "" then action != Action::"deliver" else {named})']
    return [named] if channels else []


def _request(one: Single) -> dict[str, Any]:
    purpose, gate, data, recipient, channel, day = one
    return {
        "principal": 'Engine::"device"',
        "action": f"Action::{json.dumps(gate)}",
        "resource": 'Person::"own"',
        "context": {
            "purpose": purpose,
            "data": data,
            "recipient": recipient,
            "channel": channel,
            "day": day,
        },
    }
