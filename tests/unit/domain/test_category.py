from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.errors import InputError, PolicyError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
schema = 1
version = "t"
[[group]]
id = "food"
code = 4
labels = { en = "Groceries", de = "Lebensmittel" }
"""
LEAF = """
[[leaf]]
id = "food.groceries"
code = 401
sensitive = false
labels = { en = "Groceries" }
"""


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return Taxonomy.default()


def test_a_leaf_is_found_by_id_and_by_code(taxonomy: Taxonomy) -> None:
    leaf = taxonomy.leaf("food.groceries")
    assert taxonomy.leaf(401) is leaf
    assert taxonomy.by_code[401] is leaf
    assert (leaf.group, leaf.label(), leaf.coicop) == ("food", "Groceries", "01")
    assert taxonomy.group(leaf.group).label("xx") == "Food and drink at home"


@pytest.mark.parametrize("key", ["food.nothing", "food", "", 0, 999])
def test_an_unknown_leaf_is_refused(taxonomy: Taxonomy, key: str | int) -> None:
    with pytest.raises(InputError, match="no such category"):
        taxonomy.leaf(key)


def test_an_unknown_group_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(InputError):
        taxonomy.group("food.groceries")


def test_the_taxonomy_has_the_promised_size_and_is_read_once(taxonomy: Taxonomy) -> None:
    assert 16 <= len(taxonomy.groups) <= 18
    assert 60 <= len(taxonomy.leaves) <= 90
    assert Taxonomy.default() is taxonomy


def test_every_leaf_that_tells_of_a_protected_trait_is_sensitive(taxonomy: Taxonomy) -> None:
    sensitive = {leaf.id for leaf in taxonomy.leaves if leaf.sensitive}
    assert sensitive == {
        "food.alcohol",
        "dining.bars",
        "health.pharmacy",
        "health.doctor",
        "health.dental",
        "health.optical",
        "health.care",
        "leisure.gambling",
        "services.health_insurance",
        "giving.charity",
        "giving.religion",
        "giving.politics",
    }


@pytest.mark.parametrize(
    ("mcc", "leaf"),
    [
        (5411, "food.groceries"),
        (5812, "dining.restaurants"),
        (3000, "travel.flights"),
        (3357, "travel.car_rental"),
        (3501, "travel.lodging"),
        (5542, "transport.fuel"),
        (742, "shopping.pets"),
        (7995, "leisure.gambling"),
        (6011, "transfers.cash"),
        (4900, "utilities.energy"),
    ],
)
def test_a_merchant_category_code_speaks_for_a_leaf(taxonomy: Taxonomy, mcc: int, leaf: str) -> None:
    found = taxonomy.mcc_prior(mcc)
    assert found is not None
    assert found.id == leaf


def test_an_unassigned_merchant_category_code_speaks_for_nothing(taxonomy: Taxonomy) -> None:
    assert taxonomy.mcc_prior(0) is None
    assert taxonomy.mcc_prior(9999) is None


def test_a_plaid_category_is_found_with_or_without_its_prefix(taxonomy: Taxonomy) -> None:
    leaf = taxonomy.from_plaid("plaid:FOOD_AND_DRINK_COFFEE")
    assert leaf is taxonomy.from_plaid("FOOD_AND_DRINK_COFFEE")
    assert leaf is taxonomy.leaf("dining.coffee")
    assert taxonomy.from_plaid("FOOD_AND_DRINK") is None


def test_every_merchant_category_code_in_use_maps(taxonomy: Taxonomy, shared_data: Path) -> None:
    with (shared_data / "taxonomies" / "mcc_codes.csv").open(encoding="utf-8") as file:
        codes = [int(row["mcc"]) for row in csv.DictReader(file)]
    assert len(codes) > 900
    assert [code for code in codes if taxonomy.mcc_prior(code) is None] == []


def test_every_detailed_plaid_category_maps_and_none_is_invented(
    taxonomy: Taxonomy, shared_data: Path
) -> None:
    document = json.loads((shared_data / "taxonomies" / "taxonomies.json").read_text(encoding="utf-8"))
    names = {name for names in document["plaid_pfc"].values() for name in names}
    assert {name for leaf in taxonomy.leaves for name in leaf.plaid} == names


def test_coicop_divisions_are_the_published_ones(taxonomy: Taxonomy, shared_data: Path) -> None:
    document = json.loads((shared_data / "taxonomies" / "taxonomies.json").read_text(encoding="utf-8"))
    used = {leaf.coicop for leaf in taxonomy.leaves if leaf.coicop}
    assert used <= set(document["coicop2018_divisions"])
    assert used >= {f"{division:02d}" for division in range(1, 14)}


def test_income_and_money_moved_are_not_consumption(taxonomy: Taxonomy) -> None:
    moved = [leaf for leaf in taxonomy.leaves if leaf.group in {"income", "transfers"}]
    assert moved
    assert {leaf.coicop for leaf in moved} == {""}


def test_labels_fall_back_from_region_to_language_to_english() -> None:
    group = Taxonomy.parse(HEAD + LEAF).group("food")
    assert group.label("de-AT") == "Lebensmittel"
    assert group.label("fr") == "Groceries"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema = [", "not TOML"),
        ("schema = 2", "schema 1"),
        ("schema = 1", r"\[\[group\]\]"),
        ("schema = 1\ngroup = [1]\nleaf = []", "is a table"),
        (HEAD + LEAF + LEAF, "share an id or a code"),
        (HEAD + LEAF + LEAF.replace("groceries", "other"), "share an id or a code"),
        (HEAD + HEAD.split('"t"')[1] + LEAF, "groups share"),
        (HEAD + LEAF.replace("401", "501"), "both id and code"),
        (HEAD + LEAF.replace("food.", "fuel."), "both id and code"),
        (HEAD + LEAF.replace("food.groceries", "Food Groceries"), "lower-case"),
        (HEAD + LEAF.replace("401", "true"), "code from 1"),
        (HEAD + LEAF.replace("false", '"no"'), "sensitive"),
        (HEAD + LEAF.replace("en =", "de ="), "in English"),
        (HEAD + LEAF + 'colour = "red"', "unknown field: colour"),
        (HEAD + LEAF + 'coicop = "16"', "COICOP"),
        (HEAD + LEAF + 'mcc = ["54"]', "four digits"),
        (HEAD + LEAF + "mcc = [5411]", "list of texts"),
        (HEAD + LEAF + 'mcc = ["5412-5411"]', "backwards"),
        (
            HEAD
            + LEAF
            + 'mcc = ["5411"]'
            + LEAF.replace("401", "402").replace("groceries", "x")
            + 'mcc = ["5411"]',
            "5411",
        ),
        (
            HEAD
            + LEAF
            + 'plaid = ["A"]'
            + LEAF.replace("401", "402").replace("groceries", "x")
            + 'plaid = ["A"]',
            "Plaid",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message) as caught:
        Taxonomy.parse(text)
    assert caught.value.file == "taxonomy.toml"


def test_a_taxonomy_file_is_loaded_from_a_path(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(HEAD + LEAF, encoding="utf-8")
    assert Taxonomy.load(file).leaf(401).id == "food.groceries"
    with pytest.raises(PolicyError, match=r"own2\.toml: the taxonomy file cannot be read"):
        Taxonomy.load(tmp_path / "own2.toml")
