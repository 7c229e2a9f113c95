"""What left: every report with its values, noise, bytes, time and grant; what waits; what is left of the budget."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.center.charts.marks import gauge
from edge_engine.center.rendering import count, moment
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Look, Page, Visit
from edge_engine.consent.event import EventKind
from edge_engine.signals import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from edge_engine.actions.disclosure import Disclosure
    from edge_engine.consent.event import ConsentEvent
    from edge_engine.signals.preview import Preview, SentReport, SignalView, SyncReport

TITLE = "What left"
_TO: Final = {"host_app": "Your bank", "adviser": "An adviser"}
_ON: Final = {"on": "on", "off": "off", "not_measured": "not measured", "expired": "expired"}


def show(visit: Visit) -> Page:
    """Return the page; its parts are worked out one after the other while it is sent."""
    surroundings = visit.desk.surroundings
    return Page(
        "left.html",
        {
            "budget": partial(_budget, visit),
            "sent": partial(_sent, visit),
            "given": partial(_given, visit),
            "waiting": partial(_waiting, visit),
            "signals": partial(visit.look, "signals"),
            "dropped": partial(visit.look, "signals.dropped"),
            "allowed": visit.desk.engine.consent.explain("aggregate_statistics"),
            "leader": surroundings.leader,
            "helper": surroundings.helper,
            "states": wording.WAITS,
            "leaves": wording.LEAVES,
            "ways": wording.WAYS,
            "on": _ON,
            "reasons": wording.REASONS,
        },
    )


def _budget(visit: Visit) -> Look:
    look = visit.look("signals.budget")
    if look.value is None:
        return look
    one = look.value
    title = "Privacy budget of these weeks"
    return replace(look, value={"one": one, "gauge": gauge("budget", one.spent, one.epsilon, title)})


def _sent(visit: Visit) -> Look:
    """Return every report that left, the latest first, each with the entries of the ledger that allowed it."""
    look = visit.look("signals.sent")
    if not look.value:
        return look
    history = visit.look("consent.history").value or []
    states: dict[str, SignalView] = {one.id: one for one in visit.look("signals").value or []}
    reports: list[SentReport] = look.value
    rows: list[dict[str, Any]] = []
    for one in reversed(reports):
        known = states.get(one.signal)
        rows.append(
            {
                "one": one,
                "title": known.title if known else one.signal,
                "noise": one.noise or "not known any more",
                "entries": wording.telling(one.entries),
                "grants": grants_at(history, one.purposes, one.at),
            }
        )
    return replace(look, value={"rows": rows, "bytes": sum(one.bytes for one in reports)})


def _given(visit: Visit) -> Look:
    """Return what the bank and advisers were given, the latest first, in words."""
    look = visit.look("disclosures")
    if not look.value:
        return look
    policy = visit.desk.engine.consent.policy
    says = {rule.id: rule.says for rule in policy.rules}
    found: list[Disclosure] = look.value
    rows = [
        {
            "one": one,
            "to": _TO.get(one.recipient, one.recipient),
            "what": _title(visit, one),
            "data": [policy.data[name].title if name in policy.data else name for name in one.data],
            "purpose": visit.title(one.purpose),
            "says": [says[rule] for rule in one.rule.split("+") if rule in says],
        }
        for one in reversed(found)
    ]
    return replace(look, value=rows)


def _title(visit: Visit, one: Disclosure) -> str:
    """Return the workflow or the review of a disclosure, in words."""
    rules = visit.desk.engine.action_rules
    known = (rules.reviews if one.recipient == "adviser" else rules.workflows).get(one.kind)
    return known.title if known else one.kind.replace("_", " ")


def grants_at(history: Iterable[ConsentEvent], purposes: Iterable[str], at: datetime) -> list[ConsentEvent]:
    """Return the entries of the consent ledger under which something was done at a moment."""
    latest: dict[str, ConsentEvent] = {}
    for event in history:
        # The ledger keeps more than a second's precision, what left only seconds.
        if event.at.replace(microsecond=0) <= at and event.kind is not EventKind.SEEN:
            latest[event.purpose] = event
    found = (latest.get(purpose) for purpose in purposes)
    return [event for event in found if event is not None and event.kind is EventKind.GRANT]


def _waiting(visit: Visit) -> Look:
    look = visit.look("signals.preview")
    if look.value is None:
        return look
    previews: list[Preview] = look.value
    return replace(look, value=[{"one": one, "entries": wording.telling(one.entries)} for one in previews])


def send(visit: Visit) -> Back:
    """Measure, seal and send what consent allows, at once or at the random moment of each report."""
    done: SyncReport = visit.ask("sync", operations.Sync(visit.form.get("hurry") == "yes"))
    titles = {one.id: one.title for one in visit.ask("signals")}
    lines = [
        f"{what}: {', '.join(titles.get(name, name) for name in names)}"
        for what, names in (
            ("Measured", done.measured),
            ("Sealed", done.sealed),
            ("Sent", done.sent),
            ("Refused by the server", done.refused),
            ("Had been sent before, and the server has it or has closed its batch", done.known),
            ("Over the privacy budget", done.over_budget),
        )
        if names
    ]
    lines += [f"{titles.get(name, name)} {wording.problem(code)}" for name, code in done.problems.items()]
    if done.waiting and done.next is not None:
        lines.append(f"{count(done.waiting, 'report')} to be sent, from {moment(done.next)} on")
    if done.dropped:
        lines.append(f"{count(done.dropped, 'report')} dropped unsent")
    said = f"{count(len(done.sent), 'report')} sent." if done.sent else "Nothing was sent now."
    visit.session.notices.append(Notice(said, lines=tuple(lines)))
    return Back("left#sent")


ACTIONS: Mapping[str, Callable[[Visit], Back | Download | Page]] = {"send": send}
FILES: Mapping[str, Callable[[Visit], Download]] = {}
