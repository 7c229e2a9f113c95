"""What the person did with what was offered, and what they have from it in money."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine import arguments
from edge_engine.actions.review import moment
from edge_engine.consent.held import HeldGrants
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.domain.money import Money, household
from edge_engine.errors import InputError
from edge_engine.vault import action_queries
from edge_engine.vault.acting import OutcomeVerdict, StoredOutcome

if TYPE_CHECKING:
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.store import Vault

VERDICTS: Final = {one.name.lower(): one for one in OutcomeVerdict}


class Outcome(msgspec.Struct, frozen=True):
    """What the person did.

    Attributes:
        subject: The decision, workflow or offer.
        offer: The kind of offer.
        verdict: ``acted``, ``dismissed``, ``not_now`` or ``never``.
        at: When.
        value: What the person has from it; None where that is not known in money.
    """

    subject: str
    offer: str
    verdict: str
    at: datetime
    value: Money | None


class Outcomes:
    """The outcomes of one person.

    Args:
        vault: The store.
        ledger: Its consent ledger.
    """

    def __init__(self, vault: Vault, ledger: Ledger) -> None:
        self._vault = vault
        self._ledger = ledger
        self._grants = HeldGrants(ledger)

    def record(
        self, subject: str, offer: str, verdict: str, *, purpose: str, value: Money | None = None
    ) -> bool:
        """Keep what the person did, once for each subject and verdict.

        "Never" needs no consent and is for ever: only the kind of offer is kept once its purpose is withdrawn.

        Args:
            subject: The decision, workflow or offer.
            offer: The kind of offer.
            verdict: ``acted``, ``dismissed``, ``not_now`` or ``never``.
            purpose: The purpose under which it was offered.
            value: What the person has from it, where they acted.

        Returns:
            Whether it is new.

        Raises:
            InputError: There is no such verdict, or a value that nothing was done for.
            PurposeDenied: The purpose is not granted.
        """
        for one in (subject, offer, purpose):
            if not arguments.text(one, "an outcome names its subject, its offer and its purpose").strip():
                raise InputError("an outcome names its subject, its offer and its purpose")
        sentence = f"an outcome is one of: {', '.join(VERDICTS)}"
        known = VERDICTS.get(arguments.text(verdict, sentence))
        if known is None:
            raise InputError(sentence)
        if value is not None:
            sentence = "only what was acted upon has a value, an amount that is not negative"
            if household(value, sentence).minor < 0 or known is not OutcomeVerdict.ACTED:
                raise InputError(sentence)
        grant = None if known is OutcomeVerdict.NEVER else self._ledger.mint(purpose, Gate.DECIDE)
        with self._vault.writing(aside=True) as writer:
            if grant is not None:
                grant.check()
            now = writer.actions.now(int(self._ledger.now().timestamp()))
            minor, currency = (value.minor, value.currency) if value else (0, "")
            return writer.actions.add_outcome(
                StoredOutcome(subject, offer, purpose, known, now, minor, currency)
            )

    def all(self) -> list[Outcome]:
        """Return every outcome, oldest first."""
        return [
            Outcome(
                subject=row.subject,
                offer=row.offer,
                verdict=OutcomeVerdict(row.verdict).name.lower(),
                at=moment(row.at),
                value=Money(row.value, row.currency) if row.currency else None,
            )
            for row in self._rows()
        ]

    def never(self) -> frozenset[str]:
        """Return the kinds of offer that the person never wants to see again."""
        return frozenset(row.offer for row in self._rows() if row.verdict == OutcomeVerdict.NEVER)

    def value(self) -> list[Money]:
        """Return what the person has from everything they acted upon, one sum a currency."""
        sums: dict[str, int] = {}
        for row in self._rows():
            if row.currency and row.verdict == OutcomeVerdict.ACTED:
                sums[row.currency] = sums.get(row.currency, 0) + row.value
        return [Money(sums[currency], currency) for currency in sorted(sums)]

    def _rows(self) -> list[action_queries.OutcomeRow]:
        grant = self._grants.grant("own_access", Gate.READ, Recipient.PERSON)
        with self._vault.reading(grant) as reader:
            return reader.rows(action_queries.OUTCOMES)
