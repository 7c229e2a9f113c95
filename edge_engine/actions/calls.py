"""One call of the other side: what it is named by, what it says, and what its answer may be."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_engine.actions import packets
from edge_engine.actions.canonical import Value, canonical, parse
from edge_engine.actions.connector import Done, Order, Refused, Reply, Unknown
from edge_engine.errors import WorkflowRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.actions.connector import Connector
    from edge_engine.actions.packets import Sealer
    from edge_engine.actions.rules import Step
    from edge_engine.vault.working import StoredStep, StoredWorkflow


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be asked next, outside the store."""

    step: StoredStep
    kind: str
    order: Order
    connector: Connector
    undo: bool


def identity(secret: bytes, *cause: str) -> str:
    """Return the identifier of a workflow: it follows from what it is done for, and nobody else can work it out.

    A store that was put back to an older copy of itself begins the same workflow under the same name, so that the
    other side does it once all the same.

    Args:
        secret: The device's key.
        cause: What it is done for.
    """
    message = b"edge-engine workflow 1" + canonical(list(cause))
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]


def ask(call: Call) -> Reply:
    """Ask the other side; whatever goes wrong there, nobody knows what it did."""
    ask = call.connector.undo if call.undo else call.connector.perform
    try:
        reply = ask(call.order)
    except Exception:  # noqa: BLE001 - the host's own code
        return Unknown()
    return readable(reply)


def readable(reply: object) -> Reply:
    """Return an answer of the other side; what is none, or cannot be written down, says nothing."""
    text = reply.reference if type(reply) is Done else reply.reason if type(reply) is Refused else None
    if not isinstance(text, str):
        return Unknown()
    try:
        text.encode()
    except UnicodeEncodeError:
        return Unknown()
    return reply if isinstance(reply, Done | Refused) else Unknown()


def order_of(
    row: StoredWorkflow, step: Step, begun: StoredStep, references: Mapping[str, str], sealer: Sealer | None
) -> Order:
    """Return the order of a step: its packet of the listed fields, sealed where there is a sealer.

    Raises:
        WorkflowRefused: A field is missing.
    """
    fields: Value = parse(row.body)
    if not isinstance(fields, dict):
        raise WorkflowRefused("the workflow's fields are damaged")
    plain = {name: value for name, value in fields.items() if isinstance(value, str | int)}
    raw = packets.packet(step, plain, references)
    bound = packets.associated(row.kind, step.action, begun.key)
    if sealer is None:
        return Order(row.kind, step.action, begun.key, raw, associated=bound)
    encapsulated, sealed = sealer.seal(bound, raw)
    return Order(row.kind, step.action, begun.key, sealed, encapsulated, bound)


def step_key(workflow: str, seq: int) -> str:
    """Return a step's idempotency key: it follows from the workflow, so a second attempt has the same."""
    return hashlib.sha256(f"edge-engine step {workflow} {seq}".encode()).hexdigest()


def reason_of(reply: Refused) -> str:
    """Return a refusal's reason where it is a plain word: the other side's text is not the engine's."""
    return reply.reason if reply.reason.isascii() and reply.reason.isidentifier() else "refused"
