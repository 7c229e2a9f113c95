"""A consent pins what is counted under it: a catalogue that tells more waits until the person agrees anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine
from edge_engine.consent.counting import differences
from edge_engine.consent.event import EventKind
from edge_engine.errors import PurposeDenied
from edge_engine.signals.agreed import counted
from edge_engine.signals.permission import permit
from edge_engine.signals.reporting import Signals
from tests.fakes.collecting import HEAD, SIGNAL, Watched, agree_anew, catalogue, moved

if TYPE_CHECKING:
    from edge_engine import FakeClock
    from edge_engine.signals.catalogue import Catalogue
    from tests.unit.signals.conftest import Device

AGREED = (
    SIGNAL.replace('"days_used"', '"active_days"')
    .replace("min_batch = 100", "min_batch = 1000")
    .replace(
        'purpose = "aggregate_statistics"', 'purpose = "aggregate_statistics"\nneeds = ["categorization"]'
    )
)
WIDER = {
    "over fewer people": (("min_batch = 1000", "min_batch = 100"), "at least 100 people instead of 1000"),
    "more privacy lost": (("epsilon = 0.25", "epsilon = 0.5"), "loses 0.5 of privacy instead of 0.25"),
    "more often": (("cadence_days = 7", "cadence_days = 1"), "once in 1 days instead of 7"),
    "without a consent it needed": (
        ('needs = ["categorization"]\n', ""),
        "no longer needs consent to categorization",
    ),
    "more finely": (("high = 7", "high = 9"), "the largest value told is 9 instead of 7"),
}
OF_BUDGET = {
    "a larger budget": ("epsilon = 8.0", "epsilon = 20.0"),
    "a budget renewed sooner": ("epoch_days = 28", "epoch_days = 14"),
    "a bound that fails more often": ("delta = 1e-6", "delta = 1e-5"),
}


def under(engine: Engine, clock: FakeClock, new: Catalogue) -> Engine:
    """The same store with another catalogue, and nothing agreed to anew."""
    assert engine._reporting is not None
    return Engine(
        engine._vault, engine.consent.policy, clock, reporting=replace(engine._reporting, catalogue=new)
    )


def state(engine: Engine) -> tuple[str, str]:
    (view,) = engine.signals.state()
    return view.state, view.why


@pytest.mark.parametrize("edit", WIDER)
def test_a_signal_that_tells_more_is_off_until_agreed_to_anew(
    make: Device, clock: FakeClock, servers: Watched, edit: str
) -> None:
    (old, new), words = WIDER[edit]
    before = make("aggregate_statistics", "categorization", catalogue=catalogue(AGREED))
    assert state(before)[0] == "on"
    now = under(before, clock, catalogue(AGREED.replace(old, new)))
    told = state(now)
    assert told[0] == "off"
    assert words in told[1]
    assert (now.sync(hurry=True).measured, servers.uploads) == ([], [])
    agree_anew(now)
    assert state(now)[0] == "on"


@pytest.mark.parametrize("edit", OF_BUDGET)
def test_a_budget_that_allows_more_is_off_until_agreed_to_anew(
    make: Device, clock: FakeClock, edit: str
) -> None:
    before = make("aggregate_statistics", "categorization", catalogue=catalogue(AGREED))
    now = under(before, clock, catalogue(AGREED, head=HEAD.replace(*OF_BUDGET[edit])))
    assert state(now)[0] == "off"
    agree_anew(now)
    assert state(now)[0] == "on"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epsilon = 0.25", "epsilon = 0.125"),
        ("min_batch = 1000", "min_batch = 2000"),
        ("cadence_days = 7", "cadence_days = 14"),
        ('"categorization"', '"categorization", "insights"'),
        ("edges = [1, 2, 3, 4, 5, 6, 7]", "edges = [1, 4]"),
        ('title = "Days"', 'title = "Days with it"'),
    ],
)
def test_a_signal_that_tells_less_goes_on(make: Device, clock: FakeClock, old: str, new: str) -> None:
    assert old in AGREED
    before = make("aggregate_statistics", "categorization", "insights", catalogue=catalogue(AGREED))
    assert state(under(before, clock, catalogue(AGREED.replace(old, new))))[0] == "on"


def test_a_new_signal_is_off_for_who_agreed_before_and_an_old_one_ends_when_it_was_to(
    make: Device, clock: FakeClock
) -> None:
    ending = AGREED.replace("expires = 2027-11-26", "expires = 2026-12-10")
    before = make("aggregate_statistics", "categorization", catalogue=catalogue(ending))
    now = under(before, clock, catalogue(AGREED, SIGNAL))
    assert {view.id: view.state for view in now.signals.state()} == {"active_days": "on", "days_used": "off"}
    clock.advance(timedelta(days=7))
    assert {view.id: view.state for view in now.signals.state()} == {"active_days": "off", "days_used": "off"}


def test_a_consent_from_before_this_was_kept_allows_no_signal_and_everything_else(
    make: Device, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_engine.engine.counting_under", lambda *_: None)
    before = make("aggregate_statistics", "categorization", catalogue=catalogue(AGREED))
    monkeypatch.undo()
    given = before.consent.history()[0]
    assert given.agreement is not None
    assert given.agreement.counting is None
    now = moved(before, clock)
    before_the_pin = state(now)
    assert before_the_pin[0] == "off"
    assert "not noted then" in before_the_pin[1]
    assert now.consent.explain("aggregate_statistics").allowed
    agree_anew(now)
    assert state(now)[0] == "on"
    assert [event.kind for event in now.consent.history()].count(EventKind.GRANT) == 3  # one said the same


def test_what_is_pinned_of_a_purpose_that_counts_nothing_is_nothing(make: Device) -> None:
    engine = make("insights")
    (event,) = engine.consent.history()
    assert event.agreement is not None
    assert event.agreement.counting is None


def test_a_denial_names_the_rule_that_the_person_can_act_on(make: Device, clock: FakeClock) -> None:
    before = make("aggregate_statistics", "categorization", catalogue=catalogue(AGREED))
    wider = catalogue(AGREED.replace("epsilon = 0.25", "epsilon = 0.5"))
    now = under(before, clock, wider)
    with pytest.raises(PurposeDenied) as denied:
        permit(now.consent, wider, wider.signal("active_days"))
    assert denied.value.rule == "new-since-consent"
    assert isinstance(now.signals, Signals)


def test_noise_of_the_device_is_more_and_what_is_not_ranked_counts_as_wider() -> None:
    one = counted(catalogue(AGREED).signal("active_days"))
    device = msgspec.structs.replace(one, noise="randomized_response")
    assert [found.more for found in differences(one, device)] == [False]
    assert [found.more for found in differences(device, one)] == [True]
    assert [
        found.more for found in differences(device, msgspec.structs.replace(device, noise="laplace"))
    ] == [True]
    reordered = msgspec.structs.replace(one, edges=(), labels=("a", "b"))
    other = msgspec.structs.replace(reordered, labels=("b", "a"))
    assert [found.more for found in differences(reordered, other)] == [True]
    assert list(differences(one, one)) == []
