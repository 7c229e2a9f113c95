"""The simulated files through the whole way in: the store ends with the truth, and a second import adds nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.clock import FakeClock
from edge_engine.engine import Engine
from edge_engine.simulation import statements
from edge_engine.simulation.household import DEMO_SEED, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_engine.views import IngestReport, TransactionView

END = date(2026, 6, 30)


@dataclass(frozen=True)
class Imported:
    engine: Engine
    told: dict[str, Any]
    paths: list[Path]
    reports: list[IngestReport]

    def rows(self) -> list[TransactionView]:
        return self.engine.transactions(limit=100_000).transactions


@pytest.fixture(scope="module", params=["GB", "US", "DE", "AU"])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    household = simulate(DEMO_SEED, end=END, country=request.param)
    paths = statements.write(household, tmp_path_factory.mktemp("bank"))
    with Engine.in_memory(clock=FakeClock(datetime(2026, 7, 1, tzinfo=UTC))) as engine:
        reports = [engine.ingest(path) for path in paths]
        yield Imported(engine, statements.truth(household), paths, reports)


def test_each_file_adds_what_no_earlier_one_told(imported: Imported) -> None:
    added = [(file["name"], file["adds"]) for file in imported.told["files"]]
    assert [
        (path.name, report.added) for path, report in zip(imported.paths, imported.reports, strict=True)
    ] == added
    assert not any(report.rejected_total for report in imported.reports)


def test_the_store_holds_exactly_the_true_transactions(imported: Imported) -> None:
    truly = Counter(
        (line["account"], line["day"], line["amount"], line["pending"]) for line in imported.told["postings"]
    )
    stored = Counter(
        (row.account, row.date, row.amount.minor, row.status == "pending") for row in imported.rows()
    )
    assert stored == truly


def test_accounts_end_with_their_counts_and_balances(imported: Imported) -> None:
    truly = {
        account["key"]: (account["transactions"], account["balance"])
        for account in imported.told["expected"]["accounts"]
    }
    stored = {
        account.key: (account.transactions, account.balance.minor if account.balance else None)
        for account in imported.engine.accounts()
    }
    assert stored == truly


def test_transfers_are_paired_as_they_were_made(imported: Imported) -> None:
    halves = Counter(line["transfer"] for line in imported.told["postings"] if line["transfer"])
    truly = Counter(
        (line["account"], line["day"], line["amount"])
        for line in imported.told["postings"]
        if line["transfer"] and halves[line["transfer"]] == 2
    )
    stored = Counter((row.account, row.date, row.amount.minor) for row in imported.rows() if row.transfer)
    assert stored == truly
    assert sum(stored.values()) == 2 * imported.told["expected"]["transfers"]


def test_importing_everything_again_adds_nothing(imported: Imported) -> None:
    before = imported.rows()
    assert [imported.engine.ingest(path).added for path in imported.paths] == [0] * len(imported.paths)
    assert imported.rows() == before
