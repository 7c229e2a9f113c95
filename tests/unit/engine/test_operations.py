"""The table that the command line and every door are driven by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from edge_engine import Engine, FakeClock, Money, operations
from edge_engine.consent.policy import Policy
from edge_engine.errors import FeedMissing, FileRefused, InputError, PurposeDenied, SignalError
from edge_engine.operations import OPERATIONS, Nothing, call
from edge_engine.replies import resolve
from tests.fakes.acting import MANDATE, NOW, agreed, proposed_loan, signed
from tests.fakes.bank_csv import statement
from tests.fakes.collecting import NOW as LATER
from tests.fakes.collecting import Watched, device, use_app
from tests.fakes.update_repository import UpdateRepository

if TYPE_CHECKING:
    from pathlib import Path


LOAN_TERMS = (Money(250_000, "GBP"), 24, Money(11_200, "GBP"))
SENDING = ("signals.contribute", "sync")
ANSWERS = ("life.answer", "appetite.answer")
OF_A_DECISION = ("decision", "outcome")
DECISIONS = ("reviews.show", "reviews.approve", "reviews.reject", "reviews.ask", "reviews.answer")


@pytest.fixture
def requests(tmp_path: Path, clock: FakeClock) -> dict[str, msgspec.Struct]:
    """A request for each operation that needs one."""
    file = tmp_path / "statement.csv"
    file.write_bytes(statement())
    repository = UpdateRepository(expires=clock.now() + timedelta(days=1))
    repository.offer_shipped("categorizer", 1000)
    return {
        "import": operations.Import(str(file), currency="GBP"),
        "transactions": operations.Transactions(limit=2, since="2026-01-06"),
        "accounts.forget": operations.OneAccount("csv"),
        "categorize": operations.Categorize(["TESCO"]),
        "correct": operations.Correct(2, "food.groceries"),
        "uncorrect": operations.Uncorrect(2),
        "spending": operations.Spending(6, "leaf"),
        "forecast": operations.Forecast(4),
        **dict.fromkeys(ANSWERS, operations.AnswerHypothesis("0123456789abcdef", "confirmed")),
        "profile.answer": operations.AnswerTrait("travel", "not_true"),
        "profile.set": operations.SetTrait("money_style", "saver"),
        "decision": operations.OneDecision("0" * 16),
        "outcome": operations.TellOutcome("0" * 16, "acted"),
        "never": operations.SayNever("kind", "loan"),
        "reviews.show": operations.OneReview("0" * 32),
        "reviews.answer": operations.AnswerReview("0" * 32, "because"),
        **dict.fromkeys(("reviews.approve", "reviews.reject"), operations.DecideReview("0" * 32, "1" * 64)),
        "reviews.ask": operations.DecideReview("0" * 32, signed="{}"),
        "consent.grant": operations.Grant("outreach", 3),
        "consent.withdraw": operations.OnePurpose("outreach"),
        "consent.receipt": operations.OnePurpose("insights"),
        "react": operations.React(str(file)),
        "workflows.start": operations.StartWorkflow("loan", "k1"),
        "loans.assess": operations.AssessLoan(*LOAN_TERMS),
        "loans.propose": operations.ProposeLoan(*LOAN_TERMS, "personal", "csv", "person"),
        "reviews.propose": operations.ProposeReview("round_up_saving", dict(MANDATE)),
        "signals.contribute": operations.OneSignal("active_days"),
        "consent.explain": operations.Explain("insights", "pd:Transaction"),
        "export": operations.Export(str(tmp_path / "me.zip")),
        "consent.evidence": operations.WriteEvidence(str(tmp_path / "evidence")),
        "models.card": operations.OneModel("categorizer"),
        "models.update": operations.UpdateModels(
            str(tmp_path / "mirror"), str(repository.write(tmp_path / "mirror"))
        ),
    }


def test_every_operation_answers_and_every_answer_is_json(
    engine: Engine, requests: dict[str, msgspec.Struct]
) -> None:
    engine.consent.grant("categorization")
    engine.consent.grant("insights")
    engine.consent.grant("life_changes")
    engine.consent.grant("personalization")
    engine.consent.grant("automatic_saving")
    engine.consent.grant("credit_prescreening")
    engine.consent.grant("adviser_review")
    engine.consent.grant("investment_offers")
    engine.consent.grant("recommendations")
    engine.consent.grant("aggregate_statistics")
    replies: dict[str, Any] = {}
    for name in sorted(
        OPERATIONS, key=lambda one: (one == "erase", one == "accounts.forget", list(OPERATIONS).index(one))
    ):
        if name in ANSWERS:
            # Six rows ask nothing, so there is nothing to answer; tests/unit/engine/test_questions.py answers.
            with pytest.raises(InputError, match="of this id"):
                call(engine, name, requests[name])
            continue
        if name in SENDING:
            # This engine knows no servers; tests/unit/signals has some.
            with pytest.raises(SignalError, match="no servers"):
                call(engine, name, requests.get(name))
            continue
        if name in OF_A_DECISION:
            # Six rows suggest nothing; tests/unit/actions/test_suggestions.py decides.
            with pytest.raises(InputError, match="no decision of this id"):
                call(engine, name, requests[name])
            continue
        if name == "workflows.start":
            # Its own purpose is off; the test below begins one.
            with pytest.raises(PurposeDenied, match="Apply for a loan"):
                call(engine, name, requests[name])
            continue
        if name in DECISIONS:
            # Nothing waits for a decision here; tests/unit/cli/test_review.py decides.
            with pytest.raises(InputError, match=r"no such review|not a signed approval"):
                call(engine, name, requests[name])
            continue
        replies[name] = call(engine, name, requests.get(name))
        assert told_wholly(replies[name], OPERATIONS[name].reply) is not None
    assert replies["import"].added == 6
    assert (len(replies["transactions"].transactions), replies["transactions"].total) == (2, 5)
    assert replies["consent.grant"].purpose == "outreach"
    assert replies["consent.grant"].agreement.days == 3
    assert replies["export"]["transactions.csv"] == 6
    assert replies["doctor"].ok
    assert [one.status for one in replies["models.update"]] == ["installed"]


def told_wholly(reply: Any, name: str) -> Any:  # noqa: ANN401 - any reply
    """Return an answer as JSON has it, once its type told all of it."""
    made = msgspec.json.decode(msgspec.json.encode(reply))
    again = msgspec.convert(made, resolve(name))
    assert msgspec.json.decode(msgspec.json.encode(again)) == made
    return made


def test_the_answers_to_what_needs_more_are_of_their_types_too() -> None:
    """Reviews that somebody decided, signals that were sent, questions that were answered."""
    with agreed(FakeClock(NOW)) as engine:
        engine.reviews.propose("round_up_saving", MANDATE)
        loan, saving = proposed_loan(engine), engine.reviews.pending()[-1].id
        for review in engine.reviews.pending():
            told_wholly(call(engine, "reviews.show", operations.OneReview(review.id)), "Shown")
        digest = engine.reviews.show(saving).digest
        asking = msgspec.json.encode(signed(engine, loan, "ask", note="Why?")).decode()
        if saving != loan:
            told_wholly(call(engine, "reviews.reject", operations.DecideReview(saving, digest)), "ReviewView")
        told_wholly(call(engine, "reviews.ask", operations.DecideReview(loan, signed=asking)), "ReviewView")
        told_wholly(call(engine, "reviews.answer", operations.AnswerReview(loan, "because")), "ReviewView")
        word = msgspec.json.encode(signed(engine, loan)).decode()
        told_wholly(call(engine, "reviews.approve", operations.DecideReview(loan, signed=word)), "ReviewView")
        begun = operations.StartWorkflow("loan", "k1", review=loan)
        assert told_wholly(call(engine, "workflows.start", begun), "WorkflowView")["state"] == "running"
        assert told_wholly(call(engine, "workflows"), "list[WorkflowView]")
        assert told_wholly(call(engine, "reviews"), "list[ReviewView]")
        assert told_wholly(call(engine, "reviews.rates"), "list[OverrideRate]")
    clock = FakeClock(LATER)
    with device(Watched(), clock) as engine:
        use_app(engine, LATER - timedelta(days=8))
        engine.consent.grant("aggregate_statistics")
        clock.advance(timedelta(days=8))
        assert told_wholly(call(engine, "sync", operations.Sync(hurry=True)), "SyncReport")["sent"]
        assert told_wholly(call(engine, "signals.sent"), "list[SentReport]")


def test_an_operation_that_needs_consent_is_refused_without_it(
    engine: Engine, requests: dict[str, msgspec.Struct]
) -> None:
    needing = [name for name, one in OPERATIONS.items() if one.purpose not in ("", "own_access")]
    assert len(needing) == 23
    call(engine, "import", requests["import"])
    for name in needing:
        with pytest.raises(PurposeDenied) as denied:
            call(engine, name, requests.get(name))
        assert denied.value.purpose == OPERATIONS[name].purpose


def test_the_table_names_purposes_that_exist() -> None:
    known = set(Policy.default().purposes)
    assert {one.purpose for one in OPERATIONS.values()} - {""} <= known
    assert {also for one in OPERATIONS.values() for also in one.also} <= known
    assert all(one.summary for one in OPERATIONS.values())


def test_a_host_proposes_a_review_with_its_evidence() -> None:
    fact = operations.Fact("monthly_income", "pd:Income", ("insights",), Money(240_000, "GBP"))
    with agreed(FakeClock(NOW)) as engine:
        asked = operations.ProposeReview("round_up_saving", dict(MANDATE), [fact], "person", "approve")
        made = call(engine, "reviews.propose", asked)
        shown = engine.reviews.show(made.id).content
        assert (made.state, shown.proposer, shown.advice, shown.terms) == (
            "pending",
            "person",
            "approve",
            MANDATE,
        )
        assert [(one.name, one.value) for one in shown.evidence] == [(fact.name, fact.value)]
        assert set(made.purposes) == {"automatic_saving", "insights"}
        engine.consent.withdraw("insights")
        assert engine.reviews.pending() == []
        with pytest.raises(PurposeDenied):
            call(engine, "reviews.propose", asked)
        nobody = operations.ProposeReview("round_up_saving", dict(MANDATE), proposer="nobody")
        with pytest.raises(InputError, match="a proposer is"):
            call(engine, "reviews.propose", nobody)


def test_an_import_is_a_path_or_bytes_and_bytes_that_are_none_are_an_empty_file(engine: Engine) -> None:
    for kind, name in ((operations.Import, "import"), (operations.React, "react")):
        engine.consent.grant("recommendations")
        with pytest.raises(FileRefused, match=r"^the file is empty$"):
            call(engine, name, kind(content=b""))
        for wrong in (kind(), kind(path="a.csv", content=b"a")):
            with pytest.raises(InputError, match="a file's path or its bytes, one of them"):
                call(engine, name, wrong)
        with pytest.raises(FeedMissing):
            call(engine, name, kind(path="a.csv", content=b""))


def test_an_unknown_operation_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError, match="no such operation"):
        call(engine, "mint_money")


def test_a_request_of_another_type_is_refused(engine: Engine, requests: dict[str, msgspec.Struct]) -> None:
    for name in OPERATIONS:
        wrong = requests["import"] if name != "import" else Nothing()
        with pytest.raises(InputError, match="type"):
            call(engine, name, wrong)
    with pytest.raises(InputError, match="type"):
        call(engine, "accounts", {"limit": 5})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["uncorrect", "categorize", "correct", "consent.grant", "export"])
def test_a_request_that_is_needed_and_missing_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(InputError, match="needs a request"):
        call(engine, name)


def test_a_request_that_is_all_defaults_may_be_left_out(engine: Engine) -> None:
    assert call(engine, "transactions").total == 0


def test_requests_come_from_json_with_their_types_checked() -> None:
    decoded = msgspec.json.decode(
        b'{"transaction_id": 3, "category": "food.groceries"}', type=operations.Correct
    )
    assert decoded == operations.Correct(3, "food.groceries", only_this=False)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"limit": "many"}', type=operations.Transactions)
