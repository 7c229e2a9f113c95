"""The door: takes frames on any thread, lets one engine thread work on them in order, and gives answers back.

::

    door = Door(push)              # push(frame) carries to the host what the host did not ask for
    answer = door.call(frame)      # blocks; any thread
    door.receive(frame)            # does not block; the answer comes by push
    door.close()                   # refuses what comes, finishes what waits, closes the store

``hello`` and ``ping`` are answered by the thread that brings them, before anything of the engine is loaded; it loads
on its own thread while the host is still reading the answer.
"""

from __future__ import annotations

import os
import threading
from collections import deque

from edge_engine.doors import names, wire
from edge_engine.doors.asking import Asking
from edge_engine.errors import (
    AbiUnsupported,
    Cancelled,
    DoorClosed,
    EdgeError,
    FrameInvalid,
    HelloMissing,
    MethodUnknown,
    ParamsInvalid,
    Reentered,
    TooMany,
)
from edge_engine.version import VERSION

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, Protocol

    class Working(Protocol):
        """What stands behind the door and does the work, on the engine's thread alone but for ``interrupt``."""

        def prepare(self) -> None:
            """Load what will be needed."""
            ...

        def begin(self) -> None:
            """Forget earlier interruptions: something new is done next."""
            ...

        def handle(self, number: int, method: str, params: bytes) -> bytes:
            """Do what is asked and return the answer as msgpack."""
            ...

        def tell(self) -> None:
            """Use a moment without requests to look for what the host wants to be told."""
            ...

        def interrupt(self) -> None:
            """End what is being done as soon as it can be ended. Any thread."""
            ...

        def close(self) -> None:
            """Let go of everything."""
            ...


MAX_WAITING: Final = 1024
"""Requests that may wait; a host that has more under way is told so and may try again."""

MAX_WAITING_BYTES: Final = 4 * wire.MAX_FRAME
"""Bytes of parameters that may wait."""

_NOTHING: Final = (b"\xc0", b"\x80")
"""Parameters of a request that has none."""

_STACK: Final = 16 * 1024 * 1024
"""Of the engine's thread: the model runtime needs more than some systems give a thread that is not the first."""


class _Job:
    __slots__ = ("asked", "cancelled", "deliver")

    def __init__(self, asked: wire.Asked, deliver: Callable[[bytes], None]) -> None:
        self.asked, self.deliver, self.cancelled = asked, deliver, False

    def refuse(self, error: EdgeError) -> None:
        self.deliver(wire.failure(self.asked.id, error.code, error.message))


class _Later:
    """An answer that a thread waits for."""

    __slots__ = ("_come", "_frame")

    def __init__(self) -> None:
        self._come = threading.Lock()
        self._come.acquire()
        self._frame = b""

    def put(self, frame: bytes) -> None:
        self._frame = frame
        self._come.release()

    def get(self) -> bytes:
        self._come.acquire()
        return self._frame


class Door:
    """One door to one engine.

    Args:
        push: Carries to the host what it did not wait for: events, questions, and answers to `receive`. It is called on
            the engine's thread and on those that bring frames, one at a time for each thread; it may block, which
            makes the engine wait. What it raises is taken as a host that is gone.
    """

    def __init__(self, push: Callable[[bytes], None]) -> None:
        self._to_host = push
        self._asking = Asking(self._push)
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._waiting_bytes = 0
        self._running: _Job | None = None
        self._telling = False
        self._working: Working | None = None
        self._thread: threading.Thread | None = None
        self._greeted = False
        self._closing = False
        self._process = os.getpid()

    # -- frames in -----------------------------------------------------------------------------------------------

    def call(self, frame: bytes) -> bytes:
        """Do what a request asks and return the response; empty for notifications and for answers to the engine."""
        taken = self._take(frame)
        if isinstance(taken, bytes):
            return taken
        if threading.current_thread() is self._thread:
            error = Reentered("a callback cannot wait for the engine, which waits for the callback")
            return wire.failure(taken.id, error.code, error.message)
        later = _Later()
        refusal = self._queue(_Job(taken, later.put))
        return later.get() if refusal is None else refusal

    def receive(self, frame: bytes) -> None:
        """Take a frame and return; its response is pushed."""
        taken = self._take(frame)
        answer = taken if isinstance(taken, bytes) else self._queue(_Job(taken, self._push))
        if answer:
            self._push(answer)

    def _take(self, frame: bytes) -> bytes | wire.Asked:
        """Return the answer where there is one at once, empty for none; else what the engine is asked."""
        number = 0
        try:
            read = self._read(frame)
            if read is None:
                return b""
            number = read.id
            self._require_own_process()
            if read.method == "hello" and number:
                return self._greet(read)
            if not self._greeted:
                raise HelloMissing("hello comes before everything else")
            if read.method == "ping" and number:
                return _pong(read)
            if number == 0:
                self._notified(read)
                return b""
            if read.method not in names.KNOWN:
                raise MethodUnknown("there is no such method; hello names them")
        except EdgeError as error:
            return wire.failure(number, error.code, error.message)
        return read

    def _read(self, frame: bytes) -> wire.Asked | None:
        """Return what the host asks; None where it answers.

        Raises:
            FrameInvalid: It is no frame, or a request with an id of the engine's.
        """
        try:
            read = wire.read(frame)
            if isinstance(read, wire.Answered):
                self._asking.answered(read)
                return None
            wire.require_hosts(read.id)
        except FrameInvalid:
            # INVARIANT: an answer of the wrong shape is not waited for; bytes that nobody can read may be one.
            number = wire.id_of(frame)
            if number <= 0:
                self._asking.misanswered(number)
            raise
        return read

    def _require_own_process(self) -> None:
        if os.getpid() != self._process:
            raise DoorClosed("a forked process cannot use its parent's door; make a new one")

    def _greet(self, asked: wire.Asked) -> bytes:
        params = wire.value(asked.params)
        abi = params.get("abi") if isinstance(params, dict) else None
        if asked.abi != wire.ABI or type(abi) is not int or abi != wire.ABI:
            raise AbiUnsupported(f"this engine speaks version {wire.ABI} of the protocol")
        self._greeted = True
        self._begin()
        return wire.response(asked.id, _greeting())

    def _notified(self, asked: wire.Asked) -> None:
        if asked.method != "cancel":
            return
        params = wire.value(asked.params)
        number = params.get("id") if isinstance(params, dict) else None
        if type(number) is int:
            self._cancel(number)

    # -- the queue -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Start the engine's thread, which loads the engine at once."""
        with self._changed:
            if self._thread is not None or self._closing:
                return
            self._thread = threading.Thread(target=self._work, name="edge-engine", daemon=True)
            before = threading.stack_size(_STACK)
            try:
                self._thread.start()
            finally:
                threading.stack_size(before)

    def _queue(self, job: _Job) -> bytes | None:
        """Let a request wait for the engine; the refusal where it may not."""
        try:
            self._enqueue(job)
        except EdgeError as error:
            return wire.failure(job.asked.id, error.code, error.message)
        return None

    def _enqueue(self, job: _Job) -> None:
        with self._changed:
            if self._closing:
                raise DoorClosed("the door is closed")
            size = self._waiting_bytes + len(job.asked.params)
            if len(self._waiting) >= MAX_WAITING or size > MAX_WAITING_BYTES:
                raise TooMany("too many requests wait already; wait for answers first")
            self._waiting.append(job)
            self._waiting_bytes = size
            self._changed.notify()
            # What the host asks goes before what it might want to be told. Under the lock: the telling is interrupted,
            # and not this request, which may begin as soon as the lock is free.
            if self._telling and self._working is not None:
                self._working.interrupt()

    def _cancel(self, number: int) -> None:
        with self._changed:
            found = next((one for one in self._waiting if one.asked.id == number), None)
            if found is not None:
                self._waiting.remove(found)
                self._waiting_bytes -= len(found.asked.params)
            running = self._running
            if running is not None and running.asked.id == number:
                running.cancelled = True
                # Under the lock: it is this request that is interrupted and none after it.
                if self._working is not None:
                    self._working.interrupt()
        if found is not None:
            found.refuse(Cancelled("the request was taken back"))

    # -- the engine's thread -------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            from edge_engine.doors.session import Session  # noqa: PLC0415 - loads the engine, after hello was answered

            working = self._working = Session(self._event, self._asking)
            try:
                working.prepare()
                while (job := self._next(working)) is not None:
                    job.deliver(self._answer(working, job))
                    with self._changed:
                        self._running = None
            finally:
                working.close()
        finally:
            # INVARIANT: nobody waits for a thread that is no more, whatever ended it.
            self._refuse_waiting()

    def _next(self, working: Working) -> _Job | None:
        """Return the next job, looking for something to tell while there is none; None at the end."""
        told = False
        while True:
            with self._changed:
                self._telling = False
                if not self._waiting and not self._closing and told:
                    self._changed.wait()
                if self._waiting:
                    job = self._waiting.popleft()
                    self._waiting_bytes -= len(job.asked.params)
                    self._running = job
                    working.begin()
                    return job
                if self._closing:
                    return None
                if told:
                    continue
                working.begin()
                self._telling = True
            working.tell()
            told = True

    def _answer(self, working: Working, job: _Job) -> bytes:
        asked = job.asked
        try:
            return wire.response(asked.id, working.handle(asked.id, asked.method, asked.params))
        except EdgeError as error:
            told = Cancelled("the request was taken back") if job.cancelled else error
            more = {name: text for name in told.told if (text := getattr(told, name))}
            return wire.failure(asked.id, told.code, told.message, more)
        except Exception as error:  # noqa: BLE001 - the last border; the message may hold private data
            name = type(error).__name__
            return wire.failure(asked.id, "internal", f"an internal error ({name}); please report it")

    # -- frames out ----------------------------------------------------------------------------------------------

    def _push(self, frame: bytes) -> None:
        try:
            self._to_host(frame)
        except Exception:  # noqa: BLE001 - the host's own code
            self._asking.leave()

    def _event(self, told: dict[str, Any]) -> None:
        self._push(wire.request(0, "event", told))

    # -- the end -------------------------------------------------------------------------------------------------

    def close(self, seconds: float | None = None) -> bool:
        """Refuse what comes, finish what waits, close the store; closing twice is harmless.

        Args:
            seconds: How long to wait for the end; None for as long as it takes.

        Returns:
            Whether it is over. It is not where time ran out, or where a callback of the engine's own thread asked.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        thread = self._thread
        if thread is None or os.getpid() != self._process:
            return True
        if thread is threading.current_thread():
            return False
        thread.join(seconds)
        return not thread.is_alive()

    def host_left(self) -> None:
        """Nobody answers the engine's questions any more: whoever waits for an answer is told so."""
        self._asking.leave()

    def abandon(self) -> None:
        """The host is gone: drop what waits, end what runs as soon as it can be ended, ask nothing any more."""
        self._asking.leave()
        self._refuse_waiting()
        with self._changed:
            if self._working is not None:
                self._working.interrupt()

    def _refuse_waiting(self) -> None:
        with self._changed:
            self._closing = True
            dropped, self._waiting_bytes = list(self._waiting), 0
            self._waiting.clear()
            self._changed.notify_all()
        for job in dropped:
            job.refuse(DoorClosed("the door is closed"))


def _pong(asked: wire.Asked) -> bytes:
    if asked.params not in _NOTHING and not isinstance(wire.value(asked.params), dict):
        raise ParamsInvalid("the parameters do not fit: they are a map, or nil")
    return wire.response(asked.id)


def _greeting() -> bytes:
    return wire.plain(
        {
            "abi": wire.ABI,
            "version": VERSION,
            "methods": list(names.METHODS),
            "features": list(names.FEATURES),
        }
    )
