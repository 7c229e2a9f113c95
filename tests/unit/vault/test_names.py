"""The vault's public names, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from edge_engine import vault

NAMES = ["HostKey", "KeyProvider", "Keyring", "Passphrase", "Query", "Reader", "Vault"]


def test_the_names_are_these_and_no_others() -> None:
    assert vault.__all__ == NAMES == sorted(vault._HOMES)
    for name in NAMES:
        assert getattr(vault, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'connect'"):
        _ = vault.connect


def test_opening_with_a_host_key_loads_nothing_slow() -> None:
    program = (
        "import sys, tempfile\n"
        "from pathlib import Path\n"
        "from edge_engine.clock import SystemClock\n"
        "from edge_engine.vault import HostKey, Vault\n"
        "with tempfile.TemporaryDirectory() as above:\n"
        "    Vault.open(Path(above) / 'me.edge', HostKey(b'k' * 32), clock=SystemClock()).close()\n"
        "slow = ('numpy', 'onnxruntime', 'rich', 'keyring', 'defusedxml', 'cryptography.x509',\n"
        "        'cryptography.hazmat.primitives.asymmetric.ed25519', 'cryptography.hazmat.primitives.kdf.argon2')\n"
        "print([name for name in slow if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
