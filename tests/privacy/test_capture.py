"""Every byte between devices, servers and collector is written down: no canary is in it, and shares are sealed."""

from __future__ import annotations

import base64
import struct
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from edge_engine import Engine, Reporting
from edge_engine.clock import SystemClock
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, Balance, Event, Record
from edge_engine.signals.catalogue import DAY, Catalogue
from edge_engine.signals.tasks import task_of
from edge_engine_sync.aggregator.certificates import make_certificates
from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.aggregator.parties import load_aggregator, load_collector
from edge_engine_sync.errors import OpenFailed
from edge_engine_sync.messages import Interval, Report, Role
from edge_engine_sync.report import open_share
from edge_engine_sync.transport import HttpsTransport
from tests.fakes.recording_proxy import watched

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.signals.tasks import Aggregators
    from tests.fakes.recording_proxy import Watched

MERCHANT: Final = "ZQBRXWKPTHVM"
ACCOUNT: Final = "GB29ZQFD60161331926819"
PERSON: Final = "Ottilie Zqvandermeer"
SCREEN: Final = "zqscreenofsecrets"
AMOUNT: Final = 7_391_846_291_537
"""In minor units, and large enough that no chance makes its bytes."""

WORDS: Final = (MERCHANT, ACCOUNT, PERSON, SCREEN, str(AMOUNT), f"{AMOUNT // 100}.{AMOUNT % 100}")
PURPOSES: Final = (
    "aggregate_statistics",
    "categorization",
    "insights",
    "recommendations",
    "experiments",
)
DEVICES: Final = 3
MEASURED: Final = 14
HEADERS: Final = {"Host", "Accept-Encoding", "Content-Type", "Content-Length"}


def forms(word: str) -> set[bytes]:
    """The ways in which a text may stand on a wire: in letters, UTF-16, hexadecimal and base64 at each offset."""
    found: set[bytes] = set()
    for text in (word, word.lower(), word.upper()):
        for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
            for offset in range(3):
                # Three bytes make four letters: those that also hold a neighbour's bits are left out.
                coded = base64.b64encode(bytes(offset) + raw)[(0, 2, 3)[offset] :]
                whole = coded.rstrip(b"=")[: -1 if coded.endswith(b"=") else None]
                found |= {whole, whole.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def needles() -> set[bytes]:
    """Everything that is looked for."""
    return {form for word in WORDS for form in forms(word)} | {
        struct.pack(order + "q", sign * AMOUNT) for order in "<>" for sign in (1, -1)
    }


def found_in(wire: bytes) -> set[bytes]:
    return {needle for needle in needles() if needle in wire}


def catalogue() -> Catalogue:
    """Everything that is measured, in batches as small as three devices."""
    shipped = Catalogue.default()
    signals = [msgspec.structs.replace(one, min_batch=DEVICES) for one in shipped if one.measured]
    return Catalogue(shipped.version, shipped.issued, shipped.budget, {one.id: one for one in signals})


def live(number: int, servers: Aggregators) -> Engine:
    """Return a device whose store is full of canaries, unlike the other devices' in what is counted."""
    transport = HttpsTransport(timeout=10.0, allow_loopback=True)
    given = Reporting(
        servers.leader, servers.helper, catalogue=catalogue(), transport=transport, loopback=True
    )
    engine = Engine.in_memory(reporting=given)
    for purpose in PURPOSES:
        engine.consent.grant(purpose)
    today = SystemClock().now().date()
    engine.ingest(records(today, 60 + 40 * number))
    engine.ingest([Account(ACCOUNT, "GBP", name=PERSON, institution=MERCHANT)])
    engine.ingest([Balance(ACCOUNT, today, Money(AMOUNT, "GBP"))])
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp()
    engine.ingest(
        [
            Event(int(midnight) - day * DAY, f"insight.{name}", SCREEN)
            for day in range(1, 15, number + 1)
            for name in ("shown", "opened")[: number + 1]
        ]
    )
    for one in engine.transactions(limit=1 + 2 * number).transactions:
        engine.correct(one.id, "food.groceries")
    engine.insights()
    decide(engine, number)
    return engine


def decide(engine: Engine, number: int) -> None:
    """Have something suggested and learned from; then move it, the draw and the outcome into the last whole windows."""
    for verdict in ("acted", "dismissed")[: number + 1]:
        decision = engine.decide()
        if decision.suggestion is not None:
            engine.suggestions.outcome(decision.id, verdict)
    engine.decide()
    with engine._vault.committing() as connection:
        for table in ("decision", "outcome"):
            connection.execute(f"UPDATE {table} SET at = at - ?", (7 * DAY,))


def records(today: date, count: int) -> list[Record]:
    texts = (f"CARD PAYMENT {MERCHANT}", f"{PERSON} RENT", "TESCO STORES 3297", "NETFLIX.COM")
    return [
        Record(
            account=ACCOUNT,
            booked=today - timedelta(days=number % 90),
            amount=Money(-AMOUNT if number % 10 == 0 else -1000 - number, "GBP"),
            description=f"{texts[number % len(texts)]} {number}",
            counterparty=PERSON,
            counterparty_account=ACCOUNT,
            row=number,
        )
        for number in range(count)
    ]


def count_all(watching: Watched) -> tuple[list[Engine], dict[str, list[bytes]]]:
    """Let every device send all it has, and collect one sum; return the devices and reports by signal."""
    engines = [live(number, watching.servers) for number in range(DEVICES)]
    sealed: dict[str, list[bytes]] = defaultdict(list)
    for engine in engines:
        engine.sync()
        for one in engine.signals.preview():
            if one.bytes:
                sealed[one.signal].append(bytes.fromhex(one.bytes))
        done = engine.sync(hurry=True)
        assert not done.problems
        assert not done.refused
    for task in load_collector(watching.parties.folder / "collector.json"):
        if task.name == "active_days":
            window = catalogue().signal("active_days").window(int(SystemClock().now().timestamp()))
            collected = watching.parties.collector().collect(task, Batch.interval(Interval(window - 1, 3)))
            assert collected.report_count == DEVICES
    return engines, sealed


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A whole run over HTTP: what TLS would hide lies open, and is written down."""
    folder = tmp_path_factory.mktemp("plain")
    with watched(folder, catalogue(), secure=False) as watching:
        engines, sealed = count_all(watching)
        yield watching, engines, sealed
        for engine in engines:
            engine.close()


Plain = tuple["Watched", list[Engine], dict[str, list[bytes]]]


def test_there_is_something_to_find(plain: Plain) -> None:
    _, engines, sealed = plain
    for engine in engines:
        exported = "".join(one.description for one in engine.transactions(limit=500).transactions)
        assert MERCHANT in exported
    assert len(sealed) == MEASURED
    assert all(len(reports) == DEVICES for reports in sealed.values())


def test_no_canary_is_on_the_wire_even_beneath_tls(plain: Plain) -> None:
    watching, _, sealed = plain
    wire = watching.wire()
    # All of it was written down: every report is there as it left.
    assert all(report in wire for reports in sealed.values() for report in reports)
    assert len(wire) > sum(len(report) for reports in sealed.values() for report in reports)
    assert found_in(wire) == set()
    assert not any(one.id.encode() in wire for one in catalogue()), "not even what is counted is told"


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_the_search_finds_what_is_planted_in_every_form(plain: Plain, padding: int) -> None:
    watching, _, _ = plain
    transport = HttpsTransport(allow_loopback=True)
    for word in WORDS:
        raw = b"x" * padding + word.encode() + b"yz"
        for planted in (
            raw,
            raw.hex().encode(),
            base64.b64encode(raw),
            base64.urlsafe_b64encode(raw),
            word.encode("utf-16-le"),
            base64.b64encode(word.encode("utf-16-be")),
        ):
            before = len(watching.leader.talks)
            transport.request("POST", f"{watching.servers.leader}nothing", {}, planted)
            added = b"".join(bytes(talk.asked) for talk in watching.leader.talks[before:])
            assert found_in(added) & forms(word), (word, planted)
    planted = struct.pack("<q", AMOUNT)
    before = len(watching.leader.talks)
    transport.request("POST", f"{watching.servers.leader}nothing", {}, planted)
    assert found_in(b"".join(bytes(talk.asked) for talk in watching.leader.talks[before:])) == {planted}
    # What was planted is taken out again: the run itself is what the other tests look at.
    watching.leader.talks[:] = [talk for talk in watching.leader.talks if b"/nothing" not in talk.asked]


def test_a_device_asks_for_keys_and_uploads_reports_of_one_size_and_nothing_else(plain: Plain) -> None:
    watching, _, sealed = plain
    tasks = {task_of(one, watching.servers).task_id: one for one in catalogue()}
    names = {base64.urlsafe_b64encode(task_id).rstrip(b"=").decode(): one for task_id, one in tasks.items()}
    sizes: dict[str, set[int]] = defaultdict(set)
    uploads = 0
    for asked in watching.leader.requests():
        parts = asked.path.strip("/").split("/")
        if asked.path == "/hpke_config" or "collection_jobs" in parts:
            continue
        assert (asked.method, parts[0], parts[2]) == ("POST", "tasks", "reports")
        assert set(asked.headers) == HEADERS, "nothing tells of the device"
        signal = names[parts[1]]
        report = Report.decode(asked.body)
        assert report.encode() == asked.body
        assert report.metadata.extensions == ()
        # A report tells its window and no finer time.
        now = int(SystemClock().now().timestamp())
        assert report.metadata.time in (signal.window(now), signal.window(now) - 1)
        assert asked.body in sealed[signal.id]
        sizes[signal.id].add(len(asked.body))
        uploads += 1
    assert uploads == MEASURED * DEVICES
    assert len(sizes) == MEASURED
    assert all(len(of_task) == 1 for of_task in sizes.values()), sizes


def test_only_the_two_servers_keys_open_a_report_each_its_own_share(plain: Plain) -> None:
    watching, _, sealed = plain
    folder = watching.parties.folder
    keys = {
        role: load_aggregator(folder / f"{role.name.lower()}.json", role).keys[0]
        for role in (Role.LEADER, Role.HELPER)
    }
    collector = load_collector(folder / "collector.json")[0].keys
    for signal in catalogue():
        task = task_of(signal, watching.servers)
        for raw in sealed[signal.id]:
            report = Report.decode(raw)
            for role, own in keys.items():
                share = open_share(task, role, own.config, own.private_key, report)
                # What is sealed does not lie open anywhere in the report.
                assert share not in raw
                for other in [key for of, key in keys.items() if of != role] + [collector]:
                    with pytest.raises(OpenFailed):
                        open_share(task, role, own.config, other.private_key, report)


def test_over_tls_the_wire_is_tls_and_no_report_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificates(tmp_path, "leader", "helper")))
    with watched(tmp_path, catalogue(), secure=True) as watching:
        engines, sealed = count_all(watching)
        for engine in engines:
            engine.close()
        wire = watching.wire()
        talks = [*watching.leader.talks, *watching.helper.talks]
    assert found_in(wire) == set()
    assert not any(report in wire for reports in sealed.values() for report in reports)
    assert len(wire) > sum(len(report) for reports in sealed.values() for report in reports)
    for word in (b"HTTP/1.1", b"ppm-dap", b"hpke_config", b"/tasks/"):
        assert word not in wire
    assert len(talks) >= MEASURED * DEVICES
    for talk in talks:
        for way in (bytes(talk.asked), bytes(talk.answered)):
            read_records(way)


def read_records(raw: bytes) -> None:
    """Read TLS records until nothing is left: handshake, change of cipher, alert or sealed data, and nothing else."""
    at = 0
    while at < len(raw):
        kind, major, length = struct.unpack_from(">BBxH", raw, at)
        assert kind in (20, 21, 22, 23)
        assert major == 3
        at += 5 + length
    assert at == len(raw)
