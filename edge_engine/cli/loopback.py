"""Both aggregators as processes on this machine, with TLS, for a demonstration: started, asked, and ended by their ids.

Whoever plays every party holds every party's file; that is a demonstration's privilege and nobody else's.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, Self

from edge_engine.errors import InputError
from edge_engine.signals.provisioning import task_file
from edge_engine.signals.tasks import Aggregators
from edge_engine_sync.aggregator.certificates import make_certificates
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.aggregator.server import free_ports
from edge_engine_sync.transport import HttpsTransport, trusting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from edge_engine.signals.catalogue import Signal

_TRIES: Final = 3
_START_SECONDS: Final = 30.0
_END_SECONDS: Final = 5.0
_COLLECT_SECONDS: Final = 90
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)
_ROLES: Final = ("helper", "leader")


class Servers:
    """A leader and a helper on free ports of this machine; a context, which ends what it started.

    Args:
        folder: A new folder for files, databases and certificates.
        signals: What is summed up.

    Attributes:
        aggregators: Their addresses.
        processes: By role.
    """

    def __init__(self, folder: Path, signals: Iterable[Signal]) -> None:
        self.folder = folder
        self._signals = tuple(signals)
        self._trusted = make_certificates(folder, *_ROLES)
        self.aggregators = Aggregators("", "")
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self._tries = _TRIES

    def __enter__(self) -> Self:
        try:
            while not self._start():
                pass
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def transport(self) -> HttpsTransport:
        """Return how a device reaches them: TLS, trusting this run's authority alone."""
        return HttpsTransport(context=trusting(str(self._trusted)))

    def counted(self, role: str, task_id: bytes) -> dict[str, int]:
        """Return how many reports of a task came to which end, as an aggregator says itself."""
        base = self.aggregators.leader if role == "leader" else self.aggregators.helper
        answer = self.transport().request("GET", f"{base}healthz", {}, None)
        found: dict[str, dict[str, int]] = json.loads(answer.body)["reports"]
        return found.get(base64url(task_id), {})

    def collect(self, task: str, start: int, duration: int) -> dict[str, Any]:
        """Return what the collector, a process of its own, is told about a batch.

        Raises:
            InputError: It was not told the sum.
        """
        command = [*_program(), "collect", "--json", "--tasks", str(self.folder / "collector.json")]
        command += ["--task", task, "--start", str(start), "--duration", str(duration)]
        process = self._run("collector", [*command, "--wait", str(_COLLECT_SECONDS)])
        try:
            told, _ = process.communicate(timeout=2 * _COLLECT_SECONDS)
        finally:
            self._end("collector")
        if process.returncode:
            raise InputError("the collector was not told the sum")
        collected: dict[str, Any] = json.loads(told)
        return collected

    def end(self) -> None:
        """End every process that this started."""
        # All are told before any is waited for: who interrupts the waiting leaves nothing that was not told.
        for process in self.processes.values():
            process.terminate()
        for role in list(self.processes):
            self._end(role)

    def _start(self) -> bool:
        """Start both on ports that are free now; false where somebody else took one in between."""
        leader, helper = free_ports(len(_ROLES))
        self.aggregators = Aggregators(f"https://localhost:{leader}/", f"https://localhost:{helper}/")
        for party, document in provision(task_file(self._signals, self.aggregators)).items():
            file = self.folder / f"{party}.json"
            file.touch(0o600)
            file.write_text(json.dumps(document))
        for role in _ROLES:
            if not self._listens(role):
                self.end()
                self._tries -= 1
                if not self._tries:
                    raise InputError(f"the {role} could not be started on this machine")
                return False
        return True

    def _listens(self, role: str) -> bool:
        command = [*_program(), role, "--json", "--while-input", "--tasks", str(self.folder / f"{role}.json")]
        command += ["--database", str(self.folder / f"{role}.db")]
        process = self._run(role, [*command, "--certificate", str(self.folder / f"{role}.pem")])
        # A process that says nothing is ended, so that waiting for its line has an end too.
        patience = threading.Timer(_START_SECONDS, process.kill)
        patience.start()
        try:
            line = process.stdout.readline() if process.stdout else ""
        finally:
            patience.cancel()
        return line.startswith('{"role"')

    def _run(self, role: str, command: list[str]) -> subprocess.Popen[str]:
        # The leader asks the helper, the collector asks the leader: both trust this run's authority.
        surroundings = {**os.environ, "SSL_CERT_FILE": str(self._trusted)}
        with _uninterrupted():
            process = subprocess.Popen(  # noqa: S603 - this program's own command line
                command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=surroundings
            )
            self.processes[role] = process
        return process

    def _end(self, role: str) -> None:
        process = self.processes.pop(role)
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for end in (process.stdin, process.stdout):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.close()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back what would end this program until the block is over: a process amid its start has no id here yet."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in _ENDINGS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if came:
        signal.raise_signal(came[0])


def _program() -> list[str]:
    return [sys.executable, "-m", "edge_engine.cli.main", "aggregator"]
