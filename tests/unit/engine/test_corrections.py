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


def rows_of(*lines: tuple[str, str, str]) -> Engine:
    engine = Engine.in_memory()
    engine.consent.grant("categorization")
    assert engine.ingest(statement(*lines), currency="GBP").added == len(lines)
    return engine


def by_text(engine: Engine) -> dict[str, tuple[int, str | None, str]]:
    rows = engine.transactions(limit=500).transactions
    return {row.description: (row.id, row.category, row.source) for row in rows}


BOTH_WAYS = (
    ("2026-01-02", "TESCO STORES 3297", "-20.00"),
    ("2026-01-09", "TESCO STORES 3301", "-22.00"),
    ("2026-01-25", "TESCO STORES LTD", "1900.00"),
    ("2026-01-26", "TESCO STORES EXPRESS GATESHEAD", "-3.00"),
)


@pytest.mark.parametrize(
    ("taught", "category", "untouched"),
    [
        ("TESCO STORES LTD", "income.salary", ("TESCO STORES 3297", "TESCO STORES 3301")),
        ("TESCO STORES 3297", "shopping.clothing", ("TESCO STORES LTD",)),
    ],
)
def test_a_lesson_holds_for_money_of_the_same_direction(
    taught: str, category: str, untouched: tuple[str, ...]
) -> None:
    with rows_of(*BOTH_WAYS) as engine:
        before = by_text(engine)
        engine.correct(before[taught][0], category)
        after = by_text(engine)
        assert after[taught][1:] == (category, "correction")
        assert {text: after[text] for text in untouched} == {text: before[text] for text in untouched}
        assert engine.doctor().ok
        engine.ingest(
            statement(("2026-02-01", "TESCO STORES 1", "-1.00"), ("2026-02-02", "TESCO STORES 2", "9.00")),
            currency="GBP",
        )
        new = by_text(engine)
        same = "TESCO STORES 2" if category.startswith("income") else "TESCO STORES 1"
        other = "TESCO STORES 1" if category.startswith("income") else "TESCO STORES 2"
        assert new[same][1:] == (category, "correction")
        assert new[other][2] != "correction"
        engine.uncorrect(before[taught][0])
        assert {text: by_text(engine)[text] for text in before} == before
        assert engine.doctor().ok


def test_each_direction_has_a_lesson_of_its_own_through_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
        engine.consent.grant("categorization")
        engine.ingest(statement(*BOTH_WAYS), currency="GBP")
        known = by_text(engine)
        engine.correct(known["TESCO STORES 3297"][0], "shopping.clothing")
        engine.correct(known["TESCO STORES LTD"][0], "income.salary")
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
        found = by_text(engine)
        assert found["TESCO STORES 3301"][1:] == ("shopping.clothing", "correction")
        assert found["TESCO STORES LTD"][1:] == ("income.salary", "correction")
        engine.uncorrect(found["TESCO STORES LTD"][0])
        assert by_text(engine)["TESCO STORES 3301"][1:] == ("shopping.clothing", "correction")


@pytest.mark.parametrize(
    ("texts", "alone"),
    [
        (("CHEQUE 000123", "CHEQUE 000124"), "bank_words"),
        (("DIRECT DEBIT 00123", "DIRECT DEBIT 00778"), "bank_words"),
        (("TRANSFER 221", "TRANSFER 99871"), "bank_words"),
        (("FASTER PAYMENT 123", "FASTER PAYMENT 987"), "bank_words"),
        (("***", "---"), "no_name"),
    ],
)
def test_a_text_that_names_nobody_teaches_its_own_row_and_says_so(texts: tuple[str, str], alone: str) -> None:
    with rows_of(*(("2026-01-02", text, f"-{at}.00") for at, text in enumerate(texts, start=1))) as engine:
        before = by_text(engine)
        taught = engine.correct(before[texts[0]][0], "giving.charity")
        assert (taught.merchant, taught.alone, taught.changed) == ("", alone, 1)
        assert by_text(engine)[texts[1]] == before[texts[1]]
        engine.uncorrect(before[texts[0]][0])
        assert by_text(engine) == before


def test_the_reply_says_whom_a_lesson_is_of(sorted_engine: Engine) -> None:
    first, _ = tesco(sorted_engine)
    assert sorted_engine.correct(first, "shopping.clothing").merchant == "tesco"
    only = sorted_engine.correct(first, "shopping.clothing", only_this=True)
    assert (only.merchant, only.alone) == ("", "asked")


VARIANTS = (
    ("2026-01-02", "UBER TRIP", "-10.00"),
    ("2026-01-03", "UBER", "-11.00"),
    ("2026-01-04", "UBER 77", "-12.00"),
)


def test_a_variant_says_whom_it_follows_and_may_stop_following() -> None:
    with rows_of(*VARIANTS) as engine:
        before = by_text(engine)
        engine.correct(before["UBER TRIP"][0], "giving.charity")
        follows = {row.description: row.follows for row in engine.transactions().transactions}
        assert follows == {"UBER TRIP": "", "UBER": "uber trip", "UBER 77": "uber trip"}
        stopped = engine.uncorrect(before["UBER"][0])
        assert (stopped.category, stopped.changed) == (before["UBER"][1], 2)
        assert by_text(engine) == before | {
            "UBER TRIP": (before["UBER TRIP"][0], "giving.charity", "correction")
        }
        engine.ingest(statement(("2026-02-02", "UBER 99", "-13.00")), currency="GBP")
        assert by_text(engine)["UBER 99"][2] != "variant"
        again = engine.uncorrect(before["UBER"][0])
        assert (again.category, again.changed) == ("giving.charity", 3)
        assert by_text(engine)["UBER 99"][1:] == ("giving.charity", "variant")
        assert engine.doctor().ok


def test_what_was_taken_back_follows_no_later_lesson_of_another_merchant() -> None:
    with rows_of(*VARIANTS) as engine:
        before = by_text(engine)
        engine.correct(before["UBER TRIP"][0], "giving.charity")
        engine.correct(before["UBER"][0], "leisure.games")
        back = engine.uncorrect(before["UBER TRIP"][0])
        assert back.category == before["UBER TRIP"][1]
        assert by_text(engine)["UBER TRIP"] == before["UBER TRIP"]
        # Nor does another row of that merchant; asked once more, both follow.
        engine.ingest(statement(("2026-02-02", "UBER TRIP 99", "-13.00")), currency="GBP")
        assert by_text(engine)["UBER TRIP 99"][2] != "variant"
        assert engine.uncorrect(before["UBER TRIP"][0]).category == "leisure.games"
        assert by_text(engine)["UBER TRIP"][2] == "variant"
        assert engine.doctor().ok


def test_what_followed_before_its_own_lesson_follows_again_when_that_is_taken_back() -> None:
    with rows_of(*VARIANTS) as engine:
        before = by_text(engine)
        engine.correct(before["UBER"][0], "leisure.games")
        engine.correct(before["UBER TRIP"][0], "giving.charity")
        assert engine.uncorrect(before["UBER TRIP"][0]).category == "leisure.games"
        assert by_text(engine)["UBER TRIP"][2] == "variant"


def test_texts_hear_what_was_taught_of_exactly_their_merchant() -> None:
    with rows_of(*BOTH_WAYS) as engine:
        known = by_text(engine)
        engine.correct(known["TESCO STORES LTD"][0], "income.salary")
        assert engine.categorize(["TESCO STORES 9"])[0].category == "food.groceries"
        engine.correct(known["TESCO STORES 3297"][0], "shopping.clothing")
        shop, other = engine.categorize(["TESCO STORES 9", "SAINSBURYS 1"])
        assert (shop.category, shop.source, shop.confidence) == ("shopping.clothing", "correction", 1.0)
        assert other.source == "model"


def test_what_was_taught_is_not_kept_in_memory_beyond_its_consent(sorted_engine: Engine) -> None:
    sorted_engine.correct(tesco(sorted_engine)[0], "shopping.clothing")
    sorted_engine.categorize(["TESCO STORES 9"])
    knows = sorted_engine._understanding
    assert knows._taught is not None
    assert knows._loaded is not None
    sorted_engine.consent.withdraw("categorization")
    for kept in ("_taught", "_loaded"):
        assert getattr(knows, kept) is None


def test_an_account_that_leaves_takes_the_lessons_of_its_merchants_and_their_variants_along() -> None:
    with Engine.in_memory() as engine:
        engine.consent.grant("categorization")
        engine.ingest(statement(("2026-01-02", "UBER TRIP", "-10.00")), account="A", currency="GBP")
        engine.ingest(statement(("2026-01-03", "UBER", "-11.00")), account="B", currency="GBP")
        before = by_text(engine)
        engine.correct(before["UBER TRIP"][0], "giving.charity")
        assert by_text(engine)["UBER"][2] == "variant"
        assert engine.forget_account("A")["correction"] == 1
        engine.ingest(statement(("2026-01-09", "TESCO STORES", "-1.00")), account="B", currency="GBP")
        assert by_text(engine)["UBER"] == before["UBER"]
        assert engine._vault.connection.execute(
            "SELECT count(*) FROM merchant WHERE key = 'uber trip'"
        ).fetchone() == (0,)
        assert engine.doctor().ok
