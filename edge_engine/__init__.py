"""Edge Engine: private personal-finance insight on the person's own device.

::

    from edge_engine import Engine, Passphrase

    with Engine.open("me.edge", key=Passphrase("...")) as engine:
        engine.consent.grant("categorization")
        print(engine.ingest("statement.csv"))
"""

from __future__ import annotations

from edge_engine.clock import Clock, FakeClock, SystemClock
from edge_engine.consent.policy import Policy
from edge_engine.domain.money import Money
from edge_engine.engine import Engine
from edge_engine.errors import EdgeError
from edge_engine.signals.configuration import Reporting
from edge_engine.vault.keys import HostKey, Keyring, Passphrase

__all__ = [
    "Clock",
    "EdgeError",
    "Engine",
    "FakeClock",
    "HostKey",
    "Keyring",
    "Money",
    "Passphrase",
    "Policy",
    "Reporting",
    "SystemClock",
]
