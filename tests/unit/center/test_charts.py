"""Charts: what they say to who cannot see them, and that they hold no program."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.center.charts import columns, outlook
from edge_engine.center.charts.drawing import Drawing, Frame, Scale
from edge_engine.center.charts.marks import calibration, coverage, gauge, spark
from edge_engine.domain.money import MAX_MINOR, Money
from edge_engine.insights.coverage import HorizonCoverage
from edge_engine.insights.finding import Coming, Outlook, OutlookWeek

START = date(2026, 6, 15)
HOSTILE = "</title><script>alert(1)</script>"


def parts(picture: str, tag: str) -> list[ET.Element]:
    """The elements of a picture with a tag."""
    return [one for one in ET.fromstring(picture).iter() if one.tag.rpartition("}")[2] == tag]  # noqa: S314 - ours


def pounds(minor: int) -> Money:
    """Some money."""
    return Money(minor, "GBP")


def ahead(*middles: int, spread: int = 5_000) -> Outlook:
    """An outlook that starts with 1,000 pounds."""
    weeks = tuple(
        OutlookWeek(
            START + timedelta(weeks=number), pounds(one - spread), pounds(one), pounds(one + 2 * spread)
        )
        for number, one in enumerate(middles, 1)
    )
    coming = (
        Coming(START + timedelta(days=3), "s", HOSTILE, pounds(-72_000)),
        Coming(START + timedelta(days=400), "far", "far away", pounds(1)),
    )
    lowest = min(middles)
    return Outlook(START, pounds(100_000), weeks, coming, pounds(lowest), START, 0.1, 60)


@pytest.mark.parametrize("narrow", [False, True])
def test_an_outlook_names_itself_and_every_week(narrow: bool) -> None:  # noqa: FBT001
    picture = outlook.draw(ahead(90_000, -20_000, 40_000), narrow=narrow)
    root = ET.fromstring(picture)  # noqa: S314 - ours
    assert root.get("role") == "img"
    title, description, *rest = (one.text or "" for one in parts(picture, "title") + parts(picture, "desc"))
    del description, rest
    assert title == "Balance over the coming 3 weeks"
    told = [one.text or "" for one in parts(picture, "title")]
    assert len([one for one in told if "most likely" in one]) == 3
    assert "\N{MINUS SIGN}£200.00" in " ".join(told)
    assert "£1,000.00 today" in (parts(picture, "desc")[0].text or "")
    assert len([one for one in parts(picture, "line") if one.get("class", "").startswith("due")]) == 1
    assert not parts(picture, "script")


@given(st.lists(st.integers(-MAX_MINOR, MAX_MINOR), min_size=1, max_size=26), st.integers(0, MAX_MINOR // 4))
def test_every_point_lies_within_the_picture(middles: list[int], spread: int) -> None:
    picture = outlook.draw(ahead(*middles, spread=spread), narrow=True)
    for dot in parts(picture, "circle"):
        assert 0 <= float(dot.get("cx", "-1")) <= outlook.NARROW.width
        assert 0 <= float(dot.get("cy", "-1")) <= outlook.NARROW.height


@given(st.lists(st.integers(-(10**12), 10**12), max_size=20), st.sampled_from([1, 100, 1000]))
def test_a_scale_holds_its_values_between_round_numbers(values: list[int], unit: int) -> None:
    scale = Scale.over(values, unit=unit)
    assert all(0 <= scale.share(value) <= 1 for value in [0, *values])
    assert scale.ticks[0] == scale.low
    assert scale.ticks[-1] == scale.high
    assert 2 <= len(scale.ticks) <= 8
    assert len({b - a for a, b in zip(scale.ticks, scale.ticks[1:], strict=False)}) == 1
    assert all(tick % unit == 0 for tick in scale.ticks)


def test_columns_stack_and_tell_each_part() -> None:
    months = [date(2026, 4, 1), date(2026, 5, 1)]
    series = [
        columns.Series("Home", {months[0]: 90_000, months[1]: 95_000}),
        columns.Series(HOSTILE, {months[0]: 10_000, months[1]: -500}),
    ]
    picture = columns.draw(series, months, "GBP", narrow=False)
    bars = parts(picture, "rect")
    assert len(bars) == 3, "what was given back is no column"
    assert "<script" not in picture
    assert any(HOSTILE in (one.text or "") for one in parts(picture, "title"))
    assert "£950.00" in (parts(picture, "desc")[0].text or "") + str([b.find("*") for b in bars]) + picture


def test_a_gauge_says_how_much_is_used() -> None:
    assert "2 of 8 used, 25%" in gauge("g", 2, 8, "Budget")
    full = parts(gauge("g", 9, 8, "Budget"), "rect")
    assert full[1].get("width") == full[0].get("width")
    assert len(parts(gauge("g", 0, 8, "Budget"), "rect")) == 1
    assert "100%" in gauge("g", 0, 0, "Budget"), "a budget of nothing is used up"


def test_a_line_of_amounts_that_never_changed_is_level() -> None:
    days = [START, START + timedelta(days=30), START + timedelta(days=60)]
    picture = spark("s", [(one, pounds(-1_099)) for one in days])
    way = parts(picture, "path")[0].get("d") or ""
    heights = {point.split(" ")[1] for point in way.removeprefix("M").split("L")}
    assert len(heights) == 1
    assert "\N{MINUS SIGN}£10.99" in picture


def test_honesty_is_drawn_beside_the_goal() -> None:
    horizons = [
        HorizonCoverage("habits", "balance", weeks, 10, 0.7 + weeks / 100, 0.1, 0.2, 0.5)
        for weeks in (1, 2, 8)
    ]
    picture = coverage("c", horizons, 0.8)
    assert len(parts(picture, "circle")) == 3
    assert "8 weeks ahead 78% of 10" in picture


def test_calibration_is_drawn_beside_the_diagonal() -> None:
    picture = calibration("k", [(10, 0.18, 0.1), (800, 0.97, 0.91)])
    small, large = parts(picture, "circle")
    assert float(small.get("r", "0")) < float(large.get("r", "0"))
    assert "97% sure, 91% right (800 rows)" in picture


def test_words_in_a_picture_stay_words() -> None:
    drawing = Drawing("d", Frame(100, 100), HOSTILE, HOSTILE)
    drawing.text("tick", (1, 1), HOSTILE)
    picture = drawing.finish()
    assert "<script" not in picture
    assert [one.text for one in parts(picture, "text")] == [HOSTILE]
