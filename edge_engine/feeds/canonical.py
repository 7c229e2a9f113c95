"""Records to canonical transactions: the merchant behind a description, and an identity that survives downloads."""

from __future__ import annotations

import functools
import re
import unicodedata
from array import array
from typing import TYPE_CHECKING, Final

from edge_engine.domain.merchant_words import (
    BEFORE,
    CITIES,
    DOMAINS,
    FIRST_BEFORE,
    GENERIC,
    LAST_OF_CITY,
    LEGAL,
    LONGEST_BEFORE,
    LONGEST_CITY,
    MAY_BE_NAMES,
    PERIODIC,
    PROCESSORS,
    REGIONS,
    TRAILING,
)
from edge_engine.domain.trade_words import LINKS, PLACED
from edge_engine.domain.transaction import Transaction, fingerprint
from edge_engine.feeds.month_names import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edge_engine.domain.transaction import Record

MAX_KEY: Final = 48
"""Longest merchant key, in characters."""
MAX_WORDS: Final = 5
MAX_LOOKED_AT: Final = 160

LIVE: Final = 50_000
"""Identities of transactions kept as they are; days beyond that are packed to eight bytes an identity."""

_TOKEN: Final = re.compile(r"[^\W_]+(?:(?:[.&+/]|-(?=[^\W\d_]))[^\W_]+)*")
_FIRST_MARK: Final = "\u0900"
_MARKED_SCRIPTS: Final = (
    range(0x0900, 0x1AB0),
    range(0x1B00, 0x1DC0),
    range(0x302A, 0x3030),
    range(0x3099, 0x309B),
    range(0xA800, 0xAC00),
    range(0x10A00, 0x12000),
)
"""Scripts of India and South-East Asia, and kana: their vowel signs and voicing are letters to their readers, though
Unicode calls them marks. What it calls marks before them, and elsewhere, are accents."""

_LEAST_LETTERS: Final = 3
_FIRST_OF_LONGER_WORDS: Final = "\u0590"
"""Scripts before it (Latin, Greek, Cyrillic, Armenian) write a letter for each sound, so that names are longer."""

_CREDIT_CARD: Final = ["credit", "card"]
_STAR: Final = re.compile(r"^([a-z_.]{2,12}?)\s?\*\s?(.+)$")
_DIGIT: Final = re.compile(r"\d")
_LONG_NUMBER: Final = re.compile(r"\d{3,}")
_NAME_WITH_NUMBER: Final = re.compile(r"(?:\d{1,2}|[a-z]{1,8}\d{1,2}|\d{1,2}[-&]?[a-z]{1,10}|\d&\d)$")
_HYPHEN: Final = re.compile(r"(?<=[^\W\d_]{3})-(?=[^\W\d_]{3})")
_CARD_MACHINE: Final = re.compile(r"\bnr: ?\w+")
_QUOTES: Final = str.maketrans("", "", "'\u2019\u2018`\u00b4")


@functools.lru_cache(maxsize=8_192)
def merchant_key(description: str, counterparty: str = "") -> str:
    """Return a key that is the same for every payment to one merchant or person.

    Processor prefixes, bank wording, store numbers, dates, card tails, references, cities and countries are left
    out, and case and accents: ``SQ *BLUE BOTTLE COFFEE 415 CA`` gives ``blue bottle coffee``. A city stays where
    nothing but words of a trade or an office are before it: ``HOTEL PARIS`` and ``HOTEL LONDON`` are two.

    Args:
        description: Text as the bank wrote it.
        counterparty: Name of the other side; empty where unknown. It counts before the description.

    Returns:
        At most ``MAX_KEY`` characters; empty only where both texts hold no letter or digit.
    """
    # Long numbers never name a merchant: without them, most payments to one merchant read the same.
    return _merchant(_LONG_NUMBER.sub("000", description), _LONG_NUMBER.sub("000", counterparty))


@functools.lru_cache(maxsize=16_384)
def _merchant(description: str, counterparty: str) -> str:
    if counterparty:
        key = _key(counterparty)
        if key and not all(word in GENERIC for word in key.split()):
            return key
    return _key(description) or _plain(description) or _plain(counterparty)


def _plain(text: str) -> str:
    return " ".join(_tokens(_fold(text))[:MAX_WORDS])[:MAX_KEY].rstrip()


def _fold(text: str) -> str:
    text = text[:MAX_LOOKED_AT].casefold().translate(_QUOTES)
    if text.isascii():
        return text
    text = text.replace("ł", "l").replace("ø", "o")
    return "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c) or c in _marks()
    )


@functools.cache
def _marks() -> frozenset[str]:
    return frozenset(
        chr(code)
        for script in _MARKED_SCRIPTS
        for code in script
        if unicodedata.category(chr(code)).startswith("M")
    )


@functools.cache
def _marked() -> re.Pattern[str]:
    """Return `_TOKEN` where marks are letters too; made when the first such text comes."""
    letter = f"(?:[^\\W_]|[{''.join(sorted(_marks()))}])"
    return re.compile(rf"{letter}+(?:(?:[.&+/]|-(?=[^\W\d_])){letter}+)*")


def _tokens(text: str) -> list[str]:
    """Return the words of a folded text."""
    found: list[str] = (_TOKEN if text.isascii() or max(text) < _FIRST_MARK else _marked()).findall(text)
    return found


def _key(text: str) -> str:
    text = _fold(text)
    if "*" in text:
        text = _unstar(text)
    if "nr:" in text:
        text = _CARD_MACHINE.sub(" ", text)
    if "-" in text:
        text = _HYPHEN.sub(" ", text)
    tokens = _tokens(text)
    if not _MONTHS.isdisjoint(tokens):
        tokens = _without_months(tokens)
    words = _name(tokens, _start(tokens))
    _cut_tail(words)
    return " ".join(words[:MAX_WORDS])[:MAX_KEY].rstrip()


_MONTHS: Final = frozenset(map(_fold, MONTHS))
_YEAR: Final = re.compile(r"\d{2,3}")  # long numbers are three zeros by now


def _without_months(tokens: Sequence[str]) -> list[str]:
    """Leave out months and the years beside them: *rent june 2026* and *rent july 2026* go to one landlord.

    What may be a name is a month only beside a number or a word such as *rent*. Not everything is left out.
    """
    dropped: set[int] = set()
    for at, token in enumerate(tokens):
        if token not in _MONTHS:
            continue
        beside = [near for near in (at - 1, at + 1) if 0 <= near < len(tokens)]
        years = [near for near in beside if _YEAR.fullmatch(tokens[near])]
        told = years or any(tokens[near] in PERIODIC for near in beside)
        if told or (at and token not in MAY_BE_NAMES):
            dropped.update((at, *years))
    kept = [token for at, token in enumerate(tokens) if at not in dropped]
    return kept or list(tokens)


def _unstar(text: str) -> str:
    """Put the merchant of ``SQ *NAME`` first; of ``NAME*reference`` keep the name."""
    match = _STAR.match(text)
    if match is None:
        return text
    if match[1].strip() in PROCESSORS or (
        match[1] == "google" and match[2].startswith(("youtube", "google"))
    ):
        return match[2]
    return f"{match[1]} {match[2]}"


def _start(tokens: Sequence[str]) -> int:
    """Return where the name begins: behind the bank's own words for the kind of payment."""
    at, last = 0, len(tokens)
    while at < last and tokens[at] in FIRST_BEFORE:
        for length in range(min(LONGEST_BEFORE, last - at), 0, -1):
            if tuple(tokens[at : at + length]) in BEFORE:
                at += length
                break
        else:
            break
    return at if at < last else 0


def _name(tokens: Sequence[str], start: int) -> list[str]:
    words: list[str] = []
    for at in range(start, len(tokens)):
        token = tokens[at]
        if not token.isalpha():
            if _DIGIT.search(token):
                if not words and _NAME_WITH_NUMBER.match(token) and at + 1 < len(tokens):
                    words.append(token)
                elif len(words) > 1 or (words and len(token) > 2 and not _DIGIT.search(words[0])):
                    break
                continue
            if "." in token:
                token = _domain(token)
        if token not in words and (token not in LEGAL or not words):
            words.append(token)
    return words


def _domain(token: str) -> str:
    """Return the name in ``www.name.co.uk/path``; of an abbreviation such as ``s.a.r.l`` the letters."""
    parts = token.partition("/")[0].split(".")
    known = len(parts)
    while len(parts) > 1 and parts[-1] in DOMAINS:
        parts.pop()
    return "".join(parts) if len(parts) == known else parts[-1]


def _is_cut_off(word: str) -> bool:
    """Return whether a last word is too short to be one; no word is where a letter is a syllable or a word."""
    return len(word) < _LEAST_LETTERS and word[0] < _FIRST_OF_LONGER_WORDS


def _cut_tail(words: list[str]) -> None:
    """Take countries, states, cities and words that say nothing off the end, but never the whole name."""
    while len(words) > 1:
        # Two letters behind two words are a region, or what is left of a word that a feed cut off.
        if words[-2:] == _CREDIT_CARD:
            return
        if words[-1] in REGIONS or words[-1] in TRAILING or (len(words) > 2 and _is_cut_off(words[-1])):
            words.pop()
            continue
        if words[-1] not in LAST_OF_CITY:
            return
        for length in range(min(LONGEST_CITY, len(words) - 1), 0, -1):
            if tuple(words[-length:]) in CITIES:
                if _wants_a_place(words[:-length]):
                    return
                del words[-length:]
                break
        else:
            return


def _wants_a_place(words: Sequence[str]) -> bool:
    """Return whether words tell a trade or an office and nobody's name: the place behind them tells which one."""
    telling = [word for word in words if word not in LINKS]
    return bool(telling) and PLACED.issuperset(telling)


def canonicalize(records: Iterable[Record]) -> Iterator[Transaction]:
    """Make records canonical, one at a time and in their order.

    Args:
        records: The records of one source. Equal ones among them are counted, so that two equal coffees on one
            day stay two, and the same file read again gives the same fingerprints.

    Yields:
        One transaction for each record.
    """
    count = _Occurrences().count
    for record in records:
        amount = record.amount
        identity = record.external_id or record.description.casefold()
        occurrence = count(
            record.booked.toordinal(), hash((record.account, amount.minor, amount.currency, identity))
        )
        yield Transaction(
            record, merchant_key(record.description, record.counterparty), fingerprint(record, occurrence)
        )


class _Occurrences:
    """Counts how often an identity has been seen on a day, in memory that a long file does not grow.

    Files run day by day, so only the last days need their counts at hand. Older days are packed into arrays, and
    taken up again in the rare file that returns to them; a file that does so is no longer packed.
    """

    def __init__(self) -> None:
        self._days: dict[int, dict[int, int]] = {}
        self._packed: dict[int, array[int]] = {}
        self._live = 0
        self._day = -1
        self._counts: dict[int, int] = {}
        self._packs = True

    def count(self, day: int, identity: int) -> int:
        """Return how many times ``identity`` was counted on ``day`` before, and count it."""
        if day != self._day:
            self._turn(day)
        counts = self._counts
        seen = counts.get(identity, 0)
        counts[identity] = seen + 1
        return seen

    def _turn(self, day: int) -> None:
        self._live += len(self._counts) if self._day not in self._days else 0
        if self._day >= 0:
            self._days[self._day] = self._counts
        if self._packs and self._live > LIVE:
            self._pack()
        found = self._days.pop(day, None)
        if found is not None:
            self._live -= len(found)
        elif day in self._packed:
            self._packs = False
            found = {}
            for identity in self._packed.pop(day):
                found[identity] = found.get(identity, 0) + 1
        self._day, self._counts = day, found if found is not None else {}

    def _pack(self) -> None:
        for day, counts in self._days.items():
            self._packed[day] = array("q", (identity for identity, n in counts.items() for _ in range(n)))
        self._days.clear()
        self._live = 0
