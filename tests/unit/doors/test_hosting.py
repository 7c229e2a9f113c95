"""What the host answers for: keys, the clock, channels, back ends, servers; and what happens where it lies or hangs."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgpack
import pytest

from edge_engine.doors.ports import PORTS
from tests.fakes.aggregators import HELPER, LEADER
from tests.fakes.bank_csv import statement
from tests.fakes.collecting import NOW as WEEKLY
from tests.fakes.collecting import Watched
from tests.fakes.door_client import Client
from tests.fakes.door_host import Refused, frame

KEY = bytes(range(32))
NOW = "2026-06-30T12:00:00Z"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "me.edge")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits that a test can wait for."""
    for name, port in PORTS.items():
        monkeypatch.setitem(PORTS, name, port._replace(seconds=0.1))


def test_a_key_from_the_hosts_keystore_opens_the_store(path: str) -> None:
    with Client({"host.key": KEY}) as client:
        assert client.call("open", {"path": path, "ports": ["key"]}) == {"created": True}
        assert client.asked == [("host.key", {"path": path})]
        client.call("suspend")
        client.call("resume")
        assert len(client.asked) == 2
        client.call("close")
        assert client.call("open", {"path": path, "key": KEY, "create": False}) == {"created": False}
    with Client({"host.key": bytes(32)}) as client:
        assert client.code("open", {"path": path, "ports": ["key"]}) == "vault.key_wrong"
        client.answers["host.key"] = KEY
        client.call("open", {"path": path, "ports": ["key"]})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"short", "vault.key_wrong"),
        ("text", "vault.key_missing"),
        (None, "vault.key_missing"),
        (32, "vault.key_missing"),
        ({"key": KEY}, "vault.key_missing"),
        (RuntimeError("my secret"), "vault.key_missing"),
    ],
)
def test_a_host_that_lies_about_its_key_opens_nothing(path: str, answer: object, code: str) -> None:
    with Client({"host.key": answer}) as client, pytest.raises(Refused) as refused:
        client.call("open", {"path": path, "ports": ["key"]})
    assert refused.value.code == code
    assert "secret" not in refused.value.message


@pytest.mark.usefixtures("hasty")
def test_a_host_that_is_silent_is_not_waited_for_for_ever(path: str) -> None:
    with Client({}) as client:
        assert client.code("open", {"path": path, "ports": ["key"]}) == "vault.key_missing"
        assert client.code("open", {"path": path, "ports": ["clock"], "key": KEY}) == "door.host_silent"
        # The door goes on, and a late answer is nobody's.
        client.door.receive(b"\x94\x01\xff\xc0\xc4\x01x")
        assert client.call("open", {"path": path, "key": KEY})["created"] in (True, False)


@pytest.mark.parametrize(
    "raw",
    [
        frame(1, -1, None),
        frame(1, -1, None, NOW, None),
        frame(1, -1, None, NOW) + b"\xc0",
        frame(1, -1, None, NOW)[:-3],
        frame(1, -1, "an error", None),
        frame(1, -1, True, None),
        frame(1, -1, {}, None),
        frame(1, -1, {"code": 5, "message": "m"}, None),
        frame(1, -1, [None], None),
        frame(1, 1, None, NOW),
        frame(1, 0, {"code": "door.frame", "message": "what?"}, None),
        frame(1, -1.0, None, NOW),
        frame(1, None, None, NOW),
        frame(1, -(2**40), None, NOW),
        msgpack.packb({"id": -1, "result": NOW}),
        b"",
        b"\xc1",
    ],
)
def test_an_answer_of_the_wrong_shape_is_not_waited_for(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    # Longer than the test waits.
    monkeypatch.setitem(PORTS, "host.now", PORTS["host.now"]._replace(seconds=120.0))
    with Client({}) as client:
        opening = client.send("open", {"ports": ["clock"]})
        with client.come:
            assert client.come.wait_for(lambda: client.asked, 10)
        client.door.receive(raw)
        with pytest.raises(Refused, match=r"door\.host_answer"):
            client.wait(opening)
        client.answers["host.now"] = NOW
        assert client.call("open", {"ports": ["clock"]})


def test_a_request_that_is_none_and_an_answer_that_comes_late_end_nothing_else() -> None:
    with Client({}) as client:
        opening = client.send("open", {"ports": ["clock"]})
        with client.come:
            assert client.come.wait_for(lambda: client.asked, 10)
        client.door.receive(frame(1, 7, "accounts"))
        client.door.receive(frame(1, -99, None, NOW))
        client.door.receive(frame(1, -99, None))
        client.door.receive(frame(1, -1, None, NOW))
        assert client.wait(opening) == {"created": True}


def test_the_hosts_clock_is_asked_once_a_request() -> None:
    with Client({"host.now": NOW}) as client:
        client.call("open", {"ports": ["clock"]})
        client.asked.clear()
        given = client.call("consent.grant", {"purpose": "insights"})
        assert given["at"].startswith("2026-06-30T12:00:0")
        assert client.asked == [("host.now", {})]
        client.answers["host.now"] = "2026-07-02T02:00:00+02:00"
        assert client.call("consent.grant", {"purpose": "outreach"})["at"].startswith("2026-07-02T00:00:0")


@pytest.mark.parametrize(
    "answer",
    [
        "noon", 12, None, "2026-06-30T12:00:00", "", b"2026-06-30T12:00:00Z", "9999-12-31T23:59:59-10:00",
        "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_a_clock_that_tells_no_time_is_refused(answer: object) -> None:
    with Client({"host.now": answer}) as client:
        assert client.code("open", {"ports": ["clock"]}) == "door.host_answer"


@pytest.mark.parametrize(
    "asked",
    [
        {"path": "a\0b", "passphrase": "x"},
        {"decisions": "\0"},
        {"policy": "\0"},
        {"rules": "a\0"},
        {"clock": "9999-12-31T23:59:59Z"},
        {"clock": "0001-01-01T00:00:00+10:00"},
        {"clock": "2026-06-30T12:00:00"},
    ],
)
def test_what_no_store_opens_with_is_refused_in_a_sentence(asked: dict[str, object]) -> None:
    with Client() as client:
        assert client.code("open", asked) == "input"


def test_a_host_whose_clock_failed_is_asked_again_at_the_next_request() -> None:
    with Client({"host.now": NOW}) as client:
        client.call("open", {"ports": ["clock"]})
        client.answers["host.now"] = RuntimeError("broken")
        assert client.code("consent.state") == "door.host_failed"
        client.answers["host.now"] = NOW
        assert client.call("consent.state")


def test_a_channel_of_the_host_shows_what_is_suggested(tmp_path: Path) -> None:
    shown: list[Any] = []
    with Client({"host.show": shown.append}) as client:
        suggest(client, tmp_path, ports=["channel.modal"])
        decided = client.call("decide", {"channel": "modal"})
        if decided["suggestion"] is not None:
            assert decided["delivered"]
            assert [one["id"] for one in shown] == [decided["id"]]
            assert shown[0] == decided["suggestion"]
    assert client.code("decide", {"channel": "push"}) == "door.closed"


def test_a_channel_that_fails_has_not_shown_it(tmp_path: Path) -> None:
    with Client({"host.show": RuntimeError("the screen is locked")}) as client:
        suggest(client, tmp_path, ports=["channel.modal"])
        decided = client.call("decide", {"channel": "modal"})
        assert not decided["delivered"]


def suggest(client: Client, folder: Path, ports: list[str]) -> None:
    """Open a store of somebody to whom something may be suggested on a channel."""
    file = folder / "bank.csv"
    file.write_bytes(statement())
    client.call("open", {"clock": NOW, "seed": 3, "ports": ports})
    for purpose in ("categorization", "insights", "recommendations", "personalization", "outreach"):
        client.call("consent.grant", {"purpose": purpose})
    client.call("import", {"path": str(file), "currency": "GBP"})


def test_what_the_host_cannot_answer_for_is_refused_before_anything_is_made(path: str) -> None:
    with Client() as client:
        for wrong in (
            {"path": path, "ports": ["keys"], "key": KEY},
            {"path": path},
            {"path": path, "key": KEY, "passphrase": "two keys"},
            {"path": path, "key": KEY, "clock": "noon"},
            {"path": path, "key": KEY, "clock": "2026-06-30T12:00:00"},
            {"path": path, "key": KEY, "events": ["weather"]},
            {"key": KEY},
            {"path": path, "key": KEY, "leader": "https://leader.example/"},
            {"path": path, "key": KEY, "ports": ["connector.bank"], "connectors": {"bank": b"short"}},
            {"path": path, "key": KEY, "ports": ["channel.smoke"]},
        ):
            assert client.code("open", wrong) == "input", wrong
            assert client.code("accounts") == "door.not_open"
        assert client.code("open", {"path": path, "key": KEY, "policy": "/nowhere"}) == "policy"
        assert client.code("open", {"path": path, "key": b"short"}) == "input"
        assert client.call("open", {"path": path, "key": KEY})


def test_a_request_that_waits_for_the_host_can_be_taken_back(path: str) -> None:
    with Client({}) as client:
        opening = client.send("open", {"path": path, "ports": ["key"]})
        with client.come:
            assert client.come.wait_for(lambda: client.asked, 10)
        client.door.receive(frame(1, 0, "cancel", {"id": opening}))
        with pytest.raises(Refused, match="cancelled"):
            client.wait(opening)
        assert client.call("open", {"path": path, "key": KEY})


REMINDER = {"bill": "rent", "day": "2026-07-01", "amount": 95_000, "currency": "GBP"}


def test_a_back_end_of_the_host_does_what_a_workflow_asks() -> None:
    with Client({"host.perform": {"state": "done", "reference": "r1"}}) as client:
        client.call("open", {"clock": NOW, "ports": ["connector.device"]})
        client.call("consent.grant", {"purpose": "insights"})
        asked = {"kind": "bill_reminder", "key": "rent", "fields": REMINDER}
        begun = client.call("workflows.start", asked)
        assert client.call("workflows.start", asked)["id"] == begun["id"]
        (done,) = client.call("workflows.run")
        assert (done["id"], done["state"]) == (begun["id"], "done")
        ((method, order),) = client.asked
        assert (method, order["connector"], order["action"]) == ("host.perform", "device", "place_reminder")
        assert json.loads(order["packet"]) == REMINDER
        assert len(order["key"]) == 64


@pytest.mark.parametrize(
    "answer",
    [
        {"state": "unknown"},
        {"state": "perhaps"},
        {"reference": "r"},
        None,
        "done",
        RuntimeError("no network"),
    ],
)
def test_a_back_end_that_does_not_answer_is_asked_again_later(answer: object) -> None:
    with Client({"host.perform": answer}) as client:
        client.call("open", {"clock": NOW, "ports": ["connector.device"]})
        client.call("consent.grant", {"purpose": "insights"})
        client.call("workflows.start", {"kind": "bill_reminder", "key": "rent", "fields": REMINDER})
        assert [one["state"] for one in client.call("workflows.run")] == ["running"]


def test_a_back_end_that_refuses_ends_the_workflow() -> None:
    with Client({"host.perform": {"state": "refused", "reason": "no_calendar"}}) as client:
        client.call("open", {"clock": NOW, "ports": ["connector.device"]})
        client.call("consent.grant", {"purpose": "insights"})
        client.call("workflows.start", {"kind": "bill_reminder", "key": "rent", "fields": REMINDER})
        client.call("workflows.run")
        (ended,) = client.call("workflows")
        assert (ended["state"], ended["reason"]) == ("compensated", "no_calendar")


def test_signals_leave_through_the_host_where_it_says_so() -> None:
    servers = Watched()
    now = [WEEKLY]

    def request(asked: dict[str, Any]) -> dict[str, Any]:
        answer = servers.request(asked["method"], asked["url"], asked["headers"], asked["body"])
        # As a host's HTTP library may write them.
        headers = {name.title(): text for name, text in answer.headers.items()}
        return {"status": answer.status, "headers": headers, "body": answer.body}

    with Client({"host.request": request, "host.now": lambda _: now[0].isoformat()}) as client:
        ports = ["transport", "clock"]
        client.call("open", {"ports": ports, "leader": LEADER, "helper": HELPER, "events": ["sync"]})
        client.call("consent.grant", {"purpose": "aggregate_statistics"})
        now[0] += timedelta(days=8)
        report = client.call("sync", {"hurry": True})
        assert report["sent"]
        assert len(servers.reports) == len(report["sent"])
        assert client.wait_for_event("sync")["report"] == report
        now[0] += timedelta(days=8)
        client.answers["host.request"] = RuntimeError("no network")
        assert client.call("sync", {"hurry": True})["sent"] == []


def test_a_sealed_packet_is_no_text_of_the_hosts() -> None:
    from edge_engine_sync.hpke import suite  # noqa: PLC0415 - here alone

    private, public = suite(0x20, 1, 1).generate()
    del private
    with Client({"host.perform": {"state": "done"}}) as client:
        ports = {"ports": ["connector.device"], "connectors": {"device": public}}
        client.call("open", {"clock": NOW, **ports})
        client.call("consent.grant", {"purpose": "insights"})
        client.call("workflows.start", {"kind": "bill_reminder", "key": "rent", "fields": REMINDER})
        client.call("workflows.run")
        order = client.asked[0][1]
        assert b"rent" not in order["packet"]
        assert len(order["encapsulated"]) == 32


def test_what_an_opening_made_and_could_not_finish_is_not_left_behind(path: str) -> None:
    wrong = {"path": path, "key": KEY, "ports": ["connector.bank"], "connectors": {"bank": b"short"}}
    with Client({}) as client:
        assert client.code("open", wrong) == "input"
        assert not Path(path).exists()
        assert client.call("open", {"path": path, "key": bytes(32)}) == {"created": True}
        client.call("close")
        # A store that was there before stays as it is.
        assert client.code("open", wrong | {"key": bytes(32)}) == "input"
        assert client.call("open", {"path": path, "key": bytes(32)}) == {"created": False}


@pytest.mark.parametrize(
    "asked",
    [
        {"ports": ["key"], "key": KEY},
        {"ports": ["key"], "passphrase": "correct horse"},
        {"ports": ["connector."], "key": KEY},
        {"ports": ["channel."], "key": KEY},
    ],
)
def test_two_keys_and_ports_without_a_name_are_refused(path: str, asked: dict[str, object]) -> None:
    with Client({"host.key": KEY}) as client:
        assert client.code("open", {"path": path, **asked}) == "input"
        assert not Path(path).exists()


def test_a_refusal_for_want_of_consent_names_the_purpose() -> None:
    with Client({}) as client:
        client.call("open", {})
        loan = {
            "amount": {"minor": 250000, "currency": "GBP"}, "months": 24,
            "monthly": {"minor": 11200, "currency": "GBP"}, "product": "personal", "account": "A", "proposer": "person",
        }  # fmt: skip
        wanted = []
        for _ in range(2):
            with pytest.raises(Refused) as refused:
                client.call("loans.propose", loan)
            assert refused.value.code == "consent.denied"
            wanted.append(refused.value.told["purpose"])
            client.call("consent.grant", {"purpose": wanted[-1]})
        assert wanted == ["credit_prescreening", "adviser_review"]
        with pytest.raises(Refused) as other:
            client.call("profile.set", {"name": "nothing", "value": "x"})
        assert other.value.told["purpose"] == "personalization"


@pytest.mark.parametrize("ports", [[], ["transport"]])
@pytest.mark.parametrize(
    "wrong",
    [
        {"leader": "http://leader.example/"},
        {"leader": "ftp://leader.example/"},
        {"leader": "file:///etc/passwd"},
        {"leader": "not a url"},
        {"leader": "https://me:secret@leader.example/"},
        {"leader": "https://leader.example/\r\nX: 1"},
        {"leader": "https://leader.example:port/"},
        {"leader": "http://127.0.0.1:1/"},
        {"headers": {"X-Token": "a\r\nX-Other: b"}},
        {"headers": {"X Token": "a"}},
    ],
)
def test_servers_that_cannot_be_asked_are_refused_on_both_ways(
    ports: list[str], wrong: dict[str, object], path: str
) -> None:
    asked = {"path": path, "key": KEY, "leader": LEADER, "helper": HELPER, "ports": ports}
    with Client({}) as client:
        assert client.code("open", asked | wrong) == "input"
        assert not Path(path).exists()
        good = {"headers": {"X-Token": "a b"}, "leader": "http://127.0.0.1:1/", "loopback": True}
        assert client.call("open", asked | good) == {"created": True}
