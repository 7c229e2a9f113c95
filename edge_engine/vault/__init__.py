"""The vault: the encrypted store. Every read goes through a grant; every write through the one writer.

Names load when they are first used, so that importing one module of the vault does not load them all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_engine.vault.keys import HostKey, KeyProvider, Keyring, Passphrase
    from edge_engine.vault.query import Query
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.store import Vault

__all__ = ["HostKey", "KeyProvider", "Keyring", "Passphrase", "Query", "Reader", "Vault"]

_HOMES: Final = {
    "HostKey": "keys",
    "KeyProvider": "keys",
    "Keyring": "keys",
    "Passphrase": "keys",
    "Query": "queries",
    "Reader": "reader",
    "Vault": "store",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
