"""``import``: statements and event files into the store."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_engine import operations
from edge_engine.cli import output
from edge_engine.cli.store import is_there, open_engine, path_of
from edge_engine.consent.purpose import Basis
from edge_engine.errors import FeedError, FeedMissing
from edge_engine.import_notes import FORGET

if TYPE_CHECKING:
    import argparse

    from edge_engine.engine import Engine
    from edge_engine.ingestion import Tally
    from edge_engine.views import IngestReport

_SHOWN = 5


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    one = commands.add_parser(
        "import", parents=[shared], help="read bank statements or event files into the store"
    )
    one.add_argument("files", nargs="+", metavar="FILE")
    one.add_argument(
        "--format",
        default="auto",
        help="skip detection: csv, ofx, qif, camt053, mt940, uk_open_banking, berlin_group, plaid or events",
    )
    one.add_argument("--mapping", default="", metavar="TOML", help="which column of a CSV means what")
    one.add_argument("--account", default="", help="key of the account, for files that name none")
    one.add_argument("--currency", default="", help="ISO 4217 code, for files that name none")
    one.epilog = (
        "A file imported under a wrong account or currency: `edge-engine forget --account KEY --yes` takes that"
        " account back out; then import the file again."
    )
    one.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import each file; a refused one is told with its name and the others are still read. Status 1 if any was."""
    screen = output.Screen()
    new = not is_there(path_of(arguments))
    if new and not any(_is_anything(Path(name)) for name in arguments.files):
        # A typing error founds no store.
        raise FeedMissing("there is no file at this place")
    reports: list[IngestReport | dict[str, Any]] = []
    refused = 0
    with open_engine(arguments, create=True) as engine:
        if new and not arguments.json:
            screen.note(f"A new encrypted store: {path_of(arguments)}")
        for name in arguments.files:
            file = Path(name)
            try:
                report = _import(screen, engine, file, arguments)
            except FeedError as error:
                refused += 1
                if len(arguments.files) == 1:
                    raise
                sys.stderr.write(f"edge-engine: {file.name}: {error} [{error.code}]\n")
                # In its place, so that the answers stand in the order of the files.
                reports.append({"error": {"code": error.code, "message": f"{file.name}: {error}"}})
                continue
            reports.append(report)
            if not arguments.json:
                tell(screen, file.name, report)
        if not arguments.json and not any(
            state.granted
            for state in operations.call(engine, "consent.state")
            if state.basis is Basis.CONSENT
        ):
            screen.note(
                "Nothing is analysed yet. To sort transactions: edge-engine consent grant categorization"
            )
    if arguments.json:
        output.json(reports[0] if len(arguments.files) == 1 else reports)
    return 1 if refused else 0


def _import(screen: output.Screen, engine: Engine, file: Path, arguments: argparse.Namespace) -> IngestReport:
    with contextlib.ExitStack() as stack:
        advance = None
        if not arguments.json:
            bar = stack.enter_context(screen.progress(file.name, _size(file)))

            def advance(tally: Tally, position: int) -> None:
                bar(position, f"{tally.added + tally.duplicates + tally.updated:,} rows")

        return engine.ingest(
            file,
            format=arguments.format,
            mapping=Path(arguments.mapping) if arguments.mapping else None,
            account=arguments.account,
            currency=arguments.currency,
            progress=advance,
        )


def _is_anything(file: Path) -> bool:
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _size(file: Path) -> int | None:
    """Return a file's size, None where there is none to be read; the engine says what is wrong with it."""
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return None


def tell(screen: output.Screen, name: str, report: IngestReport) -> None:
    """Say what one import did."""
    parts = [f"{report.added:,} added"]
    for count, word in (
        (report.updated, "updated"),
        (report.duplicates, "known already"),
        (report.events, "app events"),
        (report.rejected_total, "rejected"),
    ):
        if count:
            parts.append(f"{count:,} {word}")
    screen.say(f"{name} ({output.format_name(report.format)}): {', '.join(parts)} in {report.seconds:.2f} s")
    for note in report.notes:
        screen.note(f"  {note}")
    if any(FORGET in note for note in report.notes):
        screen.note(
            "  Accounts are forgotten by `edge-engine forget --account KEY --yes`; `edge-engine import` takes"
            " --account KEY and --currency CODE."
        )
    for row in report.rejected[:_SHOWN]:
        screen.note(f"  row {row.row}: {row.reason}")
    if report.rejected_total > _SHOWN:
        screen.note(f"  and {report.rejected_total - _SHOWN:,} more; --json lists them")
