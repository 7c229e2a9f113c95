"""From values to HTML: the templates, and how amounts, days and names are written."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money, exponent, plain
from edge_engine.insights import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

FLUSH: Final = "<!--flush-->"
"""Where a page is cut: what stands before goes out at once, so that something is seen while the rest is worked out."""

OWN_FILES: Final = {
    "center.css": "text/css; charset=utf-8",
    "center.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

_SYMBOLS: Final = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "INR": "₹", "BRL": "R$", "AUD": "A$"}
_MINUS: Final = "\N{MINUS SIGN}"
_NEGATIVE: Final = re.compile(rf"{_MINUS}[^\s<&]+")
_TIE: Final = "\N{NO-BREAK SPACE}"
_KIB: Final = 1024
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def money(amount: Money, *, signed: bool = False, whole: bool = False) -> str:
    """Write an amount: ``£1,234.56``, with a real minus before what leaves, ``1,234 CHF``.

    Args:
        amount: The amount.
        signed: Whether a plus stands before what comes in.
        whole: Whether the minor unit is left out, for axes; cut, never rounded up.
    """
    digits, _, fraction = plain(abs(amount.minor), amount.currency).partition(".")
    text = f"{int(digits):,}" + (f".{fraction}" if exponent(amount.currency) and not whole else "")
    sign = _MINUS if amount.minor < 0 else "+" if signed and amount.minor > 0 else ""
    symbol = _SYMBOLS.get(amount.currency)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text}{_TIE}{amount.currency}"


def day(value: date, *, year: bool = True) -> str:
    """Write a day: ``3 Mar 2026``."""
    return f"{value.day}{_TIE}{_MONTHS[value.month - 1]}" + (f"{_TIE}{value.year}" if year else "")


def weekday(value: date) -> str:
    """Write the day of the week."""
    return _DAYS[value.weekday()]


def month(value: date, *, year: bool = True) -> str:
    """Write a month: ``Mar 2026``."""
    return _MONTHS[value.month - 1] + (f"{_TIE}{value.year}" if year else "")


def moment(value: datetime) -> str:
    """Write a moment in the device's own time: ``3 Mar 2026, 14:05``."""
    local = value.astimezone()
    return f"{day(local.date())}, {local:%H:%M}"


def percent(value: float) -> str:
    """Write a share of 1."""
    return f"{100 * value:.0f}%"


def count(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def size(n: int) -> str:
    """Write a number of bytes."""
    if n < _KIB:
        return count(n, "byte")
    return f"{n / _KIB:,.1f} KiB" if n < _KIB**2 else f"{n / _KIB**2:,.1f} MiB"


def category(key: str | None) -> str:
    """Write a leaf or a group of the taxonomy."""
    taxonomy = Taxonomy.default()
    if not key:
        return "Not sorted"
    return (taxonomy.leaf(key) if "." in key else taxonomy.group(key)).label()


def spoken(word: str) -> str:
    """Write a stable word for people: ``not_true`` is ``not true``."""
    return word.replace("_", " ")


def message(value: Any) -> Markup:  # noqa: ANN401 - any message of the engine
    """Put a message of the engine into words."""
    return tied(words.render(value, Taxonomy.default()))


def tied(text: str) -> Markup:
    """Escape a sentence and keep each negative amount on one line: browsers break between a minus and its currency."""
    escaped = str(escape(text))
    return Markup(_NEGATIVE.sub(r'<span class="tied">\g<0></span>', escaped))  # noqa: S704 - escaped just above


@cache
def environment() -> Environment:
    """Return the templates; every value is escaped unless this package made it."""
    made = Environment(
        loader=PackageLoader("edge_engine.center"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        money=money, day=day, weekday=weekday, month=month, moment=moment, percent=percent, size=size,
        category=category, spoken=spoken, message=message, tied=tied, merchant=words.name,
    )  # fmt: skip
    made.globals.update(count=count, flush=Markup(FLUSH))  # noqa: S704 - a constant of ours
    return made


def pieces(template: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield a page in the pieces that it is cut into."""
    held: list[str] = []
    for part in environment().get_template(template).generate(values):
        before, cut, after = part.partition(FLUSH)
        held.append(before)
        if cut:
            yield "".join(held)
            held = [after]
    yield "".join(held)


@cache
def own_file(name: str) -> bytes | None:
    """Return one of the package's own files; None where there is none of this name."""
    if name not in OWN_FILES:
        return None
    return (resources.files("edge_engine.center") / "own" / name).read_bytes()
