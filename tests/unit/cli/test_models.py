"""``models``: list, verify, card, update, eval."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import evaluation
from edge_engine.evaluation import Table
from edge_engine.inference.registry import Registry
from tests.fakes.models import a_model, doubled, publish
from tests.fakes.update_repository import UpdateRepository
from tests.unit.inference.test_registry import shipped_copy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


def test_models_are_listed_without_a_store(command: Command) -> None:
    for arguments in (("models",), ("models", "list")):
        assert "categorizer" in command(*arguments).out
        listed = command(*arguments, "--json").json
        (model,) = [one for one in listed if one["name"] == "categorizer"]
        assert (model["origin"], model["license"], len(model["digest"])) == ("shipped", "Apache-2.0", 64)


def test_verifying_reads_bounds_and_runs_every_model(command: Command) -> None:
    answer = command("models", "verify", "--json")
    assert (answer.status, answer.json["ok"]) == (0, True)
    for model in answer.json["models"]:
        assert model["ok"]
        assert model["files"] >= 3
        assert model["cases"] > 0
        assert 0 < model["memory_mb"] < 300
    assert "sound" in command("models", "verify").out


def test_a_card_is_printed_as_it_was_published(command: Command) -> None:
    answer = command("models", "card", "categorizer")
    assert answer.out.encode() == Registry.default().file("categorizer", "card")
    assert command("models", "card", "categorizer", "--json").json["card"] == answer.out
    assert "[model.missing]" in command("models", "card", "oracle").err


def test_a_terminal_draws_the_card(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    drawn = command("models", "card", "categorizer").out
    assert "# Categorizer" not in drawn
    assert "Categorizer" in drawn


def _mirror(folder: Path, *, version: int) -> tuple[Path, Path]:
    """A signed repository with the shipped categorizer as a newer version, as a folder, and its root."""
    repository = UpdateRepository(expires=datetime.now(UTC) + timedelta(days=1))
    repository.offer_shipped("categorizer", version)
    return folder, repository.write(folder)


def test_an_update_is_taken_into_the_store(imported: Command, tmp_path: Path) -> None:
    mirror, root = _mirror(tmp_path / "mirror", version=1000)
    answer = imported("models", "update", "--from", str(mirror), "--root", str(root), "--json")
    assert answer.status == 0, answer.err
    assert [(one["name"], one["status"]) for one in answer.json] == [("categorizer", "installed")]
    again = imported("models", "update", "--from", str(mirror), "--root", str(root))
    assert (again.status, "current" in again.out) == (0, True)
    store = str(tmp_path / "data" / "edge-engine" / "me.edge")
    (model,) = [
        one for one in imported("models", "list", "--store", store, "--json").json if one["version"] == "1000"
    ]
    assert model["origin"] == "update"
    checked = imported("models", "verify", "--store", store, "--json").json["models"]
    assert [one["origin"] for one in checked if one["name"] == "categorizer"] == ["update", "shipped"]
    assert imported("categorize", "TESCO STORES 3217 LONDON GB", "--json").status == 0


def test_an_update_that_is_not_trusted_is_one_sentence(imported: Command, tmp_path: Path) -> None:
    mirror, _ = _mirror(tmp_path / "mirror", version=1000)
    (tmp_path / "other.json").write_bytes(UpdateRepository().root)
    answer = imported("models", "update", "--from", str(mirror), "--root", str(tmp_path / "other.json"))
    assert (answer.status, answer.out) == (1, "")
    assert "[model.update_refused]" in answer.err
    nowhere = imported(
        "models", "update", "--from", str(tmp_path / "nowhere"), "--root", str(mirror / "root.json")
    )
    assert "[model.update_unreachable]" in nowhere.err
    missing = imported("models", "update", "--from", str(mirror), "--root", str(tmp_path / "nowhere"))
    assert "[input]" in missing.err
    if hasattr(os, "mkfifo"):  # nobody waits for whoever might write into it
        os.mkfifo(tmp_path / "pipe.json")
        pipe = imported("models", "update", "--from", str(mirror), "--root", str(tmp_path / "pipe.json"))
        assert "cannot be read" in pipe.err
    (tmp_path / "large.json").write_bytes(b" " * 300_000)
    large = imported("models", "update", "--from", str(mirror), "--root", str(tmp_path / "large.json"))
    assert "too large" in large.err


def test_models_are_measured_by_the_module_of_their_name(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Halves:
        @staticmethod
        def evaluate(data: Path) -> dict[str, str]:
            return {"measured": data.name}

        @staticmethod
        def tables(figures: dict[str, str]) -> list[Table]:
            return [Table("Everything", ("figure", "value"), [["measured", figures["measured"]]])]

    monkeypatch.setattr(evaluation, "evaluation", lambda _: Halves)
    assert command("models", "eval", "halves", "--data", str(tmp_path), "--json").json == {
        "measured": tmp_path.name
    }
    shown = command("models", "eval", "halves", "--data", str(tmp_path)).out
    assert "Everything" in shown
    assert tmp_path.name in shown


@pytest.mark.parametrize("name", ["oracle", "../operations", "__init__.x", ""])
def test_a_model_that_nothing_measures_is_told(command: Command, name: str) -> None:
    answer = command("models", "eval", name, "--data", "x")
    assert (answer.status, "[input]" in answer.err) == (1, True)


def test_a_broken_model_is_told_and_is_status_one(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = publish(tmp_path, a_model().SerializeToString(), doubled(wrong=True))
    monkeypatch.setattr(Registry, "default", lambda: broken)
    shown = command("models", "verify")
    assert (shown.status, "BROKEN" in shown.out, "golden answer 1" in shown.out) == (1, True, True)
    coded = command("models", "verify", "--json")
    assert (coded.status, coded.json["ok"]) == (1, False)


@pytest.mark.parametrize("damage", ["flipped", "gone"])
def test_one_broken_model_hides_none_of_the_others(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    damaged = shipped_copy(tmp_path)
    graph = tmp_path / "categorizer" / "model.onnx"
    if damage == "gone":
        graph.unlink()
    else:
        content = bytearray(graph.read_bytes())
        content[9999] ^= 1
        graph.write_bytes(content)
    monkeypatch.setattr(Registry, "default", lambda: damaged)
    shown = command("models", "list")
    assert shown.status == 1
    assert "trajectory" in shown.out
    assert "BROKEN: categorizer" in shown.out
    coded = command("models", "list", "--json")
    assert coded.status == 1
    assert {one["name"] for one in coded.json if not one["problem"]} == {"recommender", "trajectory"}
    assert any("categorizer" in one["problem"] for one in coded.json)


def test_a_repository_that_offers_nothing_is_told(imported: Command, tmp_path: Path) -> None:
    repository = UpdateRepository(expires=datetime.now(UTC) + timedelta(days=1))
    repository.publish(b'{"schema": 2, "models": []}', {})
    root = repository.write(tmp_path / "mirror")
    answer = imported("models", "update", "--from", str(tmp_path / "mirror"), "--root", str(root))
    assert (answer.status, answer.out.strip()) == (0, "Nothing is offered.")
