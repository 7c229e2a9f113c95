"""A share of a sum, with noise on it and sealed: what both aggregators give for the collector.

Source: draft-ietf-ppm-dap-18, section 4.6.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine_sync.aggregator.messages import aggregate_associated, aggregate_info
from edge_engine_sync.aggregator.noise import add_noise
from edge_engine_sync.hpke import suite
from edge_engine_sync.messages import HpkeCiphertext

if TYPE_CHECKING:
    from edge_engine_sync.aggregator.messages import CollectionJobRequest
    from edge_engine_sync.aggregator.parties import AggregatorTask


def seal_sum(task: AggregatorTask, share: bytes, request: CollectionJobRequest) -> HpkeCiphertext:
    """Return an aggregator's share of a sum for the collector.

    INVARIANT: a batch is sealed once and what was sealed is given to whoever asks again; noise that is drawn twice
    averages away.
    """
    if task.epsilon is not None:
        share = add_noise(task.task.vdaf, share, task.epsilon, narrowed=task.sensitivity)
    key = task.collector
    encapsulated, payload = suite(key.kem, key.kdf, key.aead).seal(
        key.public_key, aggregate_info(task.task, task.role), aggregate_associated(task.task, request), share
    )
    return HpkeCiphertext(key.identifier, encapsulated, payload)
