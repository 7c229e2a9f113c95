"""A run of a fleet: the same whoever lives it, gone on with where it stopped, and refused where it is another."""

from __future__ import annotations

import errno
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.errors import InputError, PolicyError
from edge_engine.simulation import record, trial
from edge_engine.simulation.record import PriorKind, Settings
from edge_engine.simulation.report.figures import figures_of
from edge_engine.simulation.trial import Part, Processes, Progress, live_part, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETTINGS = Settings(devices=12, days=15, seed=4, end=date(2027, 3, 31), history=1)


class Backwards:
    """Lives parts in this process, the last first, and may stop after some."""

    name = "backwards"
    count = 1

    def __init__(self, most: int = 1_000) -> None:
        self.most = most
        self.lived: list[int] = []

    def parts(self, settings: bytes, numbers: Sequence[int]) -> Iterator[Part]:
        for number in reversed(numbers):
            if len(self.lived) >= self.most:
                raise KeyboardInterrupt
            self.lived.append(number)
            yield live_part(settings, number)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in one process."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    run(SETTINGS, folder, Processes(1))
    return folder


def same(one: Path, other: Path) -> bool:
    files = (record.SETTINGS, record.DEVICES, record.AGGREGATES)
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in files)


def test_a_run_has_every_device_in_order(whole: Path) -> None:
    assert [one.number for one in record.read_records(whole)] == list(range(12))
    assert sorted(entry.name for entry in whole.iterdir()) == [
        "aggregates.json",
        "devices.jsonl",
        "settings.json",
        "timings.json",
    ]
    timings = record.read_timings(whole)
    assert (timings.devices, timings.workers, timings.on) == (12, 1, "processes")


@pytest.mark.slow
def test_processes_change_nothing(whole: Path, tmp_path: Path) -> None:
    run(SETTINGS, tmp_path / "run", Processes(2))
    assert same(whole, tmp_path / "run")


def test_a_run_that_was_stopped_goes_on_where_it_was(whole: Path, tmp_path: Path) -> None:
    folder, first = tmp_path / "run", Backwards(2)
    with pytest.raises(KeyboardInterrupt):
        run(SETTINGS, folder, first)
    assert not (folder / record.DEVICES).exists()
    rest = Backwards()
    told: list[Progress] = []
    timings = run(SETTINGS, folder, rest, told.append)
    assert first.lived == [2, 1]
    assert rest.lived == [0]
    assert timings.devices == 5
    assert same(whole, folder)
    assert [one.done for one in told] == [7, 12]
    assert (told[0].left, told[-1].left) == (None, 0.0)


def test_a_part_that_was_half_written_is_lived_anew(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(SETTINGS, folder, Backwards(0))
    (folder / trial.PARTS / "000001.new").write_bytes(b'{"number": 5, "pers')
    run(SETTINGS, folder, Backwards())
    assert same(whole, folder)


@pytest.mark.parametrize("damage", [b"", b'{"number": 5}\n', b'{"number": 5', b"\xff\n" * 5])
def test_a_damaged_part_is_lived_anew(whole: Path, tmp_path: Path, damage: bytes) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(SETTINGS, folder, Backwards(2))
    part = folder / trial.PARTS / "000001.jsonl"
    kept = part.read_bytes()
    part.write_bytes(kept[: len(kept) // 2] if damage == b'{"number": 5' else damage)
    run(SETTINGS, folder, Backwards())
    assert same(whole, folder)


def test_damaged_devices_are_told_and_lost_sums_are_made_anew(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    for lost in (b"", b"{"):
        (folder / record.AGGREGATES).write_bytes(lost)
        run(SETTINGS, folder, Backwards(0))
        assert same(whole, folder)
    lines = (folder / record.DEVICES).read_bytes().splitlines(keepends=True)
    for damaged in (lines[:-1], [*lines, lines[-1]], lines[::-1], []):
        (folder / record.DEVICES).write_bytes(b"".join(damaged))
        with pytest.raises(InputError, match="damaged"):
            figures_of(folder)


def test_a_folder_that_cannot_be_written_is_told_and_can_be_gone_on_with(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    full = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.name.startswith(("settings", "000001")):
            raise OSError(errno.ENOSPC, "no space left")
        return full(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(InputError, match=r"settings\.json cannot be written"):
        run(SETTINGS, folder, Backwards())
    monkeypatch.undo()
    # As a kill amid the writing leaves it.
    (folder / trial.HALF).write_bytes(b"{")
    run(SETTINGS, folder, Backwards())
    assert same(whole, folder)


def test_what_is_done_is_not_done_again(whole: Path) -> None:
    before = (whole / record.DEVICES).stat().st_mtime_ns
    again = Backwards()
    assert run(SETTINGS, whole, again) == record.read_timings(whole)
    assert again.lived == []
    assert (whole / record.DEVICES).stat().st_mtime_ns == before


def test_a_folder_of_another_run_is_refused(whole: Path) -> None:
    with pytest.raises(InputError, match="other settings"):
        run(msgspec.structs.replace(SETTINGS, seed=5), whole, Backwards())


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(InputError, match="other files"):
        run(SETTINGS, tmp_path, Backwards())
    assert [one.name for one in tmp_path.iterdir()] == ["holiday.jpg"], "nothing is made in it"


def test_settings_tell_what_they_rest_on(whole: Path) -> None:
    digests = record.read_settings(whole).digests
    assert {"policy", "offers.toml", "guards.toml", "signals.toml", "categorizer", "prior"} <= set(digests)
    assert {"assumptions", "edge-engine"} <= set(digests)


def test_a_run_is_not_told_of_by_other_rules_than_it_was_lived_under(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    settings = record.read_settings(folder)
    figures_of(folder)
    others = {**settings.digests, "assumptions": "0" * 64}
    record.write_settings(folder, msgspec.structs.replace(settings, digests=others))
    with pytest.raises(InputError, match="assumptions"):
        figures_of(folder)
    with pytest.raises(InputError, match="other settings"):
        run(SETTINGS, folder, Backwards())


@pytest.mark.parametrize(
    "fields",
    [
        {"devices": 0},
        {"holdout": 1.5},
        {"ask_days": 0},
        {"channels": ("feed", "pigeon")},
        {"days": 0},
        {"behaviour": {"act.bse": 1.0}},
        {"retention": {"trst": 1.0}},
        {"epsilon_factor": 0.0},
        {"prior_ridge": -1.0},
        {"seed": -1},
        {"epsilon_factor": float("nan")},
        {"epsilon_factor": 1e10},
        {"epsilon_factor": 1e-9},
        {"end": date(9999, 12, 31)},
        {"end": date(1, 1, 1)},
        {"countries": ("GB", "GB")},
        {"prior": PriorKind.FLEET, "prior_file": "/nowhere"},
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, fields: dict[str, object]) -> None:
    with pytest.raises(InputError):
        run(msgspec.structs.replace(SETTINGS, **fields), tmp_path / "run", Backwards())


def test_rules_that_are_not_valid_are_refused_before_anything_is_lived(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        run(msgspec.structs.replace(SETTINGS, offers=str(tmp_path)), tmp_path / "run", Backwards())


def test_a_run_has_one_process_at_least() -> None:
    with pytest.raises(InputError, match="one process"):
        Processes(0)
