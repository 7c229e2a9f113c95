from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from edge_engine.errors import InputError
from edge_engine.proving import check
from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_engine import Engine, FakeClock


@pytest.fixture
def pack(engine: Engine, statements: list[Path], tmp_path: Path) -> Path:
    """Evidence of a life with imports, a consent that was taken back and one that holds."""
    for purpose in ("categorization", "insights", "recommendations", "aggregate_statistics"):
        engine.consent.grant(purpose)
    engine.ingest(statements[0])
    engine.insights()
    engine.consent.withdraw("insights")
    erased = tmp_path / "erased.json"
    erased.write_text(
        json.dumps(
            {
                "at": "2026-06-30T12:00:00Z",
                "key_slots": 1,
                "slots_digest": "00" * 32,
                "rows": {"txn": 7},
                "method": ["keys"],
                "files_left": [],
            }
        ),
        "utf-8",
    )
    engine.evidence(tmp_path / "pack", erasures=[erased])
    return tmp_path / "pack"


def test_it_holds_and_has_what_an_auditor_asks_for(pack: Path) -> None:
    assert check(pack) == []
    found = {one.relative_to(pack).as_posix() for one in pack.rglob("*") if one.is_file()}
    assert {
        "README.md",
        "manifest.json",
        "ledger.jsonl",
        "ledger_head.json",
        "records/insights.jsonld",
        "receipts/categorization.jsonld",
        "purposes.md",
        "signals.md",
        "signals.json",
        "budget.json",
        "sent.json",
        "dropped.json",
        "disclosures.json",
        "models.json",
        "models/categorizer.md",
        "erasures/1.json",
    } <= found
    assert sum(name.startswith("policies/") for name in found) == 4


def test_receipts_are_valid_and_tell_the_withdrawal(pack: Path) -> None:
    schema = Draft202012Validator(json.loads(shipped("schema/receipt.schema.json")))
    for file in (pack / "receipts").iterdir():
        assert [error.message for error in schema.iter_errors(json.loads(file.read_text("utf-8")))] == []
    record: Any = json.loads((pack / "records" / "insights.jsonld").read_text("utf-8"))
    assert record["dpv:hasConsentStatus"][-1]["@type"] == "dpv:ConsentWithdrawn"


def test_no_transaction_is_in_it(pack: Path, engine: Engine) -> None:
    words = {
        one.description for one in engine.transactions(limit=1000).transactions if len(one.description) > 8
    }
    assert len(words) > 20
    text = b"".join(one.read_bytes() for one in pack.rglob("*") if one.is_file()).decode()
    assert [word for word in words if word in text] == []


def _edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def edit(pack: Path) -> None:
        file = pack / name
        file.write_bytes(change(file.read_bytes()))

    return edit


def _drop_line(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_edit("ledger.jsonl", lambda b: b.replace(b"insights", b"insighte")), "does not follow"),
        (_edit("ledger.jsonl", _drop_line), "does not end as its head says"),
        (_edit("ledger_head.json", lambda b: b.replace(b'"seq": 5', b'"seq": 4')), "does not end"),
        (_edit("ledger.jsonl", lambda _: b"{"), "cannot be read"),
        (_edit("models/categorizer.md", lambda b: b + b" "), "models/categorizer.md is missing or not"),
        (lambda pack: (pack / "sent.json").unlink(), "sent.json is missing"),
        (lambda pack: (pack / "more.txt").write_text("x"), "more.txt is not in the manifest"),
    ],
)
def test_what_was_changed_is_found(pack: Path, harm: Callable[[Path], object], says: str) -> None:
    harm(pack)
    assert any(says in fault for fault in check(pack)), check(pack)


def test_an_entry_signed_by_another_key_is_found_though_every_digest_fits(pack: Path) -> None:
    head = json.loads((pack / "ledger_head.json").read_text("utf-8"))
    other = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
    (pack / "ledger_head.json").write_text(json.dumps({**head, "public_key": other}), "utf-8")
    assert "entry 1 of the ledger was not signed by this key" in check(pack)


def _forged(pack: Path, change: Callable[[Path], object]) -> list[str]:
    """Change a pack, and make every digest fit again, as somebody without the device key could."""
    change(pack)
    told = json.loads((pack / "manifest.json").read_text("utf-8"))
    for name in list(told["files"]):
        file = pack / name
        if file.exists():
            told["files"][name] = hashlib.sha256(file.read_bytes()).hexdigest()
        else:
            del told["files"][name]
    (pack / "manifest.json").write_text(json.dumps(told), "utf-8")
    return check(pack)


def _cut_off(pack: Path) -> None:
    lines = (pack / "ledger.jsonl").read_bytes().splitlines(keepends=True)[:-1]
    (pack / "ledger.jsonl").write_bytes(b"".join(lines))
    last = json.loads(lines[-1])
    head = json.loads((pack / "ledger_head.json").read_text("utf-8"))
    fitting = {name: last[name] for name in ("seq", "hash", "signature")}
    (pack / "ledger_head.json").write_text(json.dumps({**head, **fitting}), "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        _cut_off,
        _edit("sent.json", lambda _: b"[]"),
        _edit("receipts/categorization.jsonld", lambda b: b.replace(b"small model", b"partner of ours")),
        lambda pack: [one.unlink() for one in (pack / "policies").iterdir()],
        lambda pack: (pack / "manifest.sig").unlink(),
    ],
    ids=["the withdrawal cut off", "nothing sent", "other words agreed to", "no policies", "no signature"],
)
def test_who_has_not_the_device_key_forges_nothing(pack: Path, change: Callable[[Path], object]) -> None:
    assert "the manifest was not signed by the key that the ledger names" in _forged(pack, change)


def test_only_a_new_folder_is_written_and_only_receipts_are_taken(
    engine: Engine, tmp_path: Path, clock: FakeClock
) -> None:
    del clock
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="exists already"):
        engine.evidence(tmp_path / "there")
    with pytest.raises(InputError, match="does not exist"):
        engine.evidence(tmp_path / "no" / "where")
    (tmp_path / "words.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match="holds none"):
        engine.evidence(tmp_path / "new", erasures=[tmp_path / "words.json"])
    assert not (tmp_path / "new").exists()
    with pytest.raises(InputError, match="holds no evidence"):
        check(tmp_path / "there")
    assert engine.evidence(tmp_path / "bare").entries == 0
    assert check(tmp_path / "bare") == []
