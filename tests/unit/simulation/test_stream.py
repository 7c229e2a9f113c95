"""Rows in a stream: as many as asked for, marked on the way, the same each time."""

from __future__ import annotations

import sys
from itertools import count, islice
from typing import TYPE_CHECKING

from edge_engine.simulation import stream as streaming
from edge_engine.simulation.population import Population
from edge_engine.simulation.stream import stream

if TYPE_CHECKING:
    import pytest


def test_marks_are_tenths_of_the_way() -> None:
    seconds = count()
    marks = list(stream(2_000, clock=lambda: float(next(seconds))))
    assert [mark.rows for mark in marks] == list(range(200, 2_001, 200))
    assert [mark.seconds for mark in marks] == [float(number) for number in range(1, 11)]
    people = Population(1, 100, streaming.DAYS, streaming.END)
    rows = islice(people.postings(), 2_000)
    assert sum(marks[-1].totals.values()) == sum(posting.amount for _, posting in rows)


def test_the_command_tells_rows_and_memory(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["stream", "--rows", "300"])
    assert streaming.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert "300 rows" in lines[9]
    assert "peak" in lines[9]
