"""The door: who is answered, in which order, and what happens at the end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from edge_engine.doors import door as doors
from edge_engine.doors import names, wire
from edge_engine.doors.door import Door
from edge_engine.doors.session import LIFECYCLE
from edge_engine.operations import OPERATIONS
from edge_engine.version import VERSION
from tests.conftest import ROOT
from tests.fakes.bank_csv import statement
from tests.fakes.door_client import HELLO, Client
from tests.fakes.door_host import Refused, frame, result, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = "2026-06-30T12:00:00Z"
MEMORY = {"clock": NOW, "seed": 1}


@pytest.fixture
def keyed(tmp_path: Path) -> dict[str, object]:
    """A store whose key the host keeps: opening it waits for the host."""
    return {"path": str(tmp_path / "me.edge"), "ports": ["key"]}


@pytest.fixture
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def test_hello_comes_first_and_names_everything() -> None:
    with Client(greet=False) as client:
        assert [client.code(one) for one in ("ping", "open", "accounts")] == ["door.hello"] * 3
        assert client.code("hello") == "door.abi"
        assert client.code("hello", {"abi": 2}) == "door.abi"
        assert client.code("hello", {"abi": True}) == "door.abi"
        assert client.code("hello", [1]) == "door.abi"
        assert unpacked(client.door.call(frame(2, 1, "hello", HELLO)))[2]["code"] == "door.abi"
        told = client.call("hello", {**HELLO, "a field of tomorrow": 1})
        assert (told["abi"], told["version"]) == (1, VERSION)
        assert told["methods"] == [*LIFECYCLE, *OPERATIONS]
        assert told["features"] == ["cancel", "events", "host_ports", "progress"]
        assert client.call("hello", HELLO) == told


def test_the_version_is_the_projects() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_hello_loads_nothing_of_the_engine() -> None:
    """The budget of the sidecar's hello is forty milliseconds from its start: half of them are Python's."""
    heavy = [
        "typing",
        "re",
        "enum",
        "contextlib",
        "dataclasses",
        "msgspec",
        "numpy",
        "sqlcipher3",
        "argparse",
        "json",
        "subprocess",
        "signal",
    ]
    heavy += ["edge_engine.operations", "edge_engine.engine", "edge_engine.cli"]
    code = (
        f"import sys; sys.path[:0] = {[str(ROOT), *(one for one in sys.path if 'site-packages' in one)]!r};"
        f"import edge_engine.doors.stdio; print([one for one in {heavy!r} if one in sys.modules])"
    )
    # Without the hooks of an editable installation, which load much more.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_what_is_no_frame_is_answered_with_the_id_0(client: Client) -> None:
    for raw in (b"", b"\x00", b"hello", b"\x94\x01"):
        _, number, error, _ = unpacked(client.door.call(raw))
        assert (number, error["code"]) == (0, "door.frame")
    assert unpacked(client.door.call(frame(1, -5, "ping", None)))[2]["code"] == "door.frame"


def test_unknown_methods_and_wrong_parameters_have_their_codes(client: Client) -> None:
    assert client.code("mint_money") == "door.method"
    assert client.code("accounts") == "door.not_open"
    client.call("open", MEMORY)
    assert client.code("open", MEMORY) == "door.already_open"
    assert client.code("transactions", {"limit": "many"}) == "door.params"
    assert client.code("transactions", [1, 2]) == "door.params"
    assert client.code("correct") == "door.params"
    assert client.code("insights") == "consent.denied"
    assert client.call("transactions", {"of": {"tomorrow": [None]}, "limit": 3})["total"] == 0


def test_parameters_that_do_not_fit_are_never_repeated() -> None:
    with Client() as client:
        for wrong in ({"key": "my secret"}, {"passphrase": ["my secret"]}, {"seed": "my secret"}):
            with pytest.raises(Refused) as refused:
                client.call("open", wrong)
            assert refused.value.code == "door.params"
            assert "secret" not in refused.value.message


def test_bytes_after_the_parameters_and_bottomless_ones_are_refused(client: Client) -> None:
    # Other tests of this process may have let it go deeper.
    sys.setrecursionlimit(1_000)
    client.call("open", MEMORY)
    for params in (b"\xc0\xc0", b"\x80\x00", b"\x81\xa5limit\x05\x00"):
        raw = b"\x94\x01\x01\xactransactions" + params
        assert unpacked(client.door.call(raw))[1:3] == [1, {"code": "door.frame", "message": wire.TRAILING}]
    for params in (
        b"\x81\xa5limit",
        b"\x81\xa5since\xa1\xff",
        b"\x91" * 5000,
        b"\x81\xa1x" * 3000 + b"\xc0",
    ):
        raw = b"\x94\x01\x01\xactransactions" + params
        assert unpacked(client.door.call(raw))[2]["code"] == "door.params"


def test_a_ping_is_looked_at_like_any_other_request(client: Client) -> None:
    for params, code in (
        (b"\xc0\x01", "door.frame"),
        (b"\x80\xc0", "door.frame"),
        (b"\x81\xa1x\x01\xc0", "door.frame"),
        (b"\xc1", "door.frame"),
        (b"\x91\x01", "door.params"),
        (b"\x05", "door.params"),
    ):
        _, number, error, _ = unpacked(client.door.call(b"\x94\x01\x07\xa4ping" + params))
        assert (number, error["code"]) == (7, code), params
    assert client.call("ping", {"a field of tomorrow": [1]}) is None


@pytest.mark.parametrize("cut", ["keys are whole", "keys are zeros", "keys are gone"])
def test_an_erasure_that_was_cut_short_is_finished_by_opening(
    client: Client, tmp_path: Path, cut: str
) -> None:
    folder, key = tmp_path / "me.edge", {"path": str(tmp_path / "me.edge"), "key": bytes(32)}

    def cut_short() -> None:
        client.call("open", key)
        client.call("consent.grant", {"purpose": "insights"})
        client.call("close")
        slots = folder / "keys.json"
        if cut == "keys are zeros":
            slots.write_bytes(bytes(slots.stat().st_size))
            return
        (folder / "erasing").touch()
        if cut == "keys are gone":
            slots.unlink()

    cut_short()
    with pytest.raises(Refused, match=r"vault\.store_missing: .* is finished now"):
        client.call("open", {**key, "create": False})
    assert not folder.exists()
    cut_short()
    assert client.call("open", {**key, "key": b"\x01" * 32}) == {"created": True}
    assert not any(one["granted"] for one in client.call("consent.state") if one["purpose"] == "insights")
    assert sorted(one.name for one in folder.iterdir() if one.suffix == ".json") == ["keys.json"]


def test_answers_come_in_the_order_of_the_requests(client: Client) -> None:
    order: list[int] = []
    door = Door(lambda raw: order.append(unpacked(raw)[1]))
    door.receive(frame(1, 1, "hello", HELLO))
    door.receive(frame(1, 2, "open", MEMORY))
    for number in range(3, 60):
        door.receive(frame(1, number, "accounts", None))
    assert door.close(30)
    assert order == list(range(1, 60))


def test_ping_is_answered_while_the_engine_is_busy(keyed: dict[str, object]) -> None:
    with Client({}) as client:
        waiting = client.send("open", keyed)
        with client.come:
            assert client.come.wait_for(lambda: client.asked, 10)
        assert client.call("ping") is None
        client.door.receive(frame(1, 0, "cancel", {"id": waiting}))
        with pytest.raises(Refused) as refused:
            client.wait(waiting)
        assert refused.value.code == "cancelled"


def test_a_waiting_request_can_be_taken_back_and_others_go_on(keyed: dict[str, object]) -> None:
    with Client({}) as client:
        busy = client.send("open", keyed)
        first, second = client.send("accounts"), client.send("ping")
        third = client.send("consent.state")
        client.door.receive(frame(1, 0, "cancel", {"id": third}))
        with pytest.raises(Refused, match="cancelled"):
            client.wait(third)
        assert client.wait(second) is None
        others: list[object] = [{"id": 77}, {"id": "x"}, [], None, {"id": third}]
        for nonsense in others:
            client.door.receive(frame(1, 0, "cancel", nonsense))
        client.door.receive(frame(1, 0, "a notification of tomorrow", {"x": 1}))
        client.door.receive(frame(1, 0, "cancel", {"id": busy}))
        with pytest.raises(Refused, match=r"door\.not_open"):
            client.wait(first)


def test_too_many_requests_are_refused_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, keyed: dict[str, object]
) -> None:
    monkeypatch.setattr(doors, "MAX_WAITING", 5)
    with Client({}) as client:
        busy = client.send("open", keyed)
        with client.come:
            assert client.come.wait_for(lambda: client.asked, 10)
        sent = [client.send("accounts") for _ in range(8)]
        for number in sent[5:]:
            with pytest.raises(Refused, match=r"door\.too_many"):
                client.wait(number)
        client.door.receive(frame(1, 0, "cancel", {"id": busy}))
        for number in sent[:5]:
            with pytest.raises(Refused, match=r"door\.not_open"):
                client.wait(number)


def test_what_waits_is_bounded_in_bytes_too(
    monkeypatch: pytest.MonkeyPatch, keyed: dict[str, object]
) -> None:
    monkeypatch.setattr(doors, "MAX_WAITING_BYTES", 1000)
    with Client({}) as client:
        client.send("open", keyed)
        with client.come:
            assert client.come.wait_for(lambda: client.asked, 10)
        client.send("categorize", {"texts": ["x" * 900]})
        with pytest.raises(Refused, match=r"door\.too_many"):
            client.wait(client.send("categorize", {"texts": ["x" * 900]}))


def test_a_callback_that_would_wait_for_itself_is_told_so(keyed: dict[str, object]) -> None:
    codes: list[str] = []
    sent: list[int] = []

    def answer(_: object) -> bytes:
        codes.extend([host.code("accounts"), host.code("ping")])
        sent.append(host.send("accounts"))
        return bytes(range(32))

    with Client({"host.key": answer}) as host:
        assert host.call("open", keyed) == {"created": True}
        assert host.wait(sent[0]) == []
    assert codes == ["door.reentered", ""]


def test_eight_threads_get_their_own_answers(client: Client) -> None:
    client.call("open", MEMORY)
    client.call("consent.grant", {"purpose": "categorization"})
    client.call("import", {"content": statement(), "currency": "GBP"})
    asked = [
        ("transactions", {"limit": 1 + seed % 3, "offset": seed % 5}) if seed % 2 else
        ("categorize", {"texts": [f"TESCO STORES {seed}", "NETFLIX.COM"]})
        for seed in range(8)
    ]  # fmt: skip
    right = [client.call(*one) for one in asked]
    assert right[1] != right[3]
    wrong: list[object] = []

    def hammer(seed: int) -> None:
        for turn in range(100):
            number = seed * 1000 + turn + 1
            raw = client.door.call(frame(1, number, *asked[seed]))
            if unpacked(raw)[1] != number or result(raw) != right[seed]:
                wrong.append(raw)
            if client.code("insights") != "consent.denied" or client.call("ping") is not None:
                wrong.append(turn)

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def test_shutdown_while_busy_is_clean_fifty_times() -> None:
    for _ in range(50):
        answered: list[int] = []
        door = Door(lambda raw, answered=answered: answered.append(unpacked(raw)[1]))  # type: ignore[misc]
        door.receive(frame(1, 1, "hello", HELLO))
        door.receive(frame(1, 2, "open", MEMORY))
        callers = [
            threading.Thread(target=lambda door=door: door.call(frame(1, 9, "consent.state", None)))
            for _ in range(4)
        ]
        for number in range(3, 8):
            door.receive(frame(1, number, "consent.state", None))
        for one in callers:
            one.start()
        assert door.close(30)
        for one in callers:
            one.join(10)
            assert not one.is_alive()
        assert answered == [1, 2, 3, 4, 5, 6, 7]
        assert result_code(door.call(frame(1, 1, "accounts", None))) == "door.closed"
        assert door.close(1)


def result_code(raw: bytes) -> str:
    try:
        result(raw)
    except Refused as error:
        return error.code
    return ""


def test_a_door_that_nobody_greeted_closes_too() -> None:
    door = Door(lambda _: None)
    assert door.close(1)
    assert result_code(door.call(frame(1, 1, "open", MEMORY))) == "door.hello"


def test_an_abandoned_door_lets_everybody_go(keyed: dict[str, object]) -> None:
    client = Client({})
    client.send("open", keyed)
    waiting = threading.Thread(target=client.code, args=("accounts",))
    waiting.start()
    with client.come:
        assert client.come.wait_for(lambda: client.asked, 10)
    began = time.monotonic()
    client.door.abandon()
    assert client.door.close(10)
    waiting.join(10)
    assert not waiting.is_alive()
    assert time.monotonic() - began < 10


def test_a_host_that_fails_when_it_is_told_something_does_not_stop_the_engine() -> None:
    def fail(_: bytes) -> None:
        raise RuntimeError("the host's own mistake")

    door = Door(fail)
    result(door.call(frame(1, 1, "hello", HELLO)))
    door.receive(frame(1, 2, "ping", None))
    result(door.call(frame(1, 3, "open", MEMORY)))
    door.receive(frame(1, 4, "accounts", None))
    assert result(door.call(frame(1, 5, "accounts", None))) == []
    assert door.close(20)


def test_an_answer_that_fits_no_frame_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.call("open", MEMORY)
    monkeypatch.setattr(wire, "MAX_FRAME", 2000)
    assert client.code("consent.state") == "door.too_large"


def test_an_unforeseen_error_tells_its_kind_alone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("my secret")

    client.call("open", MEMORY)
    monkeypatch.setattr("edge_engine.engine.Engine.accounts", fail)
    with pytest.raises(Refused) as refused:
        client.call("accounts")
    assert (refused.value.code, "secret" in refused.value.message) == ("internal", False)
    assert "ZeroDivisionError" in refused.value.message
    assert client.call("consent.state")


def test_a_fork_is_told_that_the_door_is_its_parents(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.call("open", MEMORY)
    with monkeypatch.context() as forked:
        forked.setattr("os.getpid", lambda: -1)
        assert client.code("accounts") == "door.closed"
    assert client.call("accounts") == []


def test_the_names_that_hello_tells_are_those_of_the_table() -> None:
    assert tuple(OPERATIONS) == names.OPERATIONS
    assert tuple(LIFECYCLE) == names.LIFECYCLE
    assert len(set(names.METHODS)) == len(names.METHODS)
