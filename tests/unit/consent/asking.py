"""What tests of the ledger ask of it, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.purpose import OWN_ACCESS, Gate, Recipient
from edge_engine.errors import PurposeDenied

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger

START = datetime(2026, 5, 3, 12, tzinfo=UTC)


def own_access(ledger: Ledger) -> Grant:
    return ledger.mint(OWN_ACCESS, Gate.READ, recipient=Recipient.PERSON)


def refusal(ledger: Ledger, purpose: str = "insights", gate: Gate = Gate.READ) -> str:
    with pytest.raises(PurposeDenied) as refused:
        ledger.mint(purpose, gate)
    assert refused.value.purpose == purpose
    return refused.value.rule
