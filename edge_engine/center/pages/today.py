"""Today: where the balance is heading, what is due, and the one thing that is worth doing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.center.charts import outlook as chart
from edge_engine.center.rendering import day
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Look, Page, Visit
from edge_engine.decisions.catalog import Catalog
from edge_engine.domain.money import Money
from edge_engine.errors import InputError, PolicyError
from edge_engine.holdings import SPENDING
from edge_engine.insights import words
from edge_engine.insights.finding import Coming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from edge_engine.actions.decision import Decision, Past
    from edge_engine.insights.finding import Outlook
    from edge_engine.insights.stream import Stream
    from edge_engine.views import AccountView

TITLE = "Today"
SUGGESTING: Final = "recommendations"
WEEKS: Final = 8
SOON: Final = 7
"""Days within which what is due is added up."""

_SHOWN: Final = 6
_INCOMES: Final = 3
_MARKS: Final = {"urgent": "Soon", "attention": "Look", "info": "Note"}
_OPEN: Final = frozenset(("none", "opened"))
_KEPT: Final = {
    "acted": "Kept: you did it. What comes of it is learned from on this device alone.",
    "not_now": "Kept: not now. It may come again later.",
    "never": "Kept, for ever: this is never suggested again.",
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is suggested, or that nothing is.

    Attributes:
        id: Of the decision; empty where none was made.
        title: A few words; empty for nothing.
        worth: What the person has from it.
        why: What called for it, or why nothing does.
        money: What it is worth in a year.
    """

    id: str
    title: str = ""
    worth: str = ""
    why: str = ""
    money: Money | None = None


def show(visit: Visit) -> Page:
    """Return the page; its parts are worked out one after the other while it is sent."""
    ahead = cache(partial(visit.look, "forecast", operations.Forecast(WEEKS)))
    return Page(
        "today.html",
        {
            "day": visit.today,
            "empty": not visit.ask("accounts"),
            "outlook": lambda: _outlook(ahead()),
            "counted": lambda: counted(visit.ask("accounts"), ahead().value or ()),
            "coming": partial(_coming, visit),
            "suggestion": partial(_suggestion, visit),
            "moments": partial(visit.look, "moments"),
            "suggests": _suggests(visit),
            "marks": _MARKS,
        },
    )


def _outlook(look: Look) -> Look:
    """Return the outlooks with their charts."""
    return look if look.value is None else replace(look, value=[_drawn(one) for one in look.value])


def _drawn(ahead: Outlook) -> dict[str, Any]:
    last = ahead.weeks[-1]
    return {
        "now": ahead.balance,
        "ends": last.ends,
        "middle": last.p50,
        "lowest": ahead.lowest,
        "lowest_on": ahead.lowest_on,
        "wide": chart.draw(ahead, narrow=False),
        "narrow": chart.draw(ahead, narrow=True),
        "weeks": ahead.weeks,
        "chance": _chance(ahead.below_zero),
        "risk": words.outlook(ahead),
        "method": words.method(ahead),
    }


def _chance(share: float) -> str:
    """Write a chance; nothing is ever quite sure."""
    cents = round(100 * share)
    return "under 1 in 100" if cents < 1 else "over 99 in 100" if cents > 99 else f"{cents} in 100"


def counted(accounts: Iterable[AccountView], outlooks: Iterable[Outlook]) -> dict[str, list[str]]:
    """Return names of accounts by what becomes of them in the outlooks.

    Args:
        accounts: Every account.
        outlooks: One a currency.

    Returns:
        ``in``: their balance is where an outlook starts; ``unknown``: no file told their balance; ``silent``: a
        balance is known, and there is too little or too old a history to look ahead; ``apart``: money is not spent
        from them, such as cards, savings and loans.
    """
    ahead = {one.balance.currency for one in outlooks}
    found: dict[str, list[str]] = {"in": [], "unknown": [], "silent": [], "apart": []}
    for one in accounts:
        if one.kind not in SPENDING:
            where = "apart"
        elif one.balance is None:
            where = "unknown"
        else:
            where = "in" if one.balance.currency in ahead else "silent"
        found[where].append(one.name or f"{one.kind} …{one.key[-4:]}")
    return found


def _coming(visit: Visit) -> Look:
    """Return the next payments of every account, whether its balance is known or not."""
    look = visit.look("streams")
    if look.value is None:
        return look
    return replace(look, value=due(expected(look.value, visit.today), visit.today))


def expected(streams: Iterable[Stream], today: date) -> Iterator[Coming]:
    """Yield what streams will take and bring within the weeks that are shown."""
    until = today + timedelta(weeks=WEEKS)
    for one in streams:
        if one.counted_on:
            for day_due in one.due(today, until):
                yield Coming(day_due, one.id, one.merchant, one.expected)


def due(payments: Iterable[Coming], today: date) -> dict[str, Any]:
    """Return the next payments, what is due soon in each currency, and how many more are known."""
    found = sorted(payments, key=lambda c: (c.day, c.stream))
    bills = [c for c in found if c.amount.minor < 0]
    income = [c for c in found if c.amount.minor > 0]
    soon = [c.amount for c in bills if c.day <= today + timedelta(days=SOON)]
    return {
        "rows": [_row(c, today) for c in bills[:_SHOWN]],
        "more": len(bills[_SHOWN:]),
        "income": [_row(c, today) for c in income[:_INCOMES]],
        "more_income": len(income[_INCOMES:]),
        "totals": _totals(soon),
        "soon": len(soon),
        "within": SOON,
        "weeks": WEEKS,
    }


def _totals(bills: Sequence[Money]) -> list[Money]:
    """Return what is due in each currency, positive; the one that is due first comes first."""
    sums: Counter[str] = Counter()
    for amount in bills:
        sums[amount.currency] -= amount.minor
    return [Money(minor, currency) for currency, minor in sums.items()]


def _row(one: Coming, today: date) -> dict[str, Any]:
    return {
        "day": one.day,
        "merchant": one.merchant,
        "amount": one.amount,
        "when": _when((one.day - today).days),
    }


def _when(days: int) -> str:
    return "today" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"


def _suggests(visit: Visit) -> str:
    """Return the purpose in words under which suggestions are looked for; empty where they are not."""
    allowed = visit.desk.engine.consent.explain(SUGGESTING).allowed
    return visit.title(SUGGESTING) if allowed else ""


def _suggestion(visit: Visit) -> Look:
    """Return the latest suggestion of the feed; where the feed is empty, decide, once a day."""
    feed = visit.look("feed")
    if feed.value is None:
        return feed
    waiting: list[Past] = [one for one in feed.value if one.reaction.value in _OPEN]
    if waiting:
        one = waiting[0]
        return Look(visit.desk.suggested.get(one.id) or remembered(one))
    if visit.desk.decided_on == visit.today:
        return Look(Suggested("", why="What there was to suggest today was suggested."))
    look = visit.look("decide", operations.Decide())
    if look.value is None:
        return look
    decision: Decision = look.value
    told = decision.suggestion
    if told is None:
        visit.desk.decided_on = visit.today
        return Look(Suggested(decision.id, why=decision.because))
    made = Suggested(decision.id, told.title, told.worth, told.why, told.money_a_year)
    visit.desk.suggested[decision.id] = made
    return Look(made)


def remembered(one: Past) -> Suggested:
    """Return a suggestion as the store has it."""
    title, worth = title_of(one), ""
    try:
        known = Catalog.default().offers.get(one.offer)
    except PolicyError:
        known = None
    if known is not None:
        title, worth = title or known.title, known.worth
    return Suggested(one.id, title or one.offer.replace("_", " "), worth, money=one.money_a_year)


def title_of(one: Past) -> str:
    """Return the words of what was suggested, as its trace has them; empty where it is no longer kept."""
    if one.trace is None or one.trace.chosen is None:
        return ""
    return one.trace.steps[one.trace.chosen].title


def outcome(visit: Visit) -> Back:
    """Keep what the person says of a suggestion."""
    verdict = visit.word("verdict")
    covers = visit.form.get("covers", "kind")
    visit.ask("outcome", operations.TellOutcome(visit.word("id"), verdict, None, covers))
    visit.session.notices.append(Notice(_KEPT.get(verdict, "Kept.")))
    return Back("today#next")


def short(visit: Visit) -> Back:
    """Keep, or take back, that money is short."""
    answer = visit.word("short")
    if answer not in ("yes", "no"):
        raise InputError("the answer is yes or no")
    visit.ask("money_is_short", operations.SayShort(answer == "yes"))
    visit.desk.forget()
    since = f"since {day(visit.today)}"
    said = f"Kept: money is short {since}. Support comes first." if answer == "yes" else "Taken back."
    visit.session.notices.append(Notice(said))
    return Back("today")


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {"outcome": outcome, "short": short}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
