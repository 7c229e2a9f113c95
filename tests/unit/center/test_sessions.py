"""One link, one session, and an end to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge_engine import FakeClock
from edge_engine.center import refusals
from edge_engine.center.refusals import FormForged, LinkSpent, SessionMissing
from edge_engine.center.sessions import IDLE, Sessions


@pytest.fixture
def clock() -> FakeClock:
    """Noon of a day."""
    return FakeClock(datetime(2026, 6, 1, 12, tzinfo=UTC))


def test_secrets_differ_from_run_to_run(clock: FakeClock) -> None:
    one, other = Sessions(clock), Sessions(clock)
    assert len({one.link, other.link, one.room, other.room, one.enter(one.link)}) == 5
    assert len(one.link) == 64


def test_a_session_that_nobody_uses_is_over(clock: FakeClock) -> None:
    sessions = Sessions(clock)
    key = sessions.enter(sessions.link)
    clock.advance(IDLE)
    assert sessions.find(key).used == clock.now()
    clock.advance(IDLE + timedelta(seconds=1))
    with pytest.raises(SessionMissing, match="two hours"):
        sessions.find(key)
    clock.advance(-IDLE)
    with pytest.raises(SessionMissing):
        sessions.find(key)


def test_an_ended_session_opens_nothing_and_the_link_stays_spent(clock: FakeClock) -> None:
    sessions = Sessions(clock)
    key = sessions.enter(sessions.link)
    sessions.leave()
    for tried in (key, ""):
        with pytest.raises(SessionMissing):
            sessions.find(tried)
    with pytest.raises(LinkSpent):
        sessions.enter(sessions.link)


def test_before_anybody_entered_an_empty_key_is_no_session(clock: FakeClock) -> None:
    with pytest.raises(SessionMissing):
        Sessions(clock).find("")


def test_a_token_is_for_one_form(clock: FakeClock) -> None:
    sessions = Sessions(clock)
    session = sessions.find(sessions.enter(sessions.link))
    session.require("data/erase", session.token("data/erase"))
    for token in ("", session.token("data/export"), "ü"):
        with pytest.raises(FormForged):
            session.require("data/erase", token)


def test_codes_of_refusals_never_change_their_meaning() -> None:
    """Append-only: a line may be added here, never changed."""
    shipped = {
        "CenterError": "center",
        "HostRefused": "center.host",
        "OriginRefused": "center.origin",
        "LinkSpent": "center.link_spent",
        "SessionMissing": "center.session",
        "FormForged": "center.form_forged",
        "FormTooLarge": "center.too_large",
        "PageMissing": "center.page_missing",
    }
    found = {
        name: kind.code
        for name, kind in vars(refusals).items()
        if isinstance(kind, type) and issubclass(kind, refusals.CenterError)
    }
    assert found == shipped
