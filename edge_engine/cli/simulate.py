"""``simulate``: a fleet of simulated devices with the real engine, and what if something were otherwise."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine.cli import output
from edge_engine.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edge_engine.simulation.compare import Comparison
    from edge_engine.simulation.record import Settings, Timings
    from edge_engine.simulation.report.folder import Written
    from edge_engine.simulation.trial import Progress, Workers

DEVICES: Final = 100
DAYS: Final = 180
SEED: Final = 1
END: Final = date(2027, 6, 30)
"""Last day of a run where none is given: experiments of the policy run then, and no signal has expired."""

_FOLDERS: Final = ("policy", "offers", "signals")
_DIGEST: Final = 64
"""Letters of a SHA-256."""

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps libraries from starting threads of their own beside a process a core."""


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands."""
    one = commands.add_parser(
        "simulate",
        help="let a fleet of simulated devices live with the real engine, and compare two such runs",
        description="Everything that people do in it is assumed, with reasons (docs/simulator.md); no figure of it "
        "says anything about real people.",
    )
    _add_what(one)
    _add_how(one)
    one.set_defaults(run=run)
    actions = one.add_subparsers(dest="action", metavar="ACTION")
    two = actions.add_parser("compare", help="tell how two finished runs on the same seeds differ")
    two.add_argument("first", type=Path, metavar="A", help="folder of a run")
    two.add_argument("second", type=Path, metavar="B", help="folder of another, of the same people and days")
    two.add_argument("--json", action="store_true", help="print JSON")
    two.set_defaults(run=run_comparison)
    three = actions.add_parser(
        "teach", help="make a prior of what a run's devices gave, for others to start with"
    )
    three.add_argument("folder", type=Path, metavar="RUN", help="folder of a run that measured what_helps")
    three.add_argument(
        "--products", type=Path, metavar="RUN", help="run whose devices say how features go along"
    )
    three.add_argument("--file", type=Path, required=True, metavar="FILE", help="the prior to write")
    three.add_argument(
        "--untold", action="store_true", help="use sums of too few devices as well, which no server tells"
    )
    three.add_argument("--json", action="store_true", help="print JSON")
    three.set_defaults(run=run_lesson)
    four = actions.add_parser("report", help="write the figures and the page of a finished run anew")
    four.add_argument("folder", type=Path, metavar="RUN", help="folder of a run")
    four.add_argument("--json", action="store_true", help="print JSON")
    four.set_defaults(run=run_report)
    del shared


def _add_what(one: argparse.ArgumentParser) -> None:
    """Add what the numbers depend on."""
    one.add_argument("--devices", type=int, default=DEVICES, metavar="N", help=f"how many; {DEVICES}")
    one.add_argument("--days", type=int, default=DAYS, metavar="D", help=f"days of each; {DAYS}")
    one.add_argument("--seed", type=int, default=SEED, metavar="S", help="other people and other luck")
    one.add_argument("--end", type=date.fromisoformat, default=END, metavar="DAY", help=f"last day; {END}")
    one.add_argument(
        "--countries", default="", metavar="GB,US,...", help="where people live; all that are known"
    )
    one.add_argument("--offers", default="", metavar="DIR", help="folder of offers, guards and experiments")
    one.add_argument("--policy", default="", metavar="DIR", help="folder of a consent policy")
    one.add_argument("--signals", default="", metavar="DIR", help="folder of a catalogue of signals")
    one.add_argument("--decided-by", default="engine", choices=("engine", "random", "nobody"))
    one.add_argument(
        "--prior", default="shipped", metavar="PRIOR", help="none, shipped, or the file of a fleet's prior"
    )
    one.add_argument(
        "--prior-ridge", type=float, default=0.0, metavar="R", help="outcomes that a prior is worth"
    )
    one.add_argument(
        "--holdout", type=float, default=0.1, metavar="SHARE", help="devices without suggestions"
    )
    one.add_argument(
        "--epsilon", type=float, default=1.0, metavar="FACTOR", help="by which losses are multiplied"
    )
    one.add_argument("--collect", default="sampled", choices=("sampled", "sent", "nothing"))
    one.add_argument(
        "--outlooks", default="model", choices=("model", "habits"), help="habits: nearly twice as fast"
    )
    one.add_argument(
        "--signal-weeks", type=int, default=8, metavar="W", help="last weeks with signals; 0: all"
    )
    one.add_argument("--ask-days", type=int, default=3, metavar="D", help="days between two asks, at least")


def _add_how(one: argparse.ArgumentParser) -> None:
    """Add what the numbers do not depend on."""
    one.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the run; a new one, or one to go on with"
    )
    one.add_argument("--workers", type=int, default=0, metavar="N", help="processes; 0: one a core")
    one.add_argument("--on", default="processes", choices=("processes", "ray"))
    one.add_argument("--address", default="", metavar="HOST", help="of a Ray cluster that runs")
    one.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Live a fleet."""
    from edge_engine.simulation import trial  # noqa: PLC0415 - loads the engine and its models

    if arguments.out is None:
        raise InputError("say with --out into which folder the run is written")
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    settings = settings_of(arguments)
    timings = trial.run(settings, arguments.out, _workers(arguments), _progress(quiet=arguments.json))
    if arguments.json:
        _write_report(arguments.out)
        output.json(timings)
    else:
        _tell(settings, timings, arguments.out)
        _tell_report(_write_report(arguments.out))
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    """Write the report of a run anew."""
    written = _write_report(arguments.folder)
    if arguments.json:
        output.json(written)
    else:
        _tell_report(written)
    return 0


def _write_report(folder: Path) -> Written:
    from edge_engine.simulation.report.folder import write  # noqa: PLC0415 - with the records

    return write(folder)


def _tell_report(written: Written) -> None:
    screen = output.Screen()
    if written.page:
        screen.say(f"The report is {written.page}, its figures {written.figures}.")
    else:
        screen.say(f"The figures are {written.figures}.")
        screen.note("A page needs the extra sim of this package: pip install jinja2")
        if written.stale:
            screen.note(f"{written.stale} is of an earlier call.")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Return the settings that a command line gives."""
    from edge_engine.simulation.record import Collecting, DecidedBy, Outlooks, PriorKind, Settings  # noqa: PLC0415

    named = arguments.prior in (PriorKind.NONE, PriorKind.SHIPPED)
    settings = Settings(
        devices=arguments.devices,
        days=arguments.days,
        seed=arguments.seed,
        end=arguments.end,
        policy=arguments.policy,
        offers=arguments.offers,
        signals=arguments.signals,
        decided_by=DecidedBy(arguments.decided_by),
        prior=PriorKind(arguments.prior) if named else PriorKind.FLEET,
        prior_file="" if named else arguments.prior,
        prior_ridge=arguments.prior_ridge,
        holdout=arguments.holdout,
        epsilon_factor=arguments.epsilon,
        collecting=Collecting(arguments.collect),
        outlooks=Outlooks(arguments.outlooks),
        signal_weeks=arguments.signal_weeks,
        ask_days=arguments.ask_days,
    )
    if not arguments.countries:
        return settings
    import msgspec  # noqa: PLC0415 - with the settings

    return msgspec.structs.replace(settings, countries=tuple(arguments.countries.split(",")))


def _workers(arguments: argparse.Namespace) -> Workers:
    if arguments.address and arguments.on != "ray":
        raise InputError("an address is of a Ray cluster: it goes with --on ray")
    if arguments.on == "ray":
        from edge_engine.simulation.ray import Ray  # noqa: PLC0415 - an extra

        return Ray(arguments.address, arguments.workers or None)
    from edge_engine.simulation.trial import Processes  # noqa: PLC0415 - as above

    return Processes(arguments.workers or os.cpu_count() or 1)


def _progress(*, quiet: bool) -> Callable[[Progress], None] | None:
    """Return what tells how far a run is, on the standard error and where somebody looks at it."""
    if quiet or not sys.stderr.isatty():
        return None

    def tell(one: Progress) -> None:
        left = "" if one.left is None else f", {_span(one.left)} left"
        end = "\n" if one.done == one.devices else ""
        sys.stderr.write(f"\r\x1b[K{one.done:,} of {one.devices:,} devices{left}{end}")
        sys.stderr.flush()

    return tell


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _tell(settings: Settings, timings: Timings, folder: Path) -> None:
    screen = output.Screen()
    screen.say(f"{settings.devices:,} devices lived {settings.days} days; the run is in {folder}.")
    if timings.devices:
        each = timings.core_seconds / timings.devices
        memory = (
            f", {timings.peak_bytes / 2**20:.0f} MiB in the largest process" if timings.peak_bytes else ""
        )
        screen.note(
            f"{_span(timings.seconds)} on {output.count(timings.workers, 'process', 'processes')}, "
            f"{each:.2f} core seconds a device{memory}"
        )


def run_comparison(arguments: argparse.Namespace) -> int:
    """Compare two runs."""
    from edge_engine.simulation.compare import compare  # noqa: PLC0415 - with the records

    told = compare(arguments.first, arguments.second)
    if arguments.json:
        output.json(told)
    else:
        _tell_comparison(output.Screen(), told)
    return 0


def _tell_comparison(screen: output.Screen, told: Comparison) -> None:
    screen.say(f"A {told.first}, B {told.second}: {output.count(told.pairs, 'pair')} of devices.")
    for name, (first, second) in told.changed.items():
        screen.note(f"  {name}: A {_short(name, first)}, B {_short(name, second)}")
    screen.say()
    for one in told.differences:
        sure = "" if one.low is None else f"  [{one.low:+.4f}, {one.high:+.4f}]"
        verdict = {"first": "  A is better", "second": "  B is better", "": ""}[one.better]
        screen.say(f"{one.measure.says}: A {one.first:.4f}, B {one.second:.4f}")
        screen.say(f"  B-A {one.difference:+.4f}{sure}{verdict}")
    screen.say()
    word = {"first": "A: more people stay with it.", "second": "B: more people stay with it."}
    screen.say(word.get(told.better, "Neither: who stays does not differ for sure."))
    screen.note("Intervals hold 19 times of 20 each, over simulated people whose ways are assumed.")
    screen.note(
        "Error of numbers: over all sums of both runs, those included of which too few gave to be told."
    )


def _short(name: str, value: str) -> str:
    """Return a setting for people: of a digest its beginning."""
    if not value:
        return "as shipped" if name in _FOLDERS else "none"
    return value[:12] if len(value) == _DIGEST else value


def run_lesson(arguments: argparse.Namespace) -> int:
    """Make a fleet's prior."""
    from edge_engine.simulation.lesson import teach  # noqa: PLC0415 - loads numpy

    products = arguments.products or arguments.folder
    told = teach(arguments.folder, products, arguments.file, untold=arguments.untold)
    if arguments.json:
        output.json(told)
    else:
        screen = output.Screen()
        screen.say(f"The prior of {told.devices:,} contributions is in {told.file}.")
        screen.note(
            f"epsilon {told.epsilon:g} a contribution, {told.a_quarter:g} a device and quarter; the bound left "
            f"{told.kept:.0%} of what devices found"
        )
        if told.untold:
            screen.note("Sums of too few devices were used as well: no server would have told them.")
    return 0
