"""A grant: the capability to read some columns for one purpose, for a while. Only the ledger mints one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, Protocol, final

from edge_engine.errors import PurposeDenied

if TYPE_CHECKING:
    from datetime import datetime

    from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient

SENSITIVE: Final = "dpv:SpecialCategoryPersonalData"
"""The data category without which rows of sensitive leaves stay unseen."""


class Issuer(Protocol):
    """What a grant asks about itself: the ledger that minted it."""

    def honour(self, grant: Grant) -> None:
        """Return when the grant is live.

        Raises:
            GrantExpired: It ran out, or its purpose was withdrawn since.
            PurposeDenied: This ledger never minted it.
        """
        ...


@final
class Mint:
    """The right to make grants; the ledger holds the only one of its kind that a grant accepts."""

    __slots__ = ("issuer",)

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer


@final
class Grant:
    """A live permission. It cannot be changed, copied or pickled, and is checked each time it is used.

    Attributes:
        purpose: Identifier of the purpose.
        gate: The gate that it opens.
        data: Data categories, as DPV terms.
        recipient: Who may see what is read.
        channel: Where something may be delivered; None where it is not about delivery.
        rule: Identifier of the rule that allowed it.
        not_before: First moment at which it holds, aware UTC.
        not_after: First moment at which it holds no more.
        epoch: The ledger's count of changes to this purpose when it was minted.
        columns: The (table, column) pairs that ``data`` covers.
        sensitive: Whether rows of sensitive taxonomy leaves may be seen.
    """

    __slots__ = (
        "_issuer",
        "channel",
        "columns",
        "data",
        "epoch",
        "gate",
        "not_after",
        "not_before",
        "purpose",
        "recipient",
        "rule",
    )

    _issuer: Issuer
    purpose: str
    gate: Gate
    data: frozenset[str]
    recipient: Recipient
    channel: DeliveryChannel | None
    rule: str
    not_before: datetime
    not_after: datetime
    epoch: int
    columns: frozenset[tuple[str, str]]

    def __init__(  # noqa: PLR0913 - every attribute is part of the permission
        self,
        mint: Mint,
        *,
        purpose: str,
        gate: Gate,
        data: frozenset[str],
        recipient: Recipient,
        channel: DeliveryChannel | None,
        rule: str,
        not_before: datetime,
        not_after: datetime,
        epoch: int,
        columns: frozenset[tuple[str, str]],
    ) -> None:
        if type(mint) is not Mint:
            raise PurposeDenied(
                "only the consent ledger makes grants", purpose="unknown", rule="not-minted-here"
            )
        put = object.__setattr__
        put(self, "_issuer", mint.issuer)
        put(self, "purpose", purpose)
        put(self, "gate", gate)
        put(self, "data", data)
        put(self, "recipient", recipient)
        put(self, "channel", channel)
        put(self, "rule", rule)
        put(self, "not_before", not_before)
        put(self, "not_after", not_after)
        put(self, "epoch", epoch)
        put(self, "columns", columns)

    @property
    def sensitive(self) -> bool:
        """Whether rows of sensitive taxonomy leaves may be seen."""
        return SENSITIVE in self.data

    def check(self) -> None:
        """Return when the grant is live now.

        Raises:
            GrantExpired: It ran out, its purpose was withdrawn since, or the store was closed.
            PurposeDenied: No ledger of this engine minted it.
        """
        self._issuer.honour(self)

    def issued_by(self, issuer: Issuer) -> bool:
        """Tell whether this very ledger minted the grant."""
        return self._issuer is issuer

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a grant cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a grant cannot be changed")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a grant cannot be copied or pickled")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("a grant cannot be subclassed")

    def __repr__(self) -> str:
        return f"<Grant {self.purpose} at {self.gate} by {self.rule}>"
