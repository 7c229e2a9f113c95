"""Key encapsulation by Diffie-Hellman over X25519, X448 and the NIST curves.

Source: RFC 9180, sections 4.1 and 7.1.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x448 import X448PrivateKey, X448PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from edge_engine_sync.errors import KeyInvalid


@dataclass(frozen=True, slots=True)
class Kdf:
    """HKDF with the labels of RFC 9180.

    Attributes:
        identifier: Registered number.
        digest: Name of the hash function.
        size: Bytes of its output.
    """

    identifier: int
    digest: str
    size: int

    def extract(self, suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
        """Return a pseudorandom key (``LabeledExtract``)."""
        return hmac.digest(salt or bytes(self.size), b"HPKE-v1" + suite + label + material, self.digest)

    def expand(self, suite: bytes, key: bytes, label: bytes, info: bytes, size: int) -> bytes:
        """Return ``size`` bytes of keying material (``LabeledExpand``).

        Raises:
            ValueError: More than 255 blocks are asked for.
        """
        if size > 255 * self.size:
            raise ValueError("HKDF gives at most 255 blocks.")
        labeled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
        made, block, number = b"", b"", 0
        while len(made) < size:
            number += 1
            block = hmac.digest(key, block + labeled + bytes((number,)), self.digest)
            made += block
        return made[:size]


SHA256: Final = Kdf(1, "sha256", 32)
SHA384: Final = Kdf(2, "sha384", 48)
SHA512: Final = Kdf(3, "sha512", 64)


class Key(Protocol):
    """A private key of Diffie-Hellman."""

    def private(self) -> bytes:
        """Return the private key."""

    def public(self) -> bytes:
        """Return the public key."""

    def exchange(self, public: bytes) -> bytes:
        """Return the point shared with a public key; raises ValueError where that is none or the point is neutral."""


class Curve(Protocol):
    """A group for Diffie-Hellman."""

    def generate(self) -> Key:
        """Return a new key."""

    def load(self, private: bytes) -> Key:
        """Return the key that the bytes are; raises ValueError where they are none."""

    def derive(self, kdf: Kdf, suite: bytes, material: bytes) -> bytes:
        """Return the private key that RFC 9180 makes of input keying material."""


@dataclass(frozen=True, slots=True)
class MontgomeryKey:
    """A key of X25519 or X448."""

    key: X25519PrivateKey | X448PrivateKey
    public_type: type[X25519PublicKey | X448PublicKey]

    def private(self) -> bytes:
        """Return the private key."""
        return self.key.private_bytes_raw()

    def public(self) -> bytes:
        """Return the public key."""
        return self.key.public_key().public_bytes_raw()

    def exchange(self, public: bytes) -> bytes:
        """Return the shared point."""
        return self.key.exchange(self.public_type.from_public_bytes(public))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Montgomery:
    """X25519 and X448."""

    private_type: type[X25519PrivateKey | X448PrivateKey]
    public_type: type[X25519PublicKey | X448PublicKey]
    size: int

    def generate(self) -> MontgomeryKey:
        """Return a new key."""
        return MontgomeryKey(self.private_type.generate(), self.public_type)

    def load(self, private: bytes) -> MontgomeryKey:
        """Return the key that the bytes are."""
        return MontgomeryKey(self.private_type.from_private_bytes(private), self.public_type)

    def derive(self, kdf: Kdf, suite: bytes, material: bytes) -> bytes:
        """Return the private key that RFC 9180 makes of input keying material."""
        key = kdf.extract(suite, b"", b"dkp_prk", material)
        return kdf.expand(suite, key, b"sk", b"", self.size)


@dataclass(frozen=True, slots=True)
class WeierstrassKey:
    """A key of a NIST curve."""

    key: ec.EllipticCurvePrivateKey
    size: int

    def private(self) -> bytes:
        """Return the private key."""
        return self.key.private_numbers().private_value.to_bytes(self.size, "big")

    def public(self) -> bytes:
        """Return the public key."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def exchange(self, public: bytes) -> bytes:
        """Return the shared point's first coordinate."""
        if public[:1] != b"\x04":
            raise ValueError("not an uncompressed point")
        return self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(self.key.curve, public)
        )


@dataclass(frozen=True, slots=True)
class Weierstrass:
    """The NIST curves."""

    curve: ec.EllipticCurve
    order: int
    mask: int
    size: int

    def generate(self) -> WeierstrassKey:
        """Return a new key."""
        return WeierstrassKey(ec.generate_private_key(self.curve), self.size)

    def load(self, private: bytes) -> WeierstrassKey:
        """Return the key that the bytes are."""
        if len(private) != self.size:
            raise ValueError("wrong length")
        return WeierstrassKey(ec.derive_private_key(int.from_bytes(private, "big"), self.curve), self.size)

    def derive(self, kdf: Kdf, suite: bytes, material: bytes) -> bytes:
        """Return the private key that RFC 9180 makes of input keying material."""
        key = kdf.extract(suite, b"", b"dkp_prk", material)
        for counter in range(256):
            drawn = kdf.expand(suite, key, b"candidate", bytes((counter,)), self.size)
            candidate = bytes((drawn[0] & self.mask,)) + drawn[1:]
            if 0 < int.from_bytes(candidate, "big") < self.order:
                return candidate
        raise ValueError("no key")  # pragma: no cover - one chance in 2**8192 or less


@dataclass(frozen=True, slots=True)
class Kem:
    """A key encapsulation mechanism.

    Attributes:
        identifier: Registered number.
        curve: Diffie-Hellman group.
        kdf: Key derivation of the encapsulation, which is not that of the suite.
    """

    identifier: int
    curve: Curve
    kdf: Kdf

    @property
    def suite(self) -> bytes:
        """Suite identifier in labels."""
        return b"KEM" + self.identifier.to_bytes(2, "big")

    def derive_private(self, material: bytes) -> bytes:
        """Return the private key that RFC 9180 makes of input keying material."""
        return self.curve.derive(self.kdf, self.suite, material)

    def load(self, private: bytes) -> Key:
        """Return the key that the bytes are.

        Raises:
            KeyInvalid: They are no private key.
        """
        try:
            return self.curve.load(private)
        except ValueError:
            raise KeyInvalid("The private key is not one of this suite.") from None

    def encapsulate(self, public: bytes, ephemeral: Key) -> tuple[bytes, bytes]:
        """Return the shared secret and the encapsulated key.

        Raises:
            KeyInvalid: The public key is none of this suite.
        """
        encapsulated = ephemeral.public()
        return self._secret(ephemeral, public, encapsulated + public), encapsulated

    def decapsulate(self, key: Key, encapsulated: bytes) -> bytes:
        """Return the shared secret.

        Raises:
            KeyInvalid: The encapsulated key is none of this suite.
        """
        return self._secret(key, encapsulated, encapsulated + key.public())

    def _secret(self, key: Key, peer: bytes, context: bytes) -> bytes:
        try:
            shared = key.exchange(peer)
        except ValueError:
            raise KeyInvalid("The public key is not one of this suite.") from None
        extracted = self.kdf.extract(self.suite, b"", b"eae_prk", shared)
        return self.kdf.expand(self.suite, extracted, b"shared_secret", context, self.kdf.size)


_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_P384_ORDER = int("f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)
_P521_ORDER = int("1" + "f" * 65 + "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409", 16)

KEMS: Final = {
    kem.identifier: kem
    for kem in (
        Kem(0x10, Weierstrass(ec.SECP256R1(), _P256_ORDER, 0xFF, 32), SHA256),
        Kem(0x11, Weierstrass(ec.SECP384R1(), _P384_ORDER, 0xFF, 48), SHA384),
        Kem(0x12, Weierstrass(ec.SECP521R1(), _P521_ORDER, 0x01, 66), SHA512),
        Kem(0x20, Montgomery(X25519PrivateKey, X25519PublicKey, 32), SHA256),
        Kem(0x21, Montgomery(X448PrivateKey, X448PublicKey, 56), SHA512),
    )
}
KDFS: Final = {kdf.identifier: kdf for kdf in (SHA256, SHA384, SHA512)}
