"""The signals' tables: charges and what left stay for ever, and the outbox goes with its purposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.clock import FakeClock
from edge_engine.errors import DiskFull
from edge_engine.vault.signals import Charged, Contribution, Drop, Limits, SentState
from edge_engine.vault.store import Vault
from tests.fakes.stocked import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def contribution(**changes: object) -> Contribution:
    usual = Contribution(
        signal="active_days",
        window=10,
        begins=70,
        ends=77,
        at=5,
        epoch=100,
        epsilon=250_000,
        pure=True,
        purposes=("insights", "aggregate_statistics"),
        task=b"\1" * 32,
        due=0,
        measured=(3,),
        shared=(4,),
        clipped=0,
        bucketed=1,
        told="",
    )
    given = usual._replace(**changes)  # type: ignore[arg-type]
    # Windows of seven seconds.
    return given._replace(begins=7 * given.window, ends=7 * given.window + 7)


def always(_: object) -> bool:
    return True


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault.in_memory(clock=FakeClock(NOW)) as opened:
        yield opened


def give(vault: Vault, **changes: object) -> Charged:
    with vault.writing(durable=True) as writer:
        return writer.signals.contribute(contribution(**changes), always)


def ids(vault: Vault) -> list[int]:
    with vault.writing() as writer:
        return [row.id for row in writer.signals.waiting()]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM signal_charge",
        "UPDATE signal_charge SET epsilon = 1",
        "INSERT OR REPLACE INTO signal_charge VALUES ('active_days', 10, 70, 77, 5, 0, 100, 1, 1)",
        "INSERT INTO signal_charge VALUES ('active_days', 9, 63, 70, 5, 0, 100, 1, 1)",
        "INSERT INTO signal_charge VALUES ('active_days', 5, 76, 90, 5, 0, 100, 1, 1)",
        "INSERT INTO signal_charge VALUES ('another', 1, 7, 14, 4, 0, 100, 1, 1)",
    ],
)
def test_what_was_charged_is_not_given_back(vault: Vault, sql: str) -> None:
    give(vault)
    with pytest.raises(Exception, match="not given back"):
        vault.connection.execute(sql)


def test_what_left_is_not_forgotten(vault: Vault) -> None:
    give(vault)
    with vault.writing() as writer:
        writer.signals.seal(1, b"r" * 16, b"report", b"t" * 32)
        writer.signals.begin_sending(1, 99)
    with pytest.raises(Exception, match="not forgotten"):
        vault.connection.execute("DELETE FROM signal_sent")


def test_a_window_and_those_before_it_are_given_once(vault: Vault) -> None:
    assert give(vault) is Charged.CHARGED
    assert give(vault) is Charged.COUNTED
    assert give(vault, window=9) is Charged.COUNTED
    assert give(vault, window=11) is Charged.CHARGED
    assert len(ids(vault)) == 2


def test_an_earlier_epoch_is_charged_to_the_latest(vault: Vault) -> None:
    seen: list[Sequence[tuple[int, bool]]] = []

    def judge(losses: Sequence[tuple[int, bool]]) -> bool:
        seen.append(losses)
        return len(losses) < 3

    give(vault, at=510)
    with vault.writing() as writer:
        assert (
            writer.signals.contribute(contribution(window=11, at=210, pure=False), judge) is Charged.CHARGED
        )
        assert writer.signals.contribute(contribution(window=12, at=110), judge) is Charged.SPENT
        assert writer.signals.contribute(contribution(window=12, at=600), judge) is Charged.CHARGED
    assert [len(one) for one in seen] == [2, 3, 1]
    assert seen[1] == [(250_000, True), (250_000, False), (250_000, True)]


def test_a_charge_counts_in_every_epoch_that_shares_a_moment_with_its_own(vault: Vault) -> None:
    seen: list[int] = []

    def judge(losses: Sequence[tuple[int, bool]]) -> bool:
        seen.append(len(losses))
        return False

    give(vault, at=10, epoch=100)
    give(vault, window=11, at=110, epoch=100)
    for at, epoch in ((110, 200), (190, 50), (190, 10), (199, 1), (200, 1), (200, 70), (210, 70), (399, 200)):
        with vault.writing() as writer:
            writer.signals.contribute(contribution(window=12, at=at, epoch=epoch), judge)
    # The second epoch of a hundred seconds ends at 200; one of seventy from 140 on, and not the next, has a part of it.
    assert seen == [3, 2, 2, 2, 1, 2, 1, 1]


def test_a_refused_charge_leaves_nothing(vault: Vault) -> None:
    with vault.writing() as writer:
        assert writer.signals.contribute(contribution(), lambda _: False) is Charged.SPENT
    assert ids(vault) == []
    assert vault.connection.execute("SELECT count(*) FROM signal_charge").fetchone() == (0,)


def test_what_undoes_the_transaction_undoes_the_charge_with_its_contribution(vault: Vault) -> None:
    def fail() -> None:
        with vault.writing() as writer:
            assert writer.signals.contribute(contribution(), always) is Charged.CHARGED
            raise DiskFull("the disk is full")

    with pytest.raises(DiskFull):
        fail()
    assert ids(vault) == []
    assert vault.connection.execute("SELECT count(*) FROM signal_charge").fetchone() == (0,)


def test_a_report_is_sealed_once_and_told_before_it_leaves(vault: Vault) -> None:
    give(vault)
    with vault.writing() as writer:
        desk = writer.signals
        assert desk.begin_sending(1, 60) is None
        assert desk.seal(1, b"r" * 16, b"report", b"t" * 32)
        assert not desk.seal(1, b"q" * 16, b"another", b"t" * 32)
        assert desk.begin_sending(1, 60) == b"report"
        assert desk.begin_sending(1, 60) == b"report"
        (row,) = desk.waiting()
        assert (row.attempts, row.due, row.shared, row.lost) == (2, 60, (4,), 2)
        desk.note_answer(1)
        assert [row.lost for row in desk.waiting()] == [1]
        desk.put_off(1, 50)
        assert [row.due for row in desk.waiting()] == [60]
        desk.put_off(1, 70)
        assert [row.due for row in desk.waiting()] == [70]
        desk.end_sending(b"r" * 16, SentState.TAKEN)
        desk.remove(1)
        assert desk.waiting() == []
        assert not desk.seal(1, b"r" * 16, b"late", b"t" * 32)
        assert desk.begin_sending(1, 60) is None
    told = vault.connection.execute("SELECT attempts, state, bytes, shared FROM signal_sent").fetchall()
    assert told == [(2, 2, 6, "4")]


def test_a_fresh_report_may_be_made_of_one_that_was_refused(vault: Vault) -> None:
    give(vault)
    with vault.writing() as writer:
        desk = writer.signals
        desk.seal(1, b"r" * 16, b"report", b"t" * 32)
        desk.unseal(1)
        assert desk.seal(1, b"s" * 16, b"fresh", b"t" * 32)


@pytest.mark.parametrize("purpose", ["insights", "aggregate_statistics"])
def test_withdrawing_any_of_its_purposes_empties_the_outbox_and_keeps_the_charge(
    vault: Vault, purpose: str
) -> None:
    give(vault)
    give(vault, window=11, purposes=("aggregate_statistics",))
    with vault.writing() as writer:
        removed = writer.purge([purpose])
    assert removed == {"signal_outbox": 1 if purpose == "insights" else 2}
    assert vault.connection.execute("SELECT count(*) FROM signal_charge").fetchone() == (2,)
    with vault.writing() as writer:
        assert writer.purge(["statistics", "insight"]) == {}


def test_the_bounds_hold_and_what_they_dropped_is_counted(vault: Vault) -> None:
    for window in range(10, 20):
        give(vault, window=window)
    with vault.writing() as writer:
        desk = writer.signals
        for row_id in ids_of(desk.waiting()):
            desk.seal(row_id, row_id.to_bytes(16, "big"), b"x" * 100, b"t" * 32)
        assert desk.keep_within(Limits(rows=10, bytes=10_000, age=10)) == 0
        assert desk.keep_within(Limits(rows=8, bytes=10_000, age=10)) == 2
        assert desk.keep_within(Limits(rows=8, bytes=499, age=10)) == 4
        assert [row.window for row in desk.waiting()] == [16, 17, 18, 19]
        assert desk.keep_within(Limits(rows=8, bytes=499, age=-1)) == 4
        assert not desk.drop(99, Drop.REFUSED)
    told = vault.connection.execute("SELECT reason, n FROM signal_drop ORDER BY 1").fetchall()
    assert told == [("age", 4), ("bytes", 4), ("rows", 2)]


def ids_of(rows: Sequence[object]) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def test_a_spent_budget_is_counted_once_a_window(vault: Vault) -> None:
    now = int(NOW.timestamp())
    with vault.writing() as writer:
        writer.signals.refuse("health", now - 5)
        writer.signals.refuse("health", now - 5)
        writer.signals.refuse("health", now + 5)
    assert vault.connection.execute("SELECT n FROM signal_drop").fetchall() == [(2,)]


def test_windows_are_told_by_signal(vault: Vault) -> None:
    give(vault)
    give(vault, window=11)
    give(vault, signal="health", window=2)
    with vault.writing() as writer:
        assert writer.signals.latest_ends() == {"active_days": 84, "health": 21}
