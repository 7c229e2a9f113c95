"""A grant: the capability to use some data for one purpose, for a while. Only the ledger mints one."""

from __future__ import annotations

import operator
from dataclasses import InitVar, dataclass, fields
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, SupportsIndex, final
from weakref import WeakKeyDictionary

from edge_engine.errors import PurposeDenied

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient

NOT_MINTED_HERE: Final = "not-minted-here"
"""Rule that refuses a grant which the asking store's ledger did not mint."""


class Issuer(Protocol):
    """What a grant asks about itself: the ledger that minted it."""

    def honour(self, grant: Grant) -> None:
        """Return when the grant is live.

        Raises:
            GrantExpired: It ran out, its consent ended or was given anew, or the ledger is closed.
            PurposeDenied: The ledger does not verify.
        """
        ...

    def serves(self, store: object) -> bool:
        """Return whether this ledger is kept in ``store``."""
        ...


@final
class _Mint:
    """The right to make grants; the ledger alone holds the one there is."""

    __slots__ = ()


_MINT: Final = _Mint()

# Every grant that was minted, with its ledger and the values it was minted with; dead grants drop out.
_ISSUED: Final[WeakKeyDictionary[Grant, tuple[Issuer, tuple[object, ...]]]] = WeakKeyDictionary()


@final
@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Grant:
    """A live permission. It cannot be changed, copied or pickled, and is checked each time it is used.

    Asked for with ``Ledger.mint``: making one anywhere else is refused by the type checker and raises.

    Attributes:
        purpose: Identifier of the purpose.
        gate: The gate that it opens.
        data: Data categories, as DPV terms.
        recipient: Who may see what is read.
        channel: Where something may be delivered; None where it is not about delivery.
        rule: Identifier of the rule that allowed it; several are joined by ``+``.
        not_before: First moment at which it holds, aware UTC.
        not_after: First moment at which it holds no more, aware UTC.
        epoch: Sequence number of the consent it rests on; 0 where it rests on the right of access.
        sensitive: Whether rows of sensitive taxonomy leaves may be seen.
        columns: The (table, column) pairs that ``data`` covers; the column ``""`` counts rows.
    """

    mint: InitVar[_Mint]
    issuer: InitVar[Issuer]
    purpose: str
    gate: Gate
    data: frozenset[str]
    recipient: Recipient
    channel: DeliveryChannel | None
    rule: str
    not_before: datetime
    not_after: datetime
    epoch: int
    sensitive: bool
    columns: frozenset[tuple[str, str]]

    def __post_init__(self, mint: _Mint, issuer: Issuer) -> None:
        if mint is not _MINT:
            raise PurposeDenied("only the consent ledger makes grants", purpose="", rule=NOT_MINTED_HERE)
        _ISSUED[self] = (issuer, _values(self))

    def check(self, store: object | None = None) -> None:
        """Return when the grant is live now.

        Args:
            store: The ledger store that it must come from; a vault passes its own, so that a grant for another
                store opens nothing.

        Raises:
            GrantExpired: It ran out, its purpose was withdrawn or consented to anew, or the store was closed.
            PurposeDenied: No ledger, or another store's ledger, minted it, or the ledger does not verify.
        """
        issued = _ISSUED.get(self)
        # INVARIANT: the ledger answers for the very values it minted, not for values put in later.
        if issued is None or not all(map(operator.is_, _values(self), issued[1])):
            raise _foreign()
        if store is not None and not issued[0].serves(store):
            raise _foreign()
        issued[0].honour(self)

    def issued_by(self, issuer: Issuer) -> bool:
        """Tell whether this very ledger minted the grant."""
        issued = _ISSUED.get(self)
        return issued is not None and issued[0] is issuer

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a grant cannot be copied or pickled")

    def __repr__(self) -> str:
        return f"<Grant {self.purpose} at {self.gate} by {self.rule}>"


_values: Final[Callable[[Grant], tuple[object, ...]]] = operator.attrgetter(
    *(field.name for field in fields(Grant))
)
"""A grant's fields; in C, as every use of a grant asks for them."""


def _foreign() -> PurposeDenied:
    return PurposeDenied(
        "this store's consent ledger did not mint this grant", purpose="", rule=NOT_MINTED_HERE
    )
