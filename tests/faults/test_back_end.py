"""A bank that answers late, twice, with errors, or not at all: each step is done once, or taken back once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.actions.packets import Sealer
from edge_engine.clock import FakeClock
from tests.fakes.acting import NOW, agreed, approved_loan
from tests.fakes.back_end import BackEnd
from tests.fakes.back_end_client import HttpConnector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_engine import Engine

IMPATIENT = 0.15
"""Seconds after which the connector gives up on an answer that the test holds back."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[BackEnd]:
    with BackEnd(tmp_path) as bank:
        yield bank


@pytest.fixture
def engine(clock: FakeClock, bank: BackEnd) -> Iterator[Engine]:
    with agreed(clock) as engine:
        engine.workflows.connect("bank", HttpConnector(bank.port), Sealer.to(bank.public))
        engine.automation.apply_for_loan(approved_loan(engine))
        yield engine


def run(engine: Engine, clock: FakeClock) -> str:
    """Run until the workflow is settled, each time after the longest wait."""
    state = "running"
    for _ in range(30):
        engine.workflows.run()
        (found,) = engine.workflows.all()
        state = found.state
        if state in {"done", "compensated", "stuck"}:
            break
        clock.advance(timedelta(days=1))
    return state


def actions(bank: BackEnd) -> list[str]:
    return [action for action, _ in bank.executed()]


@pytest.mark.parametrize(
    "modes",
    [
        ("twice", "twice"),
        ("error", "error_after", "error", "error_after"),
        ("silent", "silent_after", "silent", "silent_after"),
        ("garbage", "garbage"),
        ("silent_after", "error_after", "garbage", "twice", "error", "silent"),
    ],
    ids=" ".join,
)
def test_each_step_is_done_once_whatever_becomes_of_the_answers(
    engine: Engine, bank: BackEnd, clock: FakeClock, modes: tuple[str, ...]
) -> None:
    bank.treat(*modes)
    assert run(engine, clock) == "done"
    assert actions(bank) == ["apply", "provision"]
    assert bank.executed()[1][1] == {"account": "GB1", "apply.reference": "R1"}
    # It was asked more often than it did something, but where it only answered twice.
    assert bank.requests() - 2 == sum(mode != "twice" for mode in modes)


def test_a_late_answer_is_an_answer_when_it_is_asked_for_again(
    engine: Engine, bank: BackEnd, clock: FakeClock
) -> None:
    engine.workflows.connect("bank", HttpConnector(bank.port, IMPATIENT), Sealer.to(bank.public))
    bank.treat("late")
    engine.workflows.run()
    assert (actions(bank), engine.workflows.all()[0].state) == (["apply"], "running")
    bank.release()
    engine.workflows.connect("bank", HttpConnector(bank.port), Sealer.to(bank.public))
    assert run(engine, clock) == "done"
    assert actions(bank) == ["apply", "provision"]


def test_an_order_that_arrives_after_it_was_taken_back_is_not_done(
    engine: Engine, bank: BackEnd, clock: FakeClock
) -> None:
    engine.workflows.connect("bank", HttpConnector(bank.port, IMPATIENT), Sealer.to(bank.public))
    bank.treat("held")
    engine.workflows.run()
    assert actions(bank) == []
    engine.consent.withdraw("loan_application")
    engine.workflows.connect("bank", HttpConnector(bank.port), Sealer.to(bank.public))
    engine.workflows.run()
    assert engine.workflows.all() == []
    bank.release()
    assert (actions(bank), bank.requests()) == ([], 2)


def test_a_bank_that_never_answers_leaves_nothing_done_and_nothing_lost(
    engine: Engine, bank: BackEnd, clock: FakeClock
) -> None:
    bank.treat(*["silent"] * 100)
    assert run(engine, clock) == "stuck"
    assert (actions(bank), bank.requests()) == ([], 16)
    bank.treat()
    engine.workflows.retry(engine.workflows.all()[0].id)
    assert run(engine, clock) == "compensated"
    assert actions(bank) == []


def test_a_bank_that_does_everything_and_never_says_so_is_taken_back_once(
    engine: Engine, bank: BackEnd, clock: FakeClock
) -> None:
    bank.treat("", *["silent_after"] * 12)
    assert run(engine, clock) == "compensated"
    assert actions(bank) == ["apply", "provision", "cancel_provision", "withdraw_application"]
    assert len({key for _, key in bank.named()}) == 2


def test_a_bank_that_is_not_there_is_waited_for(engine: Engine, bank: BackEnd, clock: FakeClock) -> None:
    engine.workflows.connect("bank", HttpConnector(9), Sealer.to(bank.public))
    engine.workflows.run()
    assert engine.workflows.all()[0].state == "running"
    engine.workflows.connect("bank", HttpConnector(bank.port), Sealer.to(bank.public))
    # The clock was set back meanwhile, to before the loan was approved.
    clock.advance(timedelta(days=-30))
    assert run(engine, clock) == "done"
    assert actions(bank) == ["apply", "provision"]


def test_packets_sealed_to_another_key_are_not_done(engine: Engine, bank: BackEnd, clock: FakeClock) -> None:
    wrong = bytes([9]) + bytes(31)
    engine.workflows.connect("bank", HttpConnector(bank.port), Sealer.to(wrong))
    engine.workflows.run()
    assert (actions(bank), engine.workflows.all()[0].state) == ([], "running")
