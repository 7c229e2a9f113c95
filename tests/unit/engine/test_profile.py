"""The profile from bank files and app events to the person's own word: consent, refusal, withdrawal, restart."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, HostKey, Money
from edge_engine.domain.transaction import Record
from edge_engine.errors import InputError, PurposeDenied
from edge_engine.insights.trait import Source

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.insights.profile import Profile

KEY = HostKey(bytes(range(32)))
TODAY = date(2026, 6, 30)


def value(profile: Profile, name: str) -> float | str | None:
    return next((one.value for one in profile.traits if one.name == name), None)


def opens(days: int) -> bytes:
    moment = datetime(2026, 6, 30, 9, tzinfo=UTC)
    events = [
        {"at": (moment - timedelta(days=ago)).isoformat(), "name": "app.open", "subject": "home"}
        for ago in range(0, days, 3)
    ]
    events.append({"at": moment.isoformat(), "name": "app.device", "subject": "android"})
    return "".join(json.dumps(one) + "\n" for one in events).encode()


@pytest.fixture
def household(engine: Engine, statements: list[Path]) -> Engine:
    for purpose in ("categorization", "personalization"):
        engine.consent.grant(purpose)
    for file in statements:
        engine.ingest(file)
    engine.ingest(opens(60), "events")
    return engine


def test_a_profile_needs_its_consent_and_no_other(engine: Engine) -> None:
    engine.consent.grant("insights")
    with pytest.raises(PurposeDenied):
        engine.profile()
    with pytest.raises(PurposeDenied):
        engine.set_trait("money_style", "saver")
    with pytest.raises(PurposeDenied):
        engine.answer_trait("money_style", "not_true")
    engine.consent.withdraw("insights")
    engine.consent.grant("personalization")
    assert engine.profile().archetype == "newcomer"


def test_money_and_the_app_make_traits(household: Engine) -> None:
    found = {one.name: one for one in household.profile().traits}
    assert {"money_style", "spare_share", "bill_discipline", "engagement", "days_known", "platform"} <= set(
        found
    )
    assert found["platform"].value == "android"
    assert found["days_known"].value == 57.0
    assert found["engagement"].purposes == ("personalization",)
    assert found["money_style"].purposes == ("personalization", "categorization")
    assert "investing_appetite" not in found
    ids = {row.id for row in household.transactions(limit=100_000).transactions}
    assert all(set(one.evidence) <= ids for one in found.values())


def test_the_persons_word_stands_until_it_is_taken_back(household: Engine) -> None:
    before = household.profile()
    said = household.set_trait("money_style", "spender")
    assert value(said, "money_style") == "spender"
    (one,) = [one for one in said.traits if one.name == "money_style"]
    assert (one.source, one.confidence, one.half_life_days) == (Source.STATED, 1.0, None)
    assert household.set_trait("money_style", None) == before


def test_what_is_shown_can_be_confirmed(household: Engine) -> None:
    shown = value(household.profile(), "money_style")
    confirmed = household.answer_trait("money_style", "confirmed")
    (one,) = [one for one in confirmed.traits if one.name == "money_style"]
    assert (one.value, one.source, one.confidence) == (shown, Source.STATED, 1.0)
    with pytest.raises(InputError, match="nothing of this trait is shown"):
        household.answer_trait("investing_appetite", "confirmed")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("shoe_size", 3.0),
        ("money_style", "miser"),
        ("money_style", 3.0),
        ("travel", 1.5),
        ("travel", "often"),
        ("travel", float("nan")),
        ("travel", True),
        ("days_known", -1.0),
    ],
)
def test_a_word_that_is_none_is_refused(engine: Engine, name: str, given: float | str) -> None:
    engine.consent.grant("personalization")
    with pytest.raises(InputError):
        engine.set_trait(name, given)


def test_an_answer_that_is_none_is_refused(engine: Engine) -> None:
    engine.consent.grant("personalization")
    with pytest.raises(InputError, match="no such trait"):
        engine.answer_trait("shoe_size", "not_true")
    with pytest.raises(InputError, match="confirmed or not_true"):
        engine.answer_trait("travel", "perhaps")


def test_not_true_is_for_ever_through_withdrawal_consent_anew_and_restart(
    tmp_path: Path, clock: FakeClock, statements: list[Path]
) -> None:
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
        for purpose in ("categorization", "personalization", "recommendations"):
            engine.consent.grant(purpose)
        for file in statements:
            engine.ingest(file)
        assert value(engine.profile(), "money_style") is not None
        refused = engine.answer_trait("money_style", "not_true")
        assert value(refused, "money_style") is None
        assert refused.not_true == ("money_style",)
        engine.set_trait("travel", 0.5)
        assert engine.consent.withdraw("personalization").purged == {"trait_word": 1}
        # Under another purpose it is honoured too, with and without the purpose it was said under.
        assert "money_style" not in engine._gathering("recommendations").facts()
        engine.consent.grant("personalization")
        again = engine.profile()
        assert value(again, "money_style") is None
        assert value(again, "travel") != 0.5, "the person's own word went with its consent"
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
        assert value(engine.profile(), "money_style") is None
        assert value(engine.set_trait("money_style", "saver"), "money_style") == "saver"
        assert value(engine.set_trait("money_style", None), "money_style") is None


def test_a_decision_gets_the_facts_its_purpose_covers(household: Engine) -> None:
    household.consent.grant("recommendations")
    household.consent.grant("credit_prescreening")
    household.set_trait("life_stage", "family")
    household.set_trait("price_sensitivity", 0.9)
    under = household._gathering("recommendations").facts()
    assert {"money_style", "spare_share", "engagement"} <= set(under)
    assert under["price_sensitivity"].value == 0.9
    assert "life_stage" not in under, "recommendations cover no changes in life"
    # A purpose that may not hear what the person refused gets nothing at all.
    assert household._gathering("credit_prescreening").facts() == {}


def records(*, sensitive: bool) -> list[Record]:
    """Eight months of pay, rent and groceries; and heavy sensitive spending beside them, or none."""
    kept = []
    for at in range(240):
        day = TODAY - timedelta(days=240 - at)
        if day.day == 25:
            kept.append(
                Record("GB1", day, Money(250000, "GBP"), "SALARY HARROWGATE LTD", hint="income.salary")
            )
        if day.day == 1:
            kept.append(Record("GB1", day, Money(-90000, "GBP"), "ASHGROVE LETTINGS RENT"))
        if at % 3 == 0:
            kept.append(Record("GB1", day, Money(-2500, "GBP"), "TESCO STORES 3041", mcc=5411))
        if sensitive and at % 2 == 0:
            kept.append(Record("GB1", day, Money(-3000, "GBP"), "BET365 GAMING", mcc=7995))
            kept.append(Record("GB1", day, Money(-1100, "GBP"), "BOOTS PHARMACY", mcc=5912))
    return kept


def told(*, sensitive: bool) -> dict[str, tuple[float | str, float]]:
    clock = FakeClock(datetime(2026, 6, 30, 12, tzinfo=UTC))
    with Engine.in_memory(clock=clock) as engine:
        for purpose in ("categorization", "personalization"):
            engine.consent.grant(purpose)
        engine.ingest(records(sensitive=sensitive))
        named = {row.category for row in engine.transactions(limit=10_000).transactions}
        assert ("leisure.gambling" in named, "health.pharmacy" in named) == (sensitive, sensitive)
        return {one.name: (one.value, one.confidence) for one in engine.profile().traits}


def test_sensitive_spending_never_enters_the_profile() -> None:
    plain = told(sensitive=False)
    assert {"money_style", "spare_share", "income_stability"} <= set(plain)
    assert told(sensitive=True) == plain


def test_what_the_person_said_is_exported(household: Engine, tmp_path: Path) -> None:
    household.set_trait("money_style", "saver")
    household.answer_trait("travel", "not_true")
    assert household.export(tmp_path / "me.zip")["traits.csv"] == 2
    assert household.forget_account(household.accounts()[0].key)["txn"]
    assert value(household.profile(), "money_style") == "saver"


def test_an_appetite_confirmed_under_its_own_purpose_is_a_trait_while_that_purpose_holds(
    engine: Engine,
) -> None:
    for purpose in ("categorization", "personalization", "investment_offers"):
        engine.consent.grant(purpose)
    engine.ingest(
        [
            *records(sensitive=False),
            *(
                Record("GB1", date(2026, month, 5), Money(-20000, "GBP"), "VANGUARD INVESTMENT PLAN")
                for month in range(1, 7)
            ),
        ]
    )
    (asked,) = engine.questions.investment_appetite()
    assert value(engine.profile(), "investing_appetite") is None
    engine.questions.answer_investment_appetite(asked.id, "confirmed")
    (one,) = [one for one in engine.profile().traits if one.name == "investing_appetite"]
    assert one.source is Source.CONFIRMED
    assert "investment_offers" in one.purposes
    engine.consent.withdraw("investment_offers")
    assert value(engine.profile(), "investing_appetite") is None
