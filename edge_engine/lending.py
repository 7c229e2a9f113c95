"""The engine's doors to loans: what an instalment would do, and the way to a human who decides. Nothing declines."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from edge_engine.errors import InputError
from edge_engine.knowing import Knowing

if TYPE_CHECKING:
    from edge_engine.actions.approval import Reviews
    from edge_engine.actions.review import ReviewView
    from edge_engine.domain.money import Money
    from edge_engine.insights.affordability import Assessment, LoanTerms

PURPOSE = "credit_prescreening"


class Lending(Knowing):
    """Loans, over one store; the engine is one."""

    @property
    @abstractmethod
    def reviews(self) -> Reviews:
        """What waits for a person's word."""

    def assess(self, amount: Money, months: int, monthly: Money) -> Assessment:
        """Say what an instalment would do to the person's money; it never declines.

        Args:
            amount: What would be paid out.
            months: How many instalments.
            monthly: One instalment.

        Raises:
            PurposeDenied: ``credit_prescreening`` is not granted.
            InputError: The terms are not those of a loan, or are in another currency than the person's money.
        """
        return self._assessed(amount, months, monthly)[1]

    def propose_loan(
        self, amount: Money, months: int, monthly: Money, *, product: str, account: str
    ) -> ReviewView:
        """Assess a loan and put it, with what was found and whatever that is, before an adviser.

        Args:
            amount: What would be paid out.
            months: How many instalments.
            monthly: One instalment.
            product: The bank's name of it.
            account: Key of the account where it is paid out.

        Raises:
            PurposeDenied: ``credit_prescreening`` or ``adviser_review`` is not granted.
            InputError: As :meth:`assess`.
        """
        from edge_engine.actions.prescreening import propose  # noqa: PLC0415 - only who asks for a loan needs it

        terms, assessment = self._assessed(amount, months, monthly)
        return propose(self.reviews, assessment, terms, product=product, account=account)

    def _assessed(self, amount: Money, months: int, monthly: Money) -> tuple[LoanTerms, Assessment]:
        from edge_engine.domain.money import Money  # noqa: PLC0415 - likewise
        from edge_engine.insights.affordability import LoanTerms, Means, assess  # noqa: PLC0415 - likewise
        from edge_engine.insights.lending import means_of  # noqa: PLC0415 - likewise
        from edge_engine.insights.thresholds import AFFORDABILITY, Thresholds  # noqa: PLC0415 - likewise

        if any(not isinstance(one, Money) for one in (amount, monthly)):
            raise InputError("an amount and an instalment are Money")
        gathering = self._gathering(PURPOSE)
        terms = LoanTerms(amount, months, monthly)
        nothing = Money(0, monthly.currency)
        means = means_of(gathering.known) or Means((), (), (), nothing, nothing, (PURPOSE,))
        return terms, assess(means, terms, Thresholds.default(AFFORDABILITY))
