"""The report of a fleet run in a real browser: every plot is filled, nothing is asked for, and axe finds nothing.

Skips, with the reason, where no Chromium is installed; axe is asked where `.ci/run` put it. Screenshots are kept in
``.cache/screenshots``.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest

from edge_engine.cli.main import main
from edge_engine.simulation.record import Settings
from edge_engine.simulation.trial import Processes, run
from tests.fakes.browser import AXE, DESKTOP, PHONE, ROOT, RULES, SCREENSHOTS, WIDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, ViewportSize

pytestmark = pytest.mark.e2e

PLOTS: Final = 16
FILLED: Final = """(shown) => [...document.querySelectorAll(shown + ' svg.plot')].map((plot) => ({
    title: plot.querySelector('title').textContent,
    described: plot.querySelector('desc').textContent.length > 20,
    marks: plot.querySelectorAll('.dot:not(.hollow), .bar, .part, path.line').length,
    numbers: [...plot.querySelectorAll('*')].every(
        (one) => [...one.attributes].every((it) => !/NaN|undefined|Infinity/.test(it.value))),
    seen: plot.getBoundingClientRect().width > 200 && plot.getBoundingClientRect().height > 60,
}))"""
OUTSIDE: Final = """(shown) => [...document.querySelectorAll(shown + ' svg.plot')].flatMap((plot) => {
    const whole = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('text, circle, rect, path')].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.right > whole.right + 3 || box.left < whole.left - 3
            || box.bottom > whole.bottom + 3 || box.top < whole.top - 3;
    }).map((one) => plot.querySelector('title').textContent + ': ' + one.outerHTML.slice(0, 120));
})"""
"""What is drawn outside of its picture."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which everybody looks at outlooks, so that there is something of everything, and its report."""
    made = tmp_path_factory.mktemp("fleet") / "run"
    settings = Settings(
        devices=48, days=63, seed=1, end=date(2027, 6, 30), holdout=0.2, history=2, forecasts=1.0
    )
    run(settings, made, Processes(2))
    assert main(["simulate", "report", str(made)]) == 0
    return made


@contextmanager
def visiting(browser: Browser, folder: Path, **told: Any) -> Iterator[Page]:  # noqa: ANN401 - as playwright has them
    """Open the report; nothing may be asked for, and no policy broken."""
    context = browser.new_context(**told)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: complaints.append(one.text))
    page.on("pageerror", lambda one: complaints.append(str(one)))
    address = (folder / "report.html").as_uri()
    page.goto(address)
    try:
        yield page
    finally:
        context.close()
    assert [url for url in asked if url.partition("#")[0] != address and not url.startswith("data:")] == []
    assert complaints == []


@pytest.mark.parametrize(("size", "shown"), [(DESKTOP, ".wide"), (PHONE, ".narrow")])
def test_every_plot_is_filled(browser: Browser, folder: Path, size: ViewportSize, shown: str) -> None:
    with visiting(browser, folder, viewport=size) as page:
        found = page.evaluate(FILLED, shown)
        assert len(found) == PLOTS
        for plot in found:
            assert plot["marks"] > 0, plot
            assert plot["described"], plot
            assert plot["numbers"], plot
            assert plot["seen"], plot
        assert page.evaluate(OUTSIDE, shown) == []
        assert len({plot["title"] for plot in found}) == PLOTS
        assert page.locator("figcaption").count() == PLOTS
        text = page.locator("body").inner_text()
        for wrong in ("NaN", "None", "inf ", "{", "}"):
            assert wrong not in text
        assert not page.evaluate(WIDER)


def test_the_overview_leads_to_every_part_and_numbers_stand_behind_each_plot(
    browser: Browser, folder: Path
) -> None:
    with visiting(browser, folder, viewport=DESKTOP) as page:
        links = page.get_by_role("navigation", name="Overview").get_by_role("link")
        assert links.count() == page.locator("section").count() == 11
        for at in range(links.count()):
            target = links.nth(at).get_attribute("href")
            assert target is not None
            assert page.locator(f"section{target}").count() == 1
        assert page.locator("details").count() == PLOTS
        first = page.locator("details").first
        first.locator("summary").click()
        assert first.locator("tbody tr").first.is_visible()
        assert "Everything that people do in it is assumed" in page.locator("header").inner_text()


@pytest.mark.parametrize("width", [320, 704, 820, 1100])
def test_nothing_is_wider_than_the_window(browser: Browser, folder: Path, width: int) -> None:
    with visiting(browser, folder, viewport={"width": width, "height": 800}) as page:
        assert not page.evaluate(WIDER)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_axe_finds_nothing(
    browser: Browser, folder: Path, scheme: str, device: str, size: ViewportSize
) -> None:
    if not AXE.exists():
        pytest.skip(f"axe is not at {AXE.relative_to(ROOT)}: npm install --prefix .cache/node axe-core")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    # axe makes elements of its own, which the page's policy forbids to everybody: here alone it is set aside.
    with visiting(browser, folder, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
        page.screenshot(path=SCREENSHOTS / f"simulation-{scheme}-{device}.png", full_page=True)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            """(rules) => axe.run(document, {runOnly: rules}).then((done) => done.violations.map(
                (one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))""",
            RULES,
        )
        assert found == []
