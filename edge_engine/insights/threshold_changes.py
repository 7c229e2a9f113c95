"""In what the engine behaves otherwise under new thresholds, archetypes and categories, and what that lets be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.consent.comparison import members, told
from edge_engine.consent.policy_changes import Change, Direction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_engine.domain.category import Leaf, Taxonomy
    from edge_engine.insights.archetype import Archetype
    from edge_engine.insights.thresholds import Thresholds


def threshold_changes(old: Thresholds, new: Thresholds) -> Iterator[Change]:
    """Compare the numbers and words of one file: who sees what stays, and what the engine finds or asks changes."""
    yield from members(
        list(old.numbers), list(new.numbers), f"{new.file}:", "{} is new", "{} is gone", more_widens=None
    )
    for name, number in new.numbers.items():
        before = old.numbers.get(name, number)
        if before != number:
            yield told(
                None,
                f"{new.file}: {name} is {number:g} instead of {before:g}: the engine acts on it otherwise.",
            )
    for name in dict.fromkeys((*old.lists, *new.lists)):
        yield from members(
            old.lists.get(name, ()),
            new.lists.get(name, ()),
            f"{new.file}: {name}",
            "also takes {}",
            "no longer takes {}",
            more_widens=None,
        )


def archetype_changes(old: Sequence[Archetype], new: Sequence[Archetype]) -> Iterator[Change]:
    """Compare two tables of archetypes: nobody else sees more, and the app arranges itself otherwise."""
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    yield from members(
        list(before), list(after), "archetypes.toml:", "{} is new", "{} is gone", more_widens=None
    )
    for name, row in after.items():
        then = before.get(name, row)
        changed = [key for key in msgspec.structs.asdict(row) if getattr(row, key) != getattr(then, key)]
        if changed:
            yield told(None, f"archetypes.toml: {name} has another {', '.join(changed)}.")
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield told(None, "archetypes.toml: the rows stand in another order, and the first that fits counts.")


def taxonomy_changes(old: Taxonomy, new: Taxonomy) -> Iterator[Change]:
    """Compare two taxonomies. What is sensitive is no part of a consent: it holds for new categories at once."""
    before, after = {one.id: one for one in old.leaves}, {one.id: one for one in new.leaves}
    for name in dict.fromkeys((*before, *after)):
        then, now = before.get(name), after.get(name)
        if then is None or now is None:
            yield from _one_sided(then, now)
            continue
        if then.sensitive != now.sensitive:
            yield told(not now.sensitive, f"taxonomy.toml: {_sensitive(now)}")
        if then.code != now.code or then.group != now.group:
            yield told(
                True,
                f"taxonomy.toml: “{now.label()}” has another code or group, and rows kept before change their meaning.",
            )
        if (then.coicop, then.plaid) != (now.coicop, now.plaid):
            yield told(None, f"taxonomy.toml: “{now.label()}” takes other names of feeds and statistics.")
        if dict(then.labels) != dict(now.labels):
            yield Change(Direction.WORDS, f"taxonomy.toml: {name} is called otherwise.", at_once=True)
    yield from _codes(old, new)


def _one_sided(old: Leaf | None, new: Leaf | None) -> Iterator[Change]:
    if new is not None:
        word = "is new, and sensitive" if new.sensitive else "is new"
        yield told(None, f"taxonomy.toml: “{new.label()}” {word}.")
    elif old is not None and old.sensitive:
        yield told(
            True,
            f"taxonomy.toml: “{old.label()}” is gone: its payments fall where they are no longer sensitive.",
        )
    elif old is not None:
        yield told(None, f"taxonomy.toml: “{old.label()}” is gone.")


def _sensitive(leaf: Leaf) -> str:
    if leaf.sensitive:
        return f"“{leaf.label()}” is sensitive now: only who may see sensitive spending sees its payments."
    return (
        f"“{leaf.label()}” is no longer sensitive: every purpose that reads transactions newly sees its payments, and"
        " they may feed the profile, offers and totals."
    )


def _codes(old: Taxonomy, new: Taxonomy) -> Iterator[Change]:
    """Yield merchant category codes that speak for another leaf; what stops being sensitive widens."""
    moved: dict[tuple[bool | None, str, str], list[str]] = {}
    for mcc in range(10_000):
        then, now = old.mcc_prior(mcc), new.mcc_prior(mcc)
        before, after = then.id if then else "no category", now.id if now else "no category"
        if before != after:
            was, is_now = bool(then and then.sensitive), bool(now and now.sensitive)
            widens = None if was == is_now else was
            moved.setdefault((widens, before, after), []).append(f"{mcc:04d}")
    for (widens, before, after), codes in moved.items():
        shown = f"{codes[0]} to {codes[-1]}" if len(codes) > 3 else ", ".join(codes)
        sentence = f"taxonomy.toml: payments with the code {shown} speak for {after} instead of {before}"
        ends = {True: ", which is not sensitive.", False: ", which is sensitive.", None: "."}
        yield told(widens, sentence + ends[widens])
