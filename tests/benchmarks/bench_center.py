"""The Privacy Center on the demo household: from asking for the first page to its first paint, in a real Chromium."""

from __future__ import annotations

import shutil
import statistics
from typing import Final

VISITS: Final = 7


def measure() -> dict[str, float | str]:
    """Return the figures by name, or why there are none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return {"center": "skipped: there is no Chromium on this machine"}
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - heavy, and not everywhere
    except ImportError:
        return {"center": "skipped: playwright is not installed"}
    from tests.e2e.test_center import center  # noqa: PLC0415 - loads pytest
    from tests.fakes.browser import DESKTOP, QUIET  # noqa: PLC0415 - loads pytest

    with center("--demo") as link, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(QUIET))
        page = browser.new_page(viewport=DESKTOP)
        page.goto(link)
        room = page.url.rpartition("/")[0]
        paints, whole = [], []
        for _ in range(VISITS):
            page.goto(f"{room}/today")
            paints.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
            whole.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        browser.close()
    return {"first_paint_ms": statistics.median(paints), "whole_page_ms": statistics.median(whole)}
