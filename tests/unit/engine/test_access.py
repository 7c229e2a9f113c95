"""The person's own data: looked at, paged, explained and taken along, without any consent."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, Money
from edge_engine.domain.transaction import Account, AccountKind, Balance
from edge_engine.errors import InputError
from tests.fakes.bank_csv import statement
from tests.unit.engine.test_import import record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stored(engine: Engine) -> Engine:
    engine.ingest(statement(), account="MAIN", currency="GBP")
    engine.ingest([record(8, -700, "BAKERY", "POT")])
    return engine


def test_transactions_come_newest_first(stored: Engine) -> None:
    page = stored.transactions()
    assert page.total == 7
    assert [row.date for row in page.transactions] == sorted(
        (row.date for row in page.transactions), reverse=True
    )
    newest = page.transactions[0]
    assert (newest.amount, newest.account, newest.status) == (Money(-1230, "GBP"), "MAIN", "posted")
    assert (newest.merchant, newest.feed, newest.transfer) == ("tesco", "csv", False)


def test_pages_cut_the_whole_without_gap_or_overlap(stored: Engine) -> None:
    pages = [stored.transactions(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page.transactions) for page in pages] == [3, 3, 1, 0]
    assert {page.total for page in pages} == {7}
    ids = [row.id for page in pages for row in page.transactions]
    assert ids == [row.id for row in stored.transactions().transactions]


def test_days_and_accounts_choose(stored: Engine) -> None:
    assert stored.transactions(since="2026-01-07").total == 5
    assert stored.transactions(until="2026-01-07").total == 5
    assert stored.transactions(since="2026-01-07", until="2026-01-07").total == 3
    assert stored.transactions(since="2026-01-08", until="2026-01-07").total == 0
    assert stored.transactions(account="POT").total == 1
    assert stored.transactions(account="MAIN", since="0001-01-01", until="9999-12-31").total == 6


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 100_001},
        {"offset": -1},
        {"offset": 2**63},
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"until": "05/01/2026"},
        {"account": "SOMEBODY ELSE"},
    ],
)
def test_what_cannot_be_meant_is_refused(stored: Engine, asked: dict[str, int | str]) -> None:
    with pytest.raises(InputError) as refused:
        stored.transactions(**asked)  # type: ignore[arg-type]
    assert refused.value.code == "input"
    assert "SOMEBODY" not in str(refused.value)


def test_accounts_tell_the_latest_balance_up_to_today(engine: Engine) -> None:
    engine.ingest(
        [
            Account("MAIN", "GBP", AccountKind.CURRENT, "Household"),
            Balance("MAIN", date(2026, 1, 31), Money(100, "GBP")),
            Balance("MAIN", date(2026, 2, 28), Money(200, "GBP")),
            Balance("MAIN", date(2026, 7, 1), Money(300, "GBP")),  # tomorrow
            Account("POT", "EUR", AccountKind.SAVINGS),
        ]
    )
    main, pot = engine.accounts()
    assert (main.name, main.balance, main.balance_day) == ("Household", Money(200, "GBP"), date(2026, 2, 28))
    assert (pot.kind, pot.currency, pot.transactions, pot.balance) == ("savings", "EUR", 0, None)


def test_an_explanation_is_what_would_be_decided(engine: Engine) -> None:
    before = engine.explain("insights", "pd:Transaction")
    assert (before.allowed, before.rule) == (False, "not-granted")
    engine.consent.grant("insights")
    after = engine.explain("insights", "pd:Transaction")
    assert (after.allowed, after.rule) == (True, "insights-on-device")
    shown = engine.explain("insights", "pd:Transaction", gate="deliver", recipient="person", channel="feed")
    assert (shown.allowed, shown.rule) == (True, "insights-to-you")
    assert not engine.explain("insights", "pd:Transaction", gate="send", recipient="aggregators").allowed


def test_unknown_purposes_and_data_are_denied_and_not_errors(engine: Engine) -> None:
    assert engine.explain("world_domination", "pd:Transaction").rule == "unknown-purpose"
    assert engine.explain("insights", "pd:Dreams").rule == "unknown-data"


@pytest.mark.parametrize("word", ["gate", "recipient", "channel"])
def test_words_outside_the_policys_vocabulary_are_refused(engine: Engine, word: str) -> None:
    with pytest.raises(InputError, match=f"^{word} is one of: "):
        engine.explain("insights", "pd:Transaction", **{word: "nonsense"})


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))


def test_an_export_holds_everything_the_person_owns(engine: Engine, tmp_path: Path) -> None:
    engine.consent.grant("categorization")
    engine.consent.grant("insights")
    engine.ingest(statement(), account="MAIN", currency="GBP")
    engine.ingest([Balance("MAIN", date(2026, 1, 31), Money(-5, "GBP"))])
    engine.ingest(b'{"at": "2026-01-05T09:00:00Z", "name": "screen_opened", "subject": "home"}\n')
    engine.correct(2, "shopping.clothing")
    engine.correct(3, "leisure.games", only_this=True)
    engine.streams()
    path = tmp_path / "me.zip"
    counts = engine.export(path)
    assert counts["transactions.csv"] == 6
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {*counts, "README.txt"}
        rows = table(archive, "transactions.csv")
        assert len(rows) == 6
        assert rows[0]["amount"] == "2500.00"
        assert {row["category"] for row in rows if row["description"].startswith("TESCO")} == {
            "shopping.clothing"
        }
        (balance,) = table(archive, "balances.csv")
        assert (balance["balance"], balance["day"]) == ("-0.05", "2026-01-31")
        assert len(table(archive, "corrections.csv")) == counts["corrections.csv"] == 2
        (event,) = table(archive, "app_events.csv")
        assert (event["name"], event["subject"]) == ("screen_opened", "home")
        ledger = [json.loads(line) for line in archive.read("consent.jsonl").splitlines()]
        assert [one["purpose"] for one in ledger] == ["categorization", "insights"]
    if hasattr(stat, "S_IRWXG"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_export_runs_nothing_in_a_spreadsheet_and_keeps_every_script(
    engine: Engine, tmp_path: Path
) -> None:
    texts = [
        '=HYPERLINK("http://a.example","pay")',
        "+44 20 TAXI",
        "-5 OFF EVERYTHING",
        "@SUM(A1:A9)",
        "CAFÉ 東京 ☕",
        "plain, with comma",
    ]
    engine.ingest([record(1 + at, -100, text) for at, text in enumerate(texts)])
    engine.export(tmp_path / "me.zip")
    with zipfile.ZipFile(tmp_path / "me.zip") as archive:
        rows = table(archive, "transactions.csv")
    assert [row["description"] for row in rows] == [f"'{text}" for text in texts[:4]] + texts[4:]
    assert {row["amount"] for row in rows} == {"-1.00"}


def test_an_export_never_overwrites_and_needs_a_folder(stored: Engine, tmp_path: Path) -> None:
    kept = tmp_path / "mine.zip"
    kept.write_bytes(b"something dear")
    for path in (kept, tmp_path, str(kept)):
        with pytest.raises(InputError, match="exists already"):
            stored.export(path)
    assert kept.read_bytes() == b"something dear"
    with pytest.raises(InputError, match="folder does not exist"):
        stored.export(tmp_path / "nowhere" / "me.zip")
