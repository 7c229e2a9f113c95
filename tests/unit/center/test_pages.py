"""What pages show, and how honestly they say what they do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock
from edge_engine.center.desk import Surroundings
from edge_engine.center.pages import PAGES
from edge_engine.center.pages.consent import _SEEN_ON
from edge_engine.center.pages.money import tone
from edge_engine.center.rendering import count
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Basis
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Record
from edge_engine.insights import archetype
from edge_engine.signals import wording
from edge_engine.signals.preview import Dropped, Entry, SentReport
from edge_engine.signals.reporting import Signals
from edge_engine.simulation.day import before
from edge_engine.vault.signals import Drop
from tests.fakes.household import ALL, NOW, TODAY, Signs, ask_for_a_loan, ask_for_a_saving, person
from tests.fakes.visitor import Visitor, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = tuple(PAGES)
READS = {"today": "insights", "money": "insights", "you": "personalization"}


@pytest.fixture(scope="module")
def looking() -> Iterator[Visitor]:
    """Somebody who agreed to everything, and only looks."""
    with person(*ALL) as engine:
        ask_for_a_loan(engine)
        ask_for_a_saving(engine)
        with visiting(engine, Surroundings("A store of the tests", signer=Signs())) as made:
            made.enter()
            yield made


@pytest.fixture(scope="module")
def silent() -> Iterator[Visitor]:
    """Somebody who agreed to nothing."""
    with person() as engine, visiting(engine, Surroundings("A store of the tests")) as made:
        made.enter()
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_every_page_stands_whole(looking: Visitor, name: str) -> None:
    answer = looking.get(name)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.rstrip().endswith("</html>")
    assert f'<a href="/{looking.room}/{name}" aria-current="page">' in answer.text
    assert "internal" not in answer.words


@pytest.mark.parametrize("name", NAMES)
def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(looking: Visitor, name: str) -> None:
    text = looking.get(name).text
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert text.count("<script") == 1
    assert '<script src="/own/center.js" defer></script>' in text
    assert 'src="http' not in text
    assert 'href="http' not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_form_has_its_token(looking: Visitor, name: str) -> None:
    text = looking.get(name).text
    forms = [part.partition("</form>")[0] for part in text.split("<form ")[1:]]
    posting = [one for one in forms if 'method="post"' in one]
    assert posting
    assert all('name="token"' in one for one in posting)


def test_an_unknown_page_is_told(looking: Visitor) -> None:
    answer = looking.get("nothing")
    assert answer.status == 404
    assert "There is no such page." in answer.words


def test_today_tells_balance_bills_and_one_action_with_its_reason(looking: Visitor) -> None:
    words = looking.get("today").words
    assert "Monday, 15 Jun 2026" in words
    assert "Now £340.00" in words
    assert "8 in 10 cases" in words
    assert "Rent Quayside Lettings in 2 days" in words
    assert "I did this Not now Why this?" in words
    assert "Never again" in words
    assert "Support comes first" not in words


def test_the_outlook_has_its_numbers_as_a_table(looking: Visitor) -> None:
    text = looking.get("today").text
    assert text.count('class="chart"') == 2, "one for wide screens and one for narrow ones"
    table = text.partition("Balance at the end of each coming week")[2].partition("</table>")[0]
    assert table.count("<tr>") == 9


def test_money_tells_categories_streams_changes_and_transactions(looking: Visitor) -> None:
    words = looking.get("money").words
    assert "Spending by month and category" in words
    assert "Harbour Logistics Salary" in words
    assert "£10.99 → £15.99" in words, "the price that rose"
    assert "Older" in words
    assert "1 to 40" in words


@pytest.mark.parametrize(("minor", "coloured"), [(1, "more"), (0, ""), (-1, "less"), (None, "")])
def test_no_change_has_no_colour(minor: int | None, coloured: str) -> None:
    assert tone(None if minor is None else Money(minor, "GBP")) == coloured


@pytest.mark.parametrize(("asked", "told"), [("q=pizzer", "0 transactions"), ("q=BRIDGE", "1 transactions")])
def test_transactions_are_found_by_their_words(looking: Visitor, asked: str, told: str) -> None:
    assert told in looking.get(f"money?{asked}").words


@pytest.mark.parametrize("asked", ["page=99999999999", "page=-1", "page=x", "edit=x", "category=none.such"])
def test_a_mistyped_address_is_no_error(looking: Visitor, asked: str) -> None:
    answer = looking.get(f"money?{asked}")
    assert answer.status == 200
    assert "internal" not in answer.words


def test_what_left_tells_what_advisers_and_the_bank_were_given() -> None:
    with person(*ALL) as engine:
        review = ask_for_a_loan(engine)
        with visiting(engine, Surroundings("A store of the tests", signer=Signs())) as visitor:
            visitor.enter()
            assert "They were given nothing." in visitor.get("left").words
            visitor.get(f"reviews?id={review}&as=adviser")
            words = visitor.get("left").words
            assert "An adviser: A loan" in words
            assert "Kinds of data: What a loan would mean for you, Your accounts and balances" in words
            assert "by rule adviser-packet-sent : an adviser may see the evidence of one decision" in words
            assert "amounts and balances never leave" not in words
            visitor.fill("consent", "consent/withdraw", purpose="adviser_review")
            assert "An adviser: A loan" in visitor.get("left").words


def test_evidence_of_a_loan_is_told_in_words() -> None:
    with person(*ALL) as engine:
        review = ask_for_a_loan(engine)
        with visiting(engine, Surroundings("A store of the tests", signer=Signs())) as visitor:
            visitor.enter()
            words = visitor.get(f"reviews?id={review}&as=adviser").words
    told = words.partition("Evidence")[2].partition("Digest")[0]
    assert "Chance that money runs out within weeks" in told
    assert " in 1,000" in told
    assert "the instalment takes more than what is usually left" in told
    assert "Check loans before you ask" in told
    for raw in ("permille", "spare.share", "pd:", "credit_prescreening"):
        assert raw not in told


def test_both_halves_of_an_own_transfer_are_named_alike() -> None:
    with Engine.in_memory(clock=FakeClock(NOW), seed=1) as engine:
        engine.consent.grant("categorization")
        for account, minor, text in (
            ("MAIN", -50_000, "TRANSFER TO SAVINGS"),
            ("SAVINGS", 50_000, "TRANSFER SALARY"),
        ):
            engine.ingest([Record(account, TODAY, Money(minor, "GBP"), text, external_id=account)])
        assert all(one.transfer for one in engine.transactions().transactions)
        with visiting(engine, Surroundings("A store of the tests")) as visitor:
            visitor.enter()
            text = visitor.get("money").text
    named = re.findall(r'<summary class="pill[^"]*">([^<]*)<', text)
    assert len(named) == 2
    assert len(set(named)) == 1


def test_a_group_is_named_otherwise_than_its_categories() -> None:
    taxonomy = Taxonomy.default()
    leaves = {leaf.label() for leaf in taxonomy.leaves}
    assert [group.label() for group in taxonomy.groups if group.label() in leaves] == []


def test_what_is_together_true_of_you_is_supposed_and_no_fact() -> None:
    told = [one.says for one in archetype.default() if "children" in one.says]
    assert told
    assert all(one.startswith("it looks as if") for one in told)


def test_no_page_sends_the_person_to_the_command_line(looking: Visitor) -> None:
    for name in NAMES:
        assert "edge-engine " not in looking.get(name).words, name


def test_you_shows_each_trait_with_its_evidence(looking: Visitor) -> None:
    words = looking.get("you").words
    assert "What is supposed of your habits" in words
    assert "sure" in words
    assert "The payments" in words
    assert "Not true, forget it" in words
    assert "what goes into savings or investments counts as left" in words
    assert "A review of a loan compares all that came in" in words


def test_what_left_is_honest_about_missing_servers(looking: Visitor) -> None:
    words = looking.get("left").words
    assert "Nothing has left this device." in words
    assert "No servers are named" in words
    assert "0 of 8 used" in words
    assert "What would go next" in words


def test_models_have_digests_cards_and_calibration(looking: Visitor) -> None:
    words = looking.get("models").words
    assert all(name in words for name in ("Categorizer", "Trajectory", "Recommender", "SHA-256"))
    assert "How often it was right, by how sure it was" in words
    card = looking.get("models?card=categorizer")
    assert "<h2>Calibration</h2>" in card.text
    assert "<a href=" in card.text
    assert "Models" in card.words
    assert "not shown" in looking.get("models?card=none").words


def test_reviews_show_exactly_what_is_decided(looking: Visitor) -> None:
    queue = looking.get("reviews")
    assert "A loan" in queue.words
    assert "level 3: another human decides" in queue.words
    (loan,) = [one for one in looking.desk.engine.reviews.pending() if one.kind == "loan"]
    mine = looking.get(f"reviews?id={loan.id}")
    assert "£5,000.00" in mine.words
    assert loan.digest in mine.text
    assert "Usually left here: all that came in less all that went out" in mine.words
    assert "“You” compares usual pay with usual spending" in mine.words
    assert "Approve exactly this" not in mine.words, "it is not the person who decides this one"
    theirs = looking.get(f"reviews?id={loan.id}&as=adviser")
    assert "Sign and approve" in theirs.words


def test_a_decision_is_told_in_words(looking: Visitor) -> None:
    looking.get("today")
    (shown,) = looking.desk.engine.suggestions.past()
    words = looking.get(f"decisions?id={shown.id}").words
    assert shown.explain()[0] in words
    assert "Kept back by a rule" in words
    assert "guards.toml" in words
    assert "This decision is not shown" in looking.get("decisions?id=none").words


@pytest.mark.parametrize(("name", "purpose"), READS.items())
def test_without_consent_a_page_says_which_rule_and_what_to_do(
    silent: Visitor, name: str, purpose: str
) -> None:
    answer = silent.get(name)
    assert answer.status == 200
    assert "consent.denied" in answer.words
    assert "rule not-granted" in answer.words
    assert f'href="/{silent.room}/consent#p-{purpose}"' in answer.text
    assert 'class="chart"' not in answer.text


def test_what_is_the_persons_own_is_shown_without_consent(silent: Visitor) -> None:
    words = silent.get("money").words
    assert "RENT QUAYSIDE LETTINGS" in words
    assert "Transactions come unsorted" in words
    assert "Not sorted" in words


def test_decisions_reviews_and_what_left_name_the_missing_consent(silent: Visitor) -> None:
    for name, purpose in (
        ("decisions", "recommendations"),
        ("reviews", "adviser_review"),
        ("left", "aggregate_statistics"),
    ):
        answer = silent.get(name)
        assert "not-granted" in answer.words
        assert f"consent#p-{purpose}" in answer.text


def test_an_empty_store_says_where_to_begin() -> None:
    from edge_engine import Engine  # noqa: PLC0415 - this test alone

    with Engine.in_memory() as engine, visiting(engine, Surroundings("Empty")) as visitor:
        visitor.enter()
        assert "Nothing is here yet" in visitor.get("today").words
        for name in NAMES:
            assert "internal" not in visitor.get(name).words


def test_hostile_names_stay_text() -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    with person("categorization", "insights") as engine:
        rows = [one for one in before(TODAY) if type(one).__name__ == "Record"]
        import msgspec  # noqa: PLC0415 - this test alone

        evil = [
            msgspec.structs.replace(one, description=hostile, counterparty=hostile, external_id=f"evil {at}")
            for at, one in enumerate(rows[-200:])
        ]
        engine.ingest(evil)
        with visiting(engine, Surroundings(hostile)) as visitor:
            visitor.enter()
            for name in ("today", "money", f"money?q={'%3Cscript%3E'}", "data", "left"):
                text = visitor.get(name).text
                assert "<script>" not in text
                assert "<img" not in text
            assert "alert(1)" in visitor.get("money").words, "it is shown, as text"


def test_the_pages_that_a_purpose_is_seen_on_are_pages_and_purposes() -> None:
    purposes = Policy.default().purposes
    assert set(_SEEN_ON) <= set(purposes)
    assert {page for pages in _SEEN_ON.values() for page in pages} <= set(PAGES)


def test_own_access_is_not_counted_among_what_was_switched_on(looking: Visitor, silent: Visitor) -> None:
    assert "0 purposes on" in silent.get("consent").words
    optional = sum(one.basis is Basis.CONSENT for one in Policy.default().purposes.values())
    granted = looking.get("consent").text.count('aria-checked="true"')
    assert f"{count(granted, 'purpose')} on, {optional - granted} off" in looking.get("consent").words


@pytest.mark.parametrize(
    ("purpose", "pages"),
    [
        ("categorization", ("today", "money", "you", "decisions", "reviews", "left")),
        ("insights", ("today", "money", "models", "left")),
        ("recommendations", ("today", "decisions", "left")),
    ],
)
def test_a_purpose_names_every_page_that_changes_without_it(purpose: str, pages: tuple[str, ...]) -> None:
    assert _SEEN_ON[purpose] == pages


def test_every_state_of_what_waits_left_or_was_dropped_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with person(*ALL) as engine, visiting(engine, Surroundings("A store of the tests")) as visitor:
        visitor.enter()
        one = engine.signals.preview()[0]
        waiting = [msgspec.structs.replace(one, state=state, noise="") for state in wording.WAITS]
        dropped = [Dropped("active_days", reason.value, 1, NOW) for reason in Drop]
        report = SentReport(
            "gone_since",
            None,
            NOW,
            1,
            "taken",
            (Entry("0", None, 1),),
            648,
            "ab",
            "cd",
            "ef",
            ("insights",),
            "",
        )
        sent = [msgspec.structs.replace(report, state=state) for state in wording.WAYS]
        monkeypatch.setattr(Signals, "preview", lambda _: waiting)
        monkeypatch.setattr(Signals, "dropped", lambda _: dropped)
        monkeypatch.setattr(Signals, "sent", lambda _: sent)
        words = visitor.get("left").words
    for told in (wording.WAITS, wording.WAYS, wording.REASONS):
        for clause in told.values():
            assert clause in words.replace("&#39;", "'")
    assert words.count("Noise: not known any more.") == len(waiting) + len(sent)
    assert set(wording.REASONS) == set(Drop)
