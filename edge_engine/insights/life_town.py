"""Signs of another town: the place in the texts of many shops is another one, and stays so.

No list of places is needed: a word that stands in the texts of several different shops is a place or says nothing;
and what says nothing does not change from one month to the next.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.hypothesis import Hypothesis, NewTown, Sign, confidence, identify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.insights.life_home import Homes
    from edge_engine.insights.life_rows import Rows

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_LOCAL: Final = (
    "food.groceries", "food.specialty", "dining.restaurants", "dining.fast_food", "dining.coffee",
    "transport.public_transit", "transport.taxi", "transport.fuel", "transport.parking_tolls", "shopping.general",
    "shopping.clothing", "shopping.books_media", "shopping.sports_hobbies", "shopping.gifts_jewelry",
    "shopping.pets", "home.furniture", "home.improvement", "home.services", "personal.hair_beauty",
    "leisure.events", "services.post", "transfers.cash",
)  # fmt: skip


class _Place:
    """A word, the days it was seen on, and the first words of the texts it stood in."""

    def __init__(self, seen: Sequence[tuple[int, int, str]]) -> None:
        self.days = np.array([day for day, _, _ in seen], dtype=np.int64)
        self.rows = np.array([row for _, row, _ in seen], dtype=np.int64)
        self.brands = [brand for _, _, brand in seen]

    def between(self, first: int, last: int) -> int:
        """Return on how many payments it was seen from a day to a day."""
        return int(((self.days >= first) & (self.days <= last)).sum())

    def shops(self, first: int, last: int) -> int:
        """Return in how many different shops' texts."""
        return len(
            {b for b, day in zip(self.brands, self.days.tolist(), strict=True) if first <= day <= last}
        )


def towns(
    rows: Rows, homes: Homes, jobs: Sequence[Hypothesis], purposes: tuple[str, ...]
) -> list[Hypothesis]:
    """Return a move to another town, the surest where several are possible."""
    places, n = _places(rows), rows.n
    found = []
    for new, place in sorted(places.items()):
        day = int(place.days[0])
        if rows.until - day < n("relocation.after_days") or day - rows.first < n("known.days"):
            continue
        if not _stays(rows, place, day):
            continue
        for old, former in sorted(places.items()):
            if old != new and _left(rows, former, day):
                found.append(_hypothesis(rows, homes, jobs, (old, former), (new, place), purposes))
    return [max(found, key=lambda one: (one.confidence, -one.since.toordinal(), one.id))] if found else []


def _places(rows: Rows) -> dict[str, _Place]:
    """Return the words that stand in the texts of several shops, without the shops' own first words."""
    postings = rows.postings
    chosen = np.flatnonzero(rows.of(*_LOCAL) & (postings.amounts < 0))
    seen: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row, number, day in zip(
        chosen.tolist(), postings.ids[chosen].tolist(), postings.days[chosen].tolist(), strict=True
    ):
        words = _WORD.findall(rows.texts.get(number, "").upper())
        for word in set(words[1:]) - set(words[:1]):
            seen[word].append((day, row, words[0]))
    least = rows.n("relocation.brands")
    return {
        word: _Place(where)
        for word, where in seen.items()
        if len(where) >= rows.n("relocation.least_visits") and len({brand for _, _, brand in where}) >= least
    }


def _stays(rows: Rows, place: _Place, day: int) -> bool:
    """Return whether a place that came on ``day`` is still there in the last weeks, in several shops."""
    span = rows.until - day
    late = place.between(rows.until - int(span * 0.4), rows.until)
    return (
        place.shops(day, rows.until) >= rows.n("relocation.brands")
        and late >= 0.25 * len(place.days)
        and place.between(rows.until - 35, rows.until) > 0
    )


def _left(rows: Rows, place: _Place, day: int) -> bool:
    """Return whether a place was usual before ``day`` and nearly ceased."""
    n = rows.n
    before = max(rows.first, day - int(n("relocation.before_days")))
    were, span = place.between(before, day - 1), max(1, day - before)
    if were < n("relocation.least_visits") or place.shops(before, day - 1) < n("relocation.brands"):
        return False
    since = day + 21
    are, after = place.between(since, rows.until), max(1, rows.until - since)
    return are / after <= n("relocation.left") * were / span


def _hypothesis(
    rows: Rows,
    homes: Homes,
    jobs: Sequence[Hypothesis],
    old: tuple[str, _Place],
    new: tuple[str, _Place],
    purposes: tuple[str, ...],
) -> Hypothesis:
    n, day = rows.n, int(new[1].days[0])
    former = old[1].rows[old[1].days < day]
    signs = [
        Sign("relocation_place_left", n("relocation.place_left"), tuple(former[::-1].tolist())),
        Sign("relocation_place_found", n("relocation.place_found"), tuple(new[1].rows.tolist())),
    ]
    share = n("relocation.of_home")
    signs += [Sign(one.name, share * one.weight, one.rows) for one in homes.signs(day)]
    if any(abs((job.since - date.fromordinal(day)).days) <= n("ask.same_within_days") for job in jobs):
        signs.append(Sign("relocation_job", n("relocation.job")))
    since = date.fromordinal(day)
    return Hypothesis(
        id=identify("relocation", old[0], new[0]),
        kind="relocation",
        as_of=rows.today,
        since=since,
        confidence=confidence(n("relocation.bias"), signs),
        signs=tuple(dict.fromkeys(sign.name for sign in signs)),
        evidence=rows.evidence(signs),
        message=NewTown(old[0], new[0], since),
        purposes=purposes,
    )
