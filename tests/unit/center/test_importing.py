"""An import: what it tells while it runs, and that one file keeps no other out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine import Engine
from edge_engine.center.importing import GivenFile, Importing
from tests.fakes.bank_csv import statement

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An empty store."""
    with Engine.in_memory() as made:
        yield made


def test_it_tells_how_far_it_is_and_what_came_of_each_file(engine: Engine) -> None:
    good = statement()
    files = [GivenFile("a.csv", good), GivenFile("", b"\x00nothing"), GivenFile("b.csv", good)]
    importing = Importing(files, "MAIN", "GBP")
    assert importing.progress() == {
        "running": True,
        "done": 0,
        "total": 2 * len(good) + len(files[1].content),
        "added": 0,
    }
    importing.run(engine)
    done = importing.progress()
    assert done["done"] == done["total"]
    assert not done["running"]
    assert [(name, one.added, one.duplicates) for name, one in importing.reports] == [
        ("a.csv", 6, 0),
        ("b.csv", 0, 6),
    ]
    assert [(name, code) for name, _, code in importing.problems] == [("File 2", "feed.file_refused")]
    assert importing.files == [], "statements are not kept in memory"


def test_what_fails_unforeseen_is_told_without_its_content(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a merchant, an amount")

    monkeypatch.setattr(engine, "ingest", fail)
    caplog.set_level(logging.INFO)
    importing = Importing([GivenFile("a.csv", b"x")])
    importing.run(engine)
    assert importing.problems == [("a.csv", "This file could not be read; please report it.", "internal")]
    assert not importing.running
    assert "merchant" not in caplog.text
    assert "an import failed [RuntimeError]" in caplog.text


def test_a_files_name_is_shown_without_what_turns_the_text_round(engine: Engine) -> None:
    importing = Importing(
        [
            GivenFile("a\N{RIGHT-TO-LEFT OVERRIDE}vsc.\x07exe", b"\x00"),
            GivenFile("\N{RIGHT-TO-LEFT OVERRIDE}", b"\x00"),
        ]
    )
    importing.run(engine)
    assert [name for name, _, _ in importing.problems] == ["avsc.exe", "File 2"]


def test_what_is_stopped_keeps_what_was_read_and_the_store_goes_on(engine: Engine) -> None:
    rows = [(f"2026-06-{1 + n % 14:02}", f"SHOP {n} OF THE TESTS", "-1.00") for n in range(5_000)]
    importing = Importing(
        [GivenFile("a.csv", statement(*rows)), GivenFile("b.csv", statement())], "MAIN", "GBP"
    )
    ingest = engine.ingest

    def stopping(*given: Any, progress: Any, **named: Any) -> Any:  # noqa: ANN401 - as the engine takes them
        def told(tally: Any, position: int) -> None:  # noqa: ANN401 - likewise
            importing.stop()
            progress(tally, position)

        return ingest(*given, progress=told, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "ingest", stopping)
        importing.run(engine)
    assert [(name, code) for name, _, code in importing.problems] == [
        ("a.csv", "cancelled"),
        ("b.csv", "cancelled"),
    ]
    assert importing.problems[0][1].startswith("This was stopped; what was read of it is kept")
    assert not importing.running
    kept = sum(one.transactions for one in engine.accounts())
    assert 0 < kept < len(rows), "batches that were stored are kept, and the rest was not read"
    assert engine.ingest(statement(*rows), account="MAIN", currency="GBP").added == len(rows) - kept
