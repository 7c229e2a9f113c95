"""Grants kept between uses: what still holds is used again, what ended is asked for anew; and refusals likewise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.consent.purpose import Recipient
from edge_engine.errors import ConsentError, PurposeDenied

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.consent.purpose import DeliveryChannel, Gate


class HeldGrants:
    """Asks the ledger once a use and not once a call; checking a grant costs a twentieth of minting one.

    Args:
        ledger: Mints them.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[tuple[str, Gate, Recipient, DeliveryChannel | None], Grant] = {}
        # A refusal stands until the ledger has another entry: time alone ends consents and begins none.
        self._refused: dict[tuple[str, Gate, Recipient, DeliveryChannel | None], tuple[int, str, str]] = {}

    def grant(
        self,
        purpose: str,
        gate: Gate,
        recipient: Recipient = Recipient.DEVICE,
        channel: DeliveryChannel | None = None,
    ) -> Grant:
        """Return a grant that holds now; the arguments are those of :meth:`Ledger.mint`.

        Raises:
            PurposeDenied: The policy or the lack of consent denies it; the sentence names the rule.
        """
        key = (purpose, gate, recipient, channel)
        held = self._held.get(key)
        if held is not None:
            try:
                held.check()
            except ConsentError:
                self._held.pop(key, None)
                held = None
        if held is None:
            refused = self._refused.get(key)
            if refused is not None and refused[0] == self._ledger.seq:
                raise PurposeDenied(refused[1], purpose=purpose, rule=refused[2])
            try:
                held = self._ledger.mint(purpose, gate, recipient=recipient, channel=channel)
            except PurposeDenied as denied:
                # Its words and not itself: an error holds on to everybody who was called when it was raised.
                self._refused[key] = (self._ledger.seq, denied.message, denied.rule)
                raise
            self._held[key] = held
        return held
