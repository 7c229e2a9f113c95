"""A policy that is bad on purpose, lived by the real engine: the report finds it out."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.simulation.record import Collecting, Outlooks, Settings
from edge_engine.simulation.report.fairness import HARMS
from edge_engine.simulation.report.figures import figures_of
from edge_engine.simulation.trial import Processes, run
from tests.unit.simulation.planted import copied

if TYPE_CHECKING:
    from pathlib import Path


def insistent(folder: Path) -> Path:
    """Return rules that recommend insurance to everybody, above all to those who cannot pay for it."""
    copied(folder)
    head, *offers = (folder / "offers.toml").read_text().split("[[offer]]")
    (insurance,) = [one for one in offers if 'id = "insurance_check"' in one]
    (support,) = [
        one for one in offers if 'id = "support_guide"' in one
    ]  # which every file of offers must have
    insurance = re.sub(r"^(where|moments) = \[[^\]]*\]\n", "", insurance, flags=re.MULTILINE)
    insurance = re.sub(r"contact = \{[^}]*\}", "contact = { rest_days = 1, a_year = 120 }", insurance)
    insurance = insurance.replace('value = "moment"', 'value = "none"')
    (folder / "offers.toml").write_text(f"{head}[[offer]]{insurance}[[offer]]{support}")
    return folder


@pytest.mark.slow
def test_an_offer_that_harms_people_short_of_money_is_flagged_in_a_real_run(tmp_path: Path) -> None:
    settings = Settings(
        devices=150, days=21, seed=5, end=date(2027, 3, 31), countries=("GB",), holdout=0.0, history=1, forecasts=0.0,
        collecting=Collecting.NOTHING, outlooks=Outlooks.HABITS, ask_days=7, offers=str(insistent(tmp_path / "rules")),
    )  # fmt: skip
    run(settings, tmp_path / "run", Processes(2))
    found = figures_of(tmp_path / "run").fairness
    (insurance,) = found.flagged
    assert (insurance.offer, insurance.flags) == ("insurance_check", (HARMS,))
    assert insurance.short.mean is not None
    assert insurance.calm.mean is not None
    assert insurance.short.mean < 0.0
    assert insurance.short.mean < insurance.calm.mean
