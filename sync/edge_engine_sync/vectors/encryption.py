"""Replaying the vectors of RFC 9180 in base mode."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from edge_engine_sync.errors import SuiteUnsupported
from edge_engine_sync.hpke import Context, Suite, suite

if TYPE_CHECKING:
    from edge_engine_sync.vectors.tally import Tally

_hex = bytes.fromhex


def replay_encryption(tally: Tally, vector: dict[str, Any]) -> None:
    """Replay one suite: keys, both contexts, every encryption in both directions, every export."""
    if vector.get("mode", 0) != 0:
        tally.failures.append("suite: only base mode is known")
        return
    try:
        chosen = suite(vector["kem_id"], vector["kdf_id"], vector["aead_id"])
    except SuiteUnsupported as refusal:
        tally.failures.append(f"suite: {refusal}")
        return
    for end in ("R", "E"):
        if f"sk{end}m" in vector and f"pk{end}m" in vector:
            tally.expect(f"pk{end}m", partial(_has_public, chosen, vector, end))
        if f"sk{end}m" in vector and f"ikm{end}" in vector:
            tally.expect(f"sk{end}m", partial(_derives_private, chosen, vector, end))
    contexts: list[Context] = []
    if "skEm" in vector and "pkRm" in vector:
        tally.expect("sender", partial(_start_sender, chosen, vector, contexts))
    tally.expect("receiver", partial(_start_receiver, chosen, vector, contexts))
    for context in contexts:
        for number, encryption in enumerate(vector.get("encryptions", ())):
            sequence = _sequence(context, encryption, number)
            tally.expect(f"{number} seal", partial(_seals, context, encryption, sequence))
            tally.expect(f"{number} open", partial(_opens, context, encryption, sequence))
        for number, export in enumerate(vector.get("exports", ())):
            tally.expect(f"{number} export", partial(_exports, context, export))


def _has_public(chosen: Suite, vector: dict[str, Any], end: str) -> bool:
    return bool(chosen.kem.load(_hex(vector[f"sk{end}m"])).public().hex() == vector[f"pk{end}m"])


def _derives_private(chosen: Suite, vector: dict[str, Any], end: str) -> bool:
    return bool(chosen.kem.derive_private(_hex(vector[f"ikm{end}"])).hex() == vector[f"sk{end}m"])


def _start_sender(chosen: Suite, vector: dict[str, Any], contexts: list[Context]) -> bool:
    encapsulated, context = chosen.sender(_hex(vector["pkRm"]), _hex(vector["info"]), _hex(vector["skEm"]))
    contexts.append(context)
    return encapsulated.hex() == vector["enc"] and _scheduled(context, vector)


def _start_receiver(chosen: Suite, vector: dict[str, Any], contexts: list[Context]) -> bool:
    context = chosen.receiver(_hex(vector["skRm"]), _hex(vector["enc"]), _hex(vector["info"]))
    contexts.append(context)
    return _scheduled(context, vector)


def _scheduled(context: Context, vector: dict[str, Any]) -> bool:
    """Tell whether a context has the secrets that the vector names."""
    return all(
        getattr(context, name).hex() == vector[name]
        for name in ("key", "base_nonce", "exporter_secret")
        if name in vector
    )


def _sequence(context: Context, encryption: dict[str, Any], number: int) -> int:
    """Return the sequence number of an encryption: its nonce tells, as files leave some out."""
    if "nonce" not in encryption:
        return number
    return int(encryption["nonce"], 16) ^ int.from_bytes(context.base_nonce, "big")


def _seals(context: Context, encryption: dict[str, Any], sequence: int) -> bool:
    sealed = context.seal(_hex(encryption["aad"]), _hex(encryption["pt"]), sequence)
    return bool(sealed.hex() == encryption["ct"])


def _opens(context: Context, encryption: dict[str, Any], sequence: int) -> bool:
    opened = context.open(_hex(encryption["aad"]), _hex(encryption["ct"]), sequence)
    return bool(opened.hex() == encryption["pt"])


def _exports(context: Context, export: dict[str, Any]) -> bool:
    exported = context.export(_hex(export["exporter_context"]), export["L"])
    return bool(exported.hex() == export["exported_value"])
