"""The server: a socket on 127.0.0.1 and a random port, and the link that is printed."""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import uvicorn

from edge_engine.center.app import create
from edge_engine.center.connections import Connection, note
from edge_engine.center.desk import Desk
from edge_engine.center.guards import ENTRANCE
from edge_engine.center.sessions import Sessions
from edge_engine.clock import SystemClock

if TYPE_CHECKING:
    from edge_engine.center.desk import Surroundings
    from edge_engine.clock import Clock
    from edge_engine.engine import Engine

LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 64
"""Connections that wait to be accepted, and that are accepted in one go."""

_END_SECONDS: Final = 3
_LAST_TICKS: Final = 10
_MAX_LINE: Final = 16 * 1024


@dataclass(slots=True)
class Center:
    """A Privacy Center that listens.

    Attributes:
        link: The address that works once.
        desk: Holds the engine.
    """

    link: str
    desk: Desk
    _listening: socket.socket
    _server: uvicorn.Server

    def run(self) -> None:
        """Answer until the person closes it or the process is interrupted."""
        try:
            self._server.run(sockets=[self._listening])
        finally:
            self._listening.close()

    def end(self) -> None:
        """Stop answering, from any thread."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """Ends once the person asked for it, and the last page had time to fetch its style sheet."""

    desk: Desk
    ticks_left = _LAST_TICKS

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; what fails between requests is noted by its type."""
        asyncio.get_running_loop().set_exception_handler(note)
        await super().startup(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Say whether it is time to end; asked ten times a second."""
        self.ticks_left -= self.desk.leaving
        return await super().on_tick(counter) or self.ticks_left <= 0


def listen(engine: Engine, surroundings: Surroundings, clock: Clock | None = None) -> Center:
    """Take a free port of this machine and make the app; `Center.run` answers.

    Args:
        engine: The one engine.
        surroundings: What the host tells.
        clock: Says when a session is over.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind((LOOPBACK, 0))
    listening.listen(_BACKLOG)
    authority = f"{LOOPBACK}:{listening.getsockname()[1]}"
    desk = Desk(engine, surroundings)
    sessions = Sessions(clock or SystemClock())
    settings = uvicorn.Config(
        create(desk, sessions, authority),
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        date_header=False,
        ws="none",
        http=Connection,
        backlog=_BACKLOG,
        h11_max_incomplete_event_size=_MAX_LINE,
        timeout_graceful_shutdown=_END_SECONDS,
    )
    # INVARIANT: no path, and so no question of the person, reaches a log, whoever listens to this logger.
    logging.getLogger("uvicorn.access").disabled = True
    server = _Server(settings)
    server.desk = desk
    return Center(f"http://{authority}{ENTRANCE}?link={sessions.link}", desk, listening, server)
