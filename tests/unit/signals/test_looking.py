"""What the person is shown: every value with its noise, the exact bytes before they leave, and what left."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock, Policy, Reporting
from edge_engine.errors import Closed
from edge_engine.signals.preview import noise_in_words
from edge_engine.signals.sizes import sizes_of
from tests.fakes.collecting import NOW, SIGNAL, Watched, catalogue, chosen

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Catalogue
    from tests.unit.signals.conftest import Device


def test_the_bytes_that_are_shown_are_the_bytes_that_leave(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    engine.sync()
    (shown,) = engine.signals.preview()
    assert shown.state == "sealed"
    engine.sync(hurry=True)
    assert [body.hex() for body in servers.uploads] == [shown.bytes]
    (sent,) = engine.signals.sent()
    assert sent.bytes == shown.sizes.report == len(servers.uploads[0])
    assert sent.sha256 == hashlib.sha256(servers.uploads[0]).hexdigest()
    assert [(one.name, one.shared) for one in sent.entries] == [
        (one.name, one.shared) for one in shown.entries
    ]


def test_looking_charges_draws_and_sends_nothing(make: Device, servers: Watched) -> None:
    engine = make()
    first = engine.signals.preview()
    assert [one.state for one in first] == ["next"] * 4
    assert engine.signals.preview() == first
    assert engine.signals.budget().spent == 0
    assert servers.requests == []
    (days,) = (one for one in first if one.signal == "active_days")
    assert [(one.name, one.measured) for one in days.entries if one.measured] == [("3", 1)]
    assert (days.window_from, days.window_to) == (date(2026, 11, 26), date(2026, 12, 2))
    # Choices are counted as they stand, whatever week is over.
    assert {(one.window_from, one.window_to) for one in first if one.signal == "consent_state"} == {
        (NOW.date(), NOW.date())
    }
    # Noise of this device is not drawn before its contribution is made.
    (choices,) = (one for one in first if one.signal == "consent_state")
    assert {one.shared for one in choices.entries} == {None}


def test_sizes_are_those_of_the_reports_to_come(make: Device, servers: Watched) -> None:
    engine = make("aggregate_statistics", "categorization", "insights")
    before = {one.signal: one.sizes.report for one in engine.signals.preview()}
    engine.sync()
    after = {one.signal: one.sizes for one in engine.signals.preview()}
    assert set(before) == set(after)
    for name, sizes in after.items():
        # This helper seals with P-256, whose encapsulated key is 33 bytes longer, and the same tag.
        assert sizes.report - before[name] == 65 - 32
        assert sizes.report > sizes.public_share + sizes.leader_share + sizes.helper_share


def test_what_waits_shows_value_and_noise(make: Device) -> None:
    engine = make()
    engine.sync()
    (choices,) = (one for one in engine.signals.preview() if one.signal == "consent_state")
    assert [one.measured for one in choices.entries] == [0, 1, 0, 0, 0, 0, 0, 0]
    assert sum(one.shared or 0 for one in choices.entries) == 1
    assert "randomized response among 8" in choices.noise
    assert choices.due is not None


def test_states_name_what_decides(make: Device, clock: FakeClock) -> None:
    engine = make()
    states = {one.id: (one.state, one.why) for one in engine.signals.state()}
    assert states["active_days"][0] == "on"
    assert states["forecast_coverage"][0] == "off"
    assert states["forecast_coverage"][1].startswith(
        "Denied by rule not-granted: you have not agreed to “Find bills"
    )
    assert states["savings_realised"][0] == "off"
    clock.advance(timedelta(days=400))
    assert {one.state for one in engine.signals.state()} == {"expired"}
    assert engine.signals.preview() == []


def test_the_budget_is_shown_by_signal(make: Device) -> None:
    engine = make()
    engine.sync(hurry=True)
    told = engine.signals.budget()
    assert told.by_signal == {"active_days": 1, "insight_outcomes": 1, "consent_state": 1, "health": 1}
    assert told.spent == pytest.approx(1.6)
    assert told.left == pytest.approx(6.4)
    assert told.epoch_from <= NOW.date() <= told.epoch_to
    assert (told.epoch_to - told.epoch_from).days == 27


def test_what_left_is_kept_when_consent_is_withdrawn_and_the_catalogue_changes(
    make: Device, clock: FakeClock
) -> None:
    engine = make()
    engine.sync(hurry=True)
    engine.consent.withdraw("aggregate_statistics")
    assert len(engine.signals.sent()) == 4
    other = Engine(engine._vault, Policy.default(), clock, reporting=_other(engine))
    told = {one.signal: one for one in other.signals.sent()}
    assert [told[one.signal] for one in engine.signals.sent()] == engine.signals.sent()
    assert told["active_days"].window_from is not None
    assert [one.name for one in told["active_days"].entries if one.shared] == ["3"]


def _other(engine: Engine) -> Reporting:
    from dataclasses import replace  # noqa: PLC0415 - this helper alone

    assert engine._reporting is not None
    return replace(engine._reporting, catalogue=chosen("health"))


def test_a_closed_store_shows_nothing(make: Device) -> None:
    engine = make()
    signals = engine.signals
    engine.close()
    for look in (signals.state, signals.preview, signals.sent, signals.budget, signals.dropped, signals.sync):
        with pytest.raises(Closed):
            look()


def test_everything_shown_is_json(make: Device) -> None:
    engine = make()
    report = engine.sync()
    sent = engine.sync(hurry=True)
    for one in (report, sent, engine.signals.sent(), engine.signals.budget(), engine.signals.state()):
        assert msgspec.json.decode(msgspec.json.encode(one))


def test_noise_has_words_for_people() -> None:
    text = SIGNAL.replace('"histogram"', '"sum"').replace("edges = [1, 2, 3, 4, 5, 6, 7]\n", "")
    text = text.replace("sensitivity = 1", "sensitivity = 7")
    words = []
    for noise in ("laplace", "gaussian"):
        (signal,) = catalogue(text.replace("at_collection", noise))
        words.append(noise_in_words(signal))
        assert sizes_of(signal, None).report > 0
    assert words[0] == "discrete Laplace noise of scale 28 on this device, lifted by 392"
    assert words[1] == "discrete Gaussian noise of variance 784 on this device, lifted by 145"
