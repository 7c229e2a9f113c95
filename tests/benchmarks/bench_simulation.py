"""A simulated fleet: time and memory by the number of devices, and whether what is collected is as near as foretold.

The real engine lives every device. Half a year of a thousand devices is the run that is held against the goals; fleets
of ten to ten thousand live three days, most of it their first look at everything, to show what grows with what. Memory
is of the largest process times their number, which counts shared pages once for each.

How near the numbers are is a matter of chance: the servers' noise is drawn several times over what the same devices
gave, of which their own noise, where they have any, stays as it was.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from edge_engine.simulation import record, trial
from edge_engine.simulation.aggregate import sums_of
from edge_engine.simulation.equipment import Equipment
from edge_engine.simulation.record import Settings, Timings

ROUNDS_AT_MOST: Final = 1
END: Final = date(2027, 6, 30)
SIZES: Final = {"10": 10, "100": 100, "1000": 1_000, "10000": 10_000}
FEW_DAYS: Final = 3
HALF_A_YEAR: Final = 180
GIB: Final = 2**30
DRAWS: Final = 20


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    told: dict[str, float | str] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        half = trial.run(Settings(devices=1_000, days=HALF_A_YEAR, seed=1, end=END), folder / "half")
        within = numbers_within(folder / "half")
        told |= {
            "half_a_year_of_1000_devices_s": half.seconds,
            "half_a_year_of_1000_devices_gib": memory(half),
            "half_a_year_core_s_a_device": half.core_seconds / half.devices,
            "numbers_collected": float(len(within)),
            "numbers_within_foretold_percent": 100 * sum(within) / len(within),
        }
        for name, devices in SIZES.items():
            settings = Settings(devices=devices, days=FEW_DAYS, seed=2, end=END)
            took = trial.run(settings, folder / name)
            told |= {
                f"few_days_s_{name}": took.seconds,
                f"few_days_core_ms_a_device_{name}": 1000 * took.core_seconds / took.devices,
                f"few_days_gib_{name}": memory(took),
            }
    return told


def numbers_within(folder: Path) -> list[bool]:
    """Return of every number of every draw whether it is as near the truth as was foretold for 95 of 100."""
    settings = record.read_settings(folder)
    catalogue = Equipment.of(settings).catalogue
    found: list[bool] = []
    for draw in range(DRAWS):
        drawn = msgspec.structs.replace(settings, seed=settings.seed + draw)
        for one in sums_of(drawn, catalogue, record.read_records(folder)):
            found += one.within
    return found


def memory(took: Timings) -> float:
    """Return the memory of all processes, GiB."""
    return took.peak_bytes * (took.workers + 1) / GIB
