"""``demo``: the whole story on one screen, from nothing, leaving nothing."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from edge_engine.cli import demo
from edge_engine.insights.finding import AnyMessage

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.unit.cli.conftest import Command


def test_the_story_has_every_chapter_and_leaves_no_store(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDGE_ENGINE_PASSPHRASE")
    told = command("demo")
    words = " ".join(told.out.split())
    assert (told.status, told.err) == (0, "")
    assert re.findall(r"^(\d)  ", told.out, re.MULTILINE) == list("123456789")
    made, held = re.findall(r"made ([\d,]+) transactions; the store holds ([\d,]+)\.", words)[0]
    assert made == held
    assert re.search(r"of [\d,]+ texts on the statements, 0 can be read", words)
    assert "consent.denied, rule withdrawn" in words
    assert re.search(r"Deleted before the call returned: \d+ findings and forecasts", words)
    assert "UK Open Banking" in words
    assert "uk_open_banking" not in words
    assert re.search(r"And \d+ more: all \d+ bills", words)
    assert re.search(r"\d+ regular incomes bring ", words)
    assert "worth a look" in words
    assert "edge-engine import FILE" in words
    assert not (tmp_path / "data").exists()


def test_the_statements_can_be_kept_and_imported_and_the_screen_kept_as_a_picture(
    command: Command, tmp_path: Path
) -> None:
    folder, picture = tmp_path / "kept", tmp_path / "demo.svg"
    folder.mkdir()
    told = command("demo", "--seed", "5", "--country", "US", "--keep", str(folder), "--svg", str(picture))
    assert told.status == 0
    assert "To import them" in " ".join(told.out.split())
    files = sorted(str(one) for one in folder.iterdir() if one.name[0].isdigit())
    reports = command("import", *files, "--json").json
    assert sum(one["added"] for one in reports) > 500
    drawn = picture.read_text("utf-8")
    assert "Consent" in drawn
    assert "@font-face" not in drawn


def test_the_story_is_json_for_programs(command: Command) -> None:
    told = command("demo", "--seed", "5", "--country", "DE", "--json")
    assert (told.status, told.err) == (0, "")
    assert sum(one["added"] for one in told.json["imports"]) > 500
    assert told.json["streams"]
    after = {one["purpose"]: one["granted"] for one in told.json["consent_after_withdrawal"]}
    assert after["categorization"]
    assert not after["insights"]


def test_the_demo_tells_messages_that_there_are() -> None:
    known = {kind.__struct_config__.tag for kind in AnyMessage.__args__}
    assert set(demo._WORTH) <= known


def test_what_the_process_loaded_is_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "edge_engine_sync.transport"
    monkeypatch.setitem(sys.modules, name, object())
    assert demo._sockets().startswith("A part of the engine that could open a connection was loaded.")
    for one in (name, "edge_engine_sync.aggregator.server"):
        monkeypatch.delitem(sys.modules, one, raising=False)
    assert demo._sockets().startswith("No part of the engine that could open a connection was loaded.")
