"""Households that several tests look at."""

from __future__ import annotations

from datetime import date

import pytest

from edge_engine.simulation.household import DEMO_SEED, Household, simulate

END = date(2026, 6, 30)


@pytest.fixture(scope="session")
def demo() -> Household:
    """The household of the demo."""
    return simulate(DEMO_SEED, end=END)


@pytest.fixture(scope="session")
def street() -> list[Household]:
    """Twelve households of each country."""
    return [
        simulate(seed, end=END, country=country) for country in ("GB", "US", "DE", "AU") for seed in range(12)
    ]


@pytest.fixture(scope="session", params=["GB", "US", "DE", "AU"])
def neighbours(request: pytest.FixtureRequest, street: list[Household]) -> list[Household]:
    """The street's households of one country."""
    return [household for household in street if household.country == request.param]
