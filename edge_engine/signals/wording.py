"""Words for people about contributions: on what they wait, what became of them, why they were not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.signals.preview import Entry

WAITS: Final = {
    "next": "Would be measured now.",
    "over_budget": "The privacy budget does not reach for it now.",
    "charged": "Charged; no report yet.",
    "sealed": "Sealed.",
    "other_servers": "Sealed for other servers than are named now; it waits for them to be named again.",
    "other_catalogue": "Sealed for a signal that is another one in today's catalogue; it waits for its own to return.",
}
"""By the states of `edge_engine.signals.preview.Preview`."""

LEAVES: Final = frozenset(("charged", "sealed"))
"""States of what leaves at its moment, whatever else happens."""

WAYS: Final = {
    "may_have_left": "no answer yet",
    "taken": "taken by the server",
    "refused": "refused by the server",
}
"""By the states of `edge_engine.signals.preview.SentReport`."""

PROBLEMS: Final = {
    "signal.servers_changed": "is sealed for other servers and waits for them to be named again",
    "signal.catalogue_changed": "is sealed for a signal that has changed since and waits for its own to return",
}
"""By the code of what kept something from being sent; anything else is tried again."""

REASONS: Final = {
    "rows": "too many waited",
    "bytes": "too much waited",
    "age": "it waited too long",
    "expired": "its signal expired",
    "denied": "consent ended",
    "task": "the signal was changed",
    "refused": "the server refused it",
    "budget": "the privacy budget did not reach",
}
"""By the reasons of `edge_engine.vault.signals.Drop`."""


def telling(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that are not nothing, or the first where all are."""
    return [one for one in entries if one.measured or one.shared] or list(entries[:1])


def problem(code: str) -> str:
    """Return what became of something that was not sent, as a clause with its code."""
    return f"{PROBLEMS.get(code, 'could not be sent now and is tried again')} [{code}]"
