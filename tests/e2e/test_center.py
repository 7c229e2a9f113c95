"""The Privacy Center in a real browser: the installed program, its pages, and a person who uses all of them.

Skips, with the reason, where no Chromium is installed; axe is asked where `.ci/run` put it. Screenshots of every page
are kept in ``.cache/screenshots``.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from edge_engine.simulation.household import DEMO_SEED, simulate
from edge_engine.simulation.statements import iterate
from tests.fakes.browser import AXE, DESKTOP, PHONE, ROOT, RULES, SCREENSHOTS, WIDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

pytestmark = pytest.mark.e2e

PAGES: Final = ("today", "money", "you", "consent", "left", "decisions", "reviews", "models", "data")


@contextmanager
def center(*arguments: str, **environment: str) -> Iterator[str]:
    """Start the program and give its link; interrupt it in the end, as a person does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edge_engine.cli.main", "center", "--json", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    told = ""
    try:
        while not told.rstrip().endswith("}"):
            line = process.stdout.readline()
            if not line:
                raise AssertionError(process.communicate()[1])
            told += line
        yield json.loads(told)["link"]
    finally:
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=30)[1]
    assert "Traceback" not in err
    assert "a page failed" not in err


@contextmanager
def visiting(browser: Browser, link: str, **settings: Any) -> Iterator[Page]:  # noqa: ANN401 - as playwright has them
    """Open the link in a window of its own; nothing but the center may be asked for, and no policy broken."""
    context: BrowserContext = browser.new_context(viewport=DESKTOP, **settings)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: complaints.append(one.text))
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.goto(link)
    try:
        yield page
    finally:
        context.close()
    origin = link.partition("/enter")[0]
    assert [url for url in asked if not url.startswith(origin)] == []
    assert complaints == []


def words(page: Page) -> str:
    """What the page says."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def says(page: Page, text: str) -> None:
    """Wait until the page says something; it comes in pieces."""
    page.locator("main").filter(has_text=text).wait_for()


def go(page: Page, title: str) -> None:
    """Open a page by the menu."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=title, exact=True).click()


def drop(page: Page, files: list[tuple[str, bytes]]) -> None:
    """Drop files on the page's frame, and wait for what the page says of them."""
    given = [[name, base64.b64encode(content).decode()] for name, content in files]
    carried = page.evaluate_handle(
        """(files) => {
            const carried = new DataTransfer();
            for (const [name, text] of files) {
                const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
                carried.items.add(new File([bytes], name));
            }
            return carried;
        }""",
        given,
    )
    page.dispatch_event("form[data-drop]", "drop", {"dataTransfer": carried})
    page.get_by_role("heading", name="The last import").wait_for(timeout=60_000)


def overload(page: Page, files: int, size: int) -> str:
    """Drop files that are too many or too large, and return what the page says."""
    page.locator("[data-hint]").wait_for()
    carried = page.evaluate_handle(
        """([files, size]) => {
            const carried = new DataTransfer();
            for (let one = 0; one < files; one += 1)
                carried.items.add(new File([new Uint8Array(size)], `${one}.csv`));
            return carried;
        }""",
        [files, size],
    )
    page.dispatch_event("form[data-drop]", "drop", {"dataTransfer": carried})
    told = page.locator("[data-told]")
    told.filter(has_text="At most").wait_for()
    return told.inner_text()


def toggle(page: Page, title: str) -> None:
    """Press the switch of a purpose."""
    go(page, "Consent")
    page.get_by_role("switch", name=title).click()
    page.locator(".notice").wait_for()


def test_a_person_brings_corrects_withdraws_and_erases(browser: Browser, tmp_path: Path) -> None:
    store = tmp_path / "me.edge"
    household = simulate(DEMO_SEED, months=24, end=datetime.now(UTC).date())
    with (
        center("--store", str(store), EDGE_ENGINE_PASSPHRASE="correct horse") as link,
        visiting(browser, link) as page,
    ):
        says(page, "Nothing is here yet")
        for title in (
            "Sort your transactions into categories",
            "Find bills, savings and what lies ahead",
            "Fit the app to you",
            "Suggest what may help",
        ):
            toggle(page, title)
            assert page.get_by_role("switch", name=title).get_attribute("aria-checked") == "true"

        go(page, "Data")
        assert "At most 40 files are taken at once" in overload(page, 45, 10)
        assert "At most 96 MiB are taken at once" in overload(page, 1, 99 * 2**20)
        drop(page, list(iterate(household)))
        assert re.search(r"[1-9][\d,]* new", words(page))
        assert "wrong" not in page.locator("#report").inner_html()

        go(page, "Today")
        page.get_by_role("img", name="Balance over the coming 8 weeks").first.wait_for()
        says(page, "most likely")
        page.get_by_role("button", name="I did this").wait_for()
        page.get_by_role("link", name="Why this?").click()
        says(page, "is suggested")

        correct_and_see_neighbours_follow(page)

        toggle(page, "Find bills, savings and what lies ahead")
        says(page, "Deleted at once:")
        for name in ("Today", "Money"):
            go(page, name)
            page.get_by_text("Denied by rule withdrawn").first.wait_for()
            assert page.get_by_role("img", name="Balance over the coming 8 weeks").count() == 0
            assert page.get_by_role("img", name="Spending by month and category").count() == 0
            page.get_by_role("link", name=re.compile("switch it on")).first.wait_for()

        assert (store / "vault.db").exists() or list(store.iterdir())
        go(page, "Data")
        page.get_by_label("To be sure").fill("erase")
        page.get_by_role("button", name="Erase", exact=True).click()
        page.get_by_role("heading", name="The store is gone").wait_for()
        says(page, "Key slots destroyed")
        with page.expect_download() as receipt:
            page.get_by_role("button", name="Download the receipt").click()
        assert json.loads(Path(receipt.value.path()).read_text())["key_slots"] == 1
        go(page, "Money")
        page.get_by_role("heading", name="The store is gone").wait_for()
        assert not store.exists() or not list(store.iterdir())


def correct_and_see_neighbours_follow(page: Page) -> None:
    """Correct one transaction of a merchant that comes often, and see the others of it follow."""
    go(page, "Money")
    page.get_by_label("Find").fill("tesco")
    page.get_by_role("button", name="Show").click()
    rows = page.locator("ul.ledger > li")
    rows.first.wait_for()
    assert rows.count() > 2
    rows.first.locator("summary").click()
    chip = rows.first.locator("button.chip").first
    taught = chip.inner_text()
    chip.click()
    page.locator(".notice").wait_for()
    told = words(page)
    assert f"Learned: {taught}." in told
    assert re.search(r"[1-9]\d* other transactions? followed", told)
    page.get_by_label("Find").fill("tesco")
    page.get_by_role("button", name="Show").click()
    rows.first.wait_for()
    marked = rows.filter(has=page.locator(".tag.new"))
    assert marked.count() > 1
    assert marked.nth(1).locator("summary").inner_text().startswith(taught)


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[tuple[Page, str]]:
    """The demo household, entered; its page and the cookies of its session."""
    with center("--demo") as link, visiting(browser, link) as page:
        page.get_by_role("button", name="I did this").wait_for(timeout=30_000)
        yield page, page.url.rpartition("/")[0]


def test_signals_are_previewed_and_sent_to_the_built_in_servers(demo: tuple[Page, str]) -> None:
    page, _ = demo
    go(page, "What left")
    page.get_by_role("heading", name="What may be counted at all").wait_for()
    says(page, "Nothing has left this device.")
    before = page.locator("#waiting ~ ul > li").count()
    assert before > 3
    page.get_by_role("button", name="Send at once").click()
    page.locator(".notice").wait_for(timeout=60_000)
    page.get_by_role("heading", name="What may be counted at all").wait_for()
    told = words(page)
    assert re.search(r"[1-9]\d* reports sent", told)
    assert told.count("taken by the server") == before
    assert "of the consent ledger (“Count me in anonymous totals”" in told
    assert page.locator(".gauge .fill").count() == 1


def test_an_adviser_signs_a_review(demo: tuple[Page, str]) -> None:
    page, _ = demo
    go(page, "Reviews")
    page.get_by_role("link", name="A loan").click()
    says(page, "Another human decides this.")
    page.get_by_role("link", name="As credit desk sees it").click()
    says(page, "could be borne")
    page.get_by_role("button", name="Sign and approve").click()
    page.locator(".notice").wait_for()
    says(page, "A loan: approved by credit desk.")


def test_the_first_page_is_painted_within_a_second(demo: tuple[Page, str]) -> None:
    page, room = demo
    paints = []
    for _ in range(3):
        page.goto(f"{room}/today")
        found = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)"
        )
        paints += found
    assert paints
    assert min(paints) < 1000


CUT: Final = """[...document.querySelectorAll('main .card *')].filter((one) => {
    if (one.closest('svg, .unseen, .scroll') || !one.checkVisibility()) return false;
    const box = one.closest('.card').getBoundingClientRect(), mine = one.getBoundingClientRect();
    return mine.width > 0 && (mine.right > box.right + 1 || mine.left < box.left - 1);
}).map((one) => one.tagName + ' ' + one.textContent.trim().slice(0, 40))"""
"""What stands out of its card."""


@pytest.mark.parametrize("width", [320, 820, 900, 1024, 1100, 1200, 1280, 1360])
def test_the_names_of_bills_have_room_at_every_width(demo: tuple[Page, str], width: int) -> None:
    page, room = demo
    page.set_viewport_size({"width": width, "height": 800})
    try:
        page.goto(f"{room}/today")
        page.locator(".whole").wait_for(state="attached")
        names = page.evaluate(
            "[...document.querySelectorAll('.bills .who')].map((one) => one.getBoundingClientRect().width)"
        )
        assert names
        assert min(names) >= 120, names
        assert not page.evaluate(WIDER)
        assert page.evaluate(CUT) == []
    finally:
        page.set_viewport_size(DESKTOP)


@pytest.mark.parametrize("name", ["money", "data", "consent", "today", "you", "left"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_cut_off_on_a_phone(demo: tuple[Page, str], width: int, name: str) -> None:
    page, room = demo
    page.set_viewport_size({"width": width, "height": 800})
    try:
        page.goto(f"{room}/{name}")
        page.locator(".whole").wait_for(state="attached")
        assert not page.evaluate(WIDER)
        assert page.evaluate(CUT) == []
    finally:
        page.set_viewport_size(DESKTOP)


def test_the_keyboard_reaches_everything(demo: tuple[Page, str]) -> None:
    page, room = demo
    page.goto(f"{room}/consent")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    switch = page.get_by_role("switch", name="Try improvements")
    assert switch.get_attribute("aria-checked") == "false"
    switch.focus()
    page.keyboard.press("Space")
    page.locator(".notice").wait_for()
    assert switch.get_attribute("aria-checked") == "true"
    # It keeps the focus on the page that comes back.
    page.locator("[role=switch]:focus").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, demo: tuple[Page, str], scheme: str, device: str, size: ViewportSize
) -> None:
    if not AXE.exists():
        pytest.skip(f"axe is not at {AXE.relative_to(ROOT)}: npm install --prefix .cache/node axe-core")
    page, room = demo
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    state = page.context.storage_state()
    decision = _first(page, f"{room}/decisions", "ul.reports a")
    review = _first(page, f"{room}/reviews", "ul.reports a")
    edit = _first(page, f"{room}/money", "ul.ledger .picks a")
    # axe makes elements of its own, which the center's policy forbids to everybody: here alone it is set aside.
    context = browser.new_context(
        storage_state=state,
        color_scheme=scheme,  # type: ignore[arg-type] # one of playwright's words
        viewport=size,
        bypass_csp=True,
    )
    try:
        looking = context.new_page()
        for address in (*PAGES, decision, review, "models?card=trajectory", edit, "nothing"):
            looking.goto(f"{room}/{address}")
            name = "money-edit" if address == edit else re.sub(r"\W+", "-", address.partition("=")[0])
            looking.screenshot(path=SCREENSHOTS / f"{name}-{scheme}-{device}.png", full_page=True)
            assert not looking.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ), f"{address} is wider than a {device}"
            looking.evaluate(AXE.read_text())
            found = looking.evaluate(
                """(rules) => axe.run(document, {runOnly: rules}).then((done) => done.violations.map(
                    (one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))""",
                RULES,
            )
            assert found == [], address
    finally:
        context.close()


def _first(page: Page, address: str, link: str) -> str:
    """The path, within the room, that the first link of a page leads to."""
    page.goto(address)
    target = page.locator(link).first.get_attribute("href")
    assert target is not None
    return target.rpartition("/")[2]
