"""What the person teaches wins, lasts, and stays in the person's own store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, HostKey
from edge_engine.errors import InputError, PurposeDenied
from tests.fakes.bank_csv import statement

if TYPE_CHECKING:
    from pathlib import Path

KEY = HostKey(bytes(range(32)))


def tesco(engine: Engine) -> list[int]:
    rows = engine.transactions().transactions
    return sorted(row.id for row in rows if row.description.startswith("TESCO"))


def told(engine: Engine, transaction: int) -> tuple[str | None, str]:
    (row,) = [row for row in engine.transactions().transactions if row.id == transaction]
    return row.category, row.source


@pytest.fixture
def sorted_engine(engine: Engine) -> Engine:
    engine.consent.grant("categorization")
    engine.ingest(statement(), currency="GBP")
    return engine


def test_a_correction_teaches_the_merchant(sorted_engine: Engine) -> None:
    first, second = tesco(sorted_engine)
    taught = sorted_engine.correct(first, "shopping.clothing")
    assert (taught.transaction_id, taught.category, taught.changed) == (first, "shopping.clothing", 2)
    assert told(sorted_engine, first) == told(sorted_engine, second) == ("shopping.clothing", "correction")
    sorted_engine.ingest(statement(("2026-02-01", "TESCO STORES 3297 LONDON", "-9.00")), currency="GBP")
    assert told(sorted_engine, max(tesco(sorted_engine))) == ("shopping.clothing", "correction")


def test_only_this_leaves_the_others(sorted_engine: Engine) -> None:
    first, second = tesco(sorted_engine)
    assert sorted_engine.correct(first, "shopping.clothing", only_this=True).changed == 1
    assert told(sorted_engine, first)[0] == "shopping.clothing"
    assert told(sorted_engine, second) == ("food.groceries", "model")


def test_teaching_the_merchant_leaves_what_was_said_of_one_alone(sorted_engine: Engine) -> None:
    first, second = tesco(sorted_engine)
    sorted_engine.correct(first, "shopping.clothing", only_this=True)
    sorted_engine.correct(second, "leisure.games")
    assert told(sorted_engine, first)[0] == "shopping.clothing"
    assert told(sorted_engine, second)[0] == "leisure.games"


def test_saying_what_it_is_already_changes_nothing(sorted_engine: Engine) -> None:
    first, second = tesco(sorted_engine)
    assert sorted_engine.correct(first, "food.groceries").changed == 0
    assert told(sorted_engine, second) == ("food.groceries", "correction")


def test_taking_back_what_changed_nothing_changes_nothing(sorted_engine: Engine) -> None:
    first, _ = tesco(sorted_engine)
    sorted_engine.correct(first, "food.groceries")
    assert sorted_engine.uncorrect(first).changed == 0


def test_taking_back_sorts_anew(sorted_engine: Engine) -> None:
    first, second = tesco(sorted_engine)
    sorted_engine.correct(first, "shopping.clothing")
    back = sorted_engine.uncorrect(second)
    assert (back.category, back.changed) == ("food.groceries", 2)
    assert told(sorted_engine, first) == told(sorted_engine, second) == ("food.groceries", "model")
    sorted_engine.ingest(statement(("2026-02-01", "TESCO STORES 3297 LONDON", "-9.00")), currency="GBP")
    assert told(sorted_engine, max(tesco(sorted_engine)))[0] == "food.groceries"


def test_taking_back_what_was_said_of_one_returns_to_what_was_said_of_the_merchant(
    sorted_engine: Engine,
) -> None:
    first, second = tesco(sorted_engine)
    sorted_engine.correct(second, "leisure.games")
    sorted_engine.correct(first, "shopping.clothing", only_this=True)
    back = sorted_engine.uncorrect(first)
    assert (back.category, back.changed) == ("leisure.games", 1)
    assert told(sorted_engine, second)[0] == "leisure.games"


def test_taking_back_where_the_model_is_silent_leaves_no_category(engine: Engine) -> None:
    engine.consent.grant("categorization")
    engine.ingest(statement(("2026-01-05", "ZZXQ 81 QQ", "-3.00")), currency="GBP")
    (row,) = engine.transactions().transactions
    engine.correct(row.id, "shopping.clothing")
    assert engine.uncorrect(row.id).category is None


def test_a_correction_survives_reopening(tmp_path: Path, clock: FakeClock) -> None:
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
        engine.consent.grant("categorization")
        engine.ingest(statement(), currency="GBP")
        engine.correct(tesco(engine)[0], "shopping.clothing")
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
        assert {told(engine, one) for one in tesco(engine)} == {("shopping.clothing", "correction")}
        engine.ingest(statement(("2026-02-01", "TESCO STORES 3297 LONDON", "-9.00")), currency="GBP")
        assert told(engine, max(tesco(engine)))[0] == "shopping.clothing"


def test_a_correction_never_crosses_stores(sorted_engine: Engine, clock: FakeClock) -> None:
    sorted_engine.correct(tesco(sorted_engine)[0], "shopping.clothing")
    with Engine.in_memory(clock=clock) as other:
        other.consent.grant("categorization")
        other.ingest(statement(), currency="GBP")
        assert {told(other, one)[0] for one in tesco(other)} == {"food.groceries"}
        with pytest.raises(InputError, match="nothing was taught"):
            other.uncorrect(tesco(other)[0])


def test_what_was_taught_goes_with_the_consent(sorted_engine: Engine) -> None:
    first, _ = tesco(sorted_engine)
    sorted_engine.correct(first, "shopping.clothing")
    assert sorted_engine.consent.withdraw("categorization").purged["correction"] == 1
    sorted_engine.consent.grant("categorization")
    assert told(sorted_engine, first) == ("food.groceries", "model")


@pytest.mark.parametrize("transaction", [0, -1, 99, 2**63, 10**30])
def test_there_is_no_such_transaction(sorted_engine: Engine, transaction: int) -> None:
    with pytest.raises(InputError, match="no such transaction"):
        sorted_engine.correct(transaction, "food.groceries")
    with pytest.raises(InputError, match="no such transaction"):
        sorted_engine.uncorrect(transaction)


@pytest.mark.parametrize("category", ["food", "food.nectar", ""])
def test_there_is_no_such_category(sorted_engine: Engine, category: str) -> None:
    with pytest.raises(InputError, match="no such category"):
        sorted_engine.correct(1, category)


def test_teaching_needs_consent(engine: Engine) -> None:
    engine.ingest(statement(), currency="GBP")
    with pytest.raises(PurposeDenied):
        engine.correct(1, "food.groceries")
    with pytest.raises(PurposeDenied):
        engine.uncorrect(1)
