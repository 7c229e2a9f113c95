"""Whether a signal may be measured or sent at this very moment: the only place where signals ask for consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.consent.purpose import Gate, Recipient

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Signal


def permit(ledger: Ledger, signal: Signal) -> tuple[Grant, ...]:
    """Return every grant that it takes to work a signal out and to send it to the aggregators.

    Measuring asks for all of them too: what may not be sent costs no budget.

    Raises:
        PurposeDenied: A purpose that it takes is not granted, or the policy denies it.
    """
    counted = ledger.mint(signal.purpose, Gate.INFER, signal.data)
    sent = ledger.mint(signal.purpose, Gate.SEND, signal.data, Recipient.AGGREGATORS)
    return (counted, sent, *(ledger.mint(purpose, Gate.READ) for purpose in signal.needs))


def check(grants: tuple[Grant, ...]) -> None:
    """Return when all of them hold now.

    Raises:
        GrantExpired: One of them ended.
    """
    for grant in grants:
        grant.check()
