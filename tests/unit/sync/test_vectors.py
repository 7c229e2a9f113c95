"""Known answers: the frozen ones, the field's own where they are, and a replay that can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge_engine_sync.vectors.__main__ import main, replay

ROOT = Path(__file__).resolve().parents[3]
FROZEN = ROOT / "tests" / "vectors" / "sync"
SHARED = ROOT.parent / "shared" / "vectors"


@pytest.mark.parametrize("path", sorted(FROZEN.glob("*.json")), ids=lambda path: path.stem)
def test_the_frozen_vectors_are_reproduced(path: Path) -> None:
    tally = replay(path)
    assert tally.failures == []
    assert tally.passed > 0


def test_all_frozen_vectors_are_there() -> None:
    assert len(list(FROZEN.glob("*.json"))) == 29


def test_the_drafts_own_vectors_are_reproduced() -> None:
    if not SHARED.is_dir():
        pytest.skip("the vectors folder ../shared/vectors is not here")
    done = subprocess.run(
        [sys.executable, "-m", "edge_engine_sync.vectors", str(SHARED)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(" steps passed, 0 failed")
    assert "XofFixedKeyAes128.json: skipped" in done.stdout


def load(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return json.loads((FROZEN / name).read_text())


def changed(tmp_path: Path, name: str, content: object) -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("field", ["public_share", "nonce", "rand"])
def test_another_byte_of_a_report_fails(tmp_path: Path, field: str) -> None:
    vector = load("Prio3Histogram_frozen.json")
    text = vector["reports"][0][field]
    vector["reports"][0][field] = ("1" if text[0] == "0" else "0") + text[1:]
    assert replay(changed(tmp_path, "Prio3Histogram_0.json", vector)).failures


@pytest.mark.parametrize("name", ["Prio3Count", "Prio3Sum", "Prio3SumVec", "Prio3Histogram", "renamed"])
def test_a_function_is_known_by_its_parameters(tmp_path: Path, name: str) -> None:
    for source in ("Prio3Histogram", "Prio3MultihotCountVec"):
        vector = load(f"{source}_frozen.json")
        assert replay(changed(tmp_path, f"{name}_7.json", vector)).failures == []


def test_a_step_that_must_fail_and_does_not_is_a_failure(tmp_path: Path) -> None:
    vector = load("Prio3Count_frozen.json")
    vector["operations"][0]["success"] = False
    (failure,) = replay(changed(tmp_path, "Prio3Count_0.json", vector)).failures
    assert "must be refused" in failure


def test_a_step_that_must_succeed_and_is_refused_is_a_failure(tmp_path: Path) -> None:
    vector = load("Prio3Count_bad-proof.json")
    vector["operations"][-1]["success"] = True
    (failure,) = replay(changed(tmp_path, "Prio3Count_0.json", vector)).failures
    assert "sync.unverified" in failure


def test_a_step_that_is_not_known_is_no_step_that_was_refused(tmp_path: Path) -> None:
    vector = load("Prio3Count_frozen.json")
    vector["operations"].append({"operation": "dance", "success": False})
    (failure,) = replay(changed(tmp_path, "Prio3Count_0.json", vector)).failures
    assert "no such operation" in failure


@pytest.mark.parametrize("success", ["false", "true", 0, 1, None, []])
def test_whether_a_step_succeeds_is_true_or_false(tmp_path: Path, success: object) -> None:
    vector = load("Prio3Count_frozen.json")
    vector["operations"][0]["success"] = success
    (failure,) = replay(changed(tmp_path, "Prio3Count_0.json", vector)).failures
    assert "neither true nor false" in failure


@pytest.mark.parametrize(("success", "found"), [(True, "cannot be replayed"), (False, "fell over")])
def test_a_step_without_what_it_needs_is_a_failure(tmp_path: Path, success: bool, found: str) -> None:  # noqa: FBT001
    vector = load("Prio3Count_frozen.json")
    step = {"operation": "verify_next", "report_index": 0, "aggregator_id": 0, "round": 1, "success": success}
    vector["operations"] = [step]
    (failure,) = replay(changed(tmp_path, "Prio3Count_0.json", vector)).failures
    assert found in failure


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        (
            "Prio3Count_0",
            {"operations": [{"operation": "dance", "success": True}], "shares": 2, "ctx": ""},
            "no such operation",
        ),
        ("Prio3Other_0", {"operations": [], "shares": 2, "ctx": ""}, "no function"),
        ("Prio3Sum_0", {"operations": [], "shares": 2, "max_measurement": 0}, "parameters"),
        ("hpke", [{"mode": 1, "kem_id": 32}], "base mode"),
        ("hpke", {"mode": 0, "kem_id": 99, "kdf_id": 1, "aead_id": 1}, "not known"),
        ("dap", {"hpke_config": [], "letter": []}, "no such message"),
        ("dap", {"hpke_config": [{"hex": "zz"}]}, "not as its format"),
        ("other", {"answer": 42}, "no format"),
        ("other", 42, "no format"),
        ("Prio3Count_0", {"operations": [], "shares": "two", "ctx": ""}, "not as its format"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_a_failure(
    tmp_path: Path, name: str, content: object, found: str
) -> None:
    if isinstance(content, dict) and "operations" in content:
        content = {"reports": [{}], **content}
    failures = replay(changed(tmp_path, f"{name}.json", content)).failures
    assert found in " ".join(failures)


def test_the_number_of_proofs_is_in_the_leaders_share(tmp_path: Path) -> None:
    vector = load("Prio3SumVecWithMultiproof_frozen.json")
    assert vector.pop("proofs") == 2
    tally = replay(changed(tmp_path, "Prio3SumVecWithMultiproof_0.json", vector))
    assert (tally.failures, tally.passed) == ([], 15)


def test_an_encryption_without_a_nonce_is_counted_through(tmp_path: Path) -> None:
    vector = load("hpke_base.json")[0]
    vector["encryptions"] = [
        {name: value for name, value in one.items() if name != "nonce"} for one in vector["encryptions"][:2]
    ]
    del vector["skEm"]
    tally = replay(changed(tmp_path, "hpke.json", vector))
    assert (tally.failures, tally.passed > 4) == ([], True)


def test_the_command_counts_and_its_status_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FROZEN / "Prio3Count_frozen.json")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "21 steps passed, 0 failed"
    vector = load("Prio3Count_frozen.json")
    vector["agg_result"] = 99
    folder = tmp_path / "some" / "where"
    folder.mkdir(parents=True)
    changed(folder, "Prio3Count_0.json", vector)
    assert main([str(tmp_path), str(FROZEN / "Prio3Sum_frozen.json")]) == 1
    out = capsys.readouterr().out
    assert "unshard: other bytes" in out
    assert out.splitlines()[-1] == "48 steps passed, 1 failed"


def test_the_command_refuses_wrong_usage_and_what_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    assert main(["--help"]) == 2
    assert "usage" in capsys.readouterr().err
    assert main([str(tmp_path / "nothing.json")]) == 1
    assert main([str(tmp_path)]) == 1
    assert "nothing was replayed" in capsys.readouterr().out


def test_an_xof_of_another_scheme_is_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = {"seed": "00" * 16, "dst": "", "binder": "", "derived_seed": "", "length": 1}
    other = changed(tmp_path, "XofOther.json", content)
    assert main([str(other), str(FROZEN / "dap18_frozen.json")]) == 0
    assert "XofOther.json: skipped" in capsys.readouterr().out
