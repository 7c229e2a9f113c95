"""The task files that ``janus_cli provision-tasks`` reads, from the files of the leader and of the helper.

Janus keeps its own HPKE keys and those are not among what it reads here.

Source: ``docs/samples/tasks.yaml`` and ``docs/DEPLOYING.md`` of Janus, as of August 2026.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from edge_engine_sync.aggregator.noise import scale_of
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.errors import TaskFileInvalid
from edge_engine_sync.messages import Role
from edge_engine_sync.task import COUNT, HISTOGRAM, SUM, SUM_VEC, BatchMode

if TYPE_CHECKING:
    from edge_engine_sync.aggregator.parties import Aggregator, AggregatorTask
    from edge_engine_sync.messages import HpkeConfig

_KEMS: Final = {
    0x10: "P256HkdfSha256",
    0x11: "P384HkdfSha384",
    0x12: "P521HkdfSha512",
    0x20: "X25519HkdfSha256",
    0x21: "X448HkdfSha512",
}
_KDFS: Final = {1: "HkdfSha256", 2: "HkdfSha384", 3: "HkdfSha512"}
_AEADS: Final = {1: "Aes128Gcm", 2: "Aes256Gcm", 3: "ChaCha20Poly1305"}
_DIGITS: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class JanusTasks:
    """The tasks of an aggregator as Janus reads them.

    Attributes:
        text: The YAML of those that Janus can do; it holds secrets.
        left_out: Why Janus cannot do the others, one sentence each, by what the task says of itself.
        wider: How many times wider Janus's noise is than the task asks for, likewise; those where it is.
    """

    text: str = field(repr=False)
    left_out: dict[str, str]
    wider: dict[str, Fraction]


def janus_tasks(aggregator: Aggregator) -> JanusTasks:
    """Return the tasks of an aggregator for Janus, and what Janus does not do or does otherwise.

    Janus has no place for ``sensitivity``: it takes what the function allows. Its noise then hides more than was asked
    for and drowns more of the sum.

    Raises:
        TaskFileInvalid: Janus can do none of them.
    """
    entries, left_out, wider = [], dict[str, str](), dict[str, Fraction]()
    for task in aggregator.tasks.values():
        name = task.task.configuration.task_info.decode("utf-8", "replace")
        reason = _why_not(task)
        if reason:
            left_out[name] = reason
            continue
        entries.append(_entry(task))
        if task.epsilon is not None:
            asked = scale_of(task.task.vdaf, task.epsilon, task.sensitivity)
            drawn = scale_of(task.task.vdaf, task.epsilon)
            if drawn != asked:
                wider[name] = drawn / asked
    if not entries:
        raise TaskFileInvalid(
            "Janus can do none of these tasks: it has no such function, or no noise for it."
        )
    head = "# For `janus_cli provision-tasks`. This file holds secrets of this aggregator.\n"
    return JanusTasks(head + "".join(entries), left_out, wider)


def _why_not(task: AggregatorTask) -> str:
    """Return why Janus cannot do a task; empty where it can."""
    function = task.task.configuration.vdaf.identifier
    if function not in (COUNT, SUM, SUM_VEC, HISTOGRAM):
        return "Janus has no such function."
    if task.epsilon is not None and function not in (HISTOGRAM, SUM_VEC):
        return "Janus adds noise to histograms and to vectors of sums alone."
    return ""


def _entry(task: AggregatorTask) -> str:
    configuration = task.task.configuration
    leads = task.role == Role.LEADER
    own, peer = configuration.leader, configuration.helper
    interval = configuration.interval()
    precision = configuration.time_precision
    lines: list[tuple[str, Any]] = [
        ("task_id", base64url(task.task.task_id)),
        ("peer_aggregator_endpoint", peer if leads else own),
        ("own_aggregator_endpoint", own if leads else peer),
        ("role", "Leader" if leads else "Helper"),
        ("vdaf_verify_key", base64url(task.verify_key)),
        ("task_info", base64url(configuration.task_info)),
        ("time_precision", precision),
        ("task_start", interval.start if interval else None),
        ("task_duration", interval.duration if interval else None),
        ("report_expiry_age", None if task.expiry is None else -(-task.expiry // precision)),
        ("min_batch_size", configuration.min_batch_size),
        ("tolerable_clock_skew", -(-task.clock_skew // precision)),
        ("collector_hpke_config", _key(task.collector)),
    ]
    if leads:
        lines += [
            ("aggregator_auth_token", {"type": "Bearer", "token": task.token}),
            ("collector_auth_token_hash", {"type": "Bearer", "hash": base64url(task.token_hash)}),
        ]
    else:
        lines += [
            ("aggregation_mode", "Synchronous"),
            ("aggregator_auth_token_hash", {"type": "Bearer", "hash": base64url(task.token_hash)}),
            ("collector_auth_token_hash", None),
        ]
    # Every JSON value is a YAML value; only the names with a tag are YAML's own.
    written = [f"{name}: {json.dumps(value)}" for name, value in lines]
    written.append(f"batch_mode: {_batch_mode(configuration.batch_mode)}")
    written.append(f"vdaf: {_vdaf(task)}")
    return "- " + "\n  ".join(written) + "\n"


def _batch_mode(mode: BatchMode) -> str:
    if mode == BatchMode.TIME_INTERVAL:
        return "TimeInterval"
    return "!LeaderSelected " + json.dumps({"batch_time_window_size": None})


def _vdaf(task: AggregatorTask) -> str:
    config = task.task.configuration.vdaf
    strategy: dict[str, Any] = {"dp_strategy": "NoDifferentialPrivacy"}
    if task.epsilon is not None:
        strategy = {"dp_strategy": "PureDpDiscreteLaplace", "budget": {"epsilon": _rational(task.epsilon)}}
    if config.identifier == COUNT:
        return "Prio3Count"
    if config.identifier == SUM:
        return "!Prio3Sum " + json.dumps({"max_measurement": config.max_measurement})
    parameters: dict[str, Any] = {"length": config.length, "chunk_length": config.chunk_length}
    if config.identifier == HISTOGRAM:
        return "!Prio3Histogram " + json.dumps({**parameters, "dp_strategy": strategy})
    parameters["max_measurement"] = config.max_measurement
    return "!Prio3SumVec " + json.dumps({**parameters, "dp_strategy": strategy})


def _rational(value: Fraction) -> list[list[int]]:
    """Return a fraction as Janus writes it: digits of base 2**32, lowest first."""
    return [_digits(value.numerator), _digits(value.denominator)]


def _digits(number: int) -> list[int]:
    found = []
    while number:
        number, digit = divmod(number, _DIGITS)
        found.append(digit)
    return found


def _key(config: HpkeConfig) -> dict[str, Any]:
    return {
        "id": config.identifier,
        "kem_id": _KEMS[config.kem],
        "kdf_id": _KDFS[config.kdf],
        "aead_id": _AEADS[config.aead],
        "public_key": base64url(config.public_key),
    }
