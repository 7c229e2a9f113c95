"""Predicates: one condition on one fact, as targeting and eligibility are written in policy files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.toml_lines import unknown
from edge_engine.decisions.facts import FACTS, Fact, FactKind, Kind, fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TESTS: Final = ("equals", "one_of", "at_least", "below")
_FITTING: Final = {
    Kind.FLAG: frozenset(("equals",)),
    Kind.WORD: frozenset(("equals", "one_of")),
    Kind.NUMBER: frozenset(("at_least", "below")),
}


class Predicate(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"equals": "is", "one_of": "in"},
):
    """A condition on one fact; a fact that is not known fulfils none.

    Attributes:
        fact: Its name.
        equals: ``is`` in the file: the word or flag that it has to be.
        one_of: ``in`` in the file: words of which it has to be one.
        at_least: Smallest number that fulfils it.
        below: Smallest number that no longer does.
        confidence: How sure the fact has to be, 0 to 1.
    """

    fact: str
    equals: bool | str | None = None
    one_of: tuple[str, ...] | None = None
    at_least: float | None = None
    below: float | None = None
    confidence: float = 0.0

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Return whether the facts fulfil it."""
        fact = facts.get(self.fact)
        if fact is None or fact.confidence < self.confidence:
            return False
        value = fact.value
        if self.equals is not None:
            return value == self.equals
        if self.one_of is not None:
            return value in self.one_of
        if isinstance(value, str):
            return False
        above = self.at_least is None or value >= self.at_least
        return above and (self.below is None or value < self.below)

    def words(self) -> str:
        """Return it as a clause for people, such as ``engagement is at least 0.3``."""
        says = FACTS[self.fact].says
        if self.equals is not None:
            return f"{says} is {_plain(self.equals)}"
        if self.one_of is not None:
            return f"{says} is one of {', '.join(map(_plain, self.one_of))}"
        bounds = [
            f"{word} {number:g}"
            for word, number in (("at least", self.at_least), ("below", self.below))
            if number is not None
        ]
        return f"{says} is {' and '.join(bounds)}"


def first_failing(predicates: Iterable[Predicate], facts: Mapping[str, Fact]) -> Predicate | None:
    """Return the first predicate that the facts do not fulfil, None where all hold."""
    return next((one for one in predicates if not one.holds(facts)), None)


def data_behind(predicates: Iterable[Predicate]) -> frozenset[str]:
    """Return the data categories that the predicates' facts are worked out from."""
    return frozenset[str]().union(*(FACTS[one.fact].data for one in predicates))


def mistake(predicates: Sequence[Predicate]) -> str:
    """Return what is wrong with predicates of a file as one sentence, empty where nothing is."""
    for one in predicates:
        kind = FACTS.get(one.fact)
        if kind is None:
            return f"there is no fact {unknown(one.fact, FACTS)}"
        wrong = _mistake(one, kind)
        if wrong:
            return wrong
    return ""


def _mistake(one: Predicate, kind: FactKind) -> str:
    used = {name for name in _TESTS if getattr(one, name) is not None}
    if not used:
        return f"the condition on {one.fact} says nothing"
    if not used <= _FITTING[kind.kind] or (kind.kind is not Kind.NUMBER and len(used) > 1):
        return f"the condition on {one.fact} does not fit a {kind.kind}"
    values = (one.equals, *(one.one_of or ()), one.at_least, one.below)
    if one.one_of == () or not all(fits(kind, value) for value in values if value is not None):
        return f"the condition on {one.fact} names a value that it cannot have"
    if one.at_least is not None and one.below is not None and one.below <= one.at_least:
        return f"the condition on {one.fact} can never hold"
    return "" if 0.0 <= one.confidence <= 1.0 else "a confidence is from 0 to 1"


def _plain(value: bool | str) -> str:  # noqa: FBT001 - a value, not a switch
    if isinstance(value, bool):
        return "so" if value else "not so"
    return value.replace("_", " ")
