"""The pages, one module each: what it shows, what its forms do, which files it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from edge_engine.center.pages import (
    consent,
    data,
    decisions,
    left,
    models,
    money,
    reviews,
    today,
    you,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.center.visit import Back, Download, Page, Visit


class PageModule(Protocol):
    """What a module of a page has.

    Attributes:
        TITLE: Its name for people.
        ACTIONS: What its forms do, by the last part of their path.
        FILES: Files that it gives, likewise.
    """

    @property
    def TITLE(self) -> str: ...  # noqa: D102, N802 - a constant of the module

    @property
    def ACTIONS(self) -> Mapping[str, Callable[[Visit], Back | Download | Page]]: ...  # noqa: D102, N802

    @property
    def FILES(self) -> Mapping[str, Callable[[Visit], Download]]: ...  # noqa: D102, N802

    def show(self, visit: Visit) -> Page:
        """Return the page."""
        ...


PAGES: Final[dict[str, PageModule]] = {
    "today": today,
    "money": money,
    "you": you,
    "consent": consent,
    "left": left,
    "decisions": decisions,
    "reviews": reviews,
    "models": models,
    "data": data,
}
"""Every page by its path, in the order of the menu."""
