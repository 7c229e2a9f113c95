"""What the bank and advisers were given is noted before it goes, as kinds of data alone, and stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_engine import FakeClock
from edge_engine.actions.connector import Done, Order, Reply, Unknown
from edge_engine.actions.packets import Sealer
from edge_engine.errors import ApproverRefused, InputError
from tests.fakes.acting import LOAN, LOW, NOW, agreed, approved_loan, mandate, proposed_loan, purchase, signed


class Bank:
    """A back end that does everything, or does not answer."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply or Done("r1")

    def perform(self, order: Order) -> Reply:
        del order
        return self.reply

    def undo(self, order: Order) -> Reply:
        del order
        return Done("undone")


class Seals:
    """Seals nothing, as tests that look at no packet need it."""

    def seal(self, public: bytes, info: bytes, associated: bytes, plaintext: bytes, /) -> tuple[bytes, bytes]:
        del public, info, associated
        return b"k", plaintext


SEALER = Sealer(Seals(), b"p" * 32)


def test_nothing_was_given_to_anybody_at_first() -> None:
    with agreed(FakeClock(NOW)) as engine:
        proposed_loan(engine)
        mandate(engine)
        assert engine.disclosures() == []


def test_an_adviser_who_looks_is_noted_once_for_what_they_saw() -> None:
    with agreed(FakeClock(NOW)) as engine:
        review = proposed_loan(engine)
        engine.reviews.show(review)
        assert engine.disclosures() == [], "the person looks at their own"
        for _ in range(2):
            engine.reviews.show(review, adviser="desk")
        engine.reviews.show(review, adviser="second")
        engine.reviews.approve(review, signed=signed(engine, review))
        first, second = engine.disclosures()
        assert {first.who, second.who} == {"desk", "second"}
        assert (first.recipient, first.kind, first.step) == ("adviser", "loan", "")
        assert first.data == ("pd:CreditWorthiness", "pd:FinancialAccount", "pd:Income")
        assert set(LOAN) | {"monthly_income", "affordable"} == set(first.fields)
        assert (first.purpose, first.rule) == ("adviser_review", "adviser-packet-sent")
        (granted,) = [one for one in engine.consent.history() if one.purpose == "adviser_review"]
        assert first.entry == granted.seq
        assert first.at == NOW


def test_who_signed_has_seen_it_whatever_way_it_was_shown() -> None:
    with agreed(FakeClock(NOW)) as engine:
        approved_loan(engine)
        (one,) = engine.disclosures()
        assert (one.recipient, one.who, one.kind) == ("adviser", "desk", "loan")


def test_who_may_not_look_is_shown_nothing_and_nothing_is_noted() -> None:
    with agreed(FakeClock(NOW)) as engine:
        review = proposed_loan(engine)
        with pytest.raises(ApproverRefused):
            engine.reviews.show(review, adviser="nobody")
        engine.consent.withdraw("adviser_review")
        with pytest.raises(InputError):
            engine.reviews.show(review, adviser="desk")
        assert engine.disclosures() == []


def test_the_bank_is_noted_once_for_a_step_however_often_it_is_asked() -> None:
    clock = FakeClock(NOW)
    with agreed(clock) as engine:
        bank = Bank(Unknown())
        engine.workflows.connect("bank", bank, SEALER)
        begun = engine.automation.round_up(mandate(engine), purchase(1), LOW)
        assert begun is not None
        for _ in range(2):
            engine.workflows.run()
            clock.advance(timedelta(hours=1))
        bank.reply = Done("r1")
        engine.workflows.run()
        (one,) = engine.disclosures()
        assert (one.recipient, one.who, one.kind, one.step) == ("host_app", "bank", "round_up", "transfer")
        assert one.fields == ("from_account", "to_account", "amount", "currency")
        assert (one.data, one.rule) == (("pd:FinancialAccount",), "save-through-your-bank")


def test_what_stays_on_the_device_is_no_disclosure() -> None:
    with agreed(FakeClock(NOW)) as engine:
        engine.workflows.connect("device", Bank())
        fields: dict[str, str | int] = {"bill": "b", "day": "2026-07-01", "amount": 1, "currency": "GBP"}
        engine.workflows.start("bill_reminder", "b1", fields)
        assert engine.workflows.run()[0].state == "done"
        assert engine.disclosures() == []


def test_it_stays_when_consent_ends_and_holds_nothing_of_what_was_given() -> None:
    with agreed(FakeClock(NOW)) as engine:
        engine.workflows.connect("bank", Bank(), SEALER)
        review = approved_loan(engine)
        engine.workflows.start("loan", "l1", {}, review=review)
        engine.workflows.run()
        before = engine.disclosures()
        assert sorted((one.recipient, one.step) for one in before) == [
            ("adviser", ""),
            ("host_app", "apply"),
            ("host_app", "provision"),
        ]
        for purpose in ("loan_application", "adviser_review", "credit_prescreening"):
            engine.consent.withdraw(purpose)
        assert engine.disclosures() == before
        written = repr(before)
        for secret in (review, "GB1", "250000", "11200"):
            assert secret not in written
