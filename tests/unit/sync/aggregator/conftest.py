"""Both aggregators, opened and closed around a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.fakes.aggregation import HISTOGRAM, House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Build = Callable[..., House]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Makes aggregators of tasks and closes them after the test."""
    made: list[House] = []

    def make(tasks: str = HISTOGRAM) -> House:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(House(folder, tasks))
        return made[-1]

    yield make
    for house in made:
        house.close()


@pytest.fixture
def house(build: Build) -> House:
    """Aggregators of one histogram."""
    return build()
