"""Which two transactions are halves of one movement between the person's own accounts.

Equal and opposite amounts within a few days are not enough: a friend pays back twenty on one account while a shop takes
twenty from another. Each half gives evidence: the other account's number, its name or bank in the text, words for
moving money, or nothing but banking terms. A half that names a third party speaks against the pair.

Everything here is pure.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.domain.matching import Line, same_account, similar, words
from edge_engine.domain.transaction import AccountKind, Channel, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edge_engine.domain.transaction import Account

APART: Final = 4
"""Days between the halves, a long weekend at most."""

_ALIKE_WITHIN: Final = 2
"""Days within which equal texts count; a refund to another account takes longer."""

_ENOUGH: Final = 2
_PROVEN: Final = 100

_WORDS: Final = re.compile(
    r"transfer|trf|xfer|tfr|überweisung|ueberweisung|virement|bonifico|giroconto|girofondo|transferencia|traspaso"
    r"|przelew|overboeking|overschrijving|överföring|overforing|siirto|standing order|dauerauftrag|faster payment"
    r"|payment|zahlung|paiement|pagamento|pago|betaling|sepa|einzahlung|deposit|withdrawal",
    re.IGNORECASE,
)
_OWN: Final = re.compile(
    r"umbuchung|übertrag|uebertrag|eigenübertrag|own account|between accounts|internal transfer|account transfer"
    r"|virement interne|compte [aà] compte|giroconto|girofondo|traspaso|eigen rekening|własn|top.?up",
    re.IGNORECASE,
)
_SAVING: Final = re.compile(
    r"saving|saver|spar|tagesgeld|festgeld|épargne|epargne|livret|ahorro|risparmi|poupan|oszcz|oranje|\bisa\b|\bpots?\b",
    re.IGNORECASE,
)
_CARD: Final = re.compile(
    r"credit ?card|creditcard|kreditkarte|carte de cr[ée]dit|tarjeta de cr[ée]dito|carta di credito|card ?(re)?payment"
    r"|visa|master ?card|amex|american express",
    re.IGNORECASE,
)
_CARD_PAID: Final = re.compile(
    r"payment|thank ?you|thanks|auto ?pay|zahlung|lastschrift|ausgleich|abrechnung|paiement|merci|pago|gracias"
    r"|pagamento|direct debit|received|incasso|betaling",
    re.IGNORECASE,
)

_GIVEN_BACK: Final = re.compile(
    r"storno|revers(al|ed)|refund|charge ?back|returned|rückbuchung|ruckbuchung|rücklastschrift|ruecklastschrift"
    r"|erstattung|gutschrift retoure|remboursement|reembolso|rimborso|devoluci|terugbetaling|teruggave|zwrot|återbetal",
    re.IGNORECASE,
)

# Source: ISO 18245: financial institutions (cash, merchandise), wire transfers, quasi-cash, stored value, payments.
_MONEY_CODES: Final = frozenset(
    (4829, 6010, 6011, 6012, 6050, 6051, 6211, 6532, 6533, 6534, 6536, 6537, 6538, 6540)
)

_NEVER: Final = frozenset((Channel.SALARY, Channel.FEE, Channel.INTEREST))
_SAVED: Final = frozenset((AccountKind.SAVINGS, AccountKind.INVESTMENT))
_OWED: Final = frozenset((AccountKind.CARD, AccountKind.LOAN))


class Half(NamedTuple):
    """A transaction that may be half of a transfer.

    Attributes:
        id: The store's identifier.
        account: The store's identifier of its account.
        day: Booking day as ordinal.
        amount: Signed minor units.
        merchant: Merchant key.
        description: As the bank wrote it.
        counterparty: Name of the other side; may be empty.
        counterparty_account: Number of the other side; may be empty.
        mcc: ISO 18245 code, 0 where unknown.
        channel: A `Channel`.
    """

    id: int
    account: int
    day: int
    amount: int
    merchant: str
    description: str
    counterparty: str
    counterparty_account: str
    mcc: int
    channel: str

    @property
    def text(self) -> str:
        """Everything that the bank wrote."""
        return f"{self.description} {self.counterparty}"


def pairs(halves: Sequence[Half], accounts: Mapping[int, Account]) -> list[tuple[int, int]]:
    """Pair what left one account with what arrived on another.

    The best proven pairs are chosen first. Among equally proven ones, as many as possible are paired (three accounts
    with equal amounts on one day are a chain, not one pair and two strays), and the closest days first.

    Args:
        halves: Transactions of one currency.
        accounts: The person's accounts by the store's identifier.

    Returns:
        (id of what left, id of what arrived), each id at most once.
    """
    tiers: dict[int, list[tuple[bool, int, int, int]]] = {}
    for left, arrived in _opposites(halves):
        score = evidence(left, arrived, accounts)
        if score >= _ENOUGH:
            gap = arrived.day - left.day
            tiers.setdefault(score, []).append((gap < 0, abs(gap), left.id, arrived.id))
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for score in sorted(tiers, reverse=True):
        free: dict[int, list[int]] = {}
        for _, _, left_id, arrived_id in sorted(tiers[score]):
            if left_id not in chosen and arrived_id not in taken:
                free.setdefault(left_id, []).append(arrived_id)
        matched = _as_many_as_possible(free)
        chosen.update(matched)
        taken.update(matched.values())
    return sorted(chosen.items())


def _opposites(halves: Sequence[Half]) -> Iterator[tuple[Half, Half]]:
    """Yield what left and what arrived: equal amounts, different accounts, a few days apart."""
    arrivals: dict[int, list[Half]] = {}
    for half in halves:
        if half.amount > 0 and half.channel not in _NEVER:
            arrivals.setdefault(half.amount, []).append(half)
    for known in arrivals.values():
        known.sort(key=_day)
    for left in halves:
        if left.amount >= 0 or left.channel in _NEVER:
            continue
        known = arrivals.get(-left.amount, [])
        for arrived in known[bisect_left(known, left.day - APART, key=_day) :]:
            if arrived.day > left.day + APART:
                break
            if arrived.account != left.account:
                yield left, arrived


def _day(half: Half) -> int:
    return half.day


def _as_many_as_possible(free: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Match each left with one of its candidates, as many as possible, preferring earlier candidates.

    Source: H. W. Kuhn, The Hungarian method for the assignment problem, 1955 (augmenting paths), kept iterative.
    """
    owner: dict[int, int] = {}
    owned: dict[int, int] = {}
    for start in free:
        came_from: dict[int, int] = {}
        queue = deque((start,))
        end: int | None = None
        while queue and end is None:
            left = queue.popleft()
            for arrived in free[left]:
                if arrived in came_from:
                    continue
                came_from[arrived] = left
                if arrived not in owner:
                    end = arrived
                    break
                queue.append(owner[arrived])
        while end is not None:
            left = came_from[end]
            before = owned.get(left)
            owner[end], owned[left] = left, end
            end = before
    return owned


def evidence(left: Half, arrived: Half, accounts: Mapping[int, Account]) -> int:
    """Return how much speaks for one movement; ``pairs`` asks for 2, and 100 is proof.

    Args:
        left: What left its account.
        arrived: What arrived on another, the same amount.
        accounts: The person's accounts by the store's identifier.
    """
    source, target = accounts[left.account], accounts[arrived.account]
    named = [
        _names(half.counterparty_account, other)
        for half, other in ((left, target), (arrived, source))
        if half.counterparty_account
    ]
    if any(named):
        return _PROVEN
    if named and not all(_vague(half.counterparty_account) for half in (left, arrived)):
        # The bank says whose account it was, and it is not this one.
        return 0
    if _GIVEN_BACK.search(left.text) or _GIVEN_BACK.search(arrived.text):
        return 0
    score = _side(left, source, target) + _side(arrived, target, source)
    if abs(arrived.day - left.day) <= _ALIKE_WITHIN and not (_bought(left) or _bought(arrived)):
        score += 2 * similar(_line(left), _line(arrived))
    return score


def _names(number: str, account: Account) -> bool:
    return number == account.key or same_account(number, account.key)


def _vague(number: str) -> bool:
    """Say whether a number is masked or too short to tell accounts apart; an absent one is."""
    return sum(character.isdigit() for character in number) < 6


def _bought(half: Half) -> bool:
    return half.channel == Channel.CARD or (half.mcc != 0 and half.mcc not in _MONEY_CODES)


def _side(half: Half, mine: Account, other: Account) -> int:
    """Return what one half says: 2 it names the other account, 1 it names nobody, 0 it names a third party."""
    text = half.text
    if _mentions(text, mine, other):
        return 2
    if _bought(half):
        return 0
    arrives_at_debt = half.amount > 0 and mine.kind in _OWED
    if arrives_at_debt and _CARD_PAID.search(text):
        return 2
    if _OWN.search(text):
        return 2
    if half.channel == Channel.CASH:
        return 2 if AccountKind.CASH in (mine.kind, other.kind) else 0
    if half.channel == Channel.DIRECT_DEBIT:
        return 1 if other.kind in _OWED | _SAVED else 0
    if half.channel in (Channel.TRANSFER, Channel.STANDING_ORDER) or _WORDS.search(text):
        return 1
    return 0 if words(text) else 1


def _mentions(text: str, mine: Account, other: Account) -> bool:
    """Say whether a text names the other account: its kind, its name or bank, or the end of its number."""
    if other.kind in _SAVED and _SAVING.search(text):
        return True
    if other.kind in _OWED and _CARD.search(text):
        return True
    tail = _tail(other.key)
    if tail and tail != _tail(mine.key) and re.search(rf"(?<!\d)\d*{tail}(?!\d)", text):
        return True
    theirs = _naming(other.name, other.institution) - _naming(mine.name, mine.institution)
    return bool(theirs & words(text))


@functools.lru_cache(maxsize=256)
def _tail(key: str) -> str:
    digits = re.sub(r"\D", "", key)
    return digits[-4:] if len(digits) >= 4 else ""


@functools.lru_cache(maxsize=256)
def _naming(name: str, institution: str) -> frozenset[str]:
    """Return words of an account's name and bank that are long enough to be no accident."""
    return frozenset(word for word in words(f"{name} {institution}") - _EVERYWHERE if len(word) > 3)


_EVERYWHERE: Final = frozenset(
    (
        "current",
        "checking",
        "konto",
        "girokonto",
        "classic",
        "plus",
        "basic",
        "main",
        "joint",
        "everyday",
        "personal",
    )
)


def _line(half: Half) -> Line:
    return Line(half.day, None, half.amount, "", Status.POSTED, 0, "", "", half.merchant, half.text)
