"""XofTurboShake128: every random-looking value of Prio3 comes out of it.

Source: draft-irtf-cfrg-vdaf-20, section 6.2.1; RFC 9861, section 2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from Cryptodome.Hash import TurboSHAKE128

if TYPE_CHECKING:
    from edge_engine_sync.field import Field

SEED_SIZE: Final = 32


def absorb(seed: bytes, separation: bytes, binder: bytes) -> TurboSHAKE128.TurboSHAKE:
    """Return the output stream for a seed, a domain separation tag and what the output is bound to."""
    prefix = len(separation).to_bytes(2, "little") + separation + bytes((len(seed),)) + seed
    return TurboSHAKE128.new(domain=1, data=prefix + binder)


def derive_seed(seed: bytes, separation: bytes, binder: bytes, size: int = SEED_SIZE) -> bytes:
    """Return a new seed."""
    return bytes(absorb(seed, separation, binder).read(size))


def expand_encoded(field: Field, seed: bytes, separation: bytes, binder: bytes, length: int) -> bytes:
    """Return the encoding of ``length`` field elements, drawn by rejection."""
    stream = absorb(seed, separation, binder)
    drawn: bytes = stream.read(length * field.size)
    if field.marker not in drawn or field.is_canonical(drawn):
        return drawn
    elements = [element for element in field.unpack(drawn) if element < field.modulus]
    while len(elements) < length:
        (element,) = field.unpack(bytes(stream.read(field.size)))
        if element < field.modulus:
            elements.append(element)
    return field.encode(elements)


def expand(field: Field, seed: bytes, separation: bytes, binder: bytes, length: int) -> list[int]:
    """Return ``length`` field elements, drawn by rejection."""
    return field.unpack(expand_encoded(field, seed, separation, binder, length))
