"""A folder for the files of one update: gone when it is done, and at the next update where a process died in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "edge-models-"


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder that nobody else uses, and remove those that were left behind.

    Whoever uses one holds a lock on it, which ends with the process, however it ends; on systems without such locks
    nothing that was left behind is removed.

    Raises:
        OSError: There is no room for it.
    """
    while True:
        with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
            place = Path(name)
            holder = _lock(place, wait=True)
            try:
                # Another process may have taken it for one left behind, before it was locked.
                if not place.is_dir():
                    continue
                _clear(place)
                yield place
                return
            finally:
                if holder is not None:
                    os.close(holder)


def _clear(mine: Path) -> None:
    for other in mine.parent.glob(f"{PREFIX}*"):
        if other == mine:
            continue
        holder = _lock(other, wait=False)
        if holder is not None:
            shutil.rmtree(other, ignore_errors=True)
            os.close(holder)


def _lock(place: Path, *, wait: bool) -> int | None:
    """Lock a folder of this user and return what holds the lock; None where it cannot be had."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    holder = -1
    with suppress(OSError):
        holder = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        if os.fstat(holder).st_uid == os.getuid():
            fcntl.flock(holder, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            return holder
    if holder >= 0:
        os.close(holder)
    return None
