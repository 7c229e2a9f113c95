"""The engine for programs with an event loop: the same methods, awaitable, on a thread of the engine's own.

::

    async with await AsyncEngine.open("me.edge", key=Passphrase("...")) as engine:
        await engine.consent.grant("insights")
        await engine.ingest("statement.csv")
        print(await engine.streams())

The loop is never held up: it only waits. Whoever is cancelled while waiting takes the request back: what had not begun
does not begin, and what runs ends where it can (`edge_engine.errors.Cancelled` says where that is).
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from edge_engine.actions.approval import Reviews
from edge_engine.actions.suggestions import Suggestions
from edge_engine.actions.workflow import Workflows
from edge_engine.consent.ledger import Ledger
from edge_engine.doors.interruption import Interruption
from edge_engine.engine import Engine
from edge_engine.errors import Closed
from edge_engine.questions import Questions
from edge_engine.signals.reporting import Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import BinaryIO

    from edge_engine.ingestion import Item, Tally
    from edge_engine.vault.keys import KeyProvider
    from edge_engine.views import IngestReport

Asked = ParamSpec("Asked")
Room = TypeVar("Room")
Told = TypeVar("Told")


class _Thread:
    """One thread that does one thing after the other, for loops that wait for it."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="edge-engine")
        self._turn = threading.Lock()
        self._running: object = None
        self.interruption = Interruption()

    async def run(self, work: Callable[[], Told]) -> Told:
        """Do it and wait for it.

        Raises:
            Closed: The thread has ended.
        """
        job = object()

        def begun() -> Told:
            with self._turn:
                self._running = job
                self.interruption.clear()
            try:
                return work()
            finally:
                with self._turn:
                    self._running = None

        try:
            future = asyncio.get_running_loop().run_in_executor(self._executor, begun)
        except RuntimeError:
            raise Closed("the store is closed") from None
        try:
            return await future
        except asyncio.CancelledError:
            with self._turn:
                if self._running is job:
                    self.interruption.set()
            raise

    def end(self) -> None:
        """Take nothing more; what waits is still done."""
        self._executor.shutdown(wait=False)


class _Awaiting:
    """Something of an engine whose methods are awaitable."""

    def __init__(self, engine: Engine, thread: _Thread) -> None:
        self._engine, self._thread = engine, thread


def _of(
    room: Callable[[Engine], Room],
    method: Callable[Concatenate[Room, Asked], Told],
    *,
    whole: bool = False,
) -> Callable[Concatenate[_Awaiting, Asked], Coroutine[Any, Any, Told]]:
    """Return the awaitable form of a method.

    Args:
        room: What the method belongs to.
        method: Whose words and types it has.
        whole: Whether it is finished once it is begun.
    """

    @wraps(method)
    async def ask(self: _Awaiting, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Told:
        def work() -> Told:
            if not whole:
                return method(room(self._engine), *args, **kwargs)
            with self._thread.interruption.held():
                return method(room(self._engine), *args, **kwargs)

        return await self._thread.run(work)

    return ask


def _engine(engine: Engine) -> Engine:
    return engine


def _consent(engine: Engine) -> Ledger:
    return engine.consent


def _reviews(engine: Engine) -> Reviews:
    return engine.reviews


def _signals(engine: Engine) -> Signals:
    return engine.signals


def _suggestions(engine: Engine) -> Suggestions:
    return engine.suggestions


def _questions(engine: Engine) -> Questions:
    return engine.questions


def _workflows(engine: Engine) -> Workflows:
    return engine.workflows


class AsyncConsent(_Awaiting):
    """See `edge_engine.consent.ledger.Ledger`."""

    grant = _of(_consent, Ledger.grant, whole=True)
    withdraw = _of(_consent, Ledger.withdraw, whole=True)
    state = _of(_consent, Ledger.state)
    history = _of(_consent, Ledger.history)
    receipt = _of(_consent, Ledger.receipt)


class AsyncReviews(_Awaiting):
    """See `edge_engine.actions.approval.Reviews`."""

    pending = _of(_reviews, Reviews.pending)
    history = _of(_reviews, Reviews.history)
    show = _of(_reviews, Reviews.show)
    approve = _of(_reviews, Reviews.approve)
    reject = _of(_reviews, Reviews.reject)
    ask = _of(_reviews, Reviews.ask)
    answer = _of(_reviews, Reviews.answer)
    override_rates = _of(_reviews, Reviews.override_rates)


class AsyncSignals(_Awaiting):
    """See `edge_engine.signals.reporting.Signals`."""

    state = _of(_signals, Signals.state)
    preview = _of(_signals, Signals.preview)
    sent = _of(_signals, Signals.sent)
    budget = _of(_signals, Signals.budget)
    dropped = _of(_signals, Signals.dropped)
    contribute = _of(_signals, Signals.contribute)


class AsyncSuggestions(_Awaiting):
    """See `edge_engine.actions.suggestions.Suggestions`."""

    connect = _of(_suggestions, Suggestions.connect)
    feed = _of(_suggestions, Suggestions.feed)
    past = _of(_suggestions, Suggestions.past)
    one = _of(_suggestions, Suggestions.one)
    never = _of(_suggestions, Suggestions.never)
    deliver = _of(_suggestions, Suggestions.deliver)
    say_money_is_short = _of(_suggestions, Suggestions.say_money_is_short)


class AsyncQuestions(_Awaiting):
    """See `edge_engine.questions.Questions`."""

    life_changes = _of(_questions, Questions.life_changes)
    answer_life_change = _of(_questions, Questions.answer_life_change)
    investment_appetite = _of(_questions, Questions.investment_appetite)
    answer_investment_appetite = _of(_questions, Questions.answer_investment_appetite)


class AsyncWorkflows(_Awaiting):
    """See `edge_engine.actions.workflow.Workflows`."""

    connect = _of(_workflows, Workflows.connect)
    start = _of(_workflows, Workflows.start)
    run = _of(_workflows, Workflows.run)
    all = _of(_workflows, Workflows.all)


class AsyncEngine(_Awaiting):
    """See `edge_engine.engine.Engine`, whose words and types every method has. Made by :meth:`open` or :meth:`of`.

    Attributes:
        consent: What the person allows.
        reviews: What waits for a person's word.
        signals: What may be counted over many people.
        suggestions: What was suggested, and ways to the person.
        questions: What the engine asks about life and money.
        workflows: What the bank is asked to do.
        created: Whether the store was made by opening it.
    """

    def __init__(self, engine: Engine, thread: _Thread) -> None:
        super().__init__(engine, thread)
        engine.heed(thread.interruption.check)
        self.created = engine.created
        self.consent = AsyncConsent(engine, thread)
        self.reviews = AsyncReviews(engine, thread)
        self.signals = AsyncSignals(engine, thread)
        self.suggestions = AsyncSuggestions(engine, thread)
        self.questions = AsyncQuestions(engine, thread)
        self.workflows = AsyncWorkflows(engine, thread)

    @classmethod
    async def of(cls, make: Callable[[], Engine]) -> Self:
        """Make an engine on a thread of its own.

        Args:
            make: Opens it, such as ``partial(Engine.in_memory, clock=clock)``.

        Raises:
            EdgeError: As what opens it.
        """
        thread = _Thread()
        try:
            return cls(await thread.run(make), thread)
        except BaseException:
            thread.end()
            raise

    @classmethod
    async def open(cls, path: str | Path, *, key: KeyProvider, **ports: Any) -> Self:  # noqa: ANN401 - Engine.open's
        """Open a store; everything else is as `Engine.open` takes it.

        Raises:
            EdgeError: As `Engine.open`.
        """
        return await cls.of(partial(Engine.open, path, key=key, **ports))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(self, work: Callable[[Engine], Told]) -> Told:
        """Do anything at all with the engine on its own thread; ``work`` keeps nothing of it."""
        return await self._thread.run(partial(work, self._engine))

    async def ingest(
        self,
        source: str | Path | bytes | BinaryIO | Iterable[Item],
        format: str = "auto",  # noqa: A002 - as `Engine.ingest` has it
        *,
        mapping: str | Path | None = None,
        account: str = "",
        currency: str = "",
        progress: Callable[[Tally, int], None] | None = None,
    ) -> IngestReport:
        """Read a statement, an event file or records into the store; see `Engine.ingest`.

        ``progress`` is called on the loop's thread. Cancelled under way, it ends after the commit that runs.

        Raises:
            EdgeError: As `Engine.ingest`.
        """
        loop, check = asyncio.get_running_loop(), self._thread.interruption.check

        def report(tally: Tally, position: int) -> None:
            check()
            if progress is not None:
                loop.call_soon_threadsafe(progress, tally, position)

        return await self.run(
            lambda engine: engine.ingest(
                source, format, mapping=mapping, account=account, currency=currency, progress=report
            )
        )

    accounts = _of(_engine, Engine.accounts)
    transactions = _of(_engine, Engine.transactions)
    forget_account = _of(_engine, Engine.forget_account)
    categories = _of(_engine, Engine.categories)
    categorize = _of(_engine, Engine.categorize)
    correct = _of(_engine, Engine.correct)
    uncorrect = _of(_engine, Engine.uncorrect)
    streams = _of(_engine, Engine.streams)
    spending = _of(_engine, Engine.spending)
    insights = _of(_engine, Engine.insights)
    moments = _of(_engine, Engine.moments)
    profile = _of(_engine, Engine.profile)
    answer_trait = _of(_engine, Engine.answer_trait)
    set_trait = _of(_engine, Engine.set_trait)
    forecast = _of(_engine, Engine.forecast)
    forecast_coverage = _of(_engine, Engine.forecast_coverage)
    explain = _of(_engine, Engine.explain)
    decide = _of(_engine, Engine.decide)
    react = _of(_engine, Engine.react)
    outcome = _of(_engine, Engine.outcome)
    assess = _of(_engine, Engine.assess)
    propose_loan = _of(_engine, Engine.propose_loan)
    disclosures = _of(_engine, Engine.disclosures)
    sync = _of(_engine, Engine.sync)
    export = _of(_engine, Engine.export)
    models = _of(_engine, Engine.models)
    verify_models = _of(_engine, Engine.verify_models)
    model_card = _of(_engine, Engine.model_card)
    update_models = _of(_engine, Engine.update_models)
    evidence = _of(_engine, Engine.evidence)
    doctor = _of(_engine, Engine.doctor)
    suspend = _of(_engine, Engine.suspend, whole=True)
    resume = _of(_engine, Engine.resume, whole=True)
    erase = _of(_engine, Engine.erase, whole=True)

    async def close(self) -> None:
        """Finish what was asked and close the store; closing twice is harmless."""
        try:
            await asyncio.shield(self._thread.run(self._close))
        except Closed:
            return
        self._thread.end()

    def _close(self) -> None:
        with self._thread.interruption.held():
            self._engine.close()
