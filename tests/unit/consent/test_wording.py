"""Words of a withdrawal: whatever it can delete has a name for people."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from edge_engine.consent.wording import deleted

_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\)", re.DOTALL)
_KEPT = {"consent_event", "signal_sent", "disclosure"}
"""The ledger and the list of what left are never deleted from."""
_WHOLE = {"categorization", "correction", "assignment", "exposure", "workflow_step"}
"""Deleted without a purpose of their own."""


def tables() -> set[str]:
    """Every table that a withdrawal deletes from: those whose rows name a purpose, and a few that rest on one."""
    folder = resources.files("edge_engine.vault") / "migrations"
    found = {
        name
        for file in folder.iterdir()
        if file.name.endswith(".sql")
        for name, body in _TABLE.findall(file.read_text())
        if re.search(r"^\s+purpose\s", body, re.MULTILINE)
    }
    return (found - _KEPT) | _WHOLE


@pytest.mark.parametrize("table", sorted(tables()))
@pytest.mark.parametrize("n", [1, 2])
def test_no_name_of_a_table_reaches_the_person(table: str, n: int) -> None:
    said = deleted({table: n})
    assert "other note" not in said
    assert "_" not in said
    assert re.match(rf"{n} \w", said)


def test_a_decision_is_told_in_words() -> None:
    assert (
        deleted({"decision": 1, "decision_trace": 1, "stress": 0})
        == "1 suggestion and 1 reason of a suggestion"
    )
    assert deleted({"no_such_table": 2}) == "2 other notes"
    assert deleted({}) == "nothing was there"
