"""The Java client as somebody would build and run it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

PROJECT: Final = Path(__file__).resolve().parents[2] / "edge_engine" / "doors" / "jvm"
ENGINE: Final = Path(sys.executable).with_name("edge-engine")
OLDEST_JAVA: Final = 17

_UNREACHED: Final = re.compile(
    r"Could not (resolve|transfer|find artifact)|Cannot access|has not been downloaded"
)


class Unbuildable(Exception):
    """The client cannot be built here; the reason is told."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the tests of one class."""

    run: int
    failed: int
    skipped: int


def require_tools() -> None:
    """Return where there is a JDK and Maven.

    Raises:
        Unbuildable: There is not.
    """
    for tool in ("javac", "java", "mvn"):
        if shutil.which(tool) is None:
            raise Unbuildable(f"there is no {tool}")
    told = _run(["javac", "-version"])
    found = re.search(r"\d+", told.stdout + told.stderr)
    if found is None or int(found[0]) < OLDEST_JAVA:
        raise Unbuildable(f"the JDK is older than {OLDEST_JAVA}")


def maven(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Maven on the client, without a network where everything was downloaded before.

    Raises:
        Unbuildable: Something has to be downloaded and cannot be.
    """
    command = ["mvn", "-B", "-q", *arguments]
    done = _run([*command, "-o"])
    if done.returncode and _UNREACHED.search(done.stdout):
        done = _run(command)
        if done.returncode and _UNREACHED.search(done.stdout):
            raise Unbuildable("what the client is built with cannot be downloaded here")
    return done


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def counts(name: str) -> Counts:
    """Return what the last run says of a class of tests."""
    report = PROJECT / "target" / "surefire-reports" / f"TEST-edgeengine.client.{name}.xml"
    told = ET.parse(report).getroot().attrib  # noqa: S314 - written a moment ago by the build
    return Counts(int(told["tests"]), int(told["failures"]) + int(told["errors"]), int(told["skipped"]))


def class_path(*, without: str = "") -> str:
    """Return the class path of the built client with its tests and sample, less some of what it needs."""
    needed = (PROJECT / "target" / "class-path.txt").read_text("utf-8").strip().split(os.pathsep)
    kept = [one for one in needed if not without or not Path(one).name.startswith(without)]
    return os.pathsep.join(
        [str(PROJECT / "target" / "classes"), str(PROJECT / "target" / "test-classes"), *kept]
    )


def java(main: str, *arguments: str, without: str = "") -> list[str]:
    """Return the command that runs a program."""
    return ["java", "-cp", class_path(without=without), main, *arguments]
