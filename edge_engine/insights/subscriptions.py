"""Subscriptions that serve the same need, and prices that went up."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.insights.finding import (
    INSIGHTS,
    WITH_CATEGORIES,
    Insight,
    Overlap,
    PriceRise,
    Severity,
    insight,
)
from edge_engine.insights.stream import Status, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from edge_engine.domain.category import Taxonomy

_YEAR: Final = timedelta(days=365)

# Well-known names, where a leaf is wider than one need; looked for as whole words of the merchant key.
_BRANDS: Final = {
    "music": (
        "spotify", "deezer", "tidal", "qobuz", "soundcloud", "napster", "pandora", "apple music",
        "amazon music", "youtube music",
    ),
    "video": (
        "netflix", "disney", "disneyplus", "hulu", "hbo", "paramount", "peacock", "dazn", "crunchyroll",
        "mubi", "britbox", "viaplay", "now tv", "apple tv", "prime video", "youtube premium", "canal",
    ),
    "cloud": (
        "dropbox", "icloud", "onedrive", "pcloud", "backblaze", "google one", "google storage",
        "google cloud",
    ),
    "audiobooks": ("audible", "storytel", "bookbeat"),
    "vpn": ("nordvpn", "expressvpn", "surfshark", "protonvpn", "mullvad", "cyberghost"),
    "meals": ("hellofresh", "gousto", "mindful chef", "home chef", "blue apron", "marley spoon"),
}  # fmt: skip
_NEEDS: Final = {
    offering: re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
    for offering, names in _BRANDS.items()
}
_LEAVES: Final = {
    "leisure.streaming": "streaming",
    "personal.fitness": "gym",
    "leisure.news": "news",
}
# They bill for many others, and the statement does not say for whom.
_STORES: Final = frozenset(("apple", "itunes", "google", "amazon", "microsoft", "paypal", "klarna", "roku"))
# A second telephone or internet line is a line and no luxury: nothing is said of those.
# Households often have several of these on purpose, or the leaf does not say that they are the same.
_UNSURE: Final = {"streaming": 0.5, "news": 0.6, "video": 0.8}


def offering(stream: Stream, taxonomy: Taxonomy) -> str | None:
    """Return the need that a stream serves, such as ``music``; null where that is not known."""
    words = stream.merchant.casefold()
    for need, pattern in _NEEDS.items():
        if pattern.search(words):
            return need
    if words.partition(" ")[0] in _STORES:
        return None
    leaf = taxonomy.by_code.get(stream.leaf)
    return None if leaf is None else _LEAVES.get(leaf.id)


def _house(merchant: str) -> str:
    """Return what the lines of one merchant have in common: the first word, unless it is as short as *the*."""
    first = merchant.partition(" ")[0]
    return first if len(first) > 3 else merchant


def overlaps(streams: Sequence[Stream], today: date, taxonomy: Taxonomy) -> list[Insight]:
    """Return needs that two or more running streams serve, the greatest saving first.

    The saving is what all but the cheapest cost in a year. Whether a subscription is used cannot be known
    from payments, and nothing is said about it.
    """
    needs: dict[tuple[str, str], list[Stream]] = {}
    for stream in streams:
        need = offering(stream, taxonomy)
        if need and stream.outgoing and stream.status is Status.ACTIVE:
            needs.setdefault((need, stream.a_year.currency), []).append(stream)
    found = []
    for (need, currency), several in needs.items():
        # Two lines with one merchant are two people, or one bill in two parts: dues and a yearly fee.
        if len({_house(one.merchant) for one in several}) < 2:
            continue
        several.sort(key=lambda one: (one.a_year.minor, one.merchant, one.id))
        total = -sum(one.a_year.minor for one in several)
        cheapest = several[-1]
        saving = Money(total + cheapest.a_year.minor, currency)
        found.append(
            insight(
                "subscription_overlap",
                today,
                Overlap(
                    need,
                    tuple(one.merchant for one in several),
                    cheapest.merchant,
                    Money(total, currency),
                    saving,
                ),
                severity=Severity.ATTENTION if need not in _UNSURE else Severity.INFO,
                confidence=min(one.confidence for one in several) * _UNSURE.get(need, 0.9),
                evidence=[one.evidence[at] for one in several for at in (0, -1)],
                root=sorted(one.evidence[0] for one in several),
                purposes=WITH_CATEGORIES,
                money_a_year=saving,
            )
        )
    return sorted(found, key=_by_money)


def price_rises(streams: Sequence[Stream], today: date) -> list[Insight]:
    """Return prices that rose within the last year and are still paid, the dearest first."""
    found = []
    for stream in streams:
        change = stream.change
        if change is None or not stream.outgoing or stream.status is Status.ENDED:
            continue
        if change.a_year.minor >= 0 or change.since < today - _YEAR:
            continue
        more = -change.a_year
        found.append(
            insight(
                "price_rise",
                today,
                PriceRise(stream.merchant, -change.old, -change.new, change.since, more),
                severity=Severity.ATTENTION,
                confidence=stream.confidence * (1.0 if change.confirmed else 0.7),
                evidence=change.payments,
                purposes=INSIGHTS,
                money_a_year=more,
            )
        )
    return sorted(found, key=_by_money)


def _by_money(one: Insight) -> tuple[int, str]:
    return (-one.money_a_year.minor if one.money_a_year else 0, one.id)
