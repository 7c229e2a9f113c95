"""A run's folder and its report: ``figures.json`` always, ``report.html`` where what writes pages is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.record import write_file
from edge_engine.simulation.report.figures import FILE, encode, figures_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE: Final = "report.html"


class Written(msgspec.Struct, frozen=True):
    """What was written.

    Attributes:
        figures: File of the figures.
        page: File of the page; empty where the extra ``sim`` is not installed.
        stale: Page of an earlier call that stays where none was written; empty else.
    """

    figures: str
    page: str
    stale: str = ""


def write(folder: Path) -> Written:
    """Write the report of a finished run into its folder, anew if need be.

    Raises:
        InputError: The folder holds no finished run, something that it was lived under is gone or another one by now,
            or a file cannot be written.
    """
    found = figures_of(folder)
    write_file(folder / FILE, encode(found))
    there = folder / PAGE
    try:
        from edge_engine.simulation.report import page  # noqa: PLC0415 - an extra
    except ImportError:
        return Written(str(folder / FILE), "", str(there) if there.exists() else "")
    write_file(there, page.page(found).encode())
    return Written(str(folder / FILE), str(there))
