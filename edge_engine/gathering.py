"""Where the store meets moments and traits: everything that is known of one day under one grant, read once.

It writes nothing, so that any purpose may gather: what it finds lives as long as the question.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import ModelError
from edge_engine.findings import CATEGORIZATION, HISTORY_DAYS, foretelling, made_by
from edge_engine.holdings import AT_HAND, holdings
from edge_engine.hypotheses import Hypotheses
from edge_engine.insights import cashflow, recurring, trajectory
from edge_engine.insights.knowledge import Known
from edge_engine.insights.moments import moments
from edge_engine.insights.thresholds import MOMENTS, Thresholds
from edge_engine.vault import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from edge_engine.consent.grant import Grant
    from edge_engine.domain.money import Money
    from edge_engine.domain.series import Postings
    from edge_engine.insights.finding import Outlook
    from edge_engine.insights.moment import Moment
    from edge_engine.insights.stream import Stream
    from edge_engine.vault.store import Vault

WEEKS: Final = 8


class Gathering:
    """What is known on one day; made anew for each question, so that consent is always fresh.

    Args:
        vault: Where transactions are.
        grant: For reading, of whatever purpose asks; it must cover accounts, transactions and their categories.
        today: The day it is.
        life: Of ``life_changes``, where it is on: then its open questions are moments too.
    """

    def __init__(self, vault: Vault, grant: Grant, today: date, life: Grant | None = None) -> None:
        self._vault = vault
        self._grant = grant
        self._today = today
        self._life = life

    def moments(self) -> list[Moment]:
        """Return what may be worth a word, the most pressing first."""
        return moments(self.known)

    @cached_property
    def known(self) -> Known:
        """Everything that was read and worked out, without anything later than today."""
        taxonomy, today = Taxonomy.default(), self._today.toordinal()
        with self._vault.reading(self._grant) as reader:
            postings = reader.postings(today - HISTORY_DAYS)
            accounts = reader.rows(queries.ACCOUNTS)
            held = holdings(reader, today, AT_HAND)
            models = tuple(row.model for row in reader.rows(queries.CATEGORIZED_BY))
        putting_aside = {row.id for row in accounts if row.kind == AccountKind.SAVINGS}
        spending = {account: money for account, money in held.items() if account not in putting_aside}
        # Where transactions are categorized, those categories were there before.
        purposes = (self._grant.purpose, CATEGORIZATION) if models else (self._grant.purpose,)
        streams = recurring.streams(postings, self._today, taxonomy)
        outlooks = self._outlooks(postings, spending, streams, taxonomy)
        foretold = {made_by(one) for one in outlooks if one.method == "model"}
        return Known(
            postings=postings,
            streams=streams,
            outlooks=outlooks,
            balances=spending,
            savings={account: money for account, money in held.items() if account in putting_aside},
            today=self._today,
            taxonomy=taxonomy,
            rules=Thresholds.default(MOMENTS),
            purposes=purposes,
            models=(*models, *sorted(foretold)),
            hypotheses=()
            if self._life is None
            else Hypotheses(self._vault, self._life, self._today).life_changes(),
        )

    def _outlooks(
        self, postings: Postings, held: Mapping[int, Money], streams: list[Stream], taxonomy: Taxonomy
    ) -> list[Outlook]:
        """Return where the balances of spending accounts are heading, one outlook a currency."""
        found = []
        for currency in sorted({one.currency for one in held.values()}):
            mine = {account: money for account, money in held.items() if money.currency == currency}
            ahead = cashflow.outlook(postings, mine, streams, self._today, WEEKS)
            if ahead is None:
                continue
            try:
                model = foretelling()
            except ModelError:
                found.append(ahead)
                continue
            found.append(trajectory.foretold(ahead, postings, mine, self._today, taxonomy, model))
        return found
