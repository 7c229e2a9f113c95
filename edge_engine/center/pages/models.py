"""Models: what they are, their digests and cards, and how honest their forecasts were on this device."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markupsafe import Markup

from edge_engine import operations
from edge_engine.center.charts.marks import calibration, coverage
from edge_engine.center.visit import Back, Download, Look, Page, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edge_engine.insights.coverage import ForecastCoverage

TITLE = "Models"
_DOES: Final = {
    "categorizer": "Names the category of a transaction from its text.",
    "trajectory": "Foretells balance and outflow of the coming weeks, with their range.",
    "recommender": "Expects what a suggestion would bring, before anything was learned here.",
}


_POINT: Final = re.compile(r"^\| *(\d{1,9}) *\| *([01]\.\d{1,6}) *\| *([01]\.\d{1,6}) *\|$", re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]\[]{1,200})\]\([^()\s]{1,300}\)")
_NO_HEAD: Final = re.compile(r"<thead>\s*<tr>\s*(?:<th></th>\s*)+</tr>\s*</thead>")


def show(visit: Visit) -> Page:
    """Return the page, or a model's card."""
    card = visit.query.get("card", "")
    if card:
        look = visit.look("models.card", operations.OneModel(card))
        made = "" if look.value is None else rendered(look.value)
        return Page("card.html", {"name": card, "look": look, "card": made})
    return Page("models.html", _values(visit))


def _values(visit: Visit) -> dict[str, Any]:
    models = visit.look("models")
    return {
        "models": models,
        "calibrations": _calibrations([one.name for one in models.value or ()], visit),
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
    charts: list[tuple[str, Markup]] = []
    for model in sorted({one.model for one in told.horizons}):
        mine = [one for one in told.horizons if one.model == model and one.quantity == "balance"]
        if mine:
            charts.append((model, coverage(f"coverage-{len(charts)}", mine, told.goal)))
    return Look({"one": told, "charts": charts})


def verify(visit: Visit) -> Page:
    """Examine every model and replay its golden answers."""
    return Page("models.html", {**_values(visit), "checks": visit.look("models.verify")})


def _calibrations(names: Sequence[str], visit: Visit) -> list[dict[str, Any]]:
    """Return a chart for each model whose card tells how sure it was and how often it was right."""
    found = []
    for name in names:
        card = visit.look("models.card", operations.OneModel(name)).value
        points = calibration_of(card or "")
        if points:
            found.append(
                {"name": name, "picture": calibration(f"calibration-{name}", points), "points": points}
            )
    return found


def calibration_of(card: str) -> list[tuple[int, float, float]]:
    """Return rows, mean confidence and share that was right, as a card's section on calibration has them."""
    _, _, section = card.partition("\n## Calibration\n")
    section, _, _ = section.partition("\n## ")
    return [(int(one[1]), float(one[2]), float(one[3])) for one in _POINT.finditer(section)]


@cache
def _markdown() -> MarkdownIt:
    """Return a reader of cards: tables, no HTML of the card's own, no link and no picture from anywhere."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])


def rendered(text: str) -> Markup:
    """Return a card as HTML; what it holds as HTML is shown as text."""
    # The reader escapes everything that it does not make itself. Pictures are drawn on the page of all models, links
    # lead nowhere here, and the marks are for the program that fills in tables.
    lines = (line for line in text.splitlines() if not line.startswith(("<!--", "![")))
    html: str = _markdown().render("\n".join(_LINK.sub(r"\1", line) for line in lines))
    # A heading without words is none: it is left out, or is an empty cell beside others that are.
    html = _NO_HEAD.sub("", html).replace("<th></th>", "<td></td>")
    html = html.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>')
    return Markup(html.replace("</table>", "</table></div>"))  # noqa: S704


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {"verify": verify}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
