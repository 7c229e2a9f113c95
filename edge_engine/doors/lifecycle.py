"""What a door itself is asked and answers, beside the table of operations. Field names are append-only."""

from __future__ import annotations

import msgspec


class Hello(msgspec.Struct, frozen=True):
    """Begin: the first request on every door.

    Attributes:
        abi: Version of the protocol that the client speaks.
        client: Name of the client.
        client_version: Its version.
    """

    abi: int
    client: str = ""
    client_version: str = ""


class Greeting(msgspec.Struct, frozen=True):
    """Who answers.

    Attributes:
        abi: Version of the protocol.
        version: Of the engine.
        methods: Everything that may be asked.
        features: What a client may find missing in an older engine.
    """

    abi: int
    version: str
    methods: list[str]
    features: list[str]


class Ping(msgspec.Struct, frozen=True):
    """Ask whether the door is alive; answered at once, whatever the engine does."""


class Open(msgspec.Struct, frozen=True):
    """Open a store; one at a time through one door.

    The key is exactly one of ``passphrase``, ``key``, ``keyring`` and the port ``key``; a store in memory needs none.

    Attributes:
        path: The store's folder; empty for a store in memory.
        passphrase: What the person typed.
        key: bytes[32] that the host keeps in its keystore.
        keyring: Whether the key is kept in the system's keyring.
        create: Whether a store that is missing is made.
        policy: Folder with the app's own purposes; empty for the engine's.
        rules: Folder with the app's own reviews and workflows; empty for the engine's.
        decisions: Folder with the app's own offers, guards and experiments; empty for the engine's.
        ports: What the host answers for: ``key``, ``clock``, ``transport``, ``channel.<name>``, ``connector.<name>``.
        connectors: X25519 public keys, by the name of the connector, that packets to the back end are sealed to.
        events: Kinds of events that the host wants: ``moment``, ``decision``, ``review``, ``sync``, ``progress``.
        leader: URL of the leading aggregator of signals; empty for none.
        helper: URL of the helping one.
        loopback: Whether plain HTTP to this machine is allowed for them, for trying things out.
        headers: Sent with every upload, such as a token that the leader asks for.
        clock: A time in RFC 3339 at which the engine's clock stands still, for tests; empty for the device's.
        seed: Makes chance repeatable, for tests.
    """

    path: str = ""
    passphrase: str = ""
    key: bytes = b""
    keyring: bool = False
    create: bool = True
    policy: str = ""
    rules: str = ""
    decisions: str = ""
    ports: list[str] = []
    connectors: dict[str, bytes] = {}
    events: list[str] = []
    leader: str = ""
    helper: str = ""
    loopback: bool = False
    headers: dict[str, str] = {}
    clock: str = ""
    seed: int | None = None


class Opened(msgspec.Struct, frozen=True):
    """What was opened.

    Attributes:
        created: Whether the store is new.
    """

    created: bool


class Close(msgspec.Struct, frozen=True):
    """Close the store; the door stays, and may open another."""


class Suspend(msgspec.Struct, frozen=True):
    """Close every file and forget the key, as an app must before it is put to sleep."""


class Resume(msgspec.Struct, frozen=True):
    """Open the store again after `Suspend`.

    Attributes:
        passphrase: As in `Open`; everything empty asks for the key as it was had before.
        key: Likewise.
        keyring: Likewise.
    """

    passphrase: str = ""
    key: bytes = b""
    keyring: bool = False


class Cancel(msgspec.Struct, frozen=True):
    """Take a request back; a notification, which has no answer of its own.

    Attributes:
        id: Of the request.
    """

    id: int
