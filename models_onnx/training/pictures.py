"""Draws how well confidence and truth agree, as SVG that stands on its own: no script, no font, no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIDE: Final = 360
"""Length of either axis, in units of the picture."""

LEFT, TOP, RIGHT, BOTTOM = 60, 40, 20, 50
BAR: Final = 60
"""Height of the bars that tell how many rows each point stands for."""


def calibration(points: Sequence[Mapping[str, float]], title: str) -> str:
    """Return the picture: a point for each tenth of confidence, the diagonal where they would stand, bars of rows.

    Args:
        points: ``confidence`` and ``accuracy`` from 0 to 1, and ``n`` rows, as
            `edge_engine.evaluation.categorizer.calibration` gives them.
        title: A line above it.
    """
    width, height = LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{title}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="{LEFT}" y="22" font-size="14">{title}</text>\n'
        + "".join(f"{line}\n" for line in (*_grid(), *_bars(points), *_curve(points)))
        + "</svg>\n"
    )


def _x(share: float) -> str:
    return f"{LEFT + share * SIDE:.1f}"


def _y(share: float) -> str:
    return f"{TOP + (1 - share) * SIDE:.1f}"


def _grid() -> Iterator[str]:
    """Yield axes, their words, and the diagonal of perfect calibration."""
    for tenth in range(0, 11, 2):
        share = tenth / 10
        yield f'<path d="M{_x(0)} {_y(share)}H{_x(1)}M{_x(share)} {_y(0)}V{_y(1)}" stroke="#dddddd" fill="none"/>'
        yield f'<text x="{LEFT - 8}" y="{float(_y(share)) + 4:.1f}" text-anchor="end">{share:.1f}</text>'
        yield f'<text x="{_x(share)}" y="{TOP + SIDE + 18}" text-anchor="middle">{share:.1f}</text>'
    yield f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#888888" stroke-dasharray="5 4" fill="none"/>'
    yield f'<text x="{_x(0.5)}" y="{TOP + SIDE + 38}" text-anchor="middle">confidence of the best class</text>'
    middle = TOP + SIDE / 2
    yield (
        f'<text x="18" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 18 {middle:.1f})">right</text>'
    )


def _bars(points: Sequence[Mapping[str, float]]) -> Iterator[str]:
    """Yield a bar at the foot for each point, as high as its rows are many."""
    most = max((point["n"] for point in points), default=1)
    for point in points:
        tall = BAR * point["n"] / most
        x = LEFT + min(int(point["confidence"] * 10), 9) * SIDE / 10
        yield (
            f'<rect x="{x + 3:.1f}" y="{TOP + SIDE - tall:.1f}" width="{SIDE / 10 - 6:.1f}" height="{tall:.1f}" '
            f'fill="#cfdcea"><title>{point["n"]:.0f} rows</title></rect>'
        )


def _curve(points: Sequence[Mapping[str, float]]) -> Iterator[str]:
    """Yield the line through the points, and the points."""
    path = "L".join(f"{_x(point['confidence'])} {_y(point['accuracy'])}" for point in points)
    if path:
        yield f'<path d="M{path}" stroke="#1f5fa8" stroke-width="2" fill="none"/>'
    for point in points:
        yield (
            f'<circle cx="{_x(point["confidence"])}" cy="{_y(point["accuracy"])}" r="4" fill="#1f5fa8"><title>'
            f"confidence {point['confidence']:.2f}, right {point['accuracy']:.2f}</title></circle>"
        )
