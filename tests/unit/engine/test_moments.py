"""Moments from the files of a household's banks to the answer: consent, purposes, models, and nothing kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine import Money
from edge_engine.domain.transaction import Record
from edge_engine.errors import PurposeDenied
from edge_engine.gathering import Gathering
from edge_engine.insights import recurring
from edge_engine.insights.moment import TYPES
from edge_engine.vault import queries

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine import Engine
    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.chains import Recalled
    from edge_engine.insights.stream import Stream


@pytest.fixture
def household(engine: Engine, statements: list[Path]) -> Engine:
    for purpose in ("categorization", "insights"):
        engine.consent.grant(purpose)
    for file in statements:
        engine.ingest(file)
    return engine


def test_moments_need_the_consent_of_insights(engine: Engine) -> None:
    with pytest.raises(PurposeDenied):
        engine.moments()
    engine.consent.grant("insights")
    assert engine.moments() == []


def test_moments_name_their_evidence_purposes_and_models(household: Engine) -> None:
    found = household.moments()
    assert found
    ids = {row.id for row in household.transactions(limit=100_000).transactions}
    for one in found:
        assert one.type in TYPES
        assert set(one.evidence) <= ids
        assert one.purposes == ("insights", "categorization")
        assert one.models[0].startswith("categorizer")
        assert one.as_of == date(2026, 6, 30) <= one.valid_until
    assert household.moments() == found


def test_asking_for_moments_keeps_nothing(household: Engine) -> None:
    household.moments()
    own = household._own()
    with household._vault.reading(own) as reader:
        assert not reader.rows(queries.DERIVED, kind="stream")
        assert not reader.rows(queries.FORECASTS)


def test_the_purpose_follows_from_the_grant(household: Engine) -> None:
    household.consent.grant("recommendations")
    under = household._gathering("recommendations")
    assert isinstance(under, Gathering)
    assert {one.purposes for one in under.moments()} == {("recommendations", "categorization")}
    # Sensitive rows make no moment under either purpose: the findings are the same.
    assert [one.id for one in under.moments() if one.type != "safe_to_save"] == [
        one.id for one in household.moments() if one.type != "safe_to_save"
    ]


def test_a_second_question_is_answered_from_memory_and_new_payments_are_not_missed(
    household: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = household.moments()
    made = []
    real = recurring.streams

    def counted(
        postings: Postings, today: date, taxonomy: Taxonomy, recalled: Recalled | None = None
    ) -> list[Stream]:
        made.append(today)
        return real(postings, today, taxonomy, recalled)

    monkeypatch.setattr(recurring, "streams", counted)
    assert household.moments() == found
    assert not made
    household.ingest([Record("new", date(2026, 6, 29), Money(-4200, "GBP"), "TESCO")])
    household.moments()
    assert made
    made.clear()
    household.correct(household.transactions(limit=1).transactions[0].id, "travel.flights")
    household.moments()
    assert made


def remembers(engine: Engine) -> bool:
    return engine._memory is not None


def test_nothing_is_remembered_of_a_consent_that_ended_or_while_the_store_sleeps(household: Engine) -> None:
    household.moments()
    assert remembers(household)
    household.consent.withdraw("insights")
    with pytest.raises(PurposeDenied):
        household.moments()
    assert not remembers(household)
    household.consent.grant("insights")
    household.moments()
    household.suspend()
    assert not remembers(household)
