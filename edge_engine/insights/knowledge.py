"""What is known of the person's money on one day, as moments and traits look at it: typed values, no store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from edge_engine.insights.means import Means, discipline, means
from edge_engine.insights.moment import moment
from edge_engine.insights.selection import select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.money import Money
    from edge_engine.domain.series import Postings
    from edge_engine.insights.finding import Insight, Outlook, Severity
    from edge_engine.insights.hypothesis import Hypothesis
    from edge_engine.insights.means import Discipline
    from edge_engine.insights.moment import AnyMoment, Moment
    from edge_engine.insights.stream import Stream
    from edge_engine.insights.thresholds import Thresholds


@dataclass(frozen=True)
class Known:
    """What was read under one grant.

    Attributes:
        postings: Transactions; those of sensitive leaves are left out by :meth:`plain`.
        streams: Recurring ones of these.
        outlooks: Where the balances of spending accounts are heading, one a currency.
        balances: What each spending account holds, by vault id.
        savings: What each savings account holds, by vault id.
        today: The day it is.
        taxonomy: The categories.
        rules: Thresholds of ``moments.toml``.
        purposes: Every purpose that it takes.
        models: Every model that made any of it, with its version.
        hypotheses: Changes of life, where these may be asked about.
        unstated: Currencies in which an account that money is spent from is in use and never stated its balance.
    """

    postings: Postings
    streams: Sequence[Stream]
    outlooks: Sequence[Outlook]
    balances: Mapping[int, Money]
    savings: Mapping[int, Money]
    today: date
    taxonomy: Taxonomy
    rules: Thresholds
    purposes: tuple[str, ...]
    models: tuple[str, ...] = ()
    hypotheses: Sequence[Hypothesis] = field(default=())
    unstated: frozenset[str] = frozenset()

    def plain(self) -> Known:
        """Return it without what is booked later than today, and without anything of a sensitive leaf.

        # INVARIANT: health, gambling, religion, politics, charity and alcohol make no moment and no trait.
        """
        postings = plain_postings(self.postings, self.taxonomy)
        sensitive = _sensitive(self.taxonomy)
        streams = [one for one in self.streams if one.leaf not in sensitive]
        past = postings.days <= self.today.toordinal()
        if not past.all():
            postings = select(postings, past)
        elif postings is self.postings and len(streams) == len(self.streams):
            return self  # with all that was worked out of it
        return replace(self, postings=postings, streams=streams)

    def n(self, name: str) -> float:
        """Return a threshold."""
        return self.rules.number(name)

    def moment(
        self,
        kind: str,
        message: AnyMoment,
        *,
        root: Sequence[object],
        valid_until: date,
        severity: Severity,
        confidence: float,
        evidence: Sequence[int],
        money_a_year: Money | None = None,
    ) -> Moment:
        """Return a moment of today, made with everything that it took to know this; see `moment.moment`."""
        return moment(
            kind,
            self.today,
            message,
            root=root,
            valid_until=valid_until,
            severity=severity,
            confidence=confidence,
            evidence=evidence,
            purposes=self.purposes,
            models=self.models,
            money_a_year=money_a_year,
        )

    def moment_of(
        self, kind: str, found: Insight, message: AnyMoment, *, root: Sequence[object], valid_until: date
    ) -> Moment:
        """Return the moment that a finding is, as sure and as pressing as the finding."""
        return self.moment(
            kind,
            message,
            root=root,
            valid_until=valid_until,
            severity=found.severity,
            confidence=found.confidence,
            evidence=found.evidence,
            money_a_year=found.money_a_year,
        )

    @cached_property
    def means(self) -> Means | None:
        """What the person lives on; None where too little is known."""
        return means(
            self.postings, self.outlooks, self.savings, self.today, self.taxonomy, self.rules, self.streams
        )

    @cached_property
    def discipline(self) -> Discipline:
        """How bills were paid within a year."""
        return discipline(self.postings, self.streams, self.today, self.taxonomy, self.rules)

    @cached_property
    def amount_of(self) -> dict[int, int]:
        """Signed minor units of each transaction, by vault id."""
        return dict(zip(self.postings.ids.tolist(), self.postings.amounts.tolist(), strict=True))

    @cached_property
    def day_of(self) -> dict[int, int]:
        """Booking day of each transaction as ordinal, by vault id."""
        return dict(zip(self.postings.ids.tolist(), self.postings.days.tolist(), strict=True))

    @property
    def latest(self) -> int:
        """Last day that is known, as ordinal."""
        return int(self.postings.days[-1])

    @property
    def known_days(self) -> int:
        """Days from the first that is known to the last; 0 where nothing is."""
        return self.latest - self.first + 1 if len(self.postings) else 0

    @cached_property
    def first(self) -> int:
        """First day that is known, as ordinal."""
        return int(self.postings.days[0])


def plain_postings(postings: Postings, taxonomy: Taxonomy) -> Postings:
    """Return postings without those of sensitive leaves; the same where there are none."""
    # A code beyond the table is no sensitive one: its last place says so, and 0 is not categorized.
    sensitive = _table(taxonomy).take(postings.leaves, mode="clip")
    return select(postings, ~sensitive) if sensitive.any() else postings


@lru_cache(maxsize=4)
def _table(taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Return bool[codes]: whether a leaf code is sensitive."""
    codes = _sensitive(taxonomy)
    table = np.zeros(max(codes, default=0) + 2, np.bool_)
    table[list(codes)] = True
    return table


@lru_cache(maxsize=4)
def _sensitive(taxonomy: Taxonomy) -> frozenset[int]:
    return frozenset(leaf.code for leaf in taxonomy.leaves if leaf.sensitive)
