"""Durable workflows: what is asked of the bank is done once, whatever dies in between, or is taken back.

Each step is written down before the back end is asked (its intent) and after it answered (its outcome), both durable.
A process that dies in between finds the intent and asks again with the same key. Where a step is refused, gets no
answer within its attempts, or consent ends, the steps before it are taken back in reverse order.

The back end is never asked while the store's lock is held: other threads go on reading, and above all may withdraw.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine import arguments
from edge_engine.actions.approved import require_approved
from edge_engine.actions.calls import Call, ask, identity, order_of, readable, reason_of, step_key
from edge_engine.actions.canonical import canonical
from edge_engine.actions.connector import MAX_REFERENCE, Done, Order, Refused, Reply, Unknown
from edge_engine.actions.disclosure import disclosed
from edge_engine.actions.review import Term, exact_terms, moment
from edge_engine.actions.rules import Uses
from edge_engine.consent.held import HeldGrants
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.errors import ConsentError, EdgeError, InputError, WorkflowRefused
from edge_engine.vault import action_queries
from edge_engine.vault.working import StepState, StoredStep, StoredWorkflow, WorkflowState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.actions.connector import Connector
    from edge_engine.actions.packets import Sealer
    from edge_engine.actions.rules import ActionRules, ReviewKind, WorkflowKind
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.acting import Actions
    from edge_engine.vault.action_queries import WorkflowRow
    from edge_engine.vault.store import Vault

MAX_BACKOFF: Final = 86_400
"""Longest wait between two attempts, seconds."""

CONSENT_ENDED: Final = "consent_ended"
NO_ANSWER: Final = "no_answer"
RULES_CHANGED: Final = "rules_changed"


class WorkflowView(msgspec.Struct, frozen=True):
    """A workflow in a list.

    Attributes:
        id: Identifier.
        kind: Of the workflow.
        state: ``running``, ``done``, ``compensating``, ``compensated`` or ``stuck``.
        amount: Minor units that it moves; 0 where it moves none.
        currency: Of the amount.
        started: When it was begun.
        reason: Why it is undone or stuck; empty where it is neither.
    """

    id: str
    kind: str
    state: str
    amount: int
    currency: str
    started: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a workflow is begun with.

    Attributes:
        fields: Everything that its packets may hold.
        amount: Minor units that it moves.
        currency: Of the amount.
    """

    fields: Mapping[str, Term]
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    connector: Connector
    sealer: Sealer | None


class Workflows:
    """The workflows of one person.

    Args:
        vault: The store.
        ledger: Its consent ledger.
        rules: Which workflows there are, and which fields each step's packet has.
    """

    def __init__(self, vault: Vault, ledger: Ledger, rules: ActionRules) -> None:
        self._vault = vault
        self._ledger = ledger
        self._rules = rules
        self._grants = HeldGrants(ledger)
        self._links: dict[str, _Link] = {}
        self._running = threading.Lock()
        self._runner = 0

    def connect(self, name: str, connector: Connector, sealer: Sealer | None = None) -> None:
        """Supply the other side of workflows.

        Args:
            name: As the rules name it, such as ``bank``.
            connector: Reaches it.
            sealer: Seals its packets; without one, nothing that leaves the device is sent to it.

        Raises:
            InputError: It is no connector.
        """
        for method in ("perform", "undo"):
            arguments.function(
                getattr(connector, method, None), "a connector has the methods perform and undo"
            )
        self._links[name] = _Link(connector, sealer)

    # -- beginning -----------------------------------------------------------------------------------------------

    def start(self, kind: str, key: str, fields: Mapping[str, Term], *, review: str = "") -> WorkflowView:
        """Begin a workflow, or return the one that was begun for the same key.

        It is only written down here; `run` asks the back end. An approval for once is spent in the same
        database transaction.

        Args:
            kind: Of the workflow, as the rules name it.
            key: What it is done for: once.
            fields: What its packets hold. Empty where it rests on an approval: its terms are the fields.
            review: Identifier of the approved review that it rests on.

        Raises:
            ApprovalMissing: It needs an approved review; see `require_approved` for the other refusals.
            WorkflowRefused: It does not rest on an approval for once; use its own method.
            PurposeDenied: Its purpose is not granted.
            InputError: There is no such kind, or the fields do not fit it.
        """
        known = self._kind(kind)
        arguments.text(key, "what a workflow is done for is named by a text")
        needed = self._rules.reviews.get(known.review)
        if needed is None:
            given = exact_terms(fields, self._fields(known.id))
            return self._begin(known, key, "", lambda _, __, ___: Beginning(given))
        if needed.uses is not Uses.ONCE:
            raise WorkflowRefused("this workflow rests on a standing approval; it is begun in its own way")
        if fields:
            raise WorkflowRefused("what was approved is what is done; no other fields can be given")
        return self._begin(known, key, review, _as_approved)

    def begin(
        self,
        kind: str,
        key: str,
        review: str,
        work_out: Callable[[Mapping[str, Term], Actions, int], Beginning | None],
    ) -> WorkflowView | None:
        """Begin a workflow under a standing approval, or return the one that was begun for the same key.

        Args:
            kind: Of the workflow.
            key: What it is done for: once.
            review: The approval.
            work_out: Given the approved terms, the store's rows and the time, returns what to do; None for nothing.

        Raises:
            As `start`.
        """
        known = self._kind(kind)
        if not known.review:
            raise WorkflowRefused("this workflow rests on no approval")
        return self._begin_if(known, key, review, work_out)

    def _begin(
        self,
        kind: WorkflowKind,
        key: str,
        review: str,
        work_out: Callable[[Mapping[str, Term], Actions, int], Beginning | None],
    ) -> WorkflowView:
        begun = self._begin_if(kind, key, review, work_out)
        if begun is None:
            raise WorkflowRefused("there is nothing to do")
        return begun

    def _begin_if(
        self,
        kind: WorkflowKind,
        key: str,
        review: str,
        work_out: Callable[[Mapping[str, Term], Actions, int], Beginning | None],
    ) -> WorkflowView | None:
        arguments.text(key, "what a workflow is done for is named by a text")
        arguments.text(review, "a review is named by its identifier")
        whole = f"{kind.id}:{key}"
        grant = self._permission(kind)
        secret = self._vault.ledger_store().device_key()
        with self._vault.writing(durable=True, aside=True) as writer:
            grant.check()
            actions = writer.actions
            before = actions.workflows.done_for(whole)
            if before is not None:
                return _view(before)
            now = actions.now(int(self._ledger.now().timestamp()))
            terms: Mapping[str, Term] = {}
            needed = self._rules.reviews.get(kind.review)
            if needed is not None:
                terms = require_approved(actions.reviews.find(review), needed, self._rules, now)
            beginning = work_out(terms, actions, now)
            if beginning is None:
                return None
            missing = set(self._fields(kind.id)) - set(beginning.fields)
            if missing:
                raise WorkflowRefused("a field of the packet is missing")
            row = StoredWorkflow(
                id=identity(secret, kind.id, *_cause(needed, review, key, grant)),
                kind=kind.id,
                key=whole,
                purpose=kind.purpose,
                review=review if needed else "",
                state=WorkflowState.RUNNING,
                body=canonical(dict(beginning.fields)),
                amount=beginning.amount,
                currency=beginning.currency,
                started=now,
                at=actions.clock,
            )
            actions.workflows.add(row)
            if needed is not None and needed.uses is Uses.ONCE:
                found = actions.reviews.find(review)
                if found is not None:
                    actions.reviews.use(found, row.id)
        return _view(row)

    def fresh_days(self, kind: str) -> int:
        """Return how old a forecast may be that a workflow rests on; 0 where it rests on none.

        Raises:
            InputError: There is no such kind.
        """
        return self._kind(kind).forecast_days

    def _fields(self, kind: str) -> list[str]:
        """Return the fields that a workflow's packets take from itself, each once."""
        names = [name for step in self._rules.steps[kind] for name in step.fields if "." not in name]
        return list(dict.fromkeys(names))

    # -- running -------------------------------------------------------------------------------------------------

    def run(self) -> list[WorkflowView]:
        """Go on with every workflow whose next call may be made now, and return those.

        Call it when the app starts, when the network comes back, and after beginning a workflow.

        Raises:
            WorkflowRefused: The host has not supplied a workflow's other side; all others went on.
        """
        if self._runner == threading.get_ident():
            raise WorkflowRefused("a connector cannot run workflows while it is asked for one")
        with self._running:
            self._runner = threading.get_ident()
            try:
                return [_view(row) for row in self._run()]
            finally:
                self._runner = 0

    def _run(self) -> list[StoredWorkflow]:
        with self._vault.writing(aside=True) as writer:
            waiting = writer.actions.workflows.runnable(writer.actions.clock)
        gone: list[StoredWorkflow] = []
        failed: EdgeError | None = None
        for key in waiting:
            try:
                row = self._advance(key)
            except (WorkflowRefused, InputError) as error:
                # One workflow that cannot go on keeps no other from it.
                failed = failed or error
                continue
            gone += [] if row is None else [row]
        if failed is not None:
            raise failed
        return gone

    def retry(self, workflow: str) -> None:
        """Give a workflow that is stuck, or waits, its attempts again; `run` goes on with it.

        Raises:
            InputError: There is no such workflow.
        """
        arguments.text(workflow, "a workflow is named by its identifier")
        with self._vault.writing(durable=True, aside=True) as writer:
            rows = writer.actions.workflows
            row = rows.find(workflow)
            if row is None:
                raise _unknown()
            if row.state == WorkflowState.STUCK:
                rows.turn(row.id, WorkflowState.COMPENSATING, writer.actions.clock)
                for step in rows.steps(row.id):
                    rows.put_step(step._replace(attempts=0))
            elif row.state in (WorkflowState.RUNNING, WorkflowState.COMPENSATING):
                rows.turn(row.id, WorkflowState(row.state), writer.actions.clock)

    def settle(self, key: str, reply: Reply) -> None:
        """Take an answer that comes late, by another way than the call that asked; twice is harmless.

        Args:
            key: The order's idempotency key.
            reply: The answer; where the step was undone meanwhile, it changes nothing.

        Raises:
            InputError: No order has this key, or this is no answer.
        """
        arguments.text(key, "an order is named by its key")
        if type(readable(reply)) is not type(reply):
            raise InputError("an answer is Done with its reference, Refused with its reason, or Unknown")
        with self._vault.writing(durable=True, aside=True) as writer:
            step = writer.actions.workflows.step_of(key)
            if step is None:
                raise InputError("there is no order with this key")
            if step.state == StepState.INTENDED:
                self._note(writer.actions, step, reply)

    def all(self) -> list[WorkflowView]:
        """Return every workflow, the latest first."""
        grant = self._grants.grant("own_access", Gate.READ, Recipient.PERSON)
        with self._vault.reading(grant) as reader:
            return [_view(row) for row in reader.rows(action_queries.WORKFLOWS)]

    def _advance(self, workflow: str) -> StoredWorkflow | None:
        """Make calls until the workflow is settled or has to wait; return it, None where it is gone."""
        while True:
            call, row = self._next(workflow)
            if call is None:
                return row
            # INVARIANT: no lock of the store is held here.
            reply = ask(call)
            with self._vault.writing(durable=True, aside=True) as writer:
                waits = self._outcome(writer.actions, call, reply)
                row = writer.actions.workflows.find(workflow)
            if waits or row is None:
                return row

    def _next(self, workflow: str) -> tuple[Call | None, StoredWorkflow | None]:
        """Write down what is to be asked next, durably, and return it."""
        grant = self._live_permission(workflow)
        with self._vault.writing(durable=True, aside=True) as writer:
            actions = writer.actions
            row = actions.workflows.find(workflow)
            if row is not None and row.state == WorkflowState.RUNNING:
                if row.withdrawn or grant is None or not _holds(grant):
                    self._take_back(actions, row, CONSENT_ENDED)
                else:
                    call = self._intend(actions, row, grant)
                    if call is not None:
                        return call, row
                row = actions.workflows.find(workflow)
            if row is not None and row.state == WorkflowState.COMPENSATING:
                call = self._undo(actions, row)
                if call is not None:
                    return call, row
                row = actions.workflows.find(workflow)
            return None, row

    def _live_permission(self, workflow: str) -> Grant | None:
        """Return the permission for a workflow's next step; the ledger is asked before the store's turn is taken."""
        with self._vault.writing(aside=True) as writer:
            row = writer.actions.workflows.find(workflow)
        kind = None if row is None else self._rules.workflows.get(row.kind)
        if kind is None:
            return None
        try:
            return self._permission(kind)
        except ConsentError:
            return None

    def _intend(self, actions: Actions, row: StoredWorkflow, grant: Grant) -> Call | None:
        """Write a step's intent and return the call; None where all is done, or all is to be undone.

        # INVARIANT: what is to leave the device is noted, with its grant, in the turn that writes down its intent.
        """
        rows, now = actions.workflows, actions.clock
        kind = self._kind(row.kind)
        begun = rows.steps(row.id)
        if any(step.state == StepState.REFUSED for step in begun):
            self._take_back(actions, row, "")
            return None
        steps = self._rules.steps[row.kind]
        if [step.action for step in begun] != [step.action for step in steps[: len(begun)]]:
            self._take_back(actions, row, RULES_CHANGED)
            return None
        at = next((n for n, step in enumerate(begun) if step.state == StepState.INTENDED), len(begun))
        if at == len(steps):
            rows.turn(row.id, WorkflowState.DONE, now)
            return None
        link = self._links.get(kind.connector)
        if link is None or (kind.gate is Gate.SEND and link.sealer is None):
            raise WorkflowRefused("the host has not supplied the other side of this workflow, or its key")
        if at < len(begun):
            step = begun[at]
            if step.attempts >= kind.attempts:
                self._take_back(actions, row, NO_ANSWER)
                return None
            step = step._replace(attempts=step.attempts + 1, at=now)
        else:
            step = StoredStep(
                row.id,
                at,
                steps[at].action,
                steps[at].undo,
                step_key(row.id, at),
                StepState.INTENDED,
                1,
                "",
                now,
            )
        order = order_of(row, steps[at], step, {one.action: one.reference for one in begun}, link.sealer)
        rows.put_step(step)
        if kind.gate is Gate.SEND:
            told = (kind.connector, kind.id, step.action, steps[at].fields)
            actions.disclosures.add(disclosed(grant, step.key, *told, now))
        rows.turn(row.id, WorkflowState.RUNNING, now)
        return Call(step, row.kind, order, link.connector, undo=False)

    def _take_back(self, actions: Actions, row: StoredWorkflow, reason: str) -> None:
        actions.workflows.turn(row.id, WorkflowState.COMPENSATING, actions.clock, reason)

    def _undo(self, actions: Actions, row: StoredWorkflow) -> Call | None:
        """Write down which step is taken back next and return the call; None where nothing is left, or it is stuck."""
        rows, now = actions.workflows, actions.clock
        kind = self._kind(row.kind)
        for step in reversed(rows.steps(row.id)):
            if step.state in (StepState.REFUSED, StepState.UNDONE) or not step.undo:
                continue
            attempts = step.attempts + 1 if step.state == StepState.UNDOING else 1
            if attempts > kind.attempts:
                rows.turn(row.id, WorkflowState.STUCK, now, row.reason or NO_ANSWER)
                return None
            link = self._links.get(kind.connector)
            if link is None:
                raise WorkflowRefused("the host has not supplied the other side of this workflow")
            begun = step._replace(state=StepState.UNDOING, attempts=attempts, at=now)
            rows.put_step(begun)
            rows.turn(row.id, WorkflowState.COMPENSATING, now)
            order = Order(row.kind, step.undo, step.key)
            return Call(begun, row.kind, order, link.connector, undo=True)
        if row.withdrawn:
            rows.delete(row.id)
        else:
            rows.turn(row.id, WorkflowState.COMPENSATED, now)
        return None

    def _outcome(self, actions: Actions, call: Call, reply: Reply) -> bool:
        """Write down what came of a call and return whether the workflow has to wait now."""
        rows, now = actions.workflows, actions.clock
        row, step = rows.find(call.step.workflow), rows.step_of(call.step.key)
        if row is None or step is None:
            return True
        if not call.undo:
            if step.state == StepState.INTENDED:
                self._note(actions, step, reply)
        elif step.state == StepState.UNDOING and isinstance(reply, Done):
            rows.put_step(step._replace(state=StepState.UNDONE, at=now))
        elif step.state == StepState.UNDOING and isinstance(reply, Refused):
            # It cannot be taken back: a person has to see to it.
            rows.turn(row.id, WorkflowState.STUCK, now, reason_of(reply))
            return True
        if not isinstance(reply, Unknown):
            return False
        wait = min(self._kind(row.kind).wait_seconds * 2 ** min(step.attempts - 1, 32), MAX_BACKOFF)
        rows.turn(row.id, WorkflowState(row.state), now, retry=now + wait)
        return True

    def _note(self, actions: Actions, step: StoredStep, reply: Reply) -> None:
        """Write the answer to an intended step, and end its waiting."""
        rows, now = actions.workflows, actions.clock
        row = rows.find(step.workflow)
        if row is None or isinstance(reply, Unknown):
            return
        if isinstance(reply, Done):
            rows.put_step(
                step._replace(state=StepState.DONE, reference=reply.reference[:MAX_REFERENCE], at=now)
            )
            last = step.seq == len(self._rules.steps.get(row.kind, ())) - 1
            running = row.state == WorkflowState.RUNNING and not row.withdrawn
            rows.turn(row.id, WorkflowState.DONE if last and running else WorkflowState(row.state), now)
        else:
            rows.put_step(step._replace(state=StepState.REFUSED, at=now))
            rows.turn(row.id, WorkflowState.COMPENSATING, now, reason_of(reply))

    # -- consent and rules ---------------------------------------------------------------------------------------

    def _permission(self, kind: WorkflowKind) -> Grant:
        """Return the permission to send what a workflow's packets hold.

        Raises:
            PurposeDenied: There is none.
        """
        return self._ledger.mint(kind.purpose, kind.gate, kind.data, kind.recipient, kind.channel)

    def _kind(self, kind: str) -> WorkflowKind:
        known = self._rules.workflows.get(arguments.text(kind, "a kind of workflow is named by a text"))
        if known is None:
            raise InputError("there is no such kind of workflow")
        return known


def _as_approved(terms: Mapping[str, Term], actions: Actions, now: int) -> Beginning:
    """Return the approved terms as they are."""
    del actions, now
    amount, currency = terms.get("amount", 0), terms.get("currency", "")
    whole = amount if isinstance(amount, int) else 0
    return Beginning(terms, whole, currency if isinstance(currency, str) else "")


def _cause(needed: ReviewKind | None, review: str, key: str, grant: Grant) -> tuple[str, str]:
    """Return what a workflow is done for: an approval for once is a cause by itself, whatever else it is called."""
    if needed is None:
        return f"consent {grant.epoch}", key
    return review, "" if needed.uses is Uses.ONCE else key


def _holds(grant: Grant) -> bool:
    try:
        grant.check()
    except ConsentError:
        return False
    return True


def _unknown() -> InputError:
    return InputError("there is no such workflow")


def _view(row: StoredWorkflow | WorkflowRow) -> WorkflowView:
    return WorkflowView(
        id=row.id,
        kind=row.kind,
        state=WorkflowState(row.state).name.lower(),
        amount=row.amount,
        currency=row.currency,
        started=moment(row.started),
        reason=row.reason,
    )
