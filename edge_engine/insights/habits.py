"""What a category says about recurrence before any payment is seen: bills, habits, subscriptions."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.domain.category import Taxonomy

_TAXONOMIES: Final = 4
"""Taxonomies whose answers are kept; an engine has one."""


class Trait(IntEnum):
    """How payments of a category usually come."""

    UNKNOWN = 0
    BILL = 1
    HABIT = 2
    EVERYDAY = 3


_BILLS: Final = frozenset({
    "income.salary", "income.benefits", "income.pension", "income.investment",
    "housing.rent", "housing.mortgage", "housing.property_tax", "housing.fees",
    "utilities.energy", "utilities.water_waste", "utilities.internet_tv", "utilities.mobile",
    "personal.fitness", "leisure.streaming", "leisure.news",
    "education.childcare", "education.school",
    "services.insurance", "services.health_insurance", "services.software",
    "giving.charity", "giving.religion",
    "finance.loan", "finance.card_payment", "finance.tax", "finance.investment",
})  # fmt: skip
_HABITS: Final = frozenset({
    "food.groceries", "food.specialty", "food.alcohol", "transport.charging",
    "travel.flights", "travel.lodging", "travel.car_rental", "travel.agencies",
    "shopping.general", "shopping.online_marketplace", "shopping.clothing", "shopping.electronics",
    "shopping.books_media", "shopping.sports_hobbies", "shopping.gifts_jewelry", "shopping.pets",
    "home.furniture", "home.improvement", "health.pharmacy", "health.doctor", "health.dental",
    "personal.hair_beauty", "leisure.games", "leisure.events", "leisure.gambling", "finance.interest",
})  # fmt: skip
_EVERYDAY: Final = frozenset({
    "dining.restaurants", "dining.fast_food", "dining.coffee", "dining.delivery", "dining.bars",
    "transport.public_transit", "transport.taxi", "transport.fuel", "transport.parking_tolls",
    "shopping.tobacco", "transfers.cash",
})  # fmt: skip
_SUBSCRIPTIONS: Final = frozenset({
    "leisure.streaming", "leisure.news", "leisure.games", "services.software", "personal.fitness",
    "shopping.online_marketplace", "shopping.books_media", "shopping.electronics", "shopping.general",
    "shopping.sports_hobbies", "food.groceries", "food.specialty", "food.alcohol", "shopping.pets",
    "leisure.events",
})  # fmt: skip


@lru_cache(maxsize=_TAXONOMIES)
def traits(taxonomy: Taxonomy) -> Mapping[int, Trait]:
    """Return the trait of every leaf code; codes that are absent, and 0, are unknown."""
    named = {**dict.fromkeys(_BILLS, Trait.BILL), **dict.fromkeys(_HABITS, Trait.HABIT)}
    named |= dict.fromkeys(_EVERYDAY, Trait.EVERYDAY)
    return {code: named.get(leaf.id, Trait.UNKNOWN) for code, leaf in taxonomy.by_code.items()}


@lru_cache(maxsize=_TAXONOMIES)
def subscription_codes(taxonomy: Taxonomy) -> frozenset[int]:
    """Return the codes of leaves whose fixed recurring payments are subscriptions."""
    return frozenset(code for code, leaf in taxonomy.by_code.items() if leaf.id in _SUBSCRIPTIONS)


@lru_cache(maxsize=16 * _TAXONOMIES)
def codes(taxonomy: Taxonomy, *ids: str) -> frozenset[int]:
    """Return the codes of leaves by their ids."""
    return frozenset(taxonomy.leaf(name).code for name in ids)
