"""The page of a report: one file that asks nobody for anything, with a policy that lets it ask nobody."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from edge_engine.simulation.report import words
from edge_engine.simulation.report.sections import sections

if TYPE_CHECKING:
    from edge_engine.simulation.report.figures import Figures

FILE: Final = "report.html"
_STYLE: Final = "report.css"


def page(figures: Figures) -> str:
    """Return the page of some figures."""
    style = resources.files(__package__ or "").joinpath("templates", _STYLE).read_text(encoding="utf-8")
    made = Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template(FILE).render(
        policy=_policy(style),
        # A file of this package, and plots that a tree of elements escaped.
        style=Markup(style),  # noqa: S704
        setup=words.setup(figures),
        sections=[_drawn(one) for one in sections(figures)],
        run=_run(figures),
    )


def _policy(style: str) -> str:
    """Return a policy that lets the page have its own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _drawn(one: Any) -> dict[str, Any]:  # noqa: ANN401 - a section, as the template reads it
    plots = [
        {
            "sentence": plot.sentence,
            "wide": Markup(plot.wide),  # noqa: S704 - escaped by the tree that it was drawn with
            "narrow": Markup(plot.narrow),  # noqa: S704 - likewise
            "heads": plot.heads,
            "rows": plot.rows,
            "caption": plot.caption,
            "alarm": plot.alarm,
        }
        for plot in one.plots
    ]
    alarm = any(plot.alarm for plot in one.plots)
    return {
        "id": one.id, "title": one.title, "glance": one.glance, "about": one.about, "plots": plots,
        "limits": one.limits, "alarm": alarm,
    }  # fmt: skip


def _run(figures: Figures) -> list[tuple[str, str]]:
    it = figures.setup
    return [
        ("Days", f"{it.first.isoformat()} to {it.end.isoformat()}"),
        ("Seed", str(it.seed)),
        ("Countries", ", ".join(f"{name} {n:,}" for name, n in it.live_in.items())),
        ("Groups", ", ".join(f"{words.spoken(name)} {n:,}" for name, n in it.people.items())),
        ("Policy", it.policy or "as shipped"),
        ("Offers and guards", it.offers or "as shipped"),
        (
            "Expected before",
            {"none": "nothing", "shipped": "the recommender that ships", "fleet": "a fleet's prior"}[
                it.prior
            ],
        ),
        (
            "Outlooks for decisions",
            {"model": "by the trajectory model", "habits": "by habits alone"}[it.outlooks],
        ),
        ("Holdout", words.percent(it.holdout)),
        ("Losses multiplied by", f"{it.epsilon_factor:g}"),
        ("Transactions taken in", f"{figures.effort.transactions:,}"),
        ("Bytes sent", words.size(figures.effort.bytes_sent)),
    ]
