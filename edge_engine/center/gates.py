"""Why a page may show what it shows: for each part, the gates that its data passes and the rule that lets it through.

The ledger itself is asked, so that the answer is the one that the engine acts on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient

if TYPE_CHECKING:
    from edge_engine.center.visit import Visit


class Use(NamedTuple):
    """A use of data that a part of a page rests on."""

    purpose: str
    gate: Gate
    recipient: Recipient = Recipient.DEVICE
    channel: DeliveryChannel | None = None


class Passed(NamedTuple):
    """What lets a use through, or keeps it back.

    Attributes:
        gate: In words.
        title: The purpose in words.
        allowed: Whether it is let through.
        rule: Identifiers of the rules that decide.
        because: They in words.
    """

    gate: str
    title: str
    allowed: bool
    rule: str
    because: str


class Part(NamedTuple):
    """A part of a page, with what lets it through."""

    title: str
    passed: tuple[Passed, ...]


_WORDS: Final = {
    Gate.READ: "Read",
    Gate.INFER: "Worked out",
    Gate.DECIDE: "Decided",
    Gate.DELIVER: "Shown",
    Gate.SEND: "Sent out",
}


def _shown(purpose: str, *gates: Gate) -> tuple[Use, ...]:
    """Return the uses of what a purpose makes on the device and the feed shows."""
    made = tuple(Use(purpose, gate) for gate in gates)
    return (*made, Use(purpose, Gate.DELIVER, Recipient.PERSON, DeliveryChannel.FEED))


_OWN: Final = (Use("own_access", Gate.READ, Recipient.PERSON),)
_SORTED: Final = (Use("categorization", Gate.READ), Use("categorization", Gate.INFER))
_FOUND: Final = _shown("insights", Gate.READ, Gate.INFER)
_SUGGESTED: Final = _shown("recommendations", Gate.READ, Gate.INFER, Gate.DECIDE)
_COUNTED: Final = (
    Use("aggregate_statistics", Gate.READ),
    Use("aggregate_statistics", Gate.INFER),
    Use("aggregate_statistics", Gate.SEND, Recipient.AGGREGATORS),
)
_ADVISER: Final = Use("adviser_review", Gate.SEND, Recipient.ADVISER, DeliveryChannel.ADVISER)
_SAVING: Final = Use("automatic_saving", Gate.SEND, Recipient.HOST_APP)
_LOAN: Final = Use("loan_application", Gate.SEND, Recipient.HOST_APP)
_INVESTING: Final = _shown("investment_offers", Gate.READ, Gate.INFER, Gate.DECIDE)

PARTS: Final[dict[str, tuple[tuple[str, tuple[Use, ...]], ...]]] = {
    "today": (
        ("Categories", _SORTED),
        ("Balance ahead, bills and what is worth a word", _FOUND),
        ("The suggestion", _SUGGESTED),
        ("What is put aside", _shown("automatic_saving", Gate.READ, Gate.DECIDE)),
        ("An offer to invest", _INVESTING),
        ("An offer of credit", _shown("credit_prescreening", Gate.READ, Gate.DECIDE)),
        ("A question about your life", _shown("life_changes", Gate.READ, Gate.INFER)),
        ("What an adviser would decide", (Use("adviser_review", Gate.READ),)),
        ("Accounts, and what was suggested before", _OWN),
    ),
    "money": (
        ("Transactions", _OWN),
        ("Categories", _SORTED),
        ("Spending, bills and incomes", _FOUND),
    ),
    "you": (
        ("Habits", _shown("personalization", Gate.READ, Gate.INFER)),
        ("Questions about your life", _shown("life_changes", Gate.READ, Gate.INFER)),
        ("Questions about investing", _INVESTING),
        ("Categories", _SORTED),
        ("The payments behind them", _OWN),
    ),
    "consent": (("Switches and ledger", _OWN),),
    "left": (
        ("A count, first gate: a transaction is sorted", _SORTED),
        ("Second gate: something is found in it", _FOUND),
        ("The same of suggestions and what became of them", _SUGGESTED),
        ("Third gate: it is counted, blurred and sent", _COUNTED),
        ("What your bank is given", (_SAVING, _LOAN)),
        ("What an adviser is given", (_ADVISER,)),
        ("The lists of this page", _OWN),
    ),
    "decisions": (("How it was decided", _SUGGESTED), ("The list", _OWN)),
    "reviews": (
        ("What waits for you", _OWN),
        ("What the engine thinks of a loan", _shown("credit_prescreening", Gate.READ, Gate.DECIDE)),
        ("What an adviser sees", (_ADVISER,)),
    ),
    "models": (("How forecasts did", _FOUND), ("Categories", _SORTED)),
    "data": (("Accounts and transactions", _OWN), ("How texts are sorted", _SORTED)),
}
"""Parts of each page and the uses that they rest on; a test holds them to the grants that the pages ask for."""


def parts(visit: Visit, page: str) -> list[Part]:
    """Return the parts of a page, each with what lets it through now."""
    return [Part(title, tuple(_passed(visit, one) for one in uses)) for title, uses in PARTS.get(page, ())]


def _passed(visit: Visit, use: Use) -> Passed:
    answer = visit.desk.engine.consent.explain(use.purpose, use.gate, None, use.recipient, use.channel)
    title = visit.title(use.purpose)
    return Passed(_WORDS[use.gate], title, answer.allowed, answer.rule, answer.because)
