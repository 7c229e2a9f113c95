"""When two lines are one transaction: the same in two feeds, or pending and then booked.

Everything here is pure. A `Line` is what can be compared, whether the store has it or a feed tells it. The rules
say what a person who reads both statements would say:

- A bank's own identifier decides, where both sides carry one of the same feed.
- A pending line that its bank no longer lists became the booked line of the same amount and similar text, up to a
  week later; or of a slightly different amount (a tip, an exchange rate) at the same merchant.
- Two feeds tell the same lines of an account, so equal amounts on one day are matched one to one; text only
  breaks ties, because no two feeds word it alike. Different days are matched only where both feeds tell both days.
"""

from __future__ import annotations

import functools
import re
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

Span = tuple[int, int]
"""First and last day, both included, as ordinals."""

SETTLES_WITHIN: Final = 7
"""Days after which a pending line is no longer matched by amount and text."""

IDENTIFIED_WITHIN: Final = 31
"""Days after which a reused identifier is another transaction's: the longest hold on a card is a month."""

BOOKED_APART: Final = 4
"""Days between the dates that two feeds give one transaction, a long weekend at most."""

FINAL_AMOUNT: Final = (97, 130)
"""Percent of an announced card payment that its booking may come to: exchange rate below, tip above."""

_TOKEN: Final = re.compile(r"[^\W_]+")

GENERIC: Final = frozenset(
    _TOKEN.findall(
        """
    account achat acct acquisto acq amount auth authorisation authorization authorized bacs bancaria bank banka
    banking banktransfer bankgiro bargeld betaling bgc bill bpay buchung card cards carte cash charge chaps checkcard
    chip clearing co compra con contactless credit cred credito crd date datum debit debito debitcard dd deb dep
    deposit des die direct dos ebanking ec effectue eft einzug electronic en epayment eur euro faster fpi fpo für
    for from fuer fund funds gbp gegen giro girocard gutschrift het hold id ideal in incoming indn inst instant
    internet int intl karte kartenzahlung karta kartą kauf kaufumsatz kredit lastschrift le lt mandate mobile
    misc nachricht nfc no not nr number of on online op ordine ordre outgoing own paid pagamento pago paiement par
    pay payment payments pending pin platba płatność por pos posted prelevement prélèvement pre process processing
    przelew przez purchase purchases pymt ref reference referenz recur recurring received retrait sale sent sepa
    service so sollbuchung standing store ssl sumup tarjeta terminal the thank tfr to trans transaction transactie
    transazione transfer transferencia txn ueberweisung umsatz us usd uk vers via virement visa vom von vpay value
    web wire withdrawal with xfer your you zahlung zahlungseingang zelle überweisung mastercard maestro amex mc
    """
    )
)
"""Words that banks put around every payment and that name nobody."""

_CUT_OFF: Final = 3
"""Letters that a name has at least to be recognised by them."""

_COMPACT: Final = 7
"""Letters by which two names are the same."""


class Line(NamedTuple):
    """What can be compared of one line of one account.

    Attributes:
        day: Booking day as ordinal.
        value_day: Value day, None where the feed gives none.
        amount: Signed minor units.
        currency: ISO 4217 code.
        status: A `Status`.
        feed: Which feed told it; identifiers mean something within one feed only.
        external_id: The bank's identifier; empty where it gives none.
        pending_id: ``external_id`` of the pending line that it replaces; empty where unknown.
        merchant: Merchant key.
        text: Description and counterparty.
    """

    day: int
    value_day: int | None
    amount: int
    currency: str
    status: int
    feed: int
    external_id: str
    pending_id: str
    merchant: str
    text: str


@functools.lru_cache(maxsize=8192)
def words(text: str) -> frozenset[str]:
    """Return the words of a bank's text that name somebody: no numbers, no references, no banking terms."""
    return frozenset(
        token
        for token in _TOKEN.findall(text.casefold())
        if len(token) > 1 and token.isalpha() and token not in GENERIC
    )


def similar(first: Line, second: Line) -> bool:
    """Say whether two texts may name the same other side; a text that names nobody is similar to none."""
    if same_merchant(first, second):
        return True
    here, there = words(first.text), words(second.text)
    # More than half: two shops in one town share the town's name.
    return 2 * len(here & there) > min(len(here), len(there)) > 0


def same_merchant(first: Line, second: Line) -> bool:
    """Say whether two lines name one merchant first, even cut off or run together (``TESCO STOR``, ``TESCOSTORES``)."""
    if first.merchant == second.merchant and words(first.merchant):
        return True
    shorter, longer = sorted((_name(first.text), _name(second.text)), key=len)
    return len(shorter) >= _CUT_OFF and longer.startswith(shorter[:_COMPACT])


@functools.lru_cache(maxsize=8192)
def _name(text: str) -> str:
    """Return the words that name somebody, in their order and run together."""
    known = words(text)
    return "".join(token for token in _TOKEN.findall(text.casefold()) if token in known)


def silent(line: Line) -> bool:
    """Say whether a line's text names nobody, as ``CARD PAYMENT PENDING`` does."""
    return not words(line.text)


def plausible(before: Line, after: Line) -> bool:
    """Say whether two lines under one identifier may be one: banks have been seen to give it to many."""
    return (before.amount, before.currency) == (after.amount, after.currency) or similar(before, after)


class Sign(Enum):
    """By what a pending line and a booked one are recognised, the surest first."""

    IDENTIFIER = 0
    AMOUNT = 1
    FINAL_AMOUNT = 2


def settled(pending: Sequence[Line], booked: Sequence[Line], sign: Sign) -> list[tuple[int, int]]:
    """Return which pending lines became which booked ones, as index pairs; each line is used once.

    The caller leaves out pending lines that the same statement still lists.

    Args:
        pending: Lines of the store.
        booked: Lines that a statement tells.
        sign: What to go by.
    """
    if not pending:
        return []
    first = min(line.day for line in pending) - IDENTIFIED_WITHIN
    last = max(line.day for line in pending) + IDENTIFIED_WITHIN
    near = [(j, line) for j, line in enumerate(booked) if first <= line.day <= last]
    edges = []
    for i, before in enumerate(pending):
        for j, after in near:
            rank = _settles(before, after, sign)
            if rank is not None:
                gap = after.day - before.day
                edges.append(((rank, gap < 0, abs(gap)), i, j))
    return one_to_one(edges)


def _settles(before: Line, after: Line, sign: Sign) -> int | None:
    """Return how well ``after`` fits as the booking of ``before``, 0 best, None where it does not."""
    gap = after.day - before.day
    one_namespace = before.external_id != "" and before.feed == after.feed
    if sign is Sign.IDENTIFIER:
        if not one_namespace or abs(gap) > IDENTIFIED_WITHIN:
            return None
        if after.pending_id == before.external_id:
            return 0
        return 1 if after.external_id == before.external_id and plausible(before, after) else None
    # INVARIANT: a booking that names another pending line settles no line but that.
    if (one_namespace and after.pending_id) or not -1 <= gap <= SETTLES_WITHIN:
        return None
    if before.currency != after.currency:
        return None
    if sign is Sign.AMOUNT:
        if before.amount != after.amount:
            return None
        return 0 if similar(before, after) else 1 if silent(before) or silent(after) else None
    low, high = FINAL_AMOUNT
    within = before.amount * low >= after.amount * 100 >= before.amount * high
    return 0 if before.amount < 0 and within and gap >= 0 and same_merchant(before, after) else None


def already_booked(
    pending: Sequence[Line], booked: Sequence[Line], newest: int, feed: int
) -> list[tuple[int, int]]:
    """Return which pending lines of an older statement the store already has as booked, as index pairs.

    Args:
        pending: Lines that the statement lists as pending and the store has not.
        booked: Lines that the store has and this statement does not list.
        newest: The statement's newest day. What the same feed booked before that day was known to its bank when
            it wrote the statement, so a pending line beside it is another one.
        feed: The statement's feed.
    """
    edges = []
    for i, before in enumerate(pending):
        for j, after in enumerate(booked):
            fitting = next((sign for sign in Sign if _settles(before, after, sign) is not None), None)
            if fitting is None:
                continue
            later = after.day >= before.day and (after.feed != feed or after.day >= newest)
            if fitting is Sign.IDENTIFIER or (later and (fitting is Sign.AMOUNT or after.feed == feed)):
                edges.append(((fitting.value, False, abs(after.day - before.day)), i, j))
    return one_to_one(edges)


class Fit(IntEnum):
    """How well lines of equal amount in two feeds agree, the best first."""

    IDENTIFIER = 0
    DAY_AND_TEXT = 1
    DAY = 2
    DAYS_APART_AND_TEXT = 3
    DAYS_APART = 4


def same_in_both(
    stored: Sequence[Line],
    told: Sequence[Line],
    told_span: Span,
    stored_spans: Mapping[int, Span],
    fits: Collection[Fit] = tuple(Fit),
) -> list[tuple[int, int]]:
    """Return which stored lines of other feeds are which told ones, as index pairs; each line is used once.

    Args:
        stored: Lines of the account that other feeds told and this one has not told yet.
        told: Lines of this feed that the store has not.
        told_span: Days that this feed has told of the account.
        stored_spans: Days that each other feed has told of it.
        fits: What is good enough.
    """
    by_money: dict[tuple[int, str], list[int]] = {}
    for j, line in enumerate(told):
        by_money.setdefault((line.amount, line.currency), []).append(j)
    edges = []
    for i, here in enumerate(stored):
        for j in by_money.get((here.amount, here.currency), ()):
            there = told[j]
            fit = _fit(here, there, told_span, stored_spans.get(here.feed, told_span))
            if fit is not None and fit in fits:
                edges.append(((fit.value, False, abs(here.day - there.day)), i, j))
    return one_to_one(edges)


def _fit(here: Line, there: Line, told_span: Span, stored_span: Span) -> Fit | None:
    """Return how well two lines of equal amount fit as one, None where they do not."""
    alike = similar(here, there)
    same_day = bool(_days(here) & _days(there))
    if here.feed == there.feed:
        # One format with and without identifiers: two of a bank's layouts, or one that has them for some rows.
        one_layout = bool(here.external_id) == bool(there.external_id)
        return Fit.DAY_AND_TEXT if alike and same_day and not one_layout else None
    gap = abs(here.day - there.day)
    if here.external_id and here.external_id == there.external_id and gap <= BOOKED_APART:
        return Fit.IDENTIFIER
    if same_day:
        return Fit.DAY_AND_TEXT if alike else Fit.DAY
    both_told = told_span[0] <= here.day <= told_span[1] and stored_span[0] <= there.day <= stored_span[1]
    if not both_told or gap > BOOKED_APART:
        return None
    return Fit.DAYS_APART_AND_TEXT if alike else Fit.DAYS_APART if gap == 1 else None


def _days(line: Line) -> frozenset[int]:
    return frozenset((line.day, line.day if line.value_day is None else line.value_day))


def one_to_one(edges: Iterable[tuple[tuple[int, bool, int], int, int]]) -> list[tuple[int, int]]:
    """Choose pairs in order of rank so that no line is used twice; equal ranks go to the earlier lines."""
    left: set[int] = set()
    right: set[int] = set()
    chosen = []
    for _, i, j in sorted(edges):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            chosen.append((i, j))
    return chosen


_PLAIN_KEY: Final = re.compile(r"[^0-9A-Z]")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[0-9A-Z]{11,30}")
_LEAST_DIGITS: Final = 6
_LEAST_ALONE: Final = 7
_LEAST_JOINED: Final = 11


def same_account(first: str, second: str) -> bool:
    """Say whether two account keys name one account: as written, or one as IBAN and one as bank and number.

    Source: ISO 13616 (the national account number stands inside the IBAN, with leading zeros, and in some
    countries two check digits after it).
    """
    bank_1, number_1 = _parts(first)
    bank_2, number_2 = _parts(second)
    if not number_1 or not number_2:
        return False
    if (bank_1, number_1) == (bank_2, number_2):
        return True
    iban_1, iban_2 = bool(_IBAN.fullmatch(number_1)), bool(_IBAN.fullmatch(number_2))
    if iban_1 and iban_2:
        return False
    if iban_1:
        return _inside(number_1[4:], bank_2, number_2)
    if iban_2:
        return _inside(number_2[4:], bank_1, number_1)
    if bank_1 and bank_2:
        return False
    if (bank_1 or bank_2) and _digits(first) == _digits(second) and len(_digits(first)) >= _LEAST_JOINED:
        # Some feeds write bank and number apart and others as one.
        return True
    return number_1 == number_2 and len(number_1) >= _LEAST_ALONE and number_1.isdigit()


def _parts(key: str) -> tuple[str, str]:
    """Split a key into bank and number, both in capitals without separators; the bank may be empty."""
    bank, _, number = key.upper().rpartition("/")
    bank, number = _PLAIN_KEY.sub("", bank), _PLAIN_KEY.sub("", number)
    return ("", number) if _IBAN.fullmatch(number) else (bank, number.lstrip("0"))


def _digits(key: str) -> str:
    """Return bank and number as one run of digits, empty where there is anything else in them."""
    joined = _PLAIN_KEY.sub("", key.upper())
    return joined if joined.isdigit() else ""


def _inside(national: str, bank: str, number: str) -> bool:
    if len(number) < (_LEAST_DIGITS if bank else _LEAST_ALONE) or not number.isdigit():
        return False
    start = national.find(bank) + len(bank) if bank else 0
    if start < len(bank):
        return False
    rest = national[start:]
    return any(rest[: len(rest) - check].endswith(number) for check in (0, 2))
