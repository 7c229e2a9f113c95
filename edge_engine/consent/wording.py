"""Sentences that tell a person which rule decided. Each names the rule and carries no private data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from edge_engine.consent.evaluation import Use
    from edge_engine.consent.purpose import DataCategory, Purpose, Rule

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_GATES: Final = {
    "read": "read",
    "infer": "draw conclusions from",
    "decide": "decide with",
    "deliver": "show",
    "send": "send out",
}
_RECIPIENTS: Final = {
    "person": "for you alone",
    "device": "on this device",
    "host_app": "for the app's company",
    "adviser": "for an adviser",
    "aggregators": "for the servers that add up totals",
}
_CHANNELS: Final = {
    "feed": "in the app's feed",
    "modal": "in a window of the app",
    "push": "by push message",
    "email": "by email",
    "sms": "by text message",
    "adviser": "through an adviser",
}
_LISTS: Final = {
    "unknown-purpose": "there is no such purpose, and what is unknown is denied",
    "unknown-data": "there is no such kind of data, and what is unknown is denied",
    "unknown-gate": "there is no such gate, and what is unknown is denied",
    "unknown-recipient": "there is no such recipient, and what is unknown is denied",
    "unknown-channel": "there is no such channel, and what is unknown is denied",
    "ledger-tampered": "the record of your consent does not verify, so everything but your own access is denied",
    "ledger-closed": "the store is closed",
}


_DELETED: Final = {
    "derived": ("finding or forecast", "findings and forecasts"),
    "categorization": ("category of a transaction", "categories of transactions"),
    "correction": ("correction", "corrections"),
    "review": ("decision that waited or was made", "decisions that waited or were made"),
    "review_count": ("count of decisions", "counts of decisions"),
    "workflow": ("order to your bank", "orders to your bank"),
    "workflow_step": ("step of an order", "steps of orders"),
    "outcome": ("note of what you did", "notes of what you did"),
    "hypothesis_answer": ("answer of yours", "answers of yours"),
    "forecast": ("week foretold", "weeks foretold"),
    "signal_outbox": ("report that waited to be sent", "reports that waited to be sent"),
    "decision": ("suggestion", "suggestions"),
    "decision_trace": ("reason of a suggestion", "reasons of suggestions"),
    "observation": ("note of what a suggestion led to", "notes of what suggestions led to"),
    "stress": ("note that money is short", "notes that money is short"),
    "assignment": ("version of the product given to you", "versions of the product given to you"),
    "exposure": ("note of a version that you saw", "notes of versions that you saw"),
    "trait_word": ("word of yours about a trait", "words of yours about traits"),
}
_OTHER: Final = ("other note", "other notes")
"""For a table without words of its own: its name is none of the person's words."""


def day(moment: datetime) -> str:
    """Return a moment's day for people, such as ``3 May 2026``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def fixed(rule: str) -> str:
    """Return the sentence of a denial that does not depend on what was asked."""
    return f"Denied by rule {rule}: {_LISTS[rule]}."


def allowed(rules: Sequence[Rule], agreed: datetime, until: datetime) -> str:
    """Return the sentence for a use that rules and consent allow."""
    return (
        f"Allowed by {_named(rules)} until {day(until)}, as you agreed on {day(agreed)}: {_clauses(rules)}."
    )


def allowed_by_right(rules: Sequence[Rule]) -> str:
    """Return the sentence for a use that the right of access allows."""
    return f"Allowed by {_named(rules)}: {_clauses(rules)}."


def prohibited(rule: Rule) -> str:
    """Return the sentence for a use that a prohibition strikes."""
    return f"Denied by rule {rule.id}: {rule.says}."


def uncovered(purpose: Purpose, use: Use, categories: Iterable[DataCategory]) -> str:
    """Return the sentence for a use that no allowance covers."""
    data = _joined([f"“{one.title}”" for one in categories]) or "any data"
    how = " ".join(
        part for part in (_RECIPIENTS[use.recipient], _CHANNELS[use.channel] if use.channel else "") if part
    )
    return f"Denied by rule default-deny: no rule lets “{purpose.title}” {_GATES[use.gate]} {data} {how}."


def not_granted(purpose: Purpose) -> str:
    """Return the sentence for a purpose that the person never agreed to."""
    return f"Denied by rule not-granted: you have not agreed to “{purpose.title}”, and everything is off until you do."


def withdrawn(purpose: Purpose, at: datetime) -> str:
    """Return the sentence for a purpose that the person withdrew."""
    return f"Denied by rule withdrawn: you switched “{purpose.title}” off on {day(at)}."


def expired(purpose: Purpose, at: datetime) -> str:
    """Return the sentence for a consent that ended by itself."""
    return f"Denied by rule expired: your consent to “{purpose.title}” ended on {day(at)}, and you have not renewed it."


def new_since_consent(purpose: Purpose, agreed: datetime) -> str:
    """Return the sentence for a use that the policy allows now but did not when the person agreed."""
    return (
        f"Denied by rule new-since-consent: this was not part of “{purpose.title}” when you agreed on {day(agreed)}, "
        "so it waits until you agree again."
    )


def counted_otherwise(signal: str, agreed: datetime, clause: str) -> str:
    """Return the sentence for a signal that tells more than what the person agreed to."""
    return (
        f"Denied by rule new-since-consent: “{signal}” is not as it was when you agreed on {day(agreed)} ({clause}), "
        "so it waits until you agree again."
    )


def deleted(rows: Mapping[str, int]) -> str:
    """Say what a withdrawal deleted."""
    gone = [_counted(n, *_DELETED.get(table, _OTHER)) for table, n in rows.items() if n]
    return " and ".join(filter(None, (", ".join(gone[:-1]), *gone[-1:]))) or "nothing was there"


def _counted(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def _named(rules: Sequence[Rule]) -> str:
    return ("rule " if len(rules) == 1 else "rules ") + _joined([rule.id for rule in rules])


def _clauses(rules: Sequence[Rule]) -> str:
    return ", and ".join(rule.says for rule in rules)


def _joined(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
