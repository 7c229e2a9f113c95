"""A device that is a week old, two servers in memory, and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock
from tests.fakes.collecting import NOW, Watched, chosen, device, use_app

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Catalogue

Device = Callable[..., Engine]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def servers() -> Watched:
    return Watched()


@pytest.fixture
def one_signal() -> Catalogue:
    return chosen("active_days")


@pytest.fixture
def make(servers: Watched, clock: FakeClock) -> Iterator[Device]:
    """Make devices; each has granted what it is asked for and used the app on three days of the last week."""
    made: list[Engine] = []

    def one(*purposes: str, **changes: object) -> Engine:
        engine = device(servers, clock, **changes)
        made.append(engine)
        for purpose in purposes or ("aggregate_statistics",):
            engine.consent.grant(purpose)
        use_app(engine, *(NOW - timedelta(days=days) for days in (2, 3, 3, 5)))
        return engine

    yield one
    for engine in made:
        engine.close()
