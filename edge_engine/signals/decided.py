"""What signals have to know of decisions, beside what the store holds: the port that whoever decides fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.signals.learning import Learned


class Version(NamedTuple):
    """The experiment that is looked at.

    Attributes:
        experiment: Identifier.
        control: Identifier of the arm that the others are compared with.
    """

    experiment: str
    control: str


class Decided(Protocol):
    """Rules and model of decisions, as far as signals need them."""

    def experiment(self, first: date, end: date) -> Version | None:
        """Return the one experiment that is looked at in a window, None where there is none.

        It follows from the rules and the days alone: arms of different experiments must not meet in one sum.

        Args:
            first: First day, UTC.
            end: First day that is not part of the window.
        """
        ...

    def saves(self, kind: str) -> bool:
        """Whether an offer of a kind saves money."""
        ...

    def prior(self) -> str:
        """Return the name of the prior in use, empty for none."""
        ...

    def learned(self, row: bytes) -> Learned | None:
        """Return an observation from its stored bytes, None where it is of another version."""
        ...
