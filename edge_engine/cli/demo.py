"""``demo``: two years of a simulated household and one day in a life, on real stores, then consent withdrawn."""

from __future__ import annotations

import contextlib
import io
import re
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.cli import day, output
from edge_engine.cli.money import MARKS, insight_line, stream_table, tell_varying
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.engine import Engine
from edge_engine.errors import PurposeDenied
from edge_engine.vault.keys import HostKey

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import date

    from rich.console import Console

    from edge_engine.insights.stream import Stream
    from edge_engine.views import IngestReport

GRANTED: Final = ("categorization", "insights")
_BILLS: Final = 6
_CATEGORIES: Final = 7
_EACH: Final = 2
_PICTURE_WIDTH: Final = 112
_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_SURE: Final = 0.5

_WORTH: Final = {
    "subscription_overlap": "{n} overlaps in all; keeping one of each saves {total} a year.",
    "price_rise": "{n} prices rose in the last year in all: {total} more a year.",
    "duplicate_charge": "",
    "fees_paid": "",
    "shortfall": "",
    "spending_up": "",
}
"""The messages of findings in the order they are told, and what is said of all of a kind together."""


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the command."""
    one = commands.add_parser(
        "demo", help="tell the story of a simulated household on a real encrypted store"
    )
    one.add_argument("--seed", type=int, help="another household")
    one.add_argument("--country", choices=("GB", "US", "DE", "AU"), default="GB")
    one.add_argument(
        "--keep", metavar="FOLDER", help="keep the statement files here, to import them yourself"
    )
    form = one.add_mutually_exclusive_group()
    form.add_argument("--svg", metavar="FILE", help="also write the screen as a picture")
    form.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run)
    del shared


def run(arguments: argparse.Namespace) -> int:
    """Simulate, import, tell, withdraw."""
    from edge_engine.clock import SystemClock  # noqa: PLC0415
    from edge_engine.simulation.household import DEMO_SEED, simulate  # noqa: PLC0415
    from edge_engine.simulation.statements import truth, write  # noqa: PLC0415

    screen = silent() if arguments.json else output.Screen(_recorder() if arguments.svg else None)
    today = SystemClock().now().date()
    seed = DEMO_SEED if arguments.seed is None else arguments.seed
    household = simulate(seed, months=24, end=today, country=arguments.country)
    with _folder(arguments.keep) as place, tempfile.TemporaryDirectory() as private:
        files = write(household, place)
        screen.say(
            "Edge Engine: two years of a simulated household, on this computer alone. Nothing is downloaded or sent."
        )
        with Engine.open(Path(private) / "demo.edge", key=HostKey(secrets.token_bytes(32))) as engine:
            for purpose in GRANTED:
                engine.consent.grant(purpose)
            reports = _import(screen, engine, files)
            _tell_import(screen, engine, reports, truth(household)["expected"])
            _tell_encryption(screen, Path(private) / "demo.edge", [one.text for one in household.postings])
            _tell_consent(screen, engine)
            _tell_spending(screen, engine, today)
            streams = operations.call(engine, "streams")
            _tell_bills(screen, streams)
            _tell_findings(screen, engine)
            _tell_outlook(screen, engine)
            told = _facts(engine, reports) if arguments.json else {}
            screen.heading("7  One day in a life, on another store")
            told["day"] = day.tell(screen)
            _withdraw(screen, engine)
            told["consent_after_withdrawal"] = operations.call(engine, "consent.state")
    if arguments.json:
        output.json(told)
        return 0
    if arguments.keep:
        screen.note(f"The statement files are in {place}. To import them: edge-engine import {place}/[01]*")
    else:
        screen.note("Your own statements: edge-engine import FILE    More: edge-engine --help")
    if arguments.svg:
        picture = screen.console.export_svg(title="edge-engine demo")
        # The exporter names fonts on a server; a picture of a private thing asks no server for anything.
        Path(arguments.svg).write_text(_FONTS.sub("", picture), "utf-8")
    return 0


def silent() -> output.Screen:
    """Return a screen that nobody sees, for answers in JSON."""
    from rich.console import Console  # noqa: PLC0415

    return output.Screen(Console(file=io.StringIO()))


def _facts(engine: Engine, reports: list[IngestReport]) -> dict[str, Any]:
    """Return for programs what the screen tells people."""
    asked = ("accounts", "consent.state", "spending", "streams", "insights", "forecast")
    return {"imports": reports, **{name: operations.call(engine, name) for name in asked}}


def _recorder() -> Console:
    from rich.console import Console  # noqa: PLC0415

    return Console(record=True, width=_PICTURE_WIDTH, highlight=False)


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep:
        yield Path(keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def _import(screen: output.Screen, engine: Engine, files: list[Path]) -> list[IngestReport]:
    reports = []
    with screen.progress("Importing", len(files)) as advance:
        for number, file in enumerate(files, 1):
            reports.append(engine.ingest(file))
            advance(number, file.name)
    return reports


def _tell_import(
    screen: output.Screen, engine: Engine, reports: list[IngestReport], expected: dict[str, Any]
) -> None:
    added = sum(one.added for one in reports)
    again = sum(one.duplicates for one in reports)
    booked = sum(one.updated for one in reports)
    transfers = sum(one.transfers for one in reports)
    formats = sorted({output.format_name(one.format) for one in reports})
    seconds = sum(one.seconds for one in reports)
    screen.heading("1  Imported and encrypted")
    screen.say(
        f"{len(reports)} overlapping statements in {len(formats)} formats ({', '.join(formats)}): "
        f"{added:,} transactions in {seconds:.1f} s. {again:,} were told by several files and kept once, "
        f"{booked:,} pending became booked, {output.count(transfers, 'transfer')} between own accounts found."
    )
    total = operations.call(engine, "transactions", operations.Transactions(limit=1)).total
    screen.say(f"The household made {expected['transactions']:,} transactions; the store holds {total:,}.")


def _tell_encryption(screen: output.Screen, store: Path, texts: list[str]) -> None:
    """Look for the statements' own words in the store's files, as a thief would."""
    data = b"".join(path.read_bytes() for path in sorted(store.iterdir()) if path.is_file())
    words = sorted({text for text in texts if len(text) >= 8})
    found = sum(text.encode() in data for text in words)
    screen.say(
        f"The store's files hold {len(data) / 1e6:.1f} MB; "
        f"of {len(words):,} texts on the statements, {found} can be read in them."
    )


def _tell_consent(screen: output.Screen, engine: Engine) -> None:
    states = operations.call(engine, "consent.state")
    on = [one for one in states if one.granted]
    off = [one.purpose for one in states if not one.granted]
    screen.heading("2  What consent allows")
    for one in on:
        until = f"until {one.expires:%Y-%m-%d}" if one.expires else "always"
        screen.say(f"on   {one.purpose} ({until}): {one.gained}")
    screen.note(f"off  {', '.join(off)}")


def _tell_spending(screen: output.Screen, engine: Engine, today: date) -> None:
    taxonomy = Taxonomy.default()
    lines = [one for one in operations.call(engine, "spending", operations.Spending(2)) if not one.income]
    last = [one for one in lines if one.complete and one.n] or lines
    month = max(one.month for one in last)
    screen.heading(f"3  Spending in {month:%B %Y}")
    rows = [
        [
            taxonomy.group(one.category).label() if one.category else "Not sorted",
            output.money(one.amount),
            output.money(one.usual) if one.usual else "",
            output.money(one.change, signed=True) if one.change else "",
        ]
        for one in last
        if one.month == month
    ][:_CATEGORIES]
    screen.table(["category", "spent", "usual", "change"], rows, right=("spent", "usual", "change"))
    del today


def _tell_bills(screen: output.Screen, streams: list[Stream]) -> None:
    """Show the costliest bills and the largest incomes, and what all of them come to."""
    running = [one for one in streams if one.next is not None]
    bills = [one for one in running if one.outgoing]
    incomes = sorted((one for one in running if not one.outgoing), key=lambda one: -one.a_year.minor)
    shown = [*bills[:_BILLS], *incomes[:_EACH]]
    screen.heading("4  Recurring bills and incomes")
    screen.console.print(stream_table(screen, shown))
    for found, taken, what, does in (
        (bills, _BILLS, "bills, subscriptions and savings plans", "take"),
        (incomes, _EACH, "regular incomes", "bring"),
    ):
        more = len(found) - taken
        if found:
            screen.say(
                (f"And {more:,} more: all " if more > 0 else "All ")
                + f"{len(found):,} {what} {does} {_yearly(found)} a year."
            )
    tell_varying(screen, shown)


def _yearly(streams: list[Stream]) -> str:
    """Return what streams come to in a year, in the currency of the largest."""
    currency = streams[0].expected.currency
    total = sum(abs(one.a_year.minor) for one in streams if one.a_year.currency == currency)
    return output.money(Money(total, currency))


def _tell_findings(screen: output.Screen, engine: Engine) -> None:
    """Show the most valuable of each kind, and what each kind is worth in a year."""
    found = operations.call(engine, "insights")
    screen.heading("5  What was found")
    for key, worth in _WORTH.items():
        of_kind = [one for one in found if one.message.key == key and one.confidence >= _SURE]
        for one in of_kind[:_EACH]:
            screen.say(insight_line(one))
        money = [one.money_a_year for one in of_kind if one.money_a_year]
        if len(of_kind) > _EACH and worth and money:
            total = Money(sum(one.minor for one in money), money[0].currency)
            screen.note(f"  {worth.format(n=len(of_kind), total=output.money(total))}")
    screen.note(MARKS)


def _tell_outlook(screen: output.Screen, engine: Engine) -> None:
    from edge_engine.insights.words import outlook  # noqa: PLC0415 - draws on numpy's neighbours

    for ahead in operations.call(engine, "forecast", operations.Forecast(8)):
        screen.heading("6  The next eight weeks")
        screen.say(outlook(ahead))


def _withdraw(screen: output.Screen, engine: Engine) -> None:
    screen.heading("8  What leaves this device")
    screen.say(f"Nothing. {_sockets()}")
    screen.heading("9  Consent withdrawn: insights")
    done = operations.call(engine, "consent.withdraw", operations.OnePurpose("insights"))
    screen.say(f"Deleted before the call returned: {output.purged(done.purged)}.")
    try:
        operations.call(engine, "insights")
    except PurposeDenied as denied:
        screen.say(f"Asked again: {denied} [{denied.code}, rule {denied.rule}]")


def _sockets() -> str:
    """Say whether this process ever loaded what could open a connection, from what is loaded now."""
    could = any(
        name in sys.modules for name in ("edge_engine_sync.transport", "edge_engine_sync.aggregator.server")
    )
    loaded = (
        "A part of the engine that could open a connection was loaded."
        if could
        else ("No part of the engine that could open a connection was loaded.")
    )
    return f"{loaded} Counts alone may ever leave, where the app names servers and you agree: edge-engine signals list"
