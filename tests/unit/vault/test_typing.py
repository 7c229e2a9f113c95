"""The type checker refuses what the runtime refuses: no reader without a grant, no grant without the ledger."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[3]

SNIPPET: Final = """
from datetime import UTC, datetime

from edge_engine.consent.grant import Grant
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.vault import queries
from edge_engine.vault.store import Vault


class LooksLikeAGrant:
    sensitive = True

    def check(self, store: object | None = None) -> None: ...


def use(vault: Vault, grant: Grant, moment: datetime) -> None:
    with vault.reading(grant) as reader:  # fine
        reader.rows(queries.ACCOUNTS)[0].key
    vault.reading()  # call-arg
    vault.reading(None)  # arg-type
    vault.reading(LooksLikeAGrant())  # arg-type
    Grant(  # call-arg
        purpose="own_access", gate=Gate.READ, data=frozenset(), recipient=Recipient.PERSON, channel=None,
        rule="mine", not_before=moment, not_after=moment, epoch=0, sensitive=True, columns=frozenset(),
    )
    grant.sensitive = True  # misc
    reader.rows("SELECT description FROM txn")  # arg-type
    reader.rows(queries.ACCOUNTS)[0].description  # attr-defined
"""


@pytest.mark.slow
def test_the_type_checker_refuses_each_way_around_the_grant(tmp_path: Path) -> None:
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    found = {
        int(line.split(":")[1]): line.rsplit("[", 1)[1].rstrip("]")
        for line in done.stdout.splitlines()
        # The folder may be an earlier run's: the type checker remembers what it found in the same text.
        if ": error:" in line and line.split(":")[0].endswith(file.name)
    }
    expected = {
        number: line.rsplit("# ", 1)[1]
        for number, line in enumerate(SNIPPET.splitlines(), 1)
        if "  # " in line and not line.endswith("# fine")
    }
    assert expected
    assert {number: found.get(number) for number in expected} == expected, done.stdout + done.stderr
    assert set(found) == set(expected), done.stdout
