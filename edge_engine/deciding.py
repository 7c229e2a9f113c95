"""The engine's doors to decisions: what is suggested, and what comes of it; all of it loads when first asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import BinaryIO

    from edge_engine.actions.decision import Decision, Reacted
    from edge_engine.actions.suggestions import Suggestions
    from edge_engine.clock import Clock
    from edge_engine.consent.held import HeldGrants
    from edge_engine.consent.ledger import Ledger
    from edge_engine.decisions.rules import DecisionRules
    from edge_engine.domain.money import Money
    from edge_engine.expectation import Expectation
    from edge_engine.ingestion import Item, Tally
    from edge_engine.situation import Situations
    from edge_engine.understanding import Understanding
    from edge_engine.vault.store import Vault
    from edge_engine.views import IngestReport


def settled(rules: DecisionRules | None) -> DecisionRules | None:
    """Return the rules of decisions, where some are given.

    Raises:
        InputError: They are something else.
    """
    if rules is None:
        return None
    from edge_engine.decisions.rules import DecisionRules  # noqa: PLC0415 - only who words their own needs it

    if not isinstance(rules, DecisionRules):
        raise InputError("the rules of decisions are read from their folder by DecisionRules.load")
    return rules


class Deciding(ABC):
    """What is suggested to the person, over one store; the engine is one."""

    _vault: Vault
    _clock: Clock
    _grants: HeldGrants
    _understanding: Understanding
    _expectation: Expectation
    _given_decisions: DecisionRules | None
    _seed: int | None
    consent: Ledger

    @cached_property
    def _situations(self) -> Situations:
        from edge_engine.situation import Situations  # noqa: PLC0415 - only who asks pays for it

        # Nothing of this refers to the engine: one that nobody holds any more lets go of its store at once.
        clock = self._clock
        return Situations(self._vault, self._grants, self._understanding.catch_up, lambda: clock.now().date())

    @cached_property
    def suggestions(self) -> Suggestions:
        """Suggestions: ``connect`` channels, ``feed``, ``past``, ``one``, ``never``, ``deliver``.

        Raises:
            PolicyError: The rules of decisions rest on data that the consent policy does not let them use.
        """
        import numpy as np  # noqa: PLC0415 - only who asks pays for it

        from edge_engine.actions.suggestions import Suggestions  # noqa: PLC0415 - likewise
        from edge_engine.decisions.rules import DecisionRules  # noqa: PLC0415 - likewise

        return Suggestions(
            self._vault,
            self.consent,
            self._grants,
            self._given_decisions or DecisionRules.default(),
            situation=self._situations,
            prior=self._expectation,
            rng=np.random.default_rng(self._seed),
        )

    def decide(self, channel: str = "feed") -> Decision:
        """Choose what to suggest on a channel now, or nothing, and deliver it; the decision says why.

        Args:
            channel: ``feed``, or one that was connected: ``modal``, ``push``, ``email``, ``sms``, ``adviser``.

        Raises:
            PurposeDenied: ``recommendations`` is not granted.
            InputError: There is no such channel, or it is not connected.
        """
        return self.suggestions.decide(channel)

    def react(
        self,
        source: str | Path | bytes | BinaryIO | Iterable[Item],
        format: str = "auto",  # noqa: A002 - as `ingest` has it
        *,
        channel: str = "feed",
    ) -> Reacted:
        """Take in what just happened and answer it at once: the moment of truth.

        Moments that one payment can make are found anew; those that take a whole look keep their last answer until
        :meth:`decide` is asked. The first call of a day looks at everything.

        Args:
            source: As :meth:`Engine.ingest` takes it: records, a file, bytes.
            format: Likewise.
            channel: As :meth:`decide` takes it.

        Raises:
            PurposeDenied: ``recommendations`` is not granted; nothing was taken in.
            InputError: There is no such channel, or it is not connected; nothing was taken in.
            FeedError: The source cannot be read.
        """
        from edge_engine.actions.decision import Reacted  # noqa: PLC0415 - only who asks pays for it

        self.suggestions.require(channel)
        report = self.ingest(source, format)
        return Reacted(report, self.suggestions.decide_at_once(channel))

    @abstractmethod
    def ingest(
        self,
        source: str | Path | bytes | BinaryIO | Iterable[Item],
        format: str = "auto",  # noqa: A002 - the public contract's word
        *,
        mapping: str | Path | None = None,
        account: str = "",
        currency: str = "",
        progress: Callable[[Tally, int], None] | None = None,
    ) -> IngestReport:
        """Take in a statement, an event file or records."""

    def outcome(
        self, decision: str, verdict: str, *, value: Money | None = None, covers: str = "kind"
    ) -> bool:
        """Keep what came of a suggestion, and learn from it; see `edge_engine.actions.suggestions.Suggestions.outcome`.

        Returns:
            Whether it is new.

        Raises:
            InputError: There is no such delivered decision or verdict, or a value that nothing was done for.
            PurposeDenied: ``recommendations`` is not granted; never is kept without.
        """
        return self.suggestions.outcome(decision, verdict, value=value, covers=covers)

    def _forget_situation(self) -> None:
        """Keep nothing in memory of what the store had shown."""
        if "_situations" in self.__dict__:
            self._situations.forget()
