"""One thread at a time: SQLite with an authorizer written in Python would otherwise wait for itself for ever.

A thread inside SQLite asks Python whether a column may be read while it holds the connection's mutex; another thread
that holds Python's own lock and waits for that mutex never lets go of it. So every thread takes its turn at the whole
store, for one block or one transaction, and the others wait.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


class _Shared(Protocol):
    @property
    def turn(self) -> AbstractContextManager[object]: ...


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=_Shared)


def in_turn(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method while no other thread uses the store; the same thread may enter again."""

    @functools.wraps(method)
    def taking_turns(self: S, /, *arguments: P.args, **named: P.kwargs) -> R:
        with self.turn:
            return method(self, *arguments, **named)

    return taking_turns
