"""What left one account and arrived on another: a person reading both statements would say so, or would not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain.transaction import Account, AccountKind, Channel
from edge_engine.domain.transfers import Half, evidence, pairs

if TYPE_CHECKING:
    from random import Random

CURRENT, SAVINGS, CARD, JOINT, CASH = 1, 2, 3, 4, 5
ACCOUNTS = {
    CURRENT: Account("GB29NWBK60161331926819", "GBP", AccountKind.CURRENT, "Everyday", "Northshire"),
    SAVINGS: Account("GB04NSHR99017640227741", "GBP", AccountKind.SAVINGS, "Rainy day", "Harbour"),
    CARD: Account("kestrel/5123", "GBP", AccountKind.CARD, "", "Kestrel Card"),
    JOINT: Account("404784/70872490", "GBP", AccountKind.CURRENT, "Joint", "Tallgrass"),
    CASH: Account("wallet", "GBP", AccountKind.CASH, "Wallet", ""),
}


def half(
    id: int,  # noqa: A002 - reads as a statement does
    account: int,
    amount: int,
    text: str,
    *,
    day: int = 10,
    to: str = "",
    mcc: int = 0,
    channel: Channel = Channel.UNKNOWN,
    counterparty: str = "",
) -> Half:
    return Half(id, account, day, amount, "", text, counterparty, to, mcc, channel.value)


def paired(*halves: Half) -> list[tuple[int, int]]:
    return pairs(halves, ACCOUNTS)


@pytest.mark.parametrize(
    ("left", "arrived"),
    [
        ("TRANSFER TO SAVINGS", "DEPOSIT"),
        ("STANDING ORDER RAINY DAY", "FROM CURRENT A/C"),
        ("HARBOUR 7741", "NORTHSHIRE 6819"),
        ("Online Transfer to SAV ...7741", "Online Transfer from CHK ...6819"),
        ("Umbuchung", "Max Mustermann"),
        ("MR J SMITH", "MR J SMITH"),
        ("TRANSFER", "TRANSFER"),
        ("PAYMENT 1234", "CREDIT 998877"),
    ],
)
def test_money_moved_to_savings(left: str, arrived: str) -> None:
    assert paired(half(1, CURRENT, -50000, left), half(2, SAVINGS, 50000, arrived)) == [(1, 2)]


@pytest.mark.parametrize(
    ("left", "arrived"),
    [
        ("TESCO STORES 6143", "JOHN PAYS BACK"),
        ("LANDLORD RENT", "ACME LTD SALARY"),
        ("TRANSFER TO JOHN BROWN", "MARY JONES"),
        ("AMAZON MARKETPLACE", "FROM PETER FOR DINNER"),
    ],
)
def test_equal_amounts_of_third_parties_are_no_transfer(left: str, arrived: str) -> None:
    assert paired(half(1, CURRENT, -2000, left), half(2, JOINT, 2000, arrived)) == []


def test_a_refund_on_the_same_account_is_no_transfer() -> None:
    assert paired(half(1, CURRENT, -3000, "TRANSFER"), half(2, CURRENT, 3000, "TRANSFER")) == []


def test_a_refund_to_another_account_is_no_transfer() -> None:
    bought = half(1, CARD, -3000, "AMAZON", channel=Channel.CARD, mcc=5942)
    assert paired(bought, half(2, CURRENT, 3000, "AMAZON")) == []


@pytest.mark.parametrize("text", ["COLLECTION REVERSAL", "Erstattung", "REFUND", "SAMMLER/STORNO 0904059003"])
def test_what_is_given_back_is_no_transfer(text: str) -> None:
    assert paired(half(1, CURRENT, -3000, "COLLECTION SAMMLER"), half(2, SAVINGS, 3000, text)) == []


def test_a_shop_that_is_named_by_no_word_of_the_other_account() -> None:
    gone = half(1, CURRENT, -3000, "HIGH STREET ATM", channel=Channel.DIRECT_DEBIT)
    assert paired(gone, half(2, JOINT, 3000, "TRANSFER")) == []


def test_a_card_bill_is_a_transfer() -> None:
    left = half(1, CURRENT, -81234, "KESTREL 99887766", channel=Channel.DIRECT_DEBIT)
    assert paired(left, half(2, CARD, 81234, "DIRECT DEBIT PAYMENT - THANK YOU", day=12)) == [(1, 2)]


def test_topping_up_by_card_is_a_transfer() -> None:
    left = half(1, CURRENT, -5000, "TALLGRASS*TOPUP", channel=Channel.CARD, mcc=6540)
    assert paired(left, half(2, JOINT, 5000, "Top-up by *6819")) == [(1, 2)]


def test_cash_drawn_goes_to_the_wallet_only() -> None:
    drawn = half(1, CURRENT, -5000, "ATM HIGH STREET", channel=Channel.CASH)
    assert paired(drawn, half(2, CASH, 5000, "cash")) == [(1, 2)]
    assert paired(drawn, half(2, SAVINGS, 5000, "JANE DOE")) == []


@pytest.mark.parametrize("channel", [Channel.SALARY, Channel.INTEREST, Channel.FEE])
def test_salary_interest_and_fees_are_never_transfers(channel: Channel) -> None:
    arrived = half(2, SAVINGS, 5000, "TRANSFER", channel=channel)
    assert paired(half(1, CURRENT, -5000, "TRANSFER TO SAVINGS"), arrived) == []


def test_the_other_accounts_number_is_proof() -> None:
    left = half(1, CURRENT, -5000, "ANY WORDS AT ALL", to="40-47-84/70872490")
    assert evidence(left, half(2, JOINT, 5000, "SOME OTHER WORDS"), ACCOUNTS) == 100


def test_a_strangers_number_is_proof_of_the_opposite() -> None:
    left = half(1, CURRENT, -5000, "TRANSFER TO SAVINGS", to="GB33BUKB20201555555555")
    assert paired(left, half(2, SAVINGS, 5000, "TRANSFER")) == []


def test_a_masked_number_proves_nothing() -> None:
    left = half(1, CURRENT, -5000, "TRANSFER TO SAVINGS", to="****41")
    assert paired(left, half(2, SAVINGS, 5000, "TRANSFER")) == [(1, 2)]


@pytest.mark.parametrize(("day", "is_one"), [(5, False), (6, True), (10, True), (14, True), (15, False)])
def test_halves_are_a_few_days_apart(day: int, is_one: bool) -> None:  # noqa: FBT001
    found = paired(half(1, CURRENT, -5000, "TRANSFER"), half(2, SAVINGS, 5000, "TRANSFER", day=day))
    assert bool(found) is is_one


def test_amounts_are_equal_to_the_penny() -> None:
    assert paired(half(1, CURRENT, -5000, "TRANSFER"), half(2, SAVINGS, 5001, "TRANSFER")) == []


def test_the_closest_days_belong_together() -> None:
    lefts = [half(number, CURRENT, -5000, "TRANSFER", day=day) for number, day in ((1, 10), (2, 12))]
    arrivals = [half(number, SAVINGS, 5000, "TRANSFER", day=day) for number, day in ((3, 10), (4, 13))]
    assert paired(*lefts, *arrivals) == [(1, 3), (2, 4)]


def test_three_accounts_with_one_amount_are_a_chain() -> None:
    chain = [
        half(1, CURRENT, -5000, "TRANSFER"),
        half(2, SAVINGS, 5000, "TRANSFER"),
        half(3, SAVINGS, -5000, "TRANSFER"),
        half(4, JOINT, 5000, "TRANSFER"),
    ]
    assert paired(*chain) == [(1, 2), (3, 4)]
    assert paired(*reversed(chain)) == [(1, 2), (3, 4)]


def test_of_two_arrivals_the_better_proven_one_is_chosen() -> None:
    left = half(1, CURRENT, -5000, "TRANSFER TO TALLGRASS")
    assert paired(left, half(2, SAVINGS, 5000, "DEPOSIT"), half(3, JOINT, 5000, "DEPOSIT")) == [(1, 3)]


def test_what_is_left_over_stays_unpaired() -> None:
    found = paired(
        half(1, CURRENT, -5000, "TRANSFER"),
        half(2, SAVINGS, 5000, "TRANSFER"),
        half(3, JOINT, 5000, "TRANSFER"),
    )
    assert found == [(1, 2)]


HALVES = st.lists(
    st.builds(
        half,
        st.integers(1, 1000),
        st.sampled_from(sorted(ACCOUNTS)),
        st.sampled_from((-200, -100, 100, 200)),
        st.sampled_from(("TRANSFER", "TESCO", "TO SAVINGS", "KESTREL", "JOHN")),
        day=st.integers(1, 9),
        to=st.sampled_from(("", "70872490", "GB33BUKB20201555555555")),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(HALVES)
def test_what_holds_of_every_pair(halves: list[Half]) -> None:
    by_id = {one.id: one for one in halves}
    found = pairs(halves, ACCOUNTS)
    used = [row for couple in found for row in couple]
    assert len(used) == len(set(used))
    for left_id, arrived_id in found:
        left, arrived = by_id[left_id], by_id[arrived_id]
        assert left.amount < 0 < arrived.amount == -left.amount
        assert left.account != arrived.account
        assert abs(left.day - arrived.day) <= 4


@given(HALVES, st.randoms())
def test_the_order_of_telling_does_not_matter(halves: list[Half], random: Random) -> None:
    shuffled = list(halves)
    random.shuffle(shuffled)
    assert pairs(shuffled, ACCOUNTS) == pairs(halves, ACCOUNTS)


@given(HALVES)
def test_no_pair_that_could_still_be_made_is_missing(halves: list[Half]) -> None:
    used = {row for couple in pairs(halves, ACCOUNTS) for row in couple}
    free = [one for one in halves if one.id not in used]
    assert pairs(free, ACCOUNTS) == []
