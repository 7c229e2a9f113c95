"""A door that does on demand what the real one must never do, and tells what the embedded Python sees.

It keeps the real one's contract: requests in order on one thread, a push for what was posted, a close that drains.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

Asked = tuple[int, int, str, Any]


class Door:
    """The stand-in."""

    def __init__(self, push: Callable[[bytes], None]) -> None:
        self._push = push
        self._waiting: queue.SimpleQueue[tuple[Asked, Future[bytes] | None] | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def call(self, frame: bytes) -> Any:  # noqa: ANN401 - on demand no bytes at all
        """Answer one request."""
        asked: Asked = msgspec.msgpack.decode(frame)
        match asked[2]:
            case "raise":
                raise RuntimeError("on demand")
            case "exhaust":
                raise MemoryError
            case "exit":
                raise SystemExit(3)
            case "no_bytes":
                return "text"
            case "here":
                return answer(asked, threading.get_ident())
        future: Future[bytes] = Future()
        self._waiting.put((asked, future))
        return future.result()

    def receive(self, frame: bytes) -> None:
        """Take one frame; the response comes by push."""
        asked: Asked = msgspec.msgpack.decode(frame)
        if asked[2] == "cancel":
            self._cancelled.set()
        else:
            self._waiting.put((asked, None))

    def close(self) -> None:
        """Let what waits be done."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            asked, future = item
            frame = answer(asked, self._do(asked[2], asked[3]))
            if future is None:
                self._push(frame)
            else:
                future.set_result(frame)

    def _do(self, method: str, params: Any) -> Any:  # noqa: ANN401 - whatever was asked
        match method:
            case "echo":
                return params
            case "say":
                for number in range(params):
                    self._push(
                        msgspec.msgpack.encode((1, 0, "event", {"kind": "progress", "number": number}))
                    )
                return params
            case "wait":
                self._push(msgspec.msgpack.encode((1, 0, "event", {"kind": "waits"})))
                return "cancelled" if self._cancelled.wait(30) else "forgotten"
            case "print":
                print("a stray word")
                os.write(2, b"")
                return sys.stdin is None
            case "where":
                return where()
        return None


def answer(asked: Asked, result: Any) -> bytes:  # noqa: ANN401 - whatever was asked
    """Return a response."""
    return msgspec.msgpack.encode((1, asked[1], None, result))


def where() -> dict[str, Any]:
    """Return what this Python took from its surroundings."""
    return {
        "path": sys.path,
        "executable": sys.executable,
        "prefix": sys.prefix,
        "isolated": sys.flags.isolated,
        "utf8": sys.flags.utf8_mode,
        "loaded": sorted(sys.modules),
        "switching": sys.getswitchinterval(),
        "encoding": sys.getfilesystemencoding(),
    }
