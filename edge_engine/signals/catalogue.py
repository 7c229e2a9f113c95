"""The catalogue of signals, read from the policy folder: a signal that does not stand there does not exist."""

from __future__ import annotations

import functools
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.policy import Policy
from edge_engine.consent.toml_file import decode, packaged, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE: Final = "signals.toml"
MICRO: Final = 1_000_000
"""Privacy loss is kept in millionths, as whole numbers."""

DAY: Final = 86_400


_MOMENTARY: Final = frozenset({"abstain_rate", "calibration", "consent_state"})


class SignalType(StrEnum):
    """What one contribution is; each is a function of Prio3."""

    COUNT = "count"
    SUM = "sum"
    SUM_VEC = "sum_vec"
    HISTOGRAM = "histogram"
    MULTIHOT = "multihot"


class Noise(StrEnum):
    """Who blurs a signal, and how."""

    AT_COLLECTION = "at_collection"
    RANDOMIZED_RESPONSE = "randomized_response"
    LAPLACE = "laplace"
    GAUSSIAN = "gaussian"


class Signal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may be counted over many people.

    Attributes:
        id: Identifier in snake case; for ever.
        title: A few words for people.
        counts: What exactly is counted, one sentence.
        type: What one contribution is.
        purpose: The purpose that allows counting and sending it.
        data: Data categories that a contribution tells of.
        noise: Who blurs it.
        sensitivity: How much one contribution can change the sum, as L1 norm; longer vectors are cut down to it.
        epsilon: Privacy loss of one contribution; see ``signals.toml``.
        min_batch: Fewest contributions that are ever added up.
        cadence_days: Days of a window; a device contributes once a window at most.
        owner: Who answers for it.
        reason: Why it is needed.
        expires: First day, UTC, on which it is neither measured nor sent any more.
        needs: Other purposes whose data it is worked out from; every one has to be granted too.
        labels: Names of the entries of a vector, or of a histogram's buckets.
        low: Smallest value of an entry; what lies below is raised to it.
        high: Largest value of an entry; what lies above is cut down to it.
        center: Value of an entry that stands for nothing; entries around it can tell of more and of less.
        edges: First value of every bucket of a histogram but the lowest.
        measured: Whether the engine can measure it today.
        missing: Why not, where it cannot.
    """

    id: str
    title: str
    counts: str
    type: SignalType
    purpose: str
    data: tuple[str, ...]
    noise: Noise
    sensitivity: int
    epsilon: float
    min_batch: int
    cadence_days: int
    owner: str
    reason: str
    expires: date
    needs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    low: int = 0
    high: int = 1
    center: int = 0
    edges: tuple[int, ...] = ()
    measured: bool = True
    missing: str = ""

    @property
    def length(self) -> int:
        """Entries of a vector or buckets of a histogram; 1 for a number."""
        if self.type is SignalType.HISTOGRAM:
            return len(self.edges) + 1
        return len(self.labels) if self.type in (SignalType.SUM_VEC, SignalType.MULTIHOT) else 1

    @property
    def loss(self) -> int:
        """Privacy loss of one contribution in millionths of epsilon."""
        # The decimal that people wrote, not the binary number nearest to it.
        return int(Fraction(repr(self.epsilon)) * MICRO)

    @property
    def pure(self) -> bool:
        """Whether the loss is pure differential privacy; concentrated where not."""
        return self.noise is not Noise.GAUSSIAN

    @property
    def momentary(self) -> bool:
        """Whether it is counted as it stands when it is measured, as what it rests on is kept without its moment."""
        return self.id in _MOMENTARY

    @property
    def purposes(self) -> tuple[str, ...]:
        """Every purpose that it takes."""
        return (self.purpose, *self.needs)

    def window(self, seconds: int) -> int:
        """Return the number of the window that a moment lies in, counted from 1970."""
        return seconds // (self.cadence_days * DAY)

    def bounds(self, window: int) -> tuple[int, int]:
        """Return the first second of a window and the first after it."""
        length = self.cadence_days * DAY
        return window * length, (window + 1) * length

    def written(self) -> str:
        """Return what a contribution is told with later, whatever the catalogue says then; `read_signal` reads it."""
        told = msgspec.structs.replace(self, counts="", owner="", reason="", missing="")
        return msgspec.json.encode(told).decode()

    def entry(self, at: int) -> str:
        """Return the words for an entry or bucket."""
        if self.labels:
            return self.labels[at]
        if self.type is not SignalType.HISTOGRAM:
            return self.id
        bounds = (self.low, *self.edges, self.high + 1)
        first, last = bounds[at], bounds[at + 1] - 1
        return str(first) if first >= last else f"{first} to {last}"


def read_signal(written: str) -> Signal | None:
    """Return a signal as it was when something was charged for it; None where that is not known."""
    try:
        return msgspec.json.decode(written, type=Signal)
    except msgspec.MsgspecError:
        return None


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much privacy a device may lose.

    Attributes:
        epoch_days: Days of an epoch, counted from 1970.
        epsilon: Most that all contributions of an epoch lose together.
        delta: Probability with which that may not hold, where concentrated losses are composed.
        reason: Why so much.
    """

    epoch_days: int
    epsilon: float
    delta: float
    reason: str

    @property
    def most(self) -> int:
        """The budget of an epoch in millionths of epsilon."""
        return int(Fraction(repr(self.epsilon)) * MICRO)

    @property
    def epoch_seconds(self) -> int:
        """Length of an epoch."""
        return self.epoch_days * DAY


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    version: str
    issued: date
    budget: Budget
    signal: tuple[Signal, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """Every signal that there is.

    Attributes:
        version: The file's own version.
        issued: Day it was issued.
        budget: Of a device.
        signals: By identifier, in the order of the file.
    """

    version: str
    issued: date
    budget: Budget
    signals: dict[str, Signal]

    def __iter__(self) -> Iterator[Signal]:
        return iter(self.signals.values())

    def signal(self, name: str) -> Signal:
        """Return a signal.

        Raises:
            InputError: There is no such signal.
        """
        found = self.signals.get(name)
        if found is None:
            raise InputError("there is no such signal")
        return found

    @classmethod
    def default(cls) -> Catalogue:
        """Return the catalogue that ships with the engine, held against the policy that does; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path, policy: Policy) -> Catalogue:
        """Read ``signals.toml`` of a folder.

        Raises:
            PolicyError: It cannot be read or is not valid; the sentence names the file and the line.
        """
        return cls.parse(read_text(Path(folder) / FILE), policy)

    @classmethod
    def parse(cls, text: str, policy: Policy) -> Catalogue:
        """Read a catalogue from the text of its file and hold it against a policy.

        Raises:
            PolicyError: The text is not valid; the sentence names the file and the line.
        """
        from edge_engine.signals.catalogue_checks import check_catalogue  # noqa: PLC0415 - it knows these classes

        read = decode(text, _File, FILE)
        check_catalogue(read.budget, read.signal, policy, Places(text, FILE))
        return cls(read.version, read.issued, read.budget, {one.id: one for one in read.signal})


@functools.cache
def _default() -> Catalogue:
    return Catalogue.parse(packaged(FILE), Policy.default())
