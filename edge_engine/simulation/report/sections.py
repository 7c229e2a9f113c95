"""All parts of a report, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.simulation.report.benefit import regret, retention, value
from edge_engine.simulation.report.burden import fairness, fatigue, silences
from edge_engine.simulation.report.quality import categories, consents, effort, forecasts, privacy

if TYPE_CHECKING:
    from edge_engine.simulation.report.figures import Figures
    from edge_engine.simulation.report.section import Section


def sections(one: Figures) -> tuple[Section, ...]:
    """Return the parts of a report, in their order."""
    order = (
        retention, value, regret, fatigue, silences, fairness, forecasts, categories, consents, privacy, effort
    )  # fmt: skip
    return tuple(part(one) for part in order)
