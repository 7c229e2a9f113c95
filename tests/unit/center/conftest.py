"""A center over loopback with a person's store behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.center.desk import Surroundings
from tests.fakes.household import ALL, Signs, person
from tests.fakes.visitor import Visitor, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine import Engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A person who agreed to everything."""
    with person(*ALL) as made:
        yield made


@pytest.fixture
def stranger(engine: Engine) -> Iterator[Visitor]:
    """Somebody who did not open the link yet."""
    with visiting(engine, Surroundings("A store of the tests", signer=Signs())) as made:
        yield made


@pytest.fixture
def visitor(stranger: Visitor) -> Visitor:
    """The person, who did."""
    assert stranger.enter().status == 303
    return stranger
