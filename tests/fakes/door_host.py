"""A host of a door, as a client in another language would be one: frames in, frames out."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

import msgpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

COMMAND = (sys.executable, "-m", "edge_engine", "serve")


class Refused(Exception):
    """The engine answered with an error."""

    def __init__(self, code: str, message: str, **told: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.told = code, message, told


def frame(*elements: object) -> bytes:
    """Return a frame of these elements."""
    packed: bytes = msgpack.packb(elements)
    return packed


def unpacked(raw: bytes) -> Any:  # noqa: ANN401 - whatever came
    """Return what a frame holds."""
    return msgpack.unpackb(raw, strict_map_key=True)


def result(raw: bytes) -> Any:  # noqa: ANN401 - whatever came
    """Return the result of a response.

    Raises:
        Refused: It is a failure.
    """
    _, _, error, value = unpacked(raw)
    if error is not None:
        raise Refused(**error)
    return value


class Sidecar:
    """A process that serves, and a host that asks it one thing after another.

    Args:
        answers: What the host answers when the engine asks it, by method; a function is given the parameters.
        command: Starts it.
        folder: Where it runs.
    """

    def __init__(
        self,
        answers: Mapping[str, Any] | None = None,
        command: Sequence[str] = COMMAND,
        folder: Path | None = None,
    ) -> None:
        self.answers = dict(answers or {})
        self.events: list[dict[str, Any]] = []
        self.asked: list[tuple[str, Any]] = []
        self._last = 0
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self, seconds: float = 20) -> int:
        """Close the pipes and return the exit status."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None and not stream.closed:
                stream.close()
        try:
            return self.process.wait(seconds)
        finally:
            self.process.kill()
            if self.process.stderr is not None:
                self.process.stderr.close()

    def write(self, raw: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(raw)
        self.process.stdin.flush()

    def send(self, *elements: object) -> None:
        """Send a frame."""
        packed = frame(*elements)
        self.write(len(packed).to_bytes(4, "little") + packed)

    def read(self) -> Any:  # noqa: ANN401 - whatever came
        """Return the next frame, whatever it is.

        Raises:
            EOFError: There is none.
        """
        assert self.process.stdout is not None
        prefix = self.process.stdout.read(4)
        if len(prefix) < 4:
            raise EOFError
        return unpacked(self.process.stdout.read(int.from_bytes(prefix, "little")))

    def ask(self, method: str, params: object = None) -> int:
        """Send a request and return its id."""
        self._last += 1
        self.send(1, self._last, method, params)
        return self._last

    def wait(self, number: int) -> Any:  # noqa: ANN401 - whatever came
        """Return the result of a request; questions of the engine are answered meanwhile.

        Raises:
            Refused: It failed.
        """
        while True:
            _, id_, third, fourth = self.read()
            if isinstance(third, str):
                self._told(id_, third, fourth)
            elif id_ == number:
                if third is not None:
                    raise Refused(**third)
                return fourth

    def call(self, method: str, params: object = None) -> Any:  # noqa: ANN401 - whatever came
        """Ask and wait.

        Raises:
            Refused: It failed.
        """
        return self.wait(self.ask(method, params))

    def hello(self) -> Any:  # noqa: ANN401 - whatever came
        """Begin."""
        return self.call("hello", {"abi": 1, "client": "tests", "client_version": "1"})

    def _told(self, id_: int, method: str, params: Any) -> None:  # noqa: ANN401 - whatever came
        if id_ == 0:
            self.events.append(params)
            return
        self.asked.append((method, params))
        answer = self.answers.get(method)
        if isinstance(answer, Exception):
            self.send(1, id_, {"code": "host", "message": str(answer)}, None)
        else:
            given: Callable[[Any], Any] | Any = answer
            self.send(1, id_, None, given(params) if callable(given) else given)
