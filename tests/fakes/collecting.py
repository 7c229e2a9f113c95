"""A device that contributes to signals, and two servers in memory that watch what reaches them."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from edge_engine import Engine, FakeClock, Policy, Reporting
from edge_engine.consent.purpose import OWN_ACCESS
from edge_engine.domain.transaction import Event
from edge_engine.signals.catalogue import Catalogue
from tests.fakes.aggregators import HELPER, LEADER, Aggregators

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine_sync.transport import Answer

NOW: Final = datetime(2026, 12, 3, 12, tzinfo=UTC)
"""A Thursday at noon: windows of seven days begin on Thursdays at midnight, as 1970 did."""

HEAD: Final = """schema = 1
version = "test"
issued = 2026-11-26

[budget]
epoch_days = 28
epsilon = 8.0
delta = 1e-6
reason = "As much as the tests need, and not more."
"""

SIGNAL: Final = """
[[signal]]
id = "days_used"
title = "Days"
counts = "Days."
type = "histogram"
high = 7
edges = [1, 2, 3, 4, 5, 6, 7]
purpose = "aggregate_statistics"
data = ["pd:ServiceConsumptionBehaviour"]
noise = "at_collection"
sensitivity = 1
epsilon = 0.25
min_batch = 100
cadence_days = 7
owner = "tests"
reason = "A signal that the tests change."
expires = 2027-11-26
"""


def catalogue(*signals: str, head: str = HEAD) -> Catalogue:
    """Return a catalogue of these signals."""
    return Catalogue.parse(head + "".join(signals), Policy.default())


def chosen(*names: str) -> Catalogue:
    """Return the shipped catalogue with these signals alone."""
    shipped = Catalogue.default()
    return Catalogue(
        shipped.version, shipped.issued, shipped.budget, {name: shipped.signals[name] for name in names}
    )


def moved(engine: Engine, clock: FakeClock, **changes: object) -> Engine:
    """The same store, with servers at other addresses; what is counted by another catalogue is agreed to anew."""
    assert engine._reporting is not None
    named = replace(engine._reporting, **changes)  # type: ignore[arg-type]
    again = Engine(engine._vault, engine.consent.policy, clock, reporting=named)
    if "catalogue" in changes:
        agree_anew(again)
    return again


def agree_anew(engine: Engine) -> None:
    """Agree again to what is on, as it is today."""
    for one in engine.consent.state():
        if one.granted and one.purpose != OWN_ACCESS:
            engine.consent.grant(one.purpose)


_SEEDS: Final = itertools.count()
"""Each device draws otherwise, but the same each time the tests run in the same order."""


@dataclass
class Watched(Aggregators):
    """Both servers; ``watch`` is told of each request before it is answered.

    Attributes:
        watch: Given the method, the URL and the body.
    """

    watch: Callable[[str, str, bytes | None], None] = field(default=lambda *_: None)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.watch(method, url, body)
        return super().request(method, url, headers, body)

    @property
    def uploads(self) -> list[bytes]:
        """The bodies of every upload, in order."""
        return [body for method, _, _, body in self.requests if method == "POST" and body is not None]


def reporting(servers: Watched | None, **changes: object) -> Reporting:
    """Return what a host gives, with seeded randomness."""
    values: dict[str, object] = {
        "leader": LEADER,
        "helper": HELPER,
        "transport": servers,
        "randomness": random.Random(next(_SEEDS)).randbytes,
    }
    return Reporting(**{**values, **changes})  # type: ignore[arg-type]


def device(servers: Watched, clock: FakeClock, **changes: object) -> Engine:
    """Return an engine in memory that may send to these servers; nothing is granted."""
    return Engine.in_memory(clock=clock, reporting=reporting(servers, **changes))


def use_app(engine: Engine, *moments: datetime, name: str = "app.opened") -> None:
    """Tell the engine of app events."""
    engine.ingest([Event(at=int(moment.timestamp()), name=name) for moment in moments])
