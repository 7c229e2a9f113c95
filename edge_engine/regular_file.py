"""Opens files that others may have put there: a regular file, or nothing; never a pipe that keeps one waiting."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading without ever waiting for whoever might write it.

    Raises:
        OSError: It is not there, may not be read, or is a pipe, a device or a folder.
    """
    descriptor = os.open(
        path,
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0),
    )
    # What was opened is looked at, not what has the name by then.
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is no regular file")
    return os.fdopen(descriptor, "rb")
