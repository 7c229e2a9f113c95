"""Key slots: who opens the store, who does not, and what the key file gives away."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import keyring
import msgspec
import pytest
from keyring.backends import fail, null

from edge_engine.errors import Corrupt, InputError, KeyMissing, KeyWrong, SchemaNewer
from edge_engine.vault import keys
from edge_engine.vault.folder import KEYS
from edge_engine.vault.keys import HostKey, KeyProvider, Keyring, Passphrase
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_engine.clock import FakeClock

OTHER = HostKey(b"\x55" * 32)


def open_with(folder: Path, provider: KeyProvider, clock: FakeClock) -> list[tuple[str, str]]:
    with Vault.open(folder, provider, clock=clock, create=False) as vault:
        return vault.slots()


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_host_key_is_exactly_32_bytes(length: int, folder: Path, clock: FakeClock) -> None:
    with pytest.raises(InputError, match="32 bytes"):
        HostKey(b"k" * length)
    with pytest.raises(KeyWrong, match="32 bytes"):
        Vault.open(folder, HostKey(lambda: b"k" * length), clock=clock)


def test_a_host_callback_is_asked_at_each_opening(folder: Path, clock: FakeClock) -> None:
    asked: list[int] = []

    def keychain() -> bytes:
        asked.append(1)
        return b"k" * 32

    provider = HostKey(keychain)
    for _ in range(3):
        Vault.open(folder, provider, clock=clock).close()
    assert len(asked) == 3


def test_a_host_callback_that_fails_is_key_missing_without_its_words(folder: Path, clock: FakeClock) -> None:
    def keychain() -> bytes:
        raise RuntimeError("SECRET-OF-THE-HOST")

    with pytest.raises(KeyMissing) as caught:
        Vault.open(folder, HostKey(keychain), clock=clock)
    assert "SECRET" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_passphrase_opens_however_its_accents_were_typed(folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, Passphrase("caf\u00e9"), clock=clock).close()
    assert open_with(folder, Passphrase("cafe\u0301"), clock)
    with pytest.raises(KeyWrong, match="does not open"):
        open_with(folder, Passphrase("cafe"), clock)


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        Passphrase("")


def test_a_second_key_opens_the_same_store_until_its_slot_goes(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        added = vault.add_slot(OTHER)
        assert [kind for _, kind in vault.slots()] == ["host", "host"]
    assert open_with(folder, OTHER, clock)
    with Vault.open(folder, KEY, clock=clock) as vault:
        vault.remove_slot(added)
    assert open_with(folder, KEY, clock)
    with pytest.raises(KeyWrong):
        open_with(folder, OTHER, clock)


def test_the_last_slot_and_unknown_slots_cannot_be_removed(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        with pytest.raises(InputError, match="no such key slot"):
            vault.remove_slot("0000")
        ((only, _),) = vault.slots()
        with pytest.raises(InputError, match="last key slot"):
            vault.remove_slot(only)
    assert open_with(folder, KEY, clock)


def test_another_kind_of_key_is_missing_and_not_wrong(folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, KEY, clock=clock).close()
    with pytest.raises(KeyMissing, match="no slot for this kind"):
        open_with(folder, Passphrase("anything"), clock)


@pytest.mark.parametrize("provider", [KEY, Passphrase("correct horse"), Keyring("service", "user")])
def test_a_provider_gives_its_secret_to_nobody(provider: object) -> None:
    assert repr(provider) == f"{type(provider).__name__}(...)"
    assert "horse" not in str(provider)
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        pickle.dumps(provider)
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        copy.copy(provider)


def test_the_key_file_holds_the_key_in_no_form(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert vault._key is not None
        raw = (folder / KEYS).read_bytes()
        for secret in (vault._key, bytes(range(32))):
            assert secret not in raw
            assert secret.hex().encode() not in raw.lower()
    assert (folder / KEYS).stat().st_mode & 0o077 == 0


# -- the key file damaged --------------------------------------------------------------------------------------------


def rewritten(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / KEYS
    document = msgspec.json.decode(path.read_bytes())
    change(document)
    path.write_bytes(msgspec.json.encode(document))


def test_a_flipped_digit_in_a_slot_is_damage_and_not_a_wrong_key(folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, KEY, clock=clock).close()

    def flip(document: dict[str, Any]) -> None:
        wrapped = document["slots"][0]["wrapped"]
        document["slots"][0]["wrapped"] = ("0" if wrapped[0] != "0" else "1") + wrapped[1:]

    rewritten(folder, flip)
    with pytest.raises(Corrupt, match="key file"):
        open_with(folder, KEY, clock)


@pytest.mark.parametrize("raw", [b"", b"{}", b"not json", b"\xff\xfe", b"[" * 70_000], ids=repr)
def test_a_key_file_that_is_none_is_damage(raw: bytes, folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, KEY, clock=clock).close()
    (folder / KEYS).write_bytes(raw)
    with pytest.raises(Corrupt, match="key file"):
        open_with(folder, KEY, clock)


def test_a_newer_key_file_is_told_apart(folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, KEY, clock=clock).close()
    rewritten(folder, lambda document: document.update(schema=99))
    with pytest.raises(SchemaNewer, match="newer version"):
        open_with(folder, KEY, clock)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 1 << 30),
        ("memory_kib", 1),
        ("passes", 0),
        ("passes", 10_000),
        ("lanes", 0),
        ("salt", "00"),
        ("salt", "zz"),
    ],
)
def test_stretching_without_sense_is_refused_before_it_eats_the_device(
    name: str, value: int | str, folder: Path, clock: FakeClock
) -> None:
    phrase = Passphrase("x")
    Vault.open(folder, phrase, clock=clock).close()
    slot = msgspec.structs.replace(keys.read(folder / KEYS).slots[0], **{name: value})
    keys.write(folder / KEYS, (slot,))
    with pytest.raises(Corrupt, match="key file"):
        open_with(folder, phrase, clock)


def test_a_half_written_replacement_is_passed_over(folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, KEY, clock=clock).close()
    (folder / "keys.new").write_bytes(b'{"schema": 1, "sl')
    assert open_with(folder, KEY, clock)


# -- the system keyring ----------------------------------------------------------------------------------------------


class KeepingBackend:
    """Stands for the Secret Service, which a test machine does not run."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class ForgettingBackend(KeepingBackend):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class LockedBackend(KeepingBackend):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("SECRET-OF-THE-KEYRING")


for _kind in (KeepingBackend, ForgettingBackend, LockedBackend):
    _kind.__module__ = "keyring.backends.SecretService"


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> KeepingBackend:
    kept = KeepingBackend()
    monkeypatch.setattr(keyring, "get_keyring", lambda: kept)
    return kept


def test_the_keyring_keeps_a_key_of_its_own_for_each_store(
    backend: KeepingBackend, folder: Path, clock: FakeClock, tmp_path: Path
) -> None:
    mine = Keyring("edge-engine", "me")
    Vault.open(folder, mine, clock=clock).close()
    Vault.open(tmp_path / "second", mine, clock=clock).close()
    assert len(backend.kept) == 2
    assert open_with(folder, mine, clock)
    with pytest.raises(KeyMissing, match="has no key"):
        open_with(folder, Keyring("edge-engine", "somebody else"), clock)


@pytest.mark.parametrize("junk", ["", "zz", "00" * 31])
def test_what_is_no_key_in_the_keyring_is_a_wrong_key(
    junk: str, backend: KeepingBackend, folder: Path, clock: FakeClock
) -> None:
    Vault.open(folder, Keyring(), clock=clock).close()
    backend.kept = dict.fromkeys(backend.kept, junk)
    with pytest.raises(KeyWrong, match="not a key"):
        open_with(folder, Keyring(), clock)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (ForgettingBackend, "does not keep"),
        (LockedBackend, "locked or refused"),
        (null.Keyring, "trusted"),
        (fail.Keyring, "trusted"),
    ],
)
def test_a_keyring_that_would_lose_the_key_gets_none(
    made: type[Any], sentence: str, folder: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", made)
    with pytest.raises(KeyMissing, match=sentence) as caught:
        Vault.open(folder, Keyring(), clock=clock)
    assert "SECRET" not in str(caught.value)
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert [kind for _, kind in vault.slots()] == ["host"]


def test_a_trusted_keyring_behind_a_chain_is_found(
    folder: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ForgettingOne(ForgettingBackend):
        __module__ = "keyring.backends.null"

    class Chain:
        backends = (ForgettingOne(), KeepingBackend())

    Chain.__module__ = "keyring.backends.chainer"
    chain = Chain()
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    Vault.open(folder, Keyring(), clock=clock).close()
    assert open_with(folder, Keyring(), clock)


def test_without_the_extra_the_sentence_names_it(
    folder: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with pytest.raises(KeyMissing, match=r"edge-engine\[keyring\]"):
        Vault.open(folder, Keyring(), clock=clock)
