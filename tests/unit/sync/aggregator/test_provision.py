"""One task file becomes a file for each party that says what this party needs and nothing else."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine_sync.aggregator.janus import janus_tasks
from edge_engine_sync.aggregator.parties import (
    Aggregator,
    base64url,
    load_aggregator,
    load_clients,
    load_collector,
    unbase64,
)
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.errors import TaskFileInvalid
from edge_engine_sync.messages import Interval, Role
from edge_engine_sync.task import COUNT, MULTIHOT_COUNT_VEC, SUM, SUM_VEC, BatchMode

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'leader = "https://leader.example/dap"\nhelper = "https://HELPER.example/"\n'
TASKS = (
    HEAD
    + """
[[task]]
name = "days"
vdaf = "histogram"
length = 100
time_precision = 3600
min_batch_size = 100
epsilon = "0.5"
begins = 2026-01-01
ends = 2026-02-01
report_expiry = 5000

[[task]]
name = "saved"
vdaf = "sum_vec"
length = 20
max_measurement = 1023
chunk_length = 9
time_precision = 86400
min_batch_size = 1000
batch_mode = "leader_selected"
epsilon = "8589934595/3"
clock_skew = 0

[[task]]
name = "how many"
vdaf = "count"
time_precision = 60
min_batch_size = 2

[[task]]
name = "sum"
vdaf = "sum"
max_measurement = 77
time_precision = 60
min_batch_size = 2
"""
)
HOT = HEAD + (
    '[[task]]\nname = "hot"\nvdaf = "multihot_count_vec"\nlength = 9\nmax_weight = 3\n'
    "time_precision = 60\nmin_batch_size = 2\n"
)


def written(folder: Path, text: str = TASKS) -> dict[str, dict[str, Any]]:
    """Write every party's file."""
    documents = provision(text)
    for party, document in documents.items():
        (folder / f"{party}.json").write_text(json.dumps(document))
    return documents


def test_all_parties_agree_on_every_task(tmp_path: Path) -> None:
    written(tmp_path)
    leader = load_aggregator(tmp_path / "leader.json", Role.LEADER)
    helper = load_aggregator(tmp_path / "helper.json", Role.HELPER)
    collector, clients = load_collector(tmp_path / "collector.json"), load_clients(tmp_path / "client.json")
    assert [one.name for one in clients] == ["days", "saved", "how many", "sum"]
    for client, collects in zip(clients, collector, strict=True):
        first, second = leader.tasks[client.task.task_id], helper.tasks[client.task.task_id]
        assert first.task == second.task == client.task == collects.task
        assert first.verify_key == second.verify_key
        assert first.collector == second.collector == collects.keys.config
        assert first.epsilon == second.epsilon == collects.epsilon
        assert second.admits(first.token)
        assert first.admits(collects.token)
        assert not first.admits(first.token)
    days, saved, count, total = (one.task.configuration for one in clients)
    assert (days.leader, days.helper) == ("https://leader.example/dap", "https://HELPER.example/")
    assert days.vdaf.chunk_length == 7
    assert days.interval() == Interval(1767225600 // 3600, 31 * 24)
    assert saved.batch_mode == BatchMode.LEADER_SELECTED
    assert (saved.vdaf.identifier, saved.vdaf.chunk_length) == (SUM_VEC, 9)
    assert (count.vdaf.identifier, total.vdaf.identifier) == (COUNT, SUM)
    assert leader.tasks[clients[0].task.task_id].expiry == 5000
    assert leader.tasks[clients[1].task.task_id].clock_skew == 0
    assert leader.tasks[clients[1].task.task_id].epsilon == Fraction(8589934595, 3)
    assert (leader.url(), helper.url()) == (days.leader, days.helper)


def test_no_party_has_what_another_may_have_alone(tmp_path: Path) -> None:
    documents = written(tmp_path)
    texts = {party: json.dumps(document) for party, document in documents.items()}
    secrets = {
        documents["leader"]["hpke_keys"][0]["private_key"]: {"leader"},
        documents["helper"]["hpke_keys"][0]["private_key"]: {"helper"},
        documents["collector"]["hpke_key"]["private_key"]: {"collector"},
        documents["leader"]["tasks"][0]["verify_key"]: {"leader", "helper"},
        documents["leader"]["tasks"][0]["helper_token"]: {"leader"},
        documents["collector"]["tasks"][0]["collector_token"]: {"collector"},
    }
    for secret, holders in secrets.items():
        assert {party for party, text in texts.items() if secret in text} == holders
    assert "key" not in texts["client"]
    assert "token" not in texts["client"]


def test_nothing_is_drawn_twice() -> None:
    drawn = [json.dumps(provision(TASKS)[party]) for _ in range(2) for party in ("leader", "client")]
    assert len(set(drawn)) == 4


def test_nothing_that_prints_a_task_prints_a_secret(tmp_path: Path) -> None:
    documents = written(tmp_path)
    shown = repr(load_aggregator(tmp_path / "leader.json", Role.LEADER)) + repr(
        load_collector(tmp_path / "collector.json")
    )
    for secret in (
        unbase64(documents["leader"]["hpke_keys"][0]["private_key"]),
        unbase64(documents["leader"]["tasks"][0]["verify_key"]),
        documents["leader"]["tasks"][0]["helper_token"],
        documents["collector"]["tasks"][0]["collector_token"],
    ):
        assert str(secret) not in shown


TASK = 'name = "a"\nvdaf = "histogram"\nlength = 4\ntime_precision = 60\nmin_batch_size = 10\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("= = =", "no TOML"),
        (HEAD, "no field task"),
        (HEAD + "task = 3", "wrong type"),
        (HEAD + "task = []", "at least one task"),
        (HEAD + "task = [3]", "no object"),
        ('leader = "ftp://x/"\nhelper = "https://x/"\n', "URL"),
        ('leader = "https://é/"\nhelper = "https://x/"\n', "URL"),
        ('leader = "https://x/"\nhelper = "https://X:443/b/"\n', "two servers"),
        (HEAD + "[[task]]\n" + TASK + "[[task]]\n" + TASK, "name of its own"),
        (HEAD + "[[task]]\n" + TASK + "wrong = 1", "not known"),
        (HEAD + "[[task]]\n" + TASK.replace('"a"', '""'), "1 to 255"),
        (HEAD + "[[task]]\n" + TASK.replace("histogram", "median"), "one of count, sum"),
        (HEAD + "[[task]]\n" + TASK.replace("length = 4", "length = 0"), "at least 1"),
        (HEAD + "[[task]]\n" + TASK.replace("length = 4", "length = true"), "wrong type"),
        (HEAD + "[[task]]\n" + TASK.replace("length = 4", "length = 99999999999"), "cannot be"),
        (HEAD + "[[task]]\n" + TASK + "chunk_length = 99999999999", "cannot be"),
        (HEAD + "[[task]]\n" + TASK.replace("= 10", "= 1"), "at least 2"),
        (HEAD + "[[task]]\n" + TASK + 'batch_mode = "all"', "batch mode"),
        (HEAD + "[[task]]\n" + TASK + 'epsilon = "0"', "positive"),
        (HEAD + "[[task]]\n" + TASK + 'epsilon = "1/0"', "positive"),
        (HEAD + "[[task]]\n" + TASK + 'epsilon = "1e999999999"', "positive"),
        (HEAD + "[[task]]\n" + TASK + 'epsilon = "nan"', "positive"),
        (HEAD + "[[task]]\n" + TASK + "epsilon = 0.5", "wrong type"),
        (HEAD + "[[task]]\n" + TASK + "begins = 2026-01-01", "later one"),
        (HEAD + "[[task]]\n" + TASK + "begins = 2026-01-01\nends = 2026-01-01", "later one"),
        (HEAD + "[[task]]\n" + TASK + "begins = 2026-01-01T00:00:00\nends = 2027-01-01", "later one"),
    ],
)
def test_a_file_that_describes_no_tasks_is_refused(text: str, told: str) -> None:
    with pytest.raises(TaskFileInvalid, match=told):
        provision(text)


def broken(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A document with one field changed, or taken away."""
    copy: Any = json.loads(json.dumps(document))
    *way, name = path.split(".")
    inner = copy
    for part in way:
        inner = inner[int(part)] if part.isdigit() else inner[part]
    if value is ...:
        del inner[name]
    else:
        inner[name] = value
    result: dict[str, Any] = copy
    return result


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "edge-engine.tasks/2"),
        ("party", "helper"),
        ("more", 1),
        ("hpke_keys", []),
        ("hpke_keys.0.kem", 5),
        ("hpke_keys.0.id", 256),
        ("hpke_keys.0.private_key", "!"),
        ("hpke_keys.0.public_key", ...),
        ("tasks", []),
        ("tasks.0.task_id", "AAAA"),
        ("tasks.0.task_id", base64url(bytes(32)) + "="),
        ("tasks.0.verify_key", base64url(bytes(31))),
        ("tasks.0.verify_key", ...),
        ("tasks.0.batch_mode", "all"),
        ("tasks.0.duration", ...),
        ("tasks.0.leader", "https://other.example/"),
        ("tasks.0.leader", "https://é.example/"),
        ("tasks.0.task_info", ""),
        ("tasks.0.collector_key.aead", 9),
        ("tasks.0.time_precision", 0),
        ("tasks.0.time_precision", 2**63),
        ("tasks.0.min_batch_size", 1),
        ("tasks.0.chunk_length", 2**30),
    ],
)
def test_a_partys_file_that_is_none_is_refused(tmp_path: Path, path: str, value: object) -> None:
    document = broken(written(tmp_path)["leader"], path, value)
    (tmp_path / "leader.json").write_text(json.dumps(document))
    with pytest.raises(TaskFileInvalid):
        load_aggregator(tmp_path / "leader.json", Role.LEADER)


def test_two_keys_or_tasks_of_one_name_are_refused(tmp_path: Path) -> None:
    document = written(tmp_path)["leader"]
    for name in ("hpke_keys", "tasks"):
        doubled = {**document, name: [document[name][0], document[name][0]]}
        (tmp_path / "leader.json").write_text(json.dumps(doubled))
        with pytest.raises(TaskFileInvalid):
            load_aggregator(tmp_path / "leader.json", Role.LEADER)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 100_000, "{}"])
def test_bytes_that_are_no_file_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "leader.json"
    with pytest.raises(TaskFileInvalid, match="cannot be read"):
        load_aggregator(path, Role.LEADER)
    path.write_text(text)
    for load in (load_collector, load_clients):
        with pytest.raises(TaskFileInvalid):
            load(path)
    with pytest.raises(TaskFileInvalid):
        load_aggregator(path, Role.LEADER)


# Janus


def aggregator(folder: Path, role: Role, text: str = TASKS) -> Aggregator:
    written(folder, text)
    return load_aggregator(folder / f"{role.name.lower()}.json", role)


def entries(text: str) -> list[dict[str, str]]:
    """The lines of each entry of the YAML, by name, values as they are written."""
    found: list[dict[str, str]] = []
    for line in text.splitlines()[1:]:
        assert line.startswith(("- ", "  "))
        if line.startswith("- "):
            found.append({})
        name, _, value = line[2:].partition(": ")
        found[-1][name] = value
    return found


def test_janus_gets_the_same_tasks(tmp_path: Path) -> None:
    leads = aggregator(tmp_path, Role.LEADER)
    first, second, third, fourth = entries(janus_tasks(leads).text)
    task = next(iter(leads.tasks.values()))
    assert json.loads(first["task_id"]) == base64url(task.task.task_id)
    assert json.loads(first["own_aggregator_endpoint"]) == "https://leader.example/dap"
    assert json.loads(first["peer_aggregator_endpoint"]) == "https://HELPER.example/"
    assert json.loads(first["role"]) == "Leader"
    assert json.loads(first["vdaf_verify_key"]) == base64url(task.verify_key)
    assert unbase64(json.loads(first["task_info"])) == b"days"
    assert (first["task_start"], first["task_duration"]) == ("490896", "744")
    assert (first["time_precision"], first["min_batch_size"]) == ("3600", "100")
    # Seconds here, units of time there; a part of a unit is a whole one.
    assert (first["report_expiry_age"], first["tolerable_clock_skew"]) == ("2", "1")
    assert (second["report_expiry_age"], second["tolerable_clock_skew"]) == ("null", "0")
    assert first["batch_mode"] == "TimeInterval"
    assert second["batch_mode"] == '!LeaderSelected {"batch_time_window_size": null}'
    assert first["vdaf"] == (
        '!Prio3Histogram {"length": 100, "chunk_length": 7, "dp_strategy": '
        '{"dp_strategy": "PureDpDiscreteLaplace", "budget": {"epsilon": [[1], [2]]}}}'
    )
    assert '"epsilon": [[3, 2], [3]]' in second["vdaf"]
    assert '"max_measurement": 1023' in second["vdaf"]
    assert third["vdaf"] == "Prio3Count"
    assert fourth["vdaf"] == '!Prio3Sum {"max_measurement": 77}'
    assert json.loads(first["collector_hpke_config"])["kem_id"] == "X25519HkdfSha256"
    assert json.loads(first["aggregator_auth_token"]) == {"type": "Bearer", "token": task.token}
    hashed = {"type": "Bearer", "hash": base64url(task.token_hash)}
    assert json.loads(first["collector_auth_token_hash"]) == hashed


def test_the_helpers_janus_gets_the_helpers_half(tmp_path: Path) -> None:
    helps = aggregator(tmp_path, Role.HELPER)
    entry = entries(janus_tasks(helps).text)[0]
    assert json.loads(entry["own_aggregator_endpoint"]) == "https://HELPER.example/"
    assert json.loads(entry["aggregation_mode"]) == "Synchronous"
    assert entry["collector_auth_token_hash"] == "null"
    assert "aggregator_auth_token" not in entry


NOISY = '[[task]]\nname = "c"\nvdaf = "count"\ntime_precision = 60\nmin_batch_size = 2\nepsilon = "1"\n'


def test_what_janus_cannot_do_is_said(tmp_path: Path) -> None:
    with pytest.raises(TaskFileInvalid, match="none of these"):
        janus_tasks(aggregator(tmp_path, Role.LEADER, HOT))
    with pytest.raises(TaskFileInvalid, match="none of these"):
        janus_tasks(aggregator(tmp_path, Role.LEADER, HEAD + NOISY))
    assert MULTIHOT_COUNT_VEC == 5


def test_one_task_that_janus_cannot_do_keeps_no_other_from_it(tmp_path: Path) -> None:
    hot = HOT.removeprefix(HEAD)
    made = janus_tasks(aggregator(tmp_path, Role.LEADER, TASKS + hot + NOISY))
    assert len(entries(made.text)) == 4
    assert sorted(made.left_out.values()) == [
        "Janus adds noise to histograms and to vectors of sums alone.",
        "Janus has no such function.",
    ]
    assert made.wider == {}


def test_noise_that_janus_draws_wider_is_said(tmp_path: Path) -> None:
    """Janus has no place for a sensitivity below what the function allows."""
    narrow = (
        '[[task]]\nname = "v"\nvdaf = "sum_vec"\nlength = 20\nmax_measurement = 126\ntime_precision = 60\n'
        'min_batch_size = 2\nepsilon = "1/5"\nsensitivity = 126\n'
    )
    made = janus_tasks(aggregator(tmp_path, Role.LEADER, HEAD + narrow))
    assert made.wider == {"v": 20}
    assert len(entries(made.text)) == 1
