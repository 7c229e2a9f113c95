"""Looking at money: for people and, with ``--json``, for programs."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, HostKey, Money, Passphrase
from edge_engine.cli import output
from edge_engine.simulation.household import simulate
from edge_engine.simulation.statements import write
from tests.fakes.bank_csv import statement

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.fixture(scope="module")
def household_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with eight months of a household, up to today, with everything here allowed; to be copied."""
    folder = tmp_path_factory.mktemp("bank")
    files = write(simulate(3, months=8, end=datetime.now(UTC).date()), folder)
    with Engine.open(folder / "me.edge", key=Passphrase("correct horse")) as engine:
        engine.consent.grant("categorization")
        engine.consent.grant("insights")
        for file in files:
            if file.name[0].isdigit():
                engine.ingest(file)
    return folder / "me.edge"


@pytest.fixture
def household(command: Command, household_store: Path, tmp_path: Path) -> Command:
    """The command over a household's store."""
    shutil.copytree(household_store, tmp_path / "data" / "edge-engine" / "me.edge")
    return command


def test_accounts(imported: Command, tmp_path: Path) -> None:
    told = imported("accounts").out
    assert "MAIN" in told
    assert "unknown" in told  # the statement states no balance
    (account,) = imported("accounts", "--json").json
    assert (account["key"], account["transactions"], account["balance"]) == ("MAIN", 6, None)


def test_accounts_with_a_balance(household: Command) -> None:
    told = household("accounts").out
    assert "£" in told
    assert str(datetime.now(UTC).year) in told


def test_transactions_with_their_categories(imported: Command) -> None:
    told = imported("transactions").out
    lines = [line for line in told.splitlines() if "TESCO" in line]
    assert len(lines) == 2
    assert "Groceries" in lines[0]
    assert "-£12.30" in lines[0]
    assert "+£2,500.00" in told
    assert "6 of 6 transactions" in told


def test_transactions_are_chosen_by_options(imported: Command) -> None:
    page = imported("transactions", "--limit", "2", "--offset", "1", "--json").json
    assert (len(page["transactions"]), page["total"]) == (2, 6)
    days = imported("transactions", "--since", "2026-01-07", "--until", "2026-01-07", "--json").json
    assert days["total"] == 3
    assert imported("transactions", "--account", "MAIN", "--json").json["total"] == 6


def test_pending_rows_and_own_transfers_are_marked(household: Command) -> None:
    told = household("transactions", "--limit", "2000").out
    assert "(own transfer)" in told
    assert "pending" in told


@pytest.mark.parametrize(
    "options",
    [
        ("--limit", "0"),
        ("--limit", "-3"),
        ("--offset", "-1"),
        ("--offset", "99999999999999999999"),
        ("--since", "soon"),
        ("--until", "2026-02-30"),
        ("--account", "NOBODY"),
    ],
)
def test_what_cannot_be_meant_ends_with_1_and_its_code(imported: Command, options: tuple[str, str]) -> None:
    refused = imported("transactions", *options)
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.endswith("[input]\n")
    assert "NOBODY" not in refused.err


def test_categorize_says_why_and_when_it_is_not_sure(imported: Command) -> None:
    told = imported("categorize", "TESCO STORES 22", "ZZXQ 81").out
    assert "Groceries" in told
    assert "TESCO" in told
    assert "not sure" in told
    coded = imported("categorize", "TESCO STORES 22", "--json").json
    assert coded[0]["category"] == "food.groceries"


def test_a_guess_has_a_question_mark_and_nothing_else_has(imported: Command) -> None:
    texts = ["NETFLIX.COM", "SHELL OIL 5744", "HARBOUR YARD", "ROSE BAKER", "CHEQUE 000123"]
    answers = imported("categorize", *texts, "--json").json
    told = imported("categorize", *texts).out.splitlines()
    assert {"guess", "model"} == {one["source"] for one in answers}
    for text, one in zip(texts, answers, strict=True):
        (line,) = (line for line in told if text in line)
        assert one["label"].split()[0] in line
        assert ("?" in line) == (one["source"] == "guess")


def test_a_text_that_is_no_text_is_still_answered(imported: Command) -> None:
    assert imported("categorize", "TESCO \udcff STORES").status == 0
    assert imported("categorize", "TESCO \udcff STORES", "--json").status == 0


def test_whom_a_lesson_holds_for_is_told(imported: Command, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_bytes(
        statement(
            ("2026-03-01", "UBER TRIP", "-10.00"),
            ("2026-03-02", "UBER", "-11.00"),
            ("2026-03-03", "CHEQUE 000123", "-12.00"),
            ("2026-03-04", "***", "-13.00"),
        )
    )
    assert imported("import", str(file), "--currency", "GBP", "--account", "MAIN").status == 0
    ids = {
        row["description"]: str(row["id"]) for row in imported("transactions", "--json").json["transactions"]
    }
    imported("correct", ids["UBER TRIP"], "leisure.games")
    follows = [
        row["follows"] for row in imported("transactions", "--json").json["transactions"] if row["follows"]
    ]
    assert follows == ["uber trip"]
    assert "(as uber trip)" in " ".join(imported("transactions").out.split())
    cheque = imported("correct", ids["CHEQUE 000123"], "leisure.games").out
    assert "nobody beside the bank's own words" in " ".join(cheque.split())
    stars = imported("correct", ids["***"], "leisure.games").out
    assert "no letter or digit" in " ".join(stars.split())


def test_correct_and_uncorrect(imported: Command) -> None:
    tesco = next(
        str(row["id"])
        for row in imported("transactions", "--json").json["transactions"]
        if row["description"].startswith("TESCO")
    )
    assert "No transaction had to change" in imported("correct", tesco, "food.groceries").out
    assert "Every transaction keeps the category" in imported("uncorrect", tesco).out
    assert "Clothing" in (told := imported("correct", tesco, "shopping.clothing").out)
    assert "2 transactions changed to it" in told
    only = imported("correct", tesco, "leisure.games", "--only-this", "--json").json
    assert (only["category"], only["changed"]) == ("leisure.games", 1)
    assert imported("uncorrect", tesco, "--json").json["category"] == "shopping.clothing"
    assert "Taken back. 2 transactions changed category" in imported("uncorrect", tesco).out
    refused = imported("uncorrect", tesco)
    assert (refused.status, "[input]" in refused.err) == (1, True)


@pytest.mark.parametrize("arguments", [("correct", "99", "food.groceries"), ("correct", "1", "food.nectar")])
def test_there_is_nothing_to_correct(imported: Command, arguments: tuple[str, ...]) -> None:
    refused = imported(*arguments)
    assert (refused.status, refused.err.endswith("[input]\n")) == (1, True)


def test_spending_by_month(household: Command) -> None:
    told = household("spending", "--months", "3").out
    assert told.count(str(datetime.now(UTC).year)) >= 1
    assert "Housing" in told
    assert "+£" in told
    assert "Groceries" in household("spending", "--by", "leaf", "--months", "2").out
    months = {line["month"] for line in household("spending", "--months", "2", "--json").json}
    assert len(months) == 2


def test_spending_without_categories_is_not_sorted(household: Command) -> None:
    household("consent", "withdraw", "categorization")
    assert "Not sorted" in household("spending").out


def test_streams_insights_and_the_forecast(household: Command) -> None:
    streams = household("streams").out
    assert "monthly" in streams
    coded = household("streams", "--json").json
    assert {"id", "merchant", "expected", "a_year"} <= set(coded[0])
    found = household("insights", "--json").json
    told = household("insights").out
    assert len(found) > 1
    assert sum(told.count(mark) for mark in "!•·") >= len(found)
    assert "1 in 10 below" in household("forecast", "--weeks", "3").out
    (ahead,) = household("forecast", "--weeks", "3", "--json").json
    assert len(ahead["weeks"]) == 3


def test_with_little_history_it_says_what_is_missing(imported: Command) -> None:
    assert "Eight weeks of history" in imported("forecast").out
    assert imported("insights").out == "Nothing to report.\n"
    assert imported("forecast", "--json").json == imported("insights", "--json").json == []


@pytest.mark.parametrize("name", ["streams", "insights", "forecast", "spending"])
def test_without_consent_the_rule_is_named(command: Command, file: Path, name: str) -> None:
    command("import", str(file), "--currency", "GBP")
    refused = command(name)
    assert (refused.status, refused.out) == (1, "")
    assert "not-granted" in refused.err
    assert refused.err.endswith("[consent.denied]\n")


@pytest.mark.parametrize(
    ("amount", "signed", "words"),
    [
        (Money(123_456, "GBP"), False, "£1,234.56"),
        (Money(-123_456, "GBP"), True, "-£1,234.56"),
        (Money(123_456, "EUR"), True, "+€1,234.56"),
        (Money(0, "USD"), True, "$0.00"),
        (Money(-5, "USD"), False, "-$0.05"),
        (Money(1_234_567, "JPY"), False, "¥1,234,567"),
        (Money(1_234_567, "KWD"), False, "1,234.567 KWD"),
        (Money(-1000, "CHF"), True, "-10.00 CHF"),
    ],
)
def test_amounts_are_written_as_people_do(amount: Money, signed: bool, words: str) -> None:  # noqa: FBT001
    assert output.money(amount, signed=signed) == words


def test_markup_in_a_banks_text_is_shown_as_it_is(command: Command, file: Path) -> None:
    file.write_text("Date,Description,Amount\n2026-01-05,[bold]SHOP[/] [link=x]Y,-5.00\n")
    command("import", str(file), "--currency", "GBP")
    assert "[bold]SHOP[/] [link=x]Y" in command("transactions").out


def test_a_store_named_by_path_is_another_store(imported: Command, tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 1, 5, tzinfo=UTC))
    folder = tmp_path / "other.edge"
    with Engine.open(folder, key=Passphrase("correct horse"), clock=clock) as engine:
        assert engine.accounts() == []
    assert imported("accounts", "--store", str(folder), "--json").json == []
    assert len(imported("accounts", "--json").json) == 1
    hosted = tmp_path / "hosted.edge"
    Engine.open(hosted, key=HostKey(bytes(32)), clock=clock).close()
    assert "[vault.key_missing]" in imported("accounts", "--store", str(hosted)).err


def test_categories_are_listed_without_a_store(command: Command) -> None:
    listed = command("categories", "--json").json
    groceries = next(one for one in listed if one["id"] == "food.groceries")
    assert (groceries["label"], groceries["group"], groceries["sensitive"]) == ("Groceries", "food", False)
    assert groceries["group_label"] == "Food and drink at home"
    assert "food.groceries" in command("categories").out
