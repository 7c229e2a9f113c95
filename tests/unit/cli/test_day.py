"""One day in a life, on any date: what it tells is what happened."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from edge_engine.actions.connector import Done, Order, Refused
from edge_engine.cli import day
from edge_engine.cli.output import Screen
from edge_engine.simulation.bank import FolderBank

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "today",
    [date(2026, 11, 26), date(2027, 1, 31), date(2027, 3, 1), date(2028, 2, 29), date(2027, 7, 5)],
    ids=str,
)
def test_the_day_is_lived_on_any_date(today: date) -> None:
    written = io.StringIO()
    told = day.tell(Screen(Console(file=written, width=110)), today)
    assert told["morning"][0] in {"support_guide", "hardship_support"}
    assert {"bill_move", "cancel_help"} <= set(told["morning"])
    assert "overdraft_buffer" in told["kept_back_by_stress"]
    assert told["bill_moved"] == "done"
    assert told["saved"].minor == 40
    assert told["forged"] == "decision.approval_forged"
    assert told["loan"] == {"killed_by": 9, "state": "done", "asked": 2, "applied": 1, "paid_out": 1}
    words = written.getvalue()
    assert "Pay is late" in words
    assert "kept back (stress)" in words
    assert "killed amid the bank's answer (signal 9)" in words


def test_the_bank_in_a_folder_keeps_what_a_bank_promises(tmp_path: Path) -> None:
    bank = FolderBank(tmp_path)
    one, other = Order("loan", "apply", "a" * 64, b"sealed"), Order("loan", "apply", "b" * 64)
    assert bank.perform(one) == bank.perform(one) == Done("bank-aaaaaaaa")
    assert bank.done() == ["apply"]
    assert isinstance(bank.undo(other), Done)
    assert bank.perform(other) == Refused("taken_back")
    assert bank.asked() == ["apply"] * 4
