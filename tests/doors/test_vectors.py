"""The golden vectors: every face of the engine gives the same answers. Other faces replay the same file."""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock, HostKey, Passphrase, SystemClock
from edge_engine.cli.main import main
from edge_engine.doors.door import Door
from edge_engine.errors import EdgeError
from edge_engine.operations import OPERATIONS, call
from edge_engine.replies import resolve
from tests.fakes import door_vectors as vectors
from tests.fakes.door_host import Refused, Sidecar, frame, result, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.door_vectors import Json

TOLD = vectors.load()
HOST = {name: base64.b64decode(text) for name, text in TOLD["host"].items()}


def replay(
    folder: Path, ask: Callable[[str, Json], Json], *, skipped: Callable[[Json], bool] | None = None
) -> int:
    """Ask every step and hold the answers to the file; returns how many were asked."""
    known: dict[str, Json] = dict(vectors.places(folder))
    asked = 0
    for number, step in enumerate(TOLD["steps"]):
        if skipped is not None and skipped(step):
            continue
        asked += 1
        where = f"step {number}: {step['method']}"
        try:
            found = {"result": vectors.plain(ask(step["method"], vectors.filled(step["params"], known)))}
        except Refused as error:
            found = {"error": {"code": error.code, "message": error.message}}
        expected = {name: step[name] for name in ("result", "error") if name in step}
        assert vectors.differences(expected, found) == [], where
        for name, path in step.get("keep", {}).items():
            known[name] = vectors.at(found["result"], path)
    return asked


def test_the_sidecar_answers_like_this(tmp_path: Path) -> None:
    with Sidecar(HOST) as engine:
        assert replay(tmp_path, engine.call) == len(TOLD["steps"])


def test_the_door_in_this_process_answers_like_this(tmp_path: Path) -> None:
    def pushed(raw: bytes) -> None:
        _, number, method, _ = unpacked(raw)
        if number < 0:
            door.receive(frame(1, number, None, HOST[method]))

    door = Door(pushed)
    try:
        assert replay(tmp_path, lambda method, params: result(door.call(frame(1, 1, method, params)))) > 80
    finally:
        assert door.close(20)


class Facade:
    """`operations.call` on an engine, with what the door does beside it done in Python."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    def __call__(self, method: str, params: Json) -> Json:
        try:
            if method == "open":
                return self.open(params or {})
            assert self.engine is not None
            if method == "close":
                self.engine.close()
                return None
            if method == "suspend":
                return self.engine.suspend()
            if method == "resume":
                return self.engine.resume(Passphrase(params["passphrase"]))
            request = msgspec.convert(params or {}, OPERATIONS[method].request)
            reply = call(self.engine, method, request)
        except EdgeError as error:
            raise Refused(error.code, error.message) from None
        made = json.loads(msgspec.json.encode(reply))
        # INVARIANT: the answer is wholly told by the type that the table names for it.
        kind = resolve(OPERATIONS[method].reply)
        assert json.loads(msgspec.json.encode(msgspec.convert(made, kind))) == made, method
        return made

    def open(self, params: Json) -> Json:
        clock = FakeClock(datetime.fromisoformat(params["clock"]))
        if "path" not in params:
            self.engine = Engine.in_memory(clock=clock, seed=params["seed"])
            return {"created": True}
        created = not Path(params["path"]).exists()
        key = Passphrase(params["passphrase"]) if "passphrase" in params else HostKey(HOST["host.key"])
        opened = Engine.open(
            params["path"], key=key, clock=clock, seed=params["seed"], create=params.get("create", True)
        )
        self.engine = opened
        return {"created": created}


OF_THE_DOOR = ("hello", "ping", "mint_money")


def of_the_door(step: Json) -> bool:
    return step["method"] in OF_THE_DOOR or step.get("error", {}).get("code", "").startswith("door.")


def test_python_answers_like_this(tmp_path: Path) -> None:
    def skipped(step: Json) -> bool:
        # That no key was given is a TypeError in Python.
        keyless = step["method"] == "open" and step.get("error", {}).get("code") == "input"
        return of_the_door(step) or keyless

    facade = Facade()
    assert replay(tmp_path, facade, skipped=skipped) > 60
    assert facade.engine is not None
    facade.engine.close()


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line on the vectors' store, at the vectors' time."""
    opened = next(step["params"] for step in TOLD["steps"] if step.get("result") == {"created": True})
    now = datetime.fromisoformat(opened["clock"])
    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    monkeypatch.setenv("EDGE_ENGINE_PASSPHRASE", opened["passphrase"])
    monkeypatch.delenv("EDGE_ENGINE_DEBUG", raising=False)


@pytest.mark.usefixtures("commands")
def test_the_command_line_answers_like_this(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Steps without a command are asked of the engine in between, so that both see the same store."""
    known = vectors.places(tmp_path)
    facade = Facade()
    opening: dict[str, Json] = {}

    def ask(method: str, params: Json) -> Json:
        nonlocal opening
        step = next(steps)
        if "cli" not in step or facade.engine is None:
            if method == "open" and "path" in params and "result" in step:
                opening = params
            return facade(method, params)
        facade.engine.close()
        line = [str(vectors.filled(word, known)) for word in step["cli"]]
        capsys.readouterr()
        status = main([*line, "--json", "--store", known["store"]])
        printed = json.loads(capsys.readouterr().out)
        facade.open({**opening, "create": False})
        if status:
            raise Refused(printed["error"]["code"], step["error"]["message"])
        return printed

    def skipped(step: Json) -> bool:
        keyless = step["method"] == "open" and step.get("error", {}).get("code") == "input"
        return of_the_door(step) or keyless or "suspended" in step.get("error", {}).get("code", "")

    steps = iter([step for step in TOLD["steps"] if not skipped(step)])
    assert replay(tmp_path, ask, skipped=skipped) > 60
    assert sum("cli" in step for step in TOLD["steps"]) > 20
    if facade.engine is not None:
        with contextlib.suppress(EdgeError):
            facade.engine.close()


def test_the_vectors_tell_of_every_method_but_these() -> None:
    """What is missing needs a reviewer's signature, servers or a back end, which no vector can hold."""
    told = {step["method"] for step in TOLD["steps"]}
    assert set(OPERATIONS) - told == {
        "react",
        "deliver",
        "workflows.start",
        "workflows.run",
        "consent.evidence",
        "money_is_short",
        "life.answer",
        "appetite",
        "appetite.answer",
        "reviews.reject",
        "reviews.ask",
        "reviews.answer",
        "signals.dropped",
        "signals.contribute",
        "models.verify",
        "models.card",
        "models.update",
        "accounts.forget",
    }
