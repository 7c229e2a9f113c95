"""Looking at money: accounts, transactions, categories, insights, what lies ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.categories import known_categories
from edge_engine.cli import output
from edge_engine.cli.store import open_engine
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.views import GUESS

if TYPE_CHECKING:
    import argparse

    from edge_engine.inference.categorizer import Categorization
    from edge_engine.insights.budget import MonthSpend
    from edge_engine.insights.finding import Insight, Outlook
    from edge_engine.insights.stream import Stream
    from edge_engine.views import TransactionView


_WIDE = 100
"""Columns of a terminal that shows everything."""


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    one = commands.add_parser("accounts", parents=[shared], help="list the accounts")
    one.set_defaults(run=accounts)

    one = commands.add_parser("transactions", parents=[shared], help="list transactions, newest first")
    one.add_argument("--limit", type=int, default=50, help="how many at most (default: 50)")
    one.add_argument("--offset", type=int, default=0, help="how many of the newest to pass over")
    one.add_argument("--since", default="", metavar="YYYY-MM-DD")
    one.add_argument("--until", default="", metavar="YYYY-MM-DD")
    one.add_argument("--account", default="", help="key of one account")
    one.set_defaults(run=transactions)

    one = commands.add_parser("categorize", parents=[shared], help="name the category of some texts")
    one.add_argument("texts", nargs="+", metavar="TEXT")
    one.set_defaults(run=categorize)

    one = commands.add_parser("categories", parents=[shared], help="list the categories by id")
    one.set_defaults(run=categories)

    one = commands.add_parser(
        "correct", parents=[shared], help="teach the category of a transaction and its merchant"
    )
    one.add_argument("transaction", type=int, metavar="ID")
    one.add_argument("category", help="a leaf of the taxonomy, such as food.groceries")
    one.add_argument(
        "--only-this", action="store_true", help="leave the merchant's other transactions as they are"
    )
    one.set_defaults(run=correct)

    one = commands.add_parser("uncorrect", parents=[shared], help="take a correction back")
    one.add_argument("transaction", type=int, metavar="ID")
    one.set_defaults(run=uncorrect)

    one = commands.add_parser("spending", parents=[shared], help="money by month and category")
    one.add_argument("--months", type=int, default=6, help="how many, this one included (default: 6)")
    one.add_argument("--by", choices=("group", "leaf"), default="group")
    one.set_defaults(run=spending)

    one = commands.add_parser("streams", parents=[shared], help="recurring bills and incomes")
    one.set_defaults(run=streams)

    one = commands.add_parser("insights", parents=[shared], help="what was found")
    one.set_defaults(run=insights)

    one = commands.add_parser("forecast", parents=[shared], help="where balances are heading")
    one.add_argument("--weeks", type=int, default=8, help="how far to look, 1 to 26 (default: 8)")
    one.add_argument("--coverage", action="store_true", help="how past forecasts did, by weeks ahead")
    one.set_defaults(run=forecast)


def _ask(arguments: argparse.Namespace, name: str, request: Any = None) -> tuple[Any, bool]:  # noqa: ANN401
    """Ask the engine; print the reply here when JSON is wanted and say whether that was done."""
    with open_engine(arguments) as engine:
        reply = operations.call(engine, name, request)
    if arguments.json:
        output.json(reply)
    return reply, bool(arguments.json)


def accounts(arguments: argparse.Namespace) -> int:
    """List the accounts."""
    reply, done = _ask(arguments, "accounts")
    if not done:
        rows = [
            [
                one.key,
                one.name,
                one.kind,
                f"{one.transactions:,}",
                output.money(one.balance) if one.balance else "unknown",
                one.balance_day.isoformat() if one.balance_day else "",
            ]
            for one in reply
        ]
        columns = ["key", "name", "kind", "transactions", "balance", "on"]
        output.Screen().table(columns, rows, right=("transactions", "balance"))
    return 0


def transactions(arguments: argparse.Namespace) -> int:
    """List transactions."""
    request = operations.Transactions(
        arguments.limit, arguments.offset, arguments.since, arguments.until, arguments.account
    )
    reply, done = _ask(arguments, "transactions", request)
    if not done:
        taxonomy = Taxonomy.default()
        rows = [
            [
                str(one.id),
                one.date.isoformat(),
                _who_and_what(one),
                _category(one, taxonomy) + (" (own transfer)" if one.transfer else ""),
                output.money(one.amount, signed=True),
                "" if one.status == "posted" else one.status,
            ]
            for one in reply.transactions
        ]
        screen = output.Screen()
        screen.table(["id", "date", "description", "category", "amount", ""], rows, right=("id", "amount"))
        screen.note(f"{len(rows):,} of {reply.total:,} transactions")
    return 0


def _category(one: TransactionView | Categorization, taxonomy: Taxonomy) -> str:
    """Return the category in words, with a question mark behind a guess; empty where there is none.

    Behind what follows a merchant that was corrected stands that merchant.
    """
    if not one.category:
        return ""
    follows = getattr(one, "follows", "")
    words = taxonomy.leaf(one.category).label() + ("?" if one.source == GUESS else "")
    return f"{words} (as {follows})" if follows else words


def _who_and_what(one: TransactionView) -> str:
    """Return the text of a transaction, the other side first where the text does not name it."""
    if one.counterparty and one.counterparty.casefold() not in one.description.casefold():
        return f"{one.counterparty}: {one.description}" if one.description else one.counterparty
    return one.description


def categorize(arguments: argparse.Namespace) -> int:
    """Categorize texts."""
    # What a terminal gave that is no text becomes a question mark.
    texts = [text.encode("utf-8", "replace").decode() for text in arguments.texts]
    reply, done = _ask(arguments, "categorize", operations.Categorize(texts))
    if not done:
        taxonomy = Taxonomy.default()
        rows = [
            [
                text,
                _category(one, taxonomy) or "not sure",
                f"{one.confidence:.0%}",
                ", ".join(one.evidence),
            ]
            for text, one in zip(texts, reply, strict=True)
        ]
        output.Screen().table(["text", "category", "confidence", "because of"], rows, right=("confidence",))
    return 0


def categories(arguments: argparse.Namespace) -> int:
    """List the taxonomy; no store is needed."""
    found = known_categories()
    if arguments.json:
        output.json(found)
    else:
        rows = [[one.id, one.label, one.group_label, "sensitive" if one.sensitive else ""] for one in found]
        output.Screen().table(["id", "category", "group", ""], rows)
    return 0


_ALONE: Final = {
    "no_name": " It holds for this one alone: its text has no letter or digit to know others by.",
    "bank_words": " It holds for this one alone: its text names nobody beside the bank's own words.",
}


def correct(arguments: argparse.Namespace) -> int:
    """Teach a category."""
    request = operations.Correct(arguments.transaction, arguments.category, arguments.only_this)
    reply, printed = _ask(arguments, "correct", request)
    if not printed:
        label = Taxonomy.default().leaf(arguments.category).label()
        if reply.changed == 0:
            done = "No transaction had to change: what it is about was sorted so already."
        elif reply.changed == 1:
            done = "One transaction changed to it."
        else:
            done = f"{reply.changed:,} transactions changed to it."
        output.Screen().say(f"Learned: {label}. {done}{_ALONE.get(reply.alone, '')}")
    return 0


def uncorrect(arguments: argparse.Namespace) -> int:
    """Take a correction back."""
    reply, printed = _ask(arguments, "uncorrect", operations.Uncorrect(arguments.transaction))
    if not printed:
        if reply.changed == 0:
            done = "Every transaction keeps the category it had: the engine sorts them so by itself."
        else:
            done = f"{output.count(reply.changed, 'transaction')} changed category."
        output.Screen().say(f"Taken back. {done}")
    return 0


def spending(arguments: argparse.Namespace) -> int:
    """Show money by month."""
    reply, done = _ask(arguments, "spending", operations.Spending(arguments.months, arguments.by))
    if not done:
        screen = output.Screen()
        if not reply:
            screen.say("There are no transactions in these months.")
        for month in sorted({one.month for one in reply}):
            screen.heading(f"{month:%B %Y}")
            screen.console.print(spending_table(screen, [one for one in reply if one.month == month]))
    return 0


def spending_table(screen: output.Screen, lines: list[MonthSpend]) -> Any:  # noqa: ANN401 - something rich draws
    """Return one month's table."""
    taxonomy = Taxonomy.default()

    def label(category: str) -> str:
        if not category:
            return "Not sorted"
        return (taxonomy.leaf(category) if "." in category else taxonomy.group(category)).label()

    rows = [
        [
            label(one.category),
            ("+" if one.income else "") + output.money(one.amount),
            output.money(one.usual) if one.usual else "",
            output.money(one.change, signed=True) if one.change and one.complete else "",
        ]
        for one in lines
        if one.n
    ]
    return screen.grid(["category", "amount", "usual", "change"], rows, right=("amount", "usual", "change"))


def streams(arguments: argparse.Namespace) -> int:
    """Show recurring bills and incomes."""
    reply, done = _ask(arguments, "streams")
    if not done:
        screen = output.Screen()
        if not reply:
            screen.say(
                "Nothing recurs yet: that takes three payments on a schedule, or two of a yearly bill."
            )
            return 0
        screen.console.print(stream_table(screen, reply))
        tell_varying(screen, reply)
    return 0


def tell_varying(screen: output.Screen, found: list[Stream]) -> None:
    """Explain the sign before amounts that differ from time to time, where there is one."""
    if any(one.varying for one in found):
        screen.note(
            "~ differs from time to time: the amount is a usual one, the year what the last year came to,"
            " pauses included."
        )


def stream_table(screen: output.Screen, found: list[Stream]) -> Any:  # noqa: ANN401 - something rich draws
    """Return the table of streams; a narrow terminal is spared the price changes, which the insights tell too."""
    from edge_engine.insights.words import name  # noqa: PLC0415 - draws on numpy's neighbours

    wide = screen.console.width >= _WIDE
    columns = ["who", "what", "how often", "amount", "next", "a year", *(["price change"] if wide else [])]
    rows = []
    for one in found:
        prices = (one.change.old, one.change.new) if one.change else ()
        change = " → ".join(output.money(Money(abs(price.minor), price.currency)) for price in prices)
        about = "~" if one.varying else ""
        rows.append(
            [
                name(one.merchant),
                one.kind.value,
                one.cadence.value.replace("_", "-"),
                about + output.money(one.expected, signed=True),
                one.next.isoformat() if one.next else one.status.value,
                about + output.money(one.a_year, signed=True),
                *([change] if wide else []),
            ]
        )
    return screen.grid(columns, rows, right=("amount", "a year"))


def insights(arguments: argparse.Namespace) -> int:
    """Show what was found."""
    reply, done = _ask(arguments, "insights")
    if not done:
        screen = output.Screen()
        if not reply:
            screen.say("Nothing to report.")
        for one in reply:
            screen.say(insight_line(one))
        if reply:
            screen.note(MARKS)
    return 0


MARKS: Final = "! needs you soon   • worth a look   · good to know"
"""What the sign before a finding means."""


def insight_line(one: Insight) -> str:
    """Return one finding as a sentence."""
    from edge_engine.insights.words import render  # noqa: PLC0415

    mark = {"urgent": "!", "attention": "•", "info": "·"}[one.severity.value]
    return f"{mark} {render(one.message, Taxonomy.default())}"


def forecast(arguments: argparse.Namespace) -> int:
    """Show where balances are heading, or how past forecasts of it did."""
    if arguments.coverage:
        return coverage(arguments)
    from edge_engine.insights.words import method, outlook  # noqa: PLC0415

    reply, done = _ask(arguments, "forecast", operations.Forecast(arguments.weeks))
    if not done:
        screen = output.Screen()
        if not reply:
            screen.say(
                "Eight weeks of history, a stated balance and a statement of the last five weeks are needed before"
                " anything can be said."
            )
        for ahead in reply:
            screen.console.print(forecast_table(screen, ahead))
            screen.say(outlook(ahead))
            screen.say(method(ahead))
    return 0


def coverage(arguments: argparse.Namespace) -> int:
    """Show how past forecasts did on this device."""
    reply, done = _ask(arguments, "forecast.coverage")
    if done:
        return 0
    screen = output.Screen()
    if reply.since is None:
        screen.say("Nothing was foretold yet: forecasts are kept from the first time one is asked for.")
        return 0
    if not reply.n:
        screen.say(
            f"{output.count(reply.waiting, 'forecast')} since {reply.since}; none of their weeks is told yet."
        )
        return 0
    rows = [
        [
            one.quantity,
            str(one.weeks),
            str(one.n),
            *(f"{share:.0%}" for share in (one.within, one.below, one.above, one.below_middle)),
            one.model,
        ]
        for one in reply.horizons
    ]
    columns = ["of", "weeks ahead", "n", "within", "below", "above", "below middle", "made by"]
    screen.table(columns, rows, right=columns[1:7])
    screen.say(
        f"{reply.within:.0%} of {output.count(reply.n, 'forecast')} since {reply.since} came within the range foretold;"
        f" {reply.goal:.0%} would be right. {reply.waiting:,} wait for their week."
    )
    return 0


def forecast_table(screen: output.Screen, ahead: Outlook) -> Any:  # noqa: ANN401 - something rich draws
    """Return the table of an outlook."""
    rows = [
        [week.ends.isoformat(), output.money(week.p10), output.money(week.p50), output.money(week.p90)]
        for week in ahead.weeks
    ]
    columns = ["week to", "1 in 10 below", "middle", "1 in 10 above"]
    return screen.grid(columns, rows, right=columns[1:])
