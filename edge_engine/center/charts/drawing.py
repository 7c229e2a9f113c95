"""A drawing surface for SVG. Text is set by a tree of elements and never pasted together, so that it stays text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]
_STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Frame:
    """The area that values are drawn in.

    Attributes:
        width: Of the whole picture, in its own units.
        height: Likewise.
        left: Space for what stands left of the area.
        right: Likewise.
        top: Likewise.
        bottom: Likewise.
    """

    width: float
    height: float
    left: float = 56
    right: float = 16
    top: float = 14
    bottom: float = 30

    def x(self, share: float) -> float:
        """Return where a share of the width lies."""
        return round(self.left + share * (self.width - self.left - self.right), 1)

    def y(self, share: float) -> float:
        """Return where a share of the height, counted from below, lies."""
        return round(self.height - self.bottom - share * (self.height - self.top - self.bottom), 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from a round number to a round number; values are integers, such as minor units.

    Attributes:
        low: Where it begins.
        high: Where it ends.
        ticks: Round numbers on it.
    """

    low: int
    high: int
    ticks: tuple[int, ...]

    @classmethod
    def over(cls, values: Iterable[int], *, unit: int = 1, most: int = 5) -> Scale:
        """Return a scale that holds values and zero.

        Args:
            values: What is drawn.
            unit: Ticks are multiples of it: the minor units of one whole.
            most: How many intervals at most.
        """
        known = [0, *values]
        low, high = min(known), max(known)
        if low == high:
            high = low + unit
        rough = max(high - low, unit) / most
        power = unit
        while power * 10 <= rough:
            power *= 10
        steps = [int(power * one) for one in _STEPS if (power * one) % unit == 0]
        step = next((one for one in steps if one >= rough), power * 10)
        first, last = low // step, -(-high // step)
        return cls(first * step, last * step, tuple(step * n for n in range(first, last + 1)))

    def share(self, value: int) -> float:
        """Return where a value lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


class Drawing:
    """One picture.

    Args:
        key: Unique on the page: the title's and the description's identifiers begin with it.
        frame: Its area.
        title: What it shows, in a few words.
        description: What there is to see, for who cannot.
        kind: Class of the style sheet.
    """

    def __init__(self, key: str, frame: Frame, title: str, description: str, kind: str = "chart") -> None:
        self.frame = frame
        self._root = ET.Element(
            "svg",
            {
                "viewBox": f"0 0 {frame.width:g} {frame.height:g}",
                "role": "img",
                "class": kind,
                "aria-labelledby": f"{key}-t {key}-d",
            },
        )
        ET.SubElement(self._root, "title", {"id": f"{key}-t"}).text = title
        ET.SubElement(self._root, "desc", {"id": f"{key}-d"}).text = description

    def rect(
        self, kind: str, at: Point, width: float, height: float, *, says: str = "", round_: float = 0
    ) -> None:
        """Draw a rectangle from its upper left corner."""
        attributes = {
            "x": _n(at[0]),
            "y": _n(at[1]),
            "width": _n(max(width, 0)),
            "height": _n(max(height, 0)),
        }
        if round_:
            attributes["rx"] = _n(round_)
        self._add("rect", kind, attributes, says)

    def line(self, kind: str, start: Point, end: Point) -> None:
        """Draw a line."""
        ends = {"x1": _n(start[0]), "y1": _n(start[1]), "x2": _n(end[0]), "y2": _n(end[1])}
        self._add("line", kind, ends, "")

    def path(self, kind: str, points: Sequence[Point], *, closed: bool = False, says: str = "") -> None:
        """Draw a line through points, or an area within them."""
        way = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + ("Z" if closed else "")
        self._add("path", kind, {"d": way}, says)

    def dot(self, kind: str, at: Point, radius: float, *, says: str = "") -> None:
        """Draw a dot."""
        self._add("circle", kind, {"cx": _n(at[0]), "cy": _n(at[1]), "r": _n(radius)}, says)

    def text(self, kind: str, at: Point, words: str, *, anchor: str = "start") -> None:
        """Write a few words."""
        attributes = {"x": _n(at[0]), "y": _n(at[1]), "text-anchor": anchor, "class": kind}
        ET.SubElement(self._root, "text", attributes).text = words

    def finish(self) -> Markup:
        """Return the picture."""
        # Everything in it was set as text of an element or of an attribute, which the tree escapes.
        return Markup(ET.tostring(self._root, encoding="unicode"))  # noqa: S704

    def _add(self, tag: str, kind: str, attributes: dict[str, str], says: str) -> None:
        element = ET.SubElement(self._root, tag, {"class": kind, **attributes})
        if says:
            ET.SubElement(element, "title").text = says


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
