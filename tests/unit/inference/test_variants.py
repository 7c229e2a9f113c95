"""A variant of a corrected merchant follows it; another merchant of the same trade does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.inference.categorizer import Categorizer
from edge_engine.inference.corrections import Corrections
from edge_engine.inference.variants import NEAR, WITHIN, Variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@pytest.fixture(scope="module")
def model() -> Categorizer:
    return Categorizer.load()


@pytest.mark.parametrize(
    ("taught", "variant"),
    [
        ("blue bottle coffee", "blue bottle coffee sf"),
        ("countdown", "countdown newtown"),
        ("tesco", "tesco stores"),
        ("starbucks", "starbucks coffee seattle"),
    ],
)
def test_a_variant_has_what_was_taught(model: Categorizer, taught: str, variant: str) -> None:
    assert Variants({taught: 503}, model.embed).leaf(variant) == 503


@pytest.mark.parametrize(
    ("taught", "other"),
    [
        ("tesco", "sainsburys"),  # the same trade under another name
        ("netflix", "spotify"),
        ("royal bank", "royal cafe"),  # the same first word and another trade
        ("el corte ingles", "el pollo loco"),  # a first word that says nothing
        ("7 eleven", "7 seas diving"),
    ],
)
def test_another_merchant_has_not(model: Categorizer, taught: str, other: str) -> None:
    assert Variants({taught: 503}, model.embed).leaf(other) == 0


def test_a_taught_merchant_is_no_variant_of_another(model: Categorizer) -> None:
    variants = Variants({"countdown": 503, "countdown newtown": 401}, model.embed)
    assert variants.leaves(["countdown", "countdown newtown"]) == {}


def test_where_the_person_told_neighbours_apart_nothing_follows() -> None:
    def alike(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([[1, 0]], np.float32), (len(texts), 1))

    assert Variants({"shop one": 503, "shop two": 401}, alike).leaf("shop three") == 0
    assert Variants({"shop one": 503, "shop two": 503}, alike).leaf("shop three") == 503


@pytest.mark.parametrize(
    ("variant", "least"), [("shop two", NEAR), ("shop one london", WITHIN), ("shop", WITHIN)]
)
def test_a_name_that_begins_the_other_may_lie_farther(variant: str, least: float) -> None:
    def at(cosine: float) -> Variants:
        rows = np.array([[1, 0], [cosine, np.sqrt(1 - cosine**2)]], np.float32)
        return Variants({"shop one": 503}, lambda _: rows)

    assert at(least + 0.001).leaf(variant) == 503
    assert at(least - 0.001).leaf(variant) == 0


def test_variants_are_made_once_for_a_set_of_corrections(model: Categorizer) -> None:
    corrections = Corrections.of([("countdown", None, 503, False)])
    assert model.variants(corrections) is model.variants(corrections)
    assert model.variants(Corrections.of([("countdown", None, 503, False)])) is not model.variants(
        corrections
    )
