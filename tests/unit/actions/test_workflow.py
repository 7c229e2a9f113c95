"""Workflows: written down before and after each call, done once, taken back in reverse where they cannot end."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from edge_engine.actions.connector import Done, Order, Refused, Reply, Unknown
from edge_engine.actions.rules import ActionRules
from edge_engine.errors import InputError, PurposeDenied, WorkflowRefused
from tests.fakes.acting import LOW, NOW, approved_loan, mandate, purchase, shipped

if TYPE_CHECKING:
    from edge_engine import Engine, FakeClock
    from edge_engine.actions.review import Term
    from tests.fakes.ledgered_bank import LedgeredBank

REMINDER: dict[str, Term] = {"bill": "rent", "day": "2026-07-01", "amount": 90_000, "currency": "GBP"}
MOVE: dict[str, Term] = {
    "from_category": "food.restaurants",
    "to_category": "food.groceries",
    "month": "2026-06",
    "amount": 2_000,
    "currency": "GBP",
}


def state(engine: Engine) -> str:
    (found,) = engine.workflows.all()
    return found.state


def loan(engine: Engine) -> str:
    return engine.automation.apply_for_loan(approved_loan(engine)).id


def stored(engine: Engine, table: str) -> int:
    (count,) = engine._vault.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


@pytest.mark.parametrize(
    "said",
    [
        Done("\ud800"),
        Done(cast("Any", 5)),
        Refused(cast("Any", None)),
        Refused("\ud800"),
        cast("Any", "done"),
    ],
    ids=["half a character", "a number", "nothing", "half a reason", "a word"],
)
def test_an_answer_that_cannot_be_written_down_says_nothing_and_holds_nobody_up(
    engine: Engine, bank: LedgeredBank, said: Reply
) -> None:
    class Bank:
        def perform(self, order: Order) -> Reply:
            return said if order.workflow == "loan" else Done("t")

        undo = perform

    engine.workflows.connect("bank", Bank(), bank.sealer)
    loan(engine)
    engine.automation.round_up(mandate(engine), purchase(1), LOW)
    engine.workflows.run()
    assert {one.kind: one.state for one in engine.workflows.all()} == {"loan": "running", "round_up": "done"}


# -- doing -----------------------------------------------------------------------------------------------------------


def test_a_loan_is_applied_for_and_paid_out_with_what_was_approved(
    engine: Engine, bank: LedgeredBank
) -> None:
    loan(engine)
    assert (state(engine), bank.done) == ("running", [])
    assert [one.state for one in engine.workflows.run()] == ["done"]
    assert bank.done == [
        (
            "apply",
            {
                "account": "GB1",
                "amount": 250_000,
                "currency": "GBP",
                "product": "personal",
                "term_months": 24,
            },
        ),
        ("provision", {"account": "GB1", "apply.reference": "R1"}),
    ]
    assert engine.workflows.run() == []


def test_a_packet_holds_the_fields_of_its_step_and_is_sealed_to_its_order(
    engine: Engine, bank: LedgeredBank
) -> None:
    loan(engine)
    engine.workflows.run()
    first, second = bank.orders
    for order in bank.orders:
        assert b"GB1" not in order.packet
        assert json.loads(order.associated) == {"action": order.action, "key": order.key, "workflow": "loan"}
    assert json.loads(bank.packet(first)).keys() == {
        "product",
        "account",
        "amount",
        "currency",
        "term_months",
    }
    swapped = Order(
        first.workflow, first.action, first.key, second.packet, second.encapsulated, first.associated
    )
    with pytest.raises(Exception, match="does not open"):
        bank.packet(swapped)


def test_what_stays_on_the_device_needs_no_seal_and_no_approval(engine: Engine, bank: LedgeredBank) -> None:
    engine.workflows.start("bill_reminder", "rent", REMINDER)
    engine.workflows.start("budget_move", "june", MOVE)
    engine.workflows.run()
    assert [action for action, _ in bank.done] == ["place_reminder", "lower_budget", "raise_budget"]
    assert bank.done[0][1] == REMINDER


def test_the_same_thing_is_done_once(engine: Engine, bank: LedgeredBank) -> None:
    first = engine.workflows.start("bill_reminder", "rent", REMINDER)
    again = engine.workflows.start("bill_reminder", "rent", {**REMINDER, "amount": 1})
    assert (first.id, len(engine.workflows.run())) == (again.id, 1)
    assert engine.workflows.start("bill_reminder", "rent", REMINDER).state == "done"
    assert [packet["amount"] for _, packet in bank.done] == [90_000]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("teleport", REMINDER),
        ("bill_reminder", {}),
        ("bill_reminder", {**REMINDER, "merchant": "A"}),
        ("bill_reminder", {**REMINDER, "amount": 1.5}),
    ],
)
def test_fields_are_exactly_those_of_the_policy(engine: Engine, kind: str, fields: dict[str, Term]) -> None:
    with pytest.raises(InputError):
        engine.workflows.start(kind, "a", fields)
    assert engine.workflows.all() == []


def test_an_approval_is_not_to_be_got_around(engine: Engine) -> None:
    with pytest.raises(WorkflowRefused, match="no other fields"):
        engine.workflows.start("loan", "a", {"amount": 1}, review=approved_loan(engine))
    with pytest.raises(WorkflowRefused, match="standing"):
        engine.workflows.start("round_up", "a", {}, review=mandate(engine))
    with pytest.raises(WorkflowRefused, match="no approval"):
        engine.workflows.begin("bill_reminder", "a", "", lambda *_: None)
    assert engine.workflows.all() == []


def test_nothing_begins_without_consent(engine: Engine) -> None:
    review = approved_loan(engine)
    engine.consent.withdraw("loan_application")
    with pytest.raises(PurposeDenied) as denied:
        engine.automation.apply_for_loan(review)
    assert denied.value.purpose == "loan_application"
    (row,) = engine.reviews.history()
    assert not row.used


def test_nothing_leaves_the_device_unsealed(engine: Engine, bank: LedgeredBank) -> None:
    engine.workflows.connect("bank", bank)
    loan(engine)
    with pytest.raises(WorkflowRefused, match="its key"):
        engine.workflows.run()
    assert bank.orders == []


def test_a_workflow_without_its_other_side_keeps_no_other_from_going_on(engine: Engine) -> None:
    from tests.fakes.ledgered_bank import LedgeredBank  # noqa: PLC0415 - connected by hand here

    bank = LedgeredBank()
    loan(engine)
    engine.workflows.start("bill_reminder", "rent", REMINDER)
    engine.workflows.connect("device", bank)
    with pytest.raises(WorkflowRefused):
        engine.workflows.run()
    assert [action for action, _ in bank.done] == ["place_reminder"]
    engine.workflows.connect("bank", bank, bank.sealer)
    engine.workflows.run()
    assert {one.state for one in engine.workflows.all()} == {"done"}


# -- no answer -------------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_not_before_its_time(
    engine: Engine, bank: LedgeredBank, clock: FakeClock
) -> None:
    loan(engine)
    bank.lost.add("apply")
    for wait in (60, 120, 240):
        assert [one.state for one in engine.workflows.run()] == ["running"]
        assert engine.workflows.run() == []
        clock.advance(timedelta(seconds=wait - 1))
        assert engine.workflows.run() == []
        clock.advance(timedelta(seconds=1))
    bank.lost.clear()
    engine.workflows.run()
    assert state(engine) == "done"
    assert [order.action for order in bank.orders] == ["apply"] * 4 + ["provision"]
    assert len({order.key for order in bank.orders}) == 2
    assert [action for action, _ in bank.done] == ["apply", "provision"]


def test_a_clock_set_back_holds_nothing_up(engine: Engine, bank: LedgeredBank, clock: FakeClock) -> None:
    loan(engine)
    bank.deaf.add("apply")
    engine.workflows.run()
    clock.advance(timedelta(days=-400))
    bank.deaf.clear()
    engine.workflows.run()
    assert state(engine) == "done"


def test_after_its_attempts_everything_is_taken_back(
    engine: Engine, bank: LedgeredBank, clock: FakeClock
) -> None:
    loan(engine)
    bank.lost.add("provision")
    for _ in range(9):
        engine.workflows.run()
        clock.advance(timedelta(days=1))
    (found,) = engine.workflows.all()
    assert (found.state, found.reason) == ("compensated", "no_answer")
    # The answer was lost though it was done: it is taken back first, then what came before it.
    assert [action for action, _ in bank.done] == [
        "apply",
        "provision",
        "cancel_provision",
        "withdraw_application",
    ]
    assert sum(order.action == "provision" for order in bank.orders) == 8


def test_a_refused_step_takes_back_those_before_it_alone(engine: Engine, bank: LedgeredBank) -> None:
    bank.refuses["provision"] = "account_closed"
    loan(engine)
    engine.workflows.run()
    (found,) = engine.workflows.all()
    assert (found.state, found.reason) == ("compensated", "account_closed")
    assert [action for action, _ in bank.done] == ["apply", "withdraw_application"]


def test_the_other_sides_words_are_not_kept(engine: Engine, bank: LedgeredBank) -> None:
    bank.refuses["apply"] = "dear customer, no"
    loan(engine)
    engine.workflows.run()
    (found,) = engine.workflows.all()
    assert found.reason == "refused"


def test_what_cannot_be_taken_back_waits_for_a_person(
    engine: Engine, bank: LedgeredBank, clock: FakeClock
) -> None:
    bank.refuses["provision"] = "account_closed"
    bank.deaf.add("withdraw_application")
    workflow = loan(engine)
    for _ in range(9):
        engine.workflows.run()
        clock.advance(timedelta(days=1))
    assert (state(engine), engine.workflows.run()) == ("stuck", [])
    bank.deaf.clear()
    engine.workflows.retry(workflow)
    engine.workflows.run()
    assert state(engine) == "compensated"
    assert [action for action, _ in bank.done] == ["apply", "withdraw_application"]


def test_a_refused_undoing_waits_for_a_person(engine: Engine, bank: LedgeredBank) -> None:
    bank.refuses |= {"provision": "account_closed", "withdraw_application": "too_late"}
    loan(engine)
    engine.workflows.run()
    (found,) = engine.workflows.all()
    assert (found.state, found.reason) == ("stuck", "too_late")


def test_retrying_ends_a_wait(engine: Engine, bank: LedgeredBank) -> None:
    workflow = loan(engine)
    bank.deaf.add("apply")
    engine.workflows.run()
    bank.deaf.clear()
    assert engine.workflows.run() == []
    engine.workflows.retry(workflow)
    engine.workflows.run()
    assert state(engine) == "done"
    with pytest.raises(InputError, match="no such workflow"):
        engine.workflows.retry("nothing")


@pytest.mark.parametrize("late", [Done("R7"), Refused("no_money")])
def test_an_answer_that_comes_late_and_twice_counts_once(
    engine: Engine, bank: LedgeredBank, late: Reply
) -> None:
    loan(engine)
    bank.deaf.add("apply")
    engine.workflows.run()
    key = bank.orders[0].key
    for reply in (Unknown(), late, late, Done("R8"), Refused("other")):
        engine.workflows.settle(key, reply)
    bank.deaf.clear()
    engine.workflows.run()
    if isinstance(late, Done):
        assert state(engine) == "done"
        assert bank.done == [("provision", {"account": "GB1", "apply.reference": "R7"})]
    else:
        assert (state(engine), bank.done) == ("compensated", [])
    with pytest.raises(InputError, match="no order"):
        engine.workflows.settle("0" * 64, Done())


def test_an_answer_after_the_undoing_changes_nothing(
    engine: Engine, bank: LedgeredBank, clock: FakeClock
) -> None:
    loan(engine)
    bank.deaf.add("apply")
    for _ in range(9):
        engine.workflows.run()
        clock.advance(timedelta(days=1))
    assert state(engine) == "compensated"
    engine.workflows.settle(bank.orders[0].key, Done("late"))
    assert state(engine) == "compensated"
    bank.deaf.clear()
    assert bank.perform(bank.orders[0]) == Refused("undone")


def test_what_is_no_connector_and_no_answer_is_refused(engine: Engine, bank: LedgeredBank) -> None:
    with pytest.raises(InputError, match="perform and undo"):
        engine.workflows.connect("bank", object())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="an answer is"):
        engine.workflows.settle("0" * 64, "done")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the terms are exactly"):
        engine.workflows.start("bill_reminder", "rent", 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [None, "done", 1])
def test_what_a_connector_should_not_say_counts_as_no_answer(engine: Engine, answer: object) -> None:
    class Confused:
        def perform(self, order: Order) -> Reply:
            return answer  # type: ignore[return-value]

        undo = perform

    engine.workflows.connect("device", Confused())
    engine.workflows.start("bill_reminder", "rent", REMINDER)
    engine.workflows.run()
    assert state(engine) == "running"


# -- consent ---------------------------------------------------------------------------------------------------------


def test_consent_that_ends_between_two_steps_takes_the_first_back_and_leaves_nothing(
    engine: Engine, bank: LedgeredBank
) -> None:
    loan(engine)

    def withdraw(order: Order) -> None:
        if order.action == "apply":
            engine.consent.withdraw("loan_application")

    bank.meanwhile = withdraw
    assert engine.workflows.run() == []
    assert [action for action, _ in bank.done] == ["apply", "withdraw_application"]
    assert (stored(engine, "workflow"), stored(engine, "workflow_step")) == (0, 0)


def test_a_withdrawal_empties_what_is_under_way_before_it_returns(engine: Engine, bank: LedgeredBank) -> None:
    loan(engine)
    bank.lost.add("apply")
    engine.workflows.run()
    assert engine.consent.withdraw("loan_application").purged["workflow"] == 1
    row = engine._vault.connection.execute("SELECT body, amount, currency, review FROM workflow").fetchone()
    assert row == (b"", 0, "", "")
    asked = len(bank.orders)
    engine.workflows.run()
    assert [order.action for order in bank.orders[asked:]] == ["withdraw_application"]
    assert [order.packet for order in bank.orders[asked:]] == [b""]
    assert stored(engine, "workflow") == 0


def test_consent_that_ran_out_is_consent_that_ended(
    engine: Engine, bank: LedgeredBank, clock: FakeClock
) -> None:
    loan(engine)
    clock.advance(timedelta(days=91))
    engine.workflows.run()
    assert (bank.orders, stored(engine, "workflow")) == ([], 0)


def test_what_is_done_stays_done_when_its_purpose_is_withdrawn(engine: Engine, bank: LedgeredBank) -> None:
    engine.automation.round_up(mandate(engine), purchase(1), LOW)
    engine.workflows.run()
    assert engine.consent.withdraw("automatic_saving").purged["workflow"] == 1
    engine.workflows.run()
    assert [action for action, _ in bank.done] == ["transfer"]
    assert stored(engine, "workflow") == 0


def test_forgetting_an_account_takes_back_what_is_under_way_and_deletes_what_is_done(
    engine: Engine, bank: LedgeredBank
) -> None:
    engine.ingest(
        b"Date,Description,Amount\n2026-06-01,PAY,9.00\n2026-06-02,SHOP,-1.00\n",
        account="GB1",
        currency="GBP",
    )
    review = mandate(engine)
    engine.automation.round_up(review, purchase(1), LOW)
    engine.workflows.run()
    engine.automation.round_up(review, purchase(2, 1299), LOW)
    engine.forget_account("GB1")
    engine.workflows.run()
    assert [action for action, _ in bank.done] == ["transfer"]
    assert stored(engine, "workflow") == 0


# -- locks and rules -------------------------------------------------------------------------------------------------


def test_the_back_end_is_asked_while_no_lock_of_the_store_is_held(engine: Engine, bank: LedgeredBank) -> None:
    loan(engine)
    bank.refuses["provision"] = "no"
    looked: list[int] = []

    def from_elsewhere() -> None:
        engine.reviews.expire()
        looked.append(len(engine.accounts()))

    def look(_: Order) -> None:
        # Another thread reads and writes meanwhile; it would wait for ever if the caller held the store.
        thread = threading.Thread(target=from_elsewhere)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()

    bank.meanwhile = look
    engine.workflows.run()
    assert len(looked) == len(bank.orders) == 3


def test_a_connector_that_runs_workflows_is_told_so_and_does_not_hang(
    engine: Engine, bank: LedgeredBank
) -> None:
    loan(engine)
    told: list[str] = []

    def run(_: Order) -> None:
        with pytest.raises(WorkflowRefused) as refused:
            engine.workflows.run()
        told.append(refused.value.code)

    bank.meanwhile = run
    engine.workflows.run()
    assert told == ["decision.workflow_refused"] * 2


def test_two_threads_that_run_do_each_step_once(engine: Engine, bank: LedgeredBank) -> None:
    for number in range(20):
        engine.workflows.start("bill_reminder", f"bill {number}", REMINDER)
    threads = [threading.Thread(target=engine.workflows.run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(bank.orders) == len(bank.done) == 20


def test_a_policy_whose_steps_changed_takes_back_what_the_former_one_began(
    engine: Engine, bank: LedgeredBank
) -> None:
    loan(engine)
    bank.lost.add("apply")
    engine.workflows.run()
    bank.lost.clear()
    changed = shipped("workflows.toml").replace('action = "apply"', 'action = "request"')
    changed = changed.replace("apply.reference", "request.reference")
    engine._acting[1]._rules = ActionRules.parse(shipped("reviews.toml"), changed)
    engine.workflows.retry(engine.workflows.all()[0].id)
    engine.workflows.run()
    (found,) = engine.workflows.all()
    assert (found.state, found.reason) == ("compensated", "rules_changed")
    assert [action for action, _ in bank.done] == ["apply", "withdraw_application"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE workflow_step SET key = 'other'",
        "UPDATE workflow_step SET state = 1",
        "UPDATE workflow_step SET undo = ''",
    ],
)
def test_the_store_itself_refuses_to_take_a_step_back(engine: Engine, bank: LedgeredBank, sql: str) -> None:
    loan(engine)
    engine.workflows.run()
    with pytest.raises(Exception, match=r"refused|integrity|store"), engine._vault.committing() as connection:
        connection.execute(sql)


def test_workflows_are_part_of_what_the_person_takes_along(
    engine: Engine, bank: LedgeredBank, tmp_path: object
) -> None:
    engine.automation.round_up(mandate(engine), purchase(1), LOW)
    assert engine.export(f"{tmp_path}/me.zip")["workflows.csv"] == 1
    assert engine.workflows.all()[0].started == NOW
