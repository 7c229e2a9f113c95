"""What somebody may do with a kind of data, asked at every gate and over every channel where that somebody can be.

Whoever asks about the app's company at the gate ``read`` hears that nobody reads there, and takes it for an answer
about what leaves; so a question that names no gate is asked at each that its recipient can stand at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.evaluation import Use, judge
from edge_engine.consent.policy_checks import RECIPIENTS
from edge_engine.consent.purpose import Basis, DeliveryChannel, Gate, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.consent.policy import Policy

OUTWARD: Final = frozenset((Gate.DELIVER, Gate.SEND))
"""Where channels are used."""


class Asked(msgspec.Struct, frozen=True):
    """One question and its answer, for somebody who agreed.

    Attributes:
        gate: Where.
        recipient: Who would see it.
        channels: Ways to the person that get the same answer; empty where none is used.
        allowed: Whether it is.
        rules: Identifiers of the rules that decide; empty by default denial.
        because: Why, in the rules' words.
    """

    gate: Gate
    recipient: Recipient
    channels: tuple[DeliveryChannel, ...]
    allowed: bool
    rules: tuple[str, ...]
    because: str


def usual_gate(recipient: Recipient, channel: DeliveryChannel | None) -> Gate:
    """Return the gate that is meant where none is named: where that recipient gets something.

    A channel leads to a person, or to an adviser, whom data is sent to; the device reads.
    """
    if recipient in (Recipient.HOST_APP, Recipient.AGGREGATORS, Recipient.ADVISER):
        return Gate.SEND
    return Gate.READ if channel is None else Gate.DELIVER


def ask(
    policy: Policy,
    purpose: str,
    data: str,
    day: date,
    recipient: Recipient | None = None,
    channel: DeliveryChannel | None = None,
    gate: Gate | None = None,
) -> list[Asked]:
    """Return what the rules say, at each gate and over each channel that are not named.

    Args:
        policy: The policy; whether the person agreed is left aside.
        purpose: One of its purposes.
        data: One of its kinds of data.
        day: UTC day.
        recipient: Who would see it; everybody who can where None.
        channel: Way to the person; none, and each that could be used, where None.
        gate: Where; each at which the recipient can be where None.
    """
    found: list[Asked] = []
    for at, who, way in _questions(recipient, channel, gate):
        verdict = judge(policy.rules, Use(purpose, at, frozenset((data,)), who, way), day)
        because = "; ".join(rule.says for rule in verdict.rules)
        one = Asked(
            at,
            who,
            (way,) if way else (),
            verdict.allowed,
            tuple(rule.id for rule in verdict.rules),
            because or "no rule allows it, and what no rule allows is denied",
        )
        found = _joined(found, one)
    return found


def needs_consent(policy: Policy, purpose: str) -> bool:
    """Tell whether the answers hold for somebody who agreed, and not for everybody."""
    return policy.purposes[purpose].basis is Basis.CONSENT


def _questions(
    recipient: Recipient | None, channel: DeliveryChannel | None, gate: Gate | None
) -> Iterator[tuple[Gate, Recipient, DeliveryChannel | None]]:
    for who in Recipient if recipient is None else (recipient,):
        for at in Gate if gate is None else (gate,):
            if gate is None and (who not in RECIPIENTS[at] or (channel is not None and at not in OUTWARD)):
                continue
            for way in _ways(at, who, channel):
                yield at, who, way


def _ways(gate: Gate, who: Recipient, channel: DeliveryChannel | None) -> tuple[DeliveryChannel | None, ...]:
    if channel is not None or gate not in OUTWARD:
        return (channel,)
    if gate is Gate.DELIVER:
        return tuple(DeliveryChannel)
    # What is sent needs no channel; to an adviser one leads all the same.
    return (None, DeliveryChannel.ADVISER) if who is Recipient.ADVISER else (None,)


def _joined(found: list[Asked], one: Asked) -> list[Asked]:
    """Add an answer; to one before it where they differ by their channel alone."""
    for at, other in enumerate(found):
        if other == msgspec.structs.replace(one, channels=other.channels):
            # What holds without a channel holds over this one too.
            channels = (*other.channels, *one.channels) if other.channels else ()
            return [*found[:at], msgspec.structs.replace(other, channels=channels), *found[at + 1 :]]
    return [*found, one]
