"""What the host gives beside the store, checked before a store is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine import arguments
from edge_engine.clock import SystemClock
from edge_engine.consent.policy import Policy
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from edge_engine.clock import Clock


def clock_of(given: Clock | None) -> Clock:
    """Return the host's clock, the computer's where none is given.

    Raises:
        InputError: It is none.
    """
    if given is None:
        return SystemClock()
    arguments.function(getattr(given, "now", None), "a clock has a method now that returns the time")
    return given


def policy_of(given: Policy | None) -> Policy:
    """Return the host's policy, the engine's own where none is given.

    Raises:
        InputError: It is none.
        PolicyError: The policy that ships with the engine is not valid.
    """
    if given is None:
        return Policy.default()
    if not isinstance(given, Policy):
        raise InputError("a policy is read from its folder by Policy.load")
    return given
