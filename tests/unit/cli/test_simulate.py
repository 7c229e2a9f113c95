"""``simulate``: a fleet from the command line, and two runs beside each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from edge_engine.cli.main import main
from edge_engine.simulation import record

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FLEET = ["simulate", "--devices", "4", "--days", "12", "--seed", "2", "--workers", "1"]


def test_a_run_is_written_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    assert main([*FLEET, "--out", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "4 devices lived 12 days" in said
    assert "core seconds a device" in said
    settings = record.read_settings(folder)
    assert (settings.devices, settings.days, settings.seed) == (4, 12, 2)
    assert len(list(record.read_records(folder))) == 4


def test_for_programs_it_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*FLEET, "--out", str(tmp_path / "run"), "--json", "--prior", "none", "--countries", "GB"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["devices"] == 4
    settings = record.read_settings(tmp_path / "run")
    assert (settings.prior, settings.countries) == (record.PriorKind.NONE, ("GB",))


def test_two_runs_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*FLEET, "--out", str(tmp_path / "one")])
    main([*FLEET, "--out", str(tmp_path / "other"), "--decided-by", "nobody"])
    capsys.readouterr()
    assert main(["simulate", "compare", str(tmp_path / "one"), str(tmp_path / "other")]) == 0
    said = capsys.readouterr().out
    assert "decided_by: A engine, B nobody" in said
    assert "share who stay, by the retention model" in said
    assert "Neither" in said
    assert main(["simulate", "compare", str(tmp_path / "one"), str(tmp_path / "other"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == {"decided_by": ["engine", "nobody"]}


def test_what_is_missing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(FLEET) == 1
    assert "--out" in capsys.readouterr().err
    assert main(["simulate", "compare", str(tmp_path), str(tmp_path)]) == 1
    assert "no finished run" in capsys.readouterr().err
    assert main(["simulate", "teach", str(tmp_path), "--file", str(tmp_path / "prior.json")]) == 1
    assert "no finished run" in capsys.readouterr().err
