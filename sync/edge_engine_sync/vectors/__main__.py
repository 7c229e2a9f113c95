"""Replay files of known answers and count: ``python -m edge_engine_sync.vectors PATH...``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge_engine_sync.vectors.encryption import replay_encryption
from edge_engine_sync.vectors.functions import replay_function, replay_xof
from edge_engine_sync.vectors.tally import Tally
from edge_engine_sync.vectors.wire import MESSAGES, replay_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

USAGE = """usage: python -m edge_engine_sync.vectors PATH...

Replays files of known answers, or all *.json of folders, and prints how many steps passed and failed.
Exit status: 0 all passed, 1 a step failed, 2 wrong usage.
"""


def find_files(paths: list[str]) -> Iterator[Path]:
    """Yield the files that the paths name, those of folders in alphabetical order."""
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        else:
            yield path


def replay(path: Path) -> Tally:
    """Replay one file."""
    tally = Tally()
    try:
        vector = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        tally.failures.append("the file cannot be read as JSON")
        return tally
    name = path.stem.partition("_")[0]
    try:
        match vector:
            case {"operations": _}:
                replay_function(tally, name, vector)
            case {"derived_seed": _}:
                replay_xof(tally, vector)
            case [{"kem_id": _}, *_]:
                for one in vector:
                    replay_encryption(tally, one)
            case {"kem_id": _}:
                replay_encryption(tally, vector)
            case dict() if MESSAGES.keys() & vector.keys():
                replay_messages(tally, vector)
            case _:
                tally.failures.append("the file is of no format that is known here")
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        tally.failures.append(f"the file is not as its format says ({type(error).__name__})")
    return tally


def main(arguments: list[str]) -> int:
    """Replay the files that the arguments name and return the exit status."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        sys.stderr.write(USAGE)
        return 2
    passed = failed = 0
    for path in find_files(arguments):
        tally = replay(path)
        passed += tally.passed
        failed += len(tally.failures)
        if tally.skipped:
            print(f"{path.name}: skipped, {tally.skipped}")
        else:
            print(f"{path.name}: {tally.passed} passed, {len(tally.failures)} failed")
        for failure in tally.failures:
            print(f"  {failure}")
    if passed + failed == 0:
        failed = 1
        print("nothing was replayed")
    print(f"{passed} steps passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
