"""The one writer: accounts, balances, events, categories, corrections, findings, purge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Event
from edge_engine.errors import EdgeError, InputError
from edge_engine.vault.writer import Categorized, Source
from tests.fakes.told import Story, file, line, named, on

if TYPE_CHECKING:
    from collections.abc import Sequence

GROCERIES, COFFEE, GAMBLING = 401, 501, 1402


@pytest.fixture
def story() -> Story:
    return Story()


def categorize(story: Story, *rows: tuple[int, int], source: Source = Source.MODEL) -> int:
    with story.vault.writing() as writer:
        done = writer.categorize([Categorized(row, leaf, 800, source, "m1") for row, leaf in rows])
    assert story.mismatches() == 0
    return done


def correct(story: Story, row: int, leaf: int, *, only_this: bool = False) -> list[int]:
    with story.vault.writing() as writer:
        changed = writer.correct(row, leaf, only_this=only_this)
    assert story.mismatches() == 0
    return changed


def uncorrect(story: Story, row: int) -> list[int]:
    with story.vault.writing() as writer:
        waiting = writer.uncorrect(row)
    assert story.mismatches() == 0
    return waiting


def leaves(story: Story, rows: Sequence[int]) -> list[int | None]:
    known = dict(story.rows("SELECT txn_id, leaf FROM categorization"))
    return [known.get(row) for row in rows]


# -- transactions ------------------------------------------------------------------------------------------------


def test_everything_a_feed_says_is_kept(story: Story) -> None:
    record = line(
        3,
        -4210,
        "TESCO STORES 6143",
        id="a1",
        replaces="p1",
        value=2,
        counterparty="Tesco PLC",
        to="GB33BUKB20201555555555",
        mcc=5411,
        channel=Channel.CARD,
        hint="plaid:FOOD",
    )
    (transaction,) = file(record)
    done = story.add([transaction])
    assert done.transactions == [transaction]
    assert story.rows(
        "SELECT t.id, fingerprint, a.key, day, value_day, amount, t.currency, m.key, description, counterparty,"
        " counterparty_account, mcc, channel, status, external_id, pending_id, f.format, hint FROM txn t"
        " JOIN account a ON a.id = account_id JOIN merchant m ON m.id = merchant_id JOIN feed f ON f.id = feed_id"
    ) == [
        (
            done.ids[0],
            transaction.fingerprint,
            "CURRENT",
            on(3).toordinal(),
            on(2).toordinal(),
            -4210,
            "GBP",
            transaction.merchant,
            "TESCO STORES 6143",
            "Tesco PLC",
            "GB33BUKB20201555555555",
            5411,
            "card",
            0,
            "a1",
            "p1",
            "csv",
            "plaid:FOOD",
        )
    ]


def test_an_empty_batch_is_nothing(story: Story) -> None:
    done = story.add([])
    assert (done.ids, done.updated, done.duplicates) == ([], 0, 0)


def test_ids_go_on_from_the_last(story: Story) -> None:
    first = story.tell(line(0, -1, "A"), line(1, -2, "B")).ids
    assert story.tell(line(2, -3, "C")).ids == [first[-1] + 1]


def test_merchants_are_kept_once(story: Story) -> None:
    story.tell(line(0, -1, "TESCO"), line(1, -2, "TESCO"), line(2, -3, "SHELL"))
    story.tell(line(3, -1, "TESCO"))
    assert story.rows("SELECT count(*) FROM merchant") == [(2,)]


def test_a_batch_may_hold_several_accounts_and_currencies(story: Story) -> None:
    story.tell(
        line(0, -1, "A", account="X"),
        line(0, -1, "A", account="Y"),
        line(0, -1, "A", account="Y", currency="JPY"),
    )
    assert story.rows("SELECT key, currency FROM account ORDER BY id") == [("X", "GBP"), ("Y", "GBP")]
    assert len(story.lines()) == 3


def test_thousands_of_known_and_new_lines(story: Story) -> None:
    told = file(*(line(day, -100 - number, f"SHOP {number}") for day in range(30) for number in range(60)))
    assert len(story.add(told[:1200]).ids) == 1200
    done = story.add(told)
    assert (len(done.ids), done.duplicates) == (600, 1200)


def test_a_fingerprint_of_another_day_is_refused(story: Story) -> None:
    (transaction,) = file(line(0, -1, "A"))
    for wrong in (b"\0" * 16, transaction.fingerprint[:15], transaction.fingerprint + b"\0"):
        with pytest.raises(InputError, match="fingerprint"):
            story.add([msgspec.structs.replace(transaction, fingerprint=wrong)])


@pytest.mark.parametrize(("minor", "text"), [(2**63, "A"), (-1, "\ud800")])
def test_what_cannot_be_stored_is_refused_whole(story: Story, minor: int, text: str) -> None:
    told = file(line(0, -1, "FINE"), line(1, minor, text))
    with pytest.raises(InputError, match="cannot be stored"):
        story.add(told)
    assert story.lines() == []
    assert story.rows("SELECT count(*) FROM month_total") == [(0,)]


def test_totals_beyond_64_bits_are_refused_and_never_become_floats(story: Story) -> None:
    with pytest.raises(EdgeError):
        story.add(file(line(0, 2**62, "A"), line(0, 2**62, "B")))
    assert story.lines() == []


def test_an_error_in_the_block_undoes_everything(story: Story) -> None:
    def interrupted() -> None:
        with story.vault.writing() as writer:
            writer.add(file(line(0, -1, "A")), writer.feed("csv"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert story.lines() == []
    assert story.rows("SELECT count(*) FROM feed") == [(0,)]
    assert len(story.tell(line(0, -1, "A")).ids) == 1


def test_feeds_are_one_a_format_and_tell_when_they_were_read(story: Story) -> None:
    with story.vault.writing() as writer:
        assert writer.feed("ofx") == writer.feed("ofx") != writer.feed("csv")
    now = int(story.clock.now().timestamp())
    assert story.rows("SELECT format, seen FROM feed ORDER BY id") == [("ofx", now), ("csv", now)]


# -- accounts, balances, events ----------------------------------------------------------------------------------


def test_an_account_is_kept_once_and_learns(story: Story) -> None:
    with story.vault.writing() as writer:
        first = writer.account(Account("K1", "GBP"))
        again = writer.account(Account("K1", "GBP", AccountKind.SAVINGS, "Rainy day", "Harbour"))
        third = writer.account(Account("K1", "GBP"))
    assert first == again == third
    assert story.rows("SELECT kind, name, institution FROM account") == [("savings", "Rainy day", "Harbour")]


def test_an_account_made_by_a_transaction_learns_its_name_later(story: Story) -> None:
    story.tell(line(0, -1, "A", account="K1"))
    story.accounts(named("K1", AccountKind.CARD, "Gold"))
    assert story.rows("SELECT key, kind, name FROM account") == [("K1", "card", "Gold")]


def test_an_account_of_another_currency_is_another(story: Story) -> None:
    story.accounts(Account("DE89370400440532013000", "EUR"), Account("37040044/532013000", "USD"))
    assert story.rows("SELECT count(*) FROM account") == [(2,)]


def test_the_later_balance_of_a_day_stands(story: Story) -> None:
    with story.vault.writing() as writer:
        for minor in (100, 250):
            writer.balances([Balance("K1", date(2026, 3, 2), Money(minor, "GBP"))])
        writer.balances([Balance("K1", date(2026, 3, 3), Money(-5, "GBP"))])
    assert story.rows("SELECT amount, currency FROM balance ORDER BY day") == [(250, "GBP"), (-5, "GBP")]


def test_an_event_is_kept_once(story: Story) -> None:
    with story.vault.writing() as writer:
        assert writer.event(Event(1, "screen_view", "home", "e1"))
        assert not writer.event(Event(2, "screen_view", "home", "e1"))
        assert writer.event(Event(1, "screen_view", "home"))
        assert not writer.event(Event(1, "screen_view", "home"))
        assert writer.event(Event(1, "screen_view", "budget"))
    assert story.rows("SELECT count(*) FROM engagement") == [(3,)]


# -- categories --------------------------------------------------------------------------------------------------


def test_categories_move_the_totals(story: Story) -> None:
    ids = story.tell(line(0, -100, "A"), line(0, -200, "B"), line(0, 700, "C")).ids
    assert categorize(story, (ids[0], GROCERIES), (ids[1], GROCERIES)) == 2
    assert story.rows("SELECT leaf, inflow, outflow, n FROM month_total ORDER BY leaf") == [
        (0, 700, 0, 1),
        (GROCERIES, 0, 300, 2),
    ]


def test_categories_in_the_same_breath_as_the_batch(story: Story) -> None:
    with story.vault.writing() as writer:
        ids = writer.add(file(line(0, -100, "A"), line(40, -200, "B")), writer.feed("csv")).ids
        writer.categorize([Categorized(ids[0], GROCERIES, 900, Source.MODEL)])
        writer.categorize(
            [Categorized(ids[0], COFFEE, 900, Source.MCC), Categorized(ids[1], COFFEE, 900, Source.HINT)]
        )
    assert story.mismatches() == 0
    assert leaves(story, ids) == [COFFEE, COFFEE]


def test_a_new_word_of_the_model_replaces_the_old(story: Story) -> None:
    ids = story.tell(line(0, -100, "A")).ids
    categorize(story, (ids[0], GROCERIES))
    categorize(story, (ids[0], COFFEE))
    assert leaves(story, ids) == [COFFEE]


def test_what_was_looked_at_and_is_unclear_is_noted(story: Story) -> None:
    ids = story.tell(line(0, -100, "A"), line(0, -200, "B")).ids
    assert categorize(story, (ids[0], 0), (ids[1], GROCERIES)) == 1
    assert leaves(story, ids) == [0, GROCERIES]
    categorize(story, (ids[1], 0))
    assert story.rows("SELECT leaf, outflow FROM month_total") == [(0, 300)]


def test_a_category_for_nothing_is_refused(story: Story) -> None:
    story.tell(line(0, -100, "A"))
    with pytest.raises(InputError, match="no such transaction"):
        categorize(story, (999, GROCERIES))


def test_a_settled_row_keeps_its_category_and_moves_its_money(story: Story) -> None:
    (row,) = story.tell(line(27, -5000, "TRATTORIA", pending=True)).ids
    categorize(story, (row, COFFEE))
    story.tell(line(31, -6000, "TRATTORIA ROMA"))
    assert leaves(story, [row]) == [COFFEE]
    assert story.rows("SELECT month % 12 + 1, leaf, outflow FROM month_total") == [(4, COFFEE, 6000)]


# -- corrections -------------------------------------------------------------------------------------------------


def test_a_correction_teaches_the_merchant(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO 1"), line(1, -200, "TESCO 2"), line(2, -300, "SHELL")).ids
    categorize(story, *((row, COFFEE) for row in ids))
    assert correct(story, ids[0], GROCERIES) == ids[:2]
    assert leaves(story, ids) == [GROCERIES, GROCERIES, COFFEE]
    assert correct(story, ids[1], GROCERIES) == []


def test_a_correction_may_be_of_one_transaction(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO 1"), line(1, -200, "TESCO 2")).ids
    assert correct(story, ids[0], GAMBLING, only_this=True) == ids[:1]
    assert correct(story, ids[1], GROCERIES) == ids[1:]
    assert leaves(story, ids) == [GAMBLING, GROCERIES]


def test_the_model_does_not_overrule_the_person(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO")).ids
    correct(story, ids[0], GROCERIES)
    assert categorize(story, (ids[0], COFFEE)) == 0
    assert leaves(story, ids) == [GROCERIES]
    assert categorize(story, (ids[0], COFFEE), source=Source.CORRECTION) == 1
    assert leaves(story, ids) == [COFFEE]


def test_correcting_again_replaces_what_was_taught(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO")).ids
    correct(story, ids[0], GROCERIES)
    correct(story, ids[0], COFFEE)
    assert story.rows("SELECT leaf FROM correction") == [(COFFEE,)]


def test_an_unknown_merchant_is_not_one_merchant(story: Story) -> None:
    told = [msgspec.structs.replace(one, merchant="") for one in file(line(0, -1, "A"), line(1, -2, "B"))]
    ids = story.add(told).ids
    assert correct(story, ids[0], GROCERIES) == ids[:1]
    assert story.rows("SELECT merchant_id, txn_id FROM correction") == [(None, ids[0])]


def test_taking_a_correction_back(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO 1"), line(1, -200, "TESCO 2")).ids
    correct(story, ids[0], GROCERIES)
    correct(story, ids[0], GAMBLING, only_this=True)
    assert uncorrect(story, ids[0]) == []
    assert leaves(story, ids) == [GROCERIES, GROCERIES]
    assert uncorrect(story, ids[0]) == ids
    assert leaves(story, ids) == [None, None]
    with pytest.raises(InputError, match="nothing was taught"):
        uncorrect(story, ids[0])


def test_taking_back_leaves_the_models_word_on_others(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO 1")).ids
    correct(story, ids[0], GROCERIES)
    later = story.tell(line(1, -200, "TESCO 2")).ids
    categorize(story, (later[0], COFFEE))
    assert uncorrect(story, later[0]) == ids
    assert leaves(story, ids + later) == [None, COFFEE]


def test_taking_back_one_leaves_no_trace(story: Story) -> None:
    ids = story.tell(line(0, -100, "TESCO 1")).ids
    correct(story, ids[0], GROCERIES, only_this=True)
    assert uncorrect(story, ids[0]) == ids
    assert leaves(story, ids) == [None]


def test_correcting_nothing_is_refused(story: Story) -> None:
    with pytest.raises(InputError, match="no such transaction"):
        correct(story, 5, GROCERIES)
    with pytest.raises(InputError, match="no such transaction"):
        uncorrect(story, 5)


# -- findings and purge ------------------------------------------------------------------------------------------


def test_findings_of_one_kind_are_replaced(story: Story) -> None:
    with story.vault.writing() as writer:
        writer.put_derived("stream", ["insights"], 7, {"a": b"1", "b": b"2"})
        writer.put_derived("insight", ["insights"], 7, {"a": b"3"})
        writer.put_derived("stream", ["insights"], 8, {"b": b"4"})
    assert story.rows("SELECT kind, id, as_of, body FROM derived ORDER BY kind, id") == [
        ("insight", "a", 7, b"3"),
        ("stream", "b", 8, b"4"),
    ]


def test_purging_categories_folds_the_totals(story: Story) -> None:
    ids = story.tell(line(0, -100, "A"), line(0, -200, "B"), line(0, -50, "C"), line(40, 900, "D")).ids
    categorize(story, (ids[0], GROCERIES), (ids[1], COFFEE), (ids[3], COFFEE))
    correct(story, ids[0], COFFEE)
    with story.vault.writing() as writer:
        writer.put_derived("stream", ["insights"], 7, {"a": b"1"})
        removed = writer.purge(["categorization"])
    assert removed == {"categorization": 3, "correction": 1}
    assert story.mismatches() == 0
    assert story.rows("SELECT leaf, inflow, outflow, n FROM month_total ORDER BY month") == [
        (0, 0, 350, 3),
        (0, 900, 0, 1),
    ]
    assert story.rows("SELECT count(*) FROM derived") == [(1,)]


def test_purging_insights_takes_their_findings_alone(story: Story) -> None:
    ids = story.tell(line(0, -100, "A")).ids
    categorize(story, (ids[0], GROCERIES))
    with story.vault.writing() as writer:
        writer.put_derived("stream", ["insights"], 7, {"a": b"1", "b": b"2"})
        writer.put_derived("offer", ["recommendations"], 7, {"c": b"3"})
        assert writer.purge(["insights"]) == {"derived": 2}
    assert story.rows("SELECT id FROM derived") == [("c",)]
    assert leaves(story, ids) == [GROCERIES]


def test_purging_several_purposes_at_once_and_none(story: Story) -> None:
    with story.vault.writing() as writer:
        writer.put_derived("stream", ["insights"], 7, {"a": b"1"})
        writer.put_derived("offer", ["recommendations"], 7, {"c": b"3"})
        assert writer.purge([]) == {}
        assert writer.purge(["outreach", "insights", "recommendations"]) == {"derived": 2}
        assert writer.purge(["insights"]) == {}


def test_a_purge_in_the_same_breath_as_a_batch(story: Story) -> None:
    with story.vault.writing() as writer:
        ids = writer.add(file(line(0, -100, "A")), writer.feed("csv")).ids
        writer.categorize([Categorized(ids[0], GROCERIES, 900, Source.MODEL)])
        writer.purge(["categorization"])
        writer.categorize([Categorized(ids[0], COFFEE, 900, Source.MODEL)])
    assert story.mismatches() == 0
