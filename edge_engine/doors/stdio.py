"""The sidecar: frames on the standard input and output of a process that ends with its parent.

Three threads: this one reads, the engine's works, one writes what does not fit the pipe at once. What was not written
yet is bounded: a host that does not read makes the engine wait and not the memory grow.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections import deque

from edge_engine.doors import wire
from edge_engine.doors.door import Door
from edge_engine.errors import FrameInvalid

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

MAX_UNSENT: Final = 4 * wire.MAX_FRAME
"""Bytes that may wait to be written; whoever has more to say waits."""

LAST_SECONDS: Final = 5.0
"""How long what was asked may go on after the host's last word, where somebody still reads the answers."""

_PIECE: Final = 1 << 18
_AT_ONCE: Final = min(4096, getattr(select, "PIPE_BUF", 512))
"""Bytes that a pipe takes whole where it takes any. Source: POSIX, ``poll`` and ``PIPE_BUF``."""

_WATCH_SECONDS: Final = 0.25


class Output:
    """Writes frames in their order: small ones at once where the pipe has room, the others on a thread of its own.

    Args:
        descriptor: Where.
        ended: Tells whether the host has said its last word, also where this process did not read it yet.
    """

    def __init__(self, descriptor: int, ended: Callable[[], bool] = lambda: False) -> None:
        self._descriptor = descriptor
        self._ended = ended
        self._left: float | None = None
        self._changed = threading.Condition()
        self._frames: deque[bytes] = deque()
        self._unsent = 0
        self._ending = False
        self.gone = False
        """Whether nobody reads any more."""
        self._room = _watch(descriptor, "POLLOUT")
        self._reader = _watch(descriptor, "")
        self._thread = threading.Thread(target=self._write, name="edge-engine output", daemon=True)
        self._thread.start()

    def put(self, frame: bytes) -> None:
        """Write a frame, now or later; waits where too much is unwritten.

        Raises:
            BrokenPipeError: Nobody reads any more.
        """
        framed = wire.prefixed(frame)
        with self._changed:
            if not self._unsent and len(framed) <= _AT_ONCE and self._room is not None and self._room.poll(0):
                # A pipe that has room for anything has room for this much: it is written whole and at once.
                if self._wrote(framed):
                    return
                raise BrokenPipeError
            while self._unsent and self._unsent + len(framed) > MAX_UNSENT and not self.gone:
                # INVARIANT: whoever waits here sees the host's end: it may be the very thread that would read it.
                self._changed.wait(_WATCH_SECONDS)
                self._give_up_where_ended()
            if self.gone:
                raise BrokenPipeError
            self._frames.append(framed)
            self._unsent += len(framed)
            self._changed.notify_all()

    def _give_up_where_ended(self) -> None:
        """Take the host for gone where it said its last word and does not read what it asked for."""
        if not self._ended():
            return
        if self._left is None:
            self._left = time.monotonic() + LAST_SECONDS
        if time.monotonic() >= self._left:
            self._leave()

    def _leave(self) -> None:
        self.gone = True
        self._frames.clear()
        self._changed.notify_all()

    def end(self, seconds: float) -> None:
        """Write what waits and stop, after so many seconds at the latest."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
            # Nobody waits for a write that nobody reads; the thread ends with the process.
            seconds = 0.0 if self.gone else seconds
        self._thread.join(seconds)

    def unread(self) -> bool:
        """Return whether the reading end is closed, as far as this system tells without writing."""
        return self._reader is not None and bool(self._reader.poll(0))

    def _write(self) -> None:
        while True:
            with self._changed:
                while not self._frames:
                    if self._ending or self.gone:
                        return
                    self._changed.wait()
                piece = self._frames.popleft()
                while self._frames and len(piece) + len(self._frames[0]) <= _PIECE:
                    piece += self._frames.popleft()
            if not self._wrote(piece):
                return
            with self._changed:
                self._unsent -= len(piece)
                self._changed.notify_all()

    def _wrote(self, piece: bytes) -> bool:
        """Write and return whether somebody reads."""
        view = memoryview(piece)
        try:
            while view:
                try:
                    view = view[os.write(self._descriptor, view) :]
                except BlockingIOError:
                    _wait(self._room)
        except OSError:
            with self._changed:
                self._leave()
            return False
        return True


def _watch(descriptor: int, what: str) -> select.poll | None:
    """Return what tells of a descriptor whether something can be done, or its other end is closed; None on Windows."""
    if sys.platform == "win32":
        return None
    watched = select.poll()
    watched.register(descriptor, getattr(select, what) if what else 0)
    return watched


def _over(descriptor: int) -> Callable[[], bool]:
    """Return what tells, without reading, whether the writing end of a pipe or socket is closed.

    On Windows nothing tells that while there is something to read.
    """
    watched = _watch(descriptor, "POLLRDHUP" if hasattr(select, "POLLRDHUP") else "")
    return lambda: watched is not None and bool(watched.poll(0))


def _wait(watched: select.poll | None) -> None:
    """Wait for a stream that was set not to block, as some parents set theirs, until something can be done again.

    It stays as it was set: the parent may hold the same stream.

    Raises:
        BlockingIOError: This system has nothing to wait with.
    """
    if watched is None:
        raise BlockingIOError
    watched.poll()


class Input:
    """Reads frames.

    Args:
        descriptor: Where from.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._come = _watch(descriptor, "POLLIN")
        self._kept = bytearray()

    def next(self) -> bytes | None:
        """Return the next frame; None at the end, also where it comes amid a frame.

        Raises:
            FrameInvalid: A length that no frame has: where the next one begins cannot be known.
        """
        if not self._fill(4):
            return None
        size = wire.length(bytes(self._kept[:4]))
        if not self._fill(4 + size):
            return None
        frame = bytes(self._kept[4 : 4 + size])
        del self._kept[: 4 + size]
        return frame

    def _fill(self, size: int) -> bool:
        while len(self._kept) < size:
            try:
                piece = self._read()
            except OSError:
                return False
            if not piece:
                return False
            self._kept += piece
        return True

    def _read(self) -> bytes:
        while True:
            try:
                return os.read(self._descriptor, _PIECE)
            except BlockingIOError:
                _wait(self._come)


def serve() -> int:
    """Answer on the standard input and output until the input ends; returns the exit status.

    A length that no frame has ends it with status 1, after a failure that says so.
    """
    source, target = _take_streams()
    output = Output(target, _over(source))
    door = Door(output.put)
    status, settled = 0, False
    frames = Input(source)
    try:
        while (frame := frames.next()) is not None and not output.gone:
            door.receive(frame)
            if not settled:
                settled = _leave_interrupts()
    except FrameInvalid as error:
        status = 1
        try:  # noqa: SIM105 - contextlib would be loaded for it before hello is answered
            output.put(wire.failure(0, error.code, error.message))
        except BrokenPipeError:
            pass
    _finish(door, output)
    return status


def _take_streams() -> tuple[int, int]:
    """Return descriptors of both streams that nothing else in this process can write to, or read from.

    What prints to the standard output from now on, in whatever language, prints to the standard error.
    """
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    os.close(nothing)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - of one system alone

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(target, os.O_BINARY)
    return source, target


def _leave_interrupts() -> bool:
    """Leave an interrupt at the terminal to the parent: this process ends with its input."""
    import signal  # noqa: PLC0415 - after hello was answered: it takes a millisecond to load

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return True


def _finish(door: Door, output: Output) -> None:
    """Let what was asked end, as long as somebody may read it; then end what does not."""
    door.host_left()
    left = LAST_SECONDS
    while not door.close(_WATCH_SECONDS) and left > 0 and not (output.gone or output.unread()):
        left -= _WATCH_SECONDS
    door.abandon()
    over = door.close(LAST_SECONDS)
    output.end(LAST_SECONDS)
    if not over:
        # INVARIANT: no process stays behind. Whatever the store was about to commit is undone when it is opened next.
        os._exit(1)
