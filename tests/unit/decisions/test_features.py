from __future__ import annotations

import math

import numpy as np
import pytest

from edge_engine.decisions import features
from edge_engine.decisions.features import (
    CANDIDATE,
    CONTEXT,
    ONE,
    Candidates,
    Context,
    buffer,
    quantize,
    value,
)
from edge_engine.errors import InputError


def test_the_lists_are_frozen_with_their_version() -> None:
    # What was learned is kept by place: another list is another version.
    assert features.FEATURES == 1
    assert CONTEXT == ("always", "buffer", "spare", "engagement", "fatigue", "investing_appetite")
    assert CANDIDATE == ("always", "saves", "protects", "value", "intrusive")


def test_what_is_known_stands_in_its_place_and_the_rest_is_nothing() -> None:
    context = Context.of({"spare": 0.25, "fatigue": -0.5})
    assert context.numbers.tolist() == [ONE, 0, 32, 0, -64, 0]
    candidates = Candidates.of([{"saves": 1.0}, {"value": 0.5}])
    assert candidates.numbers.tolist() == [[ONE, ONE, 0, 0, 0], [ONE, 0, 0, 64, 0]]
    assert len(candidates) == 2


def test_what_is_stored_is_what_is_used() -> None:
    context = Context.of({"buffer": 0.3})
    assert np.frombuffer(context.stored, "<i2").tolist() == context.numbers.tolist()
    candidates = Candidates.of([{"saves": 1.0}, {"value": -0.7}])
    assert [np.frombuffer(one, "<i2").tolist() for one in candidates.stored] == candidates.numbers.tolist()
    assert (candidates.negated == -candidates.numbers.T).all()


@pytest.mark.parametrize(
    ("number", "kept"), [(5.0, ONE), (-1e300, -ONE), (1 / 256, 0), (3 / 256, 2), (math.inf, ONE)]
)
def test_numbers_are_clipped_and_rounded(number: float, kept: int) -> None:
    assert quantize([number]) == [kept]


@pytest.mark.parametrize("known", [{"wealth": 1.0}, {"always": 0.5}, {"spare": math.nan}])
def test_what_is_no_feature_is_refused(known: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Context.of(known)


@pytest.mark.parametrize("count", [0, features.MAX_CANDIDATES + 1])
def test_there_are_candidates_but_not_without_end(count: int) -> None:
    with pytest.raises(InputError, match="1 to 1000 candidates"):
        Candidates.of([{}] * count)


def test_money_becomes_a_share() -> None:
    assert buffer(30) == 0.5
    assert buffer(1e9) == 1.0
    assert value(120_00, 1_200_00) == 0.1
    assert value(1e9, 1.0) == 1.0
    assert value(10.0, 0.0) == value(math.nan, 10.0) == 0.0
