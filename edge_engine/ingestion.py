"""The way in: a file's bytes become transactions in the store, a batch at a time, each batch one commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import TextIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from msgspec import structs

from edge_engine import arguments
from edge_engine.domain.matching import same_account
from edge_engine.domain.transaction import Account, Balance, Event, Record, Rejected
from edge_engine.errors import ConsentError, DiskFull, InputError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from edge_engine.domain.transaction import Transaction
    from edge_engine.feeds.read import Feed
    from edge_engine.vault.store import Vault
    from edge_engine.vault.writer import Categorized, Classify, Writer

BATCH: Final = 2048
"""Records a commit: large enough that a commit's own cost does not count, small enough that memory stays flat."""

MAX_REJECTED: Final = 1000
"""Rejected rows that a report tells one by one."""

Item = Account | Balance | Record | Event | Rejected


@dataclass(slots=True)
class Tally:
    """What an import did so far."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    events: int = 0
    categorized: int = 0
    transfers: int = 0
    rejected_total: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    account_ids: set[int] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    first_day: int | None = None
    model_error: ModelError | None = None
    """Why the model gave no categories, where it could not be used."""

    def reject(self, row: Rejected) -> None:
        """Count a row that was not stored and keep the first ones to tell."""
        self.rejected_total += 1
        if len(self.rejected) < MAX_REJECTED:
            self.rejected.append(row)


class Ingestion:
    """One import under way.

    Every batch that was committed is on disk whole, with its categories and rollups; a crash loses at most the
    batch under way, and running the same import again completes it.

    Args:
        vault: Where to store.
        source: Name of the feed's format.
        classifier: Asked before each commit: returns what gives categories, or None without consent. Consent that
            is withdrawn or given under way counts from the next commit on; the import itself goes on.
        progress: Called after each commit.
    """

    def __init__(
        self,
        vault: Vault,
        *,
        source: str,
        classifier: Callable[[], Classify | None],
        progress: Callable[[Tally], None] | None = None,
    ) -> None:
        self._vault = vault
        self._source = source
        self._classifier = classifier
        self._progress = progress
        self._beside: list[Account | Balance | Event] = []
        self._named: set[str] = set()
        self._keys: dict[str, str] = {}
        self._currencies: dict[str, str] = {}
        self._commits = 0
        self._named_rows: set[int] = set()
        self.tally = Tally()

    def run(
        self,
        items: Iterable[Item],
        canonicalize: Callable[[Iterable[Record]], Iterator[Transaction]],
    ) -> Tally:
        """Store what a feed tells, in commits of at most ``BATCH``, and pair the transfers it completes.

        Args:
            items: What the feed yields, in its order.
            canonicalize: Makes records into transactions lazily, counting equal ones within this source.

        Returns:
            What was done.

        Raises:
            InputError: The host gave something that no feed tells; earlier commits are kept.
            DiskFull: There is no room; the sentence says whether earlier commits are kept.
            VaultError: The store refused a batch; earlier commits are kept.
        """
        batch: list[Transaction] = []
        try:
            for transaction in canonicalize(self._records(items)):
                batch.append(transaction)
                if len(batch) >= BATCH:
                    self._commit(batch)
                    batch = []
            self._commit(batch, last=True)
        except DiskFull:
            if self._commits:
                raise DiskFull(
                    "the disk is full; a part of this import is kept, and once there is room the same import"
                    " completes it"
                ) from None
            raise DiskFull("the disk is full; nothing of this import was stored") from None
        return self.tally

    def _records(self, items: Iterable[Item]) -> Iterator[Record]:
        """Yield the records; what stands beside them waits for the next commit."""
        keys = self._keys
        for item in items:
            if isinstance(item, Record):
                key = keys.get(item.account)
                if key is None:
                    key = self._known_key(item.account, item.amount.currency)
                # INVARIANT: one account has one key in the identities of its transactions, however a file writes it.
                yield item if key == item.account else structs.replace(item, account=key)
            elif isinstance(item, Rejected):
                self.tally.reject(item)
            elif not isinstance(item, Account | Balance | Event):
                raise InputError("an import takes a file, its bytes, or records")
            else:
                if isinstance(item, Account):
                    self._known_key(item.key, item.currency)
                self._beside.append(item)
                if len(self._beside) >= BATCH:
                    self._commit([])

    def _known_key(self, key: str, currency: str) -> str:
        """Return the key by which the store, or this very import, knows an account already."""
        known = self._vault.account_key(key, currency)
        if known == key:
            for earlier, of in self._currencies.items():
                if of == currency and same_account(earlier, key):
                    known = earlier
                    break
        self._keys[key] = known
        self._currencies.setdefault(known, currency)
        return known

    def _commit(self, batch: list[Transaction], *, last: bool = False) -> None:
        if not batch and not self._beside and (not last or self.tally.first_day is None):
            return
        tally = self.tally
        beside, self._beside = self._beside, []
        # Asked before the transaction begins: it may have to look into the store.
        classify = self._classifier()
        if classify is None:
            tally.categorized = 0
        with self._vault.writing(booking=True) as writer:
            feed = writer.feed(self._source)
            self._keep_beside(writer, beside)
            if batch:
                self._keep(writer, feed, batch, classify)
            # Even where nothing was added: a crash may have come between the last batches of an earlier import.
            if last and tally.first_day is not None:
                tally.transfers = writer.pair_transfers(sorted(tally.account_ids), tally.first_day)
        self._commits += 1
        if self._progress is not None and (batch or beside):
            self._progress(tally)

    def _keep_beside(self, writer: Writer, items: list[Account | Balance | Event]) -> None:
        # Accounts first: their balances must find them with all that the feed says of them.
        for item in items:
            if isinstance(item, Account):
                self._name(writer, item)
        writer.balances([item for item in items if isinstance(item, Balance)])
        for item in items:
            if isinstance(item, Event):
                self.tally.events += writer.event(item)

    def _keep(self, writer: Writer, feed: int, batch: list[Transaction], classify: Classify | None) -> None:
        tally = self.tally
        for record in (transaction.record for transaction in batch):
            # Records that a host parsed itself come without their account.
            if record.account not in self._named:
                self._name(writer, Account(record.account, record.amount.currency))
            tally.currencies.add(record.amount.currency)
        # Once in an import: a model that was refused is not read anew for every batch.
        asking = None if classify is None or tally.model_error else _asking(classify, tally)
        done = writer.add(batch, feed, asking, self._named_rows)
        self._named_rows = done.named
        tally.added += len(done.ids)
        tally.updated += done.updated
        tally.duplicates += done.duplicates
        tally.categorized += done.categorized
        first = min(transaction.record.booked for transaction in batch).toordinal()
        tally.first_day = first if tally.first_day is None else min(first, tally.first_day)

    def _name(self, writer: Writer, account: Account) -> None:
        self._named.add(account.key)
        self.tally.account_ids.add(writer.account(account))


def _asking(classify: Classify, tally: Tally) -> Classify:
    """Return what asks for categories and gets none where consent runs out in this very moment, or the model fails.

    # INVARIANT: storing needs neither consent nor a model.
    """

    def ask(ids: Sequence[int], transactions: Sequence[Transaction]) -> Sequence[Categorized]:
        try:
            return classify(ids, transactions)
        except ConsentError:
            return []
        except ModelError as error:
            tally.model_error = error
            return []

    return ask


def opened(
    source: str | Path | bytes | BinaryIO | Iterable[Item],
    format: str,  # noqa: A002 - the public contract's word
    mapping: str | Path | None,
    account: str,
    currency: str,
    known_currency: Callable[[str], str],
) -> Feed:
    """Return the feed of what a host gave.

    Raises:
        InputError: It is no file, no bytes and no records, or another argument is none.
        FeedError: The file as a whole cannot be read.
        MappingInvalid: The mapping does not fit.
    """
    from edge_engine.feeds.mapping import Mapping  # noqa: PLC0415 - parsers load when first needed
    from edge_engine.feeds.read import Feed, read  # noqa: PLC0415

    if isinstance(source, str):
        source = Path(source)
    if isinstance(source, TextIOBase):
        raise InputError("open the file in binary mode: its encoding is a part of what is detected")
    # Not every open file is of `io`'s classes: those of `tempfile` are not.
    if not isinstance(source, Path | bytes | bytearray | memoryview) and not hasattr(source, "read"):
        if not isinstance(source, Iterable):
            raise InputError("an import takes a file, its bytes, or records")
        return Feed("records", iter(source), 0, lambda: 0)
    columns = None if mapping is None else Mapping.load(arguments.file(mapping))
    arguments.text(account, "an account's key is a text")
    arguments.text(currency, "a currency is a text of three letters")
    file = cast("Path | bytes | BinaryIO", source)
    return read(
        file,
        format=format,
        mapping=columns,
        account=account,
        currency=currency,
        known_currency=known_currency,
    )
