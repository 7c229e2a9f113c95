"""XofTurboShake128: the draft's stream, and drawing elements by rejection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from Cryptodome.Hash import TurboSHAKE128

from edge_engine_sync import xof
from edge_engine_sync.field import FIELD64, FIELD128, Field

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = bytes(range(32))


def test_the_stream_is_turboshake_over_all_that_it_is_bound_to() -> None:
    message = b"\x03\x00dst" + b"\x20" + SEED + b"binder"
    expected = TurboSHAKE128.new(domain=1, data=message).read(32)
    assert xof.derive_seed(SEED, b"dst", b"binder") == expected


@pytest.mark.parametrize(
    ("seed", "separation", "binder"),
    [
        (bytes(32), b"dst", b"binder"),
        (SEED, b"dsT", b"binder"),
        (SEED, b"dst", b""),
        (SEED, b"ds", b"tbinder"),
    ],
)
def test_everything_in_it_changes_the_stream(seed: bytes, separation: bytes, binder: bytes) -> None:
    assert xof.derive_seed(seed, separation, binder) != xof.derive_seed(SEED, b"dst", b"binder")


def test_a_vector_starts_with_the_bytes_of_a_seed() -> None:
    assert xof.expand_encoded(FIELD128, SEED, b"d", b"b", 4)[:32] == xof.derive_seed(SEED, b"d", b"b")


class Stream:
    """A stream that somebody wrote."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int) -> bytes:
        taken, self._content = self._content[:size], self._content[size:]
        return taken


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Make every stream read what is given."""

    def script(content: bytes) -> None:
        monkeypatch.setattr(xof, "absorb", lambda *_: Stream(content))

    return script


@pytest.mark.parametrize("field", [FIELD64, FIELD128], ids=["Field64", "Field128"])
def test_what_is_no_element_is_left_out_and_drawn_again(
    field: Field, scripted: Callable[[bytes], None]
) -> None:
    numbers = [1, field.modulus, 2, field.modulus + 5, field.modulus, 3, 4]
    scripted(b"".join(number.to_bytes(field.size, "little") for number in numbers))
    assert xof.expand(field, SEED, b"", b"", 4) == [1, 2, 3, 4]
