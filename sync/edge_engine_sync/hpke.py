"""Hybrid public key encryption in base mode, with associated data.

``cryptography`` has a suite of its own, whose ``encrypt`` takes no associated data; the messages of DAP are bound to
their task by nothing else. So the key schedule is here, on that library's curves and ciphers.

Source: RFC 9180.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from edge_engine_sync.errors import OpenFailed, SuiteUnsupported
from edge_engine_sync.kem import KDFS, KEMS, Kdf, Kem

EXPORT_ONLY: Final = 0xFFFF
_NONCE_SIZE = 12
_AEADS: Final[dict[int, tuple[type[AESGCM | ChaCha20Poly1305] | None, int]]] = {
    1: (AESGCM, 16),
    2: (AESGCM, 32),
    3: (ChaCha20Poly1305, 32),
    EXPORT_ONLY: (None, 0),
}


@dataclass(frozen=True, slots=True)
class Context:
    """One direction of encryption between two parties.

    The sequence number is the caller's: a number must never be used twice to seal.

    Attributes:
        suite: The suite.
        key: Key of the cipher.
        base_nonce: Nonce of sequence number 0.
        exporter_secret: What other secrets are derived from.
    """

    suite: Suite
    key: bytes = field(repr=False)
    base_nonce: bytes = field(repr=False)
    exporter_secret: bytes = field(repr=False)

    def nonce(self, sequence: int) -> bytes:
        """Return the nonce of a sequence number."""
        return (int.from_bytes(self.base_nonce, "big") ^ sequence).to_bytes(_NONCE_SIZE, "big")

    def seal(self, associated: bytes, plaintext: bytes, sequence: int = 0) -> bytes:
        """Return the ciphertext."""
        return self._cipher().encrypt(self.nonce(sequence), plaintext, associated)

    def open(self, associated: bytes, ciphertext: bytes, sequence: int = 0) -> bytes:
        """Return the plaintext.

        Raises:
            OpenFailed: The ciphertext, its associated data or the context is another.
        """
        try:
            return self._cipher().decrypt(self.nonce(sequence), ciphertext, associated)
        except InvalidTag:
            raise OpenFailed("The ciphertext does not open with this key and associated data.") from None

    def export(self, context: bytes, size: int) -> bytes:
        """Return ``size`` bytes of a secret of its own."""
        return self.suite.kdf.expand(self.suite.label, self.exporter_secret, b"sec", context, size)

    def _cipher(self) -> AESGCM | ChaCha20Poly1305:
        cipher, _ = _AEADS[self.suite.aead]
        if cipher is None:
            raise SuiteUnsupported("This suite has no cipher and exports secrets alone.")
        return cipher(self.key)


@dataclass(frozen=True, slots=True)
class Suite:
    """Key encapsulation, key derivation and cipher.

    Attributes:
        kem: Key encapsulation.
        kdf: Key derivation.
        aead: Registered number of the cipher.
        label: The suite's identifier in labels.
    """

    kem: Kem
    kdf: Kdf
    aead: int
    label: bytes

    def generate(self) -> tuple[bytes, bytes]:
        """Return a new private key and its public key."""
        key = self.kem.curve.generate()
        return key.private(), key.public()

    def sender(self, public: bytes, info: bytes, ephemeral: bytes | None = None) -> tuple[bytes, Context]:
        """Return an encapsulated key and the context to seal with.

        Args:
            public: The receiver's public key.
            info: What the keys are bound to.
            ephemeral: Private key to use once, for known answers; a new one where not given.

        Raises:
            KeyInvalid: A key is none of this suite.
        """
        key = self.kem.curve.generate() if ephemeral is None else self.kem.load(ephemeral)
        secret, encapsulated = self.kem.encapsulate(public, key)
        return encapsulated, self._schedule(secret, info)

    def receiver(self, private: bytes, encapsulated: bytes, info: bytes) -> Context:
        """Return the context to open with.

        Raises:
            KeyInvalid: A key is none of this suite.
        """
        return self._schedule(self.kem.decapsulate(self.kem.load(private), encapsulated), info)

    def seal(self, public: bytes, info: bytes, associated: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
        """Return an encapsulated key and the one message sealed with it.

        Raises:
            KeyInvalid: The public key is none of this suite.
        """
        encapsulated, context = self.sender(public, info)
        return encapsulated, context.seal(associated, plaintext)

    def open(
        self, private: bytes, encapsulated: bytes, info: bytes, associated: bytes, ciphertext: bytes
    ) -> bytes:
        """Return the one message that was sealed with an encapsulated key.

        Raises:
            KeyInvalid: A key is none of this suite.
            OpenFailed: The ciphertext, associated data, info or key is another.
        """
        return self.receiver(private, encapsulated, info).open(associated, ciphertext)

    def _schedule(self, secret: bytes, info: bytes) -> Context:
        kdf, label = self.kdf, self.label
        no_psk = kdf.extract(label, b"", b"psk_id_hash", b"")
        bound = b"\x00" + no_psk + kdf.extract(label, b"", b"info_hash", info)
        master = kdf.extract(label, secret, b"secret", b"")
        cipher, key_size = _AEADS[self.aead]
        return Context(
            suite=self,
            key=kdf.expand(label, master, b"key", bound, key_size),
            base_nonce=kdf.expand(label, master, b"base_nonce", bound, _NONCE_SIZE if cipher else 0),
            exporter_secret=kdf.expand(label, master, b"exp", bound, kdf.size),
        )


@lru_cache(maxsize=64)
def suite(kem: int, kdf: int, aead: int) -> Suite:
    """Return the suite of three registered numbers.

    Raises:
        SuiteUnsupported: One of them is not known here.
    """
    if kem not in KEMS or kdf not in KDFS or aead not in _AEADS:
        raise SuiteUnsupported("The key encapsulation, key derivation or cipher is not known.")
    label = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (kem, kdf, aead))
    return Suite(KEMS[kem], KDFS[kdf], aead, label)
