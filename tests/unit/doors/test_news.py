"""Events: what the host is told unasked, once each, and only what it wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edge_engine import FakeClock, ingestion
from edge_engine.doors import news
from edge_engine.doors.news import CHANGING, KINDS, News
from edge_engine.doors.session import LIFECYCLE, UNINTERRUPTED
from edge_engine.operations import OPERATIONS
from tests.fakes.acting import NOW as REVIEWED
from tests.fakes.acting import agreed, proposed_loan
from tests.fakes.bank_csv import statement
from tests.fakes.door_client import Client
from tests.fakes.door_host import Refused, frame
from tests.fakes.door_vectors import BANK

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-06-30T12:00:00Z"
ALL = list(KINDS)


def told(client: Client, kind: str) -> list[object]:
    return [one for one in client.events if one["kind"] == kind]


def test_moments_are_told_once_when_nobody_asks_for_anything() -> None:
    with Client() as client:
        client.call("open", {"clock": NOW, "events": ["moment"]})
        for purpose in ("categorization", "insights"):
            client.call("consent.grant", {"purpose": purpose})
        client.call("import", {"path": str(BANK), "currency": "GBP"})
        first = client.wait_for_event("moment")["moment"]
        assert first in client.call("moments")
        client.call("consent.grant", {"purpose": "outreach"})
        client.call("accounts")
    found = [one["id"] for one in (event["moment"] for event in client.events)]
    assert len(found) == len(set(found))


def test_without_consent_there_is_nothing_to_tell() -> None:
    with Client() as client:
        client.call("open", {"clock": NOW, "events": ALL})
        client.call("import", {"path": str(BANK), "currency": "GBP"})
        client.call("accounts")
        assert client.door.close(30)
        assert [one for one in client.events if one["kind"] != "progress"] == []


def test_decisions_are_told_and_nothing_that_was_not_wanted() -> None:
    with Client() as client:
        client.call("open", {"clock": NOW, "events": ["decision"], "seed": 7})
        for purpose in ("categorization", "insights", "recommendations"):
            client.call("consent.grant", {"purpose": purpose})
        client.call("import", {"path": str(BANK), "currency": "GBP"})
        decided = client.call("decide")
        event = client.wait_for_event("decision")
        assert (event["id"], event["suggestion"]) == (decided["id"], decided["suggestion"])
    assert {one["kind"] for one in client.events} == {"decision"}


def test_a_long_import_tells_how_far_it_is_and_ends_where_it_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH", 2)
    monkeypatch.setattr(news, "PAUSE", 0.0)
    file = tmp_path / "long.csv"
    lines = [(f"2026-05-{1 + n % 28:02d}", f"SHOP {n}", f"-{n + 1}.00") for n in range(3000)]
    file.write_bytes(statement(*lines))
    with Client() as client:
        client.call("open", {"clock": NOW, "events": ["progress"]})
        importing = client.send("import", {"path": str(file), "currency": "GBP"})
        event = client.wait_for_event("progress")
        assert event["id"] == importing
        assert 0 < event["done"] <= event["total"] == file.stat().st_size
        client.door.receive(frame(1, 0, "cancel", {"id": importing}))
        with pytest.raises(Refused, match="cancelled"):
            client.wait(importing)
        kept = client.call("transactions")["total"]
        assert 0 < kept < 3000
        again = client.call("import", {"path": str(file), "currency": "GBP"})
        assert (again["added"], again["duplicates"]) == (3000 - kept, kept)


def test_a_file_that_the_host_holds_in_memory_is_imported_too() -> None:
    with Client() as client:
        client.call("open", {"clock": NOW})
        assert client.call("import", {"content": statement(), "currency": "GBP"})["added"] == 6
        assert client.code("import", {"content": statement(), "path": str(BANK)}) == "input"
        assert client.code("import") == "input"


def test_withdrawing_is_finished_even_where_it_is_taken_back() -> None:
    with Client() as client:
        client.call("open", {"clock": NOW})
        client.call("consent.grant", {"purpose": "insights"})
        for _ in range(20):
            number = client.send("consent.withdraw", {"purpose": "insights"})
            client.door.receive(frame(1, 0, "cancel", {"id": number}))
            try:
                assert client.wait(number)["event"]["kind"] == "withdraw"
            except Refused as error:
                assert error.code == "cancelled"  # noqa: PT017 - it had not begun
            client.call("consent.grant", {"purpose": "insights"})


def test_the_names_of_methods_in_these_rules_are_methods() -> None:
    assert {*OPERATIONS, *LIFECYCLE} >= CHANGING | UNINTERRUPTED


def test_what_waits_for_a_persons_word_is_told_once() -> None:
    events: list[dict[str, Any]] = []
    told = News(events.append)
    told.begin(["review"])
    with agreed(FakeClock(REVIEWED)) as engine:
        loan = proposed_loan(engine)
        told.note("decide", None)
        told.tell(engine)
        assert [(one["kind"], one["review"]["id"]) for one in events] == [("review", loan)]
        for _ in range(2):
            told.note("decide", None)
            told.tell(engine)
        assert len(events) == 1
        told.begin(["review"])
        told.note("open", None)
        told.tell(engine)
        assert len(events) == 2
