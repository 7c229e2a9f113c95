"""What it costs people: how it tires them, when nothing is said, and whom it treats worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.simulation.report import plots, words
from edge_engine.simulation.report.curves import Line, Plane, lines
from edge_engine.simulation.report.plots import Bar, Interval, Pair, Shares
from edge_engine.simulation.report.received import REACTIONS
from edge_engine.simulation.report.section import (
    MOST_ROWS,
    NONE,
    Section,
    mean_cells,
    plotted,
    week_axis,
)
from edge_engine.simulation.report.surface import Axis
from edge_engine.simulation.report.words import mark, number, percent, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.simulation.report.figures import Figures


_SAYS: Final = {
    "acted": "acted upon",
    "opened": "opened",
    "none": "nothing",
    "not_now": "not now",
    "closed": "closed",
    "never": "never again",
}


_TRUST: Final = (0.4, 0.6)
"""Least that the axis of trust spans: what moves by hundredths is not to look like much."""


def fatigue(one: Figures) -> Section:
    """Return the part on how it tires people."""
    found = one.fatigue
    felt = [it for it in found.felt if it.shown]
    rows = [
        Shares(_felt(it.low, it.high), [it.reactions[name] / it.shown for name in REACTIONS], f"{it.shown:,}")
        for it in felt
    ]
    table = [
        (
            _felt(it.low, it.high),
            f"{it.shown:,}",
            *(percent(it.reactions[name] / it.shown, 1) for name in REACTIONS),
        )
        for it in felt
    ]
    trust = [
        Line(label, [(week + 1.0, it) for week, it in enumerate(series) if it is not None], kind)
        for label, series, kind in (
            ("with suggestions", found.trust, "a"),
            ("holdout", found.trust_holdout, "b"),
        )
    ]
    trust = [line for line in trust if line.points]
    seen = [y for line in trust for _, y in line.points]
    weeks = one.setup.weeks
    return Section(
        "fatigue",
        "Does it tire people?",
        number(found.a_month),
        f"suggestions in 30 days; {number(found.interruptions)} interrupt",
        (
            plotted(
                "fatigue",
                "What people do about a suggestion, by how tired of suggestions they are",
                words.fatigue(found),
                lambda sheet: plots.shares(sheet, rows, [_SAYS[it] for it in REACTIONS], REACTIONS),
                (("Suggestions still felt", "Shown", *(_SAYS[it] for it in REACTIONS)), table),
            ),
            plotted(
                "trust",
                "Mean trust of those who agreed and are there, week by week",
                words.trust(found),
                lambda sheet: lines(
                    sheet,
                    trust,
                    Plane(
                        week_axis(weeks),
                        Axis.over([*seen, *_TRUST], zero=False),
                        (mark, mark),
                        ("weeks since the start", "trust, 0 to 1"),
                    ),
                ),
                (
                    ("End of", "Trust, with suggestions", "Trust, holdout", "Tired, with suggestions"),
                    [
                        (
                            f"week {week + 1}",
                            *(
                                _plain(series, week)
                                for series in (found.trust, found.trust_holdout, found.tired)
                            ),
                        )
                        for week in range(weeks)
                    ],
                ),
            ),
        ),
        "Tiredness, trust and their effects are assumed numbers, each with its reason in behaviour.toml. "
        "Means are over "
        "those who are still there: who lost trust leaves sooner, which makes the rest look more content.",
    )


def _felt(low: float, high: float | None) -> str:
    return f"tired {low:g} or more" if high is None else f"tired {low:g}{words.DASH}{high:g}"


def _plain(series: Sequence[float | None], at: int) -> str:
    found = series[at] if at < len(series) else None
    return NONE if found is None else number(found)


def silences(one: Figures) -> Section:
    """Return the part on when nothing is said."""
    found = one.silences
    kept = sum(found.reasons.values())
    rows = [
        Bar(spoken(name), n / kept, f"{percent(n / kept, 1)} · {n:,}", "muted")
        for name, n in found.reasons.items()
    ][:MOST_ROWS]
    asked = kept + found.said
    return Section(
        "silence",
        "When is nothing said?",
        percent(kept / asked) if asked else NONE,
        "of the times that the app asked",
        (
            plotted(
                "silence",
                "Why nothing was suggested",
                words.silences(found),
                lambda sheet: plots.bars(
                    sheet,
                    rows,
                    Axis.over([it.value for it in rows]),
                    percent,
                    "share of the times that nothing was said",
                ),
                (
                    ("Reason", "Times", "Share"),
                    [(spoken(name), f"{n:,}", percent(n / kept, 1)) for name, n in found.reasons.items()],
                ),
            ),
        ),
        "Each time counts once, for the rule that kept back what came farthest. It does not say what would "
        "have been "
        "said without that rule.",
    )


def fairness(one: Figures) -> Section:
    """Return the part on whom it treats worse."""
    found = one.fairness
    shown = [it for it in found.offers if it.short.mean is not None or it.calm.mean is not None]
    ends = [it for offer in shown for it in (offer.short.mean, offer.calm.mean) if it is not None]
    offers = [
        Pair(
            spoken(it.offer),
            it.calm.mean,
            it.short.mean,
            "flag" if it.flags else "a",
            " ⚑ flagged" if it.flags else "",
        )
        for it in shown
    ]
    groups = [it for it in found.groups if it.expected.mean is not None]
    bounds = [
        end
        for it in groups
        for end in (it.expected.mean, it.expected.low, it.expected.high)
        if end is not None
    ]
    people = [
        Interval(
            spoken(it.persona),
            it.expected.mean or 0.0,
            it.expected.low,
            it.expected.high,
            "flag" if it.flagged else "a",
        )
        for it in groups
    ]
    flags = len(found.flagged) + sum(it.flagged for it in found.groups)
    return Section(
        "fairness",
        "Whom does it treat worse?",
        str(flags),
        "flags for offers or groups",
        (
            plotted(
                "short",
                "How welcome each offer is to people truly short of money, beside others",
                words.fairness(found),
                lambda sheet: plots.pairs(
                    sheet,
                    offers,
                    Axis.over(ends),
                    words.welcome,
                    ("to others", "to people short of money"),
                    "expected reward of showing it",
                ),
                (
                    (
                        "Offer",
                        "To people short",
                        "Shown",
                        "People",
                        "Worse for",
                        "Share of people short",
                        "To others",
                        "Flag",
                    ),
                    [
                        (
                            spoken(it.offer),
                            mean_cells(it.short, number)[0],
                            f"{it.short.n:,}",
                            f"{it.short.devices:,}",
                            f"{it.worse_for:,}",
                            percent(it.share_short, 1),
                            mean_cells(it.calm, number)[0],
                            "; ".join(words.FLAGS[flag] for flag in it.flags) or NONE,
                        )
                        for it in shown
                    ],
                ),
                alarm=bool(found.flagged),
            ),
            plotted(
                "groups",
                "How welcome a suggestion is, by group",
                words.groups(found),
                lambda sheet: plots.intervals(
                    sheet, people, Axis.over(bounds), words.welcome, "expected reward of a suggestion"
                ),
                (
                    (
                        "Group",
                        "People",
                        "Agreed",
                        "Stayed",
                        "Days short",
                        "Received, days",
                        "Expected",
                        "Between",
                        "Refused",
                        "In 30 days",
                    ),
                    [
                        (
                            spoken(it.persona),
                            f"{it.people:,}",
                            f"{it.agreed:,}",
                            percent(it.stayed),
                            percent(it.short),
                            mean_cells(it.days, number)[0],
                            *mean_cells(it.expected, number),
                            mean_cells(it.refused, percent)[0],
                            number(it.a_month),
                        )
                        for it in found.groups
                    ],
                ),
                alarm=any(it.flagged for it in found.groups),
            ),
        ),
        "An offer is flagged where it takes on debt or ties up money and surely more than "
        f"{percent(found.tolerated)} of people truly short were shown it, or where it is expected to do "
        "most of them more harm than "
        "good (a sign test over people, for all offers at once). Few people mean few flags: no flag is no "
        "proof of "
        "fairness. Groups are those of the simulator; what makes a group vulnerable in a country is not "
        "known to it.",
    )
