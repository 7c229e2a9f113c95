from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import Channel
from edge_engine.errors import InputError
from edge_engine.simulation.household import (
    Cadence,
    EventKind,
    Household,
    Posting,
    Role,
    Stream,
    simulate,
)

END = date(2026, 6, 30)
DIGESTS = {
    "GB": "5a02cfa09bd30457d3003e37",
    "US": "68c389839286dd0f5b055780",
    "DE": "ecae239ce8ea14411126efb7",
    "AU": "e8512973f2fbd4a9e1fc4243",
}


def digest(household: Household) -> str:
    """Return a digest of every line, stream and event."""
    lines = [
        f"{p.id}|{p.account}|{p.day}|{p.purchased}|{p.minute}|{p.amount}|{p.text}|{p.leaf}|{p.stream}|{p.event}"
        f"|{p.transfer}|{p.balance}"
        for p in (*household.postings, *household.pending)
    ]
    lines += [
        f"{s.id}|{s.cadence}|{s.amount}|{s.amounts}|{s.missed}|{s.ended}|{s.expected}"
        for s in household.streams
    ]
    lines += [f"{e.id}|{e.first}|{e.last}|{e.postings}" for e in household.events]
    lines += [f"{a.key}|{a.opening}" for a in household.accounts.values()]
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


@pytest.mark.parametrize("country", sorted(DIGESTS))
def test_a_seed_gives_the_same_household_on_every_platform(country: str) -> None:
    assert digest(simulate(16, end=END, country=country)) == DIGESTS[country]


def test_another_seed_or_country_is_another_household(demo: Household) -> None:
    others = [simulate(17, end=END), simulate(16, end=END, country="DE")]
    texts = {posting.text for posting in demo.postings}
    assert all(digest(other) != digest(demo) for other in others)
    assert all(len(texts & {posting.text for posting in other.postings}) < 80 for other in others)


def test_what_cannot_be_simulated_is_refused() -> None:
    with pytest.raises(InputError):
        simulate(1, end=END, country="FR")
    for months in (0, 241):
        with pytest.raises(InputError):
            simulate(1, months=months, end=END)


@pytest.mark.parametrize(
    ("months", "end", "start"),
    [
        (24, date(2026, 6, 30), date(2024, 7, 1)),
        (1, date(2025, 3, 31), date(2025, 3, 1)),
        (12, date(2025, 2, 14), date(2024, 2, 15)),
        (3, date(2025, 1, 31), date(2024, 11, 1)),
    ],
)
def test_the_window_is_whole_months(months: int, end: date, start: date) -> None:
    household = simulate(3, months=months, end=end)
    assert (household.start, household.end) == (start, end)
    assert all(start <= posting.day <= end for posting in household.postings)


def test_two_years_hold_what_households_hold(street: list[Household]) -> None:
    counts = sorted(len(household.postings) for household in street)
    assert counts[0] > 1200
    assert counts[-1] < 4000
    assert 2000 < counts[len(counts) // 2] < 3000
    for household in street:
        assert {posting.account for posting in household.postings} == set(Role)


def test_every_balance_follows_to_the_cent(street: list[Household]) -> None:
    for household in street:
        balances = {role: account.opening for role, account in household.accounts.items()}
        by_day: dict[Role, dict[date, int]] = defaultdict(dict)
        for posting in household.postings:
            balances[posting.account] += posting.amount
            assert posting.balance == balances[posting.account]
            by_day[posting.account][posting.day] = posting.balance
        for role, days in household.balance_by_day.items():
            assert len(days) == (household.end - household.start).days + 1
            known = household.accounts[role].opening
            for number, balance in enumerate(days):
                known = by_day[role].get(household.start + timedelta(number), known)
                assert balance == known


def test_lines_are_in_the_order_of_booking_and_nothing_is_free(street: list[Household]) -> None:
    for household in street:
        days = [posting.day for posting in household.postings]
        assert days == sorted(days)
        assert all(type(posting.amount) is int and posting.amount != 0 for posting in household.postings)
        assert len({posting.id for posting in (*household.postings, *household.pending)}) == len(
            household.postings
        ) + len(household.pending)


def test_every_leaf_is_in_the_taxonomy(street: list[Household]) -> None:
    taxonomy = Taxonomy.default()
    leaves = {posting.leaf for household in street for posting in household.postings}
    assert len(leaves) > 60
    for leaf in leaves:
        assert taxonomy.leaf(leaf).id == leaf


def test_transfers_have_two_halves_on_two_accounts_within_four_days(street: list[Household]) -> None:
    for household in street:
        halves: dict[str, list[Posting]] = defaultdict(list)
        for posting in household.postings:
            if posting.transfer is not None:
                halves[posting.transfer].append(posting)
        assert halves
        for first, second in halves.values():
            assert first.amount == -second.amount
            assert first.account is not second.account
            assert abs((first.day - second.day).days) <= 4
            assert first.counterparty_account == household.accounts[second.account].key
            assert first.leaf in {"transfers.own", "finance.card_payment"}


def test_pending_lines_were_bought_and_are_not_booked(street: list[Household]) -> None:
    pending = [(household, posting) for household in street for posting in household.pending]
    assert len(pending) > len(street)
    for household, posting in pending:
        assert posting.pending
        assert posting.day == posting.purchased <= household.end
        assert posting.channel in {Channel.CARD, Channel.CASH}
        assert household.end - posting.purchased < timedelta(6)


def test_card_purchases_are_booked_on_banking_days(neighbours: list[Household]) -> None:
    for household in neighbours:
        bought = [posting for posting in household.postings if posting.channel is Channel.CARD]
        assert all(posting.day.weekday() < 5 and posting.day >= posting.purchased for posting in bought)
        assert {(posting.day - posting.purchased).days for posting in bought} >= {0, 1, 2, 3}


def _paid(household: Household, stream: Stream) -> list[Posting]:
    by_id = {posting.id: posting for posting in household.postings}
    return [by_id[name] for name in stream.postings]


def test_streams_name_exactly_their_payments(street: list[Household]) -> None:
    for household in street:
        told = {name for stream in household.streams for name in stream.postings}
        assert told == {posting.id for posting in household.postings if posting.stream is not None}
        for stream in household.streams:
            paid = _paid(household, stream)
            assert [abs(posting.amount) for posting in paid] == list(stream.amounts)
            assert all((posting.amount > 0) is stream.incoming for posting in paid)
            assert {posting.leaf for posting in paid} == {stream.leaf}


def test_streams_that_ended_stopped_and_the_others_go_on(street: list[Household]) -> None:
    streams = [(household, stream) for household in street for stream in household.streams]
    assert sum(stream.ended is not None for _, stream in streams) > 20
    for household, stream in streams:
        last = max(posting.purchased for posting in _paid(household, stream))
        if stream.ended is not None:
            assert last <= stream.ended + timedelta(8)
            assert stream.expected is None
        elif stream.expected is not None:
            assert stream.expected > household.end
            assert (stream.expected - household.end).days <= 373


def test_regular_streams_keep_their_cadence(street: list[Household]) -> None:
    least = {Cadence.WEEKLY: 1, Cadence.FORTNIGHTLY: 7, Cadence.FOUR_WEEKLY: 20, Cadence.MONTHLY: 17}
    for household in street:
        for stream in household.streams:
            days = [posting.day for posting in _paid(household, stream)]
            gaps = [(later - earlier).days for earlier, later in pairwise(days)]
            if stream.trial_until is None and stream.cadence in least:
                assert min(gaps, default=99) >= least[stream.cadence], stream


def test_fixed_prices_change_only_where_the_truth_says(street: list[Household]) -> None:
    changed = 0
    for household in street:
        for stream in household.streams:
            if stream.varies:
                continue
            amounts = [amount for amount in stream.amounts if amount not in {100, 400}]
            told = [change.new for change in stream.price_changes]
            seen = [later for earlier, later in pairwise(amounts) if later != earlier]
            assert seen == told, stream.id
            changed += len(told)
    assert changed > 200


def test_amounts_said_to_vary_do(street: list[Household]) -> None:
    varying = [s for household in street for s in household.streams if s.varies and len(s.amounts) > 10]
    assert len(varying) > 60
    distinct = [len(set(stream.amounts)) / len(stream.amounts) for stream in varying]
    assert sum(share > 0.15 for share in distinct) > 0.8 * len(distinct)


def test_detection_is_made_hard(street: list[Household]) -> None:
    streams = [stream for household in street for stream in household.streams]
    assert {stream.cadence for stream in streams} == set(Cadence)
    assert sum(bool(stream.missed) for stream in streams) > 40
    assert sum(stream.trial_until is not None for stream in streams) > 8
    doubled = [h for h in street if max(Counter(s.merchant for s in h.streams).values()) > 1]
    assert len(doubled) > len(street) // 2


def test_missed_payments_are_absent(street: list[Household]) -> None:
    for household in street:
        for stream in household.streams:
            if stream.id in {"gig", "meal_kit", "window_cleaner", "daycare"}:
                paid = {posting.purchased for posting in _paid(household, stream)}
                assert not paid & set(stream.missed)


def test_council_tax_rests_in_february_and_march(street: list[Household]) -> None:
    bills = [(h, s) for h in street for s in h.streams if s.id == "council_tax"]
    assert bills
    for household, stream in bills:
        months = {posting.day.month for posting in _paid(household, stream)}
        assert len(stream.amounts) == 20
        assert len(months & {2, 3}) <= 1


def test_overlaps_are_what_keeping_one_saves(demo: Household) -> None:
    by_id = {stream.id: stream for stream in demo.streams}
    music = next(overlap for overlap in demo.overlaps if overlap.family == "music streaming")
    costs = sorted(by_id[name].amount * 12 for name in music.streams)
    assert music.yearly == sum(costs[:-1])
    assert all(by_id[name].active for name in music.streams)


def test_duplicates_are_two_equal_lines_of_one_day(street: list[Household]) -> None:
    pairs = 0
    for household in street:
        by_id = {posting.id: posting for posting in household.postings}
        for event in household.events:
            if event.kind is EventKind.DUPLICATE and len(event.postings) >= 2:
                lines = [by_id[name] for name in event.postings]
                charges = [line for line in lines if line.amount < 0]
                if len(charges) == 2:
                    first, second = charges
                    assert (first.day, first.amount, first.text) == (second.day, second.amount, second.text)
                    pairs += 1
                assert all(line.amount == -charges[0].amount for line in lines if line.amount > 0)
    assert pairs > len(street)


def test_a_job_lost_stops_the_pay_until_the_next(street: list[Household]) -> None:
    lost = 0
    for household in street:
        for event in household.events:
            if event.kind is not EventKind.JOB_LOSS:
                continue
            ended = [s for s in household.streams if s.leaf == "income.salary" and s.ended == event.first]
            assert len(ended) == 1
            assert all(posting.day <= event.first for posting in _paid(household, ended[0]))
            lost += 1
    assert lost > 2


def test_an_income_drop_lowers_the_pay(street: list[Household]) -> None:
    for household in street:
        for event in household.events:
            if event.kind is EventKind.INCOME_DROP:
                changes = [c for s in household.streams for c in s.price_changes if c.day == event.first]
                assert any(change.new < change.old for change in changes)


def test_shocks_are_the_unforeseen_events(street: list[Household]) -> None:
    kinds = {event.kind for household in street for event in household.shocks}
    assert {EventKind.CAR_REPAIR, EventKind.BOILER, EventKind.MEDICAL, EventKind.JOB_LOSS} <= kinds
    assert EventKind.HOLIDAY not in kinds
    assert sum(len(household.shocks) for household in street) > len(street)


def test_money_lasts(street: list[Household]) -> None:
    for household in street:
        income = sum(p.amount for p in household.postings if p.leaf.startswith("income."))
        spent = -sum(p.amount for p in household.postings if p.amount < 0 and p.transfer is None)
        assert 0.6 < spent / income < 1.45
        lowest = min(min(household.balance_by_day[role]) for role in (Role.CURRENT, Role.JOINT))
        assert lowest > -700_000


def test_iban_check_digits_hold(street: list[Household]) -> None:
    ibans = [account.iban for household in street for account in household.accounts.values() if account.iban]
    assert len(ibans) > 40
    for iban in ibans:
        digits = "".join(str(int(character, 36)) for character in iban[4:] + iban[:4])
        assert int(digits) % 97 == 1
