"""How well affordability foretells trouble: few households here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.errors import InputError
from edge_engine.evaluation.affordability import SHARES, auc, figures, real, simulated

if TYPE_CHECKING:
    from pathlib import Path


def test_trouble_of_simulated_households_is_foretold_better_than_by_chance() -> None:
    found = simulated(range(3000, 3012))
    assert len(found) == 12 * len(SHARES)
    told = figures(found)
    assert 0.0 < told.bad < 0.5
    assert told.found > told.tight_of_good
    assert told.auc_burden[0] > 0.5


def test_the_area_is_the_chance_of_the_right_order() -> None:
    bad = np.array([True, True, False, False])
    assert auc(np.array([3.0, 2.0, 1.0, 0.0]), bad) == 1.0
    assert auc(np.array([0.0, 1.0, 2.0, 3.0]), bad) == 0.0
    assert auc(np.array([1.0, 1.0, 1.0, 1.0]), bad) == 0.5
    assert auc(np.array([2.0, 0.0, 1.0, 0.0]), bad) == pytest.approx(0.625)


def test_a_folder_without_loans_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="loan"):
        real(tmp_path)
