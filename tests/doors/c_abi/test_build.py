"""What a build makes, by which compilers, and what it says where it cannot."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from edge_engine.doors.c_abi import build as building
from edge_engine.doors.c_abi.build import SOURCES, Product, Unbuildable, build, main
from tests.fakes.c_programs import STRICT, Programs

HEADER = (SOURCES / "edge_engine.h").read_text()

FROZEN = {
    "EE_OK": 0,
    "EE_NULL": 1,
    "EE_TOO_LARGE": 2,
    "EE_NOT_STARTED": 3,
    "EE_STOPPED": 4,
    "EE_CLOSED": 5,
    "EE_FORKED": 6,
    "EE_IN_CALLBACK": 7,
    "EE_NO_CALLBACK": 8,
    "EE_NO_MEMORY": 9,
    "EE_DOORS_FULL": 10,
    "EE_OTHER_ABI": 11,
    "EE_PYTHON_IN_USE": 12,
    "EE_PYTHON_MISSING": 13,
    "EE_PYTHON_FAILED": 14,
    "EE_ENGINE_MISSING": 15,
    "EE_FAILED": 16,
}
"""Only ever added to: hosts are compiled against these numbers."""


@pytest.fixture
def library(product: Product) -> ctypes.CDLL:
    """The library in this very process, which runs a Python of its own."""
    found = ctypes.CDLL(str(product.library))
    found.ee_strerror.restype = ctypes.c_char_p
    found.ee_version.restype = ctypes.c_char_p
    found.ee_free.argtypes = [ctypes.c_void_p]
    found.ee_free.restype = None
    return found


@pytest.mark.parametrize("name", ["gcc", "clang"])
def test_each_compiler_builds_it_without_a_warning(
    name: str, product: Product, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name} here")
    monkeypatch.setenv("CC", name)
    made = build(tmp_path)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()}
    assert files == {
        "include/edge_engine.h",
        "include/edge_engine_names.h",
        "include/module.modulemap",
        "lib/libedge_engine.so",
        "lib/libedge_engine.so.1",
        "lib/pkgconfig/edge_engine.pc",
    }
    for source in sorted((Path(__file__).parent / "programs").glob("*.c")):
        subprocess.run([name, *STRICT, f"-I{made.include}", "-fsyntax-only", str(source)], check=True)


@pytest.mark.parametrize("name", ["g++", "clang++"])
def test_the_header_is_cpp_too(name: str, product: Product) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name} here")
    source = Path(__file__).parent / "programs" / "header.cc"
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    if name == "clang++":
        warnings.append("-Wno-nullability-extension")
    subprocess.run(
        [name, "-std=c++11", *warnings, f"-I{product.include}", "-fsyntax-only", source], check=True
    )


def test_pkg_config_says_how_to_link(product: Product) -> None:
    if shutil.which("pkg-config") is None:
        pytest.skip("there is no pkg-config here")
    told = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "edge_engine"],  # noqa: S607
        env={"PKG_CONFIG_PATH": str(product.pkg_config), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    folders = {one[:2]: Path(one[2:]).resolve() for one in told if one[:2] in {"-I", "-L"}}
    assert folders == {"-I": product.include.resolve(), "-L": product.library.parent.resolve()}
    assert "-ledge_engine" in told


def test_the_numbers_of_statuses_are_frozen() -> None:
    assert {
        name: int(number) for name, number in re.findall(r"^    (EE_\w+) = (\d+)", HEADER, re.MULTILINE)
    } == FROZEN


def test_each_status_has_a_sentence_of_its_own(library: ctypes.CDLL) -> None:
    sentences = {library.ee_strerror(number).decode() for number in FROZEN.values()}
    assert len(sentences) == len(FROZEN)
    assert library.ee_strerror(999) == library.ee_strerror(-1) == b"an unknown status"


def test_a_process_with_a_python_of_its_own_is_refused(library: ctypes.CDLL) -> None:
    reason = ctypes.c_void_p(1)
    door = ctypes.c_uint64(1)
    assert library.ee_start(None, ctypes.byref(reason)) == FROZEN["EE_PYTHON_IN_USE"]
    assert ctypes.string_at(reason.value or 0) == b"this process runs a Python of its own"
    library.ee_free(reason)
    assert library.ee_start(None, None) == FROZEN["EE_PYTHON_IN_USE"]
    assert library.ee_door_new(ctypes.byref(door)) == FROZEN["EE_NOT_STARTED"]
    assert door.value == 0


def test_the_library_tells_its_versions(library: ctypes.CDLL) -> None:
    (abi,) = re.findall(r"#define EE_ABI (\d+)", HEADER)
    assert library.ee_abi() == int(abi)
    assert building.SONAME.endswith(f".so.{abi}")
    assert re.fullmatch(rb"\d+\.\d+\.\d+.*", library.ee_version())


def test_the_library_shows_its_own_names_alone(programs: Programs) -> None:
    if shutil.which("nm") is None:
        pytest.skip("there is no nm here")
    done = subprocess.run(
        ["nm", "-D", "--defined-only", programs.product.library],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split()[-1] for line in done.stdout.splitlines()} == set(
        re.findall(r"^EE_API .*?(ee_\w+)\(", HEADER, re.MULTILINE)
    )


def test_without_a_compiler_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == "there is no C compiler: install gcc or clang [door]\n"


def test_without_a_shared_python_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: 0)
    with pytest.raises(Unbuildable, match="no shared library"):
        build(tmp_path)


def test_without_headers_it_says_so(
    product: Product, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    with pytest.raises(Unbuildable, match="headers are not installed"):
        build(tmp_path)


def test_what_the_compiler_says_is_told(
    product: Product, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(building, "_FLAGS", ("--no-such-flag",))
    with pytest.raises(Unbuildable, match="no-such-flag"):
        build(tmp_path)


def test_the_command_prints_where_the_library_is(
    product: Product, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    assert Path(capsys.readouterr().out.strip()) == tmp_path.resolve() / "lib" / "libedge_engine.so"


def test_any_folder_can_be_written_into_c() -> None:
    assert building._c_string('/a "b"\\é?') == r'"/a \042b\042\134\303\251\077"'
