"""Plots with a row for each thing, for a desk and for a phone: intervals, pairs, bars, shares and ranges.

All of them label what is drawn where it is drawn; none needs a legend to be read but by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.simulation.report.surface import Axis, Frame, Surface, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDE: Final = 760.0
NARROW: Final = 360.0
_TYPE: Final = {False: 13.0, True: 13.0}
_ROW: Final = {False: 34.0, True: 46.0}
_LEAST_ROOM: Final = 40.0
"""Space at the right of rows, for the last label of the axis."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every plot has.

    Attributes:
        key: Unique on the page.
        title: What it shows.
        description: What there is to see.
        narrow: Whether it is for a phone.
    """

    key: str
    title: str
    description: str
    narrow: bool

    @property
    def width(self) -> float:
        """Of the picture."""
        return NARROW if self.narrow else WIDE

    @property
    def type(self) -> float:
        """Size of the type."""
        return _TYPE[self.narrow]

    def surface(self, frame: Frame) -> Surface:
        """Return what to draw on."""
        return Surface(f"{self.key}-{'n' if self.narrow else 'w'}", frame, self.title, self.description)


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with how sure it is.

    Attributes:
        label: In words.
        value: The value.
        low: Lower end; None where it is not told.
        high: Upper end.
        kind: Class of the style sheet.
        note: More words, after the value.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    kind: str = "a"
    note: str = ""


def intervals(
    sheet: Sheet, rows: Sequence[Interval], axis: Axis, says: Callable[[float], str], name: str = ""
) -> str:
    """Draw values, one a row, each with its interval."""
    values = [says(one.value) + one.note for one in rows]
    frame, surface = _rows(sheet, [one.label for one in rows], axis, says, name, values)
    for at, one in enumerate(rows):
        height = _middle(sheet, frame, at, one.label, surface)
        x = frame.x(axis.share(one.value))
        told = says(one.value)
        if one.low is not None and one.high is not None:
            ends = [frame.x(min(max(axis.share(end), 0.0), 1.0)) for end in (one.low, one.high)]
            surface.line(f"whisker {one.kind}", (ends[0], height), (ends[1], height))
            told += f" ({says(one.low)} to {says(one.high)})"
        surface.dot(f"dot {one.kind}", (x, height), 6.0, says=f"{one.label}: {told}")
        end = frame.x(min(axis.share(max(one.value, one.high or one.value)), 1.0))
        _value(sheet, surface, at, (end + 11.0, height + 4.5), values[at], one.kind)
    return surface.finish()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values of one thing.

    Attributes:
        label: In words.
        first: The first; None where there is none.
        second: The second; None likewise.
        kind: Class of the style sheet.
        note: More words.
    """

    label: str
    first: float | None
    second: float | None
    kind: str = "a"
    note: str = ""


def pairs(
    sheet: Sheet,
    rows: Sequence[Pair],
    axis: Axis,
    says: Callable[[float], str],
    names: tuple[str, str],
    name: str = "",
) -> str:
    """Draw two values a row with the way from the first (hollow) to the second (full)."""
    values = [_last(one, says) for one in rows]
    frame, surface = _rows(sheet, [one.label for one in rows], axis, says, name, values, head=24.0)
    surface.dot("dot hollow", (frame.left + 6.0, 14.0), 5.0)
    surface.text("name", (frame.left + 16.0, 18.0), names[0])
    second = frame.left + 34.0 + width_of(names[0], sheet.type)
    surface.dot("dot a", (second, 14.0), 5.0)
    surface.text("name", (second + 10.0, 18.0), names[1])
    for at, one in enumerate(rows):
        height = _middle(sheet, frame, at, one.label, surface)
        places = [None if it is None else frame.x(axis.share(it)) for it in (one.first, one.second)]
        if places[0] is not None and places[1] is not None:
            surface.line(f"way {one.kind}", (places[0], height), (places[1], height))
        if places[0] is not None and one.first is not None:
            surface.dot(
                "dot hollow", (places[0], height), 5.0, says=f"{one.label}, {names[0]}: {says(one.first)}"
            )
        if places[1] is not None and one.second is not None:
            told = f"{one.label}, {names[1]}: {says(one.second)}"
            surface.dot(f"dot {one.kind}", (places[1], height), 6.0, says=told)
        at_end = max((it for it in places if it is not None), default=frame.x(0.0))
        _value(sheet, surface, at, (at_end + 11.0, height + 4.5), values[at], one.kind)
    return surface.finish()


def _last(one: Pair, says: Callable[[float], str]) -> str:
    """Write the second value, or the first where there is no second."""
    last = one.first if one.second is None else one.second
    return "" if last is None else says(last) + one.note


@dataclass(frozen=True, slots=True)
class Bar:
    """A value as a length from zero."""

    label: str
    value: float
    told: str
    kind: str = "a"


def bars(sheet: Sheet, rows: Sequence[Bar], axis: Axis, says: Callable[[float], str], name: str = "") -> str:
    """Draw values as bars from zero."""
    values = [one.told for one in rows]
    frame, surface = _rows(sheet, [one.label for one in rows], axis, says, name, values)
    for at, one in enumerate(rows):
        height = _middle(sheet, frame, at, one.label, surface)
        ends = sorted((frame.x(axis.share(0.0)), frame.x(axis.share(one.value))))
        size = max(ends[1] - ends[0], 1.5), 16.0
        surface.rect(
            f"bar {one.kind}", (ends[0], height - 8.0), size, says=f"{one.label}: {one.told}", round_=3.0
        )
        _value(sheet, surface, at, (ends[0] + size[0] + 7.0, height + 4.5), one.told, "ink")
    return surface.finish()


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a whole.

    Attributes:
        label: In words.
        parts: Each with its share of 1, in one order for all rows.
        told: What the whole is.
    """

    label: str
    parts: Sequence[float]
    told: str


def shares(sheet: Sheet, rows: Sequence[Shares], names: Sequence[str], kinds: Sequence[str]) -> str:
    """Draw rows of parts that fill the whole width, their names above."""
    axis = Axis(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0))
    places, height = _flow(sheet, names)
    labels = [f"{one.label} · {one.told}" if sheet.narrow else one.label for one in rows]
    frame, surface = _rows(sheet, labels, axis, lambda it: f"{it:.0%}", "", head=height)
    for name, kind, (x, y) in zip(names, kinds, places, strict=True):
        surface.rect(f"part {kind}", (x, y - 9.0), (11.0, 11.0), round_=2.0)
        surface.text("name", (x + 16.0, y), name)
    for at, one in enumerate(rows):
        middle = _middle(sheet, frame, at, labels[at], surface)
        reached = 0.0
        for name, kind, part in zip(names, kinds, one.parts, strict=True):
            if part > 0.0:
                ends = frame.x(reached), frame.x(reached + part)
                told = f"{one.label}, {name}: {part:.1%} of {one.told}"
                surface.rect(
                    f"part {kind}", (ends[0], middle - 9.0), (ends[1] - ends[0] - 1.0, 18.0), says=told
                )
                if ends[1] - ends[0] > 34.0:
                    surface.text(
                        f"inside {kind}",
                        ((ends[0] + ends[1]) / 2, middle + 4.5),
                        f"{part:.0%}",
                        anchor="middle",
                    )
            reached += part
    return surface.finish()


@dataclass(frozen=True, slots=True)
class Spread:
    """A count over devices, on a scale of its own.

    Attributes:
        label: In words.
        low: One of ten has less.
        middle: Half have less.
        high: Nine of ten have less.
        told: The three in words.
    """

    label: str
    low: float
    middle: float
    high: float
    told: str


def ranges(sheet: Sheet, rows: Sequence[Spread]) -> str:
    """Draw ranges, each from zero on a scale of its own, with its numbers beside it."""
    room = 0.0 if sheet.narrow else max((width_of(one.told, sheet.type) for one in rows), default=0.0) + 12.0
    left = 8.0 if sheet.narrow else max((width_of(one.label, sheet.type) for one in rows), default=0.0) + 14.0
    step = 58.0 if sheet.narrow else _ROW[False]
    frame = Frame(sheet.width, 12.0 + step * len(rows), left, room + 10.0, 6.0, 6.0)
    surface = sheet.surface(frame)
    for at, one in enumerate(rows):
        height = frame.top + step * (at + (0.8 if sheet.narrow else 0.5))
        most = one.high or 1.0
        places = [frame.x(it / most) for it in (one.low, one.middle, one.high)]
        surface.line("grid", (frame.x(0.0), height), (frame.x(1.0), height))
        surface.line("thick a", (places[0], height), (places[2], height))
        surface.dot("dot a", (places[1], height), 6.0, says=f"{one.label}: {one.told}")
        if sheet.narrow:
            surface.text("label", (frame.left, height - 28.0), one.label)
            surface.text("tick", (frame.left, height - 13.0), one.told)
        else:
            surface.text("label", (frame.left - 12.0, height + 4.0), one.label, anchor="end")
            surface.text("tick", (frame.x(1.0) + 12.0, height + 4.0), one.told)
    return surface.finish()


def _rows(
    sheet: Sheet,
    labels: Sequence[str],
    axis: Axis,
    says: Callable[[float], str],
    name: str,
    told: Sequence[str] = (),
    head: float = 0.0,
) -> tuple[Frame, Surface]:
    """Return the frame of a plot with a row for each label and room for what is told of each, its axis drawn."""
    left = 22.0 if sheet.narrow else max((width_of(one, sheet.type) for one in labels), default=0.0) + 16.0
    right = 30.0 if sheet.narrow else max([_LEAST_ROOM, *(width_of(one, sheet.type) + 16.0 for one in told)])
    height = head + 18.0 + _ROW[sheet.narrow] * len(labels) + 46.0
    frame = Frame(sheet.width, height, left, right, head + 12.0, 46.0)
    surface = sheet.surface(frame)
    shown = axis.ticks
    most = max(width_of(says(tick), sheet.type) for tick in shown) + 8.0
    every = max(1, -int(-most * len(shown) // (frame.x(1.0) - frame.x(0.0))))
    for at, tick in enumerate(shown):
        x = frame.x(axis.share(tick))
        surface.line("zero" if tick == 0.0 else "grid", (x, frame.top), (x, frame.height - frame.bottom))
        if at % every == 0:
            surface.text("tick", (x, frame.height - 28.0), says(tick), anchor="middle")
    surface.text("axis", (frame.x(1.0), frame.height - 7.0), name, anchor="end")
    return frame, surface


def _middle(sheet: Sheet, frame: Frame, at: int, label: str, surface: Surface) -> float:
    """Write a row's label and return the height of its marks."""
    step = _ROW[sheet.narrow]
    if sheet.narrow:
        surface.text("label", (4.0, frame.top + step * at + 15.0), label)
        return frame.top + step * at + 33.0
    height = frame.top + 3.0 + step * (at + 0.5)
    surface.text("label", (frame.left - 12.0, height + 4.5), label, anchor="end")
    return height


def _value(sheet: Sheet, surface: Surface, row: int, at: tuple[float, float], words: str, kind: str) -> None:
    """Write a value beside its mark; on a phone at the end of the line that has the row's label."""
    frame = surface.frame
    if sheet.narrow:
        place = frame.width - 4.0, frame.top + _ROW[True] * row + 15.0
        surface.text(f"value {kind}", place, words, anchor="end")
        return
    x = min(at[0], frame.width - width_of(words, sheet.type) - 2.0)
    surface.text(f"value {kind}", (x, at[1]), words)


def _flow(sheet: Sheet, names: Sequence[str]) -> tuple[list[tuple[float, float]], float]:
    """Return places for names in rows, and the height that they take."""
    places: list[tuple[float, float]] = []
    x, y = 2.0, 14.0
    for name in names:
        wide = 16.0 + width_of(name, sheet.type) + 16.0
        if x + wide > sheet.width and places:
            x, y = 2.0, y + 20.0
        places.append((x, y))
        x += wide
    return places, y + 8.0
