"""``aggregator``: a leader, a helper and a collector for trying private aggregation out, and files for Janus."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_engine.cli import output
from edge_engine.errors import InputError

if TYPE_CHECKING:
    import argparse

    from edge_engine_sync.aggregator.messages import Batch
    from edge_engine_sync.aggregator.parties import CollectorTask


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser(
        "aggregator", parents=[shared], help="run servers that sum up signals without seeing any"
    )
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    one = actions.add_parser("provision", parents=[shared], help="make each party's file from one task file")
    one.add_argument("tasks", metavar="FILE", help="TOML that describes the tasks")
    one.add_argument("--out", required=True, metavar="DIR", help="where the files go; none may be there yet")
    one.set_defaults(run=provision)

    one = actions.add_parser(
        "tasks", parents=[shared], help="print the task file of the signals that devices send"
    )
    one.add_argument("--leader", required=True, metavar="URL", help="as devices know it, letter for letter")
    one.add_argument("--helper", required=True, metavar="URL", help="likewise")
    one.add_argument("--signal", action="append", metavar="ID", help="only this one; may be given again")
    one.set_defaults(run=tasks)

    for role in ("leader", "helper"):
        one = actions.add_parser(role, parents=[shared], help=f"run a {role} until it is interrupted")
        one.add_argument("--tasks", required=True, metavar="FILE", help=f"the {role}'s file")
        one.add_argument("--database", required=True, metavar="FILE", help="made where it is not there")
        one.add_argument("--listen", metavar="HOST:PORT", help="default: as its own URL says")
        one.add_argument("--certificate", metavar="PEM", help="certificate and key, to speak TLS")
        one.add_argument(
            "--while-input", action="store_true", help="end with the standard input, as whoever holds it does"
        )
        one.set_defaults(run=serve)

    one = actions.add_parser("collect", parents=[shared], help="collect the sum over a batch")
    one.add_argument("--tasks", required=True, metavar="FILE", help="the collector's file")
    one.add_argument("--task", required=True, metavar="NAME", help="which of its tasks")
    one.add_argument(
        "--start", type=int, metavar="N", help="first unit of time, in the task's precision since 1970"
    )
    one.add_argument("--duration", type=int, metavar="N", help="how many units")
    one.add_argument("--wait", type=float, default=60.0, metavar="SECONDS")
    one.add_argument(
        "--put", action="store_true", help="create the collection with PUT, as Janus before draft 18"
    )
    one.set_defaults(run=collect)

    one = actions.add_parser(
        "janus", parents=[shared], help="print tasks as `janus_cli provision-tasks` reads them"
    )
    one.add_argument("--tasks", required=True, metavar="FILE", help="the leader's or the helper's file")
    one.add_argument("--role", required=True, choices=("leader", "helper"))
    one.set_defaults(run=janus)


def tasks(arguments: argparse.Namespace) -> int:
    """Print the task file of the catalogue."""
    from edge_engine.signals.catalogue import Catalogue  # noqa: PLC0415 - only this command needs it
    from edge_engine.signals.configuration import require_two  # noqa: PLC0415
    from edge_engine.signals.provisioning import task_file  # noqa: PLC0415 - loads the protocol
    from edge_engine.signals.tasks import Aggregators  # noqa: PLC0415
    from edge_engine_sync.origins import is_web  # noqa: PLC0415

    if not is_web(arguments.leader) or not is_web(arguments.helper):
        raise InputError("the address of a server is an http or https URL without a user")
    require_two(arguments.leader, arguments.helper)
    catalogue = Catalogue.default()
    chosen = [catalogue.signal(name) for name in arguments.signal] if arguments.signal else list(catalogue)
    text = task_file(chosen, Aggregators(arguments.leader, arguments.helper))
    if arguments.json:
        output.json({"tasks": text})
    else:
        sys.stdout.write(text)
    return 0


def provision(arguments: argparse.Namespace) -> int:
    """Write each party's file, readable by its owner alone."""
    from edge_engine_sync.aggregator.provision import provision as make  # noqa: PLC0415 - loads cryptography

    try:
        text = Path(arguments.tasks).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("the task file cannot be read") from None
    documents = make(text)
    folder = Path(arguments.out)
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for party, document in documents.items():
            path = folder / f"{party}.json"
            # A file that is there may be in use: new secrets over old ones would strand every report on its way.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(document, file, indent=1)
            written.append(str(path))
    except FileExistsError:
        raise InputError(
            "there are files of a party in that folder already; nothing is written over"
        ) from None
    except OSError as error:
        raise InputError(f"the files cannot be written ({error.strerror})") from None
    if arguments.json:
        output.json({"files": written})
    else:
        screen = output.Screen()
        for name in written:
            screen.say(name)
        screen.say(
            "Give each party its own file. Whoever has the leader's and the helper's reads everything."
        )
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Run a leader or a helper."""
    from edge_engine_sync.aggregator import service  # noqa: PLC0415 - loads servers
    from edge_engine_sync.messages import Role  # noqa: PLC0415

    def ready(address: str) -> None:
        if arguments.json:
            # One line: whoever started this process waits for it.
            sys.stdout.write(json.dumps({"role": arguments.action, "listening": address}) + "\n")
        else:
            output.Screen().say(f"The {arguments.action} listens on {address}; stop it with Ctrl-C.")
        sys.stdout.flush()

    certificate = Path(arguments.certificate) if arguments.certificate else None
    if arguments.while_input:
        threading.Thread(target=_end_with_input, daemon=True).start()
    service.serve(
        Role[arguments.action.upper()],
        Path(arguments.tasks),
        Path(arguments.database),
        listen=_address(arguments.listen),
        certificate=certificate,
        ready=ready,
    )
    return 0


def _end_with_input() -> None:
    """Interrupt this process once nobody holds the other end of its standard input: a killed parent says no more."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def collect(arguments: argparse.Namespace) -> int:
    """Collect one batch and print its sum."""
    from edge_engine_sync.aggregator.collector import Collector  # noqa: PLC0415 - loads cryptography
    from edge_engine_sync.aggregator.noise import standard_deviation  # noqa: PLC0415
    from edge_engine_sync.aggregator.parties import load_collector  # noqa: PLC0415
    from edge_engine_sync.transport import HttpsTransport  # noqa: PLC0415 - loads HTTP

    found = [one for one in load_collector(Path(arguments.tasks)) if one.name == arguments.task]
    if not found:
        raise InputError("the collector's file has no task of this name")
    task = found[0]
    transport = HttpsTransport(allow_loopback=True, largest_answer=64 * 1024 * 1024)
    collector = Collector(transport, put=arguments.put)
    collected = collector.collect(task, _batch(arguments, task), patience=arguments.wait)
    noise = (
        None if task.epsilon is None else standard_deviation(task.task.vdaf, task.epsilon, task.sensitivity)
    )
    if arguments.json:
        output.json({"task": task.name, **asdict(collected), "noise_standard_deviation": noise})
        return 0
    screen = output.Screen()
    screen.heading(task.name)
    screen.say(f"{collected.report_count} reports")
    if isinstance(collected.result, list):
        rows = [[str(place), str(value)] for place, value in enumerate(collected.result)]
        screen.table(["", "sum"], rows, right=("sum",))
    else:
        screen.say(f"sum {collected.result}")
    if noise is not None:
        screen.say(f"each number carries noise with a standard deviation of {noise:.1f}")
    return 0


def janus(arguments: argparse.Namespace) -> int:
    """Print the tasks of an aggregator for Janus."""
    from edge_engine_sync.aggregator.janus import janus_tasks  # noqa: PLC0415 - loads cryptography
    from edge_engine_sync.aggregator.parties import load_aggregator  # noqa: PLC0415
    from edge_engine_sync.messages import Role  # noqa: PLC0415

    made = janus_tasks(load_aggregator(Path(arguments.tasks), Role[arguments.role.upper()]))
    sys.stdout.write(made.text)
    # Beside the file, not in it: what is printed goes to Janus as it is.
    for name, reason in made.left_out.items():
        sys.stderr.write(f"left out: {name}. {reason}\n")
    for name, times in made.wider.items():
        sys.stderr.write(
            f"more noise: {name}. Janus takes what the function allows for its sensitivity; its noise is"
            f" {float(times):g} times as wide as the task asks for.\n"
        )
    return 0


def _batch(arguments: argparse.Namespace, task: CollectorTask) -> Batch:
    from edge_engine_sync.aggregator.messages import Batch  # noqa: PLC0415 - loaded with the collector
    from edge_engine_sync.messages import Interval  # noqa: PLC0415
    from edge_engine_sync.task import BatchMode  # noqa: PLC0415

    given = (arguments.start, arguments.duration)
    if task.task.configuration.batch_mode == BatchMode.LEADER_SELECTED:
        if given != (None, None):
            raise InputError("the leader selects the batches of this task; leave --start and --duration out")
        return Batch.selected()
    start, duration = given
    if start is None or duration is None or start < 0 or duration < 1:
        raise InputError("a batch of this task has a --start and a --duration of at least 1")
    return Batch.interval(Interval(start, duration))


def _address(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise InputError("an address to listen on is HOST:PORT")
    return host.strip("[]"), int(port)
