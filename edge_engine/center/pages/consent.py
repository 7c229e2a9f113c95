"""Consent: a switch for each purpose, what it gives and takes, its history, its receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine import operations
from edge_engine.center.rendering import moment
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Look, Page, Visit
from edge_engine.consent.purpose import Basis
from edge_engine.consent.wording import deleted
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.consent.answer import PurposeState

TITLE = "Consent"

_KINDS: Final = {
    "grant": "switched on",
    "withdraw": "switched off",
    "expire": "ended by itself",
    "seen": "time noted",
}
_SEEN_ON: Final = {
    "categorization": ("today", "money", "you", "decisions", "reviews", "left"),
    "insights": ("today", "money", "models", "left"),
    "life_changes": ("you",),
    "personalization": ("you",),
    "recommendations": ("today", "decisions", "left"),
    "automatic_saving": ("today", "reviews"),
    "investment_offers": ("today", "you"),
    "credit_prescreening": ("reviews",),
    "adviser_review": ("reviews",),
    "loan_application": ("reviews",),
    "experiments": ("decisions",),
    "aggregate_statistics": ("left",),
}
"""Pages that show what a purpose makes, or what is made with it."""


def show(visit: Visit) -> Page:
    """Return the page."""
    states: list[PurposeState] = visit.ask("consent.state")
    history = visit.look("consent.history")
    return Page(
        "consent.html",
        {
            "switches": [_switch(visit, one, history) for one in states],
            "titles": {one.purpose: one.title for one in states},
            "history": history,
            "kinds": _KINDS,
            "head": visit.desk.engine.consent.head() if history.value else None,
        },
    )


def _switch(visit: Visit, one: PurposeState, history: Look) -> dict[str, Any]:
    """Return what a switch shows: its state, and while it is off the sentence of the rule that keeps it so."""
    ledger = visit.desk.engine.consent
    known = ledger.policy.purposes.get(one.purpose)
    return {
        **msgspec.structs.asdict(one),
        "optional": one.basis is Basis.CONSENT,
        "because": "" if one.granted else ledger.explain(one.purpose).because,
        "most": known.expires_days if known else 1,
        "feeds": _SEEN_ON.get(one.purpose, ()),
        "receipt": any(event.purpose == one.purpose for event in history.value or ()),
    }


def grant(visit: Visit) -> Back:
    """Switch a purpose on."""
    purpose = visit.word("purpose")
    days = visit.form.get("days", "0")
    if not (days.isascii() and days.isdigit() and len(days) < 6):
        raise InputError("days are a whole number")
    event = visit.ask("consent.grant", operations.Grant(purpose, int(days)))
    until = f" until {moment(event.expires)}" if event.expires else ""
    visit.session.notices.append(
        Notice(f"“{visit.title(purpose)}” is on{until}. You can switch it off at any time.")
    )
    # The switch itself, so that a browser gives it the focus back.
    return Back(f"consent#s-{purpose}")


def withdraw(visit: Visit) -> Back:
    """Switch a purpose off; what only it made is gone when this returns."""
    purpose = visit.word("purpose")
    done = visit.ask("consent.withdraw", operations.OnePurpose(purpose))
    visit.desk.forget()
    visit.session.notices.append(
        Notice(f"“{visit.title(purpose)}” is off. Deleted at once: {deleted(done.purged)}.")
    )
    # The switch itself, so that a browser gives it the focus back.
    return Back(f"consent#s-{purpose}")


def receipt(visit: Visit) -> Download:
    """Return the receipt of a purpose, ISO/IEC TS 27560 as JSON-LD."""
    purpose = visit.query.get("purpose", "")
    made = visit.ask("consent.receipt", operations.OnePurpose(purpose))
    content = msgspec.json.format(msgspec.json.encode(made), indent=2)
    # Only a purpose that there is has a receipt, so that the name is one of the policy's.
    return Download(f"consent-{purpose}.jsonld", "application/ld+json", content)


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {"grant": grant, "withdraw": withdraw}
FILES: Mapping[str, Callable[[Visit], Download]] = {"receipt": receipt}
