"""The real engine in a C program's process."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from edge_engine import Engine, HostKey
from edge_engine.doors.c_abi.build import SOURCES
from edge_engine.doors.generation import c_header
from edge_engine.doors.wire import ABI
from edge_engine.simulation.large import write_csv
from tests.doors.test_vectors import replay
from tests.fakes.c_programs import Programs, frame, lined_up, told
from tests.fakes.door_host import result

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.door_vectors import Json

BUILT = "-"
"""The places that the library was built with."""

KEY = bytes(range(32))
STATEMENT = """Date,Description,Amount,Balance
2026-01-05,ACME PAYROLL SALARY,2500.00,3000.00
2026-01-07,NETFLIX.COM AMSTERDAM,-10.99,2989.01
2026-02-07,NETFLIX.COM AMSTERDAM,-10.99,2978.02
2026-03-07,NETFLIX.COM AMSTERDAM,-10.99,2967.03
2026-04-07,NETFLIX.COM AMSTERDAM,-12.99,2954.04
"""
TEXTS = [
    ["TESCO STORES 3297"],
    ["SHELL 4021 LEEDS", "NETFLIX.COM"],
    ["TFL TRAVEL CH"],
    ["ACME PAYROLL SALARY"],
]


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """A small invented statement, whose subscription becomes dearer."""
    file = tmp_path / "statement.csv"
    file.write_text(STATEMENT)
    return file


def hello(number: int = 1) -> bytes:
    return frame(number, "hello", {"abi": ABI, "client": "tests", "client_version": "1"})


def opened(**params: Any) -> list[bytes]:  # noqa: ANN401 - whatever open takes
    """A greeting and a store that is the same each time."""
    fixed = {"clock": "2026-05-01T12:00:00+00:00", "seed": 1}
    return [hello(), frame(2, "open", fixed | params)]


def consented(*purposes: str) -> list[bytes]:
    return [frame(10 + at, "consent.grant", {"purpose": purpose}) for at, purpose in enumerate(purposes)]


def written(path: Path, frames: list[bytes]) -> Path:
    path.write_bytes(lined_up(frames))
    return path


def test_a_statement_goes_in_and_an_insight_comes_out(
    programs: Programs, statement: Path, tmp_path: Path
) -> None:
    requests = [
        *opened(path=str(tmp_path / "me.edge"), key=KEY),
        *consented("insights"),
        frame(20, "import", {"path": str(statement), "currency": "GBP"}),
        frame(21, "insights"),
    ]
    results = programs.results(BUILT, requests)
    assert (results[0]["abi"], results[1]["created"], results[3]["added"]) == (ABI, True, 5)
    assert "price_rise" in {one["kind"] for one in results[4]}


def test_a_host_that_hides_its_symbols_gets_the_same_answers(programs: Programs, tmp_path: Path) -> None:
    requests = [
        *opened(path=str(tmp_path / "me.edge"), key=KEY),
        *consented("categorization"),
        frame(20, "categorize", {"texts": ["TESCO STORES 3297"]}),
    ]
    file = written(tmp_path / "requests", requests)
    output = programs.run("loader", BUILT, programs.product.library, file, linked=False)
    answers = [msgspec.msgpack.decode(response) for _, response in told(output)]
    assert answers[3][2:] == [None, [answers[3][3][0] | {"category": "food.groceries"}]]


def test_a_hostile_environment_changes_no_answer(programs: Programs, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("sitecustomize", "msgspec", "msgpack", "numpy", "edge_engine"):
        (trap / f"{name}.py").write_text("raise SystemExit(9)\n")
    hostile = {
        "PATH": str(trap),
        "PYTHONPATH": str(trap),
        "PYTHONHOME": str(trap),
        "PYTHONEXECUTABLE": "/bin/false",
    }
    requests = [
        *opened(),
        *consented("categorization"),
        frame(20, "categorize", {"texts": ["TESCO STORES 3297"]}),
    ]
    usual = programs.results(BUILT, requests)
    assert programs.results(BUILT, requests, environment=hostile, folder=trap) == usual


def test_refusals_and_forks_are_as_with_any_door(programs: Programs) -> None:
    programs.run("refusals", BUILT)
    programs.run("forked", BUILT)


def test_eight_threads_get_the_answers_that_one_gets(programs: Programs, tmp_path: Path) -> None:
    preparing = [*opened(), *consented("categorization", "insights")]
    questions = [frame(0x10000 + at, "categorize", {"texts": texts}) for at, texts in enumerate(TEXTS)]
    questions += [
        frame(0x11000, "ping"),
        hello(0x11001),
        frame(0x11002, "consent.state"),
        frame(0x11003, "accounts"),
        frame(0x11004, "categorize", {"texts": 5}),
        frame(0x11005, "no.such.method"),
    ]
    answers = programs.ask(BUILT, [*preparing, *questions])[len(preparing) :]
    assert all(status == 0 for status, _ in answers)
    pairs = [
        one for question, (_, answer) in zip(questions, answers, strict=True) for one in (question, answer)
    ]
    programs.run(
        "hammer", BUILT, written(tmp_path / "preparing", preparing), written(tmp_path / "pairs", pairs), "200"
    )


@pytest.mark.slow
def test_shutting_down_while_busy_is_clean_fifty_times(
    programs: Programs, statement: Path, tmp_path: Path
) -> None:
    store = tmp_path / "me.edge"
    requests = [
        *opened(path=str(store), key=KEY),
        frame(20, "import", {"path": str(statement), "currency": "GBP"}),
        frame(21, "transactions"),
        frame(22, "accounts"),
        frame(23, "ping"),
    ]
    file = written(tmp_path / "requests", requests)
    for turn in range(50):
        programs.run("busy", BUILT, file, str(1 + turn))
    with Engine.open(store, key=HostKey(KEY), create=False) as engine:
        assert engine.transactions().total == 5
        assert engine.doctor().ok


def test_a_process_that_just_ends_while_busy_ends_well(programs: Programs, tmp_path: Path) -> None:
    file = written(
        tmp_path / "requests", [*opened(path=str(tmp_path / "me.edge"), key=KEY), frame(21, "accounts")]
    )
    for turn in range(10):
        programs.run("busy", BUILT, file, str(1 + 20 * turn), "without a shutdown")


def test_a_running_import_is_interrupted(programs: Programs, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    write_csv(large, 60_000, seed=1, end=date(2026, 4, 30))
    preparing = written(tmp_path / "preparing", opened(events=["progress"]))
    long = written(tmp_path / "long", [frame(77, "import", {"path": str(large)}), frame(78, "accounts")])
    answers = [
        msgspec.msgpack.decode(one) for _, one in told(programs.run("interrupted", BUILT, preparing, long))
    ]
    assert (answers[0][1], answers[0][2]["code"]) == (77, "cancelled")
    assert answers[1][:3] == [1, 78, None]


@pytest.mark.parametrize("where", [[], ["elsewhere"]], ids=["in the callback", "on another thread"])
def test_the_host_keeps_the_key(programs: Programs, tmp_path: Path, where: list[str]) -> None:
    store = tmp_path / "me.edge"
    file = written(tmp_path / "requests", [*opened(path=str(store), ports=["key"]), frame(3, "accounts")])
    answers = [msgspec.msgpack.decode(one) for _, one in told(programs.run("keeper", BUILT, file, *where))]
    assert [answer[2] for answer in answers] == [None, None, None]
    with Engine.open(store, key=HostKey(KEY), create=False) as engine:
        assert engine.accounts() == []


def test_a_shutdown_lets_the_answer_through_that_the_engine_waits_for(
    programs: Programs, tmp_path: Path
) -> None:
    programs.run(
        "farewell",
        BUILT,
        written(tmp_path / "requests", opened(path=str(tmp_path / "me.edge"), ports=["key"])),
    )


def test_c_answers_like_the_golden_vectors(programs: Programs, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [programs.compile("keeper"), BUILT, "/dev/stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None

    def ask(method: str, params: Json) -> Json:
        stdin.write(lined_up([frame(7, method, params)]))
        stdin.flush()
        status, size = struct.unpack("<iI", stdout.read(8))
        assert status == 0
        return result(stdout.read(size))

    with process:
        try:
            assert replay(tmp_path, ask) > 80
        finally:
            stdin.close()
    assert process.returncode == 0


def test_garbage_is_answered_and_the_door_stays_open(programs: Programs) -> None:
    dice = random.Random(6)
    greeting = hello()
    garbage = [dice.randbytes(dice.randrange(40)) for _ in range(1500)]
    garbage += [greeting[:at] for at in range(len(greeting))]
    for _ in range(500):
        broken = bytearray(frame(5, "categorize", {"texts": ["x"]}))
        broken[dice.randrange(len(broken))] = dice.randrange(256)
        garbage.append(bytes(broken))
    answers = programs.ask(BUILT, [*opened(), *garbage, frame(9, "ping")])
    assert {status for status, _ in answers} == {0}
    assert msgspec.msgpack.decode(answers[-1][1]) == [1, 9, None, None]


def test_nothing_leaks_over_calls_doors_and_threads(programs: Programs, tmp_path: Path) -> None:
    requests = [
        *opened(),
        *consented("insights"),
        frame(20, "accounts"),
        frame(21, "no.such"),
        frame(22, "ping"),
    ]
    output = programs.run("steady", BUILT, written(tmp_path / "requests", requests), "120", "5")
    resident = [int(line) for line in output.split()]
    assert resident[-1] - resident[2] < 3072, resident


def test_the_sample_compiles_and_finds_a_dearer_subscription(
    programs: Programs, statement: Path, tmp_path: Path
) -> None:
    pkg_config = shutil.which("pkg-config")
    if pkg_config is None or subprocess.run([pkg_config, "msgpack"], check=False).returncode:
        pytest.skip("there is no msgpack for C here: on Debian it is in libmsgpack-dev")
    source = SOURCES / "samples" / "insight.c"
    assert len(source.read_text().splitlines()) < 60
    flags = subprocess.run(
        [pkg_config, "--cflags", "--libs", "msgpack"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    programs.compile("insight", source=source, libraries=flags)
    said = programs.run("insight", tmp_path / "me.edge", statement).decode()
    assert '"added"=>5' in said
    assert '"kind"=>"price_rise"' in said


def test_the_header_of_names_is_what_the_tables_say() -> None:
    assert c_header.HEADER.read_text() == c_header.text(), (
        "the tables have changed: run python -m edge_engine.doors.generation.c_header"
    )


def test_the_headers_version_is_the_wires() -> None:
    assert f"#define EE_ABI {ABI}\n" in (SOURCES / "edge_engine.h").read_text()
