"""What a person downloads from a bank: some days of one account, as the bank knew them that day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_engine.domain.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.simulation.truth import Household, Posting, Role, SimulatedAccount


@dataclass(frozen=True, slots=True)
class Download:
    """Whole days of one account.

    Attributes:
        seed: The household's, for the bank's own identifiers.
        country: ISO 3166-1 alpha-2 code.
        account: Whose days they are.
        first: First day.
        last: Last day, and the day of download.
        opening: Booked balance before the first day, minor units.
        closing: Booked balance after the last day, minor units.
        postings: Booked lines in order.
        pending: Lines announced on the last day and not booked by then; their amounts may still change.
    """

    seed: int
    country: str
    account: SimulatedAccount
    first: date
    last: date
    opening: int
    closing: int
    postings: tuple[Posting, ...]
    pending: tuple[Posting, ...] = ()

    def money(self, minor: int) -> str:
        """Write minor units of the account's currency as a plain decimal."""
        return plain(minor, self.account.currency)

    def reference(self, posting: Posting, length: int = 16) -> str:
        """Return the bank's own identifier of a line: the same in every download and format."""
        digest = hashlib.blake2b(f"{self.seed}/{self.country}/{posting.id}".encode(), digest_size=16)
        return digest.hexdigest()[:length].upper()

    def keeps_reference(self, posting: Posting) -> bool:
        """Return whether the bank keeps a pending line's identifier when it books it: of about half."""
        return self.reference(posting)[0] < "8"

    def months(self) -> Iterator[Download]:
        """Yield it cut at the ends of months, as banks issue statements."""
        first, balance = self.first, self.opening
        while first <= self.last:
            start_of_next = first.replace(
                year=first.year + first.month // 12, month=first.month % 12 + 1, day=1
            )
            last = min(self.last, start_of_next.fromordinal(start_of_next.toordinal() - 1))
            lines = tuple(posting for posting in self.postings if first <= posting.day <= last)
            closing = lines[-1].balance if lines else balance
            yield Download(self.seed, self.country, self.account, first, last, balance, closing, lines)
            first, balance = start_of_next, closing


def download(household: Household, role: Role, first: date, last: date, *, pending: bool = False) -> Download:
    """Download the days ``first`` to ``last`` of an account, with what is pending then if ``pending``."""
    account = household.accounts[role]
    lines = [posting for posting in household.postings if posting.account is role]
    chosen = tuple(posting for posting in lines if first <= posting.day <= last)
    before = next((posting.balance for posting in reversed(lines) if posting.day < first), account.opening)
    waiting = tuple(
        posting
        for posting in (*lines, *household.pending)
        if pending
        and posting.account is role
        and posting.purchased <= last
        and (posting.pending or posting.day > last)
        and posting.mcc
    )
    return Download(
        seed=household.seed,
        country=household.country,
        account=account,
        first=first,
        last=last,
        opening=before,
        closing=chosen[-1].balance if chosen else before,
        postings=chosen,
        pending=waiting,
    )
