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
        ("tesco", "tesco express"),
        ("amzn mktp", "amzn mktp us"),
        ("hotel ibis", "hotel ibis paris"),
        ("pizza hut", "pizza hut delivery"),
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


def alike(texts: Sequence[str]) -> NDArray[np.float32]:
    """Embed all texts in one place, so that the names alone decide."""
    return np.tile(np.array([[1, 0]], np.float32), (len(texts), 1))


@pytest.mark.parametrize(
    ("taught", "other"),
    [
        ("interac e-transfer to greg landry", "interac e-transfer to sam singh"),
        ("e-transfer sent greg landry", "e-transfer sent sam singh"),
        ("venmo payment jane doe", "venmo payment jane roe"),
        ("ueberweisung an peter meier", "ueberweisung an anna"),
        ("cash app john smith", "cash app john smyth"),
        ("mobilepay peter meier", "mobilepay sofia rossi"),
        ("vipps peter meier", "vipps sofia rossi"),
        ("tikkie jan", "tikkie piet"),
        ("remitly peter meier", "remitly anna koch"),
        ("western union peter meier", "western union sofia rossi"),
        ("maria lopez", "maria lopez perez"),
        ("maria lopez", "maria garcia"),
        ("atm withdrawal high", "atm withdrawal"),
        ("atm withdrawal high", "atm withdrawal low"),
        ("geldautomat sparkasse", "geldautomat sparkasse nord"),
    ],
)
def test_a_payment_to_a_person_or_a_cash_machine_has_no_variants(taught: str, other: str) -> None:
    assert Variants({taught: 503}, alike).leaf(other) == 0
    assert Variants({other: 503}, alike).leaf(taught) == 0


@pytest.mark.parametrize(
    ("taught", "other"),
    [
        ("hotel ibis", "hotel ritz"),
        ("hotel", "hotel ritz"),
        ("restaurant chez paul", "restaurant ming"),
        ("cafe nero", "cafe roma"),
        ("farmacia lopez", "farmacia del sol"),
        ("pharmacie dupont", "pharmacie martin"),
        ("boulangerie paul", "boulangerie martin"),
        ("baeckerei kamps", "baeckerei schulz"),
        ("backerei kamps", "backerei schulz"),
        ("zahnarzt dr weber", "zahnarzt dr klein"),
        ("pizza hut", "pizza bella"),
        ("city of austin utilities", "city of dallas utilities"),
        ("berlin taxi", "berlin bakery"),
        (
            "\u0430\u043f\u0442\u0435\u043a\u0430 \u043e\u0434\u043d\u0430",
            "\u0430\u043f\u0442\u0435\u043a\u0430 \u0434\u0432\u0430",
        ),
    ],
)
def test_a_word_of_a_trade_an_office_or_a_place_makes_no_variant(taught: str, other: str) -> None:
    assert Variants({taught: 503}, alike).leaf(other) == 0


def test_a_taught_merchant_is_no_variant_of_another(model: Categorizer) -> None:
    variants = Variants({"countdown": 503, "countdown newtown": 401}, model.embed)
    assert variants.leaves(["countdown", "countdown newtown"]) == {}


def test_where_the_person_told_neighbours_apart_nothing_follows() -> None:
    assert Variants({"acme one": 503, "acme two": 401}, alike).leaf("acme three") == 0
    assert Variants({"acme one": 503, "acme two": 503}, alike).leaf("acme three") == 503


@pytest.mark.parametrize(
    ("variant", "least"), [("acme two", NEAR), ("acme one london", WITHIN), ("acme", WITHIN)]
)
def test_a_name_that_begins_the_other_may_lie_farther(variant: str, least: float) -> None:
    def at(cosine: float) -> Variants:
        rows = np.array([[1, 0], [cosine, np.sqrt(1 - cosine**2)]], np.float32)
        return Variants({"acme one": 503}, lambda _: rows)

    assert at(least + 0.001).leaf(variant) == 503
    assert at(least - 0.001).leaf(variant) == 0


def test_variants_are_made_once_for_a_set_of_corrections(model: Categorizer) -> None:
    corrections = Corrections.of([("countdown", None, 503, False)])
    assert model.variants(corrections) is model.variants(corrections)
    assert model.variants(Corrections.of([("countdown", None, 503, False)])) is not model.variants(
        corrections
    )
