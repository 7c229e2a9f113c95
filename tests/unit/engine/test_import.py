"""The way in: what an import takes, what it keeps, what it reports, and that once is enough."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine import Engine, Money, ingestion
from edge_engine.domain.transaction import Account, AccountKind, Balance, Event, Record, Rejected
from edge_engine.errors import DiskFull, FeedMissing, FileRefused, FormatUnknown, InputError, MappingInvalid
from edge_engine.ingestion import MAX_REJECTED, Tally
from tests.fakes.bank_csv import JANUARY, statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_engine.errors import EdgeError


def record(day: int, minor: int, text: str, account: str = "OURS", to: str = "") -> Record:
    return Record(account, date(2026, 1, day), Money(minor, "GBP"), text, counterparty_account=to)


def test_a_report_says_what_was_done(engine: Engine) -> None:
    report = engine.ingest(statement(), account="MAIN", currency="GBP")
    assert (report.format, report.added, report.updated, report.duplicates) == ("csv", 6, 0, 0)
    assert (report.events, report.rejected, report.rejected_total) == (0, [], 0)
    assert (report.categorized, report.transfers) == (0, 0)
    assert [(one.key, one.currency, one.transactions) for one in report.accounts] == [("MAIN", "GBP", 6)]
    assert report.seconds > 0


def test_the_same_file_again_adds_nothing(engine: Engine) -> None:
    engine.ingest(statement(), currency="GBP")
    again = engine.ingest(statement(), currency="GBP")
    assert (again.added, again.updated, again.duplicates) == (0, 0, 6)
    assert engine.transactions().total == 6


def test_every_way_to_give_a_file_is_the_same_file(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "statement.csv"
    file.write_bytes(statement())
    sources: list[Any] = [
        statement(), bytearray(statement()), memoryview(statement()), io.BytesIO(statement()), file, str(file),
    ]  # fmt: skip
    reports = [engine.ingest(source, account="MAIN", currency="GBP") for source in sources]
    assert [one.added for one in reports] == [6, 0, 0, 0, 0, 0]
    assert {one.format for one in reports} == {"csv"}


def test_an_open_temporary_file_is_a_file_and_stays_open(engine: Engine) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(statement())
        file.flush()
        assert engine.ingest(file, currency="GBP").added == 6  # type: ignore[arg-type]
        assert not file.closed


def test_a_file_opened_as_text_is_refused_with_the_remedy(engine: Engine) -> None:
    with pytest.raises(InputError, match="binary mode"):
        engine.ingest(io.StringIO(statement().decode()))  # type: ignore[arg-type]


@pytest.mark.parametrize("nonsense", [None, 5, [5], ["a line"], [record(1, 5, "FIRST"), None]])
def test_what_is_no_statement_is_refused(engine: Engine, nonsense: Any) -> None:  # noqa: ANN401 - wrong on purpose
    with pytest.raises(InputError, match="takes a file, its bytes, or records"):
        engine.ingest(nonsense)


@pytest.mark.parametrize(
    ("source", "options", "error"),
    [
        ("none.csv", {}, FeedMissing),
        (".", {}, FeedMissing),
        (b"\x00\x01\x02 nothing that a bank writes", {}, FormatUnknown),
        (b"", {}, (FileRefused, FormatUnknown)),
        (statement(), {"format": "papyrus"}, InputError),
        (statement(), {"currency": "pounds"}, InputError),
        (statement(), {"mapping": "none.toml"}, MappingInvalid),
    ],
)
def test_a_bad_source_is_refused_whole(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str | bytes,
    options: dict[str, str],
    error: type[EdgeError],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error):
        engine.ingest(source, **options)  # type: ignore[arg-type]
    assert engine.transactions().total == 0
    assert engine.accounts() == []


def test_a_mapping_names_the_columns_of_any_csv(engine: Engine, tmp_path: Path) -> None:
    mapping = tmp_path / "bank.toml"
    mapping.write_text(
        'currency = "EUR"\naccount = "CLUB"\n[columns]\ndate = "When"\namount = "How much"\ndescription = "What"\n'
    )
    data = b"When;What;How much;Mood\n2026-01-05;Fee of the club;-12,50;calm\n"
    report = engine.ingest(data, mapping=str(mapping))
    assert report.added == 1
    (row,) = engine.transactions(account="CLUB").transactions
    assert (row.amount, row.description) == (Money(-1250, "EUR"), "Fee of the club")


def test_bad_rows_are_told_and_the_rest_is_kept(engine: Engine) -> None:
    broken = statement(JANUARY[0], ("2026-02-31", "A DAY THAT IS NOT", "-1.00"), JANUARY[1])
    report = engine.ingest(broken, currency="GBP")
    assert (report.added, report.rejected_total) == (2, 1)
    assert [row.row for row in report.rejected] == [3]
    assert "NOT" not in report.rejected[0].reason


def test_rejected_rows_are_counted_beyond_those_told() -> None:
    tally = Tally()
    for row in range(MAX_REJECTED + 5):
        tally.reject(Rejected(row, "no date"))
    assert (tally.rejected_total, len(tally.rejected)) == (MAX_REJECTED + 5, MAX_REJECTED)


def test_records_of_a_host_name_their_accounts(engine: Engine) -> None:
    report = engine.ingest([record(5, -500, "BAKERY"), record(6, -500, "BAKERY")])
    assert (report.format, report.added) == ("records", 2)
    assert [(one.key, one.currency, one.transactions) for one in report.accounts] == [("OURS", "GBP", 2)]
    again = engine.ingest(iter([record(5, -500, "BAKERY"), record(6, -500, "BAKERY")]))
    assert (again.added, again.duplicates) == (0, 2)


def test_records_of_a_host_pair_transfers_between_own_accounts(engine: Engine) -> None:
    report = engine.ingest(
        [record(5, -10_000, "TO SAVINGS", "MAIN", "POT"), record(5, 10_000, "FROM MAIN", "POT", "MAIN")]
    )
    assert report.transfers == 1
    assert {row.transfer for row in engine.transactions().transactions} == {True}


def test_a_host_may_give_accounts_balances_and_events_too(engine: Engine) -> None:
    given: list[Any] = [
        Account("MAIN", "GBP", AccountKind.CURRENT, "Household"),
        Balance("MAIN", date(2026, 1, 31), Money(12_345, "GBP")),
        record(5, -500, "BAKERY", "MAIN"),
        Event(1_767_225_600, "screen_opened", "home"),
    ]
    report = engine.ingest(given)
    assert (report.added, report.events) == (1, 1)
    (account,) = report.accounts
    assert (account.name, account.kind, account.transactions) == ("Household", "current", 1)
    assert (account.balance, account.balance_day) == (Money(12_345, "GBP"), date(2026, 1, 31))


def test_app_events_are_counted_once_and_bad_lines_told(engine: Engine) -> None:
    lines = [
        json.dumps({"at": "2026-01-05T09:00:00Z", "name": "screen_opened", "subject": "home"}),
        json.dumps({"at": "2026-01-05T09:01:00Z", "name": "screen_opened", "subject": "home", "id": "e2"}),
        json.dumps({"at": "2026-01-05T09:01:00Z", "name": "screen_opened", "subject": "home", "id": "e2"}),
        json.dumps({"name": "no_moment"}),
    ]
    report = engine.ingest("\n".join(lines).encode())
    assert (report.format, report.events, report.added, report.rejected_total) == ("events", 2, 0, 1)
    assert report.rejected[0].row == 4
    assert engine.ingest("\n".join(lines).encode()).events == 0


def test_events_beyond_one_commit_are_all_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 4)
    events: list[Any] = [Event(1_767_225_600 + second, "tapped") for second in range(10)]
    commits: list[int] = []
    report = engine.ingest(events, progress=lambda tally, _: commits.append(tally.events))
    assert (report.events, commits) == (10, [4, 8, 10])


def test_progress_never_runs_backwards_and_ends_at_the_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 50)
    lines = [(f"2026-01-{1 + row // 40:02}", f"SHOP {row}", f"-{row}.50") for row in range(1000)]
    file = tmp_path / "long.csv"
    file.write_bytes(statement(*lines))
    told: list[tuple[int, int]] = []
    engine.ingest(file, currency="GBP", progress=lambda tally, at: told.append((tally.added, at)))
    rows, positions = [row for row, _ in told], [at for _, at in told]
    assert rows == list(range(50, 1001, 50))
    assert positions == sorted(positions)
    assert positions[-1] == file.stat().st_size


def test_what_was_committed_before_a_failure_stays_and_again_completes_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)

    def fail_at_four(tally: Tally, position: int) -> None:
        if tally.added == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.ingest(statement(), currency="GBP", progress=fail_at_four)
    assert engine.transactions().total == 4
    rest = engine.ingest(statement(), currency="GBP")
    assert (rest.added, rest.duplicates) == (2, 4)


def test_an_import_of_nothing_commits_nothing(engine: Engine) -> None:
    called: list[int] = []
    report = engine.ingest([], progress=lambda _, at: called.append(at))
    assert (report.added, report.accounts, called) == (0, [], [])


def test_a_household_in_many_overlapping_files_becomes_one_truth(
    engine: Engine, statements: list[Path]
) -> None:
    truth = json.loads((statements[0].parent / "truth.json").read_text())
    reports = [engine.ingest(file) for file in statements]
    assert sum(one.rejected_total for one in reports) == 0
    assert engine.transactions().total == truth["expected"]["transactions"]
    assert sum(one.transfers for one in reports) > 0
    assert sum(one.duplicates for one in reports) > 100
    assert all(engine.ingest(file).added == 0 for file in statements)


def test_what_a_file_leaves_unsaid_is_told(engine: Engine) -> None:
    text = b"Date,Description,Amount\n2026-01-15,CORNER SHOP,-5.00\n2026-01-16,CORNER SHOP,-6.00\n2026-01-17,PAY,9.00\n"
    first = engine.ingest(text)
    assert any("names no account" in note for note in first.notes)
    assert any("with their currency" in note for note in first.notes)
    again = engine.ingest(text.replace(b"-5.00", b"-7.00"))
    assert any("joined" in note and "an account of its own" in note for note in again.notes)
    assert engine.ingest(text, account="GB1/1", currency="GBP").notes == []


def test_a_currency_that_a_later_file_states_is_not_told_as_missing(engine: Engine) -> None:
    text = b"Date,Description,Amount%s\n2026-01-15,SHOP,-5.00%s\n2026-01-16,SHOP,-6.00%s\n2026-01-17,PAY,9.00%s\n"
    assert any("XXX" in note for note in engine.ingest(text.replace(b"%s", b""), account="MAIN").notes)
    stated = text.replace(b"Amount%s", b"Amount,Currency").replace(b"%s", b",USD").replace(b"-01-", b"-02-")
    assert not any("XXX" in note for note in engine.ingest(stated, account="MAIN").notes)


@pytest.mark.parametrize("account", ["MAIN", ""])
def test_a_currency_that_an_account_has_already_need_not_be_said_again(engine: Engine, account: str) -> None:
    text = b"Date,Description,Amount\n2026-01-15,SHOP,-5.00\n2026-01-16,SHOP,-6.00\n2026-01-17,PAY,9.00\n"
    assert engine.ingest(text, account=account, currency="GBP").added == 3
    again = engine.ingest(text + b"2026-01-18,SHOP,-7.00\n", account=account)
    assert (again.added, again.duplicates) == (1, 3)
    assert not any("XXX" in note for note in again.notes)
    assert {one.currency for one in engine.accounts()} == {"GBP"}


def test_a_currency_that_is_said_only_later_is_noticed(engine: Engine) -> None:
    text = b"Date,Description,Amount\n2026-01-15,SHOP,-5.00\n2026-01-16,SHOP,-6.00\n2026-01-17,PAY,9.00\n"
    engine.ingest(text, account="MAIN")
    (note,) = engine.ingest(text, account="MAIN", currency="GBP").notes
    assert "counts twice" in note
    assert "with the currency GBP" in note


OFX = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
    "<CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>111<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>%s</BANKTRANLIST>"
    "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)


def ofx(*entries: tuple[str, str, str, str, str]) -> bytes:
    entry = "<STMTTRN><TRNTYPE>%s<DTPOSTED>%s<TRNAMT>%s<FITID>%s<NAME>%s</STMTTRN>"
    return (OFX % "".join(entry % one for one in entries)).encode()


def renumbered(prefix: str, days: Sequence[int]) -> list[tuple[str, str, str, str, str]]:
    return [
        ("DEBIT", f"202610{day:02}", f"-{day}.00", f"{prefix}{at}", f"SHOP {day}")
        for at, day in enumerate(days)
    ]


def test_identifiers_that_change_with_each_download_double_nothing(engine: Engine) -> None:
    days = (1, 1, 2, 9, 9)
    assert engine.ingest(ofx(*renumbered("X", days))).added == 5
    again = ofx(*renumbered("Y", (*days, 10)))
    second = engine.ingest(again)
    assert (second.added, second.duplicates) == (1, 5)
    assert engine.ingest(again).added == 0


def test_a_feed_that_tells_only_what_is_new_loses_no_equal_payment(engine: Engine) -> None:
    engine.ingest(ofx(*renumbered("X", (1, 2, 3, 4))))
    more = ofx(*renumbered("Y", (4,)))
    assert engine.ingest(more).added == 1
    records = [
        Record("R", date(2026, 10, 1), Money(-300, "GBP"), "CAFE", external_id=f"n{at}") for at in range(4)
    ]
    assert [engine.ingest([one]).added for one in records] == [1, 1, 1, 1]


def test_a_second_equal_payment_of_a_day_that_is_told_again_is_new(engine: Engine) -> None:
    engine.ingest(ofx(("DEBIT", "20261001", "-5.00", "X1", "CAFE")))
    more = engine.ingest(
        ofx(("DEBIT", "20261001", "-5.00", "X1", "CAFE"), ("DEBIT", "20261001", "-5.00", "X2", "CAFE"))
    )
    assert (more.added, more.duplicates) == (1, 1)


def test_ofx_without_a_minus_goes_by_the_types_of_its_entries(engine: Engine) -> None:
    engine.ingest(
        ofx(
            ("DEBIT", "20261001", "5.00", "1", "SHOP"),
            ("CREDIT", "20261002", "50.00", "2", "PAY"),
            ("POS", "20261003", "7.00", "3", "SHOP"),
        )
    )
    assert sorted(one.amount.minor for one in engine.transactions().transactions) == [-700, -500, 5000]
    engine.ingest(ofx(("POS", "20261103", "7.00", "9", "SHOP")))
    assert engine.transactions(limit=1).transactions[0].amount.minor == 700


def test_a_card_that_is_told_by_its_rows_is_paid_by_a_transfer(engine: Engine) -> None:
    rows = "".join(f"2026-01-{day:02},SHOP {day},{day}.00\n" for day in range(2, 22))
    card = f"Date,Description,Amount\n{rows}2026-01-25,PAYMENT RECEIVED - THANK YOU,-230.00\n"
    engine.ingest(card.encode(), currency="GBP")
    paid = "2026-01-25,CREDIT CARD PAYMENT,-230.00\n2026-01-26,A,-6.00\n2026-01-27,PAY,900.00\n"
    main = f"Date,Description,Amount\n{paid}"
    assert engine.ingest(main.encode(), account="MAIN", currency="GBP").transfers == 1
    assert [one.kind for one in engine.accounts()] == ["card", "other"]


def statement_of(days: int, shop: str = "CORNER SHOP") -> bytes:
    rows = "".join(f"2026-01-{day:02},{shop} {day},-{day}.{day:02}\n" for day in range(1, days + 1))
    return f"Date,Description,Amount\n{rows}2026-02-01,PAY,900.00\n".encode()


@pytest.mark.parametrize("named_first", [True, False])
def test_an_account_that_is_told_twice_under_two_names_is_noticed(
    engine: Engine, *, named_first: bool
) -> None:
    names = [("GB1/77", "GBP"), ("", "")]
    (first, first_currency), (second, second_currency) = names if named_first else reversed(names)
    early = engine.ingest(statement_of(20), account=first, currency=first_currency)
    late = engine.ingest(statement_of(22), account=second, currency=second_currency)
    assert not any("count twice" in note for note in early.notes)
    (note,) = [note for note in late.notes if "count twice" in note]
    assert "forget the account “csv”" in note
    assert "under the account “GB1/77”" in note


def test_two_accounts_with_a_few_equal_payments_are_not_taken_for_one(engine: Engine) -> None:
    engine.ingest(statement_of(20), account="GB1/77", currency="GBP")
    other = statement_of(9).replace(b"PAY,900.00", b"PAY,950.00")
    other += "".join(f"2026-01-{day:02},CAFE,-7.77\n" for day in range(10, 25)).encode()
    assert engine.ingest(other, account="GB1/78", currency="GBP").notes == []


MT940 = (
    ":20:X\n:25:{account}\n:28C:1\n:60F:C260303EUR100,00\n:61:2603040304C2500,00NTRFNONREF\n:86:ACME BV Salaris\n"
    ":61:2603050305D12,50NTRFNONREF\n:86:Albert Heijn 1234\n:62F:C260305EUR2587,50\n-\n"
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("12030000/0000202051", "DE02120300000000202051"),
        ("DE02120300000000202051", "12030000/0000202051"),
        ("417164300", "NL91ABNA0417164300"),
    ],
)
def test_the_same_statement_under_another_spelling_of_its_account_adds_nothing(
    engine: Engine, first: str, second: str
) -> None:
    assert engine.ingest(MT940.format(account=first).encode()).added == 2
    again = engine.ingest(MT940.format(account=second).encode())
    assert (again.added, again.duplicates) == (0, 2)
    (account,) = engine.accounts()
    assert (account.key, account.transactions) == (first.replace(" ", ""), 2)


def test_two_spellings_of_an_account_within_one_import_are_one(engine: Engine) -> None:
    rows = [
        Record(key, date(2026, 3, 4), Money(-500, "EUR"), "KIOSK")
        for key in ("12030000/0000202051", "DE02120300000000202051")
    ]
    # Two equal lines of one source are two payments, whatever the account is called.
    assert engine.ingest(rows).added == 2
    assert engine.ingest(rows).added == 0
    assert len(engine.accounts()) == 1


def test_a_full_disk_says_what_is_kept_and_the_same_import_completes_it(engine: Engine) -> None:
    records = [record(1 + at % 28, -at - 1, f"SHOP {at}") for at in range(3 * ingestion.BATCH)]
    run = engine._vault.connection.execute
    full = f"PRAGMA max_page_count = {run('PRAGMA page_count').fetchone()[0]}"

    def fill(tally: Tally, position: int) -> None:
        run(f"PRAGMA max_page_count = {run('PRAGMA page_count').fetchone()[0] + 3}")

    with pytest.raises(
        DiskFull, match="a part of this import is kept, and once there is room the same import completes it"
    ):
        engine.ingest(iter(records), progress=fill)
    run("PRAGMA max_page_count = 1000000")
    kept = engine.transactions().total
    assert kept == ingestion.BATCH
    again = engine.ingest(iter(records))
    assert (again.added, again.duplicates) == (len(records) - kept, kept)
    with Engine.in_memory() as other:
        run = other._vault.connection.execute
        run(full)
        with pytest.raises(DiskFull, match="nothing of this import was stored"):
            other.ingest(iter(records))
        assert other.transactions().total == 0


@pytest.mark.parametrize(
    "text",
    [
        b"!Account\nNChecking\nTBank\n^\n!Type:Bank\nD13/01/2026\nT-5.00\nPShop\n^\n",
        (
            b"Booking Date,Partner Name,Partner Iban,Payment Reference,Account Name,Amount (EUR)\n"
            b"2026-03-05,REWE,,-,Hauptkonto,-12.5\n2026-03-04,ACME GmbH,,Gehalt,Hauptkonto,1500\n"
        ),
        b'{"transactions": [{"account_id": "BxB", "amount": 3.2, "iso_currency_code": "EUR", "date": "2026-01-05"}]}',
    ],
)
def test_an_account_that_the_file_names_without_a_digit_is_named(engine: Engine, text: bytes) -> None:
    assert engine.ingest(text, currency="EUR").notes == []


def test_the_same_file_again_joins_nothing(engine: Engine) -> None:
    text = b"Date,Description,Amount\n2026-01-15,CORNER SHOP,-5.00\n2026-01-17,PAY,9.00\n"
    assert engine.ingest(text, currency="EUR").added == 2
    again = engine.ingest(text, currency="EUR")
    assert again.duplicates == 2
    assert not any("joined" in note for note in again.notes)


def test_a_currency_that_was_given_is_not_asked_for(engine: Engine) -> None:
    text = b"Date,Description,Amount\n2026-01-15,CORNER SHOP,-5.00\n2026-01-17,PAY,9.00\n"
    assert any("No currency" in note for note in engine.ingest(text, account="A1").notes)
    assert engine.ingest(text, account="A2", currency="EUR").notes == []


def test_signs_that_were_turned_round_are_told(engine: Engine) -> None:
    rows = "".join(f"2026-01-{day:02},SHOP {day},{day}.50\n" for day in range(10, 16))
    guessed = f"Date,Description,Amount\n{rows}2026-01-17,PAYMENT RECEIVED - THANK YOU,-50.00\n".encode()
    known = b"Date,Description,Card Member,Account #,Amount\n01/18/2026,BAKERY,J DOE,-11005,12.40\n"
    told = engine.ingest(guessed, account="A1", currency="USD").notes
    assert len(told) == 1
    assert "turned round" in told[0]
    assert "a mapping" in told[0]
    assert "American Express" in engine.ingest(known, account="A2").notes[0]
