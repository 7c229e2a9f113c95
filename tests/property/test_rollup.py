"""Whatever is told, taught, paired and purged, in whatever order: totals are true and nothing is told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import InputError
from edge_engine.vault.writer import Categorized, Source
from tests.fakes.told import Story, file, line, named

if TYPE_CHECKING:
    from edge_engine.domain.transaction import Record, Transaction

FEEDS = ("csv", "ofx", "plaid")

lines = st.builds(
    line,
    st.integers(0, 40),
    st.sampled_from((-5000, -5500, -300, -300, 5000, 300, 0)),
    st.sampled_from(("TESCO 12", "TESCO STORES", "TRANSFER", "TO SAVINGS", "CARD PAYMENT", "SPOTIFY")),
    account=st.sampled_from(("CURRENT", "SAVINGS")),
    pending=st.booleans(),
    id=st.sampled_from(("", "", "1", "2", "3")),
    replaces=st.sampled_from(("", "", "1", "2")),
    value=st.none() | st.integers(0, 40),
    currency=st.sampled_from(("GBP", "GBP", "EUR")),
)


class Ledger(RuleBasedStateMachine):
    """A store under every kind of writing."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.told: list[tuple[str, list[Transaction]]] = []

    @initialize()
    def begin(self) -> None:
        self.story.accounts(named("CURRENT"), named("SAVINGS", AccountKind.SAVINGS))

    def teardown(self) -> None:
        self.story.vault.close()

    def rows(self) -> list[int]:
        return [row for (row,) in self.story.rows("SELECT id FROM txn ORDER BY id")]

    @rule(records=st.lists(lines, max_size=12), feed=st.sampled_from(FEEDS), descending=st.booleans())
    def tell(self, records: list[Record], feed: str, *, descending: bool) -> None:
        records.sort(key=lambda record: record.booked, reverse=descending)
        told = file(*records)
        before = len(self.rows())
        done = self.story.add(told, feed)
        assert len(self.rows()) == before + len(done.ids) - done.released
        assert len(done.ids) + done.updated + done.duplicates == len(told)
        self.told.append((feed, told))

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def tell_again(self, data: st.DataObject) -> None:
        feed, told = data.draw(st.sampled_from(self.told))
        done = self.story.add(told, feed)
        assert (done.ids, done.updated, done.duplicates) == ([], 0, len(told))

    @precondition(lambda self: self.rows())
    @rule(data=st.data(), leaf=st.integers(0, 3), source=st.sampled_from(Source))
    def categorize(self, data: st.DataObject, leaf: int, source: Source) -> None:
        rows = data.draw(st.lists(st.sampled_from(self.rows()), max_size=5))
        with self.story.vault.writing() as writer:
            writer.categorize([Categorized(row, leaf, 500, source) for row in rows])

    @rule(records=st.lists(lines, max_size=6), leaf=st.integers(1, 3))
    def tell_and_categorize(self, records: list[Record], leaf: int) -> None:
        told = file(*records)
        with self.story.vault.writing() as writer:
            done = writer.add(told, writer.feed("csv"))
            writer.categorize([Categorized(row, leaf, 500, Source.MODEL) for row in done.ids])
        self.told.append(("csv", told))

    @precondition(lambda self: self.rows())
    @rule(data=st.data(), leaf=st.integers(1, 3), only_this=st.booleans())
    def correct(self, data: st.DataObject, leaf: int, *, only_this: bool) -> None:
        row = data.draw(st.sampled_from(self.rows()))
        with self.story.vault.writing() as writer:
            writer.correct(row, leaf, only_this=only_this)
        assert self.story.rows("SELECT leaf FROM categorization WHERE txn_id = ?", row) == [(leaf,)]

    @precondition(lambda self: self.rows())
    @rule(data=st.data())
    def uncorrect(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.rows()))
        try:
            with self.story.vault.writing() as writer:
                waiting = writer.uncorrect(row)
        except InputError:
            return
        with_category = {txn for (txn,) in self.story.rows("SELECT txn_id FROM categorization")}
        assert with_category.isdisjoint(waiting)

    @rule(since=st.integers(0, 40))
    def pair(self, since: int) -> None:
        self.story.pair(since)
        assert self.story.pair(since) == 0

    @rule(purposes=st.lists(st.sampled_from(("categorization", "insights", "outreach")), unique=True))
    def purge(self, purposes: list[str]) -> None:
        with self.story.vault.writing() as writer:
            writer.put_derived("stream", ["insights"], 1, {"a": b""})
            writer.purge(purposes)
        if "categorization" in purposes:
            assert self.story.rows("SELECT count(*) FROM month_total WHERE leaf <> 0") == [(0,)]
            assert self.story.rows("SELECT count(*) FROM correction") == [(0,)]
        assert self.story.rows("SELECT count(*) FROM derived") == [(0 if "insights" in purposes else 1,)]

    @invariant()
    def totals_are_true(self) -> None:
        assert self.story.mismatches() == 0

    @invariant()
    def references_lead_somewhere(self) -> None:
        assert self.story.rows("PRAGMA foreign_key_check") == []

    @invariant()
    def fingerprints_begin_with_their_day(self) -> None:
        for day, prefix in self.story.rows("SELECT day, substr(fingerprint, 1, 3) FROM txn"):
            assert day == int.from_bytes(prefix, "big")

    @invariant()
    def halves_are_opposite(self) -> None:
        assert not self.story.rows(
            "SELECT 1 FROM transfer JOIN txn o ON o.id = out_id JOIN txn i ON i.id = in_id"
            " WHERE o.amount + i.amount <> 0 OR o.amount >= 0 OR o.account_id = i.account_id"
            " OR o.currency <> i.currency"
        )


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
