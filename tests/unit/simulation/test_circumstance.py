"""What a household's money is truly like: from its own balances and payments, the coming ones included."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_engine.simulation.circumstance import AHEAD, OWN, circumstances, usual_spending
from edge_engine.simulation.household import Household, Role

FIRST_DAYS = 200


def test_the_buffer_is_the_lowest_coming_balance_in_days_of_spending(street: list[Household]) -> None:
    for home in street[:6]:
        first = home.end - timedelta(FIRST_DAYS - 1)
        found = circumstances(home, first, engagement=1.0, appetite=0.2)
        assert len(found) == FIRST_DAYS
        at = (first - home.start).days
        roles = [role for role in (Role.CURRENT, Role.JOINT) if role in home.balance_by_day]
        ahead = [sum(home.balance_by_day[role][at + day] for role in roles) for day in range(AHEAD)]
        assert found[0].buffer_days == pytest.approx(min(ahead) / usual_spending(home))


def test_nobody_is_left_with_more_than_came_in(street: list[Household]) -> None:
    for home in street:
        days = circumstances(home, home.start, engagement=0.5, appetite=0.5)
        assert all(-1.0 <= one.spare <= 1.0 for one in days)
        assert {(one.engagement, one.appetite) for one in days} == {(0.5, 0.5)}


def test_moving_money_between_own_accounts_is_no_spending(demo: Household) -> None:
    days = (demo.end - demo.start).days + 1
    gone = -sum(one.amount for one in demo.postings if one.amount < 0 and one.leaf not in OWN)
    assert usual_spending(demo) * days == pytest.approx(gone)
    assert any(one.leaf in OWN for one in demo.postings)
