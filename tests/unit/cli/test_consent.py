"""``consent``: what is allowed, allow it, take it back, prove it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


def test_everything_is_off_at_first_but_ones_own_access(command: Command) -> None:
    states = command("consent", "list", "--json").json
    assert [one["purpose"] for one in states if one["granted"]] == ["own_access"]
    told = command("consent", "list").out
    assert told.count(" off ") == len(states) - 1


def test_granting_says_until_when(command: Command) -> None:
    told = command("consent", "grant", "categorization", "insights", "--days", "10")
    until = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    assert told.out.count(f"is on until {until}") == 2
    listed = command("consent", "list").out
    assert listed.count(until) == 2
    coded = command("consent", "grant", "outreach", "--json").json
    assert [one["purpose"] for one in coded] == ["outreach"]


def test_a_purpose_that_cannot_be_granted_leaves_the_others_as_they_were(command: Command) -> None:
    told = command("consent", "grant", "insights", "astrology")
    assert told.status == 1
    assert told.out == ""
    assert "[consent.denied]" in told.err
    states = {one["purpose"]: one["granted"] for one in command("consent", "list", "--json").json}
    assert not states["insights"]


@pytest.mark.parametrize("days", ["-1", "100000"])
def test_days_that_cannot_be_are_refused(command: Command, days: str) -> None:
    refused = command("consent", "grant", "insights", "--days", days)
    assert (refused.status, refused.err.endswith("[input]\n")) == (1, True)


def test_withdrawing_says_what_was_deleted(imported: Command) -> None:
    told = imported("consent", "withdraw", "categorization").out
    assert "categorization is off. Deleted: " in told
    assert "categories of transactions" in told
    assert "nothing was there" in imported("consent", "withdraw", "categorization").out
    assert imported("consent", "withdraw", "insights", "--json").json["event"]["kind"] == "withdraw"


def test_ones_own_access_cannot_be_switched_off(imported: Command) -> None:
    refused = imported("consent", "withdraw", "own_access")
    assert (refused.status, "cannot be switched off" in refused.err) == (1, True)


def test_a_receipt_is_json_either_way(imported: Command) -> None:
    receipt = imported("consent", "receipt", "insights")
    assert "@context" in receipt.json
    assert set(imported("consent", "receipt", "insights", "--json").json) == set(receipt.json)
    assert imported("consent", "receipt", "outreach").status == 1


def test_history_tells_every_entry_in_order(imported: Command) -> None:
    imported("consent", "withdraw", "insights")
    told = imported("consent", "history").out
    assert told.index("categorization") < told.index("withdraw")
    kinds = [one["kind"] for one in imported("consent", "history", "--json").json]
    assert kinds == ["grant", "grant", "withdraw"]


def test_explaining_names_the_rule(imported: Command) -> None:
    allowed = imported("consent", "explain", "insights", "pd:Transaction").out
    assert allowed.startswith("Allowed by rule insights-on-device until ")
    denied = imported("consent", "explain", "outreach", "pd:Transaction", "--json").json
    assert (denied["allowed"], denied["rule"]) == (False, "default-deny")
    shown = imported(
        "consent", "explain", "insights", "pd:Transaction",
        "--gate", "deliver", "--recipient", "person", "--channel", "feed", "--json",
    )  # fmt: skip
    assert shown.json["rule"] == "insights-to-you"
    assert imported("consent", "explain", "insights", "pd:Dreams").out.startswith(
        "Denied by rule unknown-data"
    )
    assert "[input]" in imported("consent", "explain", "insights", "pd:Transaction", "--gate", "x").err


def test_an_explanation_is_said_once_and_names_what_there_is(imported: Command) -> None:
    told = imported("consent", "explain", "insights", "transactions")
    assert told.status == 1
    assert told.out.count("Denied by") == 1
    assert "pd:Transaction" in told.out
    other = imported("consent", "explain", "nosuch", "pd:Transaction")
    assert (other.status, "own_access" in other.out) == (1, True)
    asked = imported("consent", "explain", "--help").out
    assert all(word in asked for word in ("infer", "adviser", "aggregators", "push"))


def test_a_denial_says_how_to_allow(command: Command, file: Path) -> None:
    command("import", str(file), "--currency", "GBP")
    told = command("insights")
    assert told.status == 1
    assert told.err.endswith("To allow it: edge-engine consent grant insights [consent.denied]\n")
    assert "consent grant insights" in command("consent", "explain", "insights", "pd:Transaction").out


def test_evidence_is_written_and_checked_without_the_store(imported: Command, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    written = imported("consent", "evidence", "--out", str(folder))
    assert written.status == 0
    assert "2 entries of the ledger" in written.out
    assert imported("consent", "evidence", "--check", str(folder)).out.startswith("It holds")
    (folder / "budget.json").write_text("{}", "utf-8")
    harmed = imported("consent", "evidence", "--check", str(folder), "--json")
    assert (harmed.status, harmed.json["holds"]) == (1, False)
