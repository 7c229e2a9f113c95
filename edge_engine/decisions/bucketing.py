"""Buckets: which of 10,000 a unit falls into, the same on every device, in every language and for ever.

The bytes, for ports to Swift, Kotlin and others::

    message = "edge-engine.bucket.1" 00 stage 00 namespace 00 name 00 unit
    bucket  = (the first 6 bytes of SHA-256(message), as an unsigned big-endian integer) mod 10,000

``00`` is one zero byte; every text is ASCII and is neither padded nor ended. ``stage`` is one of :class:`Stage`,
``name`` the layer (stage ``layer``), the experiment (``rollout`` and ``arm``) or empty (``holdout``). The unit stands
last, and no text before it can hold a zero byte: two different questions never make the same message.

Six bytes are 48 bits: exact in a double, positive in a signed 64-bit integer, so no port needs unsigned or big
integers. The remainder favours the first 6,656 buckets by one in 2.8e10. ``tests/vectors/experiments.json`` is
frozen and every port replays it.

Source: SHA-256, FIPS 180-4. Layers that are hashed independently: Tang, Agarwal, O'Brien and Meyer, "Overlapping
experiment infrastructure: more, better, faster experimentation", KDD 2010.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Final

from edge_engine.errors import InputError

BUCKETS: Final = 10_000
_DOMAIN: Final = "edge-engine.bucket.1"
_UNIT: Final = re.compile(r"[!-~]{1,128}", re.ASCII)
_BYTES: Final = 6


class Stage(StrEnum):
    """What is being asked of a unit; each stage is independent of the others."""

    HOLDOUT = "holdout"
    LAYER = "layer"
    ROLLOUT = "rollout"
    ARM = "arm"


def check_unit(unit: str) -> None:
    """Check a unit's identifier: what an installation is told apart by, random and never an account or a name.

    Raises:
        InputError: It is not 1 to 128 visible ASCII characters, on which every language agrees byte for byte.
    """
    if not _UNIT.fullmatch(unit):
        raise InputError("a unit's identifier is 1 to 128 visible ASCII characters")


def message(stage: Stage, namespace: str, name: str, unit: str) -> bytes:
    """Return the bytes that are hashed."""
    return f"{_DOMAIN}\0{stage}\0{namespace}\0{name}\0{unit}".encode("ascii")


def bucket(stage: Stage, namespace: str, name: str, unit: str) -> int:
    """Return the bucket, 0 to 9,999, of a checked unit."""
    digest = hashlib.sha256(message(stage, namespace, name, unit)).digest()
    return int.from_bytes(digest[:_BYTES], "big") % BUCKETS
