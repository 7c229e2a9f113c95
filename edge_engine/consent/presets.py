"""Starting points for a policy under the law of a place: what changes in the engine's own, and from which source.

A preset is no advice. It changes who the law is, may end consents sooner and may add prohibitions; it never allows.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.policy import PURPOSES, Policy
from edge_engine.consent.policy_changes import Change, Direction
from edge_engine.consent.purpose import Effect, Rule
from edge_engine.consent.toml_file import decode, packaged
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER: Final = "presets"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A law that a preset rests on.

    Attributes:
        law: The law and its articles.
        says: What it asks, in words for people.
        here: How the policy meets it.
    """

    law: str
    says: str
    here: str


class Expiry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when consents to a purpose hold.

    Attributes:
        purpose: Identifier of the purpose.
        days: Days; never more than the engine's own policy has.
        because: Why.
    """

    purpose: str
    days: int
    because: str


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a preset's file.

    Attributes:
        schema: Version of this shape.
        id: Its name.
        title: In words for people.
        jurisdiction: Location in the Data Privacy Vocabulary.
        law: Law in the Data Privacy Vocabulary, or by its URN:LEX.
        source: What it rests on.
        expiry: Consents that end sooner.
        rule: Prohibitions that are added.
    """

    schema: int
    id: str
    title: str
    jurisdiction: str
    law: str
    source: tuple[Source, ...]
    expiry: tuple[Expiry, ...] = ()
    rule: tuple[Rule, ...] = ()


def presets() -> list[Preset]:
    """Return the presets that ship with the engine, by name."""
    folder = resources.files("edge_engine_policies") / _FOLDER
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    return [decode(packaged(f"{_FOLDER}/{name}"), Preset, name) for name in names]


def preset(name: str) -> Preset:
    """Return a preset by its name.

    Raises:
        InputError: There is none of this name.
    """
    known = {one.id: one for one in presets()}
    if name not in known:
        raise InputError(f"a preset is one of: {', '.join(known)}")
    return known[name]


def written(preset: Preset) -> str:
    """Return the text of ``purposes.toml`` as a preset has it: the engine's own with what changes, and the sources.

    Raises:
        PolicyError: The preset makes no valid policy.
    """
    text = packaged(PURPOSES).removeprefix("#:schema schema/purposes.schema.json\n")
    text = _set(text, "version", f"{Policy.default().version}-{preset.id}")
    text = _set(text, "jurisdiction", preset.jurisdiction)
    text = _set(text, "law", preset.law)
    for one in preset.expiry:
        text = _expiring(text, one)
    text = "\n".join([*_head(preset), text, *_rules(preset)])
    Policy.parse(text, packaged("data.toml"))
    return text


def preset_changes(old: Preset, new: Preset, name: str) -> Iterator[Change]:
    """Compare two versions of a starting point: what it takes away from a policy that is written from it.

    Args:
        old: As it was.
        new: As it is.
        name: Of the file.
    """
    before, after = {one.id: one for one in old.rule}, {one.id: one for one in new.rule}
    for rule in dict.fromkeys((*before, *after)):
        if before.get(rule) != after.get(rule):
            word = "is gone" if rule not in after else "is new" if rule not in before else "is another"
            way = Direction.NARROWS if rule not in before else Direction.WIDENS
            says = (after.get(rule) or before[rule]).says
            yield Change(way, f"{name}: the prohibition {rule} {word}: {says}.", (rule,))
    shorter, newer = ({one.purpose: one.days for one in some.expiry} for some in (old, new))
    for purpose in dict.fromkeys((*shorter, *newer)):
        then, now = shorter.get(purpose), newer.get(purpose)
        if then != now:
            longer = now is None or (then is not None and now > then)
            way = Direction.WIDENS if longer else Direction.NARROWS
            days = [f"{one} days" if one else "as long as in the engine's own policy" for one in (now, then)]
            yield Change(way, f"{name}: a consent to {purpose} holds {days[0]} instead of {days[1]}.")
    for key in ("title", "jurisdiction", "law"):
        if getattr(old, key) != getattr(new, key):
            sentence = f"{name}: {key} is “{getattr(new, key)}” instead of “{getattr(old, key)}”."
            yield Change(Direction.WORDS, sentence)
    if old.source != new.source:
        yield Change(Direction.WORDS, f"{name}: it names other sources.")


def _head(preset: Preset) -> Iterator[str]:
    yield f"# {preset.title}. A starting point and no advice: have it read by somebody who answers for it."
    for one in preset.source:
        yield f"# - {one.law}:"
        yield f"#   {one.says}."
        yield f"#   Here: {one.here}."
    yield "#"


def _set(text: str, key: str, value: str) -> str:
    """Put a value in the place of a key's first one."""
    return re.sub(rf'(?m)^{key} = "[^"]*"', lambda _: f'{key} = "{value}"', text, count=1)


def _expiring(text: str, one: Expiry) -> str:
    """Let a purpose's consents end after some days."""
    start = text.index(f'[[purpose]]\nid = "{one.purpose}"\n')
    end = text.index("\n\n", start)
    block = re.sub(r"\nexpires_days = \d+", "", text[start:end])
    return f"{text[:start]}{block}\nexpires_days = {one.days} # {one.because}{text[end:]}"


def _rules(preset: Preset) -> Iterator[str]:
    for rule in preset.rule:
        # INVARIANT: a preset takes away and never allows.
        assert rule.effect is Effect.DENY  # noqa: S101 - presets ship with the engine and a test reads them all
        yield "[[rule]]"
        yield from (f"{key} = {_value(value)}" for key, value in msgspec.to_builtins(rule).items() if value)
        yield ""


def _value(value: str | list[str]) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"[{', '.join(map(_value, value))}]"
