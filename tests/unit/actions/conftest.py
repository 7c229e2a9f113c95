"""What the tests of actions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.clock import FakeClock
from tests.fakes.acting import NOW, agreed
from tests.fakes.ledgered_bank import LedgeredBank
from tests.fakes.suggesting import Life

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine import Engine


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def engine(clock: FakeClock) -> Iterator[Engine]:
    with agreed(clock) as engine:
        yield engine


@pytest.fixture
def bank(engine: Engine) -> LedgeredBank:
    """A back end in this process, connected under both names."""
    bank = LedgeredBank()
    engine.workflows.connect("bank", bank, bank.sealer)
    engine.workflows.connect("device", bank)
    return bank


@pytest.fixture
def life() -> Life:
    """A person who allows suggestions, in memory."""
    return Life()
