"""What the tests of the engine share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock
from edge_engine.simulation.household import simulate
from edge_engine.simulation.statements import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

END = date(2026, 6, 30)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 6, 30, 12, tzinfo=UTC))


@pytest.fixture
def engine(clock: FakeClock) -> Iterator[Engine]:
    with Engine.in_memory(clock=clock) as engine:
        yield engine


@pytest.fixture(scope="session")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Eight months of a household, in overlapping files of several formats."""
    folder = tmp_path_factory.mktemp("household")
    return [file for file in write(simulate(3, months=8, end=END), folder) if file.name[0].isdigit()]
