"""Every file of a policy's folder, read by whoever reads it in the engine: for `policy lint` and `policy diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine.actions.rules import REVIEWS, WORKFLOWS, ActionRules
from edge_engine.consent.policy import DATA, PURPOSES, Policy
from edge_engine.consent.policy_changes import Change, Direction
from edge_engine.consent.toml_file import packaged, parsed, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.experiments import Experiments
from edge_engine.decisions.guard_policy import Guards
from edge_engine.domain.category import Taxonomy
from edge_engine.errors import PolicyError
from edge_engine.insights import archetype
from edge_engine.insights.thresholds import Thresholds
from edge_engine.signals.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

_THRESHOLDS: Final = (
    "affordability.toml", "investment_appetite.toml", "life_events.toml", "moments.toml", "profile.toml",
)  # fmt: skip
OTHERS: Final = (
    "archetypes.toml", "experiments.toml", "guards.toml", "offers.toml", REVIEWS, "signals.toml", "taxonomy.toml",
    WORKFLOWS, *_THRESHOLDS,
)  # fmt: skip
"""Files beside those that say who sees what."""


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
        PolicyError: One is not valid; the sentence names the file and, where that is known, the line.
    """
    place = Path(folder) if folder not in ("", "-") else None
    if place is not None and (place / DATA).is_file():
        _check_columns(read_text(place / DATA), policy)
    read = {name: text for name in OTHERS if (text := _text(place, name)) is not None}
    for name, text in read.items():
        _read(name, text, read, policy)
    return list(read)


def other_changes(old: str, new: str) -> Iterator[Change]:
    """Yield the other files that two folders differ in: what they change is for people to read."""
    places = [Path(one) if one not in ("", "-") else None for one in (old, new)]
    for name in OTHERS:
        before, after = (_text(place, name) or packaged(name) for place in places)
        if parsed(before, name) != parsed(after, name):
            yield Change(
                Direction.WIDENS,
                f"{name} is another: it does not say who sees what, and whether it widens is for you to read.",
            )


def _text(place: Path | None, name: str) -> str | None:
    if place is None:
        return packaged(name)
    return read_text(place / name) if (place / name).is_file() else None


def _read(name: str, text: str, beside: dict[str, str], policy: Policy) -> None:
    """Read one file as the engine does."""
    if name in _THRESHOLDS:
        Thresholds.parse(text, name)
    elif name in (REVIEWS, WORKFLOWS):
        reviews, workflows = (beside.get(one) or packaged(one) for one in (REVIEWS, WORKFLOWS))
        ActionRules.parse(reviews, workflows, policy)
    elif name == "signals.toml":
        Catalogue.parse(text, policy)
    else:
        {
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
