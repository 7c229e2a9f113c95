"""Connections: how many there may be, how long a request may take to come, and what is answered to no request at all.

Any program of the machine may connect, and needs no session to hold what it opened.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from edge_engine.center.guards import HEADERS

if TYPE_CHECKING:
    import asyncio

_UNFINISHED: Final = (h11.IDLE, h11.SEND_BODY)
_LOG: Final = logging.getLogger("edge_engine.center")


class Connection(H11Protocol):
    """A connection that is closed where its request does not come.

    Attributes:
        most: Connections at once. A browser keeps about six; some systems give a program 256 files in all.
        patience: Seconds for one request to come whole; the largest import takes one or two over loopback.
    """

    most: ClassVar[int] = 64
    patience: ClassVar[float] = 20.0

    opened = 0.0
    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request; where there are too many, the one that kept silent longest makes room."""
        super().connection_made(transport)
        self.opened = self.loop.time()
        self._watch()
        if len(self.connections) > self.most:
            silent = [one for one in self.connections if isinstance(one, Connection) and one.waits()]
            # INVARIANT: who is being answered is never cut off by somebody who connects.
            min(silent, key=lambda one: one.opened, default=self).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on waiting while the request is not whole."""
        super().data_received(data)
        self._watch()

    def waits(self) -> bool:
        """Say whether a request has not come whole, and the connection is open."""
        return self.conn.their_state in _UNFINISHED and not self.transport.is_closing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with the headers of every answer."""
        headers = {"content-type": "text/plain; charset=utf-8", "connection": "close", **HEADERS}
        answer = h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request")
        for event in (answer, h11.Data(data=msg.encode("ascii")), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        if not self.waits():
            self._stop()
        elif self._limit is None:
            self._limit = self.loop.call_later(self.patience, self._give_up)

    def _stop(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _give_up(self) -> None:
        self._limit = None
        if self.waits():
            self.transport.abort()


def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Note what went wrong between requests: its type alone, where the loop would print how it came about."""
    _LOG.warning("a connection failed [%s]", type(context.get("exception")).__name__)
