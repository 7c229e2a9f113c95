"""Replaying lists of DAP messages: fields to bytes, bytes to fields, and bytes that are no message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine_sync.messages import (
    Extension,
    HpkeCiphertext,
    HpkeConfig,
    PlaintextInputShare,
    ReportMetadata,
)
from edge_engine_sync.task import (
    COUNT,
    HISTOGRAM,
    MULTIHOT_COUNT_VEC,
    SUM,
    SUM_VEC,
    BatchConfig,
    BatchMode,
    TaskConfiguration,
    VdafConfig,
    task_interval,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine_sync.codec import Message
    from edge_engine_sync.vectors.tally import Tally

_FUNCTIONS: Final = {
    "Prio3Count": COUNT,
    "Prio3Sum": SUM,
    "Prio3SumVec": SUM_VEC,
    "Prio3Histogram": HISTOGRAM,
    "Prio3MultihotCountVec": MULTIHOT_COUNT_VEC,
}
_KEMS: Final = {
    "P256HkdfSha256": 0x10,
    "P384HkdfSha384": 0x11,
    "P521HkdfSha512": 0x12,
    "X25519HkdfSha256": 0x20,
    "X448HkdfSha512": 0x21,
}
_KDFS: Final = {"HkdfSha256": 1, "HkdfSha384": 2, "HkdfSha512": 3}
_AEADS: Final = {"Aes128Gcm": 1, "Aes256Gcm": 2, "ChaCha20Poly1305": 3}


def _extensions(entry: dict[str, Any]) -> tuple[Extension, ...]:
    listed = [Extension(one["type"], one["data"].encode()) for one in entry.get("extensions", ())]
    if "task_interval" in entry:
        listed.append(task_interval(entry["task_interval"]["start"], entry["task_interval"]["duration"]))
    return tuple(sorted(listed, key=lambda extension: extension.kind))


def _vdaf(entry: dict[str, Any]) -> VdafConfig:
    parameters = {name: value for name, value in entry.items() if name not in ("type", "hex")}
    return VdafConfig(_FUNCTIONS[entry["type"]], **parameters)


def _task(entry: dict[str, Any]) -> TaskConfiguration:
    return TaskConfiguration(
        task_info=entry["task_info"].encode(),
        leader=entry["leader"],
        helper=entry["helper"],
        time_precision=entry["time_precision"],
        min_batch_size=entry["min_batch_size"],
        batch_mode=BatchMode[entry["batch_mode"].upper()],
        vdaf=_vdaf(entry["vdaf"]),
        extensions=_extensions(entry),
    )


def _metadata(entry: dict[str, Any]) -> ReportMetadata:
    return ReportMetadata(bytes.fromhex(entry["report_id"]), entry["time"], _extensions(entry))


def _plaintext(entry: dict[str, Any]) -> PlaintextInputShare:
    return PlaintextInputShare(entry["payload"].encode(), _extensions(entry))


def _ciphertext(entry: dict[str, Any]) -> HpkeCiphertext:
    return HpkeCiphertext(entry["config_id"], entry["enc"].encode(), entry["payload"].encode())


def _config(entry: dict[str, Any]) -> HpkeConfig:
    suite = (_KEMS[entry["kem"]], _KDFS[entry["kdf"]], _AEADS[entry["aead"]])
    return HpkeConfig(entry["id"], *suite, entry["public_key"].encode())


def _batch(entry: dict[str, Any]) -> BatchConfig:
    return BatchConfig(BatchMode[entry["mode"].upper()])


MESSAGES: Final[dict[str, tuple[type[Message], Callable[[dict[str, Any]], Message]]]] = {
    "task_configuration": (TaskConfiguration, _task),
    "report_metadata": (ReportMetadata, _metadata),
    "plaintext_input_share": (PlaintextInputShare, _plaintext),
    "hpke_ciphertext": (HpkeCiphertext, _ciphertext),
    "hpke_config": (HpkeConfig, _config),
    "vdaf_config": (VdafConfig, _vdaf),
    "batch_config": (BatchConfig, _batch),
}


def replay_messages(tally: Tally, vector: dict[str, Any]) -> None:
    """Replay every message of a list."""
    for name, entries in vector.items():
        if name == "about":
            continue
        if name not in MESSAGES:
            tally.failures.append(f"{name}: there is no such message here")
            continue
        kind, build = MESSAGES[name]
        for number, entry in enumerate(entries):
            _replay_message(tally, f"{name} {number}", entry, kind, build)


def _replay_message(
    tally: Tally,
    name: str,
    entry: dict[str, Any],
    kind: type[Message],
    build: Callable[[dict[str, Any]], Message],
) -> None:
    encoded = bytes.fromhex(entry["hex"])
    if "reject" in entry:
        tally.refuse(f"{name} reject", lambda: kind.decode(encoded))
        return
    tally.expect(f"{name} encode", lambda: build(entry).encode() == encoded)
    tally.expect(f"{name} decode", lambda: kind.decode(encoded) == build(entry))
