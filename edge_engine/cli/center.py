"""``center``: open the Privacy Center, a web app for this device alone."""

from __future__ import annotations

import contextlib
import logging
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from edge_engine.cli import output
from edge_engine.cli.store import open_engine, path_of, servers
from edge_engine.errors import InputError

if TYPE_CHECKING:
    import argparse

    from edge_engine.actions.rules import ActionRules

INSTALL: Final = "pip install 'edge-engine[center]'"
_NEEDED: Final = ("anyio", "jinja2", "markdown_it", "python_multipart", "starlette", "uvicorn")


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the command."""
    one = commands.add_parser(
        "center", parents=[shared], help="open the Privacy Center in your browser: see, correct, allow, erase"
    )
    one.add_argument("--demo", action="store_true", help="a simulated household in memory, with both servers")
    one.add_argument("--leader", default="", metavar="URL", help="the leading server (or EDGE_ENGINE_LEADER)")
    one.add_argument("--helper", default="", metavar="URL", help="the helping server (or EDGE_ENGINE_HELPER)")
    one.add_argument(
        "--loopback", action="store_true", help="allow plain HTTP to this same machine, to try signals out"
    )
    one.add_argument("--rules", metavar="FOLDER", help="reviews.toml with the advisers' keys")
    one.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Open the store, print the link, answer until it is closed."""
    if not is_installed():
        raise InputError(f"the Privacy Center needs the extra “center”: {INSTALL}")
    from edge_engine.center.desk import Surroundings  # noqa: PLC0415 - the extra's packages load here alone
    from edge_engine.center.server import listen  # noqa: PLC0415

    _log_to_stderr()
    with contextlib.ExitStack() as closing:
        if arguments.demo:
            from edge_engine.cli.center_demo import household  # noqa: PLC0415 - with the simulator

            engine, surroundings = household(closing)
        else:
            reporting = servers(arguments)
            path = path_of(arguments)
            engine = closing.enter_context(
                open_engine(arguments, create=True, rules=_rules(arguments), reporting=reporting)
            )
            surroundings = Surroundings(
                f"Store: {path.name}", leader=reporting.leader, helper=reporting.helper
            )
        center = listen(engine, surroundings)
        _tell(arguments, center.link)
        center.run()
    return 0


def is_installed() -> bool:
    """Return whether the packages of the extra are there."""
    return all(find_spec(name) is not None for name in _NEEDED)


def offer() -> str:
    """Return a line that offers the page, whether or not the extra is installed."""
    first = "" if is_installed() else f"  (it needs: {INSTALL})"
    return f"See, correct, allow and erase in your browser: edge-engine center --demo{first}"


def _tell(arguments: argparse.Namespace, link: str) -> None:
    if arguments.json:
        output.json({"link": link})
    else:
        # Never broken over two lines, however narrow the terminal: it is copied.
        sys.stdout.write(
            f"The Privacy Center is open on this device alone. The link works once:\n\n  {link}\n\n"
            "Close it there, or with Ctrl+C.\n"
        )
    sys.stdout.flush()


def _rules(arguments: argparse.Namespace) -> ActionRules | None:
    from edge_engine.actions.rules import ActionRules  # noqa: PLC0415 - only a decision needs them

    return None if arguments.rules is None else ActionRules.load(arguments.rules)


def _log_to_stderr() -> None:
    """Show on the terminal what the center refuses, a line each, without content."""
    told = logging.StreamHandler()
    told.setFormatter(logging.Formatter("edge-engine center: %(message)s"))
    log = logging.getLogger("edge_engine.center")
    log.addHandler(told)
    log.propagate = False
    # The server's own words are for who develops servers; what it could not read is nobody's business here.
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
