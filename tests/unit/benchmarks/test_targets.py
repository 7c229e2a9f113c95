"""The goals of the benchmarks and how a run is told beside them."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from tests.benchmarks import __main__ as program
from tests.benchmarks import document, machine, tables, targets
from tests.benchmarks import run as running
from tests.benchmarks.run import Found, Run, names, run
from tests.benchmarks.targets import Spread, Target, Verdict

FAST = Target("Area", "Fast", "one", "fast_ms", "ms", most=10)
MANY = Target("Area", "Many", "one", "many", "x", least=3, peer="another")
GONE = Target("Other", "Gone", "two", "gone", "ms", most=1)


def a_run(**values: list[float]) -> Run:
    spreads = {name: Spread.of(several) for name, several in values.items()}
    return Run(
        "2026-11-27T01:02:03Z",
        "abc",
        machine.describe(),
        {"one": Found(spreads, {}, "", 1.0), "two": Found({}, {"two": "skipped: no such program"}, "", 0.1)},
    )


def test_every_goal_names_a_benchmark_and_no_figure_twice() -> None:
    goals = targets.read()
    assert {one.benchmark for one in goals} <= set(names())
    assert len({(one.benchmark, one.figure) for one in goals}) == len(goals)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [([9.0, 10.0, 99.0], Verdict.HIT), ([1.0, 10.1, 11.0], Verdict.MISSED)],
)
def test_the_median_of_the_rounds_is_held_against_a_goal(values: list[float], verdict: Verdict) -> None:
    assert FAST.judge(Spread.of(values)) is verdict


def test_a_least_is_no_most() -> None:
    assert MANY.judge(Spread.of([3.0])) is Verdict.HIT
    assert MANY.judge(Spread.of([2.99])) is Verdict.MISSED
    assert MANY.judge(None) is Verdict.UNKNOWN


def test_a_goal_has_one_bound() -> None:
    with pytest.raises(ValueError, match="one of most and least"):
        Target("Area", "Both", "one", "both", "ms", most=1, least=1)
    with pytest.raises(ValueError, match="one of most and least"):
        Target("Area", "None", "one", "none", "ms")


def test_a_table_says_hit_missed_and_why_not_measured() -> None:
    told = "\n".join(tables.markdown(a_run(fast_ms=[12.0], many=[2.0, 4.0, 5.0]), (FAST, MANY, GONE)))
    assert "| Fast | ≤ 10 ms | 12 | one round | **missed** |" in told
    assert "| Many (beside another) | ≥ 3 x | 4 | 2 to 5 | hit |" in told
    assert "| Gone | ≤ 1 ms | | | skipped: no such program |" in told
    assert tables.summary(a_run(fast_ms=[12.0], many=[4.0]), (FAST, MANY, GONE)) == (
        "1 goals hit, 1 missed, 1 not measured"
    )


def test_a_benchmark_that_fails_is_told_and_the_others_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(name: str) -> dict[str, float | str]:
        if name == "models":
            raise subprocess.CalledProcessError(1, name)
        return {"rows": 3.0, "note": "words"}

    monkeypatch.setattr(running, "measured", measured)
    lines: list[str] = []
    done = run(["models", "recurring"], 2, lines.append)
    assert done.found["models"].failed == "failed"
    assert done.missing("models", "largest_file_mb") == "failed"
    assert done.found["recurring"].spreads == {"rows": Spread(3.0, 3.0, 3.0, 2)}
    assert done.found["recurring"].words == {"note": "words"}
    assert lines.count("== models, round 1") == 1
    assert "== models, round 2" not in lines


def test_a_benchmark_has_a_process_of_its_own() -> None:
    before = len(sys.modules)
    assert running.measured("recurring")
    assert len(sys.modules) == before
    with pytest.raises(subprocess.CalledProcessError):
        running.measured("of_nothing")


def test_a_page_tells_machine_and_summary_and_history_reads_back() -> None:
    one = a_run(fast_ms=[5.0], many=[4.0], rest_ms=[2.0])
    page = "\n".join(document.page(one, (FAST, MANY, GONE)))
    assert "**2 goals hit, 0 missed, 1 not measured.**" in page
    assert "| one | `rest_ms` | 2 | one round |" in page
    assert "- two: skipped: no such program" in page
    assert msgspec.json.decode(msgspec.json.encode(one), type=Run) == one


def test_the_smoke_run_measures_for_real(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--smoke"]) == 0
    told = capsys.readouterr().out
    assert "Largest file of a model" in told
    assert "streams_ms" in told


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["no_such"])
    assert "there is no benchmark no_such" in capsys.readouterr().err
