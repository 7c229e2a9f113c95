"""What must hold in every policy, whoever writes it; each breach is told with its file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.consent.purpose import (
    ANY,
    OWN_ACCESS,
    PREFIXES,
    SENSITIVE,
    Basis,
    Effect,
    Gate,
    Purpose,
    Recipient,
    Rule,
)
from edge_engine.consent.toml_lines import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_engine.consent.purpose import Controller, DataCategory
    from edge_engine.consent.toml_lines import Places
    from edge_engine.errors import PolicyError

MAX_DAYS: Final = 3650
"""Longest that a consent may hold without being asked for again."""

_PURPOSE_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_RULE_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_LAW: Final = re.compile(r"urn:lex:[a-z]{2}[A-Za-z0-9:;.-]*", re.ASCII)
_TERM: Final = re.compile(r"[a-z][a-z-]*:[A-Za-z][A-Za-z0-9-]*", re.ASCII)
_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)

_ON_DEVICE: Final = frozenset((Gate.READ, Gate.INFER, Gate.DECIDE))
RECIPIENTS: Final[dict[Gate, frozenset[Recipient]]] = {
    **dict.fromkeys(_ON_DEVICE, frozenset((Recipient.DEVICE, Recipient.PERSON))),
    Gate.DELIVER: frozenset((Recipient.PERSON, Recipient.ADVISER)),
    Gate.SEND: frozenset((Recipient.HOST_APP, Recipient.ADVISER, Recipient.AGGREGATORS)),
}
"""Who can be meant at a gate: data is read and used on the device, and leaves it only at ``send``."""


def check_data(categories: Sequence[DataCategory], places: Places) -> None:
    """Check ``data.toml``.

    Raises:
        PolicyError: A name is wrong or used twice.
    """
    terms: set[str] = set()
    columns: set[str] = set()
    for index, one in enumerate(categories):

        def wrong(message: str, key: str, index: int = index) -> PolicyError:
            return places.complain(message, "data", index, key)

        if not _known(one.id):
            raise wrong("id names a term of the Data Privacy Vocabulary, as in pd:Transaction", "id")
        if one.id in terms:
            raise wrong(f"data category {one.id} is there twice", "id")
        terms.add(one.id)
        for key, words in (("title", one.title), ("holds", one.holds)):
            if not words.strip():
                raise wrong(f"{key} needs words for people", key)
        for column in one.columns:
            if not _COLUMN.fullmatch(column):
                raise wrong(f"{column} is not written as table.column", "columns")
            if column in columns:
                raise wrong(f"column {column} is there twice", "columns")
            columns.add(column)


def check_purposes(
    controller: Controller,
    purposes: Sequence[Purpose],
    rules: Sequence[Rule],
    data: Mapping[str, DataCategory],
    places: Places,
) -> None:
    """Check ``purposes.toml`` against the data categories.

    Raises:
        PolicyError: A name is wrong, unknown or used twice, or a rule says what no policy may.
    """
    if not _known(controller.jurisdiction):
        sentence = "jurisdiction names a term of the Data Privacy Vocabulary"
        raise places.complain(sentence, "controller", 0, "jurisdiction")
    if not _known(controller.law) and not _LAW.fullmatch(controller.law):
        sentence = "law names a term of the Data Privacy Vocabulary, or a law by its urn:lex"
        raise places.complain(sentence, "controller", 0, "law")
    for key in ("id", "name", "contact", "address"):
        if not getattr(controller, key).strip():
            raise places.complain(f"{key} needs words for people", "controller", 0, key)
    named: dict[str, Purpose] = {}
    for index, purpose in enumerate(purposes):
        _check_purpose(purpose, index, places)
        if purpose.id in named:
            raise places.complain(f"purpose {purpose.id} is there twice", "purpose", index, "id")
        named[purpose.id] = purpose
    if OWN_ACCESS not in named:
        raise places.complain(f"the purpose {OWN_ACCESS} cannot be left out", "purpose", 0)
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        _Rules(rule, index, places).check(named, data)
        if rule.id in seen:
            raise places.complain(f"rule {rule.id} is there twice", "rule", index, "id")
        seen.add(rule.id)
    _check_own_access(rules, data, places)
    _check_sensitive(rules, places)


def _known(term: str) -> bool:
    return bool(_TERM.fullmatch(term)) and term.partition(":")[0] in PREFIXES


def _check_purpose(purpose: Purpose, index: int, places: Places) -> None:
    def wrong(message: str, key: str) -> PolicyError:
        return places.complain(message, "purpose", index, key)

    if not _PURPOSE_ID.fullmatch(purpose.id):
        raise wrong("a purpose's id is in snake_case", "id")
    if not purpose.dpv or not all(map(_known, purpose.dpv)):
        raise wrong("dpv names terms of the Data Privacy Vocabulary, as in dpv:DirectMarketing", "dpv")
    for key in ("title", "why", "gained", "lost"):
        if not getattr(purpose, key).strip():
            raise wrong(f"{key} needs words for people", key)
    if not 1 <= purpose.expires_days <= MAX_DAYS:
        raise wrong(f"expires_days is from 1 to {MAX_DAYS}", "expires_days")
    if (purpose.basis is Basis.RIGHT_OF_ACCESS) != (purpose.id == OWN_ACCESS):
        raise wrong(f"the right of access is the basis of {OWN_ACCESS} and of nothing else", "basis")


class _Rules:
    """The checks of one rule."""

    def __init__(self, rule: Rule, index: int, places: Places) -> None:
        self._rule = rule
        self._index = index
        self._places = places

    def check(self, purposes: Mapping[str, Purpose], data: Mapping[str, DataCategory]) -> None:
        rule = self._rule
        if not _RULE_ID.fullmatch(rule.id):
            raise self._wrong("a rule's id is in kebab-case", "id")
        if not rule.says.strip() or rule.says.rstrip().endswith("."):
            raise self._wrong("says needs a clause for people, without a full stop", "says")
        if rule.purpose not in purposes and rule.purpose != ANY:
            raise self._wrong(f"there is no purpose {unknown(rule.purpose, purposes)}", "purpose")
        self._check_lists(rule, data)
        if rule.effect is Effect.ALLOW:
            self._check_allowance(rule)
        elif rule.until is not None:
            raise self._wrong("a prohibition does not end by itself", "until")

    def _check_lists(self, rule: Rule, data: Mapping[str, DataCategory]) -> None:
        for key in ("gates", "data", "recipients"):
            if not getattr(rule, key):
                raise self._wrong(f"{key} names at least one", key)
        for term in rule.data:
            if term not in data:
                raise self._wrong(f"there is no data category {unknown(term, data)}", "data")
            if not data[term].personal:
                raise self._wrong(f"{term} is the store's own and no rule may touch it", "data")
        for recipient in rule.recipients:
            if recipient != ANY and recipient not in set(Recipient):
                raise self._wrong(f"there is no recipient {unknown(recipient, Recipient)}", "recipients")

    def _check_allowance(self, rule: Rule) -> None:
        if rule.purpose == ANY:
            raise self._wrong("only a prohibition may say *", "purpose")
        for gate in rule.gates:
            strangers = [one for one in rule.recipients if one not in RECIPIENTS[gate]]
            if strangers:
                raise self._wrong(f"at the gate {gate} the recipient cannot be {strangers[0]}", "recipients")
        if (Gate.DELIVER in rule.gates) and not rule.channels:
            raise self._wrong("what is delivered needs channels", "channels")
        if rule.channels and not _ON_DEVICE.isdisjoint(rule.gates):
            raise self._wrong("channels belong to deliver and send alone", "channels")

    def _wrong(self, message: str, key: str) -> PolicyError:
        return self._places.complain(message, "rule", self._index, key)


def _check_own_access(rules: Sequence[Rule], data: Mapping[str, DataCategory], places: Places) -> None:
    covered: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.purpose == OWN_ACCESS:
            # INVARIANT: the right of access shows people their own data and serves nothing else.
            if rule.effect is not Effect.ALLOW or rule.until is not None:
                raise places.complain("a person's own access cannot be denied", "rule", index, "effect")
            if set(rule.gates) != {Gate.READ}:
                raise places.complain("own access opens the gate read alone", "rule", index, "gates")
            if set(rule.recipients) != {Recipient.PERSON}:
                raise places.complain(
                    "own access shows data to the person alone", "rule", index, "recipients"
                )
            covered.update(rule.data)
        elif (
            rule.purpose == ANY
            and Gate.READ in rule.gates
            and not {ANY, Recipient.PERSON}.isdisjoint(rule.recipients)
        ):
            raise places.complain("a person's own access cannot be denied", "rule", index, "gates")
    missing = sorted(term for term, one in data.items() if one.personal and term not in covered)
    if missing:
        raise places.complain(f"own access must cover {missing[0]}", "purpose", 0)


def _check_sensitive(rules: Sequence[Rule], places: Places) -> None:
    """Check that sensitive data stays with purposes that neither decide anything nor send anything."""
    active = {
        rule.purpose
        for rule in rules
        if rule.effect is Effect.ALLOW and not {Gate.DECIDE, Gate.SEND}.isdisjoint(rule.gates)
    }
    for index, rule in enumerate(rules):
        if rule.effect is Effect.ALLOW and SENSITIVE in rule.data and rule.purpose in active:
            raise places.complain(
                f"sensitive data cannot serve {rule.purpose}, which decides or sends", "rule", index, "data"
            )
