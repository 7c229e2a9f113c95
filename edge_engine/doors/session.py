"""What stands behind a door: one engine at most, asked by name; all of it on the engine's own thread."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.doors import lifecycle, wire
from edge_engine.doors.hosting import Hosting
from edge_engine.doors.interruption import Interruption
from edge_engine.doors.news import News
from edge_engine.errors import AlreadyOpen, EdgeError, FrameInvalid, NotOpen, ParamsInvalid, TooLarge
from edge_engine.operations import OPERATIONS, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.doors.asking import Asking
    from edge_engine.engine import Engine

LIFECYCLE: Final[dict[str, tuple[type[msgspec.Struct], Any]]] = {
    "hello": (lifecycle.Hello, lifecycle.Greeting),
    "ping": (lifecycle.Ping, type(None)),
    "open": (lifecycle.Open, lifecycle.Opened),
    "close": (lifecycle.Close, type(None)),
    "suspend": (lifecycle.Suspend, type(None)),
    "resume": (lifecycle.Resume, type(None)),
}
"""The door's own methods: shape of request and answer. ``hello`` and ``ping`` never come here."""

UNINTERRUPTED: Final = frozenset(
    {"open", "close", "suspend", "resume", "erase", "consent.grant", "consent.withdraw"}
)
"""What is finished once it is begun: all of it is short, and half of it would be worse than late."""

_ROOM: Final = 64
"""Bytes of a frame around its result."""


class Session:
    """The engine behind a door.

    Args:
        emit: Tells the host an event.
        asking: Asks the host.
    """

    def __init__(self, emit: Callable[[dict[str, Any]], None], asking: Asking) -> None:
        self._interruption = Interruption()
        self._asking = asking
        self._hosting = Hosting(asking)
        self._news = News(emit)
        self._engine: Engine | None = None
        self._decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {}

    # -- the door's side -----------------------------------------------------------------------------------------

    @staticmethod
    def prepare() -> None:
        """Load what opening a store takes, while the host still reads the answer to its hello."""
        from cryptography.hazmat.primitives import keywrap  # noqa: PLC0415, F401 - as the vault loads it
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415, F401 - as the ledger does

        from edge_engine.consent.policy import Policy  # noqa: PLC0415 - likewise

        # A policy that is not valid is told to who opens a store.
        with suppress(EdgeError):
            Policy.default()

    def begin(self) -> None:
        """Forget interruptions: what comes is something new."""
        self._interruption.clear()
        self._asking.begin()

    def interrupt(self) -> None:
        """End what is being done as soon as it can be ended. Any thread."""
        self._interruption.set()
        self._asking.interrupt()

    def handle(self, number: int, method: str, params: bytes) -> bytes:
        """Do what is asked and return the answer as msgpack.

        Raises:
            ParamsInvalid: The parameters do not fit the method.
            FrameInvalid: Bytes come after them.
            NotOpen: It needs a store, and none is open.
            TooLarge: The answer does not fit a frame.
            EdgeError: Whatever the engine raises.
        """
        if method in LIFECYCLE:
            with self._interruption.held():
                return packed(self._lifecycle(method, params))
        engine = self._opened()
        asked = self._read(method, OPERATIONS[method].request, params)
        self._hosting.look_at_clock()
        progress = self._news.progress(number, asked, self._interruption)
        if method in UNINTERRUPTED:
            with self._interruption.held():
                reply = call(engine, method, asked)
        else:
            reply = call(engine, method, asked, progress)
        self._news.note(method, reply)
        if method == "erase":
            self._let_go()
        return packed(reply)

    def tell(self) -> None:
        """Tell the host what is new, while nobody asks for anything."""
        if self._engine is not None:
            # What is told by the way may fail or be cut short by a request: it is looked for again after it.
            with suppress(Exception):
                self._news.tell(self._engine)

    def close(self) -> None:
        """Close the store, if one is open."""
        engine = self._engine
        self._let_go()
        if engine is not None:
            with suppress(EdgeError), self._interruption.held():
                engine.close()

    # -- the door's own methods ----------------------------------------------------------------------------------

    def _lifecycle(self, method: str, params: bytes) -> lifecycle.Opened | None:
        asked = self._read(method, LIFECYCLE[method][0], params)
        if isinstance(asked, lifecycle.Open):
            return self._open(asked)
        if method == "close":
            self.close()
            return None
        engine = self._opened()
        if isinstance(asked, lifecycle.Resume):
            self._hosting.look_at_clock()
            engine.resume(self._hosting.other_key(asked))
        elif method == "suspend":
            engine.suspend()
        return None

    def _open(self, asked: lifecycle.Open) -> lifecycle.Opened:
        if self._engine is not None:
            raise AlreadyOpen("a store is open through this door already; close it first")
        self._news.require(asked.events)
        self._engine, created = self._hosting.open(asked)
        self._interruption.attach(self._engine)
        self._news.begin(asked.events)
        self._news.note("open", None)
        return lifecycle.Opened(created)

    def _let_go(self) -> None:
        self._engine = None
        self._hosting.let_go()
        self._news.begin([])

    def _opened(self) -> Engine:
        if self._engine is None:
            raise NotOpen("open a store first")
        return self._engine

    def _read(self, method: str, kind: type[msgspec.Struct], params: bytes) -> msgspec.Struct:
        decoder = self._decoders.get(method)
        if decoder is None:
            decoder = self._decoders[method] = msgspec.msgpack.Decoder(kind)
        try:
            # Nil is an empty map; what comes after it stays where it is, to be refused as after any other.
            read: msgspec.Struct = decoder.decode(b"\x80" + params[1:] if params[:1] == b"\xc0" else params)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            if "trailing characters" in str(error):
                raise FrameInvalid(wire.TRAILING) from None
            raise ParamsInvalid(f"the parameters do not fit: {_told(error)}") from None
        return read


def packed(reply: Any) -> bytes:  # noqa: ANN401 - any typed reply
    """Return an answer as msgpack: times and days as text, bytes as they are.

    Raises:
        TooLarge: It does not fit a frame.
    """
    raw = wire.plain(msgspec.to_builtins(reply, builtin_types=(bytes,), str_keys=True))
    if len(raw) > wire.MAX_FRAME - _ROOM:
        raise TooLarge("the answer is larger than a frame of 16 MiB; ask for less at once")
    return raw


def _told(error: Exception) -> str:
    """Return what is wrong and where, without any value that was given: it may be a passphrase."""
    if isinstance(error, RecursionError):
        return "they are nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "a text is none"
    what, _, where = str(error).partition(" - at ")
    if "'" in what:
        what = "a value is not one of those that are known"
    return f"{what} - at {where}" if where else what
