"""Freezes the sidecar into one folder that runs without Python: what a desktop program ships beside itself.

::

    python -m edge_engine.doors.bundling --out dist/sidecar

The folder has the engine, its models and policies, and nothing that the sidecar never loads. It ends with an error
where the folder or its archive is larger than what a host's installer can be asked to carry.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine.doors import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME: Final = "edge-engine"
MIB: Final = 1 << 20
MAX_BYTES: Final = 130 * MIB
MAX_ARCHIVE_BYTES: Final = 50 * MIB

PACKAGES: Final = ("edge_engine", "edge_engine_sync", "edge_engine_models", "edge_engine_policies")
DATA: Final = ("edge_engine_models", "edge_engine_policies")
"""Packages whose files that are no Python are read at run time."""

UNUSED: Final = (
    "IPython", "PIL", "_tkinter", "coloredlogs", "curses", "flatbuffers", "google", "humanfriendly", "idlelib",
    "jinja2", "lib2to3", "matplotlib", "mpmath", "numpy.distutils", "numpy.f2py", "numpy.fft", "numpy.testing",
    "numpy.tests", "onnx", "onnxruntime.quantization", "onnxruntime.tools", "onnxruntime.transformers", "pandas",
    "playwright", "pydoc_data", "pytest", "readline", "rich", "setuptools", "starlette", "sympy", "tkinter", "turtle",
    "uvicorn",
)  # fmt: skip
"""Packages that something the engine uses would like and the sidecar never calls."""

APART: Final = (
    "center",
    "cli",
    "doors.c_abi",
    "doors.generation",
    "doors.bundling",
    "evaluation",
    "simulation",
)
"""Rooms of the engine that are no part of the sidecar."""

STRIPPED: Final = (
    "lib-dynload", "libcrypto", "libpython", "libssl", "onnxruntime", "sqlcipher", "_sqlite3",
    "cryptography", "msgpack", "msgspec", "Cryptodome",
)  # fmt: skip
"""Libraries that lose their symbols; those in numpy.libs break when they do: they are no longer page-aligned."""

PRUNED: Final = tuple(f"Cryptodome/{part}" for part in ("Cipher", "Math", "Protocol", "PublicKey"))
"""Folders that a package brings whole although one hash of it is used."""

_LAUNCHER: Final = """import sys
from edge_engine.doors.stdio import serve
if sys.argv[1:] not in ([], ["serve"]):
    sys.exit("edge-engine: this program only serves: edge-engine serve")
sys.exit(serve())
"""


def bundle(out: Path) -> Path:
    """Freeze the sidecar into a new folder and return it.

    Args:
        out: The folder; what is there is replaced.

    Raises:
        SystemExit: PyInstaller is missing or fails.
    """
    try:
        from PyInstaller.__main__ import run  # noqa: PLC0415 - the extra `bundle` alone has it
    except ImportError:
        raise SystemExit("PyInstaller is missing: pip install 'edge-engine[bundle]'") from None
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        launcher = work / "launcher.py"
        launcher.write_text(_LAUNCHER, "utf-8")
        run([*_options(work), str(launcher)])
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(work / "dist" / NAME, out, symlinks=True)
    for name in PRUNED:
        shutil.rmtree(out / "_internal" / name, ignore_errors=True)
    for file in _libraries(out):
        _strip(file)
    return out


def _options(work: Path) -> Iterator[str]:
    yield from ("--onedir", "--noconfirm", "--log-level=ERROR", f"--name={NAME}", "--console", "--noupx")
    for key in ("distpath", "workpath", "specpath"):
        yield f"--{key}={work / key.removesuffix('path')}"
    for place in sorted({str(_place(package).parent) for package in PACKAGES}):
        yield f"--paths={place}"
    for package in DATA:
        yield f"--collect-data={package}"
    for file in _own_files():
        yield f"--add-data={file}{os.pathsep}{Path('edge_engine') / file.relative_to(_place('edge_engine')).parent}"
    for module in _modules():
        yield f"--hidden-import={module}"
    for package in (*UNUSED, *(f"edge_engine.{room}" for room in APART), "edge_engine_sync.aggregator"):
        yield f"--exclude-module={package}"


def _own_files() -> Iterator[Path]:
    """Yield the files of the engine that are no Python and are read at run time; clients and other rooms are apart."""
    root = _place("edge_engine")
    apart = {tuple(room.split(".")) for room in APART} | {("doors", "node"), ("doors", "jvm")}
    for file in sorted(root.rglob("*")):
        parts = file.relative_to(root).parts
        if file.suffix in (".sql", ".toml") and not any(parts[: len(one)] == one for one in apart):
            yield file


def _place(package: str) -> Path:
    """Return the folder that a package is in, wherever it is installed."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"the package {package} is not installed")
    return Path(found.origin).parent


def _modules() -> Iterator[str]:
    """Yield every module of the engine that the sidecar may load: most load only when they are needed."""
    for package in PACKAGES:
        yield package
        root = _place(package)
        for file in sorted(root.rglob("*.py")):
            name = ".".join((package, *file.relative_to(root).with_suffix("").parts)).removesuffix(
                ".__init__"
            )
            rooms = (*(f"edge_engine.{room}" for room in APART), "edge_engine_sync.aggregator")
            if (
                not any(name == room or name.startswith(f"{room}.") for room in rooms)
                and "__main__" not in name
            ):
                yield name


def _libraries(folder: Path) -> Iterator[Path]:
    """Yield the shared libraries whose symbols nobody needs."""
    for file in folder.rglob("*.so*"):
        if not file.is_symlink() and any(part in str(file.relative_to(folder)) for part in STRIPPED):
            yield file


def _strip(file: Path) -> None:
    tool = shutil.which("strip")
    if tool is not None and sys.platform.startswith("linux"):
        subprocess.run([tool, "--strip-unneeded", str(file)], check=False, capture_output=True)  # noqa: S603 - own files


def size(folder: Path) -> int:
    """Return the bytes of a folder's files, each once."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def archive(folder: Path) -> Path:
    """Pack a folder beside itself, as an installer would, and return the archive."""
    packed = folder.with_name(folder.name + ".tar.xz")
    with tarfile.open(packed, "w:xz", preset=6) as out:
        out.add(folder, arcname=folder.name)
    return packed


def try_out(folder: Path) -> str:
    """Ask the frozen sidecar something that takes the store and a model, with nothing of Python around it.

    Returns:
        What it made of a shop's name.

    Raises:
        SystemExit: It does not answer as it must.
    """
    with tempfile.TemporaryDirectory() as scratch:
        asked: list[tuple[str, dict[str, object]]] = [
            ("hello", {"client": "bundling", "client_version": "1", "abi": wire.ABI}),
            ("open", {"path": str(Path(scratch) / "store"), "passphrase": "for a moment only"}),
            ("consent.grant", {"purpose": "categorization"}),
            ("categorize", {"texts": ["TESCO STORES 3421"]}),
            ("signals", {}),
            ("close", {}),
        ]
        frames = [wire.request(at, *one) for at, one in enumerate(asked, 1)]
        done = subprocess.run(  # noqa: S603 - what was just built
            [str(folder / NAME), "serve"],
            input=b"".join(map(wire.prefixed, frames)),
            capture_output=True,
            timeout=120,
            check=False,
            env={"HOME": scratch, "PATH": "/nonexistent"},
        )
    answers = {one[1]: one for one in _answers(done.stdout)}
    failed = [
        name for at, (name, _) in enumerate(asked, 1) if at not in answers or answers[at][2] is not None
    ]
    if done.returncode or failed:
        raise SystemExit(
            f"the frozen sidecar does not answer: {', '.join(failed)} (status {done.returncode})"
        )
    return str(answers[4][3][0]["category"])


def _answers(raw: bytes) -> Iterator[list[Any]]:
    import msgpack  # noqa: PLC0415 - for the trial alone

    at = 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 4], "little")
        one = msgpack.unpackb(raw[at + 4 : at + 4 + length])
        if one[1]:
            yield one
        at += 4 + length


def main(arguments: Sequence[str] | None = None) -> int:
    """Freeze, pack, weigh."""
    parser = argparse.ArgumentParser(
        description="Freeze the sidecar into one folder that runs without Python."
    )
    parser.add_argument("--out", default="dist/sidecar", metavar="FOLDER", help="default: dist/sidecar")
    out = Path(parser.parse_args(arguments).out).absolute()
    folder = bundle(out)
    packed = archive(folder)
    print(f"{folder}: it answers; a Tesco receipt is {try_out(folder)}")  # noqa: T201 - a build command
    whole, small = size(folder), packed.stat().st_size
    print(f"{folder}: {whole / MIB:.1f} MiB (at most {MAX_BYTES / MIB:.0f})")  # noqa: T201 - a build command
    print(f"{packed}: {small / MIB:.1f} MiB (at most {MAX_ARCHIVE_BYTES / MIB:.0f})")  # noqa: T201 - a build command
    if whole > MAX_BYTES or small > MAX_ARCHIVE_BYTES:
        print("the bundle is too large", file=sys.stderr)  # noqa: T201 - a build command
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
