"""What is to be done when: work of threads that wait for it."""

from __future__ import annotations

import heapq
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Item = TypeVar("Item", bound="Hashable")
FIRST_WAIT: Final = 0.2
LONGEST_WAIT: Final = 60.0


@dataclass(slots=True)
class Schedule(Generic[Item]):
    """Items with the moment from which on they may be taken; one item is there, or being done, once.

    Attributes:
        monotonic: Seconds of a clock that never goes back.
    """

    monotonic: Callable[[], float] = time.monotonic
    _heap: list[tuple[float, int, Item]] = field(default_factory=list)
    _known: set[Item] = field(default_factory=set)
    _failures: dict[Item, int] = field(default_factory=dict)
    _taken: dict[Item, int] = field(default_factory=dict)
    _hurries: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _count: int = 0
    _closed: bool = False

    def put(self, item: Item, after: float = 0.0) -> None:
        """Have an item done, ``after`` seconds from now on; nothing changes where it is there already."""
        with self._changed:
            if item in self._known or self._closed:
                return
            self._known.add(item)
            self._push(item, after)

    def take(self) -> Item | None:
        """Wait for an item and return it; nothing once the schedule is closed."""
        with self._changed:
            while not self._closed:
                now = self.monotonic()
                if self._heap and self._heap[0][0] <= now:
                    item = heapq.heappop(self._heap)[2]
                    self._taken[item] = self._hurries
                    return item
                self._changed.wait(self._heap[0][0] - now if self._heap else None)
            return None

    def done(self, item: Item) -> None:
        """Forget an item."""
        with self._changed:
            self._known.discard(item)
            self._failures.pop(item, None)
            self._taken.pop(item, None)

    def again(self, item: Item) -> None:
        """Have an item that failed done later: each time twice as late, within a minute."""
        with self._changed:
            # What was missing may have come while the item was being done: then it is done again at once.
            if self._taken.pop(item, self._hurries) != self._hurries:
                self._push(item, 0.0)
                return
            failures = self._failures.get(item, 0)
            self._failures[item] = failures + 1
            self._push(item, min(FIRST_WAIT * 2 ** min(failures, 20), LONGEST_WAIT))

    def hurry(self) -> None:
        """Have everything done now, and what is being done once more if it fails: what was missing has come."""
        with self._changed:
            self._hurries += 1
            self._failures.clear()
            self._heap = [(0.0, number, item) for _, number, item in self._heap]
            heapq.heapify(self._heap)
            self._changed.notify_all()

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __len__(self) -> int:
        """Return how many items there are, with those that are being done."""
        with self._changed:
            return len(self._known)

    def _push(self, item: Item, after: float) -> None:
        self._count += 1
        heapq.heappush(self._heap, (self.monotonic() + after, self._count, item))
        self._changed.notify()
