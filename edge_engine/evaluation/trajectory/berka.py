"""Reads bank accounts in the shape of the PKDD'99 financial data set, for evaluation alone.

Source: Berka, P. and Sochorova, M., PKDD'99 Discovery Challenge. The set has no licence: it measures, it never trains
what ships.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from edge_engine.errors import InputError
from edge_engine.inference.trajectory.history import History

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("account_id", "date", "dir", "op", "amount", "balance", "k", "bank", "account", "seq")


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
    """Read every account of the file ``trans*.parquet`` or ``trans*.csv`` in a folder.

    Raises:
        InputError: There is not exactly one such file, it is damaged or lacks a column, or pyarrow is missing.
    """
    table = _table(_file(folder))
    try:
        return list(_accounts(table))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise InputError("the transactions hold a value that cannot be read") from None


def _file(folder: Path) -> Path:
    found = (
        sorted(one for one in folder.glob("trans*") if one.suffix in (".parquet", ".csv") and one.is_file())
        if folder.is_dir()
        else []
    )
    if len(found) != 1:
        raise InputError("the folder needs one file named trans*.parquet or trans*.csv")
    return found[0]


def _table(file: Path) -> Mapping[str, NDArray[Any]]:
    columns = _parquet(file) if file.suffix == ".parquet" else _csv(file)
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise InputError(f"the transactions lack the column {missing[0]}")
    return columns


def _parquet(file: Path) -> Mapping[str, NDArray[Any]]:
    try:
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("reading Parquet files needs pyarrow: install edge-engine[eval]") from None
    try:
        table = parquet.read_table(file)
        return {name: np.array(table.column(name).to_pylist(), dtype=object) for name in table.column_names}
    except (OSError, ValueError, TypeError, NotImplementedError, MemoryError, KeyError):
        # What pyarrow raises of files are kinds of these.
        raise InputError("the Parquet file of transactions is damaged, or is none") from None


def _csv(file: Path) -> Mapping[str, NDArray[Any]]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, ValueError, csv.Error):
        raise InputError("the file of transactions is no readable CSV") from None
    return {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]} if rows else {}


def _ordinal(value: Any) -> int:  # noqa: ANN401 - a cell of a table
    return date.fromisoformat(value[:10]).toordinal() if isinstance(value, str) else int(value.toordinal())


def _accounts(table: Mapping[str, NDArray[Any]]) -> Iterator[Account]:
    number = table["account_id"].astype(np.int64)
    order = np.lexsort((table["seq"].astype(np.int64), number))
    days = np.array([_ordinal(one) for one in table["date"]])
    signs = table["dir"].astype(np.float64)
    balances = np.round(table["balance"].astype(np.float64) * 100).astype(np.int64)
    amounts = np.round(table["amount"].astype(np.float64) * signs * 100).astype(np.int64)
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
