"""On what a run was made: enough to know whether two runs may be compared, and nothing that names a machine."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec
from sqlcipher3 import dbapi2

PACKAGES: Final = (
    "cryptography",
    "fasttext-wheel",
    "mabwiser",
    "msgspec",
    "numpy",
    "onnxruntime",
    "vowpalwabbit",
)


class Machine(msgspec.Struct, frozen=True):
    """A machine and what ran on it.

    Attributes:
        system: Operating system and its version.
        processor: As it calls itself.
        cores: As many as this process may use.
        memory_gib: Of the whole machine; 0 where it does not say.
        python: Version.
        sqlcipher: Version of SQLCipher and of the SQLite in it.
        packages: Versions of the libraries and peers that are installed.
        load: Of the last minute at the beginning; about 0 on a quiet machine.
    """

    system: str
    processor: str
    cores: int
    memory_gib: float
    python: str
    sqlcipher: str
    packages: dict[str, str]
    load: float


def describe() -> Machine:
    """Return this machine."""
    return Machine(
        f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        _processor(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        round(_memory() / 2**30, 1),
        platform.python_version(),
        _sqlcipher(),
        {name: found for name in PACKAGES if (found := _version(name))},
        round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
    )


def commit() -> str:
    """Return the commit that is measured, with ``+`` where files differ from it; empty outside a repository."""
    git = shutil.which("git")
    if git is None:
        return ""
    root = Path(__file__).resolve().parents[2]

    def ask(*words: str) -> str:
        done = subprocess.run([git, *words], cwd=root, capture_output=True, text=True, check=False)
        return "" if done.returncode else done.stdout.strip()

    name = ask("rev-parse", "--short=10", "HEAD")
    return name + "+" * bool(name and ask("status", "--porcelain", "-uno"))


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _sqlcipher() -> str:
    connection = dbapi2.connect(":memory:")
    try:
        row = connection.execute("PRAGMA cipher_version").fetchone()
        return f"{row[0] if row else 'none'}, SQLite {dbapi2.sqlite_version}"
    finally:
        connection.close()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
