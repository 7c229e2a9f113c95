"""What ``hello`` tells: the names of all methods and features, written down so that telling them loads nothing.

A test holds the methods to the table of operations and the door's own. Names are append-only.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Final

LIFECYCLE: Final = ("hello", "ping", "open", "close", "suspend", "resume")
"""Methods of the door itself."""

OPERATIONS: Final = (
    "import",
    "accounts",
    "transactions",
    "categorize",
    "correct",
    "uncorrect",
    "spending",
    "streams",
    "insights",
    "moments",
    "profile",
    "profile.answer",
    "profile.set",
    "decide",
    "react",
    "deliver",
    "feed",
    "decisions",
    "decision",
    "outcome",
    "never",
    "money_is_short",
    "forecast",
    "forecast.coverage",
    "life",
    "life.answer",
    "appetite",
    "appetite.answer",
    "reviews",
    "reviews.pending",
    "reviews.show",
    "reviews.approve",
    "reviews.reject",
    "reviews.ask",
    "reviews.answer",
    "reviews.rates",
    "workflows",
    "workflows.start",
    "workflows.run",
    "consent.state",
    "consent.grant",
    "consent.withdraw",
    "consent.receipt",
    "consent.history",
    "consent.evidence",
    "consent.explain",
    "signals",
    "signals.preview",
    "signals.sent",
    "disclosures",
    "signals.budget",
    "signals.dropped",
    "signals.contribute",
    "sync",
    "export",
    "erase",
    "doctor",
    "models",
    "models.verify",
    "models.card",
    "models.update",
    "accounts.forget",
    "loans.assess",
    "loans.propose",
    "reviews.propose",
    "categories",
)

METHODS: Final = LIFECYCLE + OPERATIONS

KNOWN: Final = frozenset(METHODS)

FEATURES: Final = ("cancel", "events", "host_ports", "progress")
"""What a client may find missing in an older engine."""
