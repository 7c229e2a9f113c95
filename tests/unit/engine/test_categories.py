"""Categories come with consent, go with it, and never come back by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, ingestion
from edge_engine.arguments import MAX_TEXT, MAX_TEXTS
from edge_engine.errors import GrantExpired, InputError, ModelMissing, ModelRefused, PurposeDenied
from edge_engine.feeds.canonical import canonicalize
from edge_engine.inference.categorizer import Categorizer
from edge_engine.ingestion import Ingestion, Tally
from tests.fakes.bank_csv import statement
from tests.unit.engine.test_import import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.domain.transaction import Transaction
    from edge_engine.vault.writer import Categorized


def categories(engine: Engine) -> set[str | None]:
    return {row.category for row in engine.transactions(limit=1000).transactions}


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many transactions the model was shown, call by call."""
    shown: list[int] = []
    whole = Categorizer.classify

    def counting(
        self: Categorizer, ids: Sequence[int], transactions: Sequence[Transaction], corrections: object
    ) -> list[Categorized]:
        shown.append(len(ids))
        return whole(self, ids, transactions, corrections)  # type: ignore[arg-type]

    monkeypatch.setattr(Categorizer, "classify", counting)
    return shown


def test_without_consent_nothing_is_looked_at(engine: Engine, looked_at: list[int]) -> None:
    assert engine.ingest(statement(), currency="GBP").categorized == 0
    assert categories(engine) == {None}
    assert looked_at == []


def test_with_consent_an_import_comes_in_sorted(engine: Engine, looked_at: list[int]) -> None:
    engine.consent.grant("categorization")
    report = engine.ingest(statement(), currency="GBP")
    assert looked_at == [6]
    found = {row.description: row for row in engine.transactions().transactions}
    tesco = found["TESCO STORES 3297 LONDON"]
    assert (tesco.category, tesco.source) == ("food.groceries", "model")
    assert 0.5 < tesco.confidence <= 1
    assert report.categorized == sum(row.category is not None for row in engine.transactions().transactions)


def test_consent_after_the_import_catches_up_once(engine: Engine, looked_at: list[int]) -> None:
    engine.ingest(statement(), currency="GBP")
    engine.consent.grant("categorization")
    assert "food.groceries" in categories(engine)
    engine.transactions()
    engine.transactions()
    assert looked_at == [6]


def test_withdrawing_deletes_at_once(engine: Engine) -> None:
    engine.consent.grant("categorization")
    engine.ingest(statement(), currency="GBP")
    purged = engine.consent.withdraw("categorization").purged
    assert purged["categorization"] >= 4
    assert categories(engine) == {None}
    assert engine.doctor().ok
    with pytest.raises(PurposeDenied) as denied:
        engine.categorize(["TESCO"])
    assert denied.value.rule == "withdrawn"


def test_consent_given_anew_sorts_again(engine: Engine) -> None:
    engine.consent.grant("categorization")
    engine.ingest(statement(), currency="GBP")
    before = categories(engine)
    engine.consent.withdraw("categorization")
    engine.consent.grant("categorization")
    assert categories(engine) == before != {None}


def test_a_classifier_that_was_held_back_refuses_after_withdrawal(engine: Engine) -> None:
    engine.consent.grant("categorization")
    held = engine._understanding.classifier()
    assert held is not None
    assert held([], []) == []
    engine.consent.withdraw("categorization")
    with pytest.raises(GrantExpired):
        held([], [])
    assert engine._understanding.classifier() is None


def test_consent_withdrawn_in_the_middle_of_an_import_ends_categories_and_not_the_import(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, looked_at: list[int]
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)
    engine.consent.grant("categorization")

    def withdraw(tally: Tally, position: int) -> None:
        if tally.added == 2:
            assert tally.categorized > 0
            engine.consent.withdraw("categorization")

    report = engine.ingest(statement(), currency="GBP", progress=withdraw)
    assert (report.added, report.categorized) == (6, 0)
    assert looked_at == [2]
    assert categories(engine) == {None}
    assert engine.doctor().ok


def test_consent_given_in_the_middle_of_an_import_leaves_nothing_unsorted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)

    def grant(tally: Tally, position: int) -> None:
        if tally.added == 2:
            engine.consent.grant("categorization")
            engine.transactions()  # sorts what is there by now; the rest must not be forgotten for it

    engine.ingest(statement(), currency="GBP", progress=grant)
    tesco = {
        row.category for row in engine.transactions().transactions if row.description.startswith("TESCO")
    }
    assert tesco == {"food.groceries"}


def test_consent_that_runs_out_in_the_middle_of_an_import_does_the_same(
    engine: Engine, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)
    engine.consent.grant("categorization", expires_days=1)
    report = engine.ingest(statement(), currency="GBP", progress=lambda *_: clock.advance(timedelta(days=1)))
    assert (report.added, report.categorized) == (6, 0)
    assert categories(engine) == {None}


def test_consent_that_ends_in_the_very_moment_of_asking_stores_without_categories(engine: Engine) -> None:
    def too_late(ids: Sequence[int], transactions: Sequence[Transaction]) -> list[Categorized]:
        raise GrantExpired("the grant ran out")

    tally = Ingestion(engine._vault, source="records", classifier=lambda: too_late).run(
        [record(5, -500, "BAKERY")], canonicalize
    )
    assert (tally.added, tally.categorized) == (1, 0)
    assert engine.transactions().total == 1


def test_consent_expires_by_the_clock_and_takes_its_categories_along(
    engine: Engine, clock: FakeClock
) -> None:
    engine.consent.grant("categorization", expires_days=30)
    engine.ingest(statement(), currency="GBP")
    clock.advance(timedelta(days=29, hours=23))
    assert categories(engine) != {None}
    clock.advance(timedelta(hours=1))
    assert categories(engine) == {None}
    with pytest.raises(PurposeDenied) as denied:
        engine.correct(1, "food.groceries")
    assert denied.value.rule == "expired"


def test_a_clock_set_back_revives_nothing(engine: Engine, clock: FakeClock) -> None:
    engine.consent.grant("categorization", expires_days=30)
    engine.ingest(statement(), currency="GBP")
    clock.advance(timedelta(days=31))
    assert categories(engine) == {None}
    clock.advance(timedelta(days=-31))
    assert categories(engine) == {None}
    assert (
        engine.ingest(statement(("2026-02-01", "TESCO STORES 1", "-1.00")), currency="GBP").categorized == 0
    )
    with pytest.raises(PurposeDenied):
        engine.categorize(["TESCO"])


def test_texts_are_named_with_their_evidence_and_nonsense_is_not(engine: Engine) -> None:
    engine.consent.grant("categorization")
    coffee, nothing = engine.categorize(["SQ *BLUE BOTTLE COFFEE 415 CA", "ZZXQ 81"])
    assert coffee.category == "dining.coffee"
    assert coffee.label
    assert any("COFFEE" in part for part in coffee.evidence)
    assert (nothing.category, nothing.evidence) == (None, ())
    assert engine.categorize([]) == []


def test_naming_a_text_without_consent_names_the_rule(engine: Engine) -> None:
    with pytest.raises(PurposeDenied) as denied:
        engine.categorize(["TESCO"])
    assert (denied.value.purpose, denied.value.rule) == ("categorization", "not-granted")


def test_what_the_model_is_silent_about_stays_without_a_category(engine: Engine) -> None:
    engine.consent.grant("categorization")
    report = engine.ingest(statement(("2026-01-05", "ZZXQ 81 QQ", "-3.00")), currency="GBP")
    assert (report.added, report.categorized) == (1, 0)
    (row,) = engine.transactions().transactions
    assert (row.category, row.source, row.confidence) == (None, "", 0)


def test_a_model_that_cannot_load_keeps_nobody_from_their_own_rows(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.ingest(statement(), currency="GBP")
    engine.consent.grant("categorization")

    def missing(_: object) -> Categorizer:
        raise ModelMissing("the model is not installed")

    monkeypatch.setattr(Categorizer, "load", missing)
    assert engine.transactions().total == 6
    with pytest.raises(ModelMissing):
        engine.categorize(["TESCO"])
    report = engine.ingest(statement(("2026-02-01", "TESCO", "-1.00")), currency="GBP")
    assert (report.added, report.categorized) == (1, 0)
    assert engine.transactions().total == 7


def test_an_import_with_a_refused_model_keeps_its_rows_says_why_and_sorts_them_later(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)
    engine.consent.grant("categorization")
    asked: list[int] = []

    def refused(_: object) -> Categorizer:
        asked.append(1)
        raise ModelRefused("the file of the model categorizer is not the one that was published")

    with monkeypatch.context() as broken:
        broken.setattr(Categorizer, "load", refused)
        report = engine.ingest(statement(), currency="GBP")
        assert (report.added, report.categorized, len(asked)) == (6, 0, 1)
        (note,) = [note for note in report.notes if "model.refused" in note]
        assert "No categories were given" in note
        again = engine.ingest(statement(), currency="GBP")
        assert any("model.refused" in note for note in again.notes)
        assert categories(engine) == {None}
    assert categories(engine) - {None}
    report = engine.ingest(statement(("2026-02-01", "TESCO", "-1.00")), currency="GBP")
    assert report.categorized == 1
    assert not any("No categories" in note for note in report.notes)


def test_the_installed_model_is_the_published_one(engine: Engine) -> None:
    (model,) = [one for one in engine.models() if one.name == "categorizer"]
    assert len(model.digest) == 64
    assert model.bytes > 1000
    assert model.version


def taught(engine: Engine, text: str) -> tuple[str | None, str]:
    (row,) = {
        (row.category, row.source) for row in engine.transactions().transactions if row.description == text
    }
    return row


def test_variants_of_a_corrected_merchant_follow_and_come_back(engine: Engine) -> None:
    engine.consent.grant("categorization")
    engine.ingest(
        [record(1, -500, "COUNTDOWN"), record(2, -500, "COUNTDOWN NEWTOWN"), record(3, -500, "TESCO")]
    )
    before = {row.description: row.category for row in engine.transactions().transactions}
    first = next(row for row in engine.transactions().transactions if row.description == "COUNTDOWN")
    assert engine.correct(first.id, "shopping.gifts_jewelry").changed == 2
    assert taught(engine, "COUNTDOWN") == ("shopping.gifts_jewelry", "correction")
    assert taught(engine, "COUNTDOWN NEWTOWN") == ("shopping.gifts_jewelry", "variant")
    assert taught(engine, "TESCO")[1] != "variant"
    # What comes later follows too, and what is said of a variant itself is the last word on it.
    engine.ingest([record(4, -500, "COUNTDOWN NEWTOWN WELLINGTON")])
    near = next(row for row in engine.transactions().transactions if row.description == "COUNTDOWN NEWTOWN")
    engine.correct(near.id, "food.groceries")
    assert taught(engine, "COUNTDOWN NEWTOWN") == ("food.groceries", "correction")
    engine.uncorrect(near.id)
    assert taught(engine, "COUNTDOWN NEWTOWN") == ("shopping.gifts_jewelry", "variant")
    engine.uncorrect(first.id)
    assert {
        row.description: row.category for row in engine.transactions().transactions
    }.items() >= before.items()
    assert all(row.source != "variant" for row in engine.transactions().transactions)
    assert engine.doctor().ok


def test_what_is_said_of_one_transaction_alone_moves_no_other(engine: Engine) -> None:
    engine.consent.grant("categorization")
    engine.ingest([record(1, -500, "COUNTDOWN"), record(2, -500, "COUNTDOWN NEWTOWN")])
    first = next(row for row in engine.transactions().transactions if row.description == "COUNTDOWN")
    assert engine.correct(first.id, "shopping.gifts_jewelry", only_this=True).changed == 1
    assert taught(engine, "COUNTDOWN NEWTOWN")[1] == "model"


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["x"] * (MAX_TEXTS + 1), "at most 10,000 texts"),
        (["x", "y" * (MAX_TEXT + 1)], "at most 65,536 characters"),
    ],
)
def test_more_text_than_a_bank_writes_is_refused(engine: Engine, texts: list[str], sentence: str) -> None:
    engine.consent.grant("categorization")
    with pytest.raises(InputError, match=sentence):
        engine.categorize(texts)


def test_the_longest_text_is_read_as_its_start_is(engine: Engine) -> None:
    engine.consent.grant("categorization")
    text = ("TESCO STORES " * (MAX_TEXT // 13 + 1))[:MAX_TEXT]
    (long,) = engine.categorize([text])
    (short,) = engine.categorize([text[:200]])
    assert long == short
