"""The engine for programs with an event loop."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from edge_engine import AsyncEngine, Engine, FakeClock, HostKey, ingestion
from edge_engine.actions.approval import Reviews
from edge_engine.actions.suggestions import Suggestions
from edge_engine.actions.workflow import Workflows
from edge_engine.aio import (
    AsyncConsent,
    AsyncQuestions,
    AsyncReviews,
    AsyncSignals,
    AsyncSuggestions,
    AsyncWorkflows,
)
from edge_engine.consent.ledger import Ledger
from edge_engine.errors import Closed, KeyWrong, PurposeDenied
from edge_engine.questions import Questions
from edge_engine.signals.reporting import Signals
from tests.fakes.bank_csv import statement
from tests.fakes.door_vectors import BANK

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.ingestion import Tally

KEY = HostKey(bytes(range(32)))


def memory() -> Engine:
    return Engine.in_memory(clock=FakeClock(datetime(2026, 6, 30, 12, tzinfo=UTC)), seed=7)


NOT_ASKED = {
    Engine: {
        "open", "in_memory", "heed", "action_rules", "automation", "outcomes", "reviews", "signals", "suggestions",
        "workflows", "created",
    },
    Ledger: {
        "attest", "seq", "policy", "mint", "explain", "head", "verify", "close", "honour", "serves", "now",
        "when_ended", "agreed",
    },
    Reviews: {"propose", "expire"},
    Signals: {"catalogue", "sync"},
    Suggestions: {"decide", "decide_at_once", "require", "outcome", "zone"},
    Workflows: {"begin", "fresh_days", "retry", "settle"},
    Questions: set(),
}  # fmt: skip
"""What is made otherwise, is for the engine's own modules, or goes through ``run``."""


@pytest.mark.parametrize(
    ("room", "awaited"),
    [
        (Engine, AsyncEngine),
        (Ledger, AsyncConsent),
        (Reviews, AsyncReviews),
        (Signals, AsyncSignals),
        (Suggestions, AsyncSuggestions),
        (Workflows, AsyncWorkflows),
        (Questions, AsyncQuestions),
    ],
)
def test_every_method_is_there_and_awaitable(room: type, awaited: type) -> None:
    public = {name for name in dir(room) if not name.startswith("_")} - NOT_ASKED[room]
    missing = {name for name in public if not inspect.iscoroutinefunction(getattr(awaited, name, None))}
    assert missing == set()
    assert NOT_ASKED[room] <= set(dir(room))


def test_it_answers_as_the_engine_does() -> None:
    async def story() -> None:
        async with await AsyncEngine.of(memory) as engine:
            assert engine.created
            with pytest.raises(PurposeDenied):
                await engine.streams()
            for purpose in ("categorization", "insights", "recommendations"):
                await engine.consent.grant(purpose)
            report = await engine.ingest(BANK, currency="GBP")
            assert report.added == 103
            assert (await engine.transactions(limit=1)).total == 103
            found = await asyncio.gather(engine.streams(), engine.insights(), engine.moments())
            assert all(found)
            decided = await engine.decide()
            assert [one.id for one in await engine.suggestions.feed()] == [decided.id]
            assert await engine.reviews.pending() == []
            assert await engine.run(lambda one: len(one.consent.history())) == 3
        with pytest.raises(Closed):
            await engine.accounts()
        await engine.close()

    asyncio.run(story())


def test_a_store_on_the_disk_opens_with_its_key_alone(tmp_path: Path) -> None:
    async def story() -> None:
        clock = FakeClock(datetime(2026, 6, 30, 12, tzinfo=UTC))
        async with await AsyncEngine.open(tmp_path / "me.edge", key=KEY, clock=clock) as engine:
            await engine.suspend()
            await engine.resume()
            assert (await engine.doctor()).ok
        with pytest.raises(KeyWrong):
            await AsyncEngine.open(tmp_path / "me.edge", key=HostKey(bytes(32)))

    before = threading.active_count()
    asyncio.run(story())
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_the_loop_goes_on_while_the_engine_works() -> None:
    """The budget is 10 ms in `make bench`; a busy machine gets more here, and a loop that waits fails all the same."""

    async def story() -> list[float]:
        lags: list[float] = []

        async def watch() -> None:
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.001)
                lags.append(time.perf_counter() - began - 0.001)

        async with await AsyncEngine.of(memory) as engine:
            for purpose in ("categorization", "insights"):
                await engine.consent.grant(purpose)
            watching = asyncio.create_task(watch())
            await engine.ingest(BANK, currency="GBP")
            for _ in range(3):
                await engine.moments()
                await engine.run(lambda one: one.suspend())
                await engine.run(lambda one: one.resume())
            watching.cancel()
        return sorted(lags)

    lags = asyncio.run(story())
    assert len(lags) > 20
    assert lags[len(lags) // 2] < 0.05


def test_an_import_that_is_cancelled_ends_after_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)
    file = tmp_path / "long.csv"
    file.write_bytes(statement(*[("2026-05-01", f"SHOP {n}", f"-{n + 1}.00") for n in range(3000)]))

    async def story() -> None:
        begun = asyncio.Event()

        def progress(tally: Tally, position: int) -> None:
            assert threading.current_thread() is threading.main_thread()
            assert (tally.added > 0, position > 0) == (True, True)
            begun.set()

        async with await AsyncEngine.of(memory) as engine:
            importing = asyncio.create_task(engine.ingest(file, currency="GBP", progress=progress))
            await begun.wait()
            importing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await importing
            kept = (await engine.transactions()).total
            assert 0 < kept < 3000
            assert (await engine.ingest(file, currency="GBP")).duplicates == kept

    asyncio.run(story())


def test_what_waits_and_is_cancelled_does_not_begin() -> None:
    async def story() -> None:
        async with await AsyncEngine.of(memory) as engine:
            held = threading.Event()
            busy = asyncio.create_task(engine.run(lambda _: held.wait(30)))
            waiting = asyncio.create_task(engine.consent.grant("insights"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            held.set()
            assert await busy
            assert await engine.consent.history() == []

    asyncio.run(story())


def test_an_engine_that_cannot_be_made_leaves_no_thread() -> None:
    def fail() -> Engine:
        raise KeyWrong("no")

    with pytest.raises(KeyWrong):
        asyncio.run(AsyncEngine.of(partial(fail)))
