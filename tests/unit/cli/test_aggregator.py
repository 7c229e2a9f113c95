"""The ``aggregator`` commands."""

from __future__ import annotations

import json
import stat
import time
from typing import TYPE_CHECKING

import pytest

from edge_engine.cli.main import main
from edge_engine_sync.client import Client
from tests.fakes.aggregator_processes import HISTOGRAM, parties

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'leader = "http://127.0.0.1:9/"\nhelper = "http://127.0.0.1:8/"\n'


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with each party's file."""
    (tmp_path / "tasks.toml").write_text(HEAD + HISTOGRAM + 'epsilon = "1/2"\n')
    out = tmp_path / "out"
    assert main(["aggregator", "provision", str(tmp_path / "tasks.toml"), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["files"]
    assert told == [str(out / f"{party}.json") for party in ("leader", "helper", "collector", "client")]
    return out


def test_files_are_their_owners_and_never_written_over(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.iterdir()} == {0o600}
    before = (files / "leader.json").read_text()
    assert main(["aggregator", "provision", str(tmp_path / "tasks.toml"), "--out", str(files)]) == 1
    assert "nothing is written over" in capsys.readouterr().err
    assert (files / "leader.json").read_text() == before
    assert (
        main(["aggregator", "provision", str(tmp_path / "tasks.toml"), "--out", str(tmp_path / "more")]) == 0
    )
    assert "own file" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["provision", "nowhere.toml", "--out", "x"], "input"),
        (["provision", "out/leader.json", "--out", "x"], "sync.task_file"),
        (["leader", "--tasks", "out/helper.json", "--database", "x.db"], "sync.task_file"),
        (["leader", "--tasks", "out/leader.json", "--database", "none/x.db"], "sync.database"),
        (["leader", "--tasks", "out/leader.json", "--database", "x.db", "--listen", "here"], "input"),
        (
            ["helper", "--tasks", "out/helper.json", "--database", "x.db", "--listen", "203.0.113.1:1"],
            "sync.task_file",
        ),
        (["collect", "--tasks", "out/collector.json", "--task", "other"], "input"),
        (["collect", "--tasks", "out/collector.json", "--task", "test"], "input"),
        (
            ["collect", "--tasks", "out/collector.json", "--task", "test", "--start", "1", "--duration", "0"],
            "input",
        ),
        (["janus", "--tasks", "out/client.json", "--role", "leader"], "sync.task_file"),
    ],
)
def test_what_cannot_be_is_said_with_its_code(
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["aggregator", *arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_janus_gets_its_tasks(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aggregator", "janus", "--tasks", str(files / "helper.json"), "--role", "helper"]) == 0
    shown = capsys.readouterr().out
    assert 'role: "Helper"' in shown
    assert "PureDpDiscreteLaplace" in shown


def test_a_sum_is_collected_and_its_noise_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with parties(tmp_path, HISTOGRAM + 'epsilon = "1/2"\n') as made:
        made.start("helper")
        made.start("leader")
        client = Client(made.transport())
        for _ in range(12):
            client.send(made.task(), 1)
        unit = str(int(time.time()) // 3600 - 1)
        common = ["aggregator", "collect", "--tasks", str(tmp_path / "collector.json"), "--task", "test"]
        common += ["--start", unit, "--duration", "3"]
        assert main([*common, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["report_count"] == 12
        assert len(told["result"]) == 4
        assert told["noise_standard_deviation"] == pytest.approx(7.9, abs=0.2)
        assert main(common) == 0
        shown = capsys.readouterr().out
        assert "12 reports" in shown
        assert "standard deviation" in shown


def test_the_leader_selects_batches_where_the_task_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with parties(
        tmp_path, HISTOGRAM.replace("histogram", "count").replace("length = 4", "") + SELECTED
    ) as made:
        made.start("helper")
        made.start("leader")
        client = Client(made.transport())
        for _ in range(12):
            client.send(made.task(), 1)
        common = ["aggregator", "collect", "--tasks", str(tmp_path / "collector.json"), "--task", "test"]
        assert main([*common, "--start", "1", "--duration", "3"]) == 1
        assert main(common) == 0
        shown = capsys.readouterr().out
        # A batch has as many reports as the task asks for, or a few more.
        (reports,) = [number for number in (10, 11, 12) if f"{number} reports" in shown]
        assert f"sum {reports}" in shown


SELECTED = 'batch_mode = "leader_selected"\n'


def test_the_task_file_of_signals_can_be_provisioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    servers = ["--leader", "https://leader.example/", "--helper", "https://helper.example/"]
    assert main(["aggregator", "tasks", *servers, "--signal", "active_days"]) == 0
    text = capsys.readouterr().out
    (tmp_path / "tasks.toml").write_text(text)
    assert main(["aggregator", "tasks", *servers, "--signal", "active_days", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tasks"] == text
    out = tmp_path / "parties"
    assert main(["aggregator", "provision", str(tmp_path / "tasks.toml"), "--out", str(out)]) == 0
    (task,) = json.loads((out / "leader.json").read_text())["tasks"]
    assert (task["name"], task["epsilon"], task["sensitivity"]) == ("active_days", "1/4", 2)
    capsys.readouterr()
    assert main(["aggregator", "tasks", *servers, "--signal", "nothing", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "input"


@pytest.mark.parametrize(
    ("leader", "helper"),
    [
        ("https://agg.example/", "https://agg.example/"),
        ("https://agg.example/", "https://AGG.example:443/helper"),
        ("ftp://leader.example/", "https://helper.example/"),
        ("https://leader.example/", "helper.example"),
        ("https://leader.example/", "https://me@helper.example/"),
        ("http://[::1/", "https://helper.example/"),
    ],
)
def test_no_task_file_is_made_of_servers_that_are_none_or_one(
    leader: str, helper: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["aggregator", "tasks", "--leader", leader, "--helper", helper, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "input"


def test_janus_gets_what_it_can_do_of_the_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses = ["--leader", "https://leader.example/", "--helper", "https://helper.example/"]
    assert main(["aggregator", "tasks", *addresses]) == 0
    (tmp_path / "tasks.toml").write_text(capsys.readouterr().out)
    assert (
        main(["aggregator", "provision", str(tmp_path / "tasks.toml"), "--out", str(tmp_path / "parties")])
        == 0
    )
    capsys.readouterr()
    file = str(tmp_path / "parties" / "leader.json")
    assert main(["aggregator", "janus", "--tasks", file, "--role", "leader"]) == 0
    printed = capsys.readouterr()
    said = printed.err.splitlines()
    left_out = [line.split("/")[1] for line in said if line.startswith("left out")]
    assert left_out == ["insight_outcomes", "offer_funnel", "health"]
    assert printed.out.count("task_id:") == 14 - 3
    wider = {line.split("/")[1]: line for line in said if line.startswith("more noise")}
    assert set(wider) == {"correction_rate", "what_helps"}
    assert "20 times" in wider["what_helps"]
