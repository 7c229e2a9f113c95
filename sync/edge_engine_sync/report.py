"""Making and opening reports.

Source: draft-ietf-ppm-dap-18, sections 4.4.2 and 4.5.3.3.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from edge_engine_sync.codec import opaque
from edge_engine_sync.errors import KeyInvalid, MalformedMessage, OpenFailed, SuiteUnsupported
from edge_engine_sync.hpke import EXPORT_ONLY, suite
from edge_engine_sync.messages import (
    REPORT_ID_SIZE,
    HpkeCiphertext,
    HpkeConfig,
    HpkeConfigList,
    PlaintextInputShare,
    Report,
    ReportMetadata,
    Role,
)

if TYPE_CHECKING:
    from edge_engine_sync.task import Task

Randomness = Callable[[int], bytes]
Measurement = int | Sequence[int]

_SHARE: Final = " input share"


def choose_config(offered: HpkeConfigList) -> HpkeConfig:
    """Return the first of an aggregator's keys whose suite is known here.

    Raises:
        SuiteUnsupported: There is none.
    """
    for config in offered.configs:
        try:
            suite(config.kem, config.kdf, config.aead)
        except SuiteUnsupported:
            continue
        if config.aead != EXPORT_ONLY:
            return config
    raise SuiteUnsupported("The aggregator offers no key whose suite is known.")


def make_report(
    task: Task,
    measurement: Measurement,
    leader: HpkeConfig,
    helper: HpkeConfig,
    *,
    time: int,
    randomness: Randomness = secrets.token_bytes,
) -> Report:
    """Return the report of a measurement: split, and sealed for each aggregator.

    Args:
        task: The task.
        measurement: What its function counts.
        leader: The leader's key.
        helper: The helper's key.
        time: In the task's unit; see ``Task.time``.
        randomness: Gives as many bytes as asked for; a cryptographic generator.

    Raises:
        MeasurementInvalid: The measurement is outside of what the task counts.
        KeyInvalid: A key is none of its suite.
        SuiteUnsupported: A key's suite is not known.
    """
    report_id = randomness(REPORT_ID_SIZE)
    metadata = ReportMetadata(report_id, time)
    vdaf = task.vdaf
    public_share, shares = vdaf.shard(task.context, measurement, report_id, randomness(vdaf.rand_size))
    associated = share_associated(task, metadata, public_share)
    sealed = []
    for role, config, share in zip((Role.LEADER, Role.HELPER), (leader, helper), shares, strict=True):
        chosen = suite(config.kem, config.kdf, config.aead)
        plaintext = PlaintextInputShare(share).encode()
        encapsulated, payload = chosen.seal(config.public_key, share_info(task, role), associated, plaintext)
        sealed.append(HpkeCiphertext(config.identifier, encapsulated, payload))
    return Report(metadata, public_share, *sealed)


def open_share(task: Task, role: Role, config: HpkeConfig, private_key: bytes, report: Report) -> bytes:
    """Return one aggregator's input share of a report.

    Raises:
        OpenFailed: It was not sealed for this key, task, role and report.
        MalformedMessage: It was, but what was sealed is no input share, or has an extension; none is known.
    """
    sealed = report.leader_share if role == Role.LEADER else report.helper_share
    return open_sealed(task, role, config, private_key, report.metadata, report.public_share, sealed)


def open_sealed(
    task: Task,
    role: Role,
    config: HpkeConfig,
    private_key: bytes,
    metadata: ReportMetadata,
    public_share: bytes,
    sealed: HpkeCiphertext,
) -> bytes:
    """Return one aggregator's input share from the parts of a report that it has.

    Raises:
        OpenFailed: It was not sealed for this key, task, role and report.
        MalformedMessage: It was, but what was sealed is no input share, or has an extension; none is known.
    """
    if sealed.config_id != config.identifier:
        raise OpenFailed("The share was sealed for another key.")
    chosen = suite(config.kem, config.kdf, config.aead)
    associated = share_associated(task, metadata, public_share)
    try:
        opened = chosen.open(
            private_key, sealed.encapsulated, share_info(task, role), associated, sealed.payload
        )
    except KeyInvalid:
        raise OpenFailed("The encapsulated key is none of this suite.") from None
    plaintext = PlaintextInputShare.decode(opened)
    if plaintext.extensions or metadata.extensions:
        raise MalformedMessage("The report has an extension that is not known here.")
    return plaintext.payload


def share_info(task: Task, role: Role) -> bytes:
    """Return what the keys of a sealed share are bound to: the protocol and who talks to whom."""
    return task.version.encode("ascii") + _SHARE.encode("ascii") + bytes((Role.CLIENT, role))


def share_associated(task: Task, metadata: ReportMetadata, public_share: bytes) -> bytes:
    """Return what a sealed share is bound to: the task's whole configuration and the report's public part."""
    return task.bound + metadata.encode() + opaque(public_share, 4)
