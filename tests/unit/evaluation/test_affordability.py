"""How well affordability foretells trouble: few households here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.errors import InputError
from edge_engine.evaluation.affordability import SHARES, STALE, auc, figures, real, simulated
from tests.unit.evaluation import test_trajectory

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


def test_real_loans_are_assessed_where_their_account_is_known_shortly_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = date(1994, 1, 3)
    monkeypatch.setattr(test_trajectory, "START", start)
    folder = test_trajectory.write(tmp_path, n=3, days=330)
    # In time, long after the account was last seen, before it was opened, and of nobody who is known.
    days = {0: 300, 1: 330 + STALE + 40, 2: -5, 77: 300}
    rows = [
        f"{account},{account},{start + timedelta(days=at):%y%m%d},60000,12,5000.0,{status}"
        for (account, at), status in zip(days.items(), "BAAA", strict=True)
    ]
    text = "\n".join(["loan_id,account_id,date,amount,duration,payments,status", *rows])
    (folder / "loan_few.csv").write_text(text + "\n", encoding="utf-8")
    (found,) = real(folder)
    assert (found.group, found.bad) == (0, True)
    assert found.verdict in {"looks affordable", "tight"}
