"""Counting the steps of known answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_engine_sync.errors import SyncError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Tally:
    """How the steps of a file went.

    Attributes:
        passed: Steps that did what the file says.
        failures: What each of the other steps was and what went wrong.
        skipped: Why the file is not replayed, where it is not.
    """

    passed: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: str = ""

    def expect(self, name: str, step: Callable[[], bool]) -> None:
        """Run a step that must return True."""
        try:
            right = step()
        except SyncError as refusal:
            self.failures.append(f"{name}: refused with {refusal.code}")
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self.failures.append(f"{name}: cannot be replayed ({type(error).__name__})")
        else:
            self._count(name, right=right, otherwise="other bytes")

    def refuse(self, name: str, step: Callable[[], object]) -> None:
        """Run a step that must be refused with an error of the package; any other error is a failure too."""
        try:
            step()
        except SyncError:
            self.passed += 1
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self.failures.append(f"{name}: fell over instead of refusing ({type(error).__name__})")
        else:
            self.failures.append(f"{name}: taken, though it must be refused")

    def _count(self, name: str, *, right: bool, otherwise: str) -> None:
        if right:
            self.passed += 1
        else:
            self.failures.append(f"{name}: {otherwise}")
