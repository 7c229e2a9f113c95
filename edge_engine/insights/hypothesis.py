"""Hypotheses about a person's life: what it looks like, the payments that say so, and what the person answered."""

from __future__ import annotations

import hashlib
import math
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.money import Money
from edge_engine.insights.finding import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CERTAIN: Final = 0.99
"""No sum of signs is surer than this: only the person knows."""


ONE_AT_A_TIME: Final = frozenset(("child", "investing"))
"""Kinds of which only the likeliest is asked: which day that is, more payments change."""


class Answer(StrEnum):
    """What the person said."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    NOT_TRUE = "not_true"


class NewJob(Message, frozen=True, tag="life_job"):
    """Pay from one payer stopped and from another began."""

    old: str
    new: str
    since: date


class NewHome(Message, frozen=True, tag="life_home"):
    """Another home in the same town."""

    since: date


class NewChild(Message, frozen=True, tag="life_child"):
    """A child was born or joined the household."""

    since: date


class NewTown(Message, frozen=True, tag="life_relocation"):
    """Another town; both are words of the bank's texts."""

    old: str
    new: str
    since: date


class InvestsAlready(Message, frozen=True, tag="invests_already"):
    """Money goes to investments regularly."""

    a_month: Money


class CouldInvest(Message, frozen=True, tag="could_invest"):
    """Money is left each month, and a buffer is there."""

    a_month: Money
    buffer_months: float


AnyQuestion = NewJob | NewHome | NewChild | NewTown | InvestsAlready | CouldInvest


class Evidence(msgspec.Struct, frozen=True):
    """One payment that speaks for, or against, a hypothesis.

    Attributes:
        sign: What it is a sign of, a stable word; :mod:`edge_engine.insights.words` says it.
        posting: Vault id of the transaction.
        day: Booking day.
        amount: Signed.
        merchant: Merchant key.
    """

    sign: str
    posting: int
    day: date
    amount: Money
    merchant: str


class Hypothesis(msgspec.Struct, frozen=True):
    """Something that may be true of the person's life, which only the person knows.

    Attributes:
        id: Stable: a hash of its kind and of what it rests on at its beginning.
        kind: ``job``, ``home``, ``child``, ``relocation`` or ``investing``.
        as_of: The day it was found for.
        since: When it is thought to have happened or begun.
        confidence: 0 to 1.
        signs: Everything that counted, strongest first, also what has no single payment; stable words.
        evidence: The payments behind the signs, in that order.
        message: The question, without a language.
        purposes: Every purpose that it took.
        answer: What the person said; ``not_true`` is for ever and never shown again.
    """

    id: str
    kind: str
    as_of: date
    since: date
    confidence: float
    signs: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    message: AnyQuestion
    purposes: tuple[str, ...]
    answer: Answer = Answer.OPEN


class Said(msgspec.Struct, frozen=True):
    """An answer as the store has it.

    Attributes:
        id: Of the hypothesis.
        kind: Of the hypothesis.
        day: Ordinal of its ``since``.
        answer: What was said.
        said: Ordinal of the day it was said.
    """

    id: str
    kind: str
    day: int
    answer: Answer
    said: int = 0


class Sign(msgspec.Struct, frozen=True):
    """Something seen that makes a hypothesis more or less likely.

    Attributes:
        name: Stable word.
        weight: Natural log-odds that it adds.
        rows: Indices of its postings, most telling first.
    """

    name: str
    weight: float
    rows: tuple[int, ...] = ()


def confidence(bias: float, signs: Iterable[Sign]) -> float:
    """Return how likely a hypothesis is: the logistic function of the summed weights."""
    total = bias + sum(one.weight for one in signs)
    return round(min(CERTAIN, 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))), 3)


def identify(kind: str, *root: object) -> str:
    """Return 16 hexadecimal digits of BLAKE2b over a kind and what it rests on."""
    text = "\x1f".join((kind, *map(str, root)))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def unanswered(found: Sequence[Hypothesis], said: Sequence[Said], within_days: float) -> list[Hypothesis]:
    """Return hypotheses with what was said of them; without those that were said not to be true.

    An answer counts for its hypothesis and for any of its kind at about the same time: evidence grows, days are
    guesses, and nobody is asked twice.

    Args:
        found: The hypotheses.
        said: What was answered.
        within_days: How far apart the days of two changes may be for them to be one.
    """
    kept = []
    for one in found:
        same = [a for a in said if a.kind == one.kind]
        if any(a.answer is Answer.NOT_TRUE and _refuses(a, one, within_days) for a in same):
            continue
        known = any(
            a.answer is Answer.CONFIRMED and (a.id == one.id or _about(a, one, within_days)) for a in same
        )
        kept.append(msgspec.structs.replace(one, answer=Answer.CONFIRMED if known else Answer.OPEN))
    return kept


def _about(said: Said, one: Hypothesis, within_days: float) -> bool:
    return abs(said.day - one.since.toordinal()) <= within_days


def _refuses(said: Said, one: Hypothesis, within_days: float) -> bool:
    """Return whether a refusal holds for a hypothesis of its kind.

    Where one question at a time is asked of a kind, its day wanders with the evidence: what was known when it was
    refused speaks for it never again, and it must begin well after that. The payments themselves are not kept for it.
    """
    if _about(said, one, within_days):
        return True
    if one.kind not in ONE_AT_A_TIME:
        return False
    begins = one.since.toordinal() > max(said.day, said.said) + within_days
    return not (begins and all(evidence.day.toordinal() > said.said for evidence in one.evidence))
