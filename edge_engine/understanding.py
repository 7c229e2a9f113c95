"""What the engine understands of a transaction: the model's word, the bank's code, and above all the person's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine import arguments
from edge_engine.consent.purpose import Gate
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.merchant_words import names_merchant
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Channel, Record, Transaction
from edge_engine.errors import ConsentError, ModelError
from edge_engine.vault import queries
from edge_engine.views import Taught

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.held import HeldGrants
    from edge_engine.inference.categorizer import Categorization, Categorizer
    from edge_engine.inference.corrections import Corrections
    from edge_engine.inference.installed import Installed
    from edge_engine.vault.queries import UncategorizedRow
    from edge_engine.vault.store import Vault
    from edge_engine.vault.writer import Categorized, Classify

PURPOSE: Final = "categorization"
PAGE: Final = 4096

MAX_ID: Final = 2**63 - 1
"""Largest identifier that a store can give."""

_INCOME: Final = "income."

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC).date()


class Understanding:
    """Names categories under the consent of the moment; the model loads when it is first needed.

    Args:
        vault: Where transactions and corrections are.
        grants: Asks for consent each time.
        installed: Says which models there are, when one is first needed.
    """

    def __init__(self, vault: Vault, grants: HeldGrants, installed: Callable[[], Installed]) -> None:
        self._vault = vault
        self._grants = grants
        self._installed = installed
        self._loaded: Categorizer | None = None
        # Both hold for one consent, named by its epoch; a consent given anew starts from the store.
        self._caught_up = 0
        self._taught: tuple[int, Corrections] | None = None

    def classifier(self) -> Classify | None:
        """Return what gives new transactions their categories, or None without consent."""
        try:
            grant = self._grants.grant(PURPOSE, Gate.INFER)
        except ConsentError:
            self.forget()
            return None
        corrections = self._corrections()

        def classify(ids: Sequence[int], transactions: Sequence[Transaction]) -> list[Categorized]:
            grant.check()
            try:
                return self._model().classify(ids, transactions, corrections)
            except ModelError:
                # What is stored without a category now is sorted once the model can be used.
                self._caught_up = 0
                raise

        return classify

    def catch_up(self) -> int:
        """Categorize what was stored while consent was off; returns how many transactions were looked at."""
        try:
            grant = self._grants.grant(PURPOSE, Gate.READ)
        except ConsentError:
            self.forget()
            return 0
        if self._caught_up == grant.epoch:
            return 0
        done, last = 0, 0
        while True:
            with self._vault.reading(grant) as reader:
                rows = reader.rows(queries.UNCATEGORIZED, after=last, limit=PAGE)
            if not rows:
                break
            last = rows[-1].id
            done += self._sort(rows, grant)
        self._caught_up = grant.epoch
        return done

    def categorize(self, texts: Sequence[str]) -> list[Categorization]:
        """Name the category of texts that need not be in the store.

        Raises:
            PurposeDenied: ``categorization`` is not granted.
        """
        self._grants.grant(PURPOSE, Gate.INFER)
        found = self._model().categorize(texts)
        corrections = self._corrections()
        return [self._taught_of(text, one, corrections) for text, one in zip(texts, found, strict=True)]

    def _taught_of(self, text: str, found: Categorization, corrections: Corrections) -> Categorization:
        """Return what the person taught of exactly the merchant of a text, else what was found.

        Nobody says which way the money of a text goes. A lesson of money out holds; one of money in alone holds
        where the text, too, looks like an income.
        """
        if not corrections.by_merchant:
            return found
        from edge_engine.feeds.canonical import merchant_key  # noqa: PLC0415 - only where something was taught

        merchant = merchant_key(text)
        leaf = corrections.leaf(merchant)
        if not leaf and found.category is not None and found.category.startswith(_INCOME):
            leaf = corrections.leaf(merchant, inflow=True)
        if not leaf:
            return found
        taught = Taxonomy.default().leaf(leaf)
        return msgspec.structs.replace(
            found, category=taught.id, label=taught.label(), confidence=1.0, source="correction", evidence=()
        )

    def correct(self, transaction_id: int, category: str, *, only_this: bool) -> Taught:
        """Keep what the person taught and apply it at once.

        Raises:
            InputError: There is no such transaction or category.
            PurposeDenied: ``categorization`` is not granted.
        """
        grant = self._grants.grant(PURPOSE, Gate.INFER)
        _storable(transaction_id)
        arguments.switch(only_this, "only_this is true or false")
        leaf = Taxonomy.default().leaf(category)
        with self._vault.writing(durable=True) as writer:
            grant.check()
            changed = writer.correct(transaction_id, leaf.code, only_this=only_this)
        self._taught = None
        merchant, alone = self._scope(transaction_id, only_this=only_this)
        followed = self._follow() if merchant else 0
        return Taught(transaction_id, leaf.id, len(changed) + followed, merchant, alone)

    def _scope(self, transaction_id: int, *, only_this: bool) -> tuple[str, str]:
        """Return the merchant that a lesson holds for, and why it holds for the transaction alone."""
        if only_this:
            return "", "asked"
        with self._vault.reading(self._grants.grant(PURPOSE, Gate.READ)) as reader:
            found = reader.rows(queries.MERCHANT_OF, id=transaction_id)
        merchant = found[0].key if found else ""
        if names_merchant(merchant):
            return merchant, ""
        return "", "bank_words" if merchant else "no_name"

    def _follow(self) -> int:
        """Sort anew what is, or was, a variant of a merchant that was taught; return how many rows change."""
        grant = self._grants.grant(PURPOSE, Gate.READ)
        with self._vault.reading(grant) as reader:
            merchants = [row.key for row in reader.rows(queries.MERCHANTS)]
        variants = {
            (merchant, inflow): leaf
            for inflow in (False, True)
            for merchant, leaf in self._model()
            .variants(self._corrections(), inflow=inflow)
            .leaves(merchants)
            .items()
        }
        with self._vault.writing(durable=True) as writer:
            grant.check()
            changing = writer.free_variants(variants)
        self._caught_up = 0
        self.catch_up()
        return len(changing)

    def uncorrect(self, transaction_id: int) -> Taught:
        """Take back what was taught for a transaction, else for its merchant, and sort anew what it had decided.

        A variant of a merchant that was taught follows nobody from now on; taken back once more, it does again.

        Raises:
            InputError: There is no such transaction, or nothing was taught for it.
            PurposeDenied: ``categorization`` is not granted.
        """
        grant = self._grants.grant(PURPOSE, Gate.READ)
        _storable(transaction_id)
        taught = self._leaf_of(grant, transaction_id)
        with self._vault.writing(durable=True) as writer:
            grant.check()
            freed = writer.uncorrect(transaction_id)
        self._taught = None
        followed = self._follow()
        leaf = self._leaf_of(grant, transaction_id)
        # All of them had what was taught; what was taught of a merchant may stand behind it and free none.
        changed = sum(self._leaf_of(grant, one) != taught for one in {transaction_id, *freed})
        changed = max(changed, followed)
        found = Taxonomy.default().by_code.get(leaf)
        return Taught(transaction_id, found.id if found else None, changed)

    def _leaf_of(self, grant: Grant, transaction_id: int) -> int:
        """Return the code of a transaction's category, 0 where it has none."""
        with self._vault.reading(grant) as reader:
            found = reader.rows(queries.CATEGORY_OF, id=transaction_id)
        return found[0].leaf if found else 0

    def _sort(self, rows: Sequence[UncategorizedRow], grant: Grant) -> int:
        """Categorize some stored transactions in one commit."""
        ids = [row.id for row in rows]
        categorized = self._model().classify(ids, [_transaction(row) for row in rows], self._corrections())
        with self._vault.writing() as writer:
            # Here, where a withdrawal by another thread comes wholly before or wholly after.
            grant.check()
            writer.categorize(categorized)
        return len(rows)

    def _corrections(self) -> Corrections:
        from edge_engine.inference.corrections import Corrections  # noqa: PLC0415 - after consent only

        grant = self._grants.grant(PURPOSE, Gate.READ)
        # One look: a withdrawal by another thread forgets it meanwhile.
        taught = self._taught
        if taught is None or taught[0] != grant.epoch:
            with self._vault.reading(grant) as reader:
                taught = (
                    grant.epoch,
                    Corrections.of(
                        (row.merchant, row.txn_id, row.leaf, bool(row.inflow))
                        for row in reader.rows(queries.CORRECTIONS)
                    ),
                )
            self._taught = taught
        return taught[1]

    def forget(self) -> None:
        """Keep nothing in memory of what the store, or a consent that was withdrawn, had shown."""
        self._taught, self._loaded, self._caught_up = None, None, 0

    def _model(self) -> Categorizer:
        loaded = self._loaded
        if loaded is None:
            from edge_engine.inference.categorizer import Categorizer  # noqa: PLC0415 - loads onnxruntime

            loaded = self._loaded = Categorizer.load(self._installed())
        return loaded


def _storable(transaction_id: int) -> None:
    arguments.within(transaction_id, 1, MAX_ID, "there is no such transaction")


def _transaction(row: UncategorizedRow) -> Transaction:
    """Return a stored transaction as far as the model looks at it."""
    record = Record(
        account="",
        booked=_LONG_AGO,
        amount=Money(row.amount, row.currency),
        description=row.description,
        counterparty=row.counterparty,
        mcc=row.mcc,
        channel=Channel(row.channel),
        hint=row.hint,
    )
    return Transaction(record, row.merchant, b"")
