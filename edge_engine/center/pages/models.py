"""Models: what they are, their digests and cards, and how honest their forecasts were on this device."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markupsafe import Markup

from edge_engine import operations
from edge_engine.center.charts.marks import coverage
from edge_engine.center.visit import Back, Download, Look, Page, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.insights.coverage import ForecastCoverage

TITLE = "Models"
_DOES: Final = {
    "categorizer": "Names the category of a transaction from its text.",
    "trajectory": "Foretells balance and outflow of the coming weeks, with their range.",
    "recommender": "Expects what a suggestion would bring, before anything was learned here.",
}


def show(visit: Visit) -> Page:
    """Return the page, or a model's card."""
    card = visit.query.get("card", "")
    if card:
        look = visit.look("models.card", operations.OneModel(card))
        made = "" if look.value is None else _card(look.value)
        return Page("card.html", {"name": card, "look": look, "card": made})
    return Page("models.html", _values(visit))


def _values(visit: Visit) -> dict[str, Any]:
    return {
        "models": visit.look("models"),
        "does": _DOES,
        "honest": lambda: _honest(visit),
        "checks": None,
    }


def _honest(visit: Visit) -> Look:
    """Return how forecasts did, with a chart of each model's balances where some have come."""
    look = visit.look("forecast.coverage")
    if look.value is None:
        return look
    told: ForecastCoverage = look.value
    charts = []
    for model in sorted({one.model for one in told.horizons}):
        mine = [one for one in told.horizons if one.model == model and one.quantity == "balance"]
        if mine:
            charts.append((model, coverage(f"coverage-{len(charts)}", mine, told.goal)))
    return Look({"one": told, "charts": charts})


def verify(visit: Visit) -> Page:
    """Examine every model and replay its golden answers."""
    return Page("models.html", {**_values(visit), "checks": visit.look("models.verify")})


@cache
def _markdown() -> MarkdownIt:
    """Return a reader of cards: tables, no HTML of the card's own, no pictures from anywhere."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _card(text: str) -> Markup:
    """Return a card as HTML; what it holds as HTML is shown as text."""
    # The reader escapes everything that it does not make itself. Marks for the program that fills in tables go.
    lines = [line for line in text.splitlines() if not line.startswith("<!--")]
    html: str = _markdown().render("\n".join(lines))
    html = html.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>')
    html = html.replace("</table>", "</table></div>")
    return Markup(html)  # noqa: S704


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {"verify": verify}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
