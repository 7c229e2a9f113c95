"""Sealing and opening, beside another implementation and with everything that can be wrong."""

from __future__ import annotations

from itertools import product

import pytest
from pyhpke import AEADId, CipherSuite, KDFId, KEMId

from edge_engine_sync.errors import KeyInvalid, OpenFailed, SuiteUnsupported
from edge_engine_sync.hpke import EXPORT_ONLY, Suite, suite
from edge_engine_sync.kem import KEMS, SHA256

KEM_NUMBERS = list(KEMS)
DAP = (0x20, 1, 1)


@pytest.mark.parametrize(("kem", "kdf", "aead"), list(product(KEM_NUMBERS, (1, 2, 3), (1, 2, 3))))
def test_another_implementation_opens_what_was_sealed_and_the_other_way_round(
    kem: int, kdf: int, aead: int
) -> None:
    ours = suite(kem, kdf, aead)
    theirs = CipherSuite.new(KEMId(kem), KDFId(kdf), AEADId(aead))
    keys = theirs.kem.derive_key_pair(b"material of keys" * 5)
    private = ours.kem.derive_private(b"material of keys" * 5)
    public = ours.kem.load(private).public()
    assert public == keys.public_key.to_public_bytes()
    encapsulated, sealed = ours.seal(public, b"info", b"associated", b"plaintext")
    receiver = theirs.create_recipient_context(encapsulated, keys.private_key, info=b"info")
    assert receiver.open(sealed, b"associated") == b"plaintext"
    assert receiver.export(b"context", 40) == ours.receiver(private, encapsulated, b"info").export(
        b"context", 40
    )
    encapsulated, sender = theirs.create_sender_context(keys.public_key, info=b"info")
    sealed = sender.seal(b"plaintext", b"associated")
    assert ours.open(private, encapsulated, b"info", b"associated", sealed) == b"plaintext"


@pytest.mark.parametrize("kem", KEM_NUMBERS)
def test_a_new_key_pair_belongs_together_and_is_new(kem: int) -> None:
    chosen = suite(kem, 1, 1)
    private, public = chosen.generate()
    assert chosen.kem.load(private).public() == public
    assert chosen.generate()[1] != public


@pytest.fixture(scope="module")
def sealed() -> tuple[Suite, bytes, bytes, bytes]:
    """A suite, a private key, an encapsulated key and a ciphertext."""
    chosen = suite(*DAP)
    private, public = chosen.generate()
    return (chosen, private, *chosen.seal(public, b"info", b"associated", b"plaintext"))


def test_anything_else_does_not_open(sealed: tuple[Suite, bytes, bytes, bytes]) -> None:
    chosen, private, encapsulated, ciphertext = sealed
    other, other_public = chosen.generate()
    assert chosen.open(private, encapsulated, b"info", b"associated", ciphertext) == b"plaintext"
    wrong = [
        (other, encapsulated, b"info", b"associated", ciphertext),
        (private, other_public, b"info", b"associated", ciphertext),
        (private, encapsulated, b"inf0", b"associated", ciphertext),
        (private, encapsulated, b"info", b"associate", ciphertext),
        (private, encapsulated, b"info", b"associated", ciphertext[:-1]),
        (private, encapsulated, b"info", b"associated", b""),
        (private, encapsulated, b"info", b"associated", b"\x00" + ciphertext[1:]),
    ]
    for arguments in wrong:
        with pytest.raises(OpenFailed) as refused:
            chosen.open(*arguments)
        assert refused.value.code == "sync.sealing.open"


def test_each_sequence_number_has_a_nonce_of_its_own() -> None:
    chosen = suite(*DAP)
    private, public = chosen.generate()
    encapsulated, sender = chosen.sender(public, b"info")
    receiver = chosen.receiver(private, encapsulated, b"info")
    sealed = [sender.seal(b"", b"same", sequence) for sequence in (0, 1, 2**32)]
    assert len(set(sealed)) == 3
    opened = zip((0, 1, 2**32), sealed, strict=True)
    assert {receiver.open(b"", text, sequence) for sequence, text in opened} == {b"same"}
    with pytest.raises(OpenFailed):
        receiver.open(b"", sealed[0], 1)


@pytest.mark.parametrize("kem", KEM_NUMBERS)
@pytest.mark.parametrize(
    "wrong", [b"", b"\x04", bytes(31), bytes(32), bytes(56), b"\x04" + bytes(64), b"\x02" * 33]
)
def test_what_is_no_public_key_is_refused(kem: int, wrong: bytes) -> None:
    """Among them the neutral point, with which everybody would share the same secret."""
    chosen = suite(kem, 1, 1)
    private, _ = chosen.generate()
    with pytest.raises(KeyInvalid) as refused:
        chosen.seal(wrong, b"", b"", b"")
    assert refused.value.code == "sync.sealing.key"
    with pytest.raises(KeyInvalid):
        chosen.open(private, wrong, b"", b"", b"")


@pytest.mark.parametrize("kem", KEM_NUMBERS)
def test_what_is_no_private_key_is_refused(kem: int) -> None:
    chosen = suite(kem, 1, 1)
    _, public = chosen.generate()
    for wrong in (b"", bytes(31), bytes(200)):
        with pytest.raises(KeyInvalid):
            chosen.open(wrong, public, b"", b"", b"")
    if kem < 0x20:
        with pytest.raises(KeyInvalid):
            chosen.kem.load(bytes(len(chosen.generate()[0])))


@pytest.mark.parametrize("numbers", [(0x30, 1, 1), (0x20, 4, 1), (0x20, 1, 4), (0, 0, 0)])
def test_a_suite_that_is_not_known_is_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(SuiteUnsupported) as refused:
        suite(*numbers)
    assert refused.value.code == "sync.sealing.suite"


def test_a_suite_that_exports_alone_has_no_cipher() -> None:
    chosen = suite(0x20, 1, EXPORT_ONLY)
    private, public = chosen.generate()
    encapsulated, context = chosen.sender(public, b"info")
    assert context.export(b"", 16) == chosen.receiver(private, encapsulated, b"info").export(b"", 16)
    with pytest.raises(SuiteUnsupported, match="no cipher"):
        context.seal(b"", b"")
    with pytest.raises(SuiteUnsupported, match="no cipher"):
        context.open(b"", b"")


def test_keying_material_is_bounded() -> None:
    with pytest.raises(ValueError, match="255"):
        SHA256.expand(b"", b"key", b"label", b"", 255 * 32 + 1)


def test_a_candidate_for_a_key_that_is_beyond_the_order_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = iter([b"\xff" * 32, bytes(32), b"\x01" * 32])
    monkeypatch.setattr(type(SHA256), "expand", lambda *_: next(drawn))
    assert suite(0x10, 1, 1).kem.derive_private(b"") == b"\x01" * 32
