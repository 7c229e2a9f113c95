"""Every file of a policy's folder, read by whoever reads it in the engine: for `policy lint` and `policy diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine.actions.rule_changes import review_changes, workflow_changes
from edge_engine.actions.rules import REVIEWS, WORKFLOWS, ActionRules
from edge_engine.consent.policy import DATA, PURPOSES, Policy
from edge_engine.consent.policy_changes import Change, Direction
from edge_engine.consent.policy_soundness import mistakes
from edge_engine.consent.presets import Preset, preset_changes, presets
from edge_engine.consent.toml_file import decode, packaged, parsed, read_text
from edge_engine.consent.toml_lines import Places, unknown
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.experiments import Experiments
from edge_engine.decisions.guard_changes import experiment_changes, guard_changes
from edge_engine.decisions.guard_policy import Guards
from edge_engine.decisions.offer_changes import offer_changes
from edge_engine.domain.category import Taxonomy
from edge_engine.errors import PolicyError
from edge_engine.insights import archetype
from edge_engine.insights.threshold_changes import archetype_changes, taxonomy_changes, threshold_changes
from edge_engine.insights.thresholds import Thresholds
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.catalogue_changes import signal_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_THRESHOLDS: Final = (
    "affordability.toml", "investment_appetite.toml", "life_events.toml", "moments.toml", "profile.toml",
)  # fmt: skip
OTHERS: Final = (
    "archetypes.toml", "experiments.toml", "guards.toml", "offers.toml", REVIEWS, "signals.toml", "taxonomy.toml",
    WORKFLOWS, *_THRESHOLDS,
)  # fmt: skip
"""Files beside those that say who sees what."""
_COMPARED: Final[dict[str, Callable[[Any, Any], Iterable[Change]]]] = {
    **dict.fromkeys(_THRESHOLDS, threshold_changes),
    "archetypes.toml": archetype_changes,
    "experiments.toml": experiment_changes,
    "guards.toml": guard_changes,
    "offers.toml": offer_changes,
    "signals.toml": signal_changes,
    "taxonomy.toml": taxonomy_changes,
    REVIEWS: review_changes,
    WORKFLOWS: workflow_changes,
}


def policy_of(folder: str) -> Policy:
    """Return a folder's policy; the engine's own where no folder is named, or it holds other files alone.

    Raises:
        PolicyError: It holds no file of a policy, or one that is not valid.
    """
    if folder in ("", "-"):
        return Policy.default()
    place = Path(folder)
    if any((place / name).is_file() for name in (PURPOSES, DATA)):
        return Policy.load(folder)
    if not any((place / name).is_file() for name in OTHERS):
        raise PolicyError(f"a policy is a folder with {PURPOSES}, {DATA} or another policy file in it")
    return Policy.default()


def check_others(folder: str, policy: Policy) -> list[str]:
    """Read every other file of a folder and return the names of those that were read.

    Raises:
        PolicyError: One is not valid, is read by nobody, or says what cannot be meant; the sentence names the file and,
            where that is known, the line and the mend.
    """
    place = Path(folder) if folder not in ("", "-") else None
    texts = {name: _text(place, name) or packaged(name) for name in (PURPOSES, DATA)}
    for wrong in mistakes(policy, texts[PURPOSES], texts[DATA]):
        raise wrong
    if place is not None:
        _check_columns(texts[DATA], policy)
        _check_names(place)
    read = {name: text for name in OTHERS if (text := _text(place, name)) is not None}
    for name, text in read.items():
        try:
            _read(name, text, read, policy)
        except PolicyError as wrong:
            raise _located(wrong, name, text) from None
        _check_version(name, text)
        if name in _THRESHOLDS:
            _check_ids(name, text)
    return list(read)


def _check_names(place: Path) -> None:
    """See that everything in a folder that looks like a policy file is read by somebody."""
    known = (PURPOSES, DATA, *OTHERS)
    for file in sorted(place.iterdir()):
        if file.suffix.casefold() != ".toml" or file.name in known or not file.is_file():
            continue
        if set(parsed(read_text(file), file.name)) <= {"case", "step"}:
            continue  # an officer's own cases and histories may lie beside it
        raise PolicyError(
            f"nobody reads a file of this name: {unknown(file.name, known)}", file=file.name, line=1
        )


def _located(wrong: PolicyError, name: str, text: str) -> PolicyError:
    """Return a complaint that names an entry and no line with the line of that entry."""
    if wrong.line:
        return wrong
    bare = wrong.message.removeprefix(f"{name}: ")
    return PolicyError(bare, file=name, line=Places(text, name).naming(bare))


def _check_version(name: str, text: str) -> None:
    version = parsed(text, name).get("version", "1")
    if not str(version).strip():
        raise Places(text, name).complain_top("version cannot be empty", "version")


def _check_ids(name: str, text: str) -> None:
    """See that a file of thresholds says all that the engine asks it for, and nothing that nobody asks for."""
    here, shipped = Thresholds.parse(text, name), Thresholds.default(name)
    asked = {*shipped.numbers, *shipped.lists}
    strangers = [one for one in (*here.numbers, *here.lists) if one not in asked]
    if strangers:
        line = Places(text, name).naming(strangers[0])
        raise PolicyError(f"nobody asks for {unknown(strangers[0], sorted(asked))}", file=name, line=line)
    missing = sorted(asked - {*here.numbers, *here.lists})
    if missing:
        raise PolicyError(f"the file does not say {missing[0]}, which the engine asks for", file=name, line=1)


def other_changes(old: str, new: str) -> Iterator[Change]:
    """Yield what the other files of two folders change, by what somebody newly sees or gets.

    Raises:
        PolicyError: A file is not valid.
    """
    before, after = (_texts(one) for one in (old, new))
    policies = policy_of(old), policy_of(new)
    for name in OTHERS:
        if parsed(before[name], name) == parsed(after[name], name):
            continue
        then, now = (
            _read(name, texts[name], texts, policy)
            for texts, policy in zip((before, after), policies, strict=True)
        )
        found = [*_version_change(name, before[name], after[name]), *_COMPARED[name](then, now)]
        yield from found
        if not found:
            # INVARIANT: nothing that a file says changes unread.
            yield Change(
                Direction.BEHAVES, f"{name} is another in something that no comparison tells.", at_once=True
            )

    yield from _preset_changes(old, new)


def _version_change(name: str, old: str, new: str) -> Iterator[Change]:
    for key in ("version", "issued"):
        before, after = parsed(old, name).get(key), parsed(new, name).get(key)
        if before != after:
            yield Change(Direction.WORDS, f"{name}: {key} is {after} instead of {before}.", at_once=True)


def _preset_changes(old: str, new: str) -> Iterator[Change]:
    """Yield what changes in the starting points, where both folders have one."""
    for one in presets():
        name = f"presets/{one.id}.toml"
        texts = [_text(Path(folder) if folder not in ("", "-") else None, name) for folder in (old, new)]
        if texts[0] is not None and texts[1] is not None:
            before, after = (decode(text, Preset, name) for text in texts if text is not None)
            yield from preset_changes(before, after, name)


def _texts(folder: str) -> dict[str, str]:
    place = Path(folder) if folder not in ("", "-") else None
    return {name: _text(place, name) or packaged(name) for name in OTHERS}


def _text(place: Path | None, name: str) -> str | None:
    if place is None:
        return packaged(name)
    return read_text(place / name) if (place / name).is_file() else None


def _read(name: str, text: str, beside: dict[str, str], policy: Policy) -> Any:  # noqa: ANN401 - each file is its own
    """Read one file as the engine does."""
    if name in _THRESHOLDS:
        return Thresholds.parse(text, name)
    if name in (REVIEWS, WORKFLOWS):
        reviews, workflows = (beside.get(one) or packaged(one) for one in (REVIEWS, WORKFLOWS))
        return ActionRules.parse(reviews, workflows, policy)
    if name == "signals.toml":
        return Catalogue.parse(text, policy)
    return {
        "archetypes.toml": archetype.parse,
        "experiments.toml": Experiments.parse,
        "guards.toml": Guards.parse,
        "offers.toml": Catalog.parse,
        "taxonomy.toml": Taxonomy.parse,
    }[name](text)


def _check_columns(text: str, policy: Policy) -> None:
    """See that every column is one of the store's."""
    known = {column for one in Policy.default().data.values() for column in one.columns}
    for at, one in enumerate(policy.data.values()):
        unknown = [column for column in one.columns if column not in known]
        if unknown:
            message = f"the store has no column {unknown[0]}"
            raise Places(text, DATA).complain(message, "data", at, "columns")
