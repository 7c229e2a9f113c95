"""Whatever answers get lost, whatever the clock does, whenever consent ends: all of it is done once, or none of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.actions.connector import Done
from edge_engine.clock import FakeClock
from tests.fakes.acting import NOW, agreed, approved_loan
from tests.fakes.ledgered_bank import LedgeredBank

if TYPE_CHECKING:
    from edge_engine import Engine

STEPS = {"apply": "withdraw_application", "provision": "cancel_provision"}
ACTIONS = (*STEPS, *STEPS.values())

mishaps = st.lists(
    st.one_of(
        st.just(("run", "")),
        st.tuples(st.sampled_from(["deaf", "lost"]), st.sampled_from(ACTIONS)),
        st.tuples(st.just("refuse"), st.sampled_from(tuple(STEPS))),
        st.just(("heal", "")),
        st.tuples(st.just("pass_days"), st.sampled_from(["-40", "-1", "1", "3"])),
        st.just(("withdraw", "")),
        st.just(("answer_late", "")),
        st.just(("apply_again", "")),
    ),
    max_size=14,
)


class World:
    """A person with an approved loan, and a bank to which things happen."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOW)
        self.engine: Engine = agreed(self.clock)
        self.bank = LedgeredBank()
        self.engine.workflows.connect("bank", self.bank, self.bank.sealer)
        self.loan = approved_loan(self.engine)
        self.workflow = self.engine.automation.apply_for_loan(self.loan).id
        self.withdrawn = False

    def run(self, _: str) -> None:
        self.engine.workflows.run()

    def deaf(self, action: str) -> None:
        self.bank.deaf.add(action)

    def lost(self, action: str) -> None:
        self.bank.lost.add(action)

    def refuse(self, action: str) -> None:
        self.bank.refuses[action] = "no"

    def heal(self, _: str) -> None:
        for troubles in (self.bank.deaf, self.bank.lost, self.bank.refuses):
            troubles.clear()

    def pass_days(self, days: str) -> None:
        self.clock.advance(timedelta(days=int(days)))

    def withdraw(self, _: str) -> None:
        self.engine.consent.withdraw("loan_application")
        self.withdrawn = True

    def answer_late(self, _: str) -> None:
        """An answer that the bank gave some time ago comes by another way."""
        known = self.bank._answers.get(self.bank.orders[-1].key) if self.bank.orders else None
        if isinstance(known, Done) and self.engine.workflows.all():
            self.engine.workflows.settle(self.bank.orders[-1].key, known)

    def apply_again(self, _: str) -> None:
        if not self.withdrawn:
            assert self.engine.automation.apply_for_loan(self.loan).id == self.workflow

    def end(self) -> str:
        """Let everything answer again and return where the workflow ends; nothing where it is gone."""
        self.heal("")
        for _ in range(4):
            for one in self.engine.workflows.all():
                self.engine.workflows.retry(one.id)
            self.engine.workflows.run()
        left = self.engine.workflows.all()
        return left[0].state if left else ""


@settings(max_examples=80, deadline=None)
@given(mishaps)
def test_all_is_done_once_or_nothing_is_left_of_it(happenings: list[tuple[str, str]]) -> None:
    world = World()
    try:
        for what, detail in happenings:
            getattr(world, what)(detail)
        state = world.end()
    finally:
        world.engine.close()
    done = Counter(action for action, _ in world.bank.done)
    assert all(times == 1 for times in done.values())
    if state == "done" or (world.withdrawn and done == Counter(tuple(STEPS))):
        # Finished before consent ended: it stays as it is, and the device has forgotten it.
        assert done == Counter(tuple(STEPS))
    else:
        assert state in {"compensated", ""}
        assert (state == "") == world.withdrawn
        assert {action: done[action] for action in STEPS} == {
            action: done[undo] for action, undo in STEPS.items()
        }
