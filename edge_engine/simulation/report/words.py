"""What each part of a report shows, in one sentence that is worked out of its figures and assumes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import plain
from edge_engine.simulation.report.fairness import HARMS, KEEPS_SHORT
from edge_engine.simulation.report.peers import MABWISER, OURS, VOWPAL
from edge_engine.simulation.report.replay import CHANCE, RUN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.simulation.report.accuracy import Accuracy
    from edge_engine.simulation.report.agreeing import Consents
    from edge_engine.simulation.report.effort import Effort
    from edge_engine.simulation.report.fairness import Fairness, Group, OfferShown
    from edge_engine.simulation.report.figures import Figures
    from edge_engine.simulation.report.privacy import Point, Privacy
    from edge_engine.simulation.report.received import Fatigue, Silences, Value
    from edge_engine.simulation.report.replay import Regret
    from edge_engine.simulation.report.spread import Mean
    from edge_engine.simulation.report.uplift import Retention, Stay

MINUS: Final = "\N{MINUS SIGN}"
TIE: Final = "\N{NO-BREAK SPACE}"
DASH: Final = "\N{EN DASH}"
_KIB: Final = 1024.0

CONTESTANTS: Final = {
    RUN: "this run",
    OURS: "our ranking, from nothing",
    MABWISER: "MABWiser LinTS",
    VOWPAL: "Vowpal Wabbit",
    CHANCE: "chance",
}
PEERS: Final = {MABWISER: "MABWiser", VOWPAL: "Vowpal Wabbit"}
EFFORT: Final = {
    "report_bytes": "bytes sent",
    "reports": "reports sent",
    "transactions": "transactions taken in",
    "rows": "rows written to the store",
    "categorizer": "texts categorized",
    "looks": "looks at everything",
    "rankings": "rankings",
    "outlooks": "outlooks",
    "imports": "imports",
}
FLAGS: Final = {
    KEEPS_SHORT: "takes on debt or ties up money, shown to people who are short",
    HARMS: "expected to do most of them more harm than good",
}


def spoken(name: str) -> str:
    """Write a stable word for people."""
    return name.translate({ord(one): " " for one in "_-:"})


def signed(text: str) -> str:
    """Write a number with a real minus, or a plus before what is above nothing."""
    return text.replace("-", MINUS)


def percent(value: float, digits: int = 0) -> str:
    """Write a share of 1."""
    return signed(f"{100 * value:.{digits}f}%")


def points(value: float) -> str:
    """Write a difference of two shares."""
    return signed(f"{100 * value:+.1f}{TIE}points")


def number(value: float) -> str:
    """Write a number with as many digits as tell something."""
    size = abs(value)
    digits = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return signed(f"{value:,.{digits}f}")


def mark(value: float) -> str:
    """Write a round number of an axis."""
    return signed(f"{value:,.10g}")


def count(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{n:,}{TIE}{one if n == 1 else many or one + 's'}"


def size(value: float) -> str:
    """Write a number of bytes."""
    if value < _KIB:
        return f"{value:.0f}{TIE}B"
    return f"{value / _KIB:,.1f}{TIE}KiB" if value < _KIB**2 else f"{value / _KIB**2:,.1f}{TIE}MiB"


def money(minor: int, currency: str) -> str:
    """Write an amount."""
    whole, dot, rest = plain(minor, currency).partition(".")
    return signed(f"{int(whole):,}{dot}{rest}{TIE}{currency}")


def effort(what: str, value: float) -> str:
    """Write a count of what devices do."""
    return size(value) if what.endswith("_bytes") else number(value)


def welcome(value: float) -> str:
    """Write an expected reward."""
    return "0" if abs(value) < 0.005 else signed(f"{value:+.2f}")


def interval(one: Mean, digits: int = 0) -> str:
    """Write the interval of a share; nothing where there is none."""
    if one.low is None or one.high is None:
        return ""
    return f"{percent(one.low, digits)}{TIE}to{TIE}{percent(one.high, digits)}"


def listed(names: Sequence[str]) -> str:
    """Write names one after another."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


# -- sentences ------------------------------------------------------------------------------------------------------


ALIKE: Final = (
    "Everybody was treated alike, so that nothing can be said about whether suggestions make people stay."
)


def retention(one: Retention) -> str:
    """Say whether people stayed longer."""
    both = one.everybody
    if not both.holdout or not both.suggested:
        return ALIKE
    told = f"{_stayed(both)}. {_verdict(both, one.least)}"
    if one.agreed.holdout and one.agreed.suggested:
        told += f" Among those who agreed to suggestions in their first week: {_stayed(one.agreed)}."
    return told


def _stayed(one: Stay) -> str:
    return (
        f"{percent(one.suggested_there[-1])} of {count(one.suggested, 'person', 'people')} who might get "
        "suggestions "
        f"were there on the last day, and {percent(one.holdout_there[-1])} of {one.holdout:,} who could not"
    )


def _verdict(one: Stay, least: int) -> str:
    look = one.looks[-1]
    if look.low is None or look.high is None:
        return (
            f"The difference, {points(look.difference)}, rests on too few: {least} in each group and enough "
            "of them leaving are needed before it can be told apart from chance."
        )
    between = f"{points(look.difference)}, between {points(look.low)} and {points(look.high)}"
    if not one.decided:
        return f"The difference ({between}) is not told apart from none."
    return f"Suggestions made {'more' if look.difference > 0 else 'fewer'} people stay: {between}."


NOBODY: Final = "Nobody agreed to suggestions who could have got any"


def value(one: Value) -> str:
    """Say what was received."""
    if one.days.mean is None:
        return f"{NOBODY}, so that nothing was received."
    between = ""
    if one.days.low is not None and one.days.high is not None:
        between = f" (between {number(max(one.days.low, 0.0))} and {number(one.days.high)})"
    helped = f"{one.helped:,} of {count(one.people, 'person', 'people')} who agreed"
    if not one.helped:
        return (
            f"None of {count(one.people, 'person', 'people')} who agreed received anything counted in money."
        )
    most = one.kinds[0]
    return (
        f"{helped} received something: {number(one.days.mean)} days of usual spending in a year for each "
        "of them "
        f"on average{between}, {percent(most.days / one.days.mean)} of it by “{spoken(most.kind)}”."
    )


def regret(one: Regret) -> str:
    """Say how well was chosen."""
    if not one.contestants or one.best is None:
        if not one.recorded:
            return "Nothing was suggested, so that nothing was chosen."
        return "There was never more than one thing to suggest, so that nothing was chosen."
    by = {it.name: it.regret.mean or 0.0 for it in one.contestants}
    others = listed([f"{CONTESTANTS[name]} {number(by[name])}" for name in by if name != RUN])
    return (
        f"A choice of this run was expected to bring {number(by[RUN])} less than the best that was there, which was "
        f"{number(one.best)} on average; at the same {count(one.choices, 'moment')} {others}."
    )


def missing(one: Regret) -> str:
    """Say which peers are not there."""
    if not one.missing:
        return ""
    names = listed([PEERS[name] for name in one.missing])
    return f"{names} {'is' if len(one.missing) == 1 else 'are'} not installed here and not compared (extra “bench”)."


def fatigue(one: Fatigue) -> str:
    """Say what tires people."""
    felt = [it for it in one.felt if it.shown]
    if not felt:
        return "Nothing was suggested, so that nobody was tired by it."
    told = f"Who agreed saw {number(one.a_month)} suggestions in 30 days, {number(one.interruptions)} interrupting"
    if len(felt) == 1:
        return f"{told}; {_reacted(felt[0].reactions, felt[0].shown)}."
    return (
        f"{told}. Rested, people {_reacted(felt[0].reactions, felt[0].shown)}; at their most tired they "
        f"{_reacted(felt[-1].reactions, felt[-1].shown)}."
    )


def _reacted(reactions: dict[str, int], shown: int) -> str:
    refused = (reactions["closed"] + reactions["never"]) / shown
    return f"acted upon {percent(reactions['acted'] / shown)} and closed or refused {percent(refused)} of {shown:,}"


def trust(one: Fatigue) -> str:
    """Say how trust went."""
    with_, without = _ends(one.trust), _ends(one.trust_holdout)
    if with_ is None:
        return f"{NOBODY}."
    told = f"Trust of those who are there went from {number(with_[0])} to {number(with_[1])} with suggestions"
    if without is None:
        return f"{told}."
    return f"{told} and from {number(without[0])} to {number(without[1])} without."


def _ends(series: Sequence[float | None]) -> tuple[float, float] | None:
    known = [it for it in series if it is not None]
    return (known[0], known[-1]) if known else None


def silences(one: Silences) -> str:
    """Say why nothing was said."""
    kept = sum(one.reasons.values())
    if not kept and not one.said:
        return "The app never asked for a suggestion."
    if not kept:
        return f"Something was said {one.said:,} times, and never was there nothing to say."
    reason, n = next(iter(one.reasons.items()))
    return (
        f"Something was said {one.said:,} times and nothing {kept:,} times, most often "
        f"({percent(n / kept)}) for the reason “{spoken(reason)}”."
    )


def fairness(one: Fairness) -> str:
    """Say what is flagged."""
    if not one.people_short:
        return "Nobody was suggested anything while truly short of money, so that nothing can be said."
    seen = (
        f"{count(one.people_short, 'person', 'people')} met suggestions while truly short of money; of "
        f"{percent(one.unseen)} of these suggestions the engine did not know it"
    )
    if not one.flagged:
        return f"No offer is flagged. {seen}."
    return f"Flagged: {listed([_flag(it) for it in one.flagged])}. {seen}."


def _flag(one: OfferShown) -> str:
    return f"“{spoken(one.offer)}” ({'; '.join(FLAGS[it] for it in one.flags)})"


def groups(one: Fairness) -> str:
    """Say which group gets least."""
    known = [it for it in one.groups if it.expected.mean is not None]
    if len(known) < 2:
        return "There are not two groups with suggestions to compare."
    least, most = known[0], known[-1]
    flagged = [it for it in known if it.flagged]
    if most.expected.mean == least.expected.mean:
        return "Suggestions suit all groups alike."
    told = f"Suggestions suit {_group(most)} most and {_group(least)} least"
    if flagged:
        names = listed([spoken(it.persona) for it in flagged])
        return f"{told}. Flagged, as surely worse off than others and below nothing: {names}."
    return f"{told}; no group is surely worse off than the others and below nothing."


def _group(one: Group) -> str:
    return f"“{spoken(one.persona)}” ({number(one.expected.mean or 0.0)})"


def forecasts(one: Accuracy) -> str:
    """Say whether outlooks are as sure as they should be."""
    known = [it for it in one.horizons if it.inside.mean is not None]
    if not known:
        return "No outlook's week has come in this run."
    told = []
    for quantity, says in (("balance", "balances"), ("outflow", "outflows")):
        mine = [it.inside.mean or 0.0 for it in known if it.quantity == quantity]
        if mine:
            told.append(f"{percent(min(mine))} to {percent(max(mine))} of {says}")
    return (
        f"By weeks ahead, {listed(told)} came inside the range foretold; {percent(one.goal)} would be right."
    )


def categories(one: Accuracy) -> str:
    """Say whether the categorizer drifts."""
    known = [it for it in one.months if it.right.mean is not None]
    if not known:
        return "No whole month was lived with consent to sort transactions."
    first, last = known[0], known[-1]
    told = f"Of what was given a category, {percent(first.right.mean or 0.0, 1)} was right in the first month"
    if one.drift is None or one.drift.mean is None:
        return f"{told}."
    told += f" and {percent(last.right.mean or 0.0, 1)} in the last"
    change = points(one.drift.mean)
    if one.drift.low is None or one.drift.high is None:
        return f"{told}; device by device {change}, on too few devices to tell it apart from chance."
    between = f"{change}, between {points(one.drift.low)} and {points(one.drift.high)}"
    sure = one.drift.low > 0.0 or one.drift.high < 0.0
    return f"{told}: {'a sure change' if sure else 'no sure change'} device by device ({between})."


def consents(one: Consents) -> str:
    """Say what people agree to."""
    known = [it for it in one.purposes if it.on and it.on[-1] is not None]
    if not known:
        return "Nobody agreed to anything."
    first, last = known[0], known[-1]
    withdrawn = sum(it.withdrawn for it in one.purposes)
    return (
        f"At the end most of those who are there have “{spoken(first.purpose)}” on "
        f"({percent(first.on[-1] or 0.0)}), fewest "
        f"“{spoken(last.purpose)}” ({percent(last.on[-1] or 0.0)}); {count(withdrawn, 'consent')} "
        f"{'was' if withdrawn == 1 else 'were'} taken back, and {percent(one.nothing)} of people never "
        "agreed to anything."
    )


def within(one: Privacy) -> str:
    """Say whether sums are as far off as foretold."""
    if not one.numbers:
        return "No device gave anything to be counted."
    share = one.within / one.numbers
    sure = (
        "fits"
        if one.low <= one.goal <= one.high
        else "does not fit"
        if one.high < one.goal
        else "is better than"
    )
    return (
        f"{percent(share, 1)} of {one.numbers:,} collected numbers lie no farther from the truth than "
        "foretold "
        f"(between {percent(one.low, 1)} and {percent(one.high, 1)}), which {sure} the {percent(one.goal)} "
        "that are promised."
    )


def curve(one: Privacy) -> str:
    """Say how far off a share of people is."""
    if not one.points:
        return "No signal was given whose noise could be drawn anew."
    most = max(it.devices for it in one.points)
    told = [_off(it) for it in one.points if it.devices == most]
    return (
        f"With {count(most, 'person', 'people')}, a share in “{spoken(one.studied)}” is off by {listed(told)}: "
        "lines as foretold, dots as drawn."
    )


def _off(one: Point) -> str:
    return f"{number(100 * one.error)}{TIE}points at epsilon{TIE}{one.epsilon:g}"


def work(one: Effort) -> str:
    """Say what devices do."""
    by = {it.what: it for it in one.ranges}
    if "transactions" not in by:
        return "No device took anything in."
    told = (
        f"Half of the devices take in fewer than {number(by['transactions'].median)} transactions in 30 days"
    )
    for what, says in (
        ("looks", "that look at everything do so fewer than {} times"),
        ("report_bytes", "that send anything send less than {}"),
    ):
        if what in by:
            amount = effort(what, by[what].median)
            told += f"; half of the {by[what].devices:,} {says.format(amount)}"
    return f"{told}. Budgets did not reach for {count(one.refused, 'contribution')}."


def setup(one: Figures) -> str:
    """Say what was run."""
    it = one.setup
    decided = {"engine": "the engine", "random": "chance alone", "nobody": "nobody"}[it.decided_by]
    return (
        f"{count(it.devices, 'simulated device')}, {count(it.days, 'day')} each until "
        f"{it.end.isoformat()}, seed {it.seed}; "
        f"suggestions put in order by {decided}."
    )
