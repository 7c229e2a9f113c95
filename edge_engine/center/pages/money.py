"""Money: categories over time, what recurs, what was found, and every transaction with its category to correct."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.center.charts import columns
from edge_engine.center.charts.marks import spark
from edge_engine.center.rendering import category, count
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Look, Page, Visit
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from edge_engine.insights.budget import MonthSpend
    from edge_engine.insights.stream import Stream
    from edge_engine.views import TransactionView

TITLE = "Money"
MONTHS: Final = 12
PAGE: Final = 40
"""Transactions at once."""
MOST: Final = 20_000
"""Transactions that are looked through, the newest."""

MOST_WORDS: Final = 80
"""Letters that are looked for."""

_PICKS: Final = 5
_STREAMS: Final = 12
_POINTS: Final = 24
_TOLD: Final = 6
_SOURCES: Final = {
    "correction": "you taught this",
    "variant": "follows what you taught",
    "guess": "a guess",
    "model": "by the model",
    "mcc": "by the code of the shop",
    "hint": "as your bank says",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which transactions are shown.

    Attributes:
        words: In the text or the name, in any case.
        category: Leaf id; empty for all.
        page: Counted from 0.
        edit: Id of the transaction whose category is chosen from all; 0 for none.
    """

    words: str
    category: str
    page: int
    edit: int


def show(visit: Visit) -> Page:
    """Return the page; its parts are worked out one after the other while it is sent."""
    chosen = Filter(
        visit.query.get("q", "")[:MOST_WORDS],
        visit.query.get("category", "")[:60],
        visit.number("page", 0, 0, MOST // PAGE),
        visit.number("edit", 0, 0, 999_999_999),
    )
    everything = cache(partial(_everything, visit))
    return Page(
        "money.html",
        {
            "spending": partial(_spending, visit),
            "streams": lambda: _streams(visit, everything()),
            "findings": partial(visit.look, "insights"),
            "ledger": lambda: _ledger(visit, chosen, everything()),
            "leaves": _leaves(),
            "tone": tone,
            "sources": _SOURCES,
            "marks": {"urgent": "Soon", "attention": "Look", "info": "Note"},
        },
    )


def _everything(visit: Visit) -> list[TransactionView]:
    found: list[TransactionView] = visit.ask("transactions", operations.Transactions(MOST)).transactions
    return found


# -- categories over time ----------------------------------------------------------------------------------------


def _spending(visit: Visit) -> Look:
    look = visit.look("spending", operations.Spending(MONTHS))
    if look.value is None:
        return look
    lines: list[MonthSpend] = [one for one in look.value if not one.income]
    currencies = Counter(one.amount.currency for one in lines)
    return replace(look, value=[_in_currency(lines, currency) for currency, _ in currencies.most_common()])


def _in_currency(lines: Sequence[MonthSpend], currency: str) -> dict[str, Any]:
    """Return the chart and the table of one currency."""
    mine = [one for one in lines if one.amount.currency == currency]
    months = sorted({one.month for one in mine})
    totals: Counter[str] = Counter()
    for one in mine:
        totals[one.category] += one.amount.minor
    ordered = [name for name, _ in totals.most_common()]
    named, rest = ordered[: columns.COLOURS - 1], ordered[columns.COLOURS - 1 :]
    series = [columns.Series(category(name), _by_month(mine, (name,))) for name in named]
    if rest:
        series.append(columns.Series("All others", _by_month(mine, rest)))
    latest = max((one.month for one in mine if one.complete), default=months[-1])
    return {
        "currency": currency,
        "series": [one.label for one in series],
        "wide": columns.draw(series, months, currency, narrow=False),
        "narrow": columns.draw(series, months, currency, narrow=True),
        "months": months,
        "table": [
            (category(name), [Money(_by_month(mine, (name,)).get(at, 0), currency) for at in months])
            for name in ordered
        ],
        "latest": latest,
        "changes": [one for one in mine if one.month == latest and one.n],
    }


def _by_month(lines: Sequence[MonthSpend], names: Sequence[str]) -> dict[date, int]:
    found: Counter[date] = Counter()
    for one in lines:
        if one.category in names:
            found[one.month] += one.amount.minor
    return dict(found)


def tone(change: Money | None) -> str:
    """Return how a change of spending is coloured: more, less, or not at all where it is none."""
    if change is None or not change.minor:
        return ""
    return "more" if change.minor > 0 else "less"


# -- what recurs -------------------------------------------------------------------------------------------------


def _streams(visit: Visit, everything: Sequence[TransactionView]) -> Look:
    look = visit.look("streams")
    if look.value is None:
        return look
    known = {one.id: one for one in everything}
    running: list[Stream] = [one for one in look.value if one.next is not None]
    rows = [_stream(one, known) for one in running]
    return replace(look, value={"first": rows[:_STREAMS], "more": rows[_STREAMS:]})


def _stream(one: Stream, known: Mapping[int, TransactionView]) -> dict[str, Any]:
    seen = [known[key] for key in one.evidence if key in known][-_POINTS:]
    points = [(view.date, view.amount) for view in seen]
    return {
        "one": one,
        "cadence": one.cadence.value.replace("_", "-"),
        "change": one.change,
        "old": one.change and _size(one.change.old),
        "new": one.change and _size(one.change.new),
        "spark": spark(f"spark-{one.id}", points) if len(points) > 1 else "",
    }


def _size(amount: Money) -> Money:
    """Return an amount without its sign: a price is one."""
    return Money(abs(amount.minor), amount.currency)


# -- transactions ------------------------------------------------------------------------------------------------


def _ledger(visit: Visit, chosen: Filter, everything: Sequence[TransactionView]) -> dict[str, Any]:
    fitting = [one for one in everything if _fits(one, chosen)]
    start = chosen.page * PAGE
    picks = {
        side: _picks([one for one in everything if (one.amount.minor > 0) is side]) for side in (False, True)
    }
    rows = [
        {
            "one": one,
            "text": _text(one),
            "picks": [leaf for leaf in picks[one.amount.minor > 0] if leaf != one.category][: _PICKS - 1],
            "followed": one.id in visit.session.followed,
        }
        for one in fitting[start : start + PAGE]
    ]
    sorting = visit.look("categorize", operations.Categorize([]))
    return {
        "rows": rows,
        "total": len(fitting),
        "start": start,
        "chosen": chosen,
        "sorting": sorting,
        "each": PAGE,
    }


def _fits(one: TransactionView, chosen: Filter) -> bool:
    if chosen.category and one.category != chosen.category:
        return False
    return chosen.words.casefold() in f"{one.description}\n{one.counterparty}".casefold()


def _text(one: TransactionView) -> str:
    """Return the text of a transaction, the other side first where the text does not name it."""
    if one.counterparty and one.counterparty.casefold() not in one.description.casefold():
        return f"{one.counterparty}: {one.description}" if one.description else one.counterparty
    return one.description


def _picks(rows: Sequence[TransactionView]) -> list[str]:
    """Return the categories that come most often: one of them is mostly the right one."""
    return [leaf for leaf, _ in Counter(one.category for one in rows if one.category).most_common(_PICKS)]


def _leaves() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every category by group."""
    taxonomy = Taxonomy.default()
    return [
        (group.label(), [(leaf.id, leaf.label()) for leaf in taxonomy.leaves if leaf.group == group.id])
        for group in taxonomy.groups
    ]


def correct(visit: Visit) -> Back:
    """Teach a category, and say which other transactions followed."""
    key, leaf = _key(visit), visit.word("category")
    before = {one.id: one.category for one in _everything(visit)}
    only = visit.form.get("only_this") == "yes"
    visit.ask("correct", operations.Correct(key, leaf, only))
    after = _everything(visit)
    changed = [one for one in after if one.category != before.get(one.id)]
    visit.session.followed = frozenset(one.id for one in changed)
    others = [one for one in changed if one.id != key]
    told = Counter(words.name(one.merchant) for one in others).most_common()
    lines = [f"{name}: {count(n, 'transaction')}" for name, n in told[:_TOLD]]
    if len(told) > _TOLD:
        lines.append(f"and {count(len(told) - _TOLD, 'other merchant')}")
    followed = (
        f"{count(len(others), 'other transaction')} followed:"
        if others
        else "No other transaction had to change."
    )
    visit.session.notices.append(
        Notice(f"Learned: {category(leaf)}. {followed}", lines=tuple(lines), where="ledger")
    )
    return _back(visit)


def uncorrect(visit: Visit) -> Back:
    """Take a correction back."""
    key = _key(visit)
    done = visit.ask("uncorrect", operations.Uncorrect(key))
    visit.session.followed = frozenset()
    visit.session.notices.append(
        Notice(f"Taken back. {count(done.changed, 'transaction')} changed category.", where="ledger")
    )
    return _back(visit)


def _key(visit: Visit) -> int:
    text = visit.word("id")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InputError("a transaction is named by its number")
    return int(text)


def _back(visit: Visit) -> Back:
    """Return the place in the list that the form came from, with what was looked for."""
    number, words = visit.form.get("page", "0"), visit.form.get("q", "")[:MOST_WORDS]
    page = number if number.isascii() and number.isdigit() and len(number) < 6 else "0"
    return Back("money", {"page": page, **({"q": words} if words else {})}, "ledger")


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {
    "correct": correct,
    "uncorrect": uncorrect,
}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
