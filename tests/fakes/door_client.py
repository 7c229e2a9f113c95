"""A host in this very process, on the door itself: what a C program sees."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

from edge_engine.doors.door import Door
from tests.fakes.door_host import Refused, frame, result, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

HELLO = {"abi": 1, "client": "tests", "client_version": "1"}


class Client:
    """Calls a door, and remembers what was pushed.

    Args:
        answers: What the host answers when the engine asks it, by method; a function is given the parameters. What is
            missing is never answered.
        greet: Whether it says hello by itself.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None, *, greet: bool = True) -> None:
        self.answers = dict(answers or {})
        self.asked: list[tuple[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.responses: dict[int, Any] = {}
        self.come = threading.Condition()
        self._last = 1000
        self.door = Door(self._pushed)
        if greet:
            self.call("hello", HELLO)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.door.abandon()
        assert self.door.close(30)

    def call(self, method: str, params: object = None, number: int = 1) -> Any:  # noqa: ANN401 - whatever came
        """Ask and wait.

        Raises:
            Refused: It failed.
        """
        return result(self.door.call(frame(1, number, method, params)))

    def code(self, method: str, params: object = None) -> str:
        """Ask and return the code of the failure."""
        try:
            self.call(method, params)
        except Refused as error:
            return error.code
        return ""

    def send(self, method: str, params: object = None) -> int:
        """Ask without waiting and return the id."""
        self._last += 1
        self.door.receive(frame(1, self._last, method, params))
        return self._last

    def wait(self, number: int, seconds: float = 30) -> Any:  # noqa: ANN401 - whatever came
        """Return what a request was answered with.

        Raises:
            Refused: It failed.
        """
        with self.come:
            assert self.come.wait_for(lambda: number in self.responses, seconds), "no answer came"
            return result(self.responses[number])

    def wait_for_event(self, kind: str, seconds: float = 30) -> dict[str, Any]:
        """Return the first event of a kind, waiting for it."""

        def found() -> dict[str, Any] | None:
            return next((one for one in self.events if one["kind"] == kind), None)

        with self.come:
            assert self.come.wait_for(lambda: found() is not None, seconds), f"no {kind} came"
            event = found()
        assert event is not None
        return event

    def _pushed(self, raw: bytes) -> None:
        _, number, method, params = unpacked(raw)
        with self.come:
            if not isinstance(method, str):
                self.responses[number] = raw
            elif number == 0:
                self.events.append(params)
            else:
                self.asked.append((method, params))
            self.come.notify_all()
        if number < 0 and method in self.answers:
            answer = self.answers[method]
            if isinstance(answer, Exception):
                self.door.receive(frame(1, number, {"code": "host", "message": str(answer)}, None))
            else:
                self.door.receive(frame(1, number, None, answer(params) if callable(answer) else answer))
