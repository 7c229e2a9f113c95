"""Everything that a report says in numbers, of what a run recorded; pure, and the same for the same records.

Devices are taken one at a time and none is kept, so that a run of any size can be reported on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation import record as records_of
from edge_engine.simulation.equipment import Equipment, require_same
from edge_engine.simulation.report.accuracy import Accuracy, Judging
from edge_engine.simulation.report.agreeing import Agreeing, Consents
from edge_engine.simulation.report.effort import Effort, Working
from edge_engine.simulation.report.fairness import Fairness, Treating
from edge_engine.simulation.report.privacy import Blurring, Privacy
from edge_engine.simulation.report.received import Fatigue, Keeping, Receiving, Silences, Value, Wearying
from edge_engine.simulation.report.replay import Choosing, Regret
from edge_engine.simulation.report.uplift import Retention, Staying

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from edge_engine.signals.catalogue import Catalogue
    from edge_engine.simulation.record import Aggregate, DeviceRecord, Settings

FILE: Final = "figures.json"
SCHEMA: Final = 1


class Setup(msgspec.Struct, frozen=True):
    """What was run, in short; ``settings.json`` has all of it.

    Attributes:
        devices: How many.
        days: Of each, at most.
        weeks: Touched.
        seed: Of chance.
        first: Day 0.
        end: The last day.
        countries: Where people live.
        decided_by: Who put suggestions in order.
        prior: What was expected before anything was learned.
        outlooks: What said where balances were heading, when something was decided.
        holdout: Share without suggestions, as asked for.
        epsilon_factor: By which privacy losses were multiplied.
        policy: Folder of a consent policy other than the one that ships; empty for that.
        offers: Folder of other offers and guards; empty for those that ship.
        people: Devices by group.
        live_in: Devices by country.
    """

    devices: int
    days: int
    weeks: int
    seed: int
    first: date
    end: date
    countries: tuple[str, ...]
    decided_by: str
    prior: str
    outlooks: str
    holdout: float
    epsilon_factor: float
    policy: str
    offers: str
    people: dict[str, int]
    live_in: dict[str, int]


class Figures(msgspec.Struct, frozen=True):
    """All figures of a report.

    Attributes:
        schema: Of this file.
        setup: What was run.
        retention: Who stayed.
        value: What was received.
        regret: How well was chosen.
        fatigue: How tired people get.
        silences: How often nothing was said.
        fairness: Whom it treats worse.
        accuracy: How right models were.
        consents: What people agree to.
        privacy: What privacy costs.
        effort: What devices had to do.
    """

    schema: int
    setup: Setup
    retention: Retention
    value: Value
    regret: Regret
    fatigue: Fatigue
    silences: Silences
    fairness: Fairness
    accuracy: Accuracy
    consents: Consents
    privacy: Privacy
    effort: Effort


def figures(
    records: Iterable[DeviceRecord],
    settings: Settings,
    aggregates: Sequence[Aggregate],
    catalogue: Catalogue,
) -> Figures:
    """Return the figures of a run.

    Args:
        records: Of its devices, in the order of their numbers.
        settings: Of the run.
        aggregates: Its sums.
        catalogue: Of signals, its losses multiplied as the settings say.
    """
    staying, receiving, choosing = Staying(settings), Receiving(), Choosing(settings)
    wearying, keeping, treating = Wearying(settings), Keeping(), Treating(settings)
    judging, agreeing, working = Judging(settings), Agreeing(settings), Working(settings)
    blurring = Blurring(settings, catalogue)
    people: dict[str, int] = {}
    live_in: dict[str, int] = {}
    for one in records:
        people[one.persona] = people.get(one.persona, 0) + 1
        live_in[one.country] = live_in.get(one.country, 0) + 1
        for part in (
            staying, receiving, choosing, wearying, keeping, treating, judging, agreeing, working, blurring
        ):  # fmt: skip
            part.add(one)
    return Figures(
        SCHEMA,
        _setup(settings, dict(sorted(people.items())), dict(sorted(live_in.items()))),
        staying.told(),
        receiving.told(),
        choosing.told(),
        wearying.told(),
        keeping.told(),
        treating.told(),
        judging.told(),
        agreeing.told(),
        blurring.told(aggregates),
        working.told(),
    )


def figures_of(folder: Path) -> Figures:
    """Return the figures of the run in a folder.

    Raises:
        InputError: The folder holds no finished run, or what it was lived under is gone or another one by now.
    """
    settings = records_of.read_settings(folder)
    require_same(settings)
    aggregates = records_of.read_aggregates(folder)
    catalogue = Equipment.of(settings).catalogue
    return figures(records_of.read_records(folder), settings, aggregates, catalogue)


def encode(found: Figures) -> bytes:
    """Return figures as JSON, in one spelling."""
    written = msgspec.json.encode(found, order="deterministic")
    return msgspec.json.format(written, indent=1) + b"\n"


def _setup(settings: Settings, people: dict[str, int], live_in: dict[str, int]) -> Setup:
    return Setup(
        devices=settings.devices,
        days=settings.days,
        weeks=settings.weeks,
        seed=settings.seed,
        first=settings.end - timedelta(settings.days - 1),
        end=settings.end,
        countries=settings.countries,
        decided_by=settings.decided_by.value,
        prior=settings.prior.value,
        outlooks=settings.outlooks.value,
        holdout=settings.holdout,
        epsilon_factor=settings.epsilon_factor,
        policy=settings.policy,
        offers=settings.offers,
        people=people,
        live_in=live_in,
    )
