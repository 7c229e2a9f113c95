"""An offer: something that may be suggested, and what its kind makes of it.

What an offer is decides what it may be: each :class:`OfferKind` belongs to a family, needs a level of care and rests
on a purpose. These stand here and not in ``offers.toml``, so that no file can call a loan a reminder.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.predicate import Predicate, data_behind

OUTREACH: Final = "outreach"
ADVISER_REVIEW: Final = "adviser_review"

INTRUSIVE: Final = frozenset(
    (DeliveryChannel.MODAL, DeliveryChannel.PUSH, DeliveryChannel.EMAIL, DeliveryChannel.SMS)
)
"""Channels that interrupt."""

OUTSIDE: Final = frozenset((DeliveryChannel.PUSH, DeliveryChannel.EMAIL, DeliveryChannel.SMS))
"""Channels that reach the person outside the app and need the purpose ``outreach`` beside the offer's own."""

MOMENTS: Final = {
    "liquidity_shortfall": "money may run short",
    "subscription_new": "a new subscription was found",
    "price_change": "a price changed",
    "subscription_overlap": "several subscriptions serve one need",
    "bill_due": "a bill is due",
    "bill_missed": "a bill was missed",
    "bill_unusual": "a bill is unusual",
    "income_change": "income changed",
    "safe_to_save": "money can be spared",
    "category_drift": "spending moved from one thing to another",
    "duplicate_or_fee": "something was charged twice or a fee was taken",
    "credit_cost": "credit costs money",
    "life_event_candidate": "something in life may have changed",
    "stress": "money is short in several ways",
    "cost_rise": "a cost rose that cannot just be cancelled",
}
"""Kinds of moments, as clauses for people."""


class Family(StrEnum):
    """What an offer does to a person's money."""

    PLAN = "plan"
    SAVE = "save"
    PROTECT = "protect"
    SUPPORT = "support"
    INVEST = "invest"
    CREDIT = "credit"


class OfferKind(StrEnum):
    """What an offer is."""

    BUDGET = "budget"
    REMINDER = "reminder"
    BILL_MOVE = "bill_move"
    CANCEL_HELP = "cancel_help"
    SUPPORT_GUIDE = "support_guide"
    SAVINGS_GOAL = "savings_goal"
    ROUND_UP_SAVING = "round_up_saving"
    CASHBACK = "cashback"
    ROUND_UP_INVESTING = "round_up_investing"
    INSURANCE = "insurance"
    CURRENCY_HEDGE = "currency_hedge"
    OVERDRAFT = "overdraft"
    LOAN = "loan"
    CARD_LIMIT = "card_limit"
    MORTGAGE = "mortgage"
    HARDSHIP_SUPPORT = "hardship_support"


FAMILIES: Final = {
    OfferKind.BUDGET: Family.PLAN,
    OfferKind.REMINDER: Family.PLAN,
    OfferKind.BILL_MOVE: Family.PLAN,
    OfferKind.CANCEL_HELP: Family.SAVE,
    OfferKind.SUPPORT_GUIDE: Family.SUPPORT,
    OfferKind.SAVINGS_GOAL: Family.SAVE,
    OfferKind.ROUND_UP_SAVING: Family.SAVE,
    OfferKind.CASHBACK: Family.SAVE,
    OfferKind.ROUND_UP_INVESTING: Family.INVEST,
    OfferKind.INSURANCE: Family.PROTECT,
    OfferKind.CURRENCY_HEDGE: Family.INVEST,
    OfferKind.OVERDRAFT: Family.CREDIT,
    OfferKind.LOAN: Family.CREDIT,
    OfferKind.CARD_LIMIT: Family.CREDIT,
    OfferKind.MORTGAGE: Family.CREDIT,
    OfferKind.HARDSHIP_SUPPORT: Family.SUPPORT,
}

LEVELS: Final = {
    **dict.fromkeys(OfferKind, 3),
    **dict.fromkeys(
        (
            OfferKind.BUDGET,
            OfferKind.REMINDER,
            OfferKind.BILL_MOVE,
            OfferKind.CANCEL_HELP,
            OfferKind.SUPPORT_GUIDE,
        ),
        0,
    ),
    **dict.fromkeys((OfferKind.SAVINGS_GOAL, OfferKind.ROUND_UP_SAVING, OfferKind.CASHBACK), 1),
    **dict.fromkeys((OfferKind.ROUND_UP_INVESTING, OfferKind.INSURANCE, OfferKind.CURRENCY_HEDGE), 2),
}
"""The least care that each kind needs: 0 automatic, 1 the person confirms, 2 suitability gate, 3 a human decides."""

PURPOSES: Final = {
    Family.PLAN: frozenset(("recommendations",)),
    Family.SAVE: frozenset(("recommendations", "automatic_saving")),
    Family.PROTECT: frozenset(("recommendations",)),
    Family.SUPPORT: frozenset(("recommendations",)),
    Family.INVEST: frozenset(("investment_offers",)),
    Family.CREDIT: frozenset(("credit_prescreening",)),
}
"""The purposes that an offer of each family may rest on."""


class Value(StrEnum):
    """Where the value to the person comes from."""

    MOMENT = "moment"
    """The money a year that the moment states."""
    NONE = "none"
    """No money: peace of mind, or nothing that can be said."""


class Told(StrEnum):
    """What is told with an offer of the moment that called for it."""

    WHY = "why"
    """What happened."""
    MONEY = "money"
    """The money a year that the moment states."""


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often one offer may come.

    Attributes:
        rest_days: Days after it was shown until it may be shown again.
        a_year: How often within 365 days at most.
    """

    rest_days: int
    a_year: int


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may be suggested.

    Attributes:
        id: Identifier in snake case, for ever.
        kind: What it is.
        level: The care it takes, 0 to 3.
        purpose: The consent it rests on.
        title: A few words for people.
        worth: What the person has from it, as a sentence.
        value: Where its value in money comes from.
        channels: Where it may be shown.
        contact: How often.
        moments: Moments of which one has to be there; empty for any time.
        where: Conditions that the person's facts fulfil.
        tells: What is told with it of the moment that called for it; not what it has nothing to do with.
    """

    id: str
    kind: OfferKind
    level: int
    purpose: str
    title: str
    worth: str
    value: Value
    channels: tuple[DeliveryChannel, ...]
    contact: Contact
    moments: tuple[str, ...] = ()
    where: tuple[Predicate, ...] = ()
    tells: tuple[Told, ...] = (Told.WHY, Told.MONEY)

    @property
    def family(self) -> Family:
        """What it does to a person's money."""
        return FAMILIES[self.kind]

    def purposes(self, channel: DeliveryChannel) -> frozenset[str]:
        """Return every purpose that has to be granted for it to be shown on a channel."""
        return _purposes(self.purpose, self.level >= 3, channel)

    def data(self) -> frozenset[str]:
        """Return the data categories that its conditions are worked out from."""
        return data_behind(self.where)

    def features(self, channel: DeliveryChannel, value: float) -> dict[str, float]:
        """Return what the ranking sees of it.

        Args:
            channel: Where it would be shown.
            value: What it is worth, as :func:`edge_engine.decisions.features.value` gives it.
        """
        return {
            "saves": float(self.family in (Family.SAVE, Family.INVEST)),
            "protects": float(self.family in (Family.PROTECT, Family.SUPPORT)),
            "value": 0.0 if self.value is Value.NONE else value,
            "intrusive": float(channel in INTRUSIVE),
        }


@cache
def _purposes(purpose: str, reviewed: bool, channel: DeliveryChannel) -> frozenset[str]:  # noqa: FBT001 - a key
    """Return every purpose that has to be granted for an offer of some purpose to be shown on a channel."""
    needed = {purpose}
    if channel in OUTSIDE:
        needed.add(OUTREACH)
    if reviewed or channel is DeliveryChannel.ADVISER:
        needed.add(ADVISER_REVIEW)
    return frozenset(needed)
