"""Laws of recurring streams that hold whatever the household."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.domain.series import Postings
from edge_engine.insights.recurring import streams
from edge_engine.insights.stream import STEPS, Cadence, Rule, RuleKind, Schedule, Shift, Status, Stream
from tests.unit.insights.stories import TAXONOMY, Row, columns, person

TODAY = date(2025, 6, 20)
GREGORIAN_CYCLE = 146_097
"""Days of 400 years: whole weeks, after which the calendar repeats exactly."""

merchants = st.sampled_from(["alpha", "beta", "gamma"])
leaves = st.sampled_from(["", "utilities.energy", "leisure.streaming", "food.groceries", "dining.coffee"])


@st.composite
def households(draw: st.DrawFn) -> list[Row]:
    """Draw a few regular payments, missed and moved at will, among others at the same merchants."""
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, 4))):
        cadence = draw(st.sampled_from(list(Cadence)))
        merchant, leaf = draw(merchants), draw(leaves)
        amount = draw(st.integers(-50_000, 50_000).filter(bool))
        period = STEPS[cadence].period
        n = draw(st.integers(1, 14))
        start = TODAY - timedelta(days=draw(st.integers(0, 40)) + round(period * n))
        for at in range(n):
            day = start + timedelta(days=round(period * at) + draw(st.integers(0, 3)))
            rows.append(Row(day, amount, merchant, leaf))
    for _ in range(draw(st.integers(0, 15))):
        day = TODAY - timedelta(days=draw(st.integers(0, 700)))
        rows.append(Row(day, draw(st.integers(-9000, 9000)), draw(merchants), draw(leaves)))
    return sorted(rows, key=lambda row: row.day)


def find(postings: Postings, today: date = TODAY) -> list[Stream]:
    return streams(postings, today, TAXONOMY)


def shifted(postings: Postings, days: int) -> Postings:
    columns_of = {name: getattr(postings, name) for name in Postings.__slots__}
    return Postings(**{**columns_of, "days": postings.days + days})


@settings(max_examples=150, deadline=None)
@given(households())
def test_what_is_found_is_sound(rows: list[Row]) -> None:
    postings = columns(rows)
    found = find(postings)
    assert found == find(postings)
    used = [one for stream in found for one in stream.evidence]
    assert len(used) == len(set(used))
    assert len({stream.id for stream in found}) == len(found)
    for stream in found:
        mine = np.isin(postings.ids, stream.evidence)
        assert len(set(postings.merchants[mine].tolist())) == 1
        assert len(set(np.sign(postings.amounts[mine]).tolist())) == 1
        days = postings.days[mine]
        assert (stream.first.toordinal(), stream.last.toordinal()) == (days.min(), days.max())
        assert 0 < stream.confidence < 1
        assert abs(stream.low.minor) <= abs(stream.high.minor)
        assert len(stream.evidence) >= (2 if stream.cadence is Cadence.YEARLY else 3)
        assert (stream.next is None) is (stream.status is Status.ENDED)
        if stream.next is not None and stream.next_first is not None and stream.next_last is not None:
            assert stream.next_first <= stream.next <= stream.next_last
            assert stream.next > stream.last - timedelta(days=10)
        assert msgspec.json.decode(msgspec.json.encode(stream), type=Stream) == stream


@settings(max_examples=60, deadline=None)
@given(households(), st.integers(2, 1000))
def test_the_unit_of_money_does_not_matter(rows: list[Row], factor: int) -> None:
    scaled = [Row(row.day, row.minor * factor, row.merchant, row.leaf) for row in rows]
    for one, other in zip(find(columns(rows)), find(columns(scaled)), strict=True):
        assert (one.id, one.evidence, one.next, one.status) == (
            other.id,
            other.evidence,
            other.next,
            other.status,
        )
        assert one.expected.minor * factor == other.expected.minor


@settings(max_examples=60, deadline=None)
@given(households())
def test_the_calendar_repeats_every_400_years(rows: list[Row]) -> None:
    now = find(columns(rows))
    later = find(shifted(columns(rows), GREGORIAN_CYCLE), TODAY + timedelta(days=GREGORIAN_CYCLE))
    assert [stream.evidence for stream in later] == [stream.evidence for stream in now]
    assert [stream.status for stream in later] == [stream.status for stream in now]
    for one, other in zip(now, later, strict=True):
        if one.next is None or other.next is None:
            assert one.next is other.next
        else:
            assert (other.next - one.next).days == GREGORIAN_CYCLE


@settings(max_examples=40, deadline=None)
@given(st.integers(-300, 300), st.integers(6, 40), st.sampled_from([Cadence.WEEKLY, Cadence.FORTNIGHTLY]))
def test_weekly_streams_move_with_their_weeks(weeks: int, n: int, cadence: Cadence) -> None:
    step = STEPS[cadence].days
    rows = [Row(TODAY - timedelta(days=step * at), -900, "gym", "personal.fitness") for at in range(n, 0, -1)]
    (one,) = find(columns(rows))
    (other,) = find(shifted(columns(rows), 7 * weeks), TODAY + timedelta(weeks=weeks))
    assert one.next is not None
    assert other.next == one.next + timedelta(weeks=weeks)
    assert other.cadence is one.cadence is cadence


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_how_rows_of_a_day_and_merchants_are_numbered_does_not_matter(seed: int, order: object) -> None:
    postings = person(seed, years=1).postings
    rng = np.random.default_rng(seed)
    # Any order of the rows that keeps days in order, and any numbering of merchants.
    shuffle = np.lexsort((rng.random(len(postings)), postings.days))
    renumber = rng.permutation(len(postings.merchant_names))
    names = [""] * len(renumber)
    for at, to in enumerate(renumber.tolist()):
        names[to] = postings.merchant_names[at]
    columns_of = {name: getattr(postings, name) for name in Postings.__slots__}
    mixed = {name: value[shuffle] for name, value in columns_of.items() if isinstance(value, np.ndarray)}
    other = Postings(
        **{**columns_of, **mixed, "merchants": renumber[mixed["merchants"]], "merchant_names": tuple(names)}
    )
    one_found, other_found = find(postings), find(other)
    assert sorted(map(frozenset, (stream.evidence for stream in one_found)), key=sorted) == sorted(
        map(frozenset, (stream.evidence for stream in other_found)), key=sorted
    )


rules = st.one_of(
    st.builds(Rule, st.just(RuleKind.DAY), st.integers(1, 31), st.just(0), st.sampled_from(list(Shift))),
    st.builds(Rule, st.just(RuleKind.WORKDAY), st.integers(-15, 15).filter(bool)),
    st.builds(Rule, st.just(RuleKind.WEEKDAY), st.sampled_from([1, 2, 3, 4, -1, -2]), st.integers(0, 6)),
)


@given(
    rules,
    st.sampled_from([one for one in Cadence if STEPS[one].months]),
    st.integers(23_000, 25_500),
    st.integers(-40, 40),
)
def test_slots_are_in_order_and_found_again(rule: Rule, cadence: Cadence, month: int, slot: int) -> None:
    schedule = Schedule(cadence, month, rule)
    day = schedule.day(slot)
    assert schedule.day(slot - 1) < day < schedule.day(slot + 1)
    assert schedule.first_slot_after(day) == slot + 1
    assert schedule.first_slot_after(day - 1) == slot
