"""What collectors get of a run: sums over devices with the noise that the aggregators' own code adds, beside the truth.

``sampled``: the noise of both servers is drawn by the function that draws it there, for the loss and the sensitivity
that the task file tells them. ``sent``: as well, each contribution of a signal's last window is split, proved, verified
and added up by the code of both aggregators, in one process and without a network, before they add their noise.

How far off a number will be is foretold from the noise alone: both servers' discrete Laplace noise, the devices' own,
or what random answers do. What the bounds of a signal cut off is no noise and is not part of the truth either: truth is
what devices measured within them.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from edge_engine.signals.catalogue import MICRO, Noise, SignalType
from edge_engine.signals.preview import window_days
from edge_engine.signals.randomize import margin, scale, span, variance
from edge_engine.signals.tasks import measurement_of, task_of
from edge_engine.simulation.instrument import SERVERS
from edge_engine.simulation.record import Aggregate, Collecting, rounded
from edge_engine_sync.aggregator.noise import add_noise, discrete_laplace, scale_of, standard_deviation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge_engine.signals.catalogue import Catalogue, Signal
    from edge_engine.simulation.record import DeviceRecord, Settings

NORMAL_95: Final = 1.959963984540054
"""Of a normal distribution 95 in 100 lie within so many standard deviations."""

NONCE_BYTES: Final = 16
SAMPLED: Final = Collecting.SAMPLED.value
SENT: Final = Collecting.SENT.value


class Sums:
    """Adds devices up as they come, so that none has to be kept.

    Args:
        settings: Of the run.
        catalogue: Of the run, its losses multiplied as the settings say.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings, self._catalogue = settings, catalogue
        self._devices: dict[tuple[str, int], int] = defaultdict(int)
        self._truth: dict[tuple[str, int], list[int]] = {}
        self._shared: dict[tuple[str, int], list[int]] = {}
        self._last: dict[str, tuple[int, list[tuple[int, ...]]]] = {}

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        for one in record.signals:
            if not one.shared:
                continue
            signal, key = self._catalogue.signal(one.signal), (one.signal, one.window)
            self._devices[key] += 1
            _add(self._truth.setdefault(key, [0] * signal.length), entries(signal, one.measured))
            _add(self._shared.setdefault(key, [0] * signal.length), entries(signal, one.shared))
            if self._settings.collecting is Collecting.SENT:
                self._keep(one.signal, one.window, one.shared)

    def _keep(self, signal: str, window: int, shared: tuple[int, ...]) -> None:
        """Keep the contributions of a signal's last window: those that are sent."""
        last, kept = self._last.get(signal, (window, []))
        if window > last:
            last, kept = window, []
        if window == last:
            kept.append(shared)
        self._last[signal] = last, kept

    def aggregates(self) -> list[Aggregate]:
        """Return every sum, by signal as the catalogue has them and by window."""
        order = {name: at for at, name in enumerate(self._catalogue.signals)}
        return [
            self._aggregate(*key) for key in sorted(self._devices, key=lambda key: (order[key[0]], key[1]))
        ]

    def _aggregate(self, name: str, window: int) -> Aggregate:
        signal, n = self._catalogue.signal(name), self._devices[name, window]
        truth, shared = self._truth[name, window], self._shared[name, window]
        chance = random.Random(f"{self._settings.seed} {name} {window}")
        last, contributions = self._last.get(name, (-1, []))
        if last == window:
            way, got = SENT, summed(signal, contributions, chance)
        else:
            way, got = SAMPLED, [total + _noise(signal, chance) for total in shared]
        deviation, bound = foretold(signal, n)
        return Aggregate(
            signal=name,
            window=window,
            first=window_days(signal, window)[0],
            labels=tuple(signal.entry(at) for at in range(signal.length)),
            devices=n,
            least=signal.min_batch,
            told=n >= signal.min_batch,
            epsilon=signal.epsilon,
            noise=signal.noise.value,
            way=way,
            truth=tuple(map(float, truth)),
            collected=tuple(rounded(one) for one in cleared(signal, got, n)),
            deviation=(rounded(deviation),) * signal.length,
            bound=(rounded(bound),) * signal.length,
        )


def entries(signal: Signal, values: Sequence[int]) -> list[int]:
    """Return a contribution as what it adds to each entry of the sum."""
    if signal.type is not SignalType.HISTOGRAM:
        return list(values)
    added = [0] * signal.length
    added[values[0]] = 1
    return added


def servers_scale(signal: Signal) -> Fraction:
    """Return the scale of the noise that each server adds to each entry; 0 where devices blur."""
    if signal.noise is not Noise.AT_COLLECTION:
        return Fraction(0)
    return scale_of(task_of(signal, SERVERS).vdaf, Fraction(signal.loss, MICRO), span(signal))


def summed(signal: Signal, contributions: Sequence[tuple[int, ...]], chance: random.Random) -> list[int]:
    """Return what a collector gets of contributions that both aggregators added up.

    Args:
        signal: What is counted.
        contributions: As they leave the devices.
        chance: Of shares and noise; seeded, as nobody's secrets are in a simulation.
    """
    task = task_of(signal, SERVERS)
    vdaf, context = task.vdaf, task.context
    key = chance.randbytes(32)
    found: tuple[list[list[int]], list[list[int]]] = ([], [])
    for shared in contributions:
        nonce = chance.randbytes(NONCE_BYTES)
        measurement = measurement_of(signal, shared)
        public, shares = vdaf.shard(context, measurement, nonce, chance.randbytes(vdaf.rand_size))
        begun = [
            vdaf.verify_init(key, context, party, nonce, public, share) for party, share in enumerate(shares)
        ]
        message = vdaf.verifier_shares_to_message(context, [share for _, share in begun])
        for party, (state, _) in enumerate(begun):
            found[party].append(vdaf.verify_next(state, message))
    totals = [vdaf.aggregate(one) for one in found]
    if signal.noise is Noise.AT_COLLECTION:
        epsilon = Fraction(signal.loss, MICRO)
        totals = [add_noise(vdaf, one, epsilon, chance.randrange, span(signal)) for one in totals]
    # As the collector reads it: noise may bring a sum below nothing, which the field writes as a large number.
    modulus = vdaf.field.modulus
    numbers = vdaf.decode_aggregate(vdaf.merge(totals))
    return [number - modulus if number > modulus // 2 else number for number in numbers]


def cleared(signal: Signal, got: Sequence[int], devices: int) -> list[float]:
    """Return what a collector makes of a sum: margins taken off, and the share of random answers."""
    if signal.noise is Noise.RANDOMIZED_RESPONSE:
        truth, other = answer_chances(signal)
        return [(one - devices * other) / (truth - other) for one in got]
    lift = margin(signal) * devices
    return [float(one - lift) for one in got]


def answer_chances(signal: Signal) -> tuple[float, float]:
    """Return how likely a random answer is the truth, and how likely it is any one of the others."""
    choices = signal.length if signal.type is SignalType.HISTOGRAM else 2
    weight = math.exp(signal.epsilon)
    return weight / (weight + choices - 1), 1.0 / (weight + choices - 1)


def foretold(signal: Signal, devices: int) -> tuple[float, float]:
    """Return the standard deviation of each entry that is foretold, and how far off 95 in 100 are at most.

    Of random answers it is that of the most uncertain entry, about which nothing has to be known.
    """
    if signal.noise is Noise.AT_COLLECTION:
        task = task_of(signal, SERVERS)
        deviation = standard_deviation(task.vdaf, Fraction(signal.loss, MICRO), span(signal))
        return deviation, two_laplace_bound(float(servers_scale(signal)))
    if signal.noise is Noise.RANDOMIZED_RESPONSE:
        truth, other = answer_chances(signal)
        most = max(truth * (1 - truth), other * (1 - other))
        deviation = math.sqrt(devices * most) / (truth - other)
    elif signal.noise is Noise.LAPLACE:
        deviation = math.sqrt(2 * devices) * float(scale(signal))
    else:
        deviation = math.sqrt(devices * float(variance(signal)))
    return deviation, NORMAL_95 * deviation


def two_laplace_bound(spread: float, beyond: float = 0.05) -> float:
    """Return how far the sum of two Laplace variables of one scale goes, but for a share of all cases.

    The sum is beyond t with chance ``e^(-t/b) (1 + t/(2b))``. Discrete noise takes whole steps: half of one is added.
    """
    if not spread:
        return 0.0
    low, high = 0.0, 64.0
    for _ in range(64):
        middle = (low + high) / 2
        if math.exp(-middle) * (1 + middle / 2) > beyond:
            low = middle
        else:
            high = middle
    return high * spread + 0.5


def sums_of(settings: Settings, catalogue: Catalogue, records: Iterable[DeviceRecord]) -> list[Aggregate]:
    """Return every sum over some devices."""
    sums = Sums(settings, catalogue)
    for record in records:
        sums.add(record)
    return sums.aggregates()


def _noise(signal: Signal, chance: random.Random) -> int:
    """Return both servers' noise on one entry, drawn by their own function."""
    spread = servers_scale(signal)
    if not spread:
        return 0
    return discrete_laplace(spread, chance.randrange) + discrete_laplace(spread, chance.randrange)


def _add(total: list[int], values: Sequence[int]) -> None:
    for at, value in enumerate(values):
        total[at] += value
