"""Questions of the engine to its host: requests with negative ids, each with a time limit."""

from __future__ import annotations

import threading

from edge_engine.doors import wire
from edge_engine.errors import Cancelled, HostAnswerInvalid, HostFailed, HostGone, HostSilent

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

_LAST_ID: Final = wire.MAX_ID


class _Question:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: wire.Answered | None = None
        self.cancelled = self.wrong = False


class Asking:
    """Asks the host and waits for its word. Answers may come on any thread, even before the question is fully pushed.

    Args:
        push: Carries a frame to the host.
    """

    def __init__(self, push: Callable[[bytes], None]) -> None:
        self._push = push
        self._lock = threading.Lock()
        self._open: dict[int, _Question] = {}
        self._asked = 0
        self._gone = False
        self._interrupted = False

    def begin(self) -> None:
        """Something new is done next, which nobody took back yet."""
        with self._lock:
            self._interrupted = False

    def ask(self, method: str, params: Any, seconds: float) -> bytes:  # noqa: ANN401 - plain values
        """Ask the host and return its result, msgpack that nobody read yet.

        Raises:
            HostSilent: No answer came in time; one that comes later is dropped.
            HostFailed: The host answered with an error; its words may be private and are not told.
            HostAnswerInvalid: What the host answered is no answer.
            HostGone: The host went away.
            Cancelled: The request that needs the answer was taken back.
        """
        question = _Question()
        with self._lock:
            if self._gone:
                raise HostGone("the host is gone")
            if self._interrupted:
                raise Cancelled("the request was taken back")
            self._asked = self._asked % _LAST_ID + 1
            number = -self._asked
            self._open[number] = question
        try:
            self._push(wire.request(number, method, params))
            answered = question.done.wait(seconds)
        finally:
            with self._lock:
                self._open.pop(number, None)
        if question.answer is not None:
            if question.answer.error is not None:
                raise HostFailed(f"the host did not answer {method}: it reported an error")
            return question.answer.result
        if question.cancelled:
            raise Cancelled("the request was taken back")
        if question.wrong:
            raise HostAnswerInvalid(f"the host's answer to {method} is not of the agreed shape")
        if answered:
            raise HostGone("the host went away while it was asked")
        raise HostSilent(f"the host did not answer {method} in time")

    def answered(self, answer: wire.Answered) -> None:
        """Take the host's word; one that nobody waits for is dropped."""
        if answer.id >= 0:
            # The engine's ids are negative: a host answers another question than it was asked, or could not read it.
            self.misanswered(0)
            return
        with self._lock:
            question = self._open.pop(answer.id, None)
        if question is not None:
            question.answer = answer
            question.done.set()

    def misanswered(self, number: int) -> None:
        """The host sent something that is no answer: nobody waits for a better one.

        Args:
            number: The question's id; 0 where the bytes do not tell it, which ends whatever is asked.
        """
        with self._lock:
            for one in [number] if number else list(self._open):
                question = self._open.pop(one, None)
                if question is not None:
                    question.wrong = True
                    question.done.set()

    def interrupt(self) -> None:
        """Let nobody wait for the host until `begin`, as the request that needs it is taken back."""
        with self._lock:
            self._interrupted = True
            self._end(cancelled=True)

    def leave(self) -> None:
        """The host is gone: nobody waits for it any more, and it is not asked again."""
        with self._lock:
            self._gone = True
            self._end(cancelled=False)

    def _end(self, *, cancelled: bool) -> None:
        for question in self._open.values():
            question.cancelled = cancelled
            question.done.set()
        self._open.clear()
