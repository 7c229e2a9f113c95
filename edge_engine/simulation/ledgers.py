"""Accounts in the one shape that calibration compares: real ones read from files, simulated ones from a population.

Real sets have no licence that lets them be shipped or trained on: they are read where somebody has them, to measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.domain.transaction import Channel
from edge_engine.errors import InputError
from edge_engine.simulation.truth import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from edge_engine.simulation.population import Population

_PAYMENTS: Final = "berka"
_CARDS: Final = "cards"
_AT_HAND: Final = (Role.CURRENT, Role.JOINT, Role.SAVINGS)
_OWN: Final = "transfers.own"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines of one account or card, in order.

    Attributes:
        days: ``int64[n]``, days since 0001-01-01, first day 1.
        amounts: ``int64[n]``, signed minor units.
        sides: ``int64[n]``, who is on the other side, as a number.
        balances: ``int64[n]``, after each line; empty for a card.
    """

    days: NDArray[np.int64]
    amounts: NDArray[np.int64]
    sides: NDArray[np.int64]
    balances: NDArray[np.int64]


def bank_accounts(data: Path) -> list[Ledger]:
    """Read the accounts of the PKDD'99 set below ``data``.

    Raises:
        InputError: The set is not there, or cannot be read.
    """
    table = _table(data / _PAYMENTS)
    number = table["account_id"].astype(np.int64)
    order = np.lexsort((table["seq"].astype(np.int64), number))
    days = np.array([one.toordinal() for one in table["date"]], dtype=np.int64)
    signed = table["amount"].astype(np.float64) * table["dir"].astype(np.float64)
    amounts, balances = _minor(signed), _minor(table["balance"].astype(np.float64))
    sides = _numbered(zip(table["op"], table["k"], table["bank"], table["account"], strict=True))
    return [
        Ledger(days[rows], amounts[rows], sides[rows], balances[rows])
        for rows in np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    ]


def bank_cards(data: Path) -> list[Ledger]:
    """Read the purchase cards below ``data``: purchases alone, as negative amounts.

    Raises:
        InputError: The set is not there, or cannot be read.
    """
    table = _table(data / _CARDS)
    spent = table["amount"].astype(np.float64) > 0.0
    table = {name: column[spent] for name, column in table.items()}
    cards = _numbered((one,) for one in table["card_id"])
    days = np.array([one.toordinal() for one in table["date"]], dtype=np.int64)
    order = np.lexsort((days, cards))
    amounts = _minor(-table["amount"].astype(np.float64))
    nobody = np.zeros(len(days), dtype=np.int64)
    return [
        Ledger(days[rows], amounts[rows], nobody[rows], nobody[:0])
        for rows in np.split(order, np.flatnonzero(np.diff(cards[order])) + 1)
    ]


def simulated(population: Population) -> tuple[list[Ledger], list[Ledger]]:
    """Return each household's money at hand as one account, and what it bought by card on any account.

    The real accounts held everything that their people had at a bank, so a household's current, joint and savings
    accounts are put together; what moves between them is left out.
    """
    accounts, cards = [], []
    for number in range(population.devices):
        household = population.household(population.resident(number))
        together = [one for one in household.postings if one.account in _AT_HAND and one.leaf != _OWN]
        bought = [one for one in household.postings if one.channel is Channel.CARD and one.amount < 0]
        bought.sort(key=lambda one: (one.purchased, one.id))
        opening = sum(household.accounts[role].opening for role in _AT_HAND)
        moved = _ints(one.amount for one in together)
        accounts.append(
            Ledger(
                _ints(one.day.toordinal() for one in together),
                moved,
                _numbered((one.counterparty, one.channel) for one in together),
                opening + np.cumsum(moved),
            )
        )
        days = _ints(one.purchased.toordinal() for one in bought)
        cards.append(Ledger(days, _ints(one.amount for one in bought), np.zeros_like(days), days[:0]))
    return accounts, cards


def _ints(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _minor(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.round(values * 100).astype(np.int64)


def _numbered(keys: Iterable[tuple[object, ...]]) -> NDArray[np.int64]:
    known: dict[tuple[str, ...], int] = {}
    return _ints(known.setdefault(tuple(map(str, key)), len(known)) for key in keys)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.glob("*.parquet"))


def _table(folder: Path) -> Mapping[str, NDArray[Any]]:
    file = next(_files(folder), None)
    if file is None:
        raise InputError(
            f"there is no Parquet file in {folder}" if folder.is_dir() else f"there is no folder {folder}"
        )
    try:
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("reading Parquet files needs pyarrow: install edge-engine[eval]") from None
    try:
        table = parquet.read_table(file)
        return {name: np.array(table.column(name).to_pylist(), dtype=object) for name in table.column_names}
    except (OSError, ValueError, TypeError, KeyError):
        raise InputError("the Parquet file is damaged, or is none") from None
