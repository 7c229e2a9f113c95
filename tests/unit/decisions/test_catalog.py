from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import DeliveryChannel, Gate
from edge_engine.decisions.catalog import FILE, Catalog
from edge_engine.decisions.features import Candidates
from edge_engine.decisions.offer import FAMILIES, LEVELS, PURPOSES, Family, OfferKind
from edge_engine.errors import PolicyError
from tests.unit.decisions.mistakes import Mistake, assert_told, document, schema, shipped, validator

if TYPE_CHECKING:
    from pathlib import Path

SUPPORT = """\
schema = 1
version = "test"

[[offer]]
id = "guide"
kind = "support_guide"
level = 0
purpose = "recommendations"
title = "Advice"
worth = "It is free."
value = "none"
channels = ["feed"]
contact = { rest_days = 1, a_year = 12 }
moments = ["stress"]
"""
LOAN = """
[[offer]]
id = "loan"
kind = "loan"
level = 3
purpose = "credit_prescreening"
title = "A loan"
worth = "It costs less."
value = "moment"
channels = ["feed"]
contact = { rest_days = 90, a_year = 2 }
moments = ["credit_cost"]
where = [{ fact = "debt_share", below = 0.3 }]
"""
GOOD = SUPPORT + LOAN
THEN = "\ncontact = { rest_days = 90"

MISTAKES = [
    Mistake("schema = 1", "schema = 3", "schema must be 1", "schema"),
    Mistake('id = "loan"', 'id = "Loan"', "not in snake_case", 'id = "Loan"'),
    Mistake('id = "loan"', 'id = "guide"', "offer guide is there twice", 'id = "guide"', between=True),
    Mistake('kind = "loan"', 'kind = "gift"', "kind cannot be 'gift'", "kind"),
    Mistake('kind = "loan"\nlevel = 3', 'kind = "loan"\nlevel = 2', "level is from 3 to 3 for loan", "level"),
    Mistake('kind = "loan"\nlevel = 3', 'kind = "loan"\nlevel = 4', "level is from 3 to 3 for loan", "level"),
    Mistake("credit_prescreening", "recommendations", "loan rests on credit_prescreening", "purpose"),
    Mistake('title = "A loan"', 'title = ""', "title needs words for people", "title"),
    Mistake('worth = "It costs less."', 'worth = " "', "worth needs words for people", "worth"),
    Mistake('worth = "It costs less."', 'worth = "It costs\\u001b[1m."', "cannot be printed", "worth", between=True),
    Mistake('worth = "It costs less."', 'worth = "It costs \\u202eless."', "cannot be printed", "worth", between=True),
    Mistake(f'["feed"]{THEN}', f"[]{THEN}", "channels names at least one", "channels"),
    Mistake(f'["feed"]{THEN}', f'["feed", "push"]{THEN}', "inside the app alone", "channels"),
    Mistake(f'["feed"]{THEN}', f'["feed", "feed"]{THEN}', "each once", "channels"),
    Mistake("rest_days = 90", "rest_days = 366", "rest_days is from 0 to 365", "contact"),
    Mistake("a_year = 2", "a_year = 0", "a_year is from 1 to 120", "contact"),
    Mistake("a_year = 2", "per_year = 2", "there is no field per_year", "contact"),
    Mistake('moments = ["credit_cost"]', 'moments = ["christmas"]', "there is no moment christmas", "moments"),
    Mistake('moments = ["credit_cost"]\n', "", "a value that comes from the moment needs moments", "[[offer]]"),
    Mistake("debt_share", "wealth", "there is no fact wealth", "where"),
    Mistake('value = "moment"', 'value = "large"', "value cannot be 'large'", "value"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.says)
def test_a_mistake_is_told_with_its_line(mistake: Mistake) -> None:
    text = GOOD.replace(mistake.old, mistake.new, 1)
    assert text != GOOD
    with pytest.raises(PolicyError) as error:
        Catalog.parse(text)
    assert_told(error, mistake, text, FILE)


@pytest.mark.parametrize("mistake", [one for one in MISTAKES if not one.between], ids=lambda one: one.says)
def test_what_the_loader_refuses_the_schema_refuses(mistake: Mistake) -> None:
    assert list(validator("offers").iter_errors(document(GOOD.replace(mistake.old, mistake.new, 1))))


def test_a_file_without_support_is_refused() -> None:
    text = GOOD.replace(SUPPORT, 'schema = 1\nversion = "test"\n')
    with pytest.raises(PolicyError, match=r"offers\.toml:4: there is no offer of support"):
        Catalog.parse(text)
    assert list(validator("offers").iter_errors(document(text)))


@pytest.mark.parametrize("text", [GOOD, shipped(FILE)], ids=["small", "shipped"])
def test_good_files_fit_the_loader_and_the_schema(text: str) -> None:
    assert Catalog.parse(text).offers
    assert [error.message for error in validator("offers").iter_errors(document(text))] == []


def test_the_schemas_know_the_same_facts() -> None:
    known = schema("experiments")["$defs"]["predicate"]
    assert schema("offers")["$defs"]["predicate"] == known
    assert schema("guards")["$defs"]["predicate"] == known


def test_every_kind_of_the_design_has_its_family_level_and_offer() -> None:
    assert set(FAMILIES) == set(LEVELS) == set(OfferKind)
    assert set(PURPOSES) == set(Family)
    assert {one.kind for one in Catalog.default().offers.values()} == set(OfferKind)
    assert {kind for kind, level in LEVELS.items() if level == 3} == {
        OfferKind.OVERDRAFT,
        OfferKind.LOAN,
        OfferKind.CARD_LIMIT,
        OfferKind.MORTGAGE,
        OfferKind.HARDSHIP_SUPPORT,
    }


def test_what_ships_is_chosen_by_data_that_its_purpose_may_decide_with() -> None:
    policy = Policy.default()
    for offer in Catalog.default().offers.values():
        decidable = frozenset[str]().union(
            *(rule.data for rule in policy.speaking_of(offer.purpose) if Gate.DECIDE in rule.gates)
        )
        assert offer.data() <= decidable, offer.id


def test_what_ships_is_said_in_words() -> None:
    for offer in Catalog.default().offers.values():
        assert offer.title[0].isupper()
        assert not offer.title.endswith(".")
        assert offer.worth.endswith(".")
        assert len(offer.title) < 50
        assert len(offer.worth) < 90


def test_a_channel_and_a_level_ask_for_more_consent() -> None:
    offers = Catalog.default().offers
    assert offers["bill_move"].purposes(DeliveryChannel.FEED) == {"recommendations"}
    assert offers["bill_move"].purposes(DeliveryChannel.PUSH) == {"recommendations", "outreach"}
    assert offers["cheaper_loan"].purposes(DeliveryChannel.FEED) == {"credit_prescreening", "adviser_review"}


def test_the_ranking_sees_what_an_offer_does() -> None:
    offers = Catalog.default().offers
    saving = offers["savings_goal"].features(DeliveryChannel.MODAL, 0.5)
    assert saving == {"saves": 1.0, "protects": 0.0, "value": 0.5, "intrusive": 1.0}
    guide = offers["support_guide"].features(DeliveryChannel.FEED, 0.5)
    assert guide == {"saves": 0.0, "protects": 1.0, "value": 0.0, "intrusive": 0.0}
    assert len(Candidates.of([saving, guide])) == 2


def test_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    assert Catalog.load(tmp_path).digest == Catalog.parse(GOOD).digest
