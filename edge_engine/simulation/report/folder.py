"""A run's folder and its report: ``figures.json`` always, ``report.html`` where what writes pages is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.simulation.report.figures import FILE, encode, figures_of

if TYPE_CHECKING:
    from pathlib import Path


class Written(msgspec.Struct, frozen=True):
    """What was written.

    Attributes:
        figures: File of the figures.
        page: File of the page; empty where the extra ``sim`` is not installed.
    """

    figures: str
    page: str


def write(folder: Path) -> Written:
    """Write the report of a finished run into its folder, anew if need be.

    Raises:
        InputError: The folder holds no finished run, or a folder that it was made with is gone.
    """
    found = figures_of(folder)
    (folder / FILE).write_bytes(encode(found))
    try:
        from edge_engine.simulation.report import page  # noqa: PLC0415 - an extra
    except ImportError:
        return Written(str(folder / FILE), "")
    (folder / page.FILE).write_text(page.page(found), encoding="utf-8")
    return Written(str(folder / FILE), str(folder / page.FILE))
