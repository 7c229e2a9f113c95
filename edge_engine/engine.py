"""The engine: the composition root, which wires the rooms together. Behaviour lives below it.

::

    with Engine.open("me.edge", key=Passphrase("..."), policy=Policy.default()) as engine:
        engine.consent.grant("categorization")
        report = engine.ingest("statement.csv")
"""

from __future__ import annotations

import time
import weakref
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Self

from edge_engine import arguments
from edge_engine.acting import Acting, accepted
from edge_engine.categories import known_categories
from edge_engine.collecting import Collecting, addressed, counting_under
from edge_engine.consent.held import HeldGrants
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.deciding import Deciding, settled
from edge_engine.equipped import Equipped, installed
from edge_engine.errors import (
    Closed,
    InputError,
    LedgerTampered,
    ModelError,
    PurposeDenied,
    Suspended,
    VaultError,
)
from edge_engine.expectation import Expectation
from edge_engine.lending import Lending
from edge_engine.ports import clock_of, policy_of
from edge_engine.proving import Proving
from edge_engine.questions import Questions
from edge_engine.understanding import MAX_ID, Understanding
from edge_engine.understanding import PURPOSE as UNDERSTANDING
from edge_engine.vault import account_queries, queries
from edge_engine.vault.store import Vault
from edge_engine.views import AccountView, IngestReport, Taught, TransactionPage, TransactionView

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import BinaryIO

    from edge_engine.actions.rules import ActionRules
    from edge_engine.clock import Clock
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Explanation
    from edge_engine.consent.policy import Policy
    from edge_engine.decisions.rules import DecisionRules
    from edge_engine.findings import Findings
    from edge_engine.inference.categorizer import Categorization
    from edge_engine.ingestion import Item, Tally
    from edge_engine.insights.budget import MonthSpend
    from edge_engine.insights.coverage import ForecastCoverage
    from edge_engine.insights.finding import Insight, Outlook
    from edge_engine.insights.stream import Stream
    from edge_engine.signals.configuration import Reporting
    from edge_engine.vault.doctor import IntegrityReport
    from edge_engine.vault.erase import ErasureReceipt
    from edge_engine.vault.keys import KeyProvider
    from edge_engine.views import CategoryView


class Engine(Acting, Deciding, Lending, Collecting, Equipped, Proving):
    """One person's engine over one store. Threads may share it: they take turns, a batch or a read at a time.

    Made by :meth:`open` or :meth:`in_memory`.

    Attributes:
        consent: The consent ledger: ``grant``, ``withdraw``, ``receipt``, ``state``, ``explain``, ``history``.
        questions: What the engine asks about life and money: ``life_changes``, ``investment_appetite``, answers.
    """

    def __init__(
        self,
        vault: Vault,
        policy: Policy,
        clock: Clock,
        rules: ActionRules | None = None,
        reporting: Reporting | None = None,
        decisions: DecisionRules | None = None,
        seed: int | None = None,
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._closed = self._suspended = False
        self.consent = Ledger(vault.ledger_store(), policy, clock, partial(counting_under, reporting))
        # An engine that nobody holds any more lets go of its store at once; nothing below refers to it.
        self._forgotten = weakref.finalize(self, vault.close)
        self._grants = HeldGrants(self.consent)
        self._understanding = Understanding(vault, self._grants, partial(installed, vault))
        self._expectation = Expectation(vault)
        self.consent.when_ended(_forgetting(weakref.ref(self._understanding)))
        self.questions = Questions(vault, self._grants, self._understanding.catch_up, partial(_day, clock))
        self._given_rules = rules
        self._reporting = reporting
        self._given_decisions, self._seed = decisions, seed

    @classmethod
    def open(  # noqa: PLR0913 - one argument a port
        cls,
        path: str | Path,
        *,
        key: KeyProvider,
        policy: Policy | None = None,
        clock: Clock | None = None,
        create: bool = True,
        rules: ActionRules | None = None,
        reporting: Reporting | None = None,
        decisions: DecisionRules | None = None,
        seed: int | None = None,
    ) -> Engine:
        """Open the store at ``path``, a folder, making it where there is none and ``create`` holds.

        ``rules`` say whose signatures count and what the bank may be asked (``ActionRules.load``).
        ``reporting`` names the servers that signals may go to; without it nothing can be sent.
        ``decisions`` say what may be suggested (``DecisionRules.load``); ``seed`` makes chance repeatable, for tests.

        Raises:
            VaultError: The store is missing, held by another process, damaged, newer, or the key is wrong.
            PolicyError: The policy that ships with the engine is not valid.
            InputError: An argument is not of its type; nothing was made.
        """
        clock, policy = clock_of(clock), policy_of(policy)
        rules, reporting, decisions = accepted(rules), addressed(reporting), settled(decisions)
        vault = Vault.open(arguments.folder(path), key, clock=clock, create=create)
        try:
            return cls(vault, policy, clock, rules, reporting, decisions, seed)
        except BaseException:
            if vault.founded:
                with suppress(VaultError):
                    vault.erase()
            vault.close()
            raise

    @classmethod
    def in_memory(
        cls,
        *,
        clock: Clock | None = None,
        policy: Policy | None = None,
        rules: ActionRules | None = None,
        reporting: Reporting | None = None,
        decisions: DecisionRules | None = None,
        seed: int | None = None,
    ) -> Engine:
        """Return an engine whose encrypted store lives in memory; for tests and simulations."""
        clock, policy = clock_of(clock), policy_of(policy)
        rules, reporting, decisions = accepted(rules), addressed(reporting), settled(decisions)
        return cls(Vault.in_memory(clock=clock), policy, clock, rules, reporting, decisions, seed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- in ------------------------------------------------------------------------------------------------------

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
        """Read a statement, an event file or records into the store.

        Storing is not analysing: categories are given only where their consent is live, and a consent that ends
        under way ends them and not the import. So does a model that is missing or refused: a note then names its
        error's code, and the rows are sorted once the model can be used. What is committed stays, and importing the
        same source again adds nothing.

        Args:
            source: A file's path or bytes, an open binary file, or records that the host parsed itself, with or
                without their accounts and balances before them.
            format: ``auto``, or a format's name to skip detection.
            mapping: A TOML file that names the columns of a CSV.
            account: Key of the account, for files that name none.
            currency: ISO 4217 code, for files that name none.
            progress: Called after each commit with what was done and the position in bytes.

        Raises:
            FeedError: The source as a whole cannot be read; nothing of it was stored.
            InputError: It is no file, no bytes and no records.
            VaultError: The store refused a batch; earlier batches are kept.
        """
        from edge_engine.feeds.canonical import canonicalize  # noqa: PLC0415 - parsers load when first needed
        from edge_engine.ingestion import Ingestion, opened  # noqa: PLC0415

        started = time.perf_counter()
        self._require_open()
        if progress is not None:
            arguments.function(progress, "progress is a function that is called after each commit")
        feed = opened(source, format, mapping, account, currency, self._known_currency)
        unsorted: ModelError | None = None
        try:
            self._understanding.catch_up()
        except ModelError as error:
            unsorted = error
        run = Ingestion(
            self._vault,
            source=feed.format,
            classifier=self._understanding.classifier,
            progress=None if progress is None else lambda tally: progress(tally, feed.position()),
        )
        tally = run.run(feed.items, canonicalize)
        touched = self._accounts(tally.account_ids)
        return IngestReport(
            format=feed.format,
            added=tally.added,
            updated=tally.updated,
            duplicates=tally.duplicates,
            events=tally.events,
            rejected=tally.rejected,
            rejected_total=tally.rejected_total,
            accounts=touched,
            categorized=tally.categorized,
            transfers=tally.transfers,
            seconds=round(time.perf_counter() - started, 4),
            notes=[
                *feed.notes,
                *self._import_notes(touched, tally, feed.made_up, currency, tally.model_error or unsorted),
            ],
        )

    def _known_currency(self, key: str) -> str:
        """Return the one currency in which an account is kept, empty where it is new or kept in several."""
        with self._vault.reading(self._own()) as reader:
            kept = {row.currency for row in reader.rows(queries.ACCOUNTS) if row.key == key}
        return kept.pop() if len(kept) == 1 else ""

    def _import_notes(
        self,
        touched: Sequence[AccountView],
        tally: Tally,
        made_up: str,
        currency: str,
        unsorted: ModelError | None,
    ) -> list[str]:
        """Return what the person should know: what the file left unsaid or tells twice, what the model could not do."""
        from edge_engine import import_notes  # noqa: PLC0415 - an import alone needs it

        told = [] if unsorted is None else [import_notes.without_categories(unsorted)]
        told += import_notes.unsaid(touched, tally, made_up, currency)
        if tally.added < import_notes.LEAST_ALIKE:
            return told
        with self._vault.reading(self._own()) as reader:
            accounts = reader.rows(queries.ACCOUNTS)
            if len(accounts) > 1:
                rows = reader.rows(queries.LATEST_POSTED, limit=import_notes.COMPARED)
                told += import_notes.told_twice(accounts, tally.account_ids, rows)
        return told

    # -- the person's own data -----------------------------------------------------------------------------------

    def accounts(self) -> list[AccountView]:
        """Return every account with its latest booked balance."""
        return self._accounts(None)

    def _accounts(self, chosen: Collection[int] | None) -> list[AccountView]:
        """Return accounts by id, all where None is given."""
        until = self._today().toordinal()
        with self._vault.reading(self._own()) as reader:
            rows = [
                row
                for account in (sorted(chosen) if chosen is not None else (0,))
                for row in reader.rows(account_queries.ACCOUNT_TOTALS, account=account, until=until)
            ]
        return [AccountView.of(row) for row in rows]

    def transactions(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        since: str | date = "",
        until: str | date = "",
        account: str = "",
    ) -> TransactionPage:
        """Return transactions, newest first.

        Args:
            limit: How many at most; 1 to 100,000.
            offset: How many of the newest to pass over.
            since: First booking day, a date or ``YYYY-MM-DD``; empty for all.
            until: Last booking day, likewise; empty for all.
            account: Key of one account; empty for all.

        Raises:
            InputError: A day is not a date, a number is out of range, or there is no such account.
        """
        sentence = "limit is 1 to 100,000 and offset is not negative, both whole numbers"
        arguments.within(limit, 1, 100_000, sentence)
        arguments.within(offset, 0, MAX_ID, sentence)
        if not isinstance(account, str):
            raise InputError("an account is named by its key")
        own = self._own()
        # INVARIANT: nothing keeps the person from their own rows, not even a model that cannot be loaded.
        with suppress(ModelError):
            self._understanding.catch_up()
        chosen = {
            "since": arguments.ordinal(since, 0),
            "until": arguments.ordinal(until, date.max.toordinal()),
            "account": account,
        }
        with self._vault.reading(own) as reader:
            if account and all(row.key != account for row in reader.rows(queries.ACCOUNTS)):
                raise InputError("there is no account with this key")
            total = reader.one(queries.TRANSACTION_COUNT, **chosen).n
            rows = reader.rows(queries.TRANSACTIONS, limit=limit, offset=offset, **chosen)
        return TransactionPage([TransactionView.of(row) for row in rows], total)

    def export(self, path: str | Path) -> dict[str, int]:
        """Write everything the person owns into a new ZIP file and return the rows of each file in it.

        Raises:
            InputError: The file exists already, or its folder does not.
        """
        from edge_engine.vault.export import export  # noqa: PLC0415 - seldom asked for

        target = arguments.file(path)
        with self._vault.reading(self._own()) as reader:
            return export(reader, self._vault.ledger_store().events(), target, self._clock.now())

    def forget_account(self, key: str) -> dict[str, int]:
        """Delete an account with all its transactions and everything that was made of them.

        The way back from an import under a wrong account or currency. Importing its files again brings it back.

        Args:
            key: The account's key.

        Returns:
            Rows deleted by table.

        Raises:
            InputError: There is no account with this key.
        """
        self._require_open()
        if not isinstance(key, str):
            raise InputError("an account is named by its key")
        with self._vault.writing(durable=True) as writer:
            removed = writer.forget_account(key)
        self._understanding.forget()
        self._forget_known()
        self._forget_situation()
        # Done already: a reader or a full disk puts off only the emptying of the log.
        with suppress(VaultError):
            self._vault.checkpoint()
        return removed

    # -- categories ----------------------------------------------------------------------------------------------

    def categories(self) -> list[CategoryView]:
        """Return everything that a transaction may be corrected to, by group; it takes no consent."""
        self._require_open()
        return known_categories()

    def categorize(self, texts: Sequence[str]) -> list[Categorization]:
        """Name the category of texts that need not be in the store.

        Raises:
            InputError: It is not a list of texts.
            PurposeDenied: ``categorization`` is not granted.
        """
        self._require_open()
        return self._understanding.categorize(arguments.texts(texts))

    def correct(self, transaction_id: int, category: str, *, only_this: bool = False) -> Taught:
        """Teach the category of a transaction, and of its merchant unless ``only_this``.

        Raises:
            InputError: There is no such transaction or category.
            PurposeDenied: ``categorization`` is not granted.
        """
        self._require_open()
        return self._understanding.correct(transaction_id, category, only_this=only_this)

    def uncorrect(self, transaction_id: int) -> Taught:
        """Take back what was taught for a transaction or its merchant.

        Raises:
            InputError: There is no such transaction, or nothing was taught for it.
            PurposeDenied: ``categorization`` is not granted.
        """
        self._require_open()
        return self._understanding.uncorrect(transaction_id)

    # -- insights ------------------------------------------------------------------------------------------------

    def streams(self) -> list[Stream]:
        """Return recurring bills and incomes, the costliest first.

        Raises:
            PurposeDenied: ``insights`` is not granted.
        """
        return self._findings().streams()

    def spending(self, months: int = 6, *, by: str = "group") -> list[MonthSpend]:
        """Return money by month and category, oldest month first.

        Args:
            months: How many months, the present one included; 1 to 120.
            by: ``group`` or ``leaf`` of the taxonomy.

        Raises:
            PurposeDenied: ``insights`` is not granted.
            InputError: A parameter is out of range.
        """
        return self._findings().spending(months, by)

    def insights(self) -> list[Insight]:
        """Return what was found, the most pressing first.

        Raises:
            PurposeDenied: ``insights`` is not granted.
        """
        return self._findings().insights()

    def forecast(self, *, weeks: int = 8) -> list[Outlook]:
        """Return where balances are heading, one outlook a currency.

        Args:
            weeks: 1 to 26.

        Raises:
            PurposeDenied: ``insights`` is not granted.
            InputError: ``weeks`` is out of range.
        """
        return self._findings().forecast(weeks)

    def forecast_coverage(self) -> ForecastCoverage:
        """Return how past forecasts did on this device: the share of what came within their range, by weeks ahead.

        Raises:
            PurposeDenied: ``insights`` is not granted.
        """
        return self._findings().coverage()

    def explain(
        self, purpose: str, data: str, *, gate: str = "read", recipient: str = "device", channel: str = ""
    ) -> Explanation:
        """Say which rule would decide a use of data, and why.

        Raises:
            InputError: A gate, recipient or channel is not one of the policy's words.
        """
        self._require_open()
        return self.consent.explain(
            purpose,
            arguments.word(Gate, gate, "gate"),
            (data,),
            arguments.word(Recipient, recipient, "recipient"),
            arguments.word(DeliveryChannel, channel, "channel") if channel else None,
        )

    # -- models --------------------------------------------------------------------------------------------------

    # -- care ----------------------------------------------------------------------------------------------------

    def doctor(self) -> IntegrityReport:
        """Check the store's pages, indexes, rollups and the consent ledger."""
        return self._vault.integrity(self.consent.verify)

    @property
    def created(self) -> bool:
        """Whether the store was made by opening it."""
        return self._vault.founded

    def heed(self, check: Callable[[], None]) -> None:
        """Call ``check`` before each read of the store; what it raises ends the call that wanted to read."""
        self._vault.readers.check = check

    def suspend(self) -> None:
        """Close every handle and forget the key and what was read, as an app must before it is put to sleep."""
        self._vault.suspend()
        self._suspended = True
        self._understanding.forget()
        self._expectation.forget()
        self._forget_situation()
        self._forget_known()

    def resume(self, key: KeyProvider | None = None) -> None:
        """Open the store again after `suspend`; what another process changed meanwhile counts, consent above all."""
        self._vault.resume(key)
        with suppress(LedgerTampered):  # as when opening: it denies from then on
            self.consent.verify()
        self._suspended = False

    def erase(self) -> ErasureReceipt:
        """Destroy the keys, then the data; the engine is closed afterwards."""
        receipt = self._vault.erase()
        self.close()
        return receipt

    def close(self) -> None:
        """End every grant and close the store; closing twice is harmless."""
        self._closed = True
        self._understanding.forget()
        self._expectation.forget()
        self._forget_situation()
        self._forget_known()
        try:
            self.consent.close()
        finally:
            self._vault.close()

    # -- wiring --------------------------------------------------------------------------------------------------

    def _today(self) -> date:
        return _day(self._clock)

    def _require_open(self) -> None:
        if self._closed:
            raise Closed("the store is closed")
        if self._suspended:
            raise Suspended("the store is suspended; resume it first")

    def _own(self) -> Grant:
        self._require_open()
        return self._grants.grant("own_access", Gate.READ, Recipient.PERSON)

    def _findings(self) -> Findings:
        from edge_engine.findings import Findings  # noqa: PLC0415 - numpy loads when insights are first asked for

        self._require_open()
        grant = self._grants.grant("insights", Gate.READ)
        self._understanding.catch_up()
        sorting = None
        with suppress(PurposeDenied):
            sorting = self._grants.grant("categorization", Gate.READ)
        return Findings(self._vault, grant, sorting, self._today())


def _day(clock: Clock) -> date:
    return clock.now().date()


def _forgetting(understanding: weakref.ref[Understanding]) -> Callable[[str], None]:
    """Return what keeps nothing in memory of what was taught once its consent ends; it holds nobody alive."""

    def forget(purpose: str) -> None:
        known = understanding()
        if known is not None and purpose == UNDERSTANDING:
            known.forget()

    return forget
