"""A store in a folder, its ledger, and grants as a person would give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.clock import FakeClock
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, NOW, stock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_engine.consent.grant import Grant


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "me.edge"


@pytest.fixture
def vault(folder: Path, clock: FakeClock) -> Iterator[Vault]:
    """A stocked store."""
    with Vault.open(folder, KEY, clock=clock) as opened:
        stock(opened)
        yield opened


@pytest.fixture
def ledger(vault: Vault, clock: FakeClock) -> Ledger:
    return Ledger(vault.ledger_store(), Policy.default(), clock)


@pytest.fixture
def own(ledger: Ledger) -> Grant:
    """The person's own access: everything, sensitive rows too."""
    return ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)


@pytest.fixture
def plain(ledger: Ledger) -> Grant:
    """Everything that the insights may use but sensitive rows."""
    ledger.grant("insights")
    return ledger.mint(
        "insights",
        Gate.READ,
        data=["pd:Transaction", "pd:FinancialAccount", "pd:PurchasesAndSpendingHabit"],
    )
