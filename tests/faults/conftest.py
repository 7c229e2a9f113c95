"""A closed, stocked store; and what its files held, so that a refusal can be shown to have changed nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from edge_engine.clock import FakeClock
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, NOW, stock

if TYPE_CHECKING:
    from pathlib import Path

Contents = Callable[[], dict[str, str]]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def folder(tmp_path: Path, clock: FakeClock) -> Path:
    """A store with something in it, closed."""
    place = tmp_path / "me.edge"
    with Vault.open(place, KEY, clock=clock) as vault:
        stock(vault)
    return place


@pytest.fixture
def contents(folder: Path) -> Contents:
    """Tell the digest of every file of the store but its lock."""

    def digests() -> dict[str, str]:
        return {
            entry.name: hashlib.sha256(entry.read_bytes()).hexdigest()
            for entry in folder.iterdir()
            if entry.name != "writer.lock"
        }

    return digests
