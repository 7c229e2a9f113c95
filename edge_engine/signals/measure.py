"""From what was read to bounded whole numbers: pure functions, one for each signal.

Every signal has a value whatever the store holds, so that taking part tells nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.category import ABSTAIN, Taxonomy
from edge_engine.signals.catalogue import DAY, SignalType
from edge_engine.signals.learning import help_statistics
from edge_engine.signals.outcomes import (
    calibration,
    experiment_metric,
    exposure,
    offer_funnel,
    retention_holdout,
    savings_realised,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edge_engine.signals.catalogue import Signal
    from edge_engine.signals.learning import Learned
    from edge_engine.signals.outcomes import Exposed, Judged, Suggested

THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read for one window, under the grants of one signal; what was not asked for is empty.

    Attributes:
        events: (moment, name, subject) of app events within the window.
        sorted_by_leaf: Transactions that the model looked at, by leaf; 0 where it was not sure.
        corrected_by_leaf: Merchants or transactions that were corrected within the window, by leaf.
        forecasts: (p10, p90, what came) of each week foretold that came within the window.
        purposes_on: How many purposes are switched on.
        faults: Names of faults within the window.
        learned: Observations of the ranking within the window, all under the same prior.
        suggested: Suggestions shown within the window, with what became of them.
        exposed: Meetings with an experiment: within the window, or from its start on.
        judged: Categories that the model gave and what the person made of them.
        savings: Suggested savings that were carried out within the window.
        holdout: Whether this device always sees the standard version, so that others can be compared with it; None
            where it was drawn into no experiment.
    """

    events: tuple[tuple[int, str, str], ...] = ()
    sorted_by_leaf: Mapping[int, int] = field(default_factory=dict)
    corrected_by_leaf: Mapping[int, int] = field(default_factory=dict)
    forecasts: tuple[tuple[int, int, int], ...] = ()
    purposes_on: int = 0
    faults: frozenset[str] = frozenset()
    learned: tuple[Learned, ...] = ()
    suggested: tuple[Suggested, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    judged: tuple[Judged, ...] = ()
    savings: int = 0
    holdout: bool | None = None


class Measurement(msgspec.Struct, frozen=True):
    """A contribution within the bounds of its signal.

    Attributes:
        values: One number for a count, a sum or a histogram (its bucket), else one an entry.
        clipped: Entries that were cut to the bounds, or cut down to the sensitivity.
        bucketed: Entries that became a bucket.
    """

    values: tuple[int, ...]
    clipped: int = 0
    bucketed: int = 0


def active_days(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return on how many days, UTC, an app event happened."""
    del signal
    return (len({at // DAY for at, _, _ in facts.events}),)


def insight_outcomes(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return which outcomes of findings an app event told: ``insight.shown`` and so on."""
    told = {name.removeprefix("insight.") for _, name, _ in facts.events if name.startswith("insight.")}
    return tuple(int(label in told) for label in signal.labels)


def correction_rate(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return how many corrections each group of categories got."""
    taxonomy = Taxonomy.default()
    by_group: Counter[str] = Counter()
    for code, n in facts.corrected_by_leaf.items():
        leaf = taxonomy.by_code.get(code)
        # INVARIANT: the reading hides sensitive leaves already; should one come, it is not counted.
        if leaf is not None and not leaf.sensitive:
            by_group[leaf.group] += n
    return tuple(by_group[label] for label in signal.labels)


def abstain_rate(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return one more than the share, in parts per thousand, that the model left open; 0 where it saw nothing."""
    del signal
    n = sum(facts.sorted_by_leaf.values())
    if not n:
        return (0,)
    return (1 + facts.sorted_by_leaf.get(ABSTAIN, 0) * THOUSAND // n,)


def forecast_coverage(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return how many weeks foretold came, and how many within, below and above their range.

    Where more came than an entry can hold, the others are scaled with it, so that their shares stay what they are.
    """
    came = len(facts.forecasts)
    below = sum(actual < p10 for p10, _, actual in facts.forecasts)
    above = sum(actual > p90 for _, p90, actual in facts.forecasts)
    if came > signal.high:
        below, above = below * signal.high // came, above * signal.high // came
        came = signal.high
    return (came, came - below - above, below, above)


def consent_state(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return how many purposes are on."""
    del signal
    return (facts.purposes_on,)


def what_helps(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return how outcomes of suggestions went along with features of the moment and of the suggestion."""
    return help_statistics(signal, facts.learned)


def health(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return which faults there were."""
    return tuple(int(label in facts.faults) for label in signal.labels)


MEASURES: Final[dict[str, Callable[[Signal, Facts], Sequence[int]]]] = {
    "active_days": active_days,
    "insight_outcomes": insight_outcomes,
    "correction_rate": correction_rate,
    "abstain_rate": abstain_rate,
    "forecast_coverage": forecast_coverage,
    "consent_state": consent_state,
    "health": health,
    "offer_funnel": offer_funnel,
    "exposure": exposure,
    "experiment_metric": experiment_metric,
    "calibration": calibration,
    "savings_realised": savings_realised,
    "retention_holdout": retention_holdout,
    "what_helps": what_helps,
}
"""Every signal of the catalogue; whether its facts can be read today, the catalogue says with the reason."""


def measure(signal: Signal, facts: Facts) -> Measurement:
    """Return a signal's contribution, within its bounds whatever the facts are."""
    return bound(signal, MEASURES[signal.id](signal, facts))


def bound(signal: Signal, raw: Sequence[int]) -> Measurement:
    """Cut numbers to a signal's bounds, put them into buckets, and count what that changed."""
    values = [min(max(value, signal.low), signal.high) for value in raw]
    clipped = sum(value != given for value, given in zip(values, raw, strict=True))
    if signal.type is SignalType.HISTOGRAM:
        (value,) = values
        return Measurement((sum(value >= edge for edge in signal.edges),), clipped, bucketed=1)
    center = signal.center
    over = sum(abs(value - center) for value in values) - signal.sensitivity
    cut = [False] * len(values)
    while over > 0:
        # The largest gives way first: it changes the least of what the others say.
        at = max(range(len(values)), key=lambda place: (abs(values[place] - center), place))
        values[at] -= 1 if values[at] > center else -1
        cut[at] = True
        over -= 1
    return Measurement(tuple(values), clipped + sum(cut))
