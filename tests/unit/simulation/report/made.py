"""Records made by hand, of which every figure can be worked out on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from edge_engine.simulation.record import Candidate, DeviceRecord, Settings, Suggested, Work

SETTINGS = Settings(devices=4, days=60, seed=1, end=date(2027, 6, 30))


def candidate(offer: str, expected: float, family: str = "plan") -> Candidate:
    return Candidate(offer, family, (128, 0, 0, 0, 0), expected)


def suggested(offer: str = "bill_reminder", **told: Any) -> Suggested:  # noqa: ANN401 - any field
    """Return a suggestion; ``expected`` and ``best`` give its candidates where none are given."""
    expected, best = told.get("expected", 0.2), told.get("best", 0.2)
    one = Suggested(
        day=3, offer=offer, kind="reminder", family="plan", channel="feed", intrusive=False, reaction="none",
        reward=0.0, expected=expected, best=best, propensity=0.5, prior=0.0, expected_by_engine=0.1,
        context=(128, 0, 0, 0, 0, 0), candidates=(candidate(offer, expected),), chosen=0, stressed=False,
        stress_known=False, value=0, trust=0.5, tired=0.0,
    )  # fmt: skip
    return msgspec.structs.replace(one, **told)


def device(number: int = 0, **told: Any) -> DeviceRecord:  # noqa: ANN401 - any field
    """Return a device of somebody who agreed to suggestions, got none and stayed."""
    one = DeviceRecord(
        number=number, persona="saver", country="GB", currency="GBP", holdout=False, left_on=None, opened=(1, 3),
        stressed=(), transactions=10, categorized=(), suggested=(), silences={}, trust=(0.5,) * 9, tired=(0.0,) * 9,
        leaving=(0.01,) * 9, forecasts=(), value={}, spends=150_000, consents=(("insights", "recommendations"),) * 9,
        withdrawals=(), signals=(), refused=0, work=Work(imports=3),
    )  # fmt: skip
    return msgspec.structs.replace(one, **told)
