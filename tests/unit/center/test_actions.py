"""What forms do, and what other pages show afterwards."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock
from edge_engine.actions.review import Statement, sign
from edge_engine.center import forms
from edge_engine.center.desk import Surroundings
from edge_engine.center.importing import GivenFile, Importing
from edge_engine.center.pages.left import grants_at
from edge_engine.center.pages.models import calibration_of, rendered
from edge_engine.center.pages.you import value_in_words
from edge_engine.simulation.household import DEMO_SEED, simulate
from edge_engine.simulation.statements import iterate
from edge_engine_sync.errors import Unreachable
from tests.fakes.acting import DESK
from tests.fakes.bank_csv import statement
from tests.fakes.collecting import Watched, reporting
from tests.fakes.household import ALL, DESK_ID, ask_for_a_loan, ask_for_a_saving, person
from tests.fakes.visitor import visiting

if TYPE_CHECKING:
    from tests.fakes.visitor import Visitor


# -- consent -----------------------------------------------------------------------------------------------------


def test_withdrawing_empties_other_pages_at_once(visitor: Visitor) -> None:
    assert "Now £340.00" in visitor.get("today").words
    fields = next(
        one
        for one in (visitor.get("consent").fields("consent/withdraw", n) for n in range(10))
        if one["purpose"] == "insights"
    )
    told = visitor.follow(visitor.send("consent/withdraw", fields)).words
    assert "“Find bills, savings and what lies ahead” is off. Deleted at once:" in told
    for name in ("today", "money"):
        words = visitor.get(name).words
        assert "Denied by rule withdrawn" in words
        assert "£340.00" not in words or name == "money"
    assert "switched off" in visitor.get("consent").words


def test_granting_for_a_while_and_the_receipt(engine: Engine, visitor: Visitor) -> None:
    engine.consent.withdraw("personalization")
    token = visitor.get("consent").fields("consent/grant")["token"]
    fields = {"token": token, "purpose": "personalization", "days": "30"}
    told = visitor.follow(visitor.send("consent/grant", fields)).words
    assert "“Fit the app to you” is on until 15 Jul 2026" in told
    file = visitor.get("consent/receipt?purpose=personalization")
    assert file.headers["content-disposition"] == 'attachment; filename="consent-personalization.jsonld"'
    assert json.loads(file.body)["@context"]


@pytest.mark.parametrize("days", ["x", "-1", "99999", "1.5", "٣"])
def test_days_that_are_none_are_refused_with_a_sentence(engine: Engine, visitor: Visitor, days: str) -> None:
    engine.consent.withdraw("personalization")
    token = visitor.get("consent").fields("consent/grant")["token"]
    fields = {"token": token, "purpose": "personalization", "days": days}
    words = visitor.follow(visitor.send("consent/grant", fields)).words
    assert " input" in words
    assert not engine.consent.explain("personalization").allowed


def test_a_receipt_of_nothing_is_refused_as_text(visitor: Visitor) -> None:
    answer = visitor.get("consent/receipt?purpose=../x")
    assert "content-disposition" not in answer.headers
    assert answer.status == 400
    assert " input" in answer.words


# -- money -------------------------------------------------------------------------------------------------------


def test_a_correction_teaches_and_tells_who_followed(engine: Engine, visitor: Visitor) -> None:
    rows = [one for one in engine.transactions(limit=500).transactions if one.merchant.startswith("tesco")]
    hidden = visitor.get("money?q=tesco").fields("money/correct")
    fields = {**hidden, "id": str(rows[0].id), "category": "shopping.general"}
    told = visitor.follow(visitor.send("money/correct", fields))
    assert f"{len(rows) - 1} other transactions followed:" in told.words
    assert "Tesco" in told.words
    assert told.text.count("changed just now") > 1
    after = [one for one in engine.transactions(limit=500).transactions if one.merchant.startswith("tesco")]
    assert {one.category for one in after} == {"shopping.general"}
    back = visitor.fill("money?q=tesco", "money/uncorrect")
    assert "Taken back." in back.words


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": "99999999"}, "there is no such transaction"),
        ({"id": "x"}, "named by its number"),
        ({"category": "no.such"}, "no such category"),
        ({"category": ""}, "form is incomplete"),
    ],
)
def test_a_correction_of_nothing_is_refused(visitor: Visitor, changes: dict[str, str], says: str) -> None:
    fields = {**visitor.get("money").fields("money/correct"), "category": "food.groceries", **changes}
    words = visitor.follow(visitor.send("money/correct", fields)).words
    assert says.lower() in words.lower()
    assert " input" in words


# -- today -------------------------------------------------------------------------------------------------------


def test_never_again_is_for_ever(engine: Engine, visitor: Visitor) -> None:
    first = visitor.get("today")
    hidden = first.fields("today/outcome", 1)
    assert hidden["verdict"] == "never"
    told = visitor.follow(visitor.send("today/outcome", {**hidden, "covers": "everything"}))
    assert "Kept, for ever" in told.words
    assert "I did this" not in told.words
    assert engine.decide().suggestion is None


def test_not_now_brings_the_next_and_the_reason_can_be_read(visitor: Visitor) -> None:
    first = visitor.get("today")
    hidden = first.fields("today/outcome")
    second = visitor.follow(visitor.send("today/outcome", {**hidden, "verdict": "not_now"}))
    assert "Kept: not now." in second.words
    assert "you said: not now" in visitor.get("decisions").words


def test_saying_that_money_is_short_is_kept_and_taken_back(visitor: Visitor) -> None:
    assert "money is short since 15 Jun 2026" in visitor.fill("today", "today/short", short="yes").words
    assert "Taken back." in visitor.fill("today", "today/short", short="no").words
    assert "yes or no" in visitor.fill("today", "today/short", short="maybe").words


# -- you ---------------------------------------------------------------------------------------------------------


def test_a_trait_is_confirmed_set_cleared_and_forgotten(engine: Engine, visitor: Visitor) -> None:
    page = visitor.get("you")
    name = page.fields("you/answer")["name"]
    assert "Kept: it is so." in visitor.fill("you", "you/answer", answer="confirmed").words
    token = visitor.get("you").fields("you/tell")["token"]
    spoken = {"token": token, "name": "bill_discipline", "value": "80"}
    assert "Kept: your own word." in visitor.follow(visitor.send("you/tell", spoken)).words
    said = {one.name: one.value for one in engine.profile().traits}
    assert said["bill_discipline"] == pytest.approx(0.8)
    cleared = visitor.follow(visitor.send("you/tell", {**spoken, "value": "", "clear": "yes"}))
    assert "Your word is taken back." in cleared.words
    empty = visitor.follow(visitor.send("you/tell", {**spoken, "value": ""}))
    assert "write what is so" in empty.words.lower()
    forgotten = visitor.fill("you", "you/answer", answer="not_true")
    assert "never inferred again" in forgotten.words
    assert name in engine.profile().not_true


def test_values_in_words() -> None:
    assert value_in_words("life_stage", "starting_out") == "starting out"
    assert value_in_words("spare_share", 0.194) == "19%"
    assert value_in_words("buffer_days", 80.1) == "80 days"
    assert value_in_words("savings_months", 0.0) == "0 months"
    assert value_in_words("savings_months", 2.5) == "2.5 months"


def test_a_question_about_investing_is_shown_with_its_payments_and_answered_once() -> None:
    invests = datetime(2026, 11, 26, 12, tzinfo=UTC)
    with Engine.in_memory(clock=FakeClock(invests)) as engine:
        for purpose in ("categorization", "investment_offers"):
            engine.consent.grant(purpose)
        for _, content in iterate(simulate(DEMO_SEED, months=24, end=invests.date())):
            engine.ingest(content)
        (asked,) = engine.questions.investment_appetite()
        with visiting(engine, Surroundings("Tests")) as visitor:
            visitor.enter()
            page = visitor.get("you")
            assert "It looks as if you invest regularly, about £" in page.words
            assert "money that goes into investments, month by month" in page.words
            assert "It is a question, not a fact." in page.words
            fields = page.fields("you/reply")
            assert fields["id"] == asked.id
            unclear = visitor.follow(visitor.send("you/reply", {**fields, "answer": "perhaps"}))
            assert "yes, or with not true" in unclear.words
            so = visitor.follow(visitor.send("you/reply", {**fields, "answer": "confirmed"}))
            assert "you confirmed this" in so.words
            told = visitor.follow(visitor.send("you/reply", {**fields, "answer": "not_true"}))
            assert "You will not be asked this again." in told.words
            assert engine.questions.investment_appetite() == []


# -- reviews -----------------------------------------------------------------------------------------------------


def test_the_person_approves_exactly_what_was_shown(engine: Engine, visitor: Visitor) -> None:
    key = ask_for_a_saving(engine)
    page = f"reviews?id={key}"
    assert "no longer" not in visitor.get(page).words
    altered = visitor.fill(page, "reviews/approve", seen="0" * 64)
    assert "decision.approval_altered" in altered.words
    assert "approved by person" in visitor.fill(page, "reviews/approve").words
    assert engine.reviews.pending() == []


def test_an_adviser_asks_the_person_answers_the_adviser_signs(engine: Engine, visitor: Visitor) -> None:
    key = ask_for_a_loan(engine)
    theirs = f"reviews?id={key}&as=adviser"
    asked = visitor.fill(theirs, "reviews/sign", verdict="ask", note="Is another loan running?")
    assert "credit desk asks: Is another loan running?" in asked.words
    answered = visitor.fill(f"reviews?id={key}", "reviews/answer", words="No, none.")
    assert "No, none." in answered.words
    signed = visitor.fill(theirs, "reviews/sign", verdict="approve")
    assert "A loan: approved by credit desk." in signed.words
    assert "Decided by credit desk" in signed.words


def test_a_statement_is_signed_elsewhere(engine: Engine, visitor: Visitor) -> None:
    key = ask_for_a_loan(engine)
    page = f"reviews?id={key}"
    hidden = visitor.get(page).fields("reviews/statement")
    file = visitor.send("reviews/statement", {**hidden, "adviser": DESK_ID, "verdict": "reject"})
    assert file.headers["content-disposition"].startswith("attachment")
    made = msgspec.json.decode(file.body, type=Statement)
    assert made.canonical() == file.body
    text = msgspec.json.encode(sign(made, DESK)).decode()
    forged = visitor.fill(page, "reviews/sign", verdict="reject", signed=text.replace(made.content, "0" * 64))
    assert "decision.approval_forged" in forged.words
    other = visitor.fill(page, "reviews/sign", verdict="approve", signed=text)
    assert "decision.approval_altered" in other.words
    assert (
        "rejected by credit desk" in visitor.fill(page, "reviews/sign", verdict="reject", signed=text).words
    )


def test_an_adviser_sees_nothing_without_consent(engine: Engine, visitor: Visitor) -> None:
    key = ask_for_a_loan(engine)
    engine.consent.withdraw("adviser_review")
    answer = visitor.get(f"reviews?id={key}&as=adviser")
    assert "Sign and approve" not in answer.words


# -- data --------------------------------------------------------------------------------------------------------


def test_files_are_imported_and_a_bad_one_keeps_no_other_out(visitor: Visitor) -> None:
    good = statement(("2026-06-01", "A SHOP OF THE TESTS", "-12.00"))
    told = visitor.follow(visitor.drop(good, b"\x00\x01 nothing", account="NEW", currency="gbp")).words
    assert "1 new" in told
    assert "2.csv: " in told
    assert "feed.format_unknown" in told
    again = visitor.follow(visitor.drop(good, account="NEW", currency="GBP")).words
    assert "1 known already" in again


def test_an_import_that_a_page_waits_for_tells_how_far_it_is(visitor: Visitor) -> None:
    good = statement(("2026-06-01", "A SHOP OF THE TESTS", "-12.00"))
    begun = visitor.drop(good, accept="application/json", account="NEW", currency="GBP")
    assert json.loads(begun.body)["total"] == len(good)
    while (done := json.loads(visitor.get("data/progress").body))["running"]:
        pass
    assert done == {"running": False, "done": len(good), "total": len(good), "added": 1}


def test_while_an_import_runs_pages_say_so_and_offer_to_stop_it(visitor: Visitor) -> None:
    erasing = visitor.get("data").fields("data/erase")
    running = Importing([GivenFile("a.csv", b"x" * 100)], done=34)
    visitor.desk.importing = running
    page = visitor.get("money")
    assert "An import is under way" in page.words
    assert "34 bytes of 100 bytes read" in page.words
    assert "GB-MAIN" not in page.words
    refused = visitor.follow(visitor.send("data/erase", {**erasing, "sure": "erase"}))
    assert "An import is under way, and nothing was done; wait until it is done, or stop it." in refused.words
    assert visitor.desk.receipt is None
    assert "an import is under way" in visitor.get("consent/receipt?purpose=insights").words.lower()
    stopped = visitor.follow(visitor.send("data/stop", refused.fields("data/stop")))
    assert running.stopped
    assert "The import is being stopped" in stopped.words
    running.running = False
    assert "No import is under way." in visitor.fill("data", "data/stop").words


def test_an_import_of_nothing_is_refused(visitor: Visitor) -> None:
    assert "No file was chosen." in visitor.follow(visitor.drop()).words


def test_a_large_file_never_lies_in_a_temporary_file(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("something was written to the disk")

    monkeypatch.setattr("tempfile.TemporaryFile", never)
    rows = [(f"2026-06-{1 + n % 14:02}", f"SHOP {n} OF THE TESTS", "-1.00") for n in range(60_000)]
    content = statement(*rows)
    assert len(content) > 2 * 2**20
    assert visitor.drop(content[: 3 * 2**19], account="NEW", currency="GBP").status == 303


def test_too_many_files_are_refused(visitor: Visitor) -> None:
    answer = visitor.drop(*[b"x"] * 41)
    assert answer.status == 413
    assert forms.MAX_FIELD > 64 * 1024, "an adviser's statement fits"


def test_what_is_too_much_is_said_to_a_page_that_waits(visitor: Visitor) -> None:
    answer = visitor.drop(*[b"x"] * 45, accept="application/json")
    assert answer.status == 413
    told = json.loads(answer.body)
    assert told["code"] == "center.too_large"
    assert told["told"].startswith("At most 40 files are taken at once; nothing was imported")
    page = visitor.get("data").text
    assert f'data-many="{told["told"]}"' in page, "the page says the same before it sends anything"
    assert 'data-large="At most 96 MiB are taken at once; nothing was imported' in page


def test_what_an_import_refuses_is_said_to_a_page_that_waits(visitor: Visitor) -> None:
    answer = visitor.drop(accept="application/json")
    assert (answer.status, json.loads(answer.body)["told"]) == (400, "No file was chosen.")


def test_a_broken_form_is_no_large_one(visitor: Visitor) -> None:
    sent = {
        "origin": visitor.origin,
        "sec-fetch-site": "same-origin",
        "content-type": "multipart/form-data; boundary=x",
    }
    answer = visitor.request("POST", f"/{visitor.room}/data/import", sent, b"--x\r\nno header at all")
    assert answer.status == 403
    assert "center.form_forged" in answer.text


def test_everything_can_be_taken_along(visitor: Visitor) -> None:
    hidden = visitor.get("data").fields("data/export")
    file = visitor.send("data/export", hidden)
    assert file.headers["content-disposition"] == 'attachment; filename="edge-engine-2026-06-15.zip"'
    assert zipfile.ZipFile(io.BytesIO(file.body)).namelist()


def test_an_account_is_forgotten(engine: Engine, visitor: Visitor) -> None:
    gone = visitor.get("data").fields("data/forget")["key"]
    assert "The account is gone" in visitor.fill("data", "data/forget").words
    assert gone not in {one.key for one in engine.accounts()}


def test_suspended_nothing_is_shown_until_it_is_resumed(visitor: Visitor) -> None:
    assert "The store is suspended" in visitor.fill("data", "data/suspend").words
    assert "vault.suspended" in visitor.get("money").words
    assert "The store is open again." in visitor.fill("today", "data/resume").words
    assert "£340.00" in visitor.get("today").words


def test_the_store_can_be_checked(visitor: Visitor) -> None:
    answer = visitor.send("data/examine", visitor.get("data").fields("data/examine"))
    assert answer.status == 200
    assert "sound" in answer.words
    models = visitor.send("models/verify", visitor.get("models").fields("models/verify"))
    assert "golden answers replayed" in models.words


def test_erasing_needs_the_word_and_gives_a_receipt(visitor: Visitor) -> None:
    unsure = visitor.fill("data", "data/erase", sure="yes")
    assert "nothing was erased" in unsure.words
    assert visitor.desk.receipt is None
    gone = visitor.fill("data", "data/erase", sure="Erase")
    assert "The store is gone" in gone.words
    for name in ("today", "money", "consent", "nothing"):
        words = visitor.get(name).words
        assert "The store is gone" in words
        assert "GB-MAIN" not in words
    receipt = visitor.send("data/receipt", visitor.get("data").fields("data/receipt"))
    assert json.loads(receipt.body)["rows"]["txn"] > 100
    assert visitor.get("consent/receipt?purpose=insights").status == 404


def test_closing_ends_the_session_and_the_program(visitor: Visitor) -> None:
    answer = visitor.send("data/close", visitor.get("data").fields("data/close"))
    assert "The Privacy Center is closed" in answer.words
    assert visitor.desk.leaving
    with suppress(OSError):  # it may be gone already
        assert visitor.get("today").status == 403


def test_the_way_back_is_one_of_the_pages(visitor: Visitor) -> None:
    fields = visitor.get("money").fields("money/correct")
    for back in ("//evil.example", "https://evil.example", "nothing", "money?page=1", "../x", "today"):
        answer = visitor.send("money/correct", {**fields, "category": "no.such", "back": back})
        known = {"money?page=1", "today"}
        assert answer.headers["location"] == f"/{visitor.room}/{back if back in known else 'money'}"


# -- what left ---------------------------------------------------------------------------------------------------


def test_reports_are_previewed_sent_and_told_with_their_grant() -> None:
    servers = Watched()
    with person(*ALL, reporting=reporting(servers)) as engine:
        around = Surroundings("Tests", leader="https://leader.example/", helper="https://helper.example/")
        with visiting(engine, around) as visitor:
            visitor.enter()
            before = visitor.get("left")
            assert "Would be measured now" in before.words
            assert servers.uploads == [], "looking sends nothing"
            told = visitor.fill("left", "left/send", hurry="yes")
            assert "reports sent." in told.words
            assert len(servers.uploads) == told.text.count("taken by the server")
            entry = next(one.seq for one in engine.consent.history() if one.purpose == "aggregate_statistics")
            assert f"entry {entry} of the consent ledger (“Count me in anonymous totals”" in told.words
            assert f"{len(servers.uploads[0]):,} bytes" in told.words
            again = visitor.fill("left", "left/send", hurry="yes")
            assert "Nothing was sent now." in again.words


def test_a_server_that_does_not_answer_is_told_and_nothing_is_lost() -> None:
    servers = Watched(script=[Unreachable("gone")] * 30)
    with person(*ALL, reporting=reporting(servers)) as engine:
        around = Surroundings("Tests", leader="https://leader.example/", helper="https://helper.example/")
        with visiting(engine, around) as visitor:
            visitor.enter()
            told = visitor.fill("left", "left/send", hurry="yes")
            assert "Nothing was sent now." in told.words
            assert "could not be sent now and is tried again" in told.words
            assert "to be sent, from" in told.words


def test_without_servers_sending_is_refused(visitor: Visitor) -> None:
    assert "left/send" not in visitor.get("left").text
    token = visitor.get("left").fields("data/close")["token"]
    assert visitor.send("left/send", {"token": token}).status == 403


def test_the_grant_of_a_moment_is_the_latest_before_it(engine: Engine) -> None:
    history = engine.consent.history()
    (given,) = [one for one in history if one.purpose == "aggregate_statistics"]
    engine.consent.withdraw("aggregate_statistics")
    whole = engine.consent.history()
    assert grants_at(history, ["aggregate_statistics"], given.at) == [given]
    assert grants_at(whole, ["aggregate_statistics"], whole[-1].at) == []
    assert grants_at(history, ["no_such"], given.at) == []


# -- models ------------------------------------------------------------------------------------------------------


def test_a_card_is_shown_as_text_whatever_it_holds() -> None:
    card = "# T\n<script>x</script>\n\n[link](javascript:alert(1)) ![p](http://x/y.png)\n\n"
    card += "| | |\n|---|---|\n| a | b |\n"
    html = rendered(card)
    assert "<script" not in html
    assert "<img" not in html
    assert "<a " not in html
    assert "<thead>" not in html
    assert "<td>a</td>" in html


def test_calibration_is_read_from_its_section_alone() -> None:
    before, after = "\n## Rows\n| 1 | 0.5 | 0.5 |", "\n## Next\n| 2 | 0.1 | 0.1 |"
    card = f"{before}\n## Calibration\n\n| rows | sure | right |\n| 10 | 0.18 | 0.10 |{after}"
    assert calibration_of(card) == [(10, 0.18, 0.1)]
    assert calibration_of("") == []
