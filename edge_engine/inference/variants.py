"""Other ways to write a merchant that the person corrected: near in the model's embedding, and alike in name.

The embedding was learned to tell categories apart, so two supermarkets lie near each other in it. Being near alone
proves nothing: a variant also begins as the merchant that was taught does, with a word that few others have.
Payments to people and cash machines have no variants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.merchant_words import (
    BANK_WORDS,
    CITIES,
    GENERIC,
    LEGAL,
    PERIODIC,
    PROCESSORS,
    REGIONS,
    TRAILING,
    names_merchant,
)
from edge_engine.domain.trade_words import COMMON, GIVEN, LINKS, PLACED, SENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]
    """Gives float32[n, width], rows of length 1."""

NEAR: Final = 0.9
"""Least cosine between a merchant and one that was taught with the same first word. Of 161 real merchants whose nearest
such neighbour is this near, 94% are of its class (sixteen classes, about 7% of the labels wrong); of 333 from 0.7 on,
87%."""

WITHIN: Final = 0.8
"""The same where all words of one merchant begin the other: of 127 such, 93% are of one class; of 161 from 0.5 on,
85%."""

LEAST_WORD: Final = 3
"""Letters of a first word that says something."""


LEAST_WORDS: Final = 3
"""Words of trades that name a merchant together (``blue bottle coffee``): one or two of them many have."""

_SHARED_BY_MANY: Final = (
    COMMON
    | BANK_WORDS
    | GENERIC
    | LEGAL
    | PERIODIC
    | PROCESSORS
    | REGIONS
    | TRAILING
    | GIVEN
    | {word for city in CITIES for word in city}
)

_SENDING: Final = tuple(f" {phrase} " for phrase in SENDING)


class Variants:
    """Finds the taught merchant that another one is a variant of.

    Args:
        taught: Leaf code by merchant key.
        embed: The model's embedding of texts.
        apart: Merchants that are to follow nobody.
    """

    def __init__(self, taught: Mapping[str, int], embed: Embed, apart: Collection[str] = ()) -> None:
        self._taught = taught
        self._apart = apart
        self._embed = embed
        self._by_word: dict[str, list[str]] = {}
        for merchant in filter(_has_variants, taught):
            if word := _first_word(merchant):
                self._by_word.setdefault(word, []).append(merchant)
        self._known: dict[str, tuple[int, str]] = {}

    def leaf(self, merchant: str) -> int:
        """Return the leaf code taught for what ``merchant`` is a variant of, 0 where it is none."""
        return self.follow(merchant)[0]

    def follow(self, merchant: str) -> tuple[int, str]:
        """Return that leaf code, and the key of the taught merchant that is nearest; 0 and nothing where it is none."""
        if merchant not in self._known:
            self._known[merchant] = self._decide(merchant)
        return self._known[merchant]

    def leaves(self, merchants: Collection[str]) -> dict[str, int]:
        """Return the leaf codes of those among ``merchants`` that are variants; taught ones themselves are not.

        Where near merchants were taught different things, nothing is said: the person has told them apart.
        """
        return {merchant: leaf for merchant in merchants if (leaf := self.leaf(merchant))}

    def _decide(self, merchant: str) -> tuple[int, str]:
        candidates = self._by_word.get(_first_word(merchant))
        if (
            not candidates
            or merchant in self._taught
            or merchant in self._apart
            or not _has_variants(merchant)
        ):
            return 0, ""
        candidates = [other for other in candidates if _share_a_name(merchant, other)]
        if not candidates:
            return 0, ""
        rows = self._embed([merchant, *candidates])
        cosines = np.einsum("ij,j->i", rows[1:], rows[0]).tolist()
        near = [
            (cosine, other)
            for other, cosine in zip(candidates, cosines, strict=True)
            if cosine >= (WITHIN if _begins(merchant, other) else NEAR)
        ]
        leaves = {self._taught[other] for _, other in near}
        return (leaves.pop(), max(near)[1]) if len(leaves) == 1 else (0, "")


def overtaken(merchant: str, taught: Mapping[str, int], embed: Embed) -> bool:
    """Tell whether a merchant, without its own lesson, would follow another one that was taught after it.

    Args:
        merchant: One of ``taught``.
        taught: Leaf code by merchant key, oldest first.
        embed: The model's embedding of texts.
    """
    order = list(taught)
    before = {other: taught[other] for other in order[: order.index(merchant)]}
    others = {other: leaf for other, leaf in taught.items() if other != merchant}
    now = Variants(others, embed).leaf(merchant)
    return now != 0 and now != Variants(before, embed).leaf(merchant)


def _first_word(merchant: str) -> str:
    """Return the first word of a merchant key, empty where it is too short to say anything."""
    word = merchant.partition(" ")[0]
    return word if sum(letter.isalpha() for letter in word) >= LEAST_WORD else ""


def _begins(one: str, other: str) -> bool:
    """Tell whether all words of one merchant key begin the other."""
    return f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} ")


def _has_variants(merchant: str) -> bool:
    """Tell whether a merchant key names a business: no person, no service that carries money, no cash machine."""
    padded = f" {merchant} "
    return (
        names_merchant(merchant)
        and merchant.partition(" ")[0] not in GIVEN
        and not any(phrase in padded for phrase in _SENDING)
    )


def _share_a_name(one: str, other: str) -> bool:
    """Tell whether the words by which both merchant keys begin name somebody, and not a trade, office or place."""
    shared = []
    for word, same in zip(one.split(), other.split(), strict=False):
        if word != same:
            break
        shared.append(word)
    if not _SHARED_BY_MANY.issuperset(shared):
        return True
    telling = [word for word in shared if word not in LINKS]
    return len(telling) >= LEAST_WORDS and _begins(one, other) and PLACED.isdisjoint(telling)
