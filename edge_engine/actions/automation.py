"""Workflows that do something by themselves, each within what the person confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from edge_engine import arguments
from edge_engine.actions import saving
from edge_engine.actions.workflow import Beginning
from edge_engine.domain.money import MAX_MINOR, Money, household
from edge_engine.errors import InputError, WorkflowRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.actions.review import Term
    from edge_engine.actions.workflow import Workflows, WorkflowView
    from edge_engine.vault.acting import Actions

DAY: Final = 86_400
WEEK: Final = 7 * DAY
MONTH: Final = 30 * DAY


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase that may be rounded up.

    Attributes:
        id: Its identifier; it is rounded up once.
        account: Key of the account that paid.
        paid: What it cost, positive.
        at: When the device learned of it, aware.
    """

    id: str
    account: str
    paid: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class LowEnd:
    """The low end of the forecast.

    Attributes:
        balance: The lowest p10 of the account's balance in the weeks to come.
        as_of: When the forecast was made, aware: what was moved since is not in it.
    """

    balance: Money
    as_of: datetime


class Automation:
    """Begins workflows; `Workflows.run` carries them out.

    Args:
        workflows: Keeps and runs them.
    """

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    def round_up(self, review: str, purchase: Purchase, low: LowEnd) -> WorkflowView | None:
        """Put the round-up of a purchase aside, once.

        Args:
            review: The standing approval, with its caps and its floor.
            purchase: Made after the approval, from the approved account.
            low: What the forecast leaves at its low end.

        Returns:
            None where nothing is put aside: a cap is reached, the floor would be touched, the forecast is old or
            from another time, or it was said that money is short.

        Raises:
            EdgeError: As `Workflows.start`.
        """
        if not isinstance(purchase, Purchase):
            raise InputError("a purchase is given as a Purchase")
        arguments.text(purchase.id, "a purchase is named by its identifier")
        household(purchase.paid, "what a purchase cost is an amount of money")
        arguments.aware(purchase.at, "a purchase was made at an aware datetime")
        _check_low(low)

        def work_out(terms: Mapping[str, Term], actions: Actions, now: int) -> Beginning | None:
            approved = actions.reviews.find(review)
            made = int(purchase.at.timestamp())
            if self._held_back("round_up", low, actions, now):
                return None
            if purchase.account != terms["from_account"] or purchase.paid.currency != terms["currency"]:
                return None
            # A purchase before the approval was never part of it, nor is one that an earlier approval dealt with.
            if approved is None or approved.decided is None or made < approved.decided:
                return None
            found = saving.spare(
                saving.round_up(purchase.paid.minor, _whole(terms, "unit")),
                caps=(
                    _whole(terms, "per_purchase"),
                    _whole(terms, "per_week") - actions.workflows.moved(review, now - WEEK),
                ),
                low=_left(low, terms, actions),
                floor=_whole(terms, "floor"),
            )
            return _transfer(terms, found.amount)

        return self._workflows.begin("round_up", purchase.id, review, work_out)

    def sweep(self, review: str, period: str, low: LowEnd) -> WorkflowView | None:
        """Move what lies above the floor into savings, once a period.

        Args:
            review: The standing approval, with its caps and its floor.
            period: Names the week or month, such as ``2026-W23``.
            low: What the forecast leaves at its low end.

        Returns:
            None where nothing is moved, for the same reasons.

        Raises:
            EdgeError: As `Workflows.start`.
        """
        _check_low(low)
        arguments.text(period, "a period is named by a text")

        def work_out(terms: Mapping[str, Term], actions: Actions, now: int) -> Beginning | None:
            if self._held_back("sweep", low, actions, now):
                return None
            found = saving.sweep(
                caps=(
                    _whole(terms, "per_sweep"),
                    _whole(terms, "per_month") - actions.workflows.moved(review, now - MONTH),
                ),
                low=_left(low, terms, actions),
                floor=_whole(terms, "floor"),
            )
            return _transfer(terms, found.amount)

        return self._workflows.begin("sweep", f"{review}:{period}", review, work_out)

    def _held_back(self, kind: str, low: LowEnd, actions: Actions, now: int) -> bool:
        """Return whether nothing is put aside: money is short, as was said, or nobody knows what lies ahead today."""
        age = now - int(low.as_of.timestamp())
        return actions.money_is_short() or not -DAY <= age <= self._workflows.fresh_days(kind) * DAY

    def remind(self, bill: str, day: date, amount: Money) -> WorkflowView:
        """Have the host's app remind of a bill, once for its day.

        Raises:
            EdgeError: As `Workflows.start`.
        """
        household(amount, "a bill has an amount of money")
        arguments.text(bill, "a bill is named by its identifier")
        if type(day) is not date:
            raise InputError("a bill is due on a date")
        fields: dict[str, Term] = {
            "bill": bill,
            "day": day.isoformat(),
            "amount": amount.minor,
            "currency": amount.currency,
        }
        return self._workflows.start("bill_reminder", f"{bill}:{day.isoformat()}", fields)

    def move_budget(self, from_category: str, to_category: str, month: str, amount: Money) -> WorkflowView:
        """Move money from one budget of a month to another in the host's app, once.

        Raises:
            EdgeError: As `Workflows.start`.
        """
        household(amount, "what moves is an amount of money")
        for name in (from_category, to_category, month):
            arguments.text(name, "budgets and their month are named by texts")
        if amount.minor <= 0 or from_category == to_category:
            raise WorkflowRefused("a positive amount moves from one budget to another")
        fields: dict[str, Term] = {
            "from_category": from_category,
            "to_category": to_category,
            "month": month,
            "amount": amount.minor,
            "currency": amount.currency,
        }
        key = f"{month}:{from_category}:{to_category}:{amount.minor}"
        return self._workflows.start("budget_move", key, fields)

    def apply_for_loan(self, review: str) -> WorkflowView:
        """Apply for the loan that somebody approved, and have it paid out, once.

        Args:
            review: The approved review; its terms are what is applied for.

        Raises:
            EdgeError: As `Workflows.start`.
        """
        arguments.text(review, "a review is named by its identifier")
        return self._workflows.start("loan", review, {}, review=review)


def _transfer(terms: Mapping[str, Term], amount: int) -> Beginning | None:
    if amount <= 0:
        return None
    currency = str(terms["currency"])
    fields = {name: terms[name] for name in ("from_account", "to_account", "currency")} | {"amount": amount}
    return Beginning(fields, amount, currency)


def _left(low: LowEnd, terms: Mapping[str, Term], actions: Actions) -> int:
    """Return the low end less what was moved after it was worked out.

    Raises:
        WorkflowRefused: It is of another currency than what was approved.
    """
    if low.balance.currency != terms["currency"]:
        raise WorkflowRefused("the forecast is in another currency than what was approved")
    moved = actions.workflows.moved_in(low.balance.currency, int(low.as_of.timestamp()))
    return low.balance.minor - moved


def _whole(terms: Mapping[str, Term], name: str) -> int:
    value = terms[name]
    if not isinstance(value, int) or not 0 <= value <= MAX_MINOR:
        raise WorkflowRefused("a cap, a unit or a floor is an amount in minor units")
    return value


def _check_low(low: object) -> None:
    """Check that the low end of a forecast is one.

    Raises:
        InputError: It is not.
    """
    if not isinstance(low, LowEnd):
        raise InputError("the low end of the forecast is given as a LowEnd")
    household(low.balance, "the low end of the forecast is an amount of money")
    arguments.aware(low.as_of, "a forecast was made at an aware datetime")
