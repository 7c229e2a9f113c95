from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.domain.money import plain
from edge_engine.domain.transaction import Account, Balance, Record, Rejected, Status
from edge_engine.feeds.read import read
from edge_engine.simulation import statements
from edge_engine.simulation.household import DEMO_SEED, Household, Role, simulate

if TYPE_CHECKING:
    from pathlib import Path

END = date(2026, 6, 30)


@pytest.fixture(scope="module", params=["GB", "US", "DE", "AU"])
def household(request: pytest.FixtureRequest) -> Household:
    return simulate(DEMO_SEED, end=END, country=request.param)


@pytest.fixture(scope="module")
def told(household: Household) -> dict[str, Any]:
    return statements.truth(household)


def _booked(told: dict[str, Any], info: dict[str, Any]) -> Counter[tuple[str, int]]:
    """Return the lines that a file must tell as booked, by day and amount."""
    key = next(
        account["key"] for account in told["expected"]["accounts"] if account["role"] == info["account"]
    )
    return Counter(
        (str(line["day"]), line["amount"])
        for line in told["postings"]
        if line["account"] == key and not line["pending"] and info["first"] <= line["day"] <= info["last"]
    )


def test_writing_gives_files_in_order_and_the_truth_beside_them(demo: Household, tmp_path: Path) -> None:
    paths = statements.write(demo, tmp_path / "bank")
    assert [path.name for path in paths] == sorted(path.name for path in paths)
    truth = json.loads((tmp_path / "bank" / statements.TRUTH_FILE).read_bytes())
    assert [file["name"] for file in truth["files"]] == [path.name for path in paths]
    assert {path.name: path.read_bytes() for path in paths} == dict(statements.iterate(demo))
    assert truth["expected"]["transactions"] == len(truth["postings"])
    assert truth["seed"] == DEMO_SEED


def test_every_format_and_account_is_there(told: dict[str, Any]) -> None:
    formats = {file["format"] for file in told["files"]}
    # Australian banks export one format; the others' differ from account to account.
    assert len(formats) >= (1 if told["country"] == "AU" else 3)
    assert {file["account"] for file in told["files"]} == set(Role)


def test_files_overlap_and_together_tell_every_line(household: Household, told: dict[str, Any]) -> None:
    rows = sum(file["rows"] for file in told["files"])
    adds = sum(file["adds"] for file in told["files"])
    assert adds == told["expected"]["transactions"] == len(told["postings"])
    assert rows > adds + 100
    posted = [line for line in told["postings"] if not line["pending"]]
    assert len(posted) == len(household.postings)


def test_pending_lines_are_booked_by_a_later_file(told: dict[str, Any]) -> None:
    # OFX tells nothing of what is pending, and Australian files are all OFX.
    assert (sum(file["pending"] for file in told["files"]) > 0) is (told["country"] != "AU")
    waiting = sum(file["pending"] for file in told["files"]) - told["expected"]["pending"]
    assert sum(file["books"] for file in told["files"]) == waiting


def test_totals_lead_from_the_opening_to_the_final_balance(told: dict[str, Any]) -> None:
    for account in told["expected"]["accounts"]:
        assert account["opening"] + account["posted_sum"] == account["balance"]
        lines = [line for line in told["postings"] if line["account"] == account["key"]]
        assert len(lines) == account["transactions"]
        assert sum(line["amount"] for line in lines if line["pending"]) == account["pending_sum"]


def test_transfers_are_counted_once(told: dict[str, Any]) -> None:
    halves = Counter(line["transfer"] for line in told["postings"] if line["transfer"])
    assert told["expected"]["transfers"] == sum(count == 2 for count in halves.values()) > 40


@pytest.fixture(scope="module")
def read_items(household: Household, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """What the engine's own feeds read in each file."""
    folder = tmp_path_factory.mktemp("bank")
    found: dict[str, list[object]] = {}
    for path in statements.write(household, folder):
        feed = read(path)
        found[path.name] = [feed.format, *feed.items]
    return found


def test_the_feeds_read_every_file_as_the_truth_says(
    read_items: dict[str, list[object]], told: dict[str, Any]
) -> None:
    for info in told["files"]:
        kind, *items = read_items[info["name"]]
        records = [item for item in items if isinstance(item, Record)]
        accounts = {item.key for item in items if isinstance(item, Account)}
        expected = next(a for a in told["expected"]["accounts"] if a["role"] == info["account"])
        assert kind == info["format"]
        assert accounts == {expected["key"]} == {record.account for record in records}
        assert not [item for item in items if isinstance(item, Rejected)]
        assert len(records) == info["rows"]
        booked = [record for record in records if record.status is Status.POSTED]
        assert Counter((str(r.booked), r.amount.minor) for r in booked) == _booked(told, info)
        assert len(records) - len(booked) == info["pending"]


def test_the_feeds_end_with_the_balance_that_the_truth_tells(
    household: Household, read_items: dict[str, list[object]], told: dict[str, Any]
) -> None:
    known = {account["key"]: account["balance"] for account in told["expected"]["accounts"]}
    stated: dict[str, tuple[date, int]] = {}
    for items in read_items.values():
        for item in items:
            if isinstance(item, Balance):
                last = stated.get(item.account, (date.min, 0))
                stated[item.account] = max(last, (item.day, item.amount.minor), key=lambda one: one[0])
    assert {key: minor for key, (_, minor) in stated.items()} == known


def test_identifiers_are_the_same_in_overlapping_files(read_items: dict[str, list[object]]) -> None:
    seen: dict[str, tuple[date, int]] = {}
    again = 0
    for items in read_items.values():
        for item in items:
            if isinstance(item, Record) and item.external_id and item.status is Status.POSTED:
                fact = item.booked, item.amount.minor
                again += item.external_id in seen
                assert seen.setdefault(item.external_id, fact) == fact
    assert again > 20


def test_british_spreadsheets_carry_running_balances(demo: Household) -> None:
    files = dict(statements.iterate(demo))
    account = demo.accounts[Role.CURRENT]
    names = [name for name in files if name.endswith(".csv")]
    assert len(names) == 3
    for name in names:
        rows = list(csv.DictReader(io.StringIO(files[name].decode())))
        assert {row["IBAN"] for row in rows} == {account.iban}
        for newer, older in pairwise(rows):
            move = Decimal(newer["Money In"] or 0) - Decimal(newer["Money Out"] or 0)
            assert Decimal(newer["Balance"]) == Decimal(older["Balance"]) + move
    last = next(csv.DictReader(io.StringIO(files[names[-1]].decode())))
    assert last["Balance"] == plain(demo.balance_by_day[Role.CURRENT][-1], "GBP")


def test_open_banking_names_the_account_as_the_spreadsheet_does(demo: Household) -> None:
    files = dict(statements.iterate(demo))
    account = demo.accounts[Role.CURRENT]
    names = [name for name in files if name.endswith(".json")]
    pending_ids: set[str] = set()
    booked_ids: set[str] = set()
    for name in names:
        data = json.loads(files[name])["Data"]
        schemes = {one["SchemeName"]: one["Identification"] for one in data["Account"][0]["Account"]}
        assert schemes["UK.OBIE.IBAN"] == account.iban
        assert schemes["UK.OBIE.SortCodeAccountNumber"] == account.branch + account.number
        for line in data["Transaction"]:
            (pending_ids if line["Status"] == "Pending" else booked_ids).add(line["TransactionId"])
            assert line["CreditDebitIndicator"] in {"Credit", "Debit"}
            assert not line["Amount"]["Amount"].startswith("-")
    assert pending_ids
    assert booked_ids


def test_german_spreadsheets_are_cp1252_with_commas_and_marks() -> None:
    household = simulate(DEMO_SEED, end=END, country="DE")
    files = dict(statements.iterate(household))
    rows = [
        row
        for name, data in files.items()
        if name.endswith(".csv")
        for row in csv.DictReader(io.StringIO(data.decode("cp1252")), delimiter=";")
    ]
    assert {row["Auftragskonto"] for row in rows} == {household.accounts[Role.CURRENT].iban}
    assert {row["Info"] for row in rows} == {"Umsatz gebucht", "Umsatz vorgemerkt"}
    assert all("," in row["Betrag"] and "." not in row["Betrag"] for row in rows)


def test_plaid_money_that_leaves_is_positive_and_tips_come_later() -> None:
    told = tipped = 0
    for seed in range(12):
        household = simulate(seed, end=END, country="US")
        opening = household.accounts[Role.JOINT].opening
        pending: dict[str, Decimal] = {}
        answer: dict[str, Any] = {}
        for name, data in statements.iterate(household):
            if not name.endswith(".json"):
                continue
            answer = json.loads(data, parse_float=Decimal)
            for line in answer["transactions"]:
                if line["pending"]:
                    pending[line["transaction_id"]] = line["amount"]
                elif line["pending_transaction_id"] in pending:
                    told += 1
                    tipped += line["amount"] > pending[line["pending_transaction_id"]]
        lines = answer["transactions"]
        booked = sum(Decimal(line["amount"]) for line in lines if not line["pending"])
        first = min(line["date"] for line in lines)
        before = [p.balance for p in household.postings if p.account is Role.JOINT and str(p.day) < first]
        assert Decimal(answer["accounts"][0]["balances"]["current"]) == Decimal(
            plain(before[-1] if before else opening, "USD")
        ) - Decimal(booked)
    assert told > 4
    assert tipped > 0


def test_a_short_history_has_the_files_it_can_have() -> None:
    household = simulate(5, months=2, end=END)
    truth = statements.truth(household)
    assert truth["expected"]["transactions"] == sum(file["adds"] for file in truth["files"])
    assert {file["account"] for file in truth["files"]} == set(Role)
    posted = [line for line in truth["postings"] if not line["pending"]]
    assert len(posted) == len(household.postings)
