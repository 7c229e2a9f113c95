"""Key slots: the store's random key, wrapped once for each way that the person may open it.

The raw key is never derived from anything and never changes hands: a slot holds it wrapped by AES-KW (RFC
3394) under a key-encryption key that its `KeyProvider` gives. Destroying the slots destroys the store.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Final, Literal, NoReturn, Protocol, SupportsIndex

import msgspec

from edge_engine.errors import (
    Corrupt,
    InputError,
    KeyMissing,
    KeyWrong,
    SchemaNewer,
    StoreMissing,
    VaultError,
)
from edge_engine.vault.connection import KEY_BYTES, converting_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA: Final = 1

# Source: OWASP Password Storage Cheat Sheet and RFC 9106 section 4; 64 MiB is what a phone can spare.
ARGON2_MEMORY_KIB: Final = 64 * 1024
ARGON2_PASSES: Final = 3
ARGON2_LANES: Final = 1
SALT_BYTES: Final = 16

_MAX_MEMORY_KIB: Final = 1024 * 1024
_MAX_FILE_BYTES: Final = 1 << 16


class Slot(msgspec.Struct, frozen=True):
    """One wrapped copy of the store's key.

    Attributes:
        id: Random identifier, hexadecimal.
        kind: Which kind of provider opens it.
        wrapped: The key under AES-KW, hexadecimal.
        generation: Which of the store's keys it wraps: 1 for the first, one more after each `Vault.rekey`.
        salt: Of Argon2id, hexadecimal; empty for other kinds.
        memory_kib: Of Argon2id.
        passes: Of Argon2id.
        lanes: Of Argon2id.
    """

    id: str
    kind: str
    wrapped: str
    generation: int = 1
    salt: str = ""
    memory_kib: int = 0
    passes: int = 0
    lanes: int = 0


class SlotFile(msgspec.Struct, frozen=True):
    """The key file beside the database.

    Attributes:
        schema: Version of this shape.
        slots: Every way to open the store.
        state: ``founding`` until the first opening has succeeded: nobody can have stored anything before that.
        check: SHA-256 of the rest, hexadecimal: tells a damaged file from a wrong key. It guards against
            accidents alone; whoever can write the file can only lock the store, not open it.
    """

    schema: int
    slots: tuple[Slot, ...]
    state: Literal["founding", "ready"] = "ready"
    check: str = ""

    def digest(self) -> str:
        """Return what ``check`` must be."""
        return hashlib.sha256(msgspec.json.encode((self.schema, self.state, self.slots))).hexdigest()


class Secret:
    """A secret in memory: it does not print itself, and it is neither copied nor pickled."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key can be neither copied nor pickled")


class KeyProvider(Protocol):
    """Gives the key-encryption key of one kind of slot."""

    @property
    def kind(self) -> str:
        """Name of the kind, kept in the slot."""
        ...

    def draw(self, slot_id: str) -> tuple[bytes, dict[str, str | int]]:
        """Return bytes[32] for a new slot, and what the slot must remember to get it again."""
        ...

    def recall(self, slot: Slot) -> bytes:
        """Return bytes[32] for an existing slot.

        Raises:
            KeyMissing: The provider has no key for it.
            KeyWrong: What it has is not a key.
        """
        ...


class HostKey(Secret):
    """A key that the host application keeps, in the Keychain or the Keystore.

    Args:
        key: bytes[32], or a callable that returns them each time the store is opened.

    Raises:
        InputError: The bytes are not 32.
    """

    kind: Final = "host"

    def __init__(self, key: bytes | Callable[[], bytes]) -> None:
        if callable(key):
            self._key: bytes | Callable[[], bytes] = key
            return
        if not _is_key(key):
            raise InputError("a host key is exactly 32 bytes")
        self._key = bytes(key)

    def draw(self, slot_id: str) -> tuple[bytes, dict[str, str | int]]:
        """Return the host's key."""
        del slot_id
        return self._get(), {}

    def recall(self, slot: Slot) -> bytes:
        """Return the host's key."""
        del slot
        return self._get()

    def _get(self) -> bytes:
        if not callable(self._key):
            return self._key
        try:
            key = self._key()
        except Exception:  # noqa: BLE001 - the host's code may raise anything, and its words may be secret
            raise KeyMissing("the host application did not give its key") from None
        if not _is_key(key):
            raise KeyWrong("a host key is exactly 32 bytes")
        return bytes(key)


class Passphrase(Secret):
    """A passphrase that the person types, stretched by Argon2id (RFC 9106).

    Args:
        phrase: What was typed; compared after Unicode normalization NFC.

    Raises:
        InputError: It is empty, or not text.
    """

    kind: Final = "passphrase"

    def __init__(self, phrase: str) -> None:
        if not _is_text(phrase):
            raise InputError("a passphrase is text")
        if not phrase:
            raise InputError("a passphrase cannot be empty")
        self._phrase = phrase

    def draw(self, slot_id: str) -> tuple[bytes, dict[str, str | int]]:
        """Stretch the passphrase with a new salt."""
        del slot_id
        salt = secrets.token_bytes(SALT_BYTES)
        parameters: dict[str, str | int] = {
            "salt": salt.hex(),
            "memory_kib": ARGON2_MEMORY_KIB,
            "passes": ARGON2_PASSES,
            "lanes": ARGON2_LANES,
        }
        return self._stretch(salt, ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_LANES), parameters

    def recall(self, slot: Slot) -> bytes:
        """Stretch the passphrase as the slot says."""
        try:
            salt = bytes.fromhex(slot.salt)
        except ValueError:
            raise Corrupt("the key file is damaged") from None
        sane = 8 * slot.lanes <= slot.memory_kib <= _MAX_MEMORY_KIB and 1 <= slot.passes <= 16
        if len(salt) < 8 or not sane or not 1 <= slot.lanes <= 16:
            raise Corrupt("the key file is damaged")
        return self._stretch(salt, slot.memory_kib, slot.passes, slot.lanes)

    def _stretch(self, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
        import unicodedata  # noqa: PLC0415 - only a passphrase needs these

        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415

        phrase = unicodedata.normalize("NFC", self._phrase).encode()
        kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib)
        return kdf.derive(phrase)


def _is_text(phrase: object) -> bool:
    try:
        return isinstance(phrase, str) and phrase.encode() is not None
    except UnicodeEncodeError:
        return False


def _is_key(given: object) -> bool:
    # INVARIANT: text of 32 letters is not a key, and neither is the number 32, of which `bytes` makes 32 zeros.
    return isinstance(given, bytes | bytearray) and len(given) == KEY_BYTES


class Keyring(Secret):
    """A random key kept in the system's keyring (extra ``keyring``).

    Args:
        service: Name under which the keyring files it.
        user: Whose it is; the store's path, so that two stores have two keys.
    """

    kind: Final = "keyring"

    _BACKENDS: Final = (
        "keyring.backends.macOS",
        "keyring.backends.Windows",
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
    )

    def __init__(self, service: str = "edge-engine", user: str = "default") -> None:
        self._service = service
        self._user = user

    def draw(self, slot_id: str) -> tuple[bytes, dict[str, str | int]]:
        """Make a key, put it into the keyring and read it back."""
        key = secrets.token_bytes(KEY_BYTES)
        name = f"{self._user}#{slot_id}"
        self._ask(lambda backend: backend.set_password(self._service, name, key.hex()))
        # Some backends discard what they are given without a word.
        if self._ask(lambda backend: backend.get_password(self._service, name)) != key.hex():
            raise KeyMissing("the system keyring does not keep what it is given")
        return key, {}

    def recall(self, slot: Slot) -> bytes:
        """Read the key from the keyring."""
        name = f"{self._user}#{slot.id}"
        kept = self._ask(lambda backend: backend.get_password(self._service, name))
        if kept is None:
            raise KeyMissing("the system keyring has no key for this store")
        try:
            key = bytes.fromhex(kept)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyWrong("what the system keyring keeps is not a key")
        return key

    def _ask(self, question: Callable[[_KeyringBackend], str | None]) -> str | None:
        backend = self._backend()
        try:
            return question(backend)
        except Exception:  # noqa: BLE001 - each backend raises its own errors, and their words may be secret
            raise KeyMissing("the system keyring is locked or refused") from None

    def _backend(self) -> _KeyringBackend:
        try:
            import keyring  # noqa: PLC0415 - an extra
        except ImportError:
            raise KeyMissing(
                "the system keyring needs the extra: pip install 'edge-engine[keyring]'"
            ) from None
        backend: _KeyringBackend = keyring.get_keyring()
        module = type(backend).__module__
        if module == "keyring.backends.chainer":
            fitting = [one for one in getattr(backend, "backends", ()) if self._trusted(type(one).__module__)]
            if fitting:
                return fitting[0]  # type: ignore[no-any-return]
        if not self._trusted(module):
            raise KeyMissing("this computer has no system keyring that can be trusted with a key")
        return backend

    def _trusted(self, module: str) -> bool:
        return module.startswith(self._BACKENDS)


class _KeyringBackend(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


def require_provider(provider: object) -> None:
    """Refuse what cannot give a key.

    Raises:
        InputError: It is no `KeyProvider`.
    """
    able = all(callable(getattr(provider, name, None)) for name in ("draw", "recall"))
    if isinstance(provider, type) or not able or not isinstance(getattr(provider, "kind", None), str):
        raise InputError("a store is opened by a key such as HostKey, Passphrase or Keyring")


def seal(key: bytes, provider: KeyProvider, generation: int = 1) -> Slot:
    """Wrap the store's key for a provider, in a new slot."""
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap  # noqa: PLC0415 - 5 ms to import

    slot_id = secrets.token_hex(8)
    wrapping, parameters = provider.draw(slot_id)
    wrapped = aes_key_wrap(wrapping, key).hex()
    fields = {
        "id": slot_id,
        "kind": provider.kind,
        "wrapped": wrapped,
        "generation": generation,
        **parameters,
    }
    return msgspec.convert(fields, Slot)


def unseal(slots: tuple[Slot, ...], provider: KeyProvider) -> list[tuple[Slot, bytes]]:
    """Return every slot that the provider opens, with the key in it; the newest key first.

    Only a crash amid `Vault.rekey` leaves slots of two keys.

    Raises:
        KeyMissing: No slot is of the provider's kind, or the provider has no key for any.
        KeyWrong: None of them opens.
    """
    from cryptography.hazmat.primitives.keywrap import (  # noqa: PLC0415 - 5 ms to import
        InvalidUnwrap,
        aes_key_unwrap,
    )

    fitting = [slot for slot in slots if slot.kind == provider.kind]
    if not fitting:
        raise KeyMissing("the store has no slot for this kind of key")
    opened: list[tuple[Slot, bytes]] = []
    failure: VaultError = KeyWrong("the key does not open this store")
    for slot in sorted(fitting, key=lambda slot: -slot.generation):
        try:
            opened.append((slot, aes_key_unwrap(provider.recall(slot), bytes.fromhex(slot.wrapped))))
        except InvalidUnwrap:
            continue
        except KeyMissing as missing:
            failure = missing
    if not opened:
        raise failure
    return opened


def destroyed(path: Path) -> bool:
    """Tell whether the key file holds nothing but the zeros that an erasure writes over it."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FILE_BYTES + 1)
    except (OSError, ValueError):
        return False
    return bool(raw) and not raw.strip(b"\0")


def read(path: Path) -> SlotFile:
    """Read the key file.

    Raises:
        KeyMissing: It is not there, or the store was erased.
        Corrupt: It is not a key file.
    """
    try:
        with converting_files(), path.open("rb") as file:
            raw = file.read(_MAX_FILE_BYTES + 1)
    except StoreMissing:
        raise KeyMissing(
            "the store's key file is missing; put it back, or delete the store's folder to begin anew"
        ) from None
    if raw and not raw.strip(b"\0"):
        raise KeyMissing("the store was erased; what is left of it cannot be opened by anyone")
    try:
        found = msgspec.json.decode(raw, type=SlotFile)
    except (msgspec.DecodeError, ValueError):
        raise Corrupt("the key file is damaged") from None
    if found.schema > SCHEMA:
        raise SchemaNewer("the store's key file was written by a newer version of the engine")
    if found.check != found.digest():
        raise Corrupt("the key file is damaged")
    return found


def write(path: Path, slots: tuple[Slot, ...], state: Literal["founding", "ready"] = "ready") -> None:
    """Replace the key file in one step: a crash leaves the old one or the new one.

    Raises:
        DiskFull: There is no room; the old one stands.
        ReadOnly: The folder cannot be written.
    """
    bare = SlotFile(SCHEMA, slots, state)
    text = msgspec.json.format(
        msgspec.json.encode(msgspec.structs.replace(bare, check=bare.digest())), indent=2
    )
    fresh = path.with_suffix(".new")
    with converting_files():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


def add(path: Path, key: bytes, provider: KeyProvider) -> str:
    """Seal the store's key for one more provider and return the new slot's id.

    Raises:
        DiskFull: There is no room; the old slots stand.
    """
    slots = read(path).slots
    slot = seal(key, provider, slots[0].generation)
    write(path, (*slots, slot))
    return slot.id


def tidy(path: Path, kept: SlotFile, generation: int) -> None:
    """Finish what a crash cut short: keep the slots of the key that opens the database and no others."""
    slots = tuple(slot for slot in kept.slots if slot.generation == generation)
    if slots != kept.slots or kept.state != "ready":
        write(path, slots)


def remove(path: Path, slot_id: str) -> None:
    """Take a slot out of the key file.

    Raises:
        InputError: There is no such slot, or it is the last one.
    """
    slots = read(path).slots
    rest = tuple(slot for slot in slots if slot.id != slot_id)
    if len(rest) == len(slots):
        raise InputError("there is no such key slot")
    if not rest:
        raise InputError("the last key slot cannot be removed; erase the store instead")
    write(path, rest)


def sync_folder(folder: Path) -> None:
    """Make a rename or removal in a folder durable, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
