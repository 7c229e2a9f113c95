"""The Java client: built as strictly as it can be, tested against the real engine, its sample run."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from edge_engine.doors.c_abi import build as c_abi
from tests.fakes import bank_csv
from tests.fakes import jvm_client as jvm

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PATIENCE = 20.0


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The engine as a C library, None where it cannot be built here."""
    try:
        c_abi.compiler()
        c_abi.find_python()
    except c_abi.Unbuildable:
        return None
    return c_abi.build(tmp_path_factory.mktemp("c_abi")).library


@pytest.fixture(scope="session")
def built(library: Path | None) -> subprocess.CompletedProcess[str]:
    """The client, compiled, tested and packed; skips with the reason where it cannot be."""
    try:
        jvm.require_tools()
        places = [f"-Dedge.engine.command={jvm.ENGINE}"]
        if library is not None:
            places.append(f"-Dedge.engine.library={library}")
        return jvm.maven("clean", "verify", *places)
    except jvm.Unbuildable as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def client(built: subprocess.CompletedProcess[str]) -> None:
    if built.returncode:
        pytest.fail(built.stdout[-6000:])


@pytest.mark.usefixtures("client")
def test_its_own_tests_pass_against_the_sidecar() -> None:
    assert jvm.counts("SidecarTest").run >= 18
    for name in ("SidecarTest", "SessionTest", "FrameTest"):
        told = jvm.counts(name)
        assert (told.failed, told.skipped) == (0, 0), name


@pytest.mark.usefixtures("client")
def test_its_own_tests_pass_in_process(library: Path | None) -> None:
    if library is None:
        pytest.skip("the C library cannot be built here")
    told = jvm.counts("NativeTest")
    assert told.run >= 15
    assert (told.failed, told.skipped) == (0, 0)


@pytest.mark.usefixtures("client")
def test_the_jar_holds_the_client_and_nothing_else() -> None:
    (jar,) = (jvm.PROJECT / "target").glob("edge-engine-client-*.jar")
    with zipfile.ZipFile(jar) as archive:
        names = [name for name in archive.namelist() if name.endswith(".class")]
    assert "edgeengine/client/EdgeEngine.class" in names
    assert not [name for name in names if "Test" in name or not name.startswith("edgeengine/client/")]


def test_the_build_is_strict_and_names_no_place_to_download_from() -> None:
    told = (jvm.PROJECT / "pom.xml").read_text("utf-8")
    assert "<arg>-Xlint:all</arg>" in told
    assert "<arg>-Werror</arg>" in told
    assert "<maven.compiler.release>17</maven.compiler.release>" in told
    assert "repositor" not in told.lower()
    assert "<url>" not in told


def test_the_sample_is_short() -> None:
    lines = (jvm.PROJECT / "sample" / "Insights.java").read_text("utf-8").splitlines()
    assert len(lines) < 60


STATEMENT = bank_csv.statement(
    *sorted(
        (f"{2024 + n // 12}-{n % 12 + 1:02}-{day}", text, amount)
        for n in range(24)
        for day, text, amount in (
            ("02", "ACME PAYROLL SALARY", "2500.00"),
            ("09", "OVERDRAFT FEE", "-12.00"),
        )
    )
)


@pytest.mark.usefixtures("client")
def test_the_sample_shows_insights_and_a_decision(tmp_path: Path) -> None:
    statement = tmp_path / "statement.csv"
    statement.write_bytes(STATEMENT)
    command = jvm.java("Insights", str(tmp_path / "me.edge"), str(statement), "GBP", str(jvm.ENGINE))
    passphrase = {**os.environ, "EDGE_ENGINE_PASSPHRASE": "correct horse"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=passphrase)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert told[0] == "48 transactions are new"
    assert any(line.startswith(("  dropped ", "  kept ")) for line in told)

    wrong = {**os.environ, "EDGE_ENGINE_PASSPHRASE": "incorrect horse"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=wrong)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("vault.key_wrong: ")


@pytest.mark.usefixtures("client")
def test_the_kotlin_sample_compiles_strictly_and_runs(tmp_path: Path) -> None:
    try:
        compiled = jvm.maven("-Pkotlin", "test-compile")
    except jvm.Unbuildable as missing:
        pytest.skip(str(missing))
    assert compiled.returncode == 0, compiled.stdout
    statement = tmp_path / "statement.csv"
    statement.write_bytes(STATEMENT)
    command = jvm.java("InsightsKt", str(tmp_path / "me.edge"), str(statement), "correct horse")
    path = {**os.environ, "PATH": f"{jvm.ENGINE.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "48 transactions are new"


@pytest.mark.usefixtures("client")
def test_an_app_that_is_killed_leaves_no_sidecar_behind() -> None:
    command = jvm.java("edgeengine.client.Hold", str(jvm.ENGINE))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        sidecar = int(app.stdout.readline())
        os.kill(sidecar, 0)
        app.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while _runs(sidecar) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(sidecar)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.usefixtures("client")
def test_without_jna_an_engine_in_process_says_what_it_needs() -> None:
    command = jvm.java("edgeengine.client.Measure", "library", "/nowhere/libedge_engine.so", without="jna")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NotStarted: an engine inside the process needs JNA" in done.stderr
