from __future__ import annotations

import io

import pytest

from edge_engine.domain.transaction import Event, Rejected
from edge_engine.feeds import events
from edge_engine.feeds.read import read


def parse(text: str | bytes) -> list[Event | Rejected]:
    return list(events.parse(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def test_a_line_is_an_event() -> None:
    text = (
        '{"at": "2024-01-05T10:00:00+01:00", "name": "screen_view", "subject": "budget", "id": "e1"}\n'
        '\n{"at": 1704445200, "name": "app_open"}\r\n'
    )
    first, second = parse(text)
    assert first == Event(1704445200, "screen_view", "budget", "e1")
    assert isinstance(second, Event)
    assert (second.at, second.name, second.subject) == (1704445200, "app_open", "")


def test_an_event_without_an_identifier_has_the_same_one_in_every_file() -> None:
    [one] = parse('{"at": 5, "name": "app_open"}')
    [again] = parse('{"name": "app_open", "at": "1970-01-01T00:00:05.250Z"}')
    [other] = parse('{"at": 6, "name": "app_open"}')
    assert isinstance(one, Event)
    assert isinstance(other, Event)
    assert one == again
    assert one.id
    assert one.id != other.id


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"at": 5, "name": "App Open"}', "the name is not"),
        ('{"at": 5, "name": 7}', "the name is not"),
        ('{"at": 5}', "the name is not"),
        ('{"name": "x"}', "the moment is missing"),
        ('{"at": "2024-01-05", "name": "x"}', "no date, time and zone"),
        ('{"at": "2024-01-05T10:00:00", "name": "x"}', "no date, time and zone"),
        ('{"at": "2024-02-30T10:00:00Z", "name": "x"}', "not in the calendar"),
        ('{"at": "0001-01-01T00:00:00+14:00", "name": "x"}', "calendar|beyond"),
        ('{"at": "9999-12-31T23:59:59-14:00", "name": "x"}', "calendar|beyond"),
        ('{"at": -5, "name": "x"}', "whole seconds"),
        ('{"at": 1.5, "name": "x"}', "whole seconds"),
        ('{"at": 1e999999, "name": "x"}', "whole seconds"),
        ('{"at": 99999999999, "name": "x"}', "whole seconds"),
        ('{"at": NaN, "name": "x"}', "damaged"),
        ('{"at": null, "name": "x"}', "missing"),
        ('{"at": 5, "name": "x", "subject": ["y"]}', "the subject is no text"),
        ('{"at": 5, "name": "x", "subject": "' + "y" * 200 + '"}', "the subject is too long"),
        ('{"at": 5, "at": 6, "name": "x"}', "a key stands twice"),
        ('{"at": 5, "name": "x", "more": {"a": 1, "a": 2}}', "a key stands twice"),
        ("[1]", "no JSON object"),
        ('{"at": 5, "name": "x"', "damaged"),
        ("nonsense", "damaged"),
        ("[" * 50_000, "nested"),
        ('{"at": 5, "name": "' + "x" * 70_000 + '"}', "longer than any event"),
    ],
)
def test_a_bad_line_is_rejected_and_the_rest_goes_on(line: str, reason: str) -> None:
    before, bad, after = parse(f'{{"at": 1, "name": "a"}}\n{line}\n{{"at": 2, "name": "b"}}\n')
    assert isinstance(before, Event)
    assert isinstance(bad, Rejected)
    assert bad.row == 2
    assert reason.split("|", maxsplit=1)[0] in bad.reason or reason.rsplit("|", maxsplit=1)[-1] in bad.reason
    assert isinstance(after, Event)
    assert after.name == "b"


def test_bytes_that_are_no_text_are_one_bad_line() -> None:
    bad, good = parse(b'\xff\xfe\x00\n{"at": 1, "name": "a"}\n')
    assert bad == Rejected(1, "the line is not UTF-8 text")
    assert isinstance(good, Event)


def test_a_file_cut_in_its_last_line_gives_the_lines_before_it() -> None:
    good, bad = parse('{"at": 1, "name": "a"}\n{"at": 2, "na')
    assert isinstance(good, Event)
    assert isinstance(bad, Rejected)


def test_subjects_are_cleaned() -> None:
    [event] = parse('{"at": 1, "name": "a", "subject": "bud\\u202eget\\u0000 \\ud800"}')
    assert isinstance(event, Event)
    assert event.subject == "budget"


def test_events_are_detected_as_lines_and_as_a_list() -> None:
    lines = read(b'{"at": 1, "name": "a"}\n{"at": 2, "name": "b"}\n')
    listed = read(b'[{"at": 1, "name": "a"},\n {"at": 2, "name": "b"}, {"at": 3, "name": 5}]')
    assert lines.format == listed.format == "events"
    found = list(lines.items)
    assert found == list(listed.items)[:2]
    assert lines.position() == lines.size


def test_the_format_may_be_named() -> None:
    feed = read(b'nonsense\n{"at": 2, "name": "b"}\n', format="events")
    assert [type(item) for item in feed.items] == [Rejected, Event]
