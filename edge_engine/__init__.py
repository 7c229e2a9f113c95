"""Edge Engine: private personal-finance insight on the person's own device.

::

    from edge_engine import Engine, Passphrase

    with Engine.open("me.edge", key=Passphrase("...")) as engine:
        engine.consent.grant("categorization")
        print(engine.ingest("statement.csv"))

A name loads when it is first used: a door has to answer before the engine behind it is read from the disk.
"""

from __future__ import annotations

# `typing` costs as much to load as all the rest of hello: it is read by who checks types alone.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from edge_engine.aio import AsyncEngine
    from edge_engine.clock import Clock, FakeClock, SystemClock
    from edge_engine.consent.policy import Policy
    from edge_engine.domain.money import Money
    from edge_engine.engine import Engine
    from edge_engine.errors import EdgeError
    from edge_engine.signals.configuration import Reporting
    from edge_engine.vault.keys import HostKey, Keyring, Passphrase

_ROOMS = {
    "AsyncEngine": "aio",
    "Clock": "clock",
    "EdgeError": "errors",
    "Engine": "engine",
    "FakeClock": "clock",
    "HostKey": "vault.keys",
    "Keyring": "vault.keys",
    "Money": "domain.money",
    "Passphrase": "vault.keys",
    "Policy": "consent.policy",
    "Reporting": "signals.configuration",
    "SystemClock": "clock",
}

__all__ = [
    "AsyncEngine",
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


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - only who uses a name loads its module

    found = getattr(importlib.import_module(f"{__name__}.{room}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
