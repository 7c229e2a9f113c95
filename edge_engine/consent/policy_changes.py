"""What a new policy lets somebody do that the old one did not, and what it takes away, in sentences.

A change *widens* where more can be done with a person's data, for longer, for other reasons or by others, or where a
prohibition is gone, even one that strikes nothing today. Everything else narrows, or is a matter of words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_engine.consent.policy_uses import FOR_EVER, SingleUse, allowed_uses
from edge_engine.consent.purpose import ANY, Basis, Effect, Gate, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from edge_engine.consent.policy import Policy
    from edge_engine.consent.policy_uses import Allowed
    from edge_engine.consent.purpose import Purpose, Rule


DOING: Final = {
    Gate.READ: "read",
    Gate.INFER: "draw conclusions from",
    Gate.DECIDE: "decide with",
    Gate.DELIVER: "show",
    Gate.SEND: "send out",
}
SEEN_BY: Final = {
    Recipient.PERSON: "for the person alone",
    Recipient.DEVICE: "on the device",
    Recipient.HOST_APP: "for the app's company",
    Recipient.ADVISER: "for an adviser",
    Recipient.AGGREGATORS: "for the servers that add up totals",
}


class Direction(StrEnum):
    """Which way a change goes."""

    WIDENS = "widens"
    NARROWS = "narrows"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two policies.

    Attributes:
        direction: Whether more or less can be done with a person's data.
        sentence: What changed, for people.
        rules: Identifiers of the rules that do it; empty where no rule does.
    """

    direction: Direction
    sentence: str
    rules: tuple[str, ...] = ()


def changes(old: Policy, new: Policy, day: date) -> list[Change]:
    """Compare two policies: first what widens, then what narrows, then words.

    Args:
        old: The policy that people agreed to.
        new: The policy that is to take its place.
        day: UTC day on which they are compared.
    """
    found = [
        *_uses(old, new, day),
        *_purposes(old, new),
        *_prohibitions(old, new),
        *_data(old, new),
        *_controller(old, new),
        *_says(old, new),
    ]
    order = list(Direction)
    return sorted(found, key=lambda one: order.index(one.direction))


def _uses(old: Policy, new: Policy, day: date) -> Iterator[Change]:
    before, after = allowed_uses(old, day), allowed_uses(new, day)
    for direction, more, less, policy in (
        (Direction.WIDENS, after, before, new),
        (Direction.NARROWS, before, after, old),
    ):
        fresh = {use: more[use] for use in more if use not in less}
        yield from _told(
            direction, fresh, policy, "can now" if direction is Direction.WIDENS else "can no longer"
        )
    longer = {use: after[use] for use in after if use in before and after[use].until > before[use].until}
    shorter = {use: after[use] for use in after if use in before and after[use].until < before[use].until}
    yield from _told(Direction.WIDENS, longer, new, "can for longer, {until},")
    yield from _told(Direction.NARROWS, shorter, new, "can for a shorter time, {until},")


def _told(direction: Direction, uses: dict[SingleUse, Allowed], policy: Policy, can: str) -> Iterator[Change]:
    """Tell uses in sentences, one for each purpose, recipient, gate and channel."""
    groups: dict[tuple[object, ...], list[SingleUse]] = {}
    for use, by in uses.items():
        alike = (use.purpose, use.gate, use.recipient, use.channel, by.until)
        groups.setdefault(alike, []).append(use)
    for several in groups.values():
        one = several[0]
        until = uses[one].until
        verb = can.format(until="without an end" if until == FOR_EVER else f"until {until.isoformat()}")
        titles = ", ".join(f"“{policy.data[use.data].title}”" for use in several)
        purpose = policy.purposes[one.purpose].title
        how = SEEN_BY[one.recipient] + (f", over {one.channel.value}" if one.channel else "")
        rules = tuple(dict.fromkeys(rule for use in several for rule in uses[use].rules))
        yield Change(direction, f"“{purpose}” {verb} {DOING[one.gate]} {titles} {how}.", rules)


def _purposes(old: Policy, new: Policy) -> Iterator[Change]:
    for name in new.purposes.keys() - old.purposes.keys():
        yield Change(
            Direction.WORDS, f"The purpose “{new.purposes[name].title}” is new; it is off until granted."
        )
    for name in old.purposes.keys() - new.purposes.keys():
        yield Change(Direction.NARROWS, f"The purpose “{old.purposes[name].title}” is gone.")
    for name in old.purposes.keys() & new.purposes.keys():
        yield from _purpose(old.purposes[name], new.purposes[name])


def _purpose(old: Purpose, new: Purpose) -> Iterator[Change]:
    title = f"“{new.title}”"
    if old.basis is not new.basis:
        freed = new.basis is not Basis.CONSENT
        way = Direction.WIDENS if freed else Direction.NARROWS
        yield Change(way, f"{title} {'no longer needs' if freed else 'now needs'} the person's consent.")
    if new.expires_days != old.expires_days:
        way = Direction.WIDENS if new.expires_days > old.expires_days else Direction.NARROWS
        yield Change(
            way, f"A consent to {title} holds for {new.expires_days} days instead of {old.expires_days}."
        )
    added, gone = sorted(set(new.dpv) - set(old.dpv)), sorted(set(old.dpv) - set(new.dpv))
    if added:
        yield Change(Direction.WIDENS, f"{title} now also stands for {', '.join(added)}.")
    if gone:
        yield Change(Direction.NARROWS, f"{title} no longer stands for {', '.join(gone)}.")
    for field in ("title", "why", "gained", "lost"):
        if getattr(old, field) != getattr(new, field):
            yield Change(Direction.WORDS, f"The person reads other words about {title} ({field}).")


def _prohibitions(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = _denials(old), _denials(new)
    for way, rules, others, what in (
        (Direction.WIDENS, before, after, "no longer strikes all that it did"),
        (Direction.NARROWS, after, before, "strikes more than before"),
    ):
        for name, rule in rules.items():
            other = others.get(name)
            if other is None:
                gone = "is gone" if way is Direction.WIDENS else "is new"
                yield Change(way, f"The prohibition {name} {gone}: {rule.says}.", (name,))
            elif not _covers(other, rule):
                yield Change(way, f"The prohibition {name} {what}: {rule.says}.", (name,))


def _denials(policy: Policy) -> dict[str, Rule]:
    return {rule.id: rule for rule in policy.rules if rule.effect is Effect.DENY}


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Return whether one prohibition strikes all that another one does."""
    return (
        wide.purpose in (ANY, narrow.purpose)
        and set(narrow.gates) <= set(wide.gates)
        and set(narrow.data) <= set(wide.data)
        and (ANY in wide.recipients or set(narrow.recipients) <= set(wide.recipients))
        and (not wide.channels or (bool(narrow.channels) and set(narrow.channels) <= set(wide.channels)))
    )


def _says(old: Policy, new: Policy) -> Iterator[Change]:
    before = {rule.id: rule.says for rule in old.rules}
    for rule in new.rules:
        if before.get(rule.id, rule.says) != rule.says:
            yield Change(Direction.WORDS, f"The rule {rule.id} says “{rule.says}” now.", (rule.id,))


def _data(old: Policy, new: Policy) -> Iterator[Change]:
    for name in sorted(old.data.keys() | new.data.keys()):
        before, after = old.data.get(name), new.data.get(name)
        if before is None or after is None:
            # Nobody can see a kind of data before a rule names it, and those are told above.
            word = "is new" if before is None else "is gone"
            title = (after or before or old.data[name]).title
            yield Change(Direction.WORDS, f"The kind of data “{title}” {word}.")
            continue
        added, gone = (
            sorted(set(after.columns) - set(before.columns)),
            sorted(set(before.columns) - set(after.columns)),
        )
        if added:
            yield Change(Direction.WIDENS, f"Who may see “{after.title}” now also sees {', '.join(added)}.")
        if gone:
            yield Change(Direction.NARROWS, f"Who may see “{after.title}” no longer sees {', '.join(gone)}.")
        if before.personal != after.personal:
            way = Direction.NARROWS if after.personal else Direction.WIDENS
            yield Change(
                way, f"“{after.title}” is {'now' if after.personal else 'no longer'} taken for personal data."
            )
        if (before.title, before.holds) != (after.title, after.holds):
            yield Change(Direction.WORDS, f"The person reads other words about the data “{after.title}”.")


def _controller(old: Policy, new: Policy) -> Iterator[Change]:
    if old.controller.id != new.controller.id:
        yield Change(
            Direction.WIDENS,
            f"Another company answers for the processing: {new.controller.name} instead of {old.controller.name}.",
        )
    for field in ("name", "contact", "address", "jurisdiction", "law"):
        before, after = getattr(old.controller, field), getattr(new.controller, field)
        if before != after:
            # Another name is another company, whatever its identifier says.
            way = Direction.WIDENS if field == "name" else Direction.WORDS
            yield Change(way, f"Who answers for the processing: {field} is “{after}” instead of “{before}”.")


def widens(found: Iterable[Change]) -> bool:
    """Return whether any of some changes widens."""
    return any(one.direction is Direction.WIDENS for one in found)
