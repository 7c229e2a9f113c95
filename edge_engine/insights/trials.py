"""What was worked out of past weeks for the trial of the trajectory model, by the very postings that it was made of.

A past week looks the same today as yesterday, unless something was told of it since. Past weeks end on Sundays and
past outlooks from habits begin on every fifth of them, counted from the first day of the calendar: so that the next
day, and mostly the next month, asks for the same ones again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.domain.columns import distinct
from edge_engine.inference.trajectory import bills
from edge_engine.insights.cashflow import WEEK

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.series import Postings
    from edge_engine.inference.trajectory.history import History

APART: Final = 5
"""Weeks between two past outlooks; each takes a while."""

_MOST: Final = 12
"""Past outlooks that are kept, of all currencies."""


class _Weeks(NamedTuple):
    """What was known at the ends of weeks.

    Attributes:
        digest: Of the postings up to the last of them.
        days: int64[n], ordinals, ascending.
        known: At these.
    """

    digest: bytes
    days: NDArray[np.int64]
    known: bills.Known


class Trials:
    """Bills known at past weeks' ends, and outlooks of past days. It is of one process and never written."""

    def __init__(self) -> None:
        self._weeks: dict[str, _Weeks] = {}
        self._paths: dict[bytes, NDArray[np.float64] | None] = {}

    def known(self, currency: str, history: History, at: NDArray[np.int64]) -> bills.Known:
        """Return what :func:`edge_engine.inference.trajectory.bills.known` does.

        Args:
            currency: Of the history; the latest of each is kept.
            history: Of the account.
            at: int64[n], day indices, ascending: ends of weeks, and the last day.
        """
        days = history.first + at
        before = self._weeks.get(currency)
        if before is not None and before.digest == _history_digest(history, int(before.days[-1])):
            found = _joined(before, days, history, at)
        else:
            found = bills.known(history, at)
        # The last day is the end of no week mostly, and is not asked for again.
        ends = days % WEEK == 0
        if ends.any():
            digest = _history_digest(history, int(days[ends][-1]))
            self._weeks[currency] = _Weeks(digest, days[ends], bills.Known(*(one[ends] for one in found)))
        return found

    def path(
        self,
        known: Postings,
        accounts: Collection[int],
        day: int,
        make: Callable[[], NDArray[np.float64] | None],
    ) -> NDArray[np.float64] | None:
        """Return the path of a past outlook: the one that was made of the same, else what ``make`` makes.

        Args:
            known: Everything that was posted until then.
            accounts: Whose outlook it is.
            day: From which, ordinal.
            make: Returns float64[weeks, 3], or None where there was no outlook.
        """
        key = _postings_digest(known, accounts, day)
        found = self._paths.pop(key) if key in self._paths else make()
        self._paths[key] = found
        while len(self._paths) > _MOST:
            del self._paths[next(iter(self._paths))]
        return found


def _joined(before: _Weeks, days: NDArray[np.int64], history: History, at: NDArray[np.int64]) -> bills.Known:
    """Return what is known at some days, of which earlier ones were asked before."""
    old = np.isin(days, before.days)
    kept = np.isin(before.days, days)
    fresh = bills.known(history, at[~old])
    return bills.Known(
        *(np.concatenate([one[kept], new]) for one, new in zip(before.known, fresh, strict=True))
    )


def _history_digest(history: History, until: int) -> bytes:
    """Return a digest of the postings up to the end of a day, an ordinal, whatever numbers their sides have."""
    rows = int(np.searchsorted(history.days, until - history.first, side="right"))
    columns = (history.days, history.amounts, history.pension)
    return _digest((*(one[:rows] for one in columns), _firsts(history.keys[:rows])), (history.first, until))


def _postings_digest(known: Postings, accounts: Collection[int], day: int) -> bytes:
    firsts = _firsts(known.merchants)
    met = known.merchants[firsts == np.arange(len(firsts))]
    # Streams are put in order by the names.
    names = [known.merchant_names[merchant] for merchant in met.tolist()]
    columns = (known.days, known.amounts, known.accounts, known.leaves, known.transfers, known.currencies)
    return _digest((*columns, firsts), (names, known.currency_codes, sorted(accounts), day))


def _digest(columns: Sequence[NDArray[np.generic]], rest: tuple[object, ...]) -> bytes:
    digest = hashlib.blake2b(repr(rest).encode(), digest_size=16)
    for column in columns:
        digest.update(len(column).to_bytes(8))
        digest.update(column.tobytes())
    return digest.digest()


def _firsts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[n]: for each key the row that it is first met in, which a new key's number does not change."""
    used, places, _ = distinct(keys)
    firsts = np.empty(len(used), dtype=np.int64)
    # Of several rows with one key the last that is written stays: the first of them.
    firsts[places[::-1]] = np.arange(len(keys))[::-1]
    return firsts[places]
