"""What every measurement type brings to Prio3, and the half of its proof system that all share.

A circuit says how a measurement becomes field elements, which sums of them the aggregators keep, and how a client
proves, without showing it, that the elements are those of a valid measurement. Every circuit here has one gadget, a
small non-linear function called several times; the proof is the polynomial through the gadget's outputs.

Source: draft-irtf-cfrg-vdaf-20, section 7.3 (the FLP of Boneh et al. 2019, theorem 4.3).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from operator import index, mul
from typing import TYPE_CHECKING, Generic, TypeVar

from edge_engine_sync.domain import Domain, domain
from edge_engine_sync.errors import MeasurementInvalid, ParameterInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_engine_sync.field import Field

Measurement = TypeVar("Measurement")
Result = TypeVar("Result")


def bounded(value: object, most: int) -> int:
    """Return a measurement that is a whole number between 0 and ``most``.

    Raises:
        MeasurementInvalid: It is not.
    """
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        number = -1
    if 0 <= number <= most:
        return number
    raise MeasurementInvalid(f"A measurement of this task is a whole number between 0 and {most}.")


def counted(values: Iterable[int], length: int, most: int) -> list[int]:
    """Return a measurement that is so many whole numbers between 0 and ``most``.

    Raises:
        MeasurementInvalid: It is not.
    """
    try:
        listed = list(values)
    except TypeError:
        listed = []
    if len(listed) != length:
        raise MeasurementInvalid(f"A measurement of this task has {length} numbers.")
    return [bounded(value, most) for value in listed]


def positive(value: object, name: str, below: int = 2**32) -> int:
    """Return a parameter that is a positive whole number.

    Raises:
        ParameterInvalid: It is not, or is not below the limit.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < below:
        return value
    raise ParameterInvalid(f"The parameter {name} is a whole number of at least 1 and below {below}.")


class Circuit(ABC, Generic[Measurement, Result]):
    """A measurement type with its proof system.

    Attributes:
        field: The field of its elements.
        measurement_length: Elements of an encoded measurement.
        output_length: Elements of an output share and of an aggregate.
        joint_rand_length: Random elements that client and aggregators derive together.
        arity: Inputs of the gadget, which is also the length of the prover's randomness.
        calls: Times that the gadget is called.
        checks: Values that must be zero for a valid measurement.
        domain: Where wire polynomials are given.
        proof_length: Elements of a proof.
        query_rand_length: Random elements of a query.
        verifier_length: Elements of a verifier.
    """

    def __init__(
        self,
        field: Field,
        *,
        measurement_length: int,
        output_length: int,
        arity: int,
        calls: int,
        degree: int = 2,
        joint_rand_length: int = 0,
        checks: int = 1,
    ) -> None:
        self.field = field
        self.measurement_length = measurement_length
        self.output_length = output_length
        self.joint_rand_length = joint_rand_length
        self.arity = arity
        self.calls = calls
        self.checks = checks
        self.domain: Domain = domain(field, 1 << calls.bit_length())
        self.gadget_length = degree * (self.domain.size - 1) + 1
        if self.gadget_length not in (2 * self.domain.size - 1, 2 * self.domain.size):
            raise ParameterInvalid("A gadget of this degree cannot be called so often.")
        self.proof_length = arity + self.gadget_length
        self.query_rand_length = 1 + (checks if checks > 1 else 0)
        self.verifier_length = 2 + arity

    @abstractmethod
    def encode(self, measurement: Measurement) -> list[int]:
        """Return the elements of a measurement: small integers, most of them bits.

        Raises:
            MeasurementInvalid: The measurement is outside of what is counted.
        """

    @abstractmethod
    def truncate(self, measurement: list[int]) -> list[int]:
        """Return the part of an encoded measurement, or of a share of one, that is summed."""

    @abstractmethod
    def decode(self, total: list[int]) -> Result:
        """Return the aggregate result from the sum of all output shares."""

    @abstractmethod
    def gadget(self, inputs: list[int]) -> int:
        """Return the gadget's output for one input on each wire, not reduced."""

    @abstractmethod
    def outputs(self, measurement: list[int], gadget: list[int], shares: int) -> list[int]:
        """Return the values that sum to zero over all shares if the measurement is valid.

        Args:
            measurement: Share of an encoded measurement.
            gadget: Share of the gadget's output for each call.
            shares: Number of shares.
        """

    @abstractmethod
    def wires(
        self, measurement: list[int], seeds: list[int], weights: list[int], joint_rand: list[int], shares: int
    ) -> list[int]:
        """Return the value of each wire polynomial at the query's point.

        Args:
            measurement: Share of an encoded measurement.
            seeds: Share of each wire's first value, ``arity`` of them.
            weights: What each value counts for at the point.
            joint_rand: Joint randomness.
            shares: Number of shares.
        """

    @abstractmethod
    def gadget_values(self, measurement: list[int], seeds: list[int], joint_rand: list[int]) -> list[int]:
        """Return all ``2 * domain.size`` values of the gadget polynomial of a valid measurement."""

    def prove(self, measurement: list[int], prove_rand: list[int], joint_rand: list[int]) -> list[int]:
        """Return the proof that an encoded measurement is valid: ``proof_length`` elements."""
        values = self.gadget_values(measurement, prove_rand, joint_rand)
        return prove_rand + values[: self.gadget_length]

    def query(
        self,
        measurement: list[int],
        proof: list[int],
        query_rand: list[int],
        joint_rand: list[int],
        shares: int,
    ) -> list[int]:
        """Return a share of the verifier from shares of the measurement and of its proof.

        Raises:
            VerificationFailed: The random point is a root of unity.
        """
        modulus, arity = self.field.modulus, self.arity
        values = self.domain.complete(proof[arity:])
        weights, gadget = self.domain.evaluate(values, query_rand[-1])
        outputs = self.outputs(measurement, values[2 : 2 + 2 * self.calls : 2], shares)
        check = outputs[0] if self.checks == 1 else sum(map(mul, outputs, query_rand))
        wires = self.wires(measurement, proof[:arity], weights, joint_rand, shares)
        return [check % modulus, *[wire % modulus for wire in wires], gadget]

    def decide(self, verifier: list[int]) -> bool:
        """Tell whether a whole verifier is that of a valid measurement."""
        return verifier[0] == 0 and self.gadget(verifier[1:-1]) % self.field.modulus == verifier[-1]
