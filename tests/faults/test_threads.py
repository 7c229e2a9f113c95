"""One engine under several threads, in a process of its own: threads that wait for each other would hang it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 25
REFUSED = ("consent.denied", "consent.grant_expired")
PROGRAM = """
import collections, json, sys, threading
from edge_engine import Engine, HostKey
from edge_engine.errors import EdgeError
from edge_engine.vault import erase

engine = Engine.open(sys.argv[1], key=HostKey(b"k" * 32))
engine.consent.grant("categorization")
engine.consent.grant("insights")
days = [f"2026-{month:02}-05" for month in range(1, 7)]
engine.ingest(("Date,Description,Amount\\n" + "".join(f"{day},GYM,-20.00\\n" for day in days)
               + "2026-06-06,PAY,9.00\\n").encode(), account="main", currency="GBP")
outcomes = collections.Counter()

def rows(number):
    name = threading.current_thread().name
    text = f"Date,Description,Amount\\n2026-03-14,{name} {number},-1.00\\n2026-03-15,PAY {name} {number},2.00\\n"
    assert engine.ingest(text.encode(), account="main", currency="GBP").added == 2

def look(number):
    engine.transactions(), engine.accounts(), engine.streams(), engine.insights(), engine.categorize([f"SHOP {number}"])

def switch(number):
    engine.consent.withdraw("insights")
    engine.consent.grant("insights")

def correct(number):
    engine.correct(1 + number % 6, "food.groceries")

def examine(number):
    assert engine.doctor().ok

acts = {"rows": rows, "look": look, "switch": switch, "correct": correct, "examine": examine}

def run(act):
    for number in range(int(sys.argv[2])):
        try:
            act(number)
            outcomes["done"] += 1
        except EdgeError as error:
            outcomes[error.code] += 1

acts_named = sys.argv[3:]
threads = [threading.Thread(target=run, args=(acts[name],), name=f"{at}{name}") for at, name in enumerate(acts_named)]
for one in threads:
    one.start()
if "switch" not in acts_named:
    threads[0].join()
engine.consent.withdraw("insights")
for one in threads:
    one.join()
if "switch" in acts_named:
    engine.consent.withdraw("insights")
print(json.dumps({
    "outcomes": outcomes, "sound": engine.doctor().ok, "total": engine.transactions().total,
    "derived": erase.count(engine._vault.connection)["derived"],
}))
engine.close()
"""


def run(folder: Path, *names: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder / "store.edge"), str(ROUNDS), *names],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "names", [("look", "look", "look"), ("rows", "look"), ("rows", "rows", "correct"), ("examine", "rows")]
)
def test_threads_share_an_engine_and_nothing_is_lost(tmp_path: Path, names: tuple[str, ...]) -> None:
    found = run(tmp_path, *names)
    refused = sum(n for code, n in found["outcomes"].items() if code in REFUSED)
    assert found["outcomes"]["done"] + refused == ROUNDS * len(names)
    assert found["outcomes"]["done"] >= ROUNDS
    assert found["sound"]
    assert found["derived"] == 0
    assert found["total"] == 7 + 2 * ROUNDS * names.count("rows")


def test_a_withdrawal_by_another_thread_refuses_or_comes_later_and_breaks_nothing(tmp_path: Path) -> None:
    found = run(tmp_path, "look", "switch", "rows", "look")
    refused = sum(n for code, n in found["outcomes"].items() if code in REFUSED)
    assert found["outcomes"]["done"] + refused == ROUNDS * 4
    assert found["sound"]
    assert found["derived"] == 0
