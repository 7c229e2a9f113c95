"""What it brings: who stays, what is received, and how well is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.simulation.record import DecidedBy
from edge_engine.simulation.report import plots, words
from edge_engine.simulation.report.curves import Line, Plane, lines
from edge_engine.simulation.report.plots import Bar, Interval, Sheet
from edge_engine.simulation.report.replay import RUN, STEPS
from edge_engine.simulation.report.section import (
    MOST_ROWS,
    NONE,
    Section,
    mean_cells,
    plotted,
    share_at,
    week_axis,
)
from edge_engine.simulation.report.surface import Axis
from edge_engine.simulation.report.words import mark, number, percent, points, signed, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.simulation.report.figures import Figures
    from edge_engine.simulation.report.spread import Mean
    from edge_engine.simulation.report.uplift import Stay

FEW: Final = 10
"""Devices that a point of the picture of learning rests on, after the first."""


def retention(one: Figures) -> Section:
    """Return the part on who stays."""
    stay = one.retention.everybody
    look = stay.looks[-1] if stay.looks else None
    sequence = "What the difference was as devices came in, and how sure."
    if look is not None:
        sure = "decided" if stay.decided else "not decided"
        sequence = (
            f"After {look.devices:,} devices the difference is {points(look.difference)} and {sure}; the "
            "band may be "
            "looked at as often as one likes."
        )
        if look.low is None:
            sequence = (
                f"After {look.devices:,} devices the difference is {points(look.difference)}; there is no "
                "band yet, as there "
                f"are fewer than {one.retention.least} devices in a group or too few of them left."
            )
    return Section(
        "retention",
        "Do people stay?",
        NONE if look is None or not _apart(one) else points(look.difference),
        _difference(one),
        (
            plotted(
                "stay",
                "Share of people still there, week by week",
                words.retention(one.retention) if _apart(one) else words.ALIKE,
                lambda sheet: _stay(sheet, stay, one.setup.weeks),
                _stay_table(stay),
            ),
            plotted(
                "sequence",
                "The difference that suggestions make to staying, as devices come in",
                sequence if _apart(one) else words.ALIKE,
                lambda sheet: _sequence(sheet, stay),
                _sequence_table(stay),
            ),
        ),
        "Who leaves follows from an assumed model of trust, tiredness and help received: nobody was "
        "observed leaving. "
        "The interval says what chance did among simulated people, and nothing about how right the model is.",
    )


def _difference(one: Figures) -> str:
    stay = one.retention.everybody
    if not stay.looks or not _apart(one):
        return "nothing to compare with"
    more = "more" if stay.looks[-1].difference >= 0 else "fewer"
    return f"{more} stayed with suggestions, {'surely' if stay.decided else 'not told apart from chance'}"


def _apart(one: Figures) -> bool:
    """Return whether suggestions were made to some and not to others."""
    stay = one.retention.everybody
    return bool(stay.holdout and stay.suggested) and one.setup.decided_by != DecidedBy.NOBODY


def _stay(sheet: Sheet, stay: Stay, weeks: int) -> str:
    drawn = []
    for label, there, kind in (
        ("with suggestions", stay.suggested_there, "a"),
        ("holdout", stay.holdout_there, "b"),
    ):
        if there:
            drawn.append(
                Line(label, [(0.0, 1.0), *((week + 1.0, it) for week, it in enumerate(there))], kind)
            )
    known = [y for line in drawn for _, y in line.points]
    return lines(
        sheet,
        drawn,
        Plane(
            week_axis(weeks),
            Axis.over(known, zero=min(known, default=0.0) < 0.5),
            (mark, percent),
            ("weeks since the start", "share still there"),
        ),
    )


def _stay_table(stay: Stay) -> tuple[tuple[str, ...], Sequence[tuple[str, ...]]]:
    weeks = max(len(stay.suggested_there), len(stay.holdout_there))
    rows = [
        (f"week {week + 1}", share_at(stay.suggested_there, week), share_at(stay.holdout_there, week))
        for week in range(weeks)
    ]
    return ("End of", "With suggestions", "Holdout"), rows


def _sequence(sheet: Sheet, stay: Stay) -> str:
    looks = stay.looks
    band = [
        (float(it.devices), it.low, it.high) for it in looks if it.low is not None and it.high is not None
    ]
    values = [it.difference for it in looks] + [end for _, low, high in band for end in (low, high)]
    across = Axis.over([float(it.devices) for it in looks])
    return lines(
        sheet,
        [Line("difference", [(float(it.devices), it.difference) for it in looks], "a", band)],
        Plane(
            across,
            Axis.over(values),
            (mark, lambda it: signed(f"{100 * it:+.0f}") if it else "0"),
            ("devices so far", "points more who stayed"),
        ),
    )


def _sequence_table(stay: Stay) -> tuple[tuple[str, ...], Sequence[tuple[str, ...]]]:
    every = max(1, len(stay.looks) // MOST_ROWS)
    rows = [
        (
            f"{it.devices:,}",
            points(it.difference),
            NONE if it.low is None or it.high is None else f"{points(it.low)} to {points(it.high)}",
        )
        for it in [*stay.looks[every - 1 : -1 : every], *stay.looks[-1:]]
    ]
    return ("Devices", "Difference", "Between"), rows


def value(one: Figures) -> Section:
    """Return the part on what people get."""
    found = one.value
    rows = [it for it in found.kinds if it.shown]
    drawn = [
        Bar(
            spoken(it.kind),
            it.days,
            f"{number(it.days)} · {it.acted:,} of {it.shown:,}",
            "a" if it.days else "muted",
        )
        for it in rows
    ]
    table = [(spoken(it.kind), f"{it.shown:,}", f"{it.acted:,}", number(it.days)) for it in rows]
    table += [
        (
            f"all, in {it.currency}",
            NONE,
            f"{it.people:,} people",
            f"{words.money(it.each, it.currency)} each",
        )
        for it in found.money
    ]
    return Section(
        "value",
        "What do people get?",
        NONE if found.days.mean is None else f"{number(found.days.mean)} days",
        "of usual spending received a year, by each who agreed",
        (
            plotted(
                "value",
                "Value received by kind of offer",
                words.value(found),
                lambda sheet: plots.bars(
                    sheet,
                    drawn,
                    Axis.over([it.days for it in rows]),
                    mark,
                    "days of usual spending a year, each person",
                ),
                (("Kind of offer", "Shown", "Acted upon", "Days of spending"), table),
            ),
        ),
        "Value is what the engine says a moment is worth in a year, counted once somebody acted. Whether "
        "they would have "
        "acted anyway, and whether money stays saved, is not simulated. Beside each bar: how often acted "
        "upon, of how "
        "often shown.",
    )


def regret(one: Figures) -> Section:
    """Return the part on how well is chosen."""
    found = one.regret
    rows = [it for it in found.contestants if it.regret.mean is not None]
    values = [
        end for it in rows for end in (it.regret.mean, it.regret.high, it.regret.low) if end is not None
    ]
    drawn = [
        Interval(
            words.CONTESTANTS[it.name],
            it.regret.mean or 0.0,
            it.regret.low,
            it.regret.high,
            "a" if it.name == RUN else "muted",
        )
        for it in rows
    ]
    if rows:
        drawn.insert(0, Interval("oracle", 0.0, kind="b"))
    table = [
        (
            words.CONTESTANTS[it.name],
            *mean_cells(it.regret, number),
            mean_cells(it.first_month, number)[0],
            f"{it.regret.n:,}",
        )
        for it in rows
    ]
    names = ["1", *(str(low + 1) for low in STEPS)]
    steps = [f"{low}{words.DASH}{high}" for low, high in zip(names, map(str, STEPS), strict=False)] + [
        f"{names[-1]}+"
    ]
    learned = [
        Line(
            words.CONTESTANTS[it.name],
            [
                (float(at), step.mean)
                for at, step in enumerate(it.steps)
                if step.mean is not None and _told(at, step)
            ],
            {RUN: "a", "cold": "c", "mabwiser": "d", "vowpal": "e", "chance": "muted"}[it.name],
            dots=True,
        )
        for it in rows
    ]
    seen = [y for line in learned for _, y in line.points]
    run = next((it.regret.mean for it in rows if it.name == RUN), None)
    chance = next((it.regret.mean for it in rows if it.name == "chance"), None)
    return Section(
        "regret",
        "How well is it chosen?",
        NONE if run is None or not chance else percent(run / chance),
        "of the regret of choosing by chance",
        (
            plotted(
                "regret",
                "Mean regret of a choice",
                " ".join(filter(None, (words.regret(found), words.missing(found)))),
                lambda sheet: plots.intervals(
                    sheet, drawn, Axis.over(values), number, "regret of a choice; less is better"
                ),
                (("Chosen by", "Regret", "Between", "First 30 days", "Choices"), table),
            ),
            plotted(
                "learning",
                "Regret by how many choices a device has made",
                _learning_words(one),
                lambda sheet: lines(
                    sheet,
                    learned,
                    Plane(
                        Axis(-0.3, len(STEPS) + 0.3, tuple(float(at) for at in range(len(STEPS) + 1))),
                        Axis.over(seen),
                        (lambda it: steps[min(max(round(it), 0), len(STEPS))], number),
                        ("which choice of a device", "mean regret"),
                    ),
                ),
                (
                    ("Chosen by", *(f"Choices {it}" for it in steps)),
                    [
                        (words.CONTESTANTS[it.name], *(mean_cells(step, number)[0] for step in it.steps))
                        for it in rows
                    ],
                ),
            ),
        ),
        "Rewards are what the behaviour model expects of simulated people. Peers choose at the moments "
        "that this run came "
        "to, from the same candidates and with rewards drawn around the same means; what their choices "
        "would have led to "
        "later is not simulated. This run may have a prior; the others start from nothing on each device.",
    )


def _learning_words(one: Figures) -> str:
    run = next((it for it in one.regret.contestants if it.name == RUN), None)
    if run is None or run.steps[0].mean is None:
        return "Nothing was chosen."
    at = max(step for step in range(len(run.steps)) if _told(step, run.steps[step]))
    last = run.steps[at]
    first = number(run.steps[0].mean)
    if at == 0:
        return f"This run's regret is {first} in a device's first {STEPS[0]} choices; few devices made more."
    return (
        f"This run's regret is {first} in a device's first {STEPS[0]} choices and {number(last.mean or 0.0)} in those "
        f"after {STEPS[at - 1]} ({words.count(last.n, 'choice')} on {words.count(last.devices, 'device')})."
    )


def _told(step: int, one: Mean) -> bool:
    """Return whether so many devices made that many choices that their mean is drawn; the first part always is."""
    return one.mean is not None and (step == 0 or one.devices >= FEW)
