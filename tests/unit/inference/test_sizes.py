"""What the size of an amount may say of a category, and what it may not."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import CODES
from edge_engine.errors import ModelRefused
from edge_engine.inference.categorizer import MODEL, Categorizer, Source
from edge_engine.inference.registry import SIZES, Registry
from edge_engine.inference.sizes import MOST, UNKNOWN, Sizes

LEAVES = [leaf.code for leaf in Taxonomy.default().leaves]
SURE = ["TESCO STORES 3217 LONDON GB", "SHELL OIL 57444 HOUSTON TX", "NETFLIX.COM AMSTERDAM"]
UNSURE = ["ACME LTD", "HARBOUR YARD", "THE OLD MILL", "M AVERDALE", "北京地铁", ""]

amounts = st.integers(-(10**14), 10**14)
currencies = st.sampled_from(["USD", "EUR", "JPY", "VND", "TRY", "XXX", "", "usd"])


@cache
def model() -> Categorizer:
    return Categorizer.load()


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    model().predict(SURE + UNSURE)


def published(**changes: object) -> bytes:
    file = msgspec.json.decode(Registry.default().file(MODEL, SIZES))
    return msgspec.json.encode({**file, **changes})


@cache
def sizes() -> Sizes:
    return Sizes.of(published(), LEAVES)


@given(st.sampled_from(SURE), amounts, currencies)
def test_a_size_never_moves_what_the_text_is_sure_of(text: str, amount: int, currency: str) -> None:
    with_size = model().predict([text], [amount], currencies=[currency])
    without = model().predict([text], [amount])
    assert with_size.leaves.tolist() == without.leaves.tolist()
    assert with_size.confidences.tolist() == without.confidences.tolist()
    assert with_size.sources.tolist() == without.sources.tolist()


@given(st.sampled_from(UNSURE), amounts, currencies)
def test_a_size_never_makes_an_answer_sure(text: str, amount: int, currency: str) -> None:
    with_size = model().predict([text], [amount], currencies=[currency])
    without = model().predict([text], [amount])
    if without.sources[0] == Source.GUESS or not without.leaves[0]:
        assert with_size.sources[0] == Source.GUESS or not with_size.leaves[0]


@given(st.sampled_from(SURE + UNSURE), st.sampled_from([5912, 5812, 5411, 6011]), amounts)
def test_where_a_code_speaks_sizes_are_not_heard(text: str, mcc: int, amount: int) -> None:
    with_size = model().predict([text], [amount], [mcc], currencies=["EUR"])
    without = model().predict([text], [amount], [mcc])
    assert with_size.leaves.tolist() == without.leaves.tolist()
    assert with_size.confidences.tolist() == without.confidences.tolist()


def test_a_name_that_says_nothing_is_rather_a_restaurant_for_the_price_of_a_meal() -> None:
    text = "THE OLD MILL"
    (alone,) = model().predict([text], [-4_500]).confidences
    found = model().predict([text] * 2, [-4_500, -350], currencies=["GBP"] * 2)
    meal, coin = found.confidences
    assert meal > alone > coin
    assert Taxonomy.default().leaf(int(found.leaves[0])).id == "dining.restaurants"


def test_a_size_is_counted_in_what_money_buys() -> None:
    assert (
        sizes().bucket(-1_000, "USD") == sizes().bucket(-1_000_000, "COP") + 1 == sizes().bucket(-950, "JPY")
    )
    assert sizes().bucket(1, "USD") == 0
    assert sizes().bucket(10**14, "USD") == len(sizes().edges)


@pytest.mark.parametrize(("amount", "currency"), [(0, "EUR"), (-500, ""), (-500, "XXX"), (-500, "TRY")])
def test_nothing_is_said_of_no_amount_and_of_money_without_a_scale(amount: int, currency: str) -> None:
    assert sizes().bucket(amount, currency) == UNKNOWN


@given(st.integers(1, 10**14), st.sampled_from(sorted(sizes().scale)))
def test_a_bucket_is_the_number_of_edges_reached(amount: int, currency: str) -> None:
    reached = sum(amount >= edge * sizes().scale[currency] for edge in sizes().edges)
    assert sizes().bucket(amount, currency) == sizes().bucket(-amount, currency) == reached


def test_the_published_table_is_of_known_leaves_and_currencies_within_its_bounds() -> None:
    file = msgspec.json.decode(published())
    assert set(file["scale"]) <= CODES
    for way in ("out", "into"):
        assert {int(code) for code in file[way]} <= set(LEAVES)
    assert sizes().weights.min() >= 1 / MOST - 1e-6
    assert sizes().weights.max() <= MOST
    assert np.ptp(sizes().weights) > 1


@pytest.mark.parametrize(
    "changes",
    [
        {"edges": []},
        {"edges": [5, 2]},
        {"edges": [1.5]},
        {"scale": {"EUR": 0}},
        {"scale": {"EUR": 0.5}},
        {"out": {"401": [1.0, 1.0]}},
        {"out": {"401": [1.0] * 12 + [100.0]}},
        {"into": {"401": [0.0] * 13}},
        {"into": {"401": ["a"] * 13}},
        {"more": 1},
    ],
)
def test_a_table_out_of_bounds_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ModelRefused):
        Sizes.of(published(**changes), LEAVES)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"edges": [NaN]}'])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(ModelRefused):
        Sizes.of(content, LEAVES)
