"""A bank's back end: a server on loopback, a process of its own, with a database that says what was done how often.

It keeps the promises of `edge_engine.actions.connector` and can be told to break those of a network: to answer late,
twice, with errors, or not at all. Run as ``python -m tests.fakes.back_end DATABASE PRIVATE_KEY``; it prints its port.
"""

from __future__ import annotations

import base64
import http.client
import json
import sqlite3
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from edge_engine.actions.canonical import parse
from edge_engine.actions.packets import INFO, SUITE
from edge_engine_sync.errors import OpenFailed
from edge_engine_sync.hpke import suite

if TYPE_CHECKING:
    from types import TracebackType

ROOT: Final = Path(__file__).resolve().parents[2]
CLOSED_ACCOUNT: Final = "closed"
"""An account for which the bank provisions nothing."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS request (id INTEGER PRIMARY KEY, path TEXT, action TEXT, key TEXT);
CREATE TABLE IF NOT EXISTS executed (id INTEGER PRIMARY KEY, action TEXT, key TEXT, packet TEXT);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS undone (key TEXT PRIMARY KEY, body TEXT);
"""


class Bank:
    """What is done, in one database transaction each."""

    def __init__(self, database: str, private: bytes) -> None:
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(SCHEMA)
        self._private = private
        self._lock = threading.Lock()
        self.modes: list[str] = []
        self.release = threading.Event()
        self.kept = threading.Condition()
        self.waiting = 0

    def received(self, path: str, order: dict[str, str]) -> str:
        """Note a request and return how the network is to treat it."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO request (path, action, key) VALUES (?, ?, ?)",
                (path, order["action"], order["key"]),
            )
            return self.modes.pop(0) if self.modes else ""

    def act(self, path: str, order: dict[str, str]) -> dict[str, str]:
        """Perform or undo, once for a key."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                reply = self._perform(order) if path == "/perform" else self._undo(order)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            return reply

    def _known(self, table: str, key: str) -> dict[str, str] | None:
        row = self._connection.execute(f"SELECT body FROM {table} WHERE key = ?", (key,)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def _perform(self, order: dict[str, str]) -> dict[str, str]:
        key = order["key"]
        if self._known("undone", key) is not None:
            return {"status": "refused", "reason": "undone"}
        known = self._known("answer", key)
        if known is not None:
            return known
        packet = self._open(order)
        fields = parse(packet)
        assert isinstance(fields, dict)
        if order["action"] == "provision" and fields["account"] == CLOSED_ACCOUNT:
            reply = {"status": "refused", "reason": "account_closed"}
        else:
            row = self._connection.execute(
                "INSERT INTO executed (action, key, packet) VALUES (?, ?, ?)",
                (order["action"], key, packet.decode()),
            )
            reply = {"status": "done", "reference": f"R{row.lastrowid}"}
        self._connection.execute("INSERT INTO answer VALUES (?, ?)", (key, json.dumps(reply)))
        return reply

    def _undo(self, order: dict[str, str]) -> dict[str, str]:
        key = order["key"]
        known = self._known("undone", key)
        if known is not None:
            return known
        reply = {"status": "done", "reference": ""}
        done = self._known("answer", key)
        if done is not None and done["status"] == "done":
            self._connection.execute(
                "INSERT INTO executed (action, key, packet) VALUES (?, ?, '')", (order["action"], key)
            )
        self._connection.execute("INSERT INTO undone VALUES (?, ?)", (key, json.dumps(reply)))
        return reply

    def _open(self, order: dict[str, str]) -> bytes:
        encapsulated, bound, sealed = (
            base64.b64decode(order[name]) for name in ("encapsulated", "associated", "packet")
        )
        assert json.loads(bound) == {name: order[name] for name in ("workflow", "action", "key")}
        return suite(*SUITE).open(self._private, encapsulated, INFO, bound, sealed)


class Handler(BaseHTTPRequestHandler):
    """The network's side: says what the bank did, or what the test told it to say instead."""

    protocol_version = "HTTP/1.1"

    @property
    def bank(self) -> Bank:
        bank: Bank = self.server.bank  # type: ignore[attr-defined]
        return bank

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # Whoever asked died amid the question.
            self.close_connection = True
            return
        asked = json.loads(body)
        if self.path == "/modes":
            self.bank.release.clear()
            self.bank.modes = list(asked)
            self._answer({})
        elif self.path == "/release":
            self.bank.release.set()
            with self.bank.kept:
                assert self.bank.kept.wait_for(lambda: not self.bank.waiting, 30)
            self._answer({})
        else:
            with self.bank.kept:
                self.bank.waiting += 1
            try:
                self._order(asked)
            finally:
                with self.bank.kept:
                    self.bank.waiting -= 1
                    self.bank.kept.notify_all()

    def _order(self, order: dict[str, str]) -> None:
        mode = self.bank.received(self.path, order)
        if mode == "held":
            self.bank.release.wait(30)
        if mode in {"silent", "error"}:
            return self._fail(mode)
        try:
            reply = self.bank.act(self.path, order)
        except OpenFailed:
            return self.send_error(400)
        if mode == "twice":
            assert self.bank.act(self.path, order) == reply
            self._answer(reply)
            return self._answer(reply)
        if mode == "late":
            self.bank.release.wait(30)
        if mode in {"silent_after", "error_after", "garbage"}:
            return self._fail(mode)
        return self._answer(reply)

    def _fail(self, mode: str) -> None:
        if mode.startswith("error"):
            self.send_error(500)
        elif mode == "garbage":
            self._send(b"\xff<html>")
        self.close_connection = True

    def _answer(self, reply: dict[str, str]) -> None:
        self._send(json.dumps(reply).encode())

    def _send(self, body: bytes) -> None:
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


class Quiet(ThreadingHTTPServer):
    """Clients are killed here: their broken connections are no news."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell of what is not a broken connection alone."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def serve(database: str, private: bytes) -> None:
    """Serve until the process ends."""
    server = Quiet(("127.0.0.1", 0), Handler)
    server.bank = Bank(database, private)  # type: ignore[attr-defined]
    print(server.server_port, flush=True)
    server.serve_forever()


class BackEnd:
    """The server's process, for tests.

    Attributes:
        port: Where it listens, on loopback.
        public: Its HPKE public key.
    """

    def __init__(self, folder: Path) -> None:
        self._database = folder / "bank.db"
        private, self.public = suite(*SUITE).generate()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.back_end", str(self._database), private.hex()],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def treat(self, *modes: str) -> None:
        """Tell how the next orders are treated: '' as they should be."""
        self._post("/modes", list(modes))

    def release(self) -> None:
        """Let what is late or held go on, and return when it has."""
        self._post("/release", {})

    def _post(self, path: str, body: object) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", path, json.dumps(body))
        assert connection.getresponse().read() == b"{}"
        connection.close()

    def executed(self) -> list[tuple[str, Any]]:
        """Return (action, packet) of everything that was done, in order; the packet of an undoing is its key."""
        return [
            (action, json.loads(packet) if packet else key)
            for action, key, packet in self._rows("SELECT action, key, packet FROM executed ORDER BY id")
        ]

    def named(self) -> list[tuple[str, str]]:
        """Return (action, key) of everything that was done, in order."""
        return [(action, key) for action, key in self._rows("SELECT action, key FROM executed ORDER BY id")]

    def requests(self) -> int:
        """Return how often it was asked."""
        return len(self._rows("SELECT id FROM request"))

    def _rows(self, sql: str) -> list[Any]:
        connection = sqlite3.connect(self._database)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


if __name__ == "__main__":
    serve(sys.argv[1], bytes.fromhex(sys.argv[2]))
