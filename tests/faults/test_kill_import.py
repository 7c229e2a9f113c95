"""``kill -9`` amid an import, at random moments: what was acknowledged is there, and the same import completes it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from edge_engine.clock import FakeClock
from edge_engine.simulation import statements
from edge_engine.simulation.household import simulate
from edge_engine.vault.store import Vault
from tests.fakes.importing import KEY, NOW, import_files

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parents[2]

PROGRAM: Final = """
import sys
from pathlib import Path
from edge_engine.clock import FakeClock
from edge_engine.vault.store import Vault
from tests.fakes.importing import KEY, NOW, import_files

with Vault.open(Path(sys.argv[1]), KEY, clock=FakeClock(NOW)) as vault:
    print("begun", flush=True)
    import_files(vault, [Path(name) for name in sys.argv[2:]], lambda rows: print(rows, flush=True))
print("finished", flush=True)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    household = simulate(11, months=5, end=date(2026, 10, 31), country="GB")
    return statements.write(household, tmp_path_factory.mktemp("statements"))


@pytest.fixture(scope="module")
def whole(files: list[Path]) -> dict[str, list[Any]]:
    """What an import that nothing disturbs leaves."""
    with Vault.in_memory(clock=FakeClock(NOW)) as vault:
        import_files(vault, files, lambda _: None)
        return content(vault)


def content(vault: Vault) -> dict[str, list[Any]]:
    """Everything that an import stores, without identifiers."""
    questions = {
        "transactions": "SELECT t.fingerprint, a.key, t.amount, t.status, t.description, f.format FROM txn t"
        " JOIN account a ON a.id = t.account_id JOIN feed f ON f.id = t.feed_id ORDER BY 1",
        "transfers": "SELECT o.fingerprint, i.fingerprint FROM transfer JOIN txn o ON o.id = out_id"
        " JOIN txn i ON i.id = in_id ORDER BY 1",
        "sightings": "SELECT fingerprint, status FROM sighting ORDER BY 1",
        "totals": "SELECT month, internal, a.key, inflow, outflow, n FROM month_total"
        " JOIN account a ON a.id = account_id ORDER BY 1, 2, 3",
        "balances": "SELECT a.key, day, amount FROM balance JOIN account a ON a.id = account_id ORDER BY 1, 2",
    }
    return {name: vault.connection.execute(sql).fetchall() for name, sql in questions.items()}


def killed(folder: Path, files: Sequence[Path], dice: random.Random, commits: int) -> tuple[int, bool]:
    """Kill an import at a random moment and return how many rows it had acknowledged, and whether it had ended."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), *map(str, files)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "begun\n"
    acknowledged = 0
    for _ in range(dice.randrange(commits)):
        acknowledged = int(process.stdout.readline())
    try:
        # Somewhere in the next commit, which takes about as long.
        process.wait(timeout=dice.random() * 0.006)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    errors = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert process.wait() in {0, -signal.SIGKILL}, errors
    # What it said before it died was said: the pipe holds it.
    told = [int(word) for word in rest if word.isdigit()]
    return (told[-1] if told else acknowledged), rest[-1:] == ["finished"]


def test_a_killed_import_loses_nothing_acknowledged_and_is_completed_by_the_next(
    tmp_path: Path, files: list[Path], whole: dict[str, list[Any]], pytestconfig: pytest.Config
) -> None:
    dice = random.Random(20261123)
    with Vault.in_memory(clock=FakeClock(NOW)) as vault:
        acknowledged: list[int] = []
        import_files(vault, files, acknowledged.append)
    amid = 0
    for number in range(pytestconfig.getoption("kills")):
        folder = tmp_path / f"{number}.edge"
        rows, finished = killed(folder, files, dice, len(acknowledged))
        with Vault.open(folder, KEY, clock=FakeClock(NOW), create=False) as vault:
            found = [row for (row,) in vault.connection.execute("SELECT id FROM txn ORDER BY id")]
            assert found[:rows] == list(range(1, rows + 1))
            # At most one commit stands that was not acknowledged, and it stands whole.
            assert len(found) in {0, *acknowledged}
            assert vault.integrity().ok
            amid += not finished and 0 < len(found) < acknowledged[-1]
            import_files(vault, files, lambda _: None)
            assert content(vault) == whole
    assert amid > pytestconfig.getoption("kills") // 2


def test_an_import_killed_again_and_again_comes_to_its_end(
    tmp_path: Path, files: list[Path], whole: dict[str, list[Any]]
) -> None:
    dice = random.Random(7)
    folder = tmp_path / "me.edge"
    for _ in range(3):
        killed(folder, files, dice, 12)
    with Vault.open(folder, KEY, clock=FakeClock(NOW), create=False) as vault:
        import_files(vault, files, lambda _: None)
        assert content(vault) == whole
        before = content(vault)
        import_files(vault, files, lambda _: None)
        assert content(vault) == before
