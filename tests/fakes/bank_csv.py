"""A small bank statement as a test tells it."""

from __future__ import annotations

from typing import Final

Line = tuple[str, str, str]
"""Day, text and signed amount."""

JANUARY: Final[tuple[Line, ...]] = (
    ("2026-01-05", "ACME PAYROLL SALARY", "2500.00"),
    ("2026-01-06", "TESCO STORES 3297 LONDON", "-45.10"),
    ("2026-01-07", "NETFLIX.COM AMSTERDAM", "-10.99"),
    ("2026-01-07", "TFL TRAVEL CH", "-2.80"),
    ("2026-01-07", "TFL TRAVEL CH", "-2.80"),
    ("2026-01-09", "TESCO STORES 3297 LONDON", "-12.30"),
)
"""A salary, two visits to one grocer, a streaming service and two equal fares."""


def statement(*lines: Line) -> bytes:
    """Return the lines, January's where there are none, as the CSV file of a bank."""
    rows = [
        f'{day},"{text.replace(chr(34), chr(34) * 2)}",{amount}' for day, text, amount in lines or JANUARY
    ]
    return "\n".join(["Date,Description,Amount", *rows, ""]).encode()
