"""What plots are drawn on: SVG as a tree of elements, axes with round numbers, and no script or style of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = tuple[float, float]
Says = "Callable[[float], str]"
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_LETTER: Final = 0.62
_BROAD: Final = 0.92
"""Width of a usual letter and of a broad one in a broad face, as shares of the size of the type."""

_BROAD_ONES: Final = frozenset("%+\N{MINUS SIGN}mwMW@⚑")


@dataclass(frozen=True, slots=True)
class Axis:
    """From a value to a value, straight or by orders of magnitude.

    Attributes:
        low: Where it begins.
        high: Where it ends.
        ticks: Round numbers on it.
        log: Whether equal ways are equal factors.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    @classmethod
    def over(cls, values: Sequence[float], *, zero: bool = True, most: int = 5) -> Axis:
        """Return an axis that holds values, from a round number to a round number.

        Args:
            values: What is drawn.
            zero: Whether it holds zero as well.
            most: Intervals at most.
        """
        known = [*values, 0.0] if zero or not values else list(values)
        low, high = min(known), max(known)
        if math.isclose(low, high, abs_tol=1e-12):
            low, high = low - (0.0 if zero else 0.5), high + 1.0
        rough = (high - low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * one for one in _STEPS if power * one >= rough * (1 - 1e-9))
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        return cls(first * step, last * step, tuple(step * n for n in range(first, last + 1)))

    @classmethod
    def powers(cls, values: Sequence[float]) -> Axis:
        """Return an axis by orders of magnitude, in steps of about three, that holds values above zero."""
        least, most = min(values), max(values)
        lowest, highest = math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1
        marks = [part * 10.0**n for n in range(lowest, highest + 1) for part in (1.0, 3.0)]
        low = max(one for one in marks if one <= least * 1.000001)
        high = min(one for one in marks if one >= most * 0.999999 and one > low)
        return cls(low, high, tuple(one for one in marks if low <= one <= high), log=True)

    def share(self, value: float) -> float:
        """Return where a value lies, 0 to 1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Frame:
    """The area that values are drawn in, in a picture of so many units, and the space around it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, share: float) -> float:
        """Return where a share of the width lies."""
        return self.left + share * (self.width - self.left - self.right)

    def y(self, share: float) -> float:
        """Return where a share of the height, counted from below, lies."""
        return self.height - self.bottom - share * (self.height - self.top - self.bottom)


class Surface:
    """One picture.

    Args:
        key: Unique on the page.
        frame: Its area.
        title: What it shows, in a few words.
        description: What there is to see, for who cannot.
    """

    def __init__(self, key: str, frame: Frame, title: str, description: str) -> None:
        self.frame = frame
        self._root = ET.Element(
            "svg",
            {
                "viewBox": f"0 0 {frame.width:g} {frame.height:g}",
                "role": "img",
                "class": "plot",
                "aria-labelledby": f"{key}-t {key}-d",
            },
        )
        ET.SubElement(self._root, "title", {"id": f"{key}-t"}).text = title
        ET.SubElement(self._root, "desc", {"id": f"{key}-d"}).text = description

    def rect(self, kind: str, at: Place, size: Place, *, says: str = "", round_: float = 0.0) -> None:
        """Draw a rectangle from its upper left corner."""
        numbers = {"x": at[0], "y": at[1], "width": max(size[0], 0.0), "height": max(size[1], 0.0)}
        if round_:
            numbers["rx"] = round_
        self._add("rect", kind, {name: _n(one) for name, one in numbers.items()}, says)

    def line(self, kind: str, start: Place, end: Place) -> None:
        """Draw a line."""
        numbers = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
        self._add("line", kind, {name: _n(one) for name, one in numbers.items()}, "")

    def path(self, kind: str, places: Sequence[Place], *, closed: bool = False) -> None:
        """Draw a line through places, or the area within them."""
        way = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in places) + ("Z" if closed else "")
        self._add("path", kind, {"d": way}, "")

    def dot(self, kind: str, at: Place, radius: float, *, says: str = "") -> None:
        """Draw a dot."""
        self._add("circle", kind, {"cx": _n(at[0]), "cy": _n(at[1]), "r": _n(radius)}, says)

    def text(self, kind: str, at: Place, words: str, *, anchor: str = "start") -> None:
        """Write a few words."""
        attributes = {"class": kind, "x": _n(at[0]), "y": _n(at[1]), "text-anchor": anchor}
        ET.SubElement(self._root, "text", attributes).text = words

    def finish(self) -> str:
        """Return the picture; everything in it was set as text, which the tree escapes."""
        return ET.tostring(self._root, encoding="unicode")

    def _add(self, tag: str, kind: str, attributes: dict[str, str], says: str) -> None:
        element = ET.SubElement(self._root, tag, {"class": kind, **attributes})
        if says:
            ET.SubElement(element, "title").text = says


def width_of(words: str, size: float) -> float:
    """Return about how wide words are in a type of a size."""
    return sum(_BROAD if one in _BROAD_ONES else _LETTER for one in words) * size


def spaced(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Return places near the wanted ones that are so far apart, in their order, within bounds as far as they go.

    For labels at the ends of lines, that none covers another.
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    found = list(wanted)
    for before, at in zip([None, *order], order, strict=False):
        least = low if before is None else found[before] + apart
        found[at] = max(found[at], least)
    for after, at in zip([None, *reversed(order)], reversed(order), strict=False):
        most = high if after is None else found[after] - apart
        found[at] = min(found[at], most)
    return found


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if abs(value) >= 0.05 else "0"
