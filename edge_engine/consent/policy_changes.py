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
    BEHAVES = "behaves"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two policies.

    Attributes:
        direction: Whether more or less can be done with a person's data; or the engine only does otherwise what it may.
        sentence: What changed, for people.
        rules: Identifiers of the rules that do it; empty where no rule does.
        at_once: Whether it holds at once for people who agreed before; what a consent pins waits until they agree anew.
    """

    direction: Direction
    sentence: str
    rules: tuple[str, ...] = ()
    at_once: bool = False


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
        *_data(old, new, day),
        *_controller(old, new),
        *_says(old, new),
        *_version(old, new),
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
            yield Change(Direction.WORDS, f"{title}: {field} is {_words(old, new, field)}.")


def _prohibitions(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = _denials(old), _denials(new)
    for way, rules, others, what in (
        (Direction.WIDENS, before, after, "no longer strikes all that it did"),
        (Direction.NARROWS, after, before, "strikes more than before"),
    ):
        for name, rule in rules.items():
            other = others.get(name)
            heirs = [one.id for one in others.values() if _covers(one, rule)]
            if other is None and heirs:
                if way is Direction.WIDENS:
                    yield Change(
                        Direction.WORDS, f"What the prohibition {name} struck, {heirs[0]} strikes.", (name,)
                    )
            elif other is None:
                gone = "is gone" if way is Direction.WIDENS else "is new"
                yield Change(way, f"The prohibition {name} {gone}: {rule.says}.", (name,))
            elif not heirs:
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
            sentence = f"The rule {rule.id} says “{rule.says}” instead of “{before[rule.id]}”."
            yield Change(Direction.WORDS, sentence, (rule.id,))


def _data(old: Policy, new: Policy, day: date) -> Iterator[Change]:
    homes, newer = _homes(old), _homes(new)
    moved = {column for column in newer if column in homes and homes[column] != newer[column]}
    for column in sorted(moved):
        yield _moved(column, (homes[column], newer[column]), old, new, day)
    for name in sorted(old.data.keys() | new.data.keys()):
        before, after = old.data.get(name), new.data.get(name)
        if before is None or after is None:
            # Nobody can see a kind of data before a rule names it, and those are told above.
            word = "is new" if before is None else "is gone"
            title = (after or before or old.data[name]).title
            yield Change(Direction.WORDS, f"The kind of data “{title}” {word}.")
            continue
        added = sorted(set(after.columns) - set(before.columns) - moved)
        gone = sorted(set(before.columns) - set(after.columns) - moved)
        if added:
            yield Change(Direction.WIDENS, f"Who may see “{after.title}” now also sees {', '.join(added)}.")
        if gone:
            yield Change(Direction.NARROWS, f"Who may see “{after.title}” no longer sees {', '.join(gone)}.")
        if before.personal != after.personal:
            way = Direction.NARROWS if after.personal else Direction.WIDENS
            yield Change(
                way, f"“{after.title}” is {'now' if after.personal else 'no longer'} taken for personal data."
            )
        for field in ("title", "holds"):
            if getattr(before, field) != getattr(after, field):
                words = _words(before, after, field)
                yield Change(Direction.WORDS, f"The kind of data {name}: {field} is {words}.")


def _homes(policy: Policy) -> dict[str, str]:
    """Return the kind of data that each column is of."""
    return {column: kind.id for kind in policy.data.values() for column in kind.columns}


def _moved(column: str, kinds: tuple[str, str], old: Policy, new: Policy, day: date) -> Change:
    """Tell which rules apply to a column now that it is of another kind of data, and which no longer do."""
    before = {use._replace(data=""): by for use, by in allowed_uses(old, day).items() if use.data == kinds[0]}
    after = {use._replace(data=""): by for use, by in allowed_uses(new, day).items() if use.data == kinds[1]}
    gained = _by(after[use].rules for use in after if use not in before)
    lost = _by(before[use].rules for use in before if use not in after)
    struck = [one.id for one in _denials(old).values() if kinds[0] in one.data]
    strikes = [one.id for one in _denials(new).values() if kinds[1] in one.data]
    freed, newly = (
        [one for one in struck if one not in strikes],
        [one for one in strikes if one not in struck],
    )
    bookkeeping = not new.data[kinds[1]].personal
    told = [
        (["it needs no consent any more, as it is the store's own"] if bookkeeping else [], "{}"),
        (gained, "these rules now let it be used: {}"),
        (freed, "these prohibitions no longer strike it: {}"),
        (lost, "these rules no longer let it be used: {}"),
        (newly, "these prohibitions now strike it: {}"),
    ]
    clauses = "; ".join(words.format(", ".join(some)) for some, words in told if some)
    titles = f"from “{old.data[kinds[0]].title}” to “{new.data[kinds[1]].title}”"
    way = Direction.WIDENS if gained or freed or bookkeeping else Direction.NARROWS
    end = f": {clauses}" if clauses else ", where the same rules apply"
    return Change(way, f"The column {column} moves {titles}{end}.", (*gained, *freed))


def _by(rules: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(one for some in rules for one in some))


def _words(old: object, new: object, field: str) -> str:
    return f"“{getattr(new, field)}” instead of “{getattr(old, field)}”"


def _version(old: Policy, new: Policy) -> Iterator[Change]:
    for field in ("version", "issued"):
        if getattr(old, field) != getattr(new, field):
            yield Change(Direction.WORDS, f"The policy's {field} is {_words(old, new, field)}.")


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
