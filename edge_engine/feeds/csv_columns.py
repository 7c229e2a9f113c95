"""The words of bank CSV files: which heading means what, in which language, and whose file it is.

The words are data, in ``csv_columns.toml`` beside this module.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import CODES, EXPONENTS
from edge_engine.domain.transaction import AccountKind, Channel
from edge_engine.feeds.amounts import SYMBOLS
from edge_engine.feeds.dates import Order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_HEADING: Final = 80
"""Longest heading, in characters, that is looked up."""


class Role(StrEnum):
    """What a column holds."""

    BOOKED = "booked"
    DATE = "date"
    TRANSACTED = "transacted"
    VALUE = "value"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    FEE = "fee"
    DIRECTION = "direction"
    DESCRIPTION = "description"
    PAYEE = "payee"
    PAYER = "payer"
    PAYEE_ACCOUNT = "payee_account"
    BALANCE = "balance"
    CURRENCY = "currency"
    ACCOUNT = "account"
    CATEGORY = "category"
    MCC = "mcc"
    STATUS = "status"
    ID = "id"
    TYPE = "type"
    IGNORE = "ignore"


DAYS: Final = (Role.BOOKED, Role.DATE, Role.TRANSACTED, Role.VALUE)
"""Roles that can tell the day of a row, the most fitting first."""

_ROLES: Final = frozenset(Role)
_LANGUAGE_CURRENCY: Final = {
    "de": "EUR", "nl": "EUR", "fr": "EUR", "it": "EUR", "fi": "EUR", "pl": "PLN", "sv": "SEK", "cs": "CZK",
}  # fmt: skip
"""Currency of most readers of a language, where the file itself names none; left open for the others."""

_CODE_LIST: Final = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR "
    "NGN NOK NZD PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD UYU VND ZAR"
)
_CODES: Final = frozenset(_CODE_LIST.split()) | frozenset(EXPONENTS)
"""Codes that are looked for in headings, where other words of three letters stand too."""

_BRACKETS: Final = re.compile(r"[(\[]\s*([^()\[\]]{1,24}?)\s*[)\]]")
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "đ": "d", "œ": "oe", "\u0131": "i"}
)
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_ON_A_DAY: Final = re.compile(r"(?:as of |as at |on |of |am |vom |per |au |al |op |na dzien )?\d")
_GLUED: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Bank:
    """A file that one bank writes in one way.

    Attributes:
        name: Words for people.
        columns: Normalized headings that all stand in the file.
        only: True where these are all of its columns.
        currency: ISO 4217 code; empty where the file says it or it varies.
        dates: Order of day and month; None where the file gives it away.
        kind: What kind of account it is.
        purchases_positive: True where money that leaves the account is written without a sign.
        wallets: True where each currency of the file is an account of its own.
        swap: Headings whose role differs from the usual.
    """

    name: str
    columns: frozenset[str]
    only: bool = False
    currency: str = ""
    dates: Order | None = None
    kind: AccountKind = AccountKind.OTHER
    purchases_positive: bool = False
    wallets: bool = False
    swap: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything in ``csv_columns.toml``, indexed.

    Attributes:
        languages: Language to heading to its role and its rank among the role's headings, from 0.
        fuzzy: Words that give a heading away, with their role, in order of precedence.
        cells: Words found in cells, by what they say.
        channels: Words that say how the money moved.
        banks: Known files.
    """

    languages: Mapping[str, Mapping[str, tuple[Role, int]]]
    fuzzy: tuple[tuple[Role, frozenset[str]], ...]
    cells: Mapping[str, frozenset[str]]
    channels: Mapping[str, Channel]
    banks: tuple[Bank, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of headings, understood.

    Attributes:
        names: Normalized headings, one a column.
        columns: Role to the columns that have it, the most fitting first.
        currencies: Column to the currency that its heading names.
        language: Language of most headings; empty where none was recognized.
        bank: Whose file it is, where known.
        known: Headings that were recognized word for word.
    """

    names: tuple[str, ...]
    columns: Mapping[Role, tuple[int, ...]]
    currencies: Mapping[int, str]
    language: str
    bank: Bank | None
    known: int

    def first(self, role: Role) -> int | None:
        """Return the best column of ``role``, or None."""
        found = self.columns.get(role)
        return found[0] if found else None

    @property
    def complete(self) -> bool:
        """Whether it names a day and an amount, which a statement cannot be without."""
        day = any(role in self.columns for role in DAYS)
        money = any(role in self.columns for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT))
        return day and money

    @property
    def currency(self) -> str:
        """Currency of most readers of the language; empty where that says nothing."""
        return _LANGUAGE_CURRENCY.get(self.language, "")


def normalize(heading: str) -> str:
    """Return a heading in lower case, without accents, punctuation and a currency in brackets."""
    return _split(heading)[0]


@functools.lru_cache(maxsize=512)
def _split(heading: str) -> tuple[str, str]:
    """Return the normalized heading and the currency that it names."""
    text = heading[:MAX_HEADING]
    currency = ""
    for inside in _BRACKETS.findall(text):
        named = _code(inside)
        if named or inside.strip() in {"$", "kr"}:
            currency = named
            text = text.replace(inside, " ")
    text = _GLUED.sub(" ", text) if not text.isupper() else text
    words = fold(text).split()
    if len(words) > 1 and (named := _code(words[-1].upper())):
        currency, words = named, words[:-1]
        words = words[:-1] if words[-1] in {"in", "en"} and len(words) > 1 else words
    return " ".join(words), currency


def _code(text: str) -> str:
    text = text.strip()
    return SYMBOLS.get(text) or (text if text in _CODES else "")


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents, every run of other characters than letters a space."""
    if not text.isascii():
        text = text.casefold().translate(_LETTERS)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", text.lower()).strip()


@functools.cache
def words() -> Words:
    """Return the words, read from the file once."""
    text = resources.files("edge_engine.feeds").joinpath("csv_columns.toml").read_text(encoding="utf-8")
    tree = tomllib.loads(text)
    languages = {
        language: {
            word: (Role(role), rank) for role, listed in table.items() for rank, word in enumerate(listed)
        }
        for language, table in tree.items()
        if language not in {"fuzzy", "cells", "channels", "bank"}
    }
    return Words(
        languages=languages,
        fuzzy=tuple((Role(role), frozenset(listed)) for role, listed in tree["fuzzy"].items()),
        cells={key: frozenset(listed) for key, listed in tree["cells"].items()},
        channels={word: Channel(name) for name, listed in tree["channels"].items() for word in listed},
        banks=tuple(map(_bank, tree["bank"])),
    )


def _bank(table: Mapping[str, object]) -> Bank:
    columns = table["columns"]
    swap = table.get("swap", {})
    if not isinstance(columns, list) or not isinstance(swap, dict):  # pragma: no cover - held by a test
        raise TypeError("a bank's columns are a list")
    return Bank(
        name=str(table["name"]),
        columns=frozenset(map(str, columns)),
        only=bool(table.get("only")),
        currency=str(table.get("currency", "")),
        dates=Order(str(table["dates"])) if "dates" in table else None,
        kind=AccountKind(str(table.get("kind", "other"))),
        purchases_positive=table.get("purchases") == "positive",
        wallets=bool(table.get("wallets")),
        swap={str(name): Role(str(role)) for name, role in swap.items()},
    )


def understand(row: Sequence[str]) -> Heading:
    """Say what each cell of a row would mean if the row were the headings."""
    split = [_split(cell) for cell in row]
    names = tuple(name for name, _ in split)
    known_words = words()
    bank = _known_bank(names, known_words)
    counts = {
        language: sum(1 for name in names if name in table)
        for language, table in known_words.languages.items()
    }
    language = max(counts, key=lambda one: counts[one])
    # The language of most headings speaks first: "valuta" is a date in German and a currency in Dutch.
    tables = sorted(known_words.languages.items(), key=lambda item: -counts[item[0]])
    ranked: dict[Role, list[tuple[int, int]]] = {}
    known = 0
    for at, name in enumerate(names):
        found = _lookup(name, bank, tables)
        if found is not None:
            known += 1
            ranked.setdefault(found[0], []).append((found[1], at))
    taken = {at for places in ranked.values() for _, at in places}
    for at, name in enumerate(names):
        role = None if at in taken else _guess(name, known_words)
        if role is not None and role not in ranked:
            ranked[role] = [(0, at)]
    columns = {role: tuple(at for _, at in sorted(places)) for role, places in ranked.items()}
    columns.pop(Role.IGNORE, None)
    currencies = {at: currency for at, (_, currency) in enumerate(split) if currency}
    return Heading(names, columns, currencies, language if counts[language] else "", bank, known)


def _lookup(
    name: str, bank: Bank | None, tables: Sequence[tuple[str, Mapping[str, tuple[Role, int]]]]
) -> tuple[Role, int] | None:
    if not name:
        return None
    if bank is not None and name in bank.swap:
        return bank.swap[name], 0
    found = next((table[name] for _, table in tables if name in table), None)
    if found is None and name[-1:].isdigit():
        # Texts over several columns are numbered: "Description1", "Verwendungszweck 4".
        bare = name.rstrip("0123456789").rstrip()
        found = next((table[bare] for _, table in tables if bare in table), None)
        return found if found is not None and found[0] is Role.DESCRIPTION else None
    return found


def _guess(name: str, known: Words) -> Role | None:
    parts = set(name.split())
    return next((role for role, listed in known.fuzzy if parts & listed), None)


def _known_bank(names: Sequence[str], known: Words) -> Bank | None:
    present = {name for name in names if name}
    for bank in known.banks:
        if bank.columns == present if bank.only else bank.columns <= present:
            return bank
    return None


def says(kind: str, text: str) -> bool:
    """Tell whether a cell is one of the words listed under ``kind``."""
    return fold(text[:MAX_HEADING]) in words().cells[kind]


def begins(kind: str, text: str) -> bool:
    """Tell whether a cell is, or begins with, one of the words listed under ``kind``.

    Behind a single word only a date may follow, as in ``Saldo vom 5.1.2024``: shops have such words in their names.
    """
    folded = fold(text[:MAX_HEADING])
    for word in words().cells[kind]:
        if folded == word:
            return True
        if folded.startswith(word + " ") and (" " in word or _ON_A_DAY.match(folded, len(word) + 1)):
            return True
    return False


def holds(kind: str, folded: str) -> bool:
    """Tell whether a folded text holds one of the words listed under ``kind``."""
    text = f" {folded} "
    return any(f" {word} " in text for word in words().cells[kind])


def currency_named(text: str) -> str:
    """Return the ISO 4217 code that a cell holds, by code or by sign; empty where it holds none."""
    text = text.strip()
    return SYMBOLS.get(text) or (text if text in CODES else "")


@functools.lru_cache(maxsize=1024)
def channel(text: str) -> Channel:
    """Return how the money moved, as a cell of the type column says it."""
    folded = fold(text[:MAX_HEADING])
    listed = words().channels
    if folded in listed:
        return listed[folded]
    parts = folded.split()
    return next(
        (
            listed[" ".join(parts[:n])]
            for n in range(min(3, len(parts)), 0, -1)
            if " ".join(parts[:n]) in listed
        ),
        Channel.UNKNOWN,
    )
