"""How large a report is: from its bytes, or by making one for keys that nobody has."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from edge_engine.signals.preview import NO_SIZES, Sizes
from edge_engine.signals.tasks import Aggregators, measurement_of, task_of
from edge_engine_sync.hpke import suite
from edge_engine_sync.messages import HpkeConfig, Report
from edge_engine_sync.report import make_report

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Signal

_X25519, _HKDF_SHA256, _AES_128_GCM = 0x20, 1, 1
# No size depends on an address.
_NOBODY = Aggregators("https://leader.invalid/", "https://helper.invalid/")


def sizes_of(signal: Signal | None, report: bytes | None) -> Sizes:
    """Return the sizes of a report, or of those to come where there is none; the suite that DAP requires is assumed."""
    if report is not None:
        return _measured(report)
    return NO_SIZES if signal is None else _usual(signal)


@functools.lru_cache(maxsize=128)
def _usual(signal: Signal) -> Sizes:
    _, public = suite(_X25519, _HKDF_SHA256, _AES_128_GCM).generate()
    key = HpkeConfig(0, _X25519, _HKDF_SHA256, _AES_128_GCM, public)
    nothing = measurement_of(signal, (0,) * signal.length)
    made = make_report(task_of(signal, _NOBODY), nothing, key, key, time=0)
    return _measured(made.encode())


def _measured(report: bytes) -> Sizes:
    opened = Report.decode(report)
    return Sizes(
        public_share=len(opened.public_share),
        leader_share=len(opened.leader_share.payload),
        helper_share=len(opened.helper_share.payload),
        report=len(report),
    )
