"""What the commands print: tables and sentences for people, JSON for programs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.consent.wording import deleted as purged
from edge_engine.domain.money import Money, exponent, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType

__all__ = ["UNBROKEN", "Progress", "Screen", "count", "format_name", "json", "money", "purged"]

_SYMBOLS: Final = {
    "GBP": "£",
    "EUR": "€",
    "USD": "$",
    "JPY": "¥",
    "INR": "₹",
    "BRL": "R$",
    "NZD": "NZ$",
    "AUD": "A$",
}


def money(amount: Money, *, signed: bool = False) -> str:
    """Write an amount as people do: ``£1,234.56``; with ``signed``, a plus before what comes in."""
    digits = plain(abs(amount.minor), amount.currency)
    whole, _, fraction = digits.partition(".")
    text = f"{int(whole):,}" + (f".{fraction}" if exponent(amount.currency) else "")
    symbol = _SYMBOLS.get(amount.currency)
    sign = "-" if amount.minor < 0 else "+" if signed and amount.minor > 0 else ""
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {amount.currency}"


_FORMATS: Final = {
    "csv": "CSV",
    "ofx": "OFX",
    "qif": "QIF",
    "camt053": "CAMT.053 (XML)",
    "mt940": "MT940",
    "uk_open_banking": "UK Open Banking",
    "berlin_group": "Berlin Group Open Banking",
    "plaid": "Plaid",
    "events": "app events",
}


def format_name(key: str) -> str:
    """Return a file format's name for people."""
    return _FORMATS.get(key, key)


def count(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun: ``1 page``, ``2,000 pages``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def json(reply: Any) -> None:  # noqa: ANN401 - any typed reply of the operations table
    """Print a reply as indented JSON."""
    raw = msgspec.json.encode(reply)
    sys.stdout.write(msgspec.json.format(raw, indent=2).decode() + "\n")


UNBROKEN: Final = frozenset(
    (
        "date",
        "next",
        "on",
        "week to",
        "until",
        "how often",
        "when (UTC)",
        "what",
        "state",
        "",
        "key",
        "id",
        "purpose",
    )
)
"""Headings of columns whose cells make no sense in pieces."""


class Screen:
    """A terminal, or a pipe that wants the same words without colour.

    Args:
        console: Where to write; the standard output by default.
    """

    def __init__(self, console: Console | None = None) -> None:
        if console is None:
            from rich.console import Console as RichConsole  # noqa: PLC0415 - only commands that draw pay for it

            class Piped(RichConsole):
                def on_broken_pipe(self) -> None:
                    """Leave it to the command line, which ends in peace; rich would end with status 1."""
                    raise BrokenPipeError

            console = Piped(highlight=False, soft_wrap=False)
        self.console = console

    def say(self, text: str = "") -> None:
        """Print one line; square brackets of user data are kept as they are."""
        self.console.print(text, markup=False)

    def heading(self, text: str) -> None:
        """Print a bold line with space before it."""
        self.console.print()
        self.console.print(text, style="bold", markup=False)

    def note(self, text: str) -> None:
        """Print a dim line."""
        self.console.print(text, style="dim", markup=False)

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
    ) -> None:
        """Print rows under columns.

        Args:
            columns: Headings.
            rows: Cells, as many as headings.
            right: Headings of the columns that hold numbers; they are never broken.
        """
        self.console.print(self.grid(columns, rows, right=right))

    def grid(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
    ) -> RenderableType:
        """Return what :meth:`table` prints, for layouts; one line a cell where the terminal is too narrow for it."""
        from rich.box import SIMPLE_HEAD  # noqa: PLC0415
        from rich.console import Group  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        whole = [column in right or column in UNBROKEN for column in columns]
        cells = [[column, *(row[at] for row in rows)] for at, column in enumerate(columns)]
        least = [_least(texts, whole=one) for texts, one in zip(cells, whole, strict=True)]
        # Between columns stand a blank of the box and the padding of both sides, or of one where room is short.
        room = self.console.width - sum(least) - 2
        tight = room < 3 * (len(columns) - 1)
        if rows and room < 2 * (len(columns) - 1):
            return Group(*(Text(line, overflow="fold") for row in rows for line in _record(columns, row)))
        padding = (0, 1, 0, 0) if tight else (0, 1)
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=padding)
        for column, one, width in zip(columns, whole, least, strict=True):
            table.add_column(
                column,
                justify="right" if column in right else "left",
                overflow="fold",
                no_wrap=one,
                min_width=width,
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        return table

    @contextmanager
    def progress(self, title: str, total: int | None) -> Iterator[Progress]:
        """Show a bar on the terminal while the block runs; quiet where nobody watches.

        Args:
            title: What is going on.
            total: Size of the work in bytes, or None where unknown.
        """
        from rich.console import Console as RichConsole  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as RichProgress  # noqa: PLC0415

        console = RichConsole(stderr=True, highlight=False)
        bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        with bar:
            task = bar.add_task(title, total=total, note="")

            def update(done: int, note: str) -> None:
                bar.update(task, completed=done, note=note)

            yield Progress(update)


_LONGEST_WORD: Final = 20
"""Letters of a word beyond which it may be broken, such as a bank's reference amid a text."""


def _least(texts: Sequence[str], *, whole: bool) -> int:
    """Return the width below which a column's cells would be broken amid a word, or at all."""
    if whole:
        return max(map(len, texts))
    return min(_LONGEST_WORD, max((len(word) for text in texts for word in text.split()), default=0))


def _record(columns: Sequence[str], row: Sequence[str]) -> list[str]:
    return [
        *(f"{name}: {cell}" if name else cell for name, cell in zip(columns, row, strict=True) if cell),
        "",
    ]


class Progress:
    """Tells a bar how far the work is."""

    def __init__(self, update: Any) -> None:  # noqa: ANN401 - a closure over the bar
        self._update = update

    def __call__(self, done: int, note: str = "") -> None:
        """Move to ``done`` of the total and show ``note`` beside it."""
        self._update(done, note)
