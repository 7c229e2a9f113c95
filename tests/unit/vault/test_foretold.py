"""Forecasts in the store: the first of a day stands, what came is written once, and their number is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.vault import foretold
from edge_engine.vault.foretold import Came, Foretold

if TYPE_CHECKING:
    import pytest

    from edge_engine.vault.store import Vault


def week(made: int, ends: int, p50: int = 2) -> Foretold:
    return Foretold("GBP", "balance", made, ends, "habits", "1", 1, p50, 3)


def rows(vault: Vault) -> list[tuple[int, int, int, int | None]]:
    found: list[tuple[int, int, int, int | None]] = vault.connection.execute(
        "SELECT made, ends, p50, actual FROM forecast WHERE made < 1000 ORDER BY made, ends"
    ).fetchall()
    return found


def test_the_first_forecast_of_a_day_stands(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.keep_forecasts(["insights"], [week(10, 17)])
        writer.keep_forecasts(["insights"], [week(10, 17, p50=9), week(10, 24)])
    assert rows(vault) == [(10, 17, 2, None), (10, 24, 2, None)]


def test_what_came_is_written_once(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.keep_forecasts(["insights"], [week(10, 17)])
        writer.settle_forecasts([Came("GBP", "balance", 10, 17, 5)])
        writer.settle_forecasts([Came("GBP", "balance", 10, 17, 6), Came("EUR", "balance", 10, 17, 7)])
    assert rows(vault) == [(10, 17, 2, 5)]


def test_the_oldest_go_when_there_are_too_many(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foretold, "MAX_ROWS", 20)
    for made in range(100):
        with vault.writing() as writer:
            writer.keep_forecasts(
                ["insights"], [week(made + 10**6, made + 10**6 + 7 * n) for n in range(1, 9)]
            )
        held = vault.connection.execute("SELECT count(*), max(made) FROM forecast").fetchone()
        assert held[0] <= 20
        assert held[1] == made + 10**6


def test_they_go_with_any_purpose_that_made_them(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.purge(["insights"])
        writer.keep_forecasts(["insights", "categorization"], [week(10, 17)])
        writer.keep_forecasts(["insights"], [week(11, 18)])
        assert writer.purge(["outreach"]) == {}
        assert writer.purge(["categorization"])["forecast"] == 1
    assert rows(vault) == [(11, 18, 2, None)]
