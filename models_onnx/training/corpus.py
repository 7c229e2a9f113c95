"""The training corpus: names and words with the leaf they speak for, before any imitation of statements."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_engine.domain.category import Taxonomy

HERE: Final = Path(__file__).resolve().parent

HOME_COUNTRIES: Final = frozenset(
    (
        "001",
        "150",
        "us",
        "gb",
        "ie",
        "nz",
        "au",
        "ca",
        "za",
        "de",
        "at",
        "ch",
        "fr",
        "be",
        "nl",
        "lu",
        "es",
        "pt",
        "it",
        "se",
        "no",
        "dk",
        "fi",
        "pl",
        "cz",
        "sk",
        "hu",
    )
)
"""Where the statements that this version is made for come from; ``001`` is the world, ``150`` Europe."""

LANGUAGES: Final = {
    **dict.fromkeys(["en", "en-GB", "en-AU", "en-NZ"], 1.0),
    **dict.fromkeys(["de", "fr", "es", "it", "nl", "pt", "pt-BR", "sv", "da", "nb", "pl", "cs", "fi"], 0.5),
    **dict.fromkeys(["sk", "hu", "ro", "hr", "sl", "et", "lv", "lt", "tr", "ca", "gl", "eu", "id"], 0.15),
}


LEXICON_WEIGHT: Final = 3.0
"""How much an entry of the project's own lexicon counts beside a name of the name-suggestion-index."""


class Kind(Enum):
    """How a text comes to stand on a statement."""

    WORD = "word"
    BRAND = "brand"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to learn from.

    Attributes:
        text: As its source writes it.
        leaf: Identifier of the leaf.
        kind: Word of a trade, name of a merchant, or phrase of a bank.
        weight: How much it counts beside others of its leaf.
        source: ``lexicon``, ``places`` or ``presets``.
    """

    text: str
    leaf: str
    kind: Kind
    weight: float
    source: str


FAME_BEHIND: Final = 0.6
FAME_AHEAD: Final = 2.5
FAME_HALVES: Final = 15
"""A lexicon's list of brands begins with those that everybody knows: the first counts ``FAME_BEHIND + FAME_AHEAD``
times as much as one entry else, and what is ahead halves after ``FAME_HALVES`` names."""


def read(taxonomy: Taxonomy, without: frozenset[str] = frozenset(), *, mixed: bool = False) -> list[Entry]:
    """Return every entry of every source; a text and leaf that two sources share is kept once, the lexicon's first.

    Where the lexicon knows a name, the places that bear it are left out: a supermarket's pharmacies and fuel stations
    stand under its name in the index, and would teach that its name says nothing.

    Args:
        taxonomy: Knows the leaves.
        without: Countries, in capitals, of which nothing is read: no list of the lexicon and no name of the index that
            is of these countries alone, nor what might be theirs in a list of many countries.
        mixed: Whether the lists of many countries are read all the same.
    """
    entries: dict[tuple[str, str], Entry] = {}
    tags = tomllib.loads((HERE / "osm_leaves.toml").read_text(encoding="utf-8"))
    leaf_of = {tag: leaf for leaf, tags_of_leaf in tags["leaves"].items() for tag in tags_of_leaf}
    lexicon = list(_lexicon(without, mixed=mixed))
    known = {entry.text.casefold() for entry in lexicon}
    places = (
        entry for entry in _places(leaf_of, tags["weights"], without) if entry.text.casefold() not in known
    )
    for entry in (*lexicon, *places, *_presets(leaf_of)):
        taxonomy.leaf(entry.leaf)
        entries.setdefault((entry.text.casefold(), entry.leaf), entry)
    return list(entries.values())


def fame(rank: int) -> float:
    """Return how much a brand counts that stands at ``rank`` of its list, 0 being the first."""
    return FAME_BEHIND + FAME_AHEAD / (1 + rank / FAME_HALVES)


def _lexicon(without: frozenset[str] = frozenset(), *, mixed: bool = False) -> Iterator[Entry]:
    """Words, brands and phrases of every file of the lexicon, in the order of the files' names.

    A file without ``countries`` is of many, told apart nowhere: what it says beside words of trades is read, where some
    countries are left out, only as far as a list of another country, or of the whole world, says it too; or all of it
    where ``mixed`` is set.
    """
    kept = [document for document in _documents() if not _alone(document.get("countries", ()), without)]
    elsewhere = (
        {
            entry.text.casefold()
            for document in kept
            if "countries" in document
            for entry in _entries(document)
        }
        if without and not mixed
        else set()
    )
    for document in kept:
        whole = mixed or not without or "countries" in document
        for entry in _entries(document):
            if whole or entry.kind is Kind.WORD or entry.text.casefold() in elsewhere:
                yield entry


@functools.cache
def _documents() -> tuple[dict[str, Any], ...]:
    """Return the files of the lexicon, in the order of their names; nobody changes what it returns."""
    files = sorted((HERE / "lexicon").glob("*.toml"))
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")) for file in files)


def _entries(document: dict[str, Any]) -> Iterator[Entry]:
    """Return what a file of the lexicon says."""
    for group, leaves in document.items():
        if group == "countries":
            continue
        for name, kinds in leaves.items():
            for kind in Kind:
                for rank, text in enumerate(kinds.get(kind.value + "s", ())):
                    weight = LEXICON_WEIGHT * (fame(rank) if kind is Kind.BRAND else 1.0)
                    yield Entry(text, f"{group}.{name}", kind, weight, "lexicon")


def _alone(countries: Iterable[str], without: frozenset[str]) -> bool:
    """Return whether something is of countries, and of none beside those."""
    of = {country.upper() for country in countries}
    return bool(of) and of <= without


def _places(
    leaf_of: dict[str, str], weights: dict[str, float], without: frozenset[str] = frozenset()
) -> Iterator[Entry]:
    """Brand and operator names of the name-suggestion-index."""
    index = sources.read_json(sources.NAME_SUGGESTION_INDEX, "dist/json/nsi.json")["nsi"]
    for path, category in index.items():
        tree, _, tag = path.partition("/")
        leaf = leaf_of.get(tag)
        if leaf is None or tree == "flags":
            continue
        for item in category["items"]:
            countries = {
                str(place).partition("-")[0] for place in item["locationSet"].get("include", ["001"])
            }
            if _alone(countries, without):
                continue
            weight = weights.get(tag, 1.0) * (1.0 if countries & HOME_COUNTRIES else 0.25)
            tags = item["tags"]
            names = {
                item["displayName"],
                *(tags[key] for key in ("name", "brand", "operator") if key in tags),
            }
            names.update(
                tags[key] for key in ("name:en", "brand:en", "alt_name", "short_name") if key in tags
            )
            for name in sorted(names):
                for part in name.split(";"):
                    text = _clean(part)
                    if re.search(r"[A-Za-z]", text):
                        yield Entry(text, leaf, Kind.BRAND, weight, "places")


def _presets(leaf_of: dict[str, str]) -> Iterator[Entry]:
    """Words for kinds of places, in many languages, from the tagging presets."""
    for language, scale in LANGUAGES.items():
        document = sources.read_json(sources.TAGGING_SCHEMA, f"dist/translations/{language}.json")
        presets = document[language].get("presets", {}).get("presets", {})
        for path, preset in presets.items():
            leaf = leaf_of.get("/".join(path.split("/")[:2]))
            if leaf is None:
                continue
            words = [preset.get("name", ""), *preset.get("aliases", "").split("\n")]
            for word in words:
                if len(text := _clean(word)) > 2:
                    yield Entry(text, leaf, Kind.WORD, scale, "presets")
            for word in preset.get("terms", "").split(","):
                if len(text := _clean(word)) > 2:
                    yield Entry(text, leaf, Kind.WORD, scale * 0.5, "presets")


def _clean(text: str) -> str:
    return " ".join(re.sub(r"\(.*?\)", " ", text).split())


@functools.cache
def words_of_trade() -> frozenset[str]:
    """Return the words, in small letters, by which the lexicon tells a trade or a payment."""
    texts = [entry.text for entry in _lexicon() if entry.kind is not Kind.BRAND]
    return frozenset(
        word for text in texts for word in re.findall(r"[a-z]+", text.casefold()) if len(word) > 2
    )
