"""``kill -9`` amid workflows: no step is done twice at the bank, none is lost, an approval is used once.

``pytest tests/faults/test_kill_workflow.py --kills 200`` kills two hundred times.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from edge_engine.actions.packets import Sealer
from edge_engine.clock import FakeClock
from tests.fakes.acting import LOW, NOW, approved_loan, mandate, opened, purchase
from tests.fakes.back_end import CLOSED_ACCOUNT, BackEnd
from tests.fakes.back_end_client import HttpConnector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine import Engine

ROOT: Final = Path(__file__).resolve().parents[2]
PURCHASES: Final = 3
"""Purchases that each process rounds up."""

STARTED: Final = """
import sys
from pathlib import Path
from edge_engine.actions.packets import Sealer
from tests.fakes.acting import LOW, opened, purchase
from tests.fakes.back_end_client import HttpConnector

folder, port, public, number, saving, loan, dies = sys.argv[1:8]

class Telling(HttpConnector):
    def _ask(self, path, order):
        print("asks", flush=True)
        reply = super()._ask(path, order)
        print("answered", flush=True)
        return reply

engine = opened(Path(folder))
engine.workflows.connect("bank", Telling(int(port)), Sealer.to(bytes.fromhex(public)))
"""

PROGRAM: Final = (
    STARTED
    + """
print("begun", flush=True)
engine.workflows.run()
for at in range(int(dies)):
    bought = int(number) * int(dies) + at
    engine.automation.round_up(saving, purchase(bought, 100_000 - 1 - bought), LOW)
    print("written", flush=True)
engine.workflows.run()
engine.automation.apply_for_loan(loan)
print("written", flush=True)
engine.workflows.run()
engine.close()
print("finished", flush=True)
"""
)

# Dies at the n-th time that something is about to be, or has just been, made durable.
PRECISE: Final = (
    STARTED
    + """
import os, signal
from contextlib import contextmanager
from edge_engine.vault.store import Vault

left = int(dies)
whole = Vault.committing

def moment():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

@contextmanager
def committing(self, *, durable=False):
    with whole(self, durable=durable) as connection:
        yield connection
        moment()
    moment()

Vault.committing = committing
class Withdrawing(Telling):
    def perform(self, order):
        reply = super().perform(order)
        engine.consent.withdraw("loan_application")
        return reply

if saving == "withdraws":
    engine.workflows.connect("bank", Withdrawing(int(port)), Sealer.to(bytes.fromhex(public)))
engine.automation.apply_for_loan(loan)
engine.workflows.run()
engine.close()
print("finished", flush=True)
"""
)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[BackEnd]:
    with BackEnd(tmp_path) as bank:
        yield bank


def start(program: str, folder: Path, bank: BackEnd, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder), str(bank.port), bank.public.hex(), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Wait for the end of a process and return what it said that was not read yet."""
    assert process.stdout is not None
    assert process.stderr is not None
    rest = process.stdout.read().split()
    errors = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert process.wait() in {0, -signal.SIGKILL}, errors
    return rest


def killed(process: subprocess.Popen[str], dice: random.Random, lines: int) -> bool:
    """Kill a process at a random moment and return whether it had ended."""
    assert process.stdout is not None
    for _ in range(dice.randrange(1, lines)):
        process.stdout.readline()
    try:
        process.wait(timeout=dice.random() * 0.004)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return ended(process)[-1:] == ["finished"]


def finish(engine: Engine, bank: BackEnd) -> None:
    engine.workflows.connect("bank", HttpConnector(bank.port), Sealer.to(bank.public))
    for _ in range(3):
        engine.workflows.run()


def test_killed_workflows_do_each_step_once_and_lose_none(
    tmp_path: Path, bank: BackEnd, pytestconfig: pytest.Config
) -> None:
    dice = random.Random(20261126)
    folder, kills = tmp_path / "me.edge", pytestconfig.getoption("kills")
    amid, loans, refused = 0, [], 0
    with opened(folder) as engine:
        saving = mandate(engine, per_week=10**9, unit=100_000, per_purchase=100_000, floor=0)
    for number in range(kills):
        with opened(folder) as engine:
            # Every third loan is refused half-way and has to be taken back.
            account = CLOSED_ACCOUNT if number % 3 == 2 else f"A{number}"
            loans.append(approved_loan(engine, account=account, amount=1_000 + number))
            refused += account == CLOSED_ACCOUNT
        process = start(PROGRAM, folder, bank, number, saving, loans[-1], PURCHASES)
        amid += not killed(process, dice, 2 * PURCHASES + PURCHASES + 8)
    with opened(folder, FakeClock(NOW)) as engine:
        finish(engine, bank)
        # What a process died too early to begin is begun now; what it began is not begun again.
        for bought in range(kills * PURCHASES):
            engine.automation.round_up(saving, purchase(bought, 100_000 - 1 - bought), LOW)
        for loan in loans:
            engine.automation.apply_for_loan(loan)
        finish(engine, bank)
        states = Counter((one.kind, one.state) for one in engine.workflows.all())
        assert all(one.used for one in engine.reviews.history() if one.kind == "loan")
        assert engine.doctor().ok
    # INVARIANT: amounts tell purchases and loans apart, so that a second key for the same thing would show.
    done = Counter(
        (action, packet["amount"] if isinstance(packet, dict) and "amount" in packet else "")
        for action, packet in bank.executed()
    )
    transfers = {amount: times for (action, amount), times in done.items() if action == "transfer"}
    assert transfers == {1 + bought: 1 for bought in range(kills * PURCHASES)}
    applied = {amount: times for (action, amount), times in done.items() if action == "apply"}
    assert applied == {1_000 + number: 1 for number in range(kills)}
    assert done["provision", ""] == kills - refused
    assert done["withdraw_application", ""] == refused
    assert max(Counter(bank.named()).values()) == 1
    assert states == Counter(
        {("round_up", "done"): kills * PURCHASES, ("loan", "done"): kills - refused}
        | ({("loan", "compensated"): refused} if refused else {})
    )
    print(f"\n{kills} starts, {amid} killed amid, {bank.requests()} requests, {len(bank.executed())} done")
    assert amid > kills // 2


@pytest.mark.parametrize("account", ["GB1", CLOSED_ACCOUNT])
def test_an_approval_is_carried_out_once_wherever_the_process_dies(
    tmp_path: Path, bank: BackEnd, account: str
) -> None:
    folder = tmp_path / "me.edge"
    expected = ["apply", "provision"] if account == "GB1" else ["apply", "withdraw_application"]
    for dies in range(1, 100):
        with opened(folder) as engine:
            loan = approved_loan(engine, account=account)
        before = len(bank.executed())
        told = ended(start(PRECISE, folder, bank, 0, "", loan, dies))
        with opened(folder) as engine:
            finish(engine, bank)
            row = next(one for one in engine.reviews.history() if one.id == loan)
            engine.automation.apply_for_loan(loan)
            # Dead before the approval was spent: nothing was done, and it is done now. Else it was spent once.
            assert row.used or len(bank.executed()) == before
            finish(engine, bank)
            assert {one.state for one in engine.workflows.all()} <= {"done", "compensated"}
        assert [action for action, _ in bank.executed()[before:]] == expected
        if told[-1:] == ["finished"]:
            break
    assert dies > 10
    assert max(Counter(bank.named()).values()) == 1


def test_a_withdrawal_amid_a_loan_takes_it_back_wherever_the_process_dies(
    tmp_path: Path, bank: BackEnd
) -> None:
    folder = tmp_path / "me.edge"
    seen = Counter[str]()
    for dies in range(1, 100):
        with opened(folder) as engine:
            engine.consent.grant("loan_application")
            loan = approved_loan(engine)
        before = len(bank.executed())
        told = ended(start(PRECISE, folder, bank, 0, "withdraws", loan, dies))
        with opened(folder) as engine:
            finish(engine, bank)
            used = next(one.used for one in engine.reviews.history() if one.id == loan)
            on = {one.purpose: one.granted for one in engine.consent.state()}["loan_application"]
            assert {one.state for one in engine.workflows.all()} <= {"done", "compensated"}
        done = " ".join(action for action, _ in bank.executed()[before:])
        seen[done] += 1
        # Withdrawn: taken back, and nothing left. Dead before that: it goes on, for consent still holds.
        expected = "" if not used else "apply provision" if on else "apply withdraw_application"
        assert done == expected
        if told[-1:] == ["finished"]:
            break
    assert set(seen) == {"", "apply provision", "apply withdraw_application"}


def test_a_store_put_back_to_an_older_copy_does_nothing_twice(tmp_path: Path, bank: BackEnd) -> None:
    folder, copy = tmp_path / "me.edge", tmp_path / "copy.edge"
    with opened(folder) as engine:
        saving, loan = mandate(engine), approved_loan(engine)
    shutil.copytree(folder, copy)
    for place in (folder, copy):
        with opened(place) as engine:
            engine.automation.round_up(saving, purchase(1), LOW)
            # In the copy the approval is not spent yet, and could even be called for by another name.
            engine.workflows.start("loan", place.name, {}, review=loan)
            finish(engine, bank)
            assert {one.state for one in engine.workflows.all()} == {"done"}
    assert [action for action, _ in bank.executed()] == ["transfer", "apply", "provision"]
    assert bank.requests() == 6
