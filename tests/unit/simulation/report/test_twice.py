"""Two runs with one seed: the same figures, byte for byte."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from edge_engine.simulation.record import Settings
from edge_engine.simulation.report.folder import write
from edge_engine.simulation.trial import Processes, run

if TYPE_CHECKING:
    from pathlib import Path


def test_two_runs_with_one_seed_give_the_same_figures_and_page(tmp_path: Path) -> None:
    settings = Settings(
        devices=10, days=35, seed=2, end=date(2027, 3, 31), holdout=0.3, history=1, forecasts=1.0
    )
    for name in ("one", "other"):
        run(settings, tmp_path / name, Processes(1))
        write(tmp_path / name)
    for file in ("figures.json", "report.html"):
        one = (tmp_path / "one" / file).read_bytes()
        assert one == (tmp_path / "other" / file).read_bytes()
        assert len(one) > 10_000
