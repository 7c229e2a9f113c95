"""Private aggregation for Python: Prio3 of the IETF's VDAF, and the client of its protocol DAP.

A client splits a measurement into shares that tell nothing alone, proves that it is in range, and seals one share for
each of two aggregators; only the sum over many clients ever comes together. The package knows integers and bytes and
nothing of what they mean. See ``docs/sync.md``.
"""

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
