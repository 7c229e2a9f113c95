"""Replaying the VDAF draft's vectors of Prio3 and of its XOF.

Source: draft-irtf-cfrg-vdaf-20, appendix "Test Vectors".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from edge_engine_sync.chunks import SumVec
from edge_engine_sync.circuits import Polynomial
from edge_engine_sync.errors import ParameterInvalid
from edge_engine_sync.field import FIELD64, FIELD128
from edge_engine_sync.prio3 import PRIVATE_USE_ID, Prio3, VerifyState
from edge_engine_sync.xof import SEED_SIZE, derive_seed, expand_encoded

if TYPE_CHECKING:
    from edge_engine_sync.vectors.tally import Tally

_hex = bytes.fromhex

# The draft's experiments, whose files do not say all of their parameters.
_HIGHER_DEGREE: Final = "Prio3HigherDegree"
_MULTIPROOF: Final = "Prio3SumVecWithMultiproof"

_OPERATIONS: Final = frozenset(
    {"shard", "verify_init", "verifier_shares_to_message", "verify_next", "aggregate", "unshard"}
)


def make_function(name: str, vector: dict[str, Any]) -> Prio3[Any, Any]:
    """Return the function of a vector.

    Args:
        name: Its name, such as ``Prio3Histogram``; only the draft's experiments need it.
        vector: The parameters, as the draft's files have them.

    Raises:
        ParameterInvalid: There is no such function.
    """
    shares = vector["shares"]
    if name == _HIGHER_DEGREE:
        # x(x - 1)(x - 2) = 0
        return Prio3(PRIVATE_USE_ID, Polynomial(FIELD64, (0, 2, -3, 1), (1,), 2), shares=shares)
    if name == _MULTIPROOF:
        circuit = SumVec(vector["length"], vector["max_measurement"], vector["chunk_length"], FIELD64)
        return Prio3(
            PRIVATE_USE_ID,
            circuit,
            shares=shares,
            proofs=vector.get("proofs") or _count_proofs(circuit, vector),
        )
    match vector:
        case {"length": length, "max_weight": weight, "chunk_length": chunk}:
            return Prio3.multihot_count_vec(length, weight, chunk, shares=shares)
        case {"length": length, "max_measurement": most, "chunk_length": chunk}:
            return Prio3.sum_vec(length, most, chunk, shares=shares)
        case {"length": length, "chunk_length": chunk}:
            return Prio3.histogram(length, chunk, shares=shares)
        case {"max_measurement": most}:
            return Prio3.sum(most, shares=shares)
    if name.startswith("Prio3") and name != "Prio3Count":
        raise ParameterInvalid("There is no function of this name here.")
    return Prio3.count(shares=shares)


def _count_proofs(circuit: SumVec, vector: dict[str, Any]) -> int:
    """Return how many proofs the leader's share of the first report holds."""
    leader = len(_hex(vector["reports"][0]["input_shares"][0])) - SEED_SIZE
    elements = leader // circuit.field.size - circuit.measurement_length
    return elements // circuit.proof_length


def replay_function(tally: Tally, name: str, vector: dict[str, Any]) -> None:
    """Replay every operation of a vector, in its order."""
    try:
        function = make_function(name, vector)
    except ParameterInvalid as refusal:
        tally.failures.append(f"parameters: {refusal}")
        return
    replayed = _Replay(function, vector)
    for number, operation in enumerate(vector["operations"]):
        what = f"{number} {operation['operation']}"
        # A step that nobody can do is no step that was refused.
        if operation["operation"] not in _OPERATIONS:
            tally.failures.append(f"{what}: there is no such operation here")
        elif not isinstance(operation["success"], bool):
            tally.failures.append(f"{what}: whether it succeeds is neither true nor false")
        elif operation["success"]:
            tally.expect(what, partial(replayed.run, operation))
        else:
            tally.refuse(what, partial(replayed.run, operation))


class _Replay:
    """The operations of one vector; ``run`` returns whether the outcome is the vector's."""

    def __init__(self, function: Prio3[Any, Any], vector: dict[str, Any]) -> None:
        self._function = function
        self._vector = vector
        self._context = _hex(vector["ctx"])
        self._states: dict[tuple[int, int], VerifyState] = {}

    def run(self, operation: dict[str, Any]) -> bool:
        function, vector = self._function, self._vector
        number, aggregator = operation.get("report_index", 0), operation.get("aggregator_id", 0)
        report = vector["reports"][number]
        match operation["operation"]:
            case "shard":
                public_share, shares = function.shard(
                    self._context, report["measurement"], _hex(report["nonce"]), _hex(report["rand"])
                )
                return (public_share.hex(), [share.hex() for share in shares]) == (
                    report["public_share"],
                    report["input_shares"],
                )
            case "verify_init":
                return self._verify_init(number, aggregator, report)
            case "verifier_shares_to_message":
                shares = [_hex(share) for share in report["verifier_shares"][operation["round"]]]
                message = function.verifier_shares_to_message(self._context, shares)
                return bool(message.hex() == report["verifier_messages"][operation["round"]])
            case "verify_next":
                message = _hex(report["verifier_messages"][operation["round"] - 1])
                output = function.verify_next(self._states[number, aggregator], message)
                return bool(function.field.encode(output).hex() == report["out_shares"][aggregator])
            case "aggregate":
                encoded = [_hex(report["out_shares"][aggregator]) for report in vector["reports"]]
                return bool(function.merge(encoded).hex() == vector["agg_shares"][aggregator])
            case "unshard":
                result = function.unshard([_hex(share) for share in vector["agg_shares"]])
                return bool(result == vector["agg_result"])
            case other:
                raise LookupError(other)

    def _verify_init(self, number: int, aggregator: int, report: dict[str, Any]) -> bool:
        state, share = self._function.verify_init(
            _hex(self._vector["verify_key"]),
            self._context,
            aggregator,
            _hex(report["nonce"]),
            _hex(report["public_share"]),
            _hex(report["input_shares"][aggregator]),
        )
        self._states[number, aggregator] = state
        return bool(share.hex() == report["verifier_shares"][0][aggregator])


def replay_xof(tally: Tally, vector: dict[str, Any]) -> None:
    """Replay the vector of XofTurboShake128."""
    seed, separation, binder = (_hex(vector[name]) for name in ("seed", "dst", "binder"))
    if len(seed) != SEED_SIZE:
        tally.skipped = "it belongs to an XOF of another scheme"
        return
    size = len(vector["derived_seed"]) // 2
    tally.expect(
        "derive_seed", lambda: derive_seed(seed, separation, binder, size).hex() == vector["derived_seed"]
    )
    tally.expect(
        "expand_into_vec",
        lambda: (
            expand_encoded(FIELD128, seed, separation, binder, vector["length"]).hex()
            == vector["expanded_vec_field128"]
        ),
    )
