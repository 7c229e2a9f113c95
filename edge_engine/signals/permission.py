"""Whether a signal may be measured or sent at this very moment: the only place where signals ask for consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.consent import wording
from edge_engine.consent.counting import beyond
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.errors import PurposeDenied
from edge_engine.signals.agreed import counting

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Catalogue, Signal


def permit(ledger: Ledger, catalogue: Catalogue, signal: Signal) -> tuple[Grant, ...]:
    """Return every grant that it takes to work a signal out and to send it to the aggregators.

    Measuring asks for all of them too: what may not be sent costs no budget.

    Args:
        ledger: Asked for consent.
        catalogue: Where the signal stands; its budget holds for it.
        signal: The signal.

    Raises:
        PurposeDenied: A purpose that it takes is not granted, the policy denies it, or it tells more than what was
            agreed to.
    """
    grants = consented(ledger, signal)
    # INVARIANT: a catalogue can take away from what was agreed to and never add.
    event = ledger.agreed(grants[0])
    agreement = event.agreement if event else None
    then = agreement.counting if agreement else None
    clause = beyond(then, counting(catalogue, signal.purpose), signal.id, ledger.now().date())
    if clause:
        sentence = wording.counted_otherwise(signal.title, event.clock if event else ledger.now(), clause)
        raise PurposeDenied(sentence, purpose=signal.purpose, rule="new-since-consent")
    return grants


def consented(ledger: Ledger, signal: Signal) -> tuple[Grant, ...]:
    """Return the grants of the purposes that a signal takes, whatever exactly was agreed to be counted.

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
