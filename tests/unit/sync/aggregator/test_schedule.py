"""Work that is done when it is due, once at a time."""

from __future__ import annotations

import threading

import pytest

from edge_engine_sync.aggregator.schedule import FIRST_WAIT, LONGEST_WAIT, Schedule


def test_an_item_is_there_once_until_it_is_done() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.put("a")
    schedule.put("a")
    assert schedule.take() == "a"
    schedule.put("a")
    assert len(schedule) == 1
    schedule.done("a")
    assert len(schedule) == 0
    schedule.put("a")
    assert schedule.take() == "a"


def test_what_failed_waits_twice_as_long_each_time() -> None:
    now = 0.0
    schedule: Schedule[str] = Schedule(monotonic=lambda: now)
    schedule.put("a")
    waits = []
    for _ in range(12):
        assert schedule.take() == "a"
        schedule.again("a")
        waits.append(schedule._heap[0][0] - now)
        now += waits[-1]
    assert waits[:3] == pytest.approx([FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT])
    assert waits[-1] == pytest.approx(LONGEST_WAIT)
    schedule.take()
    schedule.done("a")
    schedule.put("a")
    schedule.take()
    schedule.again("a")
    assert schedule._heap[0][0] - now == pytest.approx(FIRST_WAIT)


def test_what_is_due_first_is_done_first_and_hurry_makes_all_due() -> None:
    now = 0.0
    schedule: Schedule[str] = Schedule(monotonic=lambda: now)
    schedule.put("late", after=5)
    schedule.put("soon", after=1)
    now = 1.0
    assert schedule.take() == "soon"
    schedule.hurry()
    assert schedule.take() == "late"


def test_what_fails_while_what_was_missing_comes_is_done_again_at_once() -> None:
    now = 0.0
    schedule: Schedule[str] = Schedule(monotonic=lambda: now)
    schedule.put("a")
    for _ in range(9):
        schedule.take()
        schedule.hurry()
        schedule.again("a")
        assert schedule._heap[0][0] == now
    schedule.take()
    schedule.again("a")
    assert schedule._heap[0][0] - now == pytest.approx(FIRST_WAIT)


def test_whoever_waits_is_woken() -> None:
    schedule: Schedule[str] = Schedule()
    taken: list[str | None] = []
    thread = threading.Thread(target=lambda: taken.extend([schedule.take(), schedule.take()]))
    thread.start()
    schedule.put("a")
    while not taken and thread.is_alive() and len(schedule._heap):
        pass
    schedule.close()
    thread.join(10)
    assert taken == ["a", None]
    schedule.put("b")
    assert len(schedule) == 1
