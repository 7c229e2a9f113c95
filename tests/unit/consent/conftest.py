"""What the tests of consent share."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge_engine.clock import FakeClock
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from tests.fakes.ledger_store import MemoryLedgerStore


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 5, 3, 12, tzinfo=UTC))


@pytest.fixture
def store() -> MemoryLedgerStore:
    return MemoryLedgerStore()


@pytest.fixture
def ledger(store: MemoryLedgerStore, clock: FakeClock) -> Ledger:
    return Ledger(store, Policy.default(), clock)
