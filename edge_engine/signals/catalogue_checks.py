"""What must hold in every catalogue of signals, whoever writes it; each breach is told with its line."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from edge_engine.consent.evaluation import Use, judge
from edge_engine.consent.purpose import OWN_ACCESS, Gate, Recipient
from edge_engine.domain.category import Taxonomy
from edge_engine.signals.catalogue import MICRO, Noise, SignalType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from edge_engine.consent.policy import Policy
    from edge_engine.consent.toml_lines import Places
    from edge_engine.errors import PolicyError
    from edge_engine.signals.catalogue import Budget, Signal

MOST_ENTRIES: Final = 1024
LARGEST_VALUE: Final = 2**32 - 1
LEAST_BATCH: Final = 100
"""A sum over fewer people says too much of each, whatever the noise."""

MOST_DAYS: Final = 365
LEAST_REASON: Final = 20

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_LABEL: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*", re.ASCII)
_WORD: Final = re.compile(r"[a-z]+")
_NEVER: Final = {
    "merchants": ("merchant", "merchants", "payee", "counterparty", "shop", "brand", "descriptor"),
    "amounts": ("amount", "amounts", "price", "salary", "spend", "minor", "cents"),
    "balances": ("balance", "balances", "overdraft", "iban", "account", "accounts"),
    "dates": ("date", "dates", "day", "month", "weekday", "birthday"),
    "life events": (
        "life",
        "job",
        "child",
        "birth",
        "relocation",
        "move",
        "marriage",
        "divorce",
        "pregnancy",
    ),
}
"""Words that no identifier and no label of a signal may hold, by what they tell of."""

_TYPES_OF_NOISE: Final = {
    Noise.AT_COLLECTION: frozenset(SignalType),
    Noise.RANDOMIZED_RESPONSE: frozenset((SignalType.COUNT, SignalType.HISTOGRAM)),
    Noise.LAPLACE: frozenset((SignalType.SUM, SignalType.SUM_VEC)),
    Noise.GAUSSIAN: frozenset((SignalType.SUM, SignalType.SUM_VEC)),
}


def check_catalogue(budget: Budget, signals: Sequence[Signal], policy: Policy, places: Places) -> None:
    """Check ``signals.toml`` against itself, the policy and the taxonomy.

    Raises:
        PolicyError: A number is out of range, a name is wrong, or a signal would tell what must never leave.
    """
    _check_budget(budget, places)
    seen: set[str] = set()
    lost = 0
    for index, signal in enumerate(signals):
        _Check(signal, index, places).run(budget, policy)
        if signal.id in seen:
            raise places.complain(f"signal {signal.id} is there twice", "signal", index, "id")
        seen.add(signal.id)
        # INVARIANT: the budget is for the whole catalogue; no signal can only be had at the cost of another.
        lost += signal.loss * (budget.epoch_days // signal.cadence_days)
        if lost > budget.most:
            raise places.complain(
                "with this signal an epoch costs more than its budget", "signal", index, "epsilon"
            )


def _check_budget(budget: Budget, places: Places) -> None:
    def wrong(message: str, key: str) -> PolicyError:
        return places.complain(message, "budget", 0, key)

    if not 1 <= budget.epoch_days <= MOST_DAYS:
        raise wrong(f"epoch_days is from 1 to {MOST_DAYS}", "epoch_days")
    if not _is_loss(budget.epsilon):
        raise wrong("epsilon is above 0, at most 20, and has at most six decimals", "epsilon")
    if not 0 < budget.delta <= 1e-4:
        raise wrong("delta is above 0 and at most 0.0001", "delta")
    if len(budget.reason.strip()) < LEAST_REASON:
        raise wrong("reason needs a sentence", "reason")


def _is_loss(epsilon: float) -> bool:
    if not math.isfinite(epsilon) or not 0 < epsilon <= 20:
        return False
    return (Fraction(repr(epsilon)) * MICRO).denominator == 1


class _Check:
    """The checks of one signal."""

    def __init__(self, signal: Signal, index: int, places: Places) -> None:
        self._signal = signal
        self._index = index
        self._places = places

    def run(self, budget: Budget, policy: Policy) -> None:
        self._names()
        self._numbers(budget, policy.issued)
        self._shape()
        self._noise()
        self._never()
        self._sensitive(Taxonomy.default())
        self._consent(policy)

    def _names(self) -> None:
        signal = self._signal
        if not _ID.fullmatch(signal.id):
            raise self._wrong("a signal's id is in snake_case", "id")
        for key in ("title", "counts", "owner"):
            if not getattr(signal, key).strip():
                raise self._wrong(f"{key} needs words for people", key)
        if len(signal.reason.strip()) < LEAST_REASON:
            raise self._wrong("reason needs a sentence", "reason")
        if signal.measured == bool(signal.missing.strip()):
            raise self._wrong("missing says why a signal is not measured, and only then", "missing")

    def _numbers(self, budget: Budget, issued: date) -> None:
        signal = self._signal
        if not 1 <= signal.cadence_days <= MOST_DAYS or budget.epoch_days % signal.cadence_days:
            raise self._wrong("cadence_days divides the days of the budget's epoch", "cadence_days")
        if not _is_loss(signal.epsilon):
            raise self._wrong("epsilon is above 0, at most 20, and has at most six decimals", "epsilon")
        if signal.min_batch < LEAST_BATCH:
            raise self._wrong(f"min_batch is {LEAST_BATCH} or more", "min_batch")
        if signal.expires <= issued:
            raise self._wrong("expires lies after the day of the policy", "expires")
        if (signal.expires - issued).days > 2 * MOST_DAYS:
            raise self._wrong("a signal runs for two years at most; then it is looked at again", "expires")

    def _shape(self) -> None:
        signal = self._signal
        if not 0 <= signal.low < signal.high <= LARGEST_VALUE:
            raise self._wrong("low and high are whole numbers, 0 or more, and low is the smaller", "high")
        if signal.type is not SignalType.HISTOGRAM and signal.low:
            raise self._wrong("only a histogram starts above 0", "low")
        bits = signal.type in (SignalType.COUNT, SignalType.MULTIHOT)
        if bits and signal.high != 1:
            raise self._wrong(f"an entry of a {signal.type} is 0 or 1", "high")
        if signal.type is SignalType.HISTOGRAM:
            self._buckets()
        elif signal.edges:
            raise self._wrong("only a histogram has edges", "edges")
        vector = signal.type in (SignalType.SUM_VEC, SignalType.MULTIHOT)
        if vector and not 1 <= len(signal.labels) <= MOST_ENTRIES:
            raise self._wrong(f"a vector has 1 to {MOST_ENTRIES} labels", "labels")
        if signal.type in (SignalType.COUNT, SignalType.SUM) and signal.labels:
            raise self._wrong("a single number has no labels", "labels")
        if len(set(signal.labels)) < len(signal.labels):
            raise self._wrong("a label is there twice", "labels")
        self._sensitivity()

    def _sensitivity(self) -> None:
        signal = self._signal
        if not 0 <= signal.center <= signal.high or (signal.center and signal.type is not SignalType.SUM_VEC):
            raise self._wrong("center lies within the bounds, and only a sum_vec has one above 0", "center")
        farthest = max(signal.center, signal.high - signal.center)
        most = 1 if signal.type is SignalType.HISTOGRAM else signal.length * farthest
        exact = signal.type in (SignalType.COUNT, SignalType.SUM, SignalType.HISTOGRAM)
        if not 1 <= signal.sensitivity <= most or (exact and signal.sensitivity != most):
            raise self._wrong(f"sensitivity is {most if exact else f'from 1 to {most}'} here", "sensitivity")

    def _buckets(self) -> None:
        signal = self._signal
        inside = [edge for edge in signal.edges if signal.low < edge <= signal.high]
        if not 1 <= len(signal.edges) < MOST_ENTRIES or inside != sorted(set(signal.edges)):
            raise self._wrong("edges rise, and lie above low and not above high", "edges")
        if list(signal.edges) != inside:
            raise self._wrong("edges rise, and lie above low and not above high", "edges")
        if signal.labels and len(signal.labels) != signal.length:
            raise self._wrong(f"a histogram with these edges has {signal.length} labels, or none", "labels")

    def _noise(self) -> None:
        signal = self._signal
        if signal.type not in _TYPES_OF_NOISE[signal.noise]:
            raise self._wrong(f"{signal.noise} does not blur a {signal.type}", "noise")

    def _never(self) -> None:
        for key, texts in (("id", (self._signal.id,)), ("labels", self._signal.labels)):
            for text in texts:
                if key == "labels" and not _LABEL.fullmatch(text):
                    raise self._wrong(f"{text} is no label", key)
                words = set(_WORD.findall(text))
                for what, never in _NEVER.items():
                    if words.intersection(never):
                        raise self._wrong(f"{text} would tell of {what}, which never leave the device", key)

    def _sensitive(self, taxonomy: Taxonomy) -> None:
        open_groups = {leaf.group for leaf in taxonomy.leaves if not leaf.sensitive}
        closed = {leaf.id for leaf in taxonomy.leaves if leaf.sensitive}
        closed |= {group.id for group in taxonomy.groups if group.id not in open_groups}
        for label in self._signal.labels:
            if label in closed or any(label.startswith(f"{one}.") for one in closed):
                raise self._wrong(f"{label} is sensitive and never leaves the device", "labels")

    def _consent(self, policy: Policy) -> None:
        signal = self._signal
        if not signal.data:
            raise self._wrong("data names at least one", "data")
        for term in signal.data:
            if term not in policy.data:
                raise self._wrong(f"there is no data category {term}", "data")
        for key, purposes in (("purpose", (signal.purpose,)), ("needs", signal.needs)):
            for purpose in purposes:
                if purpose not in policy.purposes or purpose == OWN_ACCESS:
                    raise self._wrong(f"there is no purpose {purpose} that people agree to", key)
        if len(set(signal.purposes)) < len(signal.purposes):
            raise self._wrong("a purpose is there twice", "needs")
        rules = policy.speaking_of(signal.purpose)
        for gate, recipient in ((Gate.INFER, Recipient.DEVICE), (Gate.SEND, Recipient.AGGREGATORS)):
            use = Use(signal.purpose, gate, frozenset(signal.data), recipient, None)
            verdict = judge(rules, use, policy.issued)
            if not verdict.allowed:
                rule = verdict.rules[0].id if verdict.rules else "default-deny"
                raise self._wrong(
                    f"rule {rule} keeps {signal.purpose} from the gate {gate} with this data", "data"
                )

    def _wrong(self, message: str, key: str) -> PolicyError:
        return self._places.complain(message, "signal", self._index, key)
