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
        epoch=3,
        epsilon=250_000,
        pure=True,
        purposes=("insights", "aggregate_statistics"),
        task=b"\1" * 32,
        due=0,
        measured=(3,),
        shared=(4,),
        clipped=0,
        bucketed=1,
    )
    return usual._replace(**changes)  # type: ignore[arg-type]


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
        "INSERT OR REPLACE INTO signal_charge VALUES ('active_days', 10, 3, 0, 1, 1)",
        "INSERT INTO signal_charge VALUES ('active_days', 9, 3, 0, 1, 1)",
        "INSERT INTO signal_charge VALUES ('another', 1, 2, 0, 1, 1)",
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

    give(vault, epoch=5)
    with vault.writing() as writer:
        assert (
            writer.signals.contribute(contribution(window=11, epoch=2, pure=False), judge) is Charged.CHARGED
        )
        assert writer.signals.contribute(contribution(window=12, epoch=1), judge) is Charged.SPENT
        assert writer.signals.contribute(contribution(window=12, epoch=6), judge) is Charged.CHARGED
    assert [len(one) for one in seen] == [2, 3, 1]
    assert seen[1] == [(250_000, True), (250_000, False), (250_000, True)]


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
        assert (row.attempts, row.due, row.shared) == (2, 60, (4,))
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
        assert writer.signals.latest_windows() == {"active_days": 11, "health": 2}
