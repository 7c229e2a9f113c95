"""Prio3: valid measurements are counted, everything else is refused and named."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge_engine_sync.chunks import LARGEST, Chunked, Histogram, SumVec, shortest_chunk_length
from edge_engine_sync.circuits import Polynomial
from edge_engine_sync.errors import MalformedMessage, MeasurementInvalid, ParameterInvalid, VerificationFailed
from edge_engine_sync.field import FIELD64
from edge_engine_sync.prio3 import PRIVATE_USE_ID, Prio3

CONTEXT = b"dap-18" + bytes(32)
KEY = bytes(range(32))
NONCE = bytes(range(16))

FUNCTIONS: dict[str, tuple[Prio3[Any, Any], list[Any], Any]] = {
    "count": (Prio3.count(), [1, 0, True, False], 2),
    "count of 5": (Prio3.count(shares=5), [1, 0, 1], 2),
    "sum": (Prio3.sum(1000), [0, 1000, 999, 1], 2000),
    "sum of one bit": (Prio3.sum(1), [0, 1, 1], 2),
    "sum of 63 bits": (Prio3.sum(2**63 - 1), [2**63 - 1, 0, 1], 2**63),
    "sum_vec": (Prio3.sum_vec(3, 5, 2), [[0, 5, 3], [5, 5, 5]], [5, 10, 8]),
    "sum_vec of 3": (Prio3.sum_vec(3, 5, 100, shares=3), [[0, 5, 3], [1, 1, 1]], [1, 6, 4]),
    "histogram": (Prio3.histogram(7, 3), [0, 6, 6, 3], [1, 0, 0, 1, 0, 0, 2]),
    "histogram of 1": (Prio3.histogram(1, 1), [0, 0], [2]),
    "multihot": (Prio3.multihot_count_vec(4, 2, 3), [[1, 0, 0, 1], [0] * 4, [0, 0, 0, 1]], [1, 0, 0, 2]),
    "proofs": (
        Prio3(PRIVATE_USE_ID, SumVec(4, 9, 3, FIELD64), proofs=4),
        [[9, 0, 1, 2], [1, 1, 1, 1]],
        [10, 1, 2, 3],
    ),
}
ALL = pytest.mark.parametrize("name", list(FUNCTIONS))


def split(function: Prio3[Any, Any], measurement: object) -> tuple[bytes, list[bytes]]:
    return function.shard(CONTEXT, measurement, NONCE, os.urandom(function.rand_size))


def verify(
    function: Prio3[Any, Any],
    public_share: bytes,
    shares: list[bytes],
    *,
    context: bytes = CONTEXT,
    nonces: tuple[bytes, ...] = (),
    keys: tuple[bytes, ...] = (),
) -> list[list[int]]:
    """Let all aggregators verify a report; some may use another nonce or key."""
    begun = [
        function.verify_init(
            keys[at] if at < len(keys) else KEY,
            context,
            at,
            nonces[at] if at < len(nonces) else NONCE,
            public_share,
            share,
        )
        for at, share in enumerate(shares)
    ]
    message = function.verifier_shares_to_message(context, [share for _, share in begun])
    return [function.verify_next(state, message) for state, _ in begun]


@ALL
def test_valid_measurements_are_verified_and_summed(name: str) -> None:
    function, measurements, expected = FUNCTIONS[name]
    outputs = [verify(function, *split(function, measurement)) for measurement in measurements]
    aggregates = [function.aggregate(list(column)) for column in zip(*outputs, strict=True)]
    assert function.unshard(aggregates) == expected


@pytest.mark.parametrize("wrong", [None, 7, "x" * 16, [0] * 16, 1.5], ids=repr)
def test_arguments_that_are_no_bytes_are_refused_with_an_error_of_the_package(wrong: Any) -> None:  # noqa: ANN401
    function = Prio3.histogram(7, 3)
    rand = os.urandom(function.rand_size)
    for one in ((wrong, 1, NONCE, rand), (CONTEXT, 1, wrong, rand), (CONTEXT, 1, NONCE, wrong)):
        with pytest.raises(ParameterInvalid):
            function.shard(*one)
    with pytest.raises(MeasurementInvalid):
        function.shard(CONTEXT, "one", NONCE, rand)  # type: ignore[arg-type]


@ALL
def test_no_share_tells_the_measurement(name: str) -> None:
    """With the same helpers' seeds, every measurement gives the same helper shares."""
    function, measurements, _ = FUNCTIONS[name]
    rand = os.urandom(function.rand_size)
    reports = [function.shard(CONTEXT, measurement, NONCE, rand)[1] for measurement in measurements]
    assert all(report[1:] == reports[0][1:] for report in reports)
    assert len({len(report[0]) for report in reports}) == 1


@ALL
def test_one_wrong_bit_anywhere_in_a_share_is_found(name: str) -> None:
    function, measurements, _ = FUNCTIONS[name]
    public_share, shares = split(function, measurements[0])
    for aggregator, share in enumerate(shares):
        for at in {0, len(share) // 2, len(share) - 1}:
            wrong = bytearray(share)
            wrong[at] ^= 1
            with pytest.raises((VerificationFailed, MalformedMessage)):
                verify(
                    function, public_share, [*shares[:aggregator], bytes(wrong), *shares[aggregator + 1 :]]
                )


@ALL
def test_another_context_nonce_or_key_is_found(name: str) -> None:
    function, measurements, _ = FUNCTIONS[name]
    public_share, shares = split(function, measurements[0])
    with pytest.raises(VerificationFailed):
        verify(function, public_share, shares, context=b"dap-18" + b"\x01" * 32)
    if function.joint:
        with pytest.raises(VerificationFailed):
            verify(function, public_share, shares, nonces=(bytes(16),))
    with pytest.raises(VerificationFailed):
        verify(function, public_share, shares, keys=(bytes(32),))


@ALL
@pytest.mark.parametrize("change", [-1, 1])
def test_shares_of_another_length_are_refused(name: str, change: int) -> None:
    function, measurements, _ = FUNCTIONS[name]
    public_share, shares = split(function, measurements[0])

    def resized(value: bytes) -> bytes:
        return value[:-1] if change < 0 else value + b"\x00"

    for aggregator, share in enumerate(shares):
        with pytest.raises(MalformedMessage, match="length"):
            function.verify_init(KEY, CONTEXT, aggregator, NONCE, public_share, resized(share))
    if public_share or change > 0:
        with pytest.raises(MalformedMessage, match="public share"):
            function.verify_init(KEY, CONTEXT, 0, NONCE, resized(public_share), shares[0])
    begun = [
        function.verify_init(KEY, CONTEXT, at, NONCE, public_share, share) for at, share in enumerate(shares)
    ]
    verifiers = [share for _, share in begun]
    with pytest.raises(MalformedMessage, match="verifier share"):
        function.verifier_shares_to_message(CONTEXT, [resized(verifiers[0]), *verifiers[1:]])
    with pytest.raises(MalformedMessage, match="one verifier share"):
        function.verifier_shares_to_message(CONTEXT, verifiers[1:])
    message = function.verifier_shares_to_message(CONTEXT, verifiers)
    if message or change > 0:
        with pytest.raises(MalformedMessage, match="verifier message"):
            function.verify_next(begun[0][0], resized(message))
    with pytest.raises(MalformedMessage, match="one aggregate share"):
        function.unshard([])
    with pytest.raises(MalformedMessage):
        function.unshard([resized(function.aggregate([])), *[function.aggregate([])] * (function.shares - 1)])


def test_an_element_at_the_modulus_is_refused_everywhere() -> None:
    function = Prio3.histogram(4, 2)
    public_share, shares = split(function, 1)
    modulus = function.field.modulus.to_bytes(16, "little")
    proof = 4 * 16
    for at in (0, proof):
        wrong = shares[0][:at] + modulus + shares[0][at + 16 :]
        with pytest.raises(MalformedMessage, match="modulus"):
            function.verify_init(KEY, CONTEXT, 0, NONCE, public_share, wrong)
    verifiers = [
        function.verify_init(KEY, CONTEXT, at, NONCE, public_share, share)[1]
        for at, share in enumerate(shares)
    ]
    with pytest.raises(MalformedMessage, match="modulus"):
        function.verifier_shares_to_message(CONTEXT, [modulus + verifiers[0][16:], verifiers[1]])


def test_a_message_that_is_not_this_reports_is_refused() -> None:
    function = Prio3.histogram(4, 2)
    public_share, shares = split(function, 1)
    state, _ = function.verify_init(KEY, CONTEXT, 0, NONCE, public_share, shares[0])
    with pytest.raises(VerificationFailed, match="joint randomness"):
        function.verify_next(state, bytes(32))


class Liar(Histogram):
    """A client that votes twice, or for what is no bucket, and proves it as well as it can."""

    def __init__(self, elements: list[int]) -> None:
        super().__init__(len(elements), 2)
        self.elements = elements

    def encode(self, measurement: int) -> list[int]:
        del measurement
        return self.elements


@pytest.mark.parametrize("elements", [[1, 1, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0], [5, 0, 200, 0], [1, 0, 0, 1]])
def test_a_client_that_lies_proves_nothing(elements: list[int]) -> None:
    liar = Prio3(4, Liar(elements))
    public_share, shares = split(liar, 0)
    with pytest.raises(VerificationFailed):
        verify(Prio3.histogram(4, 2), public_share, shares)


@pytest.mark.parametrize(
    ("name", "measurement"),
    [
        ("count", 2),
        ("count", -1),
        ("count", "1"),
        ("count", 1.0),
        ("count", None),
        ("sum", 1001),
        ("sum", -1),
        ("sum_vec", [0, 6, 0]),
        ("sum_vec", [0, 0]),
        ("sum_vec", [0, 0, -1]),
        ("sum_vec", 5),
        ("sum_vec", None),
        ("sum_vec", [0, "a", 0]),
        ("histogram", 7),
        ("histogram", [1]),
        ("histogram", -1),
        ("multihot", [1, 1, 1, 0]),
        ("multihot", [2, 0, 0, 0]),
        ("multihot", [1, 0, 0]),
    ],
)
def test_what_is_not_counted_is_refused_before_anything_is_made(name: str, measurement: object) -> None:
    with pytest.raises(MeasurementInvalid) as refused:
        split(FUNCTIONS[name][0], measurement)
    assert refused.value.code == "sync.measurement"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Prio3.count(shares=1),
        lambda: Prio3.count(shares=256),
        lambda: Prio3.sum(0),
        lambda: Prio3.sum(2**63),
        lambda: Prio3.sum(2**64),
        lambda: Prio3.sum_vec(0, 1, 1),
        lambda: Prio3.sum_vec(1, 0, 1),
        lambda: Prio3.sum_vec(1, 1, 0),
        lambda: Prio3.sum_vec(2**31, 2**60, 1),
        lambda: Prio3.histogram(0, 1),
        lambda: Prio3.histogram(1, 0),
        lambda: Prio3.histogram(LARGEST, 10),
        lambda: Prio3.histogram(10, LARGEST),
        lambda: Prio3.multihot_count_vec(4, 5, 1),
        lambda: Prio3.multihot_count_vec(4, 0, 1),
        lambda: Prio3(PRIVATE_USE_ID, SumVec(1, 2**63, 1, FIELD64)),
        lambda: Prio3(PRIVATE_USE_ID, SumVec(1, 1, 1), proofs=0),
        lambda: shortest_chunk_length(0),
        lambda: Prio3(PRIVATE_USE_ID, Polynomial(FIELD64, (0, 2, -3, 1), [1] * 3, 2)),
        lambda: Prio3(PRIVATE_USE_ID, Polynomial(FIELD64, (0, -1, 1), [1] * 256, 1)),
    ],
)
def test_a_function_that_cannot_be_is_refused(make: Any) -> None:  # noqa: ANN401 - a lambda
    with pytest.raises(ParameterInvalid) as refused:
        make()
    assert refused.value.code == "sync.parameter"


def test_arguments_of_wrong_sizes_are_refused() -> None:
    function = Prio3.count()
    public_share, shares = split(function, 1)
    with pytest.raises(ParameterInvalid, match="nonce has 16 bytes"):
        function.shard(CONTEXT, 1, bytes(15), bytes(64))
    with pytest.raises(ParameterInvalid, match="randomness has 64 bytes"):
        function.shard(CONTEXT, 1, NONCE, bytes(63))
    with pytest.raises(ParameterInvalid, match="context"):
        function.shard(bytes(70_000), 1, NONCE, bytes(64))
    with pytest.raises(ParameterInvalid, match="verification key"):
        function.verify_init(b"short", CONTEXT, 0, NONCE, public_share, shares[0])
    for aggregator in (-1, 2):
        with pytest.raises(ParameterInvalid, match="aggregator"):
            function.verify_init(KEY, CONTEXT, aggregator, NONCE, public_share, shares[0])


@given(
    bits=st.lists(st.integers(0, 1), min_size=40, max_size=40),
    chunk=st.integers(1, 13),
    seed=st.integers(0, 2**32),
)
def test_the_three_ways_to_a_gadget_polynomial_agree(bits: list[int], chunk: int, seed: int) -> None:
    circuit: Chunked[Any] = SumVec(40, 1, chunk)
    modulus = circuit.field.modulus
    seeds = [pow(seed + 2, at + 1, modulus) for at in range(2 * chunk)]
    joint = [pow(seed + 3, at + 5, modulus) for at in range(circuit.calls)]
    ways = (circuit._between_dense, circuit._between_sparse, circuit._between_large)
    dense, sparse, large = ([value % modulus for value in way(bits, seeds, joint)] for way in ways)
    assert dense == sparse == large


@given(data=st.data(), name=st.sampled_from(["count", "sum", "sum_vec", "histogram", "multihot"]))
def test_shares_of_any_bytes_are_refused(data: st.DataObject, name: str) -> None:
    function, measurements, _ = FUNCTIONS[name]
    public_share, shares = split(function, measurements[0])
    sizes = [len(share) for share in shares]
    hostile = [data.draw(st.binary(min_size=size, max_size=size)) for size in sizes]
    assume(hostile != shares)
    with pytest.raises((VerificationFailed, MalformedMessage)):
        verify(function, public_share, hostile)


@pytest.mark.parametrize(
    ("elements", "chunk"), [(1, 1), (2, 2), (3, 1), (10, 4), (100, 7), (1000, 33), (16_000, 126)]
)
def test_the_chunk_length_with_the_shortest_proof(elements: int, chunk: int) -> None:
    """Beside trying them all."""
    found = shortest_chunk_length(elements)
    tried = range(1, min(elements, 300) + 1)
    shortest = min(Histogram(elements, other).proof_length for other in tried)
    assert Histogram(elements, found).proof_length == shortest
    assert found == chunk


def test_any_whole_number_is_one() -> None:
    function = Prio3.sum_vec(2, 5, 2)
    rand = bytes(function.rand_size)
    plain = function.shard(CONTEXT, [3, 1], NONCE, rand)
    assert function.shard(CONTEXT, np.array([3, 1], dtype=np.uint8), NONCE, rand) == plain  # type: ignore[arg-type]
    assert function.shard(CONTEXT, (3, True), NONCE, rand) == plain


def test_a_secret_does_not_show() -> None:
    function = Prio3.count()
    public_share, shares = split(function, 1)
    state, _ = function.verify_init(KEY, CONTEXT, 0, NONCE, public_share, shares[0])
    assert str(state.output_share[0]) not in repr(state)


def test_merging_aggregate_shares_is_aggregating_all() -> None:
    function = Prio3.sum(10)
    assert function.merge([function.aggregate([[3]]), function.aggregate([[4]])]) == function.aggregate(
        [[3], [4]]
    )
    assert function.merge([]) == bytes(8)
