"""A back end in the test's own process that keeps a connector's promises and answers as it is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from edge_engine.actions.connector import Done, Refused, Reply, Unknown
from edge_engine.actions.packets import INFO, SUITE, Sealer
from edge_engine_sync.hpke import suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.actions.connector import Order


class LedgeredBank:
    """Does what it is asked once for a key, and notes it.

    Attributes:
        done: (action, packet) of what was done, in order; of an undoing, the packet is None.
        orders: Every order, also those that were done before.
        refuses: Reasons by action.
        deaf: Actions that get no answer and are not done.
        lost: Actions that are done and whose answer is lost.
        meanwhile: Called during each call, before anything is done.
    """

    def __init__(self) -> None:
        self._private, public = suite(*SUITE).generate()
        self.sealer = Sealer.to(public)
        self.done: list[tuple[str, Any]] = []
        self.orders: list[Order] = []
        self.refuses: dict[str, str] = {}
        self.deaf: set[str] = set()
        self.lost: set[str] = set()
        self.meanwhile: Callable[[Order], None] = lambda _: None
        self._answers: dict[str, Reply] = {}
        self._undone: set[str] = set()

    def perform(self, order: Order) -> Reply:
        self.orders.append(order)
        self.meanwhile(order)
        if order.action in self.deaf:
            raise TimeoutError
        if order.key in self._undone:
            return Refused("undone")
        if order.key not in self._answers:
            if order.action in self.refuses:
                self._answers[order.key] = Refused(self.refuses[order.action])
            else:
                self.done.append((order.action, json.loads(self.packet(order))))
                self._answers[order.key] = Done(f"R{len(self.done)}")
        return Unknown() if order.action in self.lost else self._answers[order.key]

    def undo(self, order: Order) -> Reply:
        self.orders.append(order)
        self.meanwhile(order)
        if order.action in self.deaf:
            raise TimeoutError
        if order.action in self.refuses:
            return Refused(self.refuses[order.action])
        if order.key not in self._undone:
            self._undone.add(order.key)
            if isinstance(self._answers.get(order.key), Done):
                self.done.append((order.action, None))
        return Done()

    def packet(self, order: Order) -> bytes:
        if not order.encapsulated:
            return order.packet
        return suite(*SUITE).open(self._private, order.encapsulated, INFO, order.associated, order.packet)
