"""Decisions: what was suggested, or why nothing was, and how each came about, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.center.pages.today import remembered
from edge_engine.center.visit import Back, Download, Look, Page, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edge_engine.actions.decision import Past
    from edge_engine.decisions.trace import Step, Trace

TITLE = "Decisions"
_MOST: Final = 100
_STATES: Final = {
    "silent": "nothing was suggested",
    "waiting": "waits for its channel",
    "delivered": "shown",
    "lapsed": "never shown",
}


def show(visit: Visit) -> Page:
    """Return the list, or one decision with everything that it came from."""
    key = visit.query.get("id", "")
    if key:
        return _one(visit, key)
    silent = visit.query.get("silent") == "yes"
    past = visit.look("decisions", operations.Decisions(_MOST, silent))
    rows: list[Past] = past.value or []
    return Page(
        "decisions.html",
        {
            "look": past,
            "rows": [{"one": one, "title": _title(one)} for one in rows],
            "silent": silent,
            "states": _STATES,
            "allowed": visit.desk.engine.consent.explain("recommendations"),
            "off": _off(visit),
        },
    )


def _off(visit: Visit) -> Look:
    """Return why nothing is suggested, where consent is missing."""
    answer = visit.desk.engine.consent.explain("recommendations")
    if answer.allowed:
        return Look(True)
    title = visit.title("recommendations")
    return Look(None, answer.because, "consent.denied", answer.rule, "recommendations", title)


def _title(one: Past) -> str:
    return remembered(one).title if one.offer else "Nothing"


def _one(visit: Visit, key: str) -> Page:
    look = visit.look("decision", operations.OneDecision(key))
    one: Past | None = look.value
    trace = None if one is None else one.trace
    return Page(
        "decision.html",
        {
            "look": look,
            "one": one,
            "title": "" if one is None else _title(one),
            "states": _STATES,
            "trace": trace,
            "groups": [] if trace is None else _groups(trace),
        },
    )


def _groups(trace: Trace) -> list[dict[str, Any]]:
    """Return the candidates by how far they came: chosen, in the ranking, kept back."""
    places = list(enumerate(trace.steps))
    chosen = [step for place, step in places if place == trace.chosen]
    ranked = [step for place, step in places if step.kept and place != trace.chosen]
    called = [s for _, s in places if not s.kept and s.rule not in ("no-moment", "not-eligible")]
    uncalled = [s for _, s in places if not s.kept and s.rule in ("no-moment", "not-eligible")]
    drawn = sorted(ranked, key=lambda step: -(step.score.drawn if step.score else 0))
    return [
        {"title": title, "steps": _alike(steps)}
        for title, steps in (
            ("Chosen", chosen),
            ("Also possible", drawn),
            ("Kept back by a rule", called),
            ("Nothing calls for it, or it is for other people", uncalled),
        )
        if steps
    ]


def _alike(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return steps with how many are alike: one offer, one rule, for several subjects; the first stands for them."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for step in steps:
        kept = found.setdefault((step.offer, step.rule, step.because), {"step": step, "n": 0})
        kept["n"] += 1
    return list(found.values())


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
