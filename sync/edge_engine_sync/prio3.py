"""Prio3: one measurement in, shares out that prove they are valid and tell nothing alone.

Every value that crosses a wire is bytes here, as the draft encodes it; integers stay inside.

Source: draft-irtf-cfrg-vdaf-20, section 7.2; the wire version of drafts 18 to 20.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING, Final, Generic

from edge_engine_sync.chunks import Histogram, MultihotCountVec, SumVec
from edge_engine_sync.circuit import Circuit, Measurement, Result
from edge_engine_sync.circuits import Count, Sum
from edge_engine_sync.errors import MalformedMessage, ParameterInvalid, VerificationFailed
from edge_engine_sync.xof import SEED_SIZE, derive_seed, expand, expand_encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

WIRE_VERSION: Final = 18
NONCE_SIZE: Final = 16
VERIFY_KEY_SIZE: Final = 32
PRIVATE_USE_ID: Final = 0xFFFFFFFF

_MEASUREMENT_SHARE = 1
_PROOF_SHARE = 2
_JOINT_RANDOMNESS = 3
_PROVE_RANDOMNESS = 4
_QUERY_RANDOMNESS = 5
_JOINT_RAND_SEED = 6
_JOINT_RAND_PART = 7


@dataclass(frozen=True, slots=True)
class VerifyState:
    """What an aggregator keeps between the two halves of verifying a report; it is secret.

    Attributes:
        output_share: What is added to the aggregate if the report is valid.
        joint_rand_seed: The seed that the verifier message must repeat; empty where there is no joint randomness.
    """

    output_share: list[int] = field(repr=False)
    joint_rand_seed: bytes = field(repr=False)


class Prio3(Generic[Measurement, Result]):
    """A verifiable distributed aggregation function.

    Args:
        identifier: VDAF identifier, which separates its hashes from those of others.
        circuit: Measurement type.
        shares: Number of aggregators, 2 to 255.
        proofs: Number of proofs, 1 to 255; more than one only over a small field.
    """

    def __init__(
        self, identifier: int, circuit: Circuit[Measurement, Result], *, shares: int = 2, proofs: int = 1
    ) -> None:
        if not 2 <= shares <= 255:
            raise ParameterInvalid("A measurement is split into 2 to 255 shares.")
        if not 1 <= proofs <= 255:
            raise ParameterInvalid("A measurement has 1 to 255 proofs.")
        self.identifier = identifier
        self.circuit = circuit
        self.field = circuit.field
        self.shares = shares
        self.proofs = proofs
        self.joint = circuit.joint_rand_length > 0
        self.seed_size = SEED_SIZE if self.joint else 0
        self.rand_size = SEED_SIZE * shares * (2 if self.joint else 1)
        self._prefix = bytes((WIRE_VERSION, 0)) + identifier.to_bytes(4, "big")

    def share_sizes(self) -> tuple[int, int, int]:
        """Return the bytes of a public share, of the leader's input share and of a helper's."""
        elements = self.circuit.measurement_length + self.proofs * self.circuit.proof_length
        leader = elements * self.field.size + self.seed_size
        return self.shares * self.seed_size, leader, SEED_SIZE + self.seed_size

    @staticmethod
    def count(*, shares: int = 2) -> Prio3[int, int]:
        """Return Prio3Count: how many measurements are 1."""
        return Prio3(1, Count(), shares=shares)

    @staticmethod
    def sum(max_measurement: int, *, shares: int = 2) -> Prio3[int, int]:
        """Return Prio3Sum: the sum of measurements between 0 and ``max_measurement``."""
        return Prio3(2, Sum(max_measurement), shares=shares)

    @staticmethod
    def sum_vec(
        length: int, max_measurement: int, chunk_length: int, *, shares: int = 2
    ) -> Prio3[Sequence[int], list[int]]:
        """Return Prio3SumVec: sums of vectors of numbers between 0 and ``max_measurement``."""
        return Prio3(3, SumVec(length, max_measurement, chunk_length), shares=shares)

    @staticmethod
    def histogram(length: int, chunk_length: int, *, shares: int = 2) -> Prio3[int, list[int]]:
        """Return Prio3Histogram: how many measurements fell into each of ``length`` buckets."""
        return Prio3(4, Histogram(length, chunk_length), shares=shares)

    @staticmethod
    def multihot_count_vec(
        length: int, max_weight: int, chunk_length: int, *, shares: int = 2
    ) -> Prio3[Sequence[bool], list[int]]:
        """Return Prio3MultihotCountVec: counts at each place of vectors with at most ``max_weight`` true entries."""
        return Prio3(5, MultihotCountVec(length, max_weight, chunk_length), shares=shares)

    def shard(
        self, context: bytes, measurement: Measurement, nonce: bytes, rand: bytes
    ) -> tuple[bytes, list[bytes]]:
        """Split a measurement.

        Args:
            context: Application context; in DAP ``"dap-18"`` and the task's identifier.
            measurement: What is counted.
            nonce: 16 bytes, never used before; in DAP the report's identifier.
            rand: ``rand_size`` bytes of a cryptographic generator, used once.

        Returns:
            The public share and one input share for each aggregator, leader first.

        Raises:
            MeasurementInvalid: The measurement is outside of what is counted.
            ParameterInvalid: The nonce, randomness or context has a wrong size.
        """
        _sized(nonce, NONCE_SIZE, "nonce")
        _sized(rand, self.rand_size, "randomness")
        given: object = context
        if not isinstance(given, bytes):
            raise ParameterInvalid("The context is bytes.")
        circuit, field, helpers = self.circuit, self.field, self.shares - 1
        elements = circuit.encode(measurement)
        seeds = [rand[at : at + SEED_SIZE] for at in range(0, len(rand), SEED_SIZE)]
        split = 2 * helpers
        keys = seeds[0:split:2] if self.joint else seeds[:helpers]
        shares = [self._measurement_share(context, number, key) for number, key in enumerate(keys, 1)]
        shares.insert(0, self._leader_share(elements, shares))
        parts: list[bytes] = []
        blinds: list[bytes] = []
        joint_rand: list[int] = []
        if self.joint:
            blinds = [seeds[split], *seeds[1:split:2]]
            parts = [
                self._joint_rand_part(context, number, blind, nonce, share)
                for number, (blind, share) in enumerate(zip(blinds, shares, strict=True))
            ]
            joint_rand = self._joint_rand(context, self._joint_rand_seed(context, parts))
        prove_rand = self._expand(context, _PROVE_RANDOMNESS, seeds[-1], b"", circuit.arity)
        proof: list[int] = []
        for number in range(self.proofs):
            proof += circuit.prove(
                elements,
                _part(prove_rand, number, circuit.arity),
                _part(joint_rand, number, circuit.joint_rand_length),
            )
        modulus = field.modulus
        for number, key in enumerate(keys, 1):
            helper = self._proof_share(context, number, key)
            proof = [(value - other) % modulus for value, other in zip(proof, helper, strict=True)]
        leader = shares[0] + field.encode(proof)
        if not self.joint:
            return b"", [leader, *keys]
        blinded = zip([leader, *keys], blinds, strict=True)
        return b"".join(parts), [share + blind for share, blind in blinded]

    def verify_init(
        self,
        verify_key: bytes,
        context: bytes,
        aggregator: int,
        nonce: bytes,
        public_share: bytes,
        input_share: bytes,
    ) -> tuple[VerifyState, bytes]:
        """Start to verify a report.

        Args:
            verify_key: 32 bytes that the aggregators share and no client knows.
            context: Application context.
            aggregator: 0 for the leader, then one for each helper.
            nonce: The report's.
            public_share: The report's.
            input_share: This aggregator's.

        Returns:
            The state to keep and the verifier share to show to the other aggregators.

        Raises:
            MalformedMessage: A share is not one of this function.
            VerificationFailed: The random point of the proof is a root of unity.
            ParameterInvalid: The key, nonce or number of the aggregator is none.
        """
        _sized(verify_key, VERIFY_KEY_SIZE, "verification key")
        _sized(nonce, NONCE_SIZE, "nonce")
        if not 0 <= aggregator < self.shares:
            raise ParameterInvalid("There is no aggregator of this number.")
        parts = self._parts(public_share)
        circuit, field = self.circuit, self.field
        encoded, proof, blind = self._open_share(context, aggregator, input_share)
        elements = field.unpack(encoded)
        joint_rand, seed, part = [], b"", b""
        if self.joint:
            part = self._joint_rand_part(context, aggregator, blind, nonce, encoded)
            parts[aggregator] = part
            seed = self._joint_rand_seed(context, parts)
            joint_rand = self._joint_rand(context, seed)
        query_rand = self._expand(context, _QUERY_RANDOMNESS, verify_key, nonce, circuit.query_rand_length)
        verifier: list[int] = []
        for number in range(self.proofs):
            verifier += circuit.query(
                elements,
                _part(proof, number, circuit.proof_length),
                _part(query_rand, number, circuit.query_rand_length),
                _part(joint_rand, number, circuit.joint_rand_length),
                self.shares,
            )
        return VerifyState(circuit.truncate(elements), seed), field.encode(verifier) + part

    def verifier_shares_to_message(self, context: bytes, verifier_shares: Sequence[bytes]) -> bytes:
        """Decide, from all verifier shares in the aggregators' order, whether a report is valid.

        Returns:
            The verifier message that every aggregator finishes with.

        Raises:
            MalformedMessage: A verifier share is not one of this function.
            VerificationFailed: The proof does not hold.
        """
        if len(verifier_shares) != self.shares:
            raise MalformedMessage("Every aggregator has one verifier share.")
        length = self.circuit.verifier_length
        modulus = self.field.modulus
        size = length * self.proofs * self.field.size
        total = [0] * (length * self.proofs)
        for share in verifier_shares:
            if len(share) != size + (SEED_SIZE if self.joint else 0):
                raise MalformedMessage("A verifier share has the wrong length.")
            total = list(map(add, total, self.field.decode(share[:size], len(total))))
        total = [value % modulus for value in total]
        if not all(self.circuit.decide(_part(total, number, length)) for number in range(self.proofs)):
            raise VerificationFailed("The shares do not prove a valid measurement.")
        if not self.joint:
            return b""
        return self._joint_rand_seed(context, [share[size:] for share in verifier_shares])

    def verify_next(self, state: VerifyState, verifier_message: bytes) -> list[int]:
        """Finish to verify a report and return its output share.

        Raises:
            MalformedMessage: The message has the wrong length.
            VerificationFailed: The client lied about the joint randomness.
        """
        if len(verifier_message) != (SEED_SIZE if self.joint else 0):
            raise MalformedMessage("A verifier message has the wrong length.")
        if not hmac.compare_digest(verifier_message, state.joint_rand_seed):
            raise VerificationFailed("The joint randomness is not the one that the client used.")
        return state.output_share

    def aggregate(self, output_shares: Sequence[list[int]]) -> bytes:
        """Return the aggregate share of one aggregator: the sum of its output shares."""
        total = [0] * self.circuit.output_length
        for share in output_shares:
            total = list(map(add, total, share))
        return self.field.encode([value % self.field.modulus for value in total])

    def merge(self, aggregate_shares: Sequence[bytes]) -> bytes:
        """Return the sum of aggregate shares of one aggregator.

        Raises:
            MalformedMessage: An aggregate share is not one of this function.
        """
        return self.aggregate([self.decode_aggregate(share) for share in aggregate_shares])

    def unshard(self, aggregate_shares: Sequence[bytes]) -> Result:
        """Return the result from the aggregate shares of all aggregators.

        Raises:
            MalformedMessage: An aggregate share is missing or is not one of this function.
        """
        if len(aggregate_shares) != self.shares:
            raise MalformedMessage("Every aggregator has one aggregate share.")
        return self.circuit.decode(self.decode_aggregate(self.merge(aggregate_shares)))

    def decode_aggregate(self, aggregate_share: bytes) -> list[int]:
        """Return the elements of an aggregate share.

        Raises:
            MalformedMessage: It is not one of this function.
        """
        return self.field.decode(aggregate_share, self.circuit.output_length)

    # Shares and randomness

    def _leader_share(self, elements: list[int], helper_shares: list[bytes]) -> bytes:
        field = self.field
        leader = field.subtract(elements, helper_shares[0])
        for helper in helper_shares[1:]:
            pairs = zip(field.unpack(leader), field.unpack(helper), strict=True)
            leader = field.encode([(value - other) % field.modulus for value, other in pairs])
        return leader

    def _open_share(self, context: bytes, aggregator: int, share: bytes) -> tuple[bytes, list[int], bytes]:
        """Return the encoded measurement share, the proof share and the blind of an input share."""
        field, circuit = self.field, self.circuit
        blind_size = SEED_SIZE if self.joint else 0
        if aggregator:
            if len(share) != SEED_SIZE + blind_size:
                raise MalformedMessage("A helper's input share has the wrong length.")
            key, blind = share[:SEED_SIZE], share[SEED_SIZE:]
            return (
                self._measurement_share(context, aggregator, key),
                self._proof_share(context, aggregator, key),
                blind,
            )
        first = circuit.measurement_length * field.size
        second = first + self.proofs * circuit.proof_length * field.size
        if len(share) != second + blind_size:
            raise MalformedMessage("A leader's input share has the wrong length.")
        encoded = share[:first]
        field.check(encoded, circuit.measurement_length)
        proof = field.decode(share[first:second], self.proofs * circuit.proof_length)
        return encoded, proof, share[second:]

    def _parts(self, public_share: bytes) -> list[bytes]:
        if len(public_share) != (self.shares * SEED_SIZE if self.joint else 0):
            raise MalformedMessage("A public share has the wrong length.")
        return [public_share[at : at + SEED_SIZE] for at in range(0, len(public_share), SEED_SIZE)]

    def _separation(self, context: bytes, usage: int) -> bytes:
        if len(context) > 65_000:
            raise ParameterInvalid("The application context is too long.")
        return self._prefix + usage.to_bytes(2, "big") + context

    def _expand(self, context: bytes, usage: int, seed: bytes, binder: bytes, length: int) -> list[int]:
        separation = self._separation(context, usage)
        return expand(self.field, seed, separation, bytes((self.proofs,)) + binder, length * self.proofs)

    def _measurement_share(self, context: bytes, aggregator: int, key: bytes) -> bytes:
        separation = self._separation(context, _MEASUREMENT_SHARE)
        length = self.circuit.measurement_length
        return expand_encoded(self.field, key, separation, bytes((aggregator,)), length)

    def _proof_share(self, context: bytes, aggregator: int, key: bytes) -> list[int]:
        return self._expand(context, _PROOF_SHARE, key, bytes((aggregator,)), self.circuit.proof_length)

    def _joint_rand_part(
        self, context: bytes, aggregator: int, blind: bytes, nonce: bytes, share: bytes
    ) -> bytes:
        separation = self._separation(context, _JOINT_RAND_PART)
        return derive_seed(blind, separation, bytes((aggregator,)) + nonce + share)

    def _joint_rand_seed(self, context: bytes, parts: list[bytes]) -> bytes:
        return derive_seed(bytes(SEED_SIZE), self._separation(context, _JOINT_RAND_SEED), b"".join(parts))

    def _joint_rand(self, context: bytes, seed: bytes) -> list[int]:
        return self._expand(context, _JOINT_RANDOMNESS, seed, b"", self.circuit.joint_rand_length)


def _part(elements: list[int], number: int, length: int) -> list[int]:
    """Return the part of a vector that belongs to one proof."""
    if len(elements) == length:
        return elements
    return elements[number * length : (number + 1) * length]


def _sized(value: object, size: int, name: str) -> None:
    if not isinstance(value, bytes) or len(value) != size:
        raise ParameterInvalid(f"The {name} has {size} bytes.")
