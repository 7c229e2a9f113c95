"""A TCP proxy on loopback that writes down every byte of both ways: a packet capture that needs no rights."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_engine.signals.provisioning import task_file
from edge_engine.signals.tasks import Aggregators
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.aggregator.server import free_ports
from tests.fakes.aggregator_processes import Parties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_engine.signals.catalogue import Signal


@dataclass
class Talk:
    """One connection: what went to the server, and what came back."""

    asked: bytearray = field(default_factory=bytearray)
    answered: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Asked:
    """One HTTP request as it stood on the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class RecordingProxy:
    """Stands at one port and leads to another."""

    def __init__(self, port: int, target: int) -> None:
        self.talks: list[Talk] = []
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", port))
        self._listening.settimeout(0.05)
        self._ends = threading.Event()
        self._sockets = [self._listening]
        self._carriers: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        """Take no more connections and wait until the others are over."""
        self._ends.set()
        self._accepting.join()
        for thread in self._carriers:
            thread.join()
        for one in self._sockets:
            one.close()

    def wire(self) -> bytes:
        """Every byte that went either way."""
        return b"".join(bytes(part) for talk in list(self.talks) for part in (talk.asked, talk.answered))

    def requests(self) -> list[Asked]:
        """The requests of plain HTTP, read from the bytes."""
        return [asked for talk in self.talks for asked in read_requests(bytes(talk.asked))]

    def _accept(self) -> None:
        while not self._ends.is_set():
            try:
                near, _ = self._listening.accept()
            except TimeoutError:
                continue
            talk = Talk()
            self.talks.append(talk)
            self._sockets.append(near)
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=10)
            except OSError:
                near.close()
                continue
            self._sockets.append(far)
            near.settimeout(10)
            for source, sink, record in ((near, far, talk.asked), (far, near, talk.answered)):
                thread = threading.Thread(target=carry, args=(source, sink, record))
                self._carriers.append(thread)
                thread.start()


def carry(source: socket.socket, sink: socket.socket, record: bytearray) -> None:
    """Carry bytes one way until there are no more, and write each down before it goes on."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            record += piece
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    with contextlib.suppress(OSError):
        source.shutdown(socket.SHUT_RD)


def read_requests(raw: bytes) -> list[Asked]:
    """Return the requests of one connection."""
    found = []
    while raw:
        head, blank, rest = raw.partition(b"\r\n\r\n")
        assert blank, "a request without an end"
        first, *lines = head.decode("ascii").split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("Content-Length", "0"))
        found.append(Asked(method, path, headers, rest[:length]))
        raw = rest[length:]
    return found


@dataclass
class Watched:
    """Both servers behind proxies at the addresses that everybody knows."""

    servers: Aggregators
    parties: Parties
    leader: RecordingProxy
    helper: RecordingProxy

    def wire(self) -> bytes:
        """Every byte that anybody said to anybody."""
        return self.leader.wire() + self.helper.wire()


@contextmanager
def watched(folder: Path, signals: Iterable[Signal], *, secure: bool) -> Iterator[Watched]:
    """Run both aggregators for signals, behind proxies; with ``secure`` their certificates lie in the folder."""
    scheme, host = ("https", "localhost") if secure else ("http", "127.0.0.1")
    ports = free_ports(4)
    servers = Aggregators(f"{scheme}://{host}:{ports[0]}/", f"{scheme}://{host}:{ports[1]}/")
    for party, document in provision(task_file(signals, servers)).items():
        (folder / f"{party}.json").write_text(json.dumps(document))
    made = Parties(folder)
    with ExitStack() as closing:
        closing.callback(lambda: [made.end(role, kill=True) for role in list(made.processes)])
        proxies = []
        for at in range(2):
            proxies.append(RecordingProxy(ports[at], ports[at + 2]))
            closing.callback(proxies[-1].close)
        # Servers are ended before the proxies wait for their connections to be over.
        closing.callback(lambda: [made.end(role, kill=True) for role in list(made.processes)])
        for at, role in ((1, "helper"), (0, "leader")):
            more = ["--certificate", str(folder / f"{role}.pem")] if secure else []
            made.start(role, "--listen", f"127.0.0.1:{ports[at + 2]}", *more)
        yield Watched(servers, made, *proxies)
