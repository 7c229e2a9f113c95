"""How right and how sparing it is: outlooks, categories, consents, privacy and work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.simulation.report import plots, words
from edge_engine.simulation.report.curves import Line, Plane, lines
from edge_engine.simulation.report.plots import Interval, Pair, Spread
from edge_engine.simulation.report.section import (
    NONE,
    Section,
    mean_cells,
    plotted,
    share_at,
)
from edge_engine.simulation.report.surface import Axis
from edge_engine.simulation.report.words import mark, number, percent, points, spoken

if TYPE_CHECKING:
    from edge_engine.simulation.report.figures import Figures


def forecasts(one: Figures) -> Section:
    """Return the part on outlooks."""
    found = one.accuracy
    known = [it for it in found.horizons if it.inside.mean is not None]
    drawn = []
    for quantity, label, kind in (("balance", "balance", "a"), ("outflow", "outflow", "c")):
        mine = [it for it in known if it.quantity == quantity]
        band = [
            (float(it.weeks), it.inside.low, it.inside.high)
            for it in mine
            if it.inside.low is not None and it.inside.high is not None
        ]
        if mine:
            drawn.append(
                Line(
                    label,
                    [(float(it.weeks), it.inside.mean or 0.0) for it in mine],
                    kind,
                    [(x, max(low, 0.0), min(high, 1.0)) for x, low, high in band],
                    dots=True,
                )
            )
    weeks = max((it.weeks for it in known), default=1)
    across = Axis(0.5, weeks + 0.5, tuple(float(at) for at in range(1, weeks + 1)))
    balance = [it.inside for it in known if it.quantity == "balance"]
    came = sum(it.n for it in balance)
    inside = sum((it.mean or 0.0) * it.n for it in balance)
    return Section(
        "forecast",
        "Are outlooks as sure as they say?",
        percent(inside / came) if came else NONE,
        f"of balances came inside; {percent(found.goal)} would be right",
        (
            plotted(
                "forecast",
                "Share of outlooks that came inside the range foretold",
                words.forecasts(found),
                lambda sheet: lines(
                    sheet,
                    drawn,
                    Plane(
                        across,
                        Axis(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
                        (mark, percent),
                        ("weeks ahead", "share inside"),
                    ),
                    goal=(found.goal, f"{percent(found.goal)} would be right"),
                ),
                (
                    ("Outlook", "Came", "Inside", "Between", "Below", "Above"),
                    [
                        (
                            f"{it.quantity}, {words.count(it.weeks, 'week')}",
                            f"{it.inside.n:,}",
                            *mean_cells(it.inside, percent),
                            mean_cells(it.below, percent)[0],
                            mean_cells(it.above, percent)[0],
                        )
                        for it in known
                    ],
                ),
            ),
        ),
        "Households are simulated; how outlooks do on real accounts is told in docs/models.md. Weeks of "
        "one person go along with each other, which the "
        "intervals, taken over people, allow for.",
    )


def categories(one: Figures) -> Section:
    """Return the part on the categorizer."""
    found = one.accuracy
    months = [it for it in found.months if it.right.mean is not None]
    drawn = []
    for label, kind, means in (
        ("right", "a", [it.right for it in months]),
        ("left unsure", "b", [it.unsure for it in months]),
    ):
        numbered = [
            (float(month.month + 1), it)
            for month, it in zip(months, means, strict=True)
            if it.mean is not None
        ]
        if numbered:
            drawn.append(
                Line(
                    label,
                    [(x, it.mean or 0.0) for x, it in numbered],
                    kind,
                    [
                        (x, it.low, it.high)
                        for x, it in numbered
                        if it.low is not None and it.high is not None
                    ],
                    dots=True,
                )
            )
    last = max((it.month + 1 for it in months), default=1)
    axis = Axis(0.7, last + 0.3, tuple(float(at) for at in range(1, last + 1)))
    right = months[-1].right.mean if months else None
    return Section(
        "drift",
        "Does the categorizer drift?",
        NONE if found.drift is None or found.drift.mean is None else points(found.drift.mean),
        f"from the first month to the last; {NONE if right is None else percent(right)} right at the end",
        (
            plotted(
                "drift",
                "Categories month by month",
                words.categories(found),
                lambda sheet: lines(
                    sheet,
                    drawn,
                    Plane(
                        axis,
                        Axis(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
                        (mark, percent),
                        ("month of the run", "share"),
                    ),
                ),
                (
                    ("Month", "Right", "Between", "Left unsure", "Given a category"),
                    [
                        (
                            f"month {it.month + 1}",
                            *mean_cells(it.right, lambda v: percent(v, 1)),
                            mean_cells(it.unsure, percent)[0],
                            f"{it.right.n:,}",
                        )
                        for it in months
                    ],
                ),
            ),
        ),
        "Texts are the simulator's, made to look like banks' ones; on real texts the model is weaker "
        "(docs/models.md). "
        "Nobody corrects a category in a run.",
    )


def consents(one: Figures) -> Section:
    """Return the part on consents."""
    found = one.consents
    rows = [
        Pair(
            spoken(it.purpose),
            it.on[0],
            it.on[-1],
            "a",
            f" · {it.withdrawn:,} taken back" if it.withdrawn else "",
        )
        for it in found.purposes
        if it.on and (it.on[0] is not None or it.on[-1] is not None)
    ]
    axis = Axis(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
    first = found.purposes[0] if found.purposes else None
    withdrawn = sum(it.withdrawn for it in found.purposes)
    return Section(
        "consent",
        "What do people agree to?",
        NONE if first is None or first.on[-1] is None else percent(first.on[-1]),
        f"have “{spoken(first.purpose)}” on, the most; {withdrawn:,} taken back" if first else "nothing",
        (
            plotted(
                "consent",
                "Share of those who are there who have a purpose on",
                words.consents(found),
                lambda sheet: plots.pairs(
                    sheet,
                    rows,
                    axis,
                    percent,
                    ("end of the first week", "end of the last"),
                    "share of those there",
                ),
                (
                    ("Purpose", "First week", "Last week", "Taken back"),
                    [
                        (
                            spoken(it.purpose),
                            share_at(it.on, 0),
                            share_at(it.on, len(it.on) - 1),
                            f"{it.withdrawn:,}",
                        )
                        for it in found.purposes
                    ],
                ),
            ),
        ),
        "Who agrees to what is drawn from assumed attitudes (population.toml), the same whatever the app "
        "does. How wording or "
        "design changes it is not simulated.",
    )


def privacy(one: Figures) -> Section:
    """Return the part on what privacy costs."""
    found = one.privacy
    epsilons = sorted({it.epsilon for it in found.points})
    drawn = []
    for epsilon, kind in zip(epsilons, ("d", "a", "c"), strict=False):
        mine = sorted((it for it in found.points if it.epsilon == epsilon), key=lambda it: it.devices)
        label = f"epsilon {epsilon:g}"
        drawn += [
            Line(label, [(float(it.devices), it.foretold) for it in mine], kind),
            Line("", [(float(it.devices), it.error) for it in mine], kind, bare=True),
        ]
    sizes = [float(it.devices) for it in found.points] or [1.0]
    errors = [end for it in found.points for end in (it.error, it.foretold) if end > 0.0] or [1.0]
    rows = [
        Interval(
            spoken(it.signal),
            it.within / it.numbers,
            it.low,
            it.high,
            "a" if it.high >= found.goal else "flag",
            f" of {it.numbers:,}",
        )
        for it in found.signals
    ]
    low = min((it.low for it in found.signals), default=1.0)
    axis = Axis(0.5, 1.0, (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)) if low >= 0.5 else Axis.over([low, 1.0])
    return Section(
        "privacy",
        "What does privacy cost?",
        percent(found.within / found.numbers, 1) if found.numbers else NONE,
        f"of sums are as near the truth as foretold; {percent(found.goal)} is promised",
        (
            plotted(
                "curve",
                "How far a share of people is off, by cohort and privacy loss",
                words.curve(found),
                lambda sheet: lines(
                    sheet,
                    drawn,
                    Plane(
                        Axis.powers(sizes),
                        Axis.powers(errors),
                        (lambda it: f"{it:,.0f}", lambda it: percent(it, 1 if it < 0.01 else 0)),
                        ("people counted", "error of a share of people"),
                    ),
                ),
                (
                    ("Epsilon", "People", "Off by", "Foretold"),
                    [
                        (f"{it.epsilon:g}", f"{it.devices:,}", percent(it.error, 2), percent(it.foretold, 2))
                        for it in found.points
                    ],
                ),
            ),
            plotted(
                "within",
                "Share of a signal's numbers that are as near the truth as foretold",
                words.within(found),
                lambda sheet: plots.intervals(sheet, rows, axis, percent, "share within what was foretold"),
                (
                    (
                        "Signal",
                        "Epsilon",
                        "Blurred",
                        "Sums",
                        "Would be told",
                        "People a sum",
                        "Error",
                        "Foretold",
                        "Within",
                    ),
                    [
                        (
                            spoken(it.signal),
                            f"{it.epsilon:g}",
                            spoken(it.noise),
                            f"{it.sums:,}",
                            f"{it.told:,}",
                            f"{number(it.devices)} of {it.least:,}",
                            number(it.error),
                            number(it.foretold),
                            percent(it.within / it.numbers, 1),
                        )
                        for it in found.signals
                    ],
                ),
                alarm=found.numbers > 0 and found.high < found.goal,
            ),
        ),
        "Truth is what devices measured within a signal's bounds; what bounds cut off counts as no error. "
        "Where fewer gave a "
        "signal than the servers need, they would tell nothing: what they would have told is shown all the "
        "same.",
    )


def effort(one: Figures) -> Section:
    """Return the part on what devices do."""
    found = one.effort
    rows = []
    for it in found.ranges:
        each = [words.effort(it.what, value) for value in (it.p10, it.median, it.p90)]
        label = words.EFFORT[it.what]
        rows.append(Spread(label, it.p10, it.median, it.p90, f"{each[0]} · {each[1]} · {each[2]}"))
    by = {it.what: it for it in found.ranges}
    sent = by.get("report_bytes")
    return Section(
        "effort",
        "What does a device have to do?",
        "nothing" if sent is None else words.size(sent.median),
        "sent in 30 days"
        if sent is None
        else f"sent in 30 days by a middling one of {sent.devices:,} that send",
        (
            plotted(
                "effort",
                "What a device does in 30 days",
                words.work(found),
                lambda sheet: plots.ranges(sheet, rows),
                (
                    (
                        "Count",
                        "Devices with any",
                        "One of ten has less",
                        "Half have less",
                        "Nine of ten have less",
                        "The most",
                        "Mean",
                    ),
                    [
                        (
                            words.EFFORT[it.what],
                            f"{it.devices:,}",
                            *(
                                words.effort(it.what, value)
                                for value in (it.p10, it.median, it.p90, it.most, it.mean)
                            ),
                        )
                        for it in found.ranges
                    ],
                ),
            ),
        ),
        "Counts stand for battery and data; no battery and no network is simulated. Each row is over the "
        "devices that do any "
        "of it and has a scale of its own from zero: the dot is the middling device, the bar goes from one "
        "of ten to nine of "
        "ten. Transactions, rows and texts are over the days that they are of, the months before the first day "
        "included; who left within 30 days is not counted.",
    )
