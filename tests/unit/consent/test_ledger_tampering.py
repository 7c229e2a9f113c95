from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.clock import FakeClock
from edge_engine.consent.event import GENESIS, ConsentEvent, EventKind, StoredEvent, seal, unseal
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate
from edge_engine.errors import LedgerTampered
from tests.unit.consent.asking import START, own_access, refusal

if TYPE_CHECKING:
    from tests.fakes.ledger_store import MemoryLedgerStore


def with_two_events(store: MemoryLedgerStore) -> Ledger:
    ledger = Ledger(store, Policy.default(), FakeClock(START))
    ledger.grant("insights")
    ledger.grant("outreach")
    return ledger


def test_a_ledger_that_does_not_verify_denies_everything_but_own_access(store: MemoryLedgerStore) -> None:
    with_two_events(store)
    del store.kept[0]

    ledger = Ledger(store, Policy.default(), FakeClock(START))

    assert refusal(ledger, "outreach") == "ledger-tampered"
    own_access(ledger).check()
    assert {state.rule for state in ledger.state()} == {"own-access", "ledger-tampered"}
    assert not any(state.since for state in ledger.state())
    for act in (ledger.verify, ledger.history, ledger.head):
        with pytest.raises(LedgerTampered, match="entry 1 of the consent ledger does not follow"):
            act()
    for change in (ledger.grant, ledger.withdraw, ledger.receipt):
        with pytest.raises(LedgerTampered):
            change("insights")


def test_verifying_notices_what_was_changed_under_an_open_ledger(store: MemoryLedgerStore) -> None:
    ledger = with_two_events(store)
    ledger.verify()
    store.kept.pop()

    with pytest.raises(LedgerTampered, match="missing"):
        ledger.verify()
    assert refusal(ledger) == "ledger-tampered"


def test_verifying_a_ledger_that_was_put_back_in_order_heals_it(store: MemoryLedgerStore) -> None:
    ledger = with_two_events(store)
    last = store.kept.pop()
    with pytest.raises(LedgerTampered):
        ledger.verify()

    store.kept.append(last)
    ledger.verify()

    ledger.mint("insights", Gate.READ).check()


def test_a_whole_ledger_of_another_device_is_noticed(store: MemoryLedgerStore) -> None:
    with_two_events(store)
    store.seed = bytes(32)

    with pytest.raises(LedgerTampered, match="not signed by this device"):
        Ledger(store, Policy.default(), FakeClock(START)).verify()


def test_a_damaged_device_key_is_noticed(store: MemoryLedgerStore) -> None:
    with_two_events(store)
    store.seed = b"short"

    with pytest.raises(LedgerTampered, match="device key"):
        Ledger(store, Policy.default(), FakeClock(START)).verify()


def test_the_first_signature_is_checked_when_asked_for(store: MemoryLedgerStore) -> None:
    ledger = with_two_events(store)
    first = store.kept[0]
    store.kept[0] = StoredEvent(first.seq, first.body, first.hash, bytes(64))

    with pytest.raises(LedgerTampered, match="entry 1 of the consent ledger was not signed"):
        ledger.verify()


def grant_event(seq: int = 1, at: datetime = START) -> ConsentEvent:
    return ConsentEvent(1, seq, EventKind.WITHDRAW, "insights", at, at)


def signed(*events: ConsentEvent) -> list[StoredEvent]:
    """Return events sealed one after the other, as somebody who has the device key would."""
    previous, sealed = GENESIS, []
    for event in events:
        sealed.append(seal(event, previous, bytes(32)))
        previous = sealed[-1].hash
    return sealed


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([grant_event(seq=2)], "not the one that belongs there"),
        ([grant_event(), grant_event(2, START - timedelta(seconds=1))], "older than the one before"),
        ([grant_event(at=START.replace(tzinfo=None))], "older than the one before"),
        (
            [ConsentEvent(2, 1, EventKind.WITHDRAW, "insights", START, START)],
            "not the one that belongs there",
        ),
        ([ConsentEvent(1, 1, EventKind.GRANT, "insights", START, START)], "does not say what was agreed to"),
    ],
    ids=["wrong number", "backwards", "no time zone", "newer shape", "no agreement"],
)
def test_well_signed_nonsense_is_refused(events: list[ConsentEvent], says: str) -> None:
    with pytest.raises(LedgerTampered, match=says):
        unseal(signed(*events), bytes(32), every_signature=True)


def test_a_well_signed_body_that_is_not_an_event_is_refused() -> None:
    from hashlib import sha256  # noqa: PLC0415

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    for body in (b"{}", b"\xff", b'{"schema":1'):
        digest = sha256(GENESIS + body).digest()
        sealed = StoredEvent(1, body, digest, Ed25519PrivateKey.from_private_bytes(bytes(32)).sign(digest))
        with pytest.raises(LedgerTampered, match="cannot be read"):
            unseal([sealed], bytes(32), every_signature=False)


def test_the_head_can_be_checked_by_somebody_else(ledger: Ledger, store: MemoryLedgerStore) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    empty = ledger.head()
    assert (empty.seq, empty.hash, empty.signature) == (0, GENESIS.hex(), "")
    ledger.grant("insights")

    head = ledger.head()

    assert (head.seq, head.hash) == (1, store.kept[-1].hash.hex())
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.public_key))
    key.verify(bytes.fromhex(head.signature), bytes.fromhex(head.hash))
