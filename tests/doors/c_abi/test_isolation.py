"""The embedded Python takes nothing from its surroundings but what it was told."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.fakes.c_programs import STANDIN, Programs, frame, lined_up

if TYPE_CHECKING:
    from edge_engine.doors.c_abi.build import Product

TAKEN_OVER = "import posix\nposix.close(posix.open({mark!r}, posix.O_CREAT | posix.O_WRONLY))\n"
"""Leaves its mark even before anything can be decoded."""

BAIT = ("sitecustomize", "usercustomize", "msgspec", "queue", "encodings", "edge_engine")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder of modules that leave a mark when they are imported, and of programs named like Python."""
    folder = tmp_path / "trap"
    user = folder / ".local" / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    user.mkdir(parents=True)
    for place in (folder, user):
        for name in BAIT:
            (place / f"{name}.py").write_text(TAKEN_OVER.format(mark=str(folder / "mark")))
        (place / "trap.pth").write_text(
            f"import pathlib; pathlib.Path({str(folder / 'mark')!r}).write_text('pth')\n"
        )
    for name in ("python", "python3", f"python{sysconfig.get_python_version()}"):
        program = folder / name
        program.write_text(f"#!/bin/sh\ntouch {folder}/mark\n")
        program.chmod(0o755)
    (folder / "pyvenv.cfg").write_text(f"home = {folder}\n")
    return folder


def hostile(trap: Path) -> dict[str, str]:
    """An environment that means ill."""
    return {
        "PATH": str(trap),
        "HOME": str(trap),
        "PYTHONPATH": str(trap),
        "PYTHONHOME": str(trap),
        "PYTHONUSERBASE": str(trap / ".local"),
        "PYTHONSTARTUP": str(trap / "sitecustomize.py"),
        "PYTHONEXECUTABLE": str(trap / "python3"),
        "__PYVENV_LAUNCHER__": str(trap / "python3"),
        "PYTHONPLATLIBDIR": "nowhere",
        "PYTHONCASEOK": "1",
        "PYTHONINSPECT": "1",
        "PYTHONVERBOSE": "1",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "utf-16",
        "LC_ALL": "C",
    }


def test_the_trap_catches_a_python_that_asks_its_environment(trap: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", "pass"], check=False, capture_output=True, env={"PYTHONPATH": str(trap)}
    )
    assert (trap / "mark").exists()


def test_a_hostile_environment_changes_nothing(programs: Programs, trap: Path) -> None:
    (usual,) = programs.results(programs.standin, [frame(1, "where")])
    caller = programs.compile("caller")
    done = subprocess.run(
        [caller, programs.standin],
        input=lined_up([frame(1, "where")]),
        capture_output=True,
        check=True,
        env=hostile(trap),
        cwd=trap,
    )
    assert not (trap / "mark").exists()
    assert done.stderr == b""
    assert msgspec.msgpack.decode(done.stdout[8:])[3] == usual


def test_it_sees_its_own_library_and_the_given_folders_alone(programs: Programs, product: Product) -> None:
    (found,) = programs.results(programs.standin, [frame(1, "where")])
    library = Path(sysconfig.get_path("stdlib")).resolve()
    assert found["path"] == [str(library), str(library / "lib-dynload"), str(STANDIN), programs.packages]
    assert found["prefix"] == str(Path(sys.base_prefix).resolve())
    assert found["executable"] == f"{found['prefix']}/bin/python{sysconfig.get_python_version()}"
    assert (found["isolated"], found["utf8"], found["encoding"]) == (1, 1, "utf-8")
    assert not {"site", "sitecustomize", "usercustomize"} & set(found["loaded"])


def test_a_thread_that_brings_a_frame_does_not_wait_the_usual_time_for_a_busy_engine(
    programs: Programs,
) -> None:
    (found,) = programs.results(programs.standin, [frame(1, "where")])
    assert found["switching"] == pytest.approx(0.0005)


def test_nothing_is_written_beside_the_packages(programs: Programs, tmp_path: Path) -> None:
    package = tmp_path / "edge_engine"
    for source in STANDIN.rglob("*.py"):
        copy = tmp_path / source.relative_to(STANDIN)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    programs.results(f"{tmp_path}:{programs.packages}", [frame(1, "echo", "word")])
    assert {path.suffix for path in package.rglob("*") if path.is_file()} == {".py"}


def test_a_stray_word_does_not_reach_the_hosts_output(programs: Programs) -> None:
    assert programs.results(programs.standin, [frame(1, "print"), frame(2, "echo", 7)]) == [True, 7]


def test_closed_standard_streams_are_no_hindrance(programs: Programs) -> None:
    program = programs.compile("refusals")
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {program} {programs.standin} <&- >&- 2>&-"], check=False, env={}
    )
    assert done.returncode == 0
