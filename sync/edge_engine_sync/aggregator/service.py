"""Running an aggregator as a process."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator.database import Database
from edge_engine_sync.aggregator.helper import Helper
from edge_engine_sync.aggregator.leader import Leader
from edge_engine_sync.aggregator.parties import load_aggregator
from edge_engine_sync.aggregator.server import Server
from edge_engine_sync.errors import TaskFileInvalid
from edge_engine_sync.messages import Role
from edge_engine_sync.transport import HttpsTransport, server_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_engine_sync.aggregator.parties import Aggregator

HELPER_TIMEOUT: Final = 60.0
SWITCH_SECONDS: Final = 0.0005


@contextmanager
def running(
    role: Role,
    tasks: Path,
    database: Path,
    *,
    listen: tuple[str, int] | None = None,
    certificate: Path | None = None,
) -> Iterator[Server]:
    """Run an aggregator in this process until the block ends.

    Args:
        role: Leader or helper.
        tasks: Its task file.
        database: Its database; made where it is not there.
        listen: Host and port; by default those of its own URL, which has to be on this machine.
        certificate: PEM file of a certificate with its key, to speak TLS.

    Raises:
        TaskFileInvalid: The task file is none of this role, or its URLs cannot be served like this.
        DatabaseUnusable: The database is in use or another's.
    """
    aggregator = load_aggregator(tasks, role)
    address = listen or _own_address(aggregator, certificate)
    prefix = server_address(aggregator.url()).path
    with ExitStack() as closing:
        store = Database(database, role)
        closing.callback(store.close)
        application = _application(aggregator, store)
        try:
            server = Server(address, application, prefix=prefix, certificate=certificate)
        except OSError:
            raise TaskFileInvalid("The address of the aggregator cannot be listened on.") from None
        closing.callback(server.server_close)
        application.start()
        closing.callback(application.stop)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        closing.callback(server.shutdown)
        yield server


def serve(
    role: Role,
    tasks: Path,
    database: Path,
    *,
    listen: tuple[str, int] | None = None,
    certificate: Path | None = None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Run an aggregator until the process is told to end.

    Args:
        role: Leader or helper.
        tasks: Its task file.
        database: Its database.
        listen: Host and port, as in ``running``.
        certificate: As in ``running``.
        ready: Called with the address once requests are answered.

    Raises:
        TaskFileInvalid: As in ``running``.
        DatabaseUnusable: As in ``running``.
    """
    # Verifying keeps the interpreter busy; whoever uploads should not wait 5 ms for each turn.
    sys.setswitchinterval(SWITCH_SECONDS)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with running(role, tasks, database, listen=listen, certificate=certificate) as server:
        host, port = server.server_address[:2]
        ready(f"{host!s}:{port}")
        ended.wait()


def _application(aggregator: Aggregator, database: Database) -> Leader | Helper:
    if aggregator.role == Role.HELPER:
        return Helper(aggregator, database)
    for task in aggregator.tasks.values():
        helper = server_address(task.task.configuration.helper)
        if not helper.secure and not helper.loopback:
            raise TaskFileInvalid("The helper's URL is https, or on this machine.")
    return Leader(aggregator, database, HttpsTransport(timeout=HELPER_TIMEOUT, allow_loopback=True))


def _own_address(aggregator: Aggregator, certificate: Path | None) -> tuple[str, int]:
    own = server_address(aggregator.url())
    if not own.loopback or own.secure != (certificate is not None):
        raise TaskFileInvalid(
            "Without --listen an aggregator's URL is http on this machine, or https with a certificate."
        )
    return own.host, own.port
