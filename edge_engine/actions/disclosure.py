"""What the bank and advisers were given: kinds of data, to whom, when and under which rule; never the data itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from edge_engine.actions.review import moment
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.vault import action_queries
from edge_engine.vault.disclosing import StoredDisclosure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.action_queries import DisclosureRow
    from edge_engine.vault.store import Vault


class Disclosure(msgspec.Struct, frozen=True):
    """Something that left the device for the bank or an adviser, or may have: it is noted before it goes.

    Attributes:
        recipient: ``host_app`` for the bank, ``adviser`` for an adviser.
        who: The connector's name, or the adviser's identifier.
        kind: Of the workflow or the review.
        step: What the bank was asked; empty for an adviser.
        fields: Names of the fields that were given; empty where that is not known any more.
        data: Kinds of data.
        purpose: The purpose under whose consent it went.
        rule: The rule that allowed it; empty for what was given before rules were noted.
        entry: Entry of the consent ledger that it rests on; 0 for what was given before.
        at: When it was given first.
    """

    recipient: str
    who: str
    kind: str
    step: str
    fields: tuple[str, ...]
    data: tuple[str, ...]
    purpose: str
    rule: str
    entry: int
    at: datetime


def disclosures(vault: Vault, ledger: Ledger) -> list[Disclosure]:
    """Return everything that the bank and advisers were given, oldest first; the person's own right of access."""
    grant = ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
    with vault.reading(grant) as reader:
        return [_view(row) for row in reader.rows(action_queries.DISCLOSURES)]


def disclosed(
    grant: Grant, mark: str, who: str, kind: str, step: str, fields: Iterable[str], at: int
) -> StoredDisclosure:
    """Return what is kept of something that goes out under a grant.

    Args:
        grant: Of the gate ``send``; names purpose, rule, kinds of data and recipient.
        mark: Tells it from every other.
        who: The connector, or the adviser.
        kind: Of the workflow or the review.
        step: What the bank is asked.
        fields: Names of what is given.
        at: Seconds.
    """
    return StoredDisclosure(
        mark,
        grant.recipient.value,
        who,
        kind,
        step,
        " ".join(fields),
        " ".join(sorted(grant.data)),
        grant.purpose,
        grant.rule,
        grant.epoch,
        at,
    )


def _view(row: DisclosureRow) -> Disclosure:
    return Disclosure(
        recipient=row.recipient,
        who=row.who,
        kind=row.kind,
        step=row.step,
        fields=tuple(row.fields.split()),
        data=tuple(row.data.split()),
        purpose=row.purpose,
        rule=row.rule,
        entry=row.entry,
        at=moment(row.at),
    )
