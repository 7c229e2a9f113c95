"""Private aggregation for Python: Prio3 of the IETF's VDAF, and the client of its protocol DAP.

A client splits a measurement into shares that tell nothing alone, proves that it is in range, and seals one share for
each of two aggregators; only the sum over many clients ever comes together. The package knows integers and bytes and
nothing of what they mean. See ``docs/sync.md``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_engine_sync.client import Client, Delivery
    from edge_engine_sync.errors import SyncError
    from edge_engine_sync.prio3 import Prio3
    from edge_engine_sync.task import Task, TaskConfiguration, VdafConfig
    from edge_engine_sync.transport import HttpsTransport

__all__ = [
    "Client",
    "Delivery",
    "HttpsTransport",
    "Prio3",
    "SyncError",
    "Task",
    "TaskConfiguration",
    "VdafConfig",
]

# Each name is loaded when it is first used: whoever only counts does not load HTTP.
_HOMES = {
    "Client": "client",
    "Delivery": "client",
    "HttpsTransport": "transport",
    "Prio3": "prio3",
    "SyncError": "errors",
    "Task": "task",
    "TaskConfiguration": "task",
    "VdafConfig": "task",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
