"""Reviews: bound to what was shown, decided once, by whom the policy says, and used once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from edge_engine.actions.canonical import canonical, digest
from edge_engine.actions.review import Evidence, Signed, Term, sign
from edge_engine.actions.rules import ActionRules
from edge_engine.errors import (
    ApprovalAltered,
    ApprovalExpired,
    ApprovalForged,
    ApprovalMissing,
    ApprovalReplayed,
    ApproverRefused,
    EdgeError,
    InputError,
    PurposeDenied,
    ReviewClosed,
)
from tests.fakes.acting import (
    ADVISERS,
    DESK,
    FACTS,
    LOAN,
    MANDATE,
    NOW,
    SECOND,
    STRANGER,
    adviser,
    agreed,
    approved_loan,
    mandate,
    opened,
    proposed_loan,
    rules,
    shipped,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_engine import Engine, FakeClock
    from tests.fakes.ledgered_bank import LedgeredBank


def states(engine: Engine) -> list[str]:
    return [one.state for one in engine.reviews.history()]


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_what_is_shown_is_the_canonical_form_of_everything_that_matters(engine: Engine) -> None:
    review = proposed_loan(engine)
    shown = engine.reviews.show(review)
    assert shown.raw == canonical(msgspec.to_builtins(shown.content))
    assert shown.digest == digest(shown.raw).hex()
    assert shown.content.terms == LOAN
    assert shown.content.evidence == FACTS
    assert (shown.content.level, shown.content.proposer, shown.content.due) == (
        3,
        "engine",
        int((NOW + timedelta(days=5)).timestamp()),
    )


def test_pending_is_what_waits_the_soonest_due_first(engine: Engine) -> None:
    saving = engine.reviews.propose("round_up_saving", MANDATE)
    loan = proposed_loan(engine)
    assert [one.id for one in engine.reviews.pending()] == [loan, saving.id]
    engine.reviews.approve(saving.id, seen=saving.digest)
    assert [one.id for one in engine.reviews.pending()] == [loan]


def test_an_adviser_sees_a_review_of_their_kind_and_only_with_consent(engine: Engine) -> None:
    review, saving = proposed_loan(engine), mandate(engine)
    assert engine.reviews.show(review, adviser="desk") == engine.reviews.show(review)
    for name, one in (("nobody", review), ("desk", saving)):
        with pytest.raises(ApproverRefused):
            engine.reviews.show(one, adviser=name)
    engine.consent.withdraw("adviser_review")
    with pytest.raises(InputError, match="no such review"):
        engine.reviews.show(review, adviser="desk")
    with pytest.raises(PurposeDenied) as denied:
        proposed_loan(engine)
    assert denied.value.purpose == "adviser_review"


def test_evidence_is_of_the_kinds_data_and_of_granted_purposes(engine: Engine) -> None:
    for data in ("pd:Transaction", "dpv:SpecialCategoryPersonalData", "pd:LifeHistory"):
        with pytest.raises(InputError, match="data categories"):
            engine.reviews.propose("loan", LOAN, evidence=[Evidence("a", data, ("insights",), "b")])
    with pytest.raises(InputError, match="every purpose"):
        engine.reviews.propose("loan", LOAN, evidence=[Evidence("a", "pd:Income", (), "b")])
    engine.consent.withdraw("insights")
    with pytest.raises(PurposeDenied) as denied:
        proposed_loan(engine)
    assert denied.value.purpose == "insights"


@pytest.mark.parametrize(
    ("kind", "terms", "named"),
    [
        ("mortgage", LOAN, {}),
        ("loan", {**LOAN, "secret": 1}, {}),
        ("loan", {name: LOAN[name] for name in list(LOAN)[1:]}, {}),
        ("loan", {**LOAN, "amount": 2.5}, {}),
        ("loan", {**LOAN, "amount": True}, {}),
        ("loan", {**LOAN, "amount": 2**53}, {}),
        ("loan", {**LOAN, "product": "\ud800"}, {}),
        ("loan", {**LOAN, "product": "x" * 70_000}, {}),
        ("loan", LOAN, {"proposer": "somebody"}),
        ("loan", LOAN, {"advice": "maybe"}),
        ("loan", LOAN, {"evidence": ["a"]}),
    ],
)
def test_a_proposal_that_does_not_fit_is_refused(
    engine: Engine, kind: str, terms: dict[str, Term], named: dict[str, Any]
) -> None:
    with pytest.raises(InputError):
        engine.reviews.propose(kind, terms, **named)
    assert engine.reviews.history() == []


# -- the person ------------------------------------------------------------------------------------------------------


def test_the_person_confirms_exactly_what_they_saw(engine: Engine, clock: FakeClock) -> None:
    made = engine.reviews.propose("round_up_saving", MANDATE)
    with pytest.raises(ApprovalAltered):
        engine.reviews.approve(made.id, seen="0" * 64)
    assert states(engine) == ["pending"]
    done = engine.reviews.approve(made.id, seen=made.digest)
    assert (done.state, done.approver, done.until) == ("approved", "person", NOW + timedelta(days=365))
    with pytest.raises(ReviewClosed):
        engine.reviews.reject(made.id, seen=made.digest)


def test_the_person_does_not_decide_what_an_adviser_must(engine: Engine) -> None:
    review = proposed_loan(engine)
    for decide in (engine.reviews.approve, engine.reviews.reject):
        with pytest.raises(ApproverRefused):
            decide(review, seen=engine.reviews.show(review).digest)
    assert states(engine) == ["pending"]


def test_a_decision_is_one_word_and_of_its_type(engine: Engine) -> None:
    review = proposed_loan(engine)
    word = signed(engine, review)
    for named in ({}, {"seen": "x", "signed": word}, {"signed": msgspec.to_builtins(word)}):
        with pytest.raises(InputError):
            engine.reviews.approve(review, **named)
    with pytest.raises(InputError, match="no such review"):
        engine.reviews.approve("nothing", seen="x")
    with pytest.raises(InputError, match="identifier"):
        engine.reviews.approve(3, seen="x")  # type: ignore[arg-type]


# -- advisers --------------------------------------------------------------------------------------------------------


def test_an_advisers_signature_approves_and_is_kept(engine: Engine) -> None:
    review = proposed_loan(engine)
    done = engine.reviews.approve(review, signed=signed(engine, review))
    assert (done.state, done.approver, done.until) == ("approved", "desk", NOW + timedelta(days=1))


def test_an_approval_never_holds_longer_than_its_kind_says(engine: Engine) -> None:
    review = proposed_loan(engine)
    for_ever = signed(engine, review, until=int(NOW.timestamp()) + 10**9)
    assert engine.reviews.approve(review, signed=for_ever).until == NOW + timedelta(days=7)


FORGERIES: dict[str, Callable[[Engine, str], Signed]] = {
    "a stranger's key": lambda engine, review: signed(engine, review, key=STRANGER),
    "another adviser's key": lambda engine, review: signed(engine, review, key=SECOND),
    "nobody the policy names": lambda engine, review: signed(engine, review, who="chief", key=STRANGER),
    "a statement of another type": lambda engine, review: signed(
        engine, review, type="edge-engine.receipt.1"
    ),
    "a verdict that there is not": lambda engine, review: signed(engine, review, verdict="pay"),
    "a signature that is no number": lambda engine, review: Signed(signed(engine, review).statement, "no"),
    "an empty signature": lambda engine, review: Signed(signed(engine, review).statement, ""),
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_approval_is_refused(engine: Engine, forged: Callable[[Engine, str], Signed]) -> None:
    review = proposed_loan(engine)
    with pytest.raises(ApprovalForged) as refused:
        engine.reviews.approve(review, signed=forged(engine, review))
    assert refused.value.code == "decision.approval_forged"
    assert states(engine) == ["pending"]


@pytest.mark.parametrize("field", ["review", "content", "verdict", "adviser", "at", "until", "note"])
def test_whatever_is_changed_in_a_signed_statement_the_signature_no_longer_fits(
    engine: Engine, field: str
) -> None:
    review = proposed_loan(engine)
    word = signed(engine, review)
    value = getattr(word.statement, field)
    other = {"verdict": "reject", "adviser": "second"}.get(
        field, value + ("0" if isinstance(value, str) else 1)
    )
    changed = Signed(msgspec.structs.replace(word.statement, **{field: other}), word.signature)
    with pytest.raises(ApprovalForged):
        engine.reviews.approve(review, signed=changed)


def test_a_replayed_approval_is_refused(engine: Engine) -> None:
    review, other = proposed_loan(engine), proposed_loan(engine)
    word = signed(engine, review)
    engine.reviews.approve(review, signed=word)
    for again in (review, other):
        with pytest.raises(ApprovalReplayed) as refused:
            engine.reviews.approve(again, signed=word)
        assert refused.value.code == "decision.approval_replayed"
    with pytest.raises(ReviewClosed):
        engine.reviews.approve(review, signed=signed(engine, review, note="another signature"))
    # The person asks for the same once more: the first approval is not worth anything for it.
    engine.consent.withdraw("credit_prescreening")
    engine.consent.grant("credit_prescreening")
    third = proposed_loan(engine)
    with pytest.raises(ApprovalReplayed):
        engine.reviews.approve(third, signed=word)


@pytest.mark.parametrize(
    "change",
    [
        {"until": int(NOW.timestamp())},
        {"until": 0},
        {"at": int(NOW.timestamp()) + 301},
    ],
)
def test_an_approval_whose_time_is_over_or_has_not_begun_is_refused(
    engine: Engine, change: dict[str, Any]
) -> None:
    review = proposed_loan(engine)
    with pytest.raises(ApprovalExpired) as refused:
        engine.reviews.approve(review, signed=signed(engine, review, **change))
    assert refused.value.code == "decision.approval_expired"


def test_an_overdue_review_is_never_decided_even_when_the_clock_is_set_back(
    engine: Engine, clock: FakeClock
) -> None:
    review = proposed_loan(engine)
    word = signed(engine, review, until=int(NOW.timestamp()) + 10**7)
    clock.advance(timedelta(days=5))
    with pytest.raises(ApprovalExpired):
        engine.reviews.approve(review, signed=word)
    clock.advance(timedelta(days=-5))
    with pytest.raises(ApprovalExpired):
        engine.reviews.approve(review, signed=word)
    assert states(engine) == ["expired"]


def test_looking_is_enough_to_note_what_is_overdue(engine: Engine, clock: FakeClock) -> None:
    proposed_loan(engine)
    clock.advance(timedelta(days=4, hours=23))
    assert engine.reviews.expire() == 0
    clock.advance(timedelta(hours=1))
    assert engine.reviews.pending() == []
    assert states(engine) == ["expired"]


def test_an_altered_approval_is_refused(engine: Engine) -> None:
    review = proposed_loan(engine)
    for content in ("0" * 64, engine.reviews.show(proposed_loan(engine)).digest):
        with pytest.raises(ApprovalAltered) as refused:
            engine.reviews.approve(review, signed=signed(engine, review, content=content))
        assert refused.value.code == "decision.approval_altered"
    with pytest.raises(ApprovalAltered):
        engine.reviews.reject(review, signed=signed(engine, review))
    assert engine.reviews.approve(review, signed=signed(engine, review)).state == "approved"


def test_whoever_proposed_does_not_decide_at_level_three(engine: Engine) -> None:
    review = engine.reviews.propose("loan", LOAN, proposer="desk").id
    with pytest.raises(ApproverRefused) as refused:
        engine.reviews.approve(review, signed=signed(engine, review))
    assert refused.value.code == "decision.approver_refused"
    with pytest.raises(ApproverRefused):
        engine.reviews.reject(review, signed=signed(engine, review, "reject"))
    word = signed(engine, review, who="second", key=SECOND)
    assert engine.reviews.approve(review, signed=word).approver == "second"


@pytest.mark.parametrize(
    ("extra", "counts"),
    [
        ("until = 2026-06-30", False),
        ("until = 2026-07-01", True),
        ("until = 2026-01-02", False),
    ],
)
def test_a_key_counts_on_its_days_alone(clock: FakeClock, extra: str, counts: bool) -> None:  # noqa: FBT001
    with agreed(clock, rules(adviser("desk", DESK, extra))) as engine:
        review = proposed_loan(engine)
        word = signed(engine, review)
        if counts:
            assert engine.reviews.approve(review, signed=word).state == "approved"
        else:
            with pytest.raises(ApproverRefused):
                engine.reviews.approve(review, signed=word)


def test_without_the_persons_consent_an_adviser_decides_nothing(engine: Engine) -> None:
    review = proposed_loan(engine)
    word = signed(engine, review)
    engine.consent.withdraw("adviser_review")
    with pytest.raises(PurposeDenied):
        engine.reviews.approve(review, signed=word)
    assert engine.reviews.history() == []


def test_no_error_tells_what_the_review_is_about(engine: Engine) -> None:
    review = proposed_loan(engine, product="CANARY")
    for forged in FORGERIES.values():
        with pytest.raises(EdgeError) as refused:
            engine.reviews.approve(review, signed=forged(engine, review))
        assert "CANARY" not in str(refused.value)
        assert review not in str(refused.value)


# -- asking ----------------------------------------------------------------------------------------------------------


def test_a_question_and_its_answer_become_part_of_what_is_decided(engine: Engine) -> None:
    review = proposed_loan(engine)
    early = signed(engine, review)
    asked = engine.reviews.ask(review, signed=signed(engine, review, "ask", note="What is it for?"))
    assert (asked.state, [one.id for one in engine.reviews.pending()]) == ("asked", [review])
    with pytest.raises(ApprovalAltered):
        engine.reviews.approve(review, signed=early)
    assert engine.reviews.answer(review, "A roof.").state == "pending"
    (question,) = engine.reviews.show(review).content.asked
    assert (question.by, question.question, question.answer) == ("desk", "What is it for?", "A roof.")
    with pytest.raises(ApprovalAltered):
        engine.reviews.approve(review, signed=early)
    assert engine.reviews.approve(review, signed=signed(engine, review)).state == "approved"


def test_an_answer_needs_a_question_and_words(engine: Engine, clock: FakeClock) -> None:
    review = proposed_loan(engine)
    with pytest.raises(InputError, match="nothing was asked"):
        engine.reviews.answer(review, "A roof.")
    for words in ("", "   ", "x" * 2001):
        with pytest.raises(InputError, match="1 to 2000"):
            engine.reviews.ask(review, signed=signed(engine, review, "ask", note=words))
    engine.reviews.ask(review, signed=signed(engine, review, "ask", note="Why?"))
    with pytest.raises(InputError, match="1 to 2000"):
        engine.reviews.answer(review, "")
    clock.advance(timedelta(days=6))
    with pytest.raises(ApprovalExpired):
        engine.reviews.answer(review, "A roof.")


# -- what becomes of them --------------------------------------------------------------------------------------------


def test_withdrawing_a_purpose_takes_everything_that_rests_on_it(engine: Engine) -> None:
    kept, loan = mandate(engine), proposed_loan(engine)
    gone = engine.consent.withdraw("insights").purged
    assert gone["review"] == 1
    assert [one.id for one in engine.reviews.history()] == [kept]
    with pytest.raises(InputError, match="no such review"):
        engine.reviews.show(loan)
    assert engine.consent.withdraw("automatic_saving").purged["review"] == 1
    assert engine.reviews.override_rates() == []


def test_forgetting_an_account_takes_the_reviews_that_name_it(engine: Engine) -> None:
    engine.ingest(
        b"Date,Description,Amount\n2026-06-01,PAY,9.00\n2026-06-02,SHOP,-1.00\n",
        account="GB1",
        currency="GBP",
    )
    mandate(engine)
    elsewhere = mandate(engine, from_account="GB11")
    engine.forget_account("GB1")
    assert [one.id for one in engine.reviews.history()] == [elsewhere]


def test_decisions_against_the_engines_advice_are_counted(engine: Engine, clock: FakeClock) -> None:
    for advice, verdict in (
        ("approve", "approve"),
        ("approve", "reject"),
        ("reject", "approve"),
        ("", "reject"),
    ):
        review = engine.reviews.propose("loan", LOAN, advice=advice).id
        decide = engine.reviews.approve if verdict == "approve" else engine.reviews.reject
        decide(review, signed=signed(engine, review, verdict))
    proposed_loan(engine)
    clock.advance(timedelta(days=6))
    engine.reviews.expire()
    (rate,) = engine.reviews.override_rates()
    assert (rate.kind, rate.decided, rate.overridden, rate.expired) == ("loan", 3, 2, 1)


def test_reviews_are_part_of_what_the_person_takes_along(engine: Engine, tmp_path: object) -> None:
    proposed_loan(engine)
    assert engine.export(f"{tmp_path}/me.zip")["reviews.jsonl"] == 1


# -- acting on an approval -------------------------------------------------------------------------------------------


def test_only_an_approval_starts_anything(engine: Engine, bank: LedgeredBank) -> None:
    review = proposed_loan(engine)
    for key in (review, "nothing", mandate(engine)):
        with pytest.raises(ApprovalMissing) as refused:
            engine.automation.apply_for_loan(key)
        assert refused.value.code == "decision.approval_missing"
    engine.reviews.reject(review, signed=signed(engine, review, "reject"))
    with pytest.raises(ApprovalMissing):
        engine.automation.apply_for_loan(review)
    assert engine.workflows.all() == []


def test_an_approval_is_spent_once(engine: Engine, bank: LedgeredBank) -> None:
    review = approved_loan(engine)
    first = engine.workflows.start("loan", "one", {}, review=review)
    assert engine.workflows.start("loan", "one", {}, review=review) == first
    with pytest.raises(ApprovalReplayed):
        engine.workflows.start("loan", "two", {}, review=review)
    (row,) = engine.reviews.history()
    assert row.used


def test_an_approval_that_no_longer_holds_starts_nothing(engine: Engine, clock: FakeClock) -> None:
    review = approved_loan(engine)
    clock.advance(timedelta(days=1))
    with pytest.raises(ApprovalExpired):
        engine.automation.apply_for_loan(review)
    clock.advance(timedelta(days=-1))
    engine.reviews.expire()
    with pytest.raises(ApprovalExpired):
        engine.automation.apply_for_loan(review)


def test_a_clock_set_back_between_two_runs_revives_no_approval(tmp_path: Path, clock: FakeClock) -> None:
    with opened(tmp_path / "me.edge", clock) as engine:
        review = proposed_loan(engine)
        word = signed(engine, review, until=int(NOW.timestamp()) + 3_600)
        engine.reviews.approve(review, signed=word)
        clock.advance(timedelta(hours=2))
        # Something else is written meanwhile; nobody looks at the approval.
        engine.outcomes.record("d1", "cashback", "not_now", purpose="recommendations")
    clock.advance(timedelta(hours=-2))
    with opened(tmp_path / "me.edge", clock) as engine, pytest.raises(ApprovalExpired):
        engine.automation.apply_for_loan(review)


def tampered(engine: Engine, sql: str, *values: object) -> None:
    with engine._vault.committing() as connection:
        for trigger in ("review_decided_is_for_ever", "review_is_spent_once"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.execute(sql, values)


def test_what_was_changed_in_the_store_after_the_approval_is_not_done(engine: Engine) -> None:
    review = approved_loan(engine)
    raw = engine.reviews.show(review).raw.replace(b"250000", b"950000")
    tampered(engine, "UPDATE review SET content = ?", raw)
    with pytest.raises(ApprovalAltered):
        engine.automation.apply_for_loan(review)
    tampered(engine, "UPDATE review SET digest = ?", digest(raw))
    with pytest.raises(ApprovalAltered):
        engine.automation.apply_for_loan(review)
    tampered(engine, "UPDATE review SET signature = ?", b"\0" * 64)
    with pytest.raises(ApprovalForged):
        engine.automation.apply_for_loan(review)
    tampered(engine, "UPDATE review SET statement = x'00'")
    with pytest.raises(ApprovalForged):
        engine.automation.apply_for_loan(review)


def test_an_adviser_whose_key_was_taken_away_has_approved_nothing_that_is_not_done_yet(
    engine: Engine,
) -> None:
    review = approved_loan(engine)
    engine._acting[1]._rules = rules(adviser("second", SECOND))
    with pytest.raises(ApproverRefused):
        engine.automation.apply_for_loan(review)
    engine._acting[1]._rules = rules(adviser("desk", SECOND))
    with pytest.raises(ApprovalForged):
        engine.automation.apply_for_loan(review)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE review SET content = x'00'",
        "UPDATE review SET state = 1",
        "UPDATE review SET until = until + 1",
        "UPDATE review SET signature = x'00'",
        "UPDATE review SET used_by = NULL",
        "UPDATE review SET used_by = 'other'",
        "INSERT OR REPLACE INTO review SELECT * FROM review",
        "DELETE FROM approval_spent",
        "UPDATE action_time SET high = high - 1",
        "DELETE FROM action_time",
    ],
)
def test_the_store_itself_refuses_to_undo_a_decision(engine: Engine, sql: str) -> None:
    engine.automation.apply_for_loan(approved_loan(engine))
    with pytest.raises(Exception, match=r"refused|integrity|store"), engine._vault.committing() as connection:
        connection.execute(sql)


def test_the_shipped_rules_let_nobody_approve_a_loan(clock: FakeClock) -> None:
    with agreed(clock, ActionRules.default()) as engine:
        review = proposed_loan(engine)
        with pytest.raises(ApprovalForged):
            engine.reviews.approve(review, signed=signed(engine, review))


def test_a_level_two_review_is_the_persons_and_used_once(clock: FakeClock) -> None:
    text = shipped("reviews.toml").replace('id = "sweep_saving"', 'id = "sweep_saving"\n# level two now', 1)
    head, _, tail = text.partition("# level two now")
    tail = tail.replace("level = 1", "level = 2", 1).replace('"standing"', '"once"', 1)
    flows = shipped("workflows.toml").replace(
        'level = 1\nreview = "sweep_saving"', 'level = 2\nreview = "sweep_saving"'
    )
    with agreed(clock, ActionRules.parse(head + tail + ADVISERS, flows)) as engine:
        terms: dict[str, Term] = {
            "from_account": "a",
            "to_account": "b",
            "currency": "GBP",
            "per_sweep": 5,
            "per_month": 5,
            "floor": 0,
        }
        made = engine.reviews.propose("sweep_saving", terms)
        assert engine.reviews.approve(made.id, seen=made.digest).level == 2


def test_an_advisers_file_is_read_or_refused(engine: Engine) -> None:
    review = proposed_loan(engine)
    word = signed(engine, review)
    assert Signed.read(msgspec.json.encode(word)) == word
    for raw in (b"", b"[]", b'{"statement": {}, "signature": ""}', msgspec.json.encode(word)[:-1]):
        with pytest.raises(InputError, match="not a signed approval"):
            Signed.read(raw)


def test_a_signature_is_over_the_documented_bytes(engine: Engine) -> None:
    review = proposed_loan(engine)
    statement = signed(engine, review).statement
    bytes_ = (
        f'{{"adviser":"desk","at":{statement.at},"content":"{statement.content}","note":"","review":"{review}",'
        f'"type":"edge-engine.approval.1","until":{statement.until},"verdict":"approve"}}'
    ).encode()
    assert sign(statement, DESK).signature == DESK.sign(bytes_).hex()
