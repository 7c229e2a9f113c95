"""Reads bank accounts in the shape of the PKDD'99 financial data set, for evaluation alone.

Source: Berka, P. and Sochorova, M., PKDD'99 Discovery Challenge. The set has no licence: it measures, it never trains
what ships.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.domain.money import MAX_MINOR
from edge_engine.errors import InputError
from edge_engine.feeds.dates import FIRST_YEAR, LAST_YEAR
from edge_engine.inference.trajectory.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("account_id", "date", "dir", "op", "amount", "balance", "k", "bank", "account", "seq")

SUFFIXES: Final = (".parquet", ".csv", ".csv.gz")
"""What the file may be, in lower or upper case."""

MAX_BYTES: Final = 512 * 1024 * 1024
"""Largest CSV that is read, unpacked."""

MAX_DAYS: Final = 40 * 366
"""Longest that one account may last: a single day that was written wrongly would fill the memory with empty ones."""

SHOWN: Final = 40
"""Characters of a cell that a refusal repeats."""

GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the set.

    Attributes:
        id: Its number.
        history: What happened, in hundredths of a crown.
    """

    id: int
    history: History


def accounts(folder: Path) -> list[Account]:
    """Read every account of the file ``trans*`` with one of ``SUFFIXES`` in a folder.

    Raises:
        InputError: There is not exactly one such file, it is damaged, lacks a column or holds a value that no account
            has, which is named by its row and column; or pyarrow is missing.
    """
    return list(_accounts(_table(_file(folder))))


def _file(folder: Path) -> Path:
    found = (
        sorted(
            one
            for one in folder.iterdir()
            if one.name.lower().startswith("trans") and one.name.lower().endswith(SUFFIXES) and one.is_file()
        )
        if folder.is_dir()
        else []
    )
    if len(found) != 1:
        raise InputError("the folder needs one file named trans*.parquet, trans*.csv or trans*.csv.gz")
    return found[0]


def _table(file: Path) -> Mapping[str, NDArray[Any]]:
    columns = _parquet(file) if file.name.lower().endswith(".parquet") else _csv(file)
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise InputError(f"the transactions lack the column {missing[0]}")
    if not len(columns[COLUMNS[0]]):
        raise InputError("the transactions are none: the file holds columns and no rows")
    return columns


def _parquet(file: Path) -> Mapping[str, NDArray[Any]]:
    try:
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("reading Parquet files needs pyarrow: install edge-engine[eval]") from None
    try:
        table = parquet.read_table(file)
        return {name: _cells(table.column(name).to_pylist()) for name in table.column_names}
    except (OSError, ValueError, TypeError, NotImplementedError, MemoryError, KeyError):
        # What pyarrow raises of files are kinds of these.
        raise InputError("the Parquet file of transactions is damaged, or is none") from None


def _csv(file: Path) -> Mapping[str, NDArray[Any]]:
    try:
        with file.open("rb") as opened:
            packed = opened.read(2) == GZIP
        with gzip.open(file, "rb") if packed else file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError("the transactions are too many")
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        names, rows = table.fieldnames or (), list(table)
    except (OSError, EOFError, ValueError, zlib.error, csv.Error):
        raise InputError("the file of transactions is no readable CSV") from None
    for at, row in enumerate(rows, 1):
        if None in row or None in row.values():
            raise InputError(f"row {at} of the transactions has more or fewer cells than there are columns")
    return {name: _cells([row[name] for row in rows]) for name in names}


def _cells(values: list[Any]) -> NDArray[Any]:
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


def _ordinal(value: Any) -> int:  # noqa: ANN401 - a cell of a table
    return date.fromisoformat(value[:10]).toordinal() if isinstance(value, str) else int(value.toordinal())


def _read(
    table: Mapping[str, NDArray[Any]],
    name: str,
    kind: type[np.int64 | np.float64],
    read: Callable[[Any], Any],
) -> NDArray[Any]:
    """Return a column as numbers.

    Raises:
        InputError: A cell is no such value; the first one is named.
    """
    column = table[name]
    try:
        return np.array([read(cell) for cell in column], kind)
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        for at, cell in enumerate(column):
            try:
                kind(read(cell))
            except (ArithmeticError, AttributeError, TypeError, ValueError):
                raise _refused(table, at, name, "cannot be read") from None
        raise


def _refused(table: Mapping[str, NDArray[Any]], at: int, name: str, why: str) -> InputError:
    """Return the refusal of one cell."""
    return InputError(f"row {at + 1} of the transactions: {name} {str(table[name][at])[:SHOWN]!a} {why}")


def _first(wrong: NDArray[np.bool_]) -> int:
    """Return the place of the first True, -1 where there is none."""
    return int(wrong.argmax()) if wrong.any() else -1


def _minor(table: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float64]:
    """Return float64[n]: an amount's column in minor units, finite and within the engine's own bounds.

    Raises:
        InputError: A cell is no such amount.
    """
    told = np.round(_read(table, name, np.float64, float) * 100)
    at = _first(~(np.abs(told) <= MAX_MINOR))
    if at >= 0:
        raise _refused(table, at, name, f"is no amount from -{MAX_MINOR // 100:,} to {MAX_MINOR // 100:,}")
    return told


def _days(table: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return int64[n], ordinals of days that a statement can be of.

    Raises:
        InputError: A cell is no such day.
    """
    days = _read(table, "date", np.int64, _ordinal)
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    at = _first((days < first) | (days > last))
    if at >= 0:
        raise _refused(table, at, "date", f"is not from {FIRST_YEAR} to {LAST_YEAR}")
    return days


def _require_one_account(
    table: Mapping[str, NDArray[Any]],
    rows: NDArray[np.int64],
    days: NDArray[np.int64],
    seq: NDArray[np.int64],
) -> None:
    """See that the rows of an account, in the order of their ``seq``, can be one account.

    Raises:
        InputError: Two are one, they last too long, or one goes back in time.
    """
    at = _first(np.diff(seq[rows]) == 0)
    if at >= 0:
        one, other = sorted((int(rows[at]), int(rows[at + 1])))
        raise _refused(table, other, "seq", f"is that of row {one + 1}, of the same account")
    at = _first(days[rows] - days[rows[0]] > MAX_DAYS)
    if at >= 0:
        raise _refused(
            table, int(rows[at]), "date", f"is more than {MAX_DAYS // 366} years after the account's first"
        )
    at = _first(np.diff(days[rows]) < 0)
    if at >= 0:
        raise _refused(table, int(rows[at + 1]), "date", "is before that of the row before it, by its seq")


def _accounts(table: Mapping[str, NDArray[Any]]) -> Iterator[Account]:
    number, seq = (_read(table, name, np.int64, int) for name in ("account_id", "seq"))
    order = np.lexsort((seq, number))
    days, signs = _days(table), _read(table, "dir", np.float64, float)
    at = _first(np.abs(signs) != 1)
    if at >= 0:
        raise _refused(table, at, "dir", "is neither 1, money in, nor -1, money out")
    balances = _minor(table, "balance").astype(np.int64)
    amounts = (_minor(table, "amount") * signs).astype(np.int64)
    if not amounts.any():
        raise InputError("the transactions move no money: amount is 0 in every row")
    sides: dict[tuple[str, ...], int] = {}
    keys = np.array(
        [
            sides.setdefault(tuple(map(str, side)), len(sides))
            for side in zip(table["op"], table["k"], table["bank"], table["account"], strict=True)
        ]
    )
    pension = np.array([str(kind) == "pension" for kind in table["k"]])
    bounds = np.flatnonzero(np.diff(number[order])) + 1
    for rows in np.split(order, bounds):
        _require_one_account(table, rows, days, seq)
        yield Account(
            int(number[rows[0]]),
            History.of(
                days[rows],
                amounts[rows],
                keys[rows],
                pension[rows],
                opening=int(balances[rows[0]] - amounts[rows[0]]),
                until=int(days[rows[-1]]),
                # The set rounds amounts and balances on their own.
                stated=balances[rows],
            ),
        )
