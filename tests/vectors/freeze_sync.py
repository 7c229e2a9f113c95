"""Writes the frozen vectors of ``edge_engine_sync``: ``python tests/vectors/freeze_sync.py FOLDER``.

The ones beside this file were written once, by an implementation that had just reproduced every byte of the VDAF
draft's own vectors and of RFC 9180's. They are never written again: a change that needs new ones breaks the wire.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from edge_engine_sync.errors import SyncError
from edge_engine_sync.field import FIELD128
from edge_engine_sync.hpke import suite
from edge_engine_sync.vectors.functions import make_function
from edge_engine_sync.xof import derive_seed, expand_encoded

FUNCTIONS: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "Prio3Count_frozen": ({"shares": 2}, [1, 0, 1]),
    "Prio3Sum_frozen": ({"shares": 3, "max_measurement": 100_000}, [0, 99_999, 100_000]),
    "Prio3SumVec_frozen": (
        {"shares": 2, "length": 20, "max_measurement": 1000, "chunk_length": 14},
        [[0] * 20, [1000 - 49 * place for place in range(20)], [1000] * 20],
    ),
    "Prio3SumVec_small-chunks": (
        {"shares": 2, "length": 300, "max_measurement": 1, "chunk_length": 1},
        [[place % 2 for place in range(300)]],
    ),
    "Prio3Histogram_frozen": ({"shares": 2, "length": 24, "chunk_length": 5}, [0, 23, 7]),
    "Prio3MultihotCountVec_frozen": (
        {"shares": 4, "length": 12, "max_weight": 5, "chunk_length": 4},
        [[False] * 12, [place < 5 for place in range(12)]],
    ),
    "Prio3HigherDegree_frozen": ({"shares": 3}, [0, 1, 2]),
    "Prio3SumVecWithMultiproof_frozen": (
        {"shares": 2, "length": 6, "max_measurement": 12, "chunk_length": 5, "proofs": 2},
        [[0] * 6, [12, 11, 10, 9, 8, 7]],
    ),
}
# Where one bit of the leader's share is wrong, with and without joint randomness.
BROKEN = {True: {"element": 0, "proof": -33, "blind": -1}, False: {"element": 0, "proof": -1}}


def drawn(label: str, size: int) -> bytes:
    """Return bytes that look random and are always the same for a label."""
    return hashlib.shake_256(label.encode()).digest(size)


def freeze_function(name: str, parameters: dict[str, Any], measurements: list[Any]) -> dict[str, Any]:
    """Return the vector of a function, with every operation for every report."""
    function = make_function(name.partition("_")[0], parameters)
    context, key = b"frozen by edge engine", drawn(name + " key", 32)
    reports, operations = [], []
    outputs: list[list[list[int]]] = [[] for _ in range(function.shares)]
    for number, measurement in enumerate(measurements):
        nonce = drawn(f"{name} nonce {number}", 16)
        rand = drawn(f"{name} rand {number}", function.rand_size)
        public_share, shares = function.shard(context, measurement, nonce, rand)
        begun = [
            function.verify_init(key, context, at, nonce, public_share, share)
            for at, share in enumerate(shares)
        ]
        message = function.verifier_shares_to_message(context, [share for _, share in begun])
        finished = [function.verify_next(state, message) for state, _ in begun]
        for output, share in zip(outputs, finished, strict=True):
            output.append(share)
        reports.append(
            {
                "measurement": measurement,
                "nonce": nonce.hex(),
                "rand": rand.hex(),
                "public_share": public_share.hex(),
                "input_shares": [share.hex() for share in shares],
                "verifier_shares": [[share.hex() for _, share in begun]],
                "verifier_messages": [message.hex()],
                "out_shares": [function.field.encode(share).hex() for share in finished],
            }
        )
        steps = [{"operation": "shard", "report_index": number}]
        steps += [
            {"operation": "verify_init", "report_index": number, "aggregator_id": at}
            for at in range(function.shares)
        ]
        steps.append({"operation": "verifier_shares_to_message", "report_index": number, "round": 0})
        steps += [
            {"operation": "verify_next", "report_index": number, "aggregator_id": at, "round": 1}
            for at in range(function.shares)
        ]
        operations += steps
    operations += [{"operation": "aggregate", "aggregator_id": at} for at in range(function.shares)]
    operations.append({"operation": "unshard"})
    aggregates = [function.aggregate(output) for output in outputs]
    return {
        **parameters,
        "ctx": context.hex(),
        "verify_key": key.hex(),
        "agg_param": "",
        "agg_shares": [share.hex() for share in aggregates],
        "agg_result": function.unshard(aggregates),
        "operations": [{**operation, "success": True} for operation in operations],
        "reports": reports,
    }


def freeze_broken(good: dict[str, Any], name: str, at: int) -> dict[str, Any]:
    """Return the vector of a report whose leader share has one wrong byte."""
    function = make_function(name, good)
    context, key = bytes.fromhex(good["ctx"]), bytes.fromhex(good["verify_key"])
    report = dict(good["reports"][1])
    nonce, public_share = bytes.fromhex(report["nonce"]), bytes.fromhex(report["public_share"])
    shares = [bytearray.fromhex(share) for share in report["input_shares"]]
    shares[0][at] ^= 1
    begun = [
        function.verify_init(key, context, number, nonce, public_share, bytes(share))
        for number, share in enumerate(shares)
    ]
    verifiers = [share for _, share in begun]
    try:
        function.verifier_shares_to_message(context, verifiers)
    except SyncError:
        last = {"operation": "verifier_shares_to_message", "report_index": 0, "round": 0, "success": False}
    else:
        raise AssertionError(name)
    report |= {
        "measurement": None,
        "input_shares": [share.hex() for share in shares],
        "verifier_shares": [[share.hex() for share in verifiers]],
        "verifier_messages": [],
        "out_shares": [],
    }
    begin = [
        {"operation": "verify_init", "report_index": 0, "aggregator_id": at, "success": True}
        for at in range(len(shares))
    ]
    changed = {"operations": [*begin, last], "reports": [report], "agg_result": None, "agg_shares": []}
    return {**good, **changed}


def freeze_encryption(kem: int, kdf: int, aead: int) -> dict[str, Any]:
    """Return the vector of a suite in base mode."""
    chosen = suite(kem, kdf, aead)
    label = f"hpke {kem} {kdf} {aead}"
    materials = {end: drawn(f"{label} {end}", 66) for end in ("R", "E")}
    private = {end: chosen.kem.derive_private(material) for end, material in materials.items()}
    public = {end: chosen.kem.load(key).public() for end, key in private.items()}
    info = b"frozen by edge engine"
    encapsulated, context = chosen.sender(public["R"], info, private["E"])
    vector: dict[str, Any] = {"mode": 0, "kem_id": kem, "kdf_id": kdf, "aead_id": aead, "info": info.hex()}
    for end in ("R", "E"):
        vector[f"ikm{end}"] = materials[end].hex()
        vector[f"sk{end}m"], vector[f"pk{end}m"] = private[end].hex(), public[end].hex()
    vector |= {
        "enc": encapsulated.hex(),
        "key": context.key.hex(),
        "base_nonce": context.base_nonce.hex(),
        "exporter_secret": context.exporter_secret.hex(),
        "encryptions": [
            {
                "aad": f"Count-{number}".encode().hex(),
                "nonce": context.nonce(number).hex(),
                "pt": drawn(f"{label} plain", 29).hex(),
                "ct": context.seal(f"Count-{number}".encode(), drawn(f"{label} plain", 29), number).hex(),
            }
            for number in (0, 1, 256)
            if aead != 0xFFFF
        ],
        "exports": [
            {"exporter_context": "", "L": 32, "exported_value": context.export(b"", 32).hex()},
            {"exporter_context": "01", "L": 70, "exported_value": context.export(b"\x01", 70).hex()},
        ],
    }
    return vector


def freeze_xof() -> dict[str, Any]:
    """Return the vector of the XOF."""
    seed, separation, binder = drawn("xof", 32), b"frozen", b"by edge engine"
    return {
        "seed": seed.hex(),
        "dst": separation.hex(),
        "binder": binder.hex(),
        "derived_seed": derive_seed(seed, separation, binder).hex(),
        "length": 9,
        "expanded_vec_field128": expand_encoded(FIELD128, seed, separation, binder, 9).hex(),
    }


def main(folder: Path) -> None:
    """Write all files, none of which may be there."""
    files: dict[str, Any] = {}
    for name, (parameters, measurements) in FUNCTIONS.items():
        files[name] = freeze_function(name, parameters, measurements)
        if name.endswith("frozen"):
            kind = name.partition("_")[0]
            for what, at in BROKEN[bool(files[name]["reports"][0]["public_share"])].items():
                files[f"{kind}_bad-{what}"] = freeze_broken(files[name], kind, at)
    suites = [
        (0x20, 1, 1),
        (0x20, 1, 3),
        (0x10, 1, 1),
        (0x11, 2, 2),
        (0x12, 3, 2),
        (0x21, 3, 3),
        (0x10, 3, 0xFFFF),
    ]
    files["hpke_base"] = [freeze_encryption(*numbers) for numbers in suites]
    files["XofTurboShake128_frozen"] = freeze_xof()
    for name, content in files.items():
        with (folder / f"{name}.json").open("x") as file:
            json.dump(content, file, indent=1, sort_keys=True)
            file.write("\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
