"""Amounts as banks write them in text: ``1.234,56 EUR``, ``(12.00)``, ``12,50-``, ``£3.20 CR``, ``1'000.00``.

Nothing reaches ``int`` before a regular expression has bounded it: ASCII digits only, no exponents, no NaN.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import CODES, DEFAULT_EXPONENT, EXPONENTS, MAX_MINOR, UNLISTED, Money, exponent
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_AMOUNT_TEXT: Final = 48
"""Longest text, in characters, that can be an amount."""

FLOAT_NOISE: Final = 9
"""With so many decimals an amount is a binary float printed in full, as spreadsheets do: it is rounded."""

BLANKS: Final = frozenset(("", "-", "--", "\u2013", "\u2014", "n/a", "N/A"))
"""What stands in a debit or credit column where there is nothing."""

SYMBOLS: Final[dict[str, str]] = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH",
    "₪": "ILS", "₫": "VND", "₱": "PHP", "฿": "THB", "R$": "BRL", "US$": "USD", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
    "lei": "RON", "Rs": "INR", "Rs.": "INR", "Fr.": "CHF",
}  # fmt: skip
"""Currency signs that name one currency; ``$`` and ``kr`` name many and stand for none."""

_SIGNS: Final = "|".join(
    re.escape(sign) for sign in sorted([*SYMBOLS, "$", "kr.", "kr", "R"], key=len, reverse=True)
)
_PLAIN: Final = re.compile(r"([+-]?)(\d{1,15})(?:([.,])(\d{1,2}))?", re.ASCII)
_AMOUNT: Final = re.compile(
    rf"""
    (?P<before>[+-])?\s?
    (?P<left>{_SIGNS}|[A-Z]{{3}})?\s?
    (?P<bracket>\()?\s?
    (?P<inside>[+-])?\s?
    (?P<symbol>{_SIGNS}|[A-Z]{{3}})?\s?
    (?P<sign>[+-])?
    (?P<number>\d[\d.,'\s]*|[.,]\d+)
    \s?(?P<after>[+-])?
    \s?(?P<right>{_SIGNS}|[A-Z]{{3}})?
    (?P<closed>\))?
    \s?(?P<behind>{_SIGNS}|[A-Z]{{3}})?
    \s?(?P<word>(?:[CD][Rr]?|cr|dr|S|H)\.?)?
    """,
    re.ASCII | re.VERBOSE,
)
_TRANSLATE: Final = str.maketrans(
    dict.fromkeys("\u2212\u2013\u2012\uff0d", "-")
    | dict.fromkeys("\u2019\u00b4`", "'")
    | dict.fromkeys("\xa0\u202f\u2009\u2007", " ")
)

TWO_WAYS: Final = "the amount can be read in two ways"
NO_NUMBER: Final = "the amount is not a number"
TOO_FINE: Final = "the amount is finer than its currency's smallest coin"
TOO_LARGE: Final = "the amount is too large to be a household's"


def parse(text: str, currency: str, mark: str = "") -> Money:
    """Read an amount as a person would.

    Args:
        text: The amount with an optional sign before or behind it, brackets for negative, a currency sign or
            code, thousands separators (point, comma, blank, apostrophe) and ``CR`` or ``DR`` behind it.
        currency: ISO 4217 code that the result gets; a code in the text is read over.
        mark: The decimal mark, ``.`` or ``,``; empty to judge by this text alone.

    Raises:
        InputError: The text is no such amount, can be read in two ways, is finer than the minor unit, or too
            large.
    """
    exponent(currency)
    return Money(minor(text, currency, mark), currency)


def minor(text: str, currency: str, mark: str = "") -> int:
    """Read an amount as :func:`parse` does, of a currency that is a code already, and return its minor units.

    Raises:
        InputError: See :func:`parse`.
    """
    digits = EXPONENTS.get(currency, DEFAULT_EXPONENT)
    plain = _PLAIN.fullmatch(text)
    if plain is not None and digits == 2 and (plain[3] is None or plain[3] == mark or not mark):
        cents = plain[4]
        found = int(plain[1] + plain[2]) * 100 if cents is None else 0
        if cents is not None:
            found = int(plain[1] + plain[2] + (cents if len(cents) == 2 else cents + "0"))
        if -MAX_MINOR <= found <= MAX_MINOR:
            return found
        raise InputError(TOO_LARGE)
    return _minor(text, digits, mark)


def _minor(text: str, digits: int, mark: str) -> int:
    if len(text) > MAX_AMOUNT_TEXT:
        raise InputError(NO_NUMBER)
    tidy = text if text.isascii() else text.translate(_TRANSLATE)
    match = _AMOUNT.fullmatch(tidy.strip())
    if match is None or bool(match["bracket"]) != bool(match["closed"]):
        raise InputError(NO_NUMBER if text.strip() else "the amount is missing")
    signs = [s for s in (match["before"], match["inside"], match["sign"], match["after"]) if s]
    named = [one for one in match.group("left", "symbol", "right", "behind") if one]
    if len(signs) > 1 or len(named) > 1 or (signs and match["bracket"]):
        raise InputError(NO_NUMBER)
    if any(len(one) == 3 and one.isalpha() and one.isupper() and one not in CODES for one in named):
        raise InputError(UNLISTED)
    value = _scale(*_split(match["number"].strip(), digits, mark), digits)
    word = _direction(match["word"])
    negative = bool(match["bracket"]) or signs == ["-"]
    if word == "CR" and negative:
        raise InputError(TWO_WAYS)
    return -value if negative or word == "DR" else value


def _direction(word: str | None) -> str:
    letter = (word or "")[:1].upper()
    return "CR" if letter and letter in "CH" else "DR" if letter and letter in "DS" else ""


def _scale(whole: str, fraction: str, digits: int) -> int:
    if len(whole.lstrip("0")) > 16:
        raise InputError(TOO_LARGE)
    kept, rest = fraction[:digits].ljust(digits, "0"), fraction[digits:].rstrip("0")
    value = int((whole or "0") + kept)
    if rest:
        if len(fraction) < FLOAT_NOISE or rest[:4] not in {"0000", "9999"}:
            raise InputError(TOO_FINE)
        value += rest[0] == "9"
    if value > MAX_MINOR:
        raise InputError(TOO_LARGE)
    return value


def _split(number: str, digits: int, mark: str) -> tuple[str, str]:
    """Split a number into its digits before and behind the decimal mark."""
    mark = mark or _own_mark(number, digits)
    whole, found, fraction = number.rpartition(mark) if mark in number else (number, "", "")
    if found and (mark in whole or not (fraction.isdigit() or not fraction)):
        raise InputError(NO_NUMBER)
    if not whole.isdigit() and whole:
        separators = {c for c in whole if not c.isdigit()}
        if len(separators) > 1 or mark in separators:
            raise InputError(NO_NUMBER)
        groups = whole.split(separators.pop())
        western = all(len(group) == 3 for group in groups[1:])
        indian = len(groups[-1]) == 3 and all(len(group) == 2 for group in groups[1:-1])
        if not 1 <= len(groups[0]) <= 3 or not (western or indian):
            raise InputError(NO_NUMBER)
        whole = "".join(groups)
    return whole, fraction


def _own_mark(number: str, digits: int) -> str:
    """Judge the decimal mark by one number alone."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "." if number.rfind(".") > number.rfind(",") else ","
    mark = "." if points else ","
    if points + commas != 1:
        return "," if points else "."  # none, or several: they group, so the other one is the mark
    whole, _, fraction = number.partition(mark)
    if len(fraction) == 3 and whole.isdigit() and 1 <= len(whole) <= 3 and whole[0] != "0":
        if digits == 0:
            return "," if points else "."
        if digits == 3 and points:
            return "."
        raise InputError(TWO_WAYS)
    return mark


def decimal_mark(texts: Iterable[str], currency: str = "") -> str:
    """Return the decimal mark of a column of amounts, or an empty string where it gives no evidence.

    A number that can be read in two ways, such as ``1,234``, is settled by its neighbours: by those that show
    a mark, else by those that show none at all, since money written to the coin shows it everywhere.
    """
    digits = exponent(currency) if currency else 2
    seen = {".": 0, ",": 0}
    open_marks: set[str] = set()
    whole_numbers = 0
    for text in texts:
        match = (
            _AMOUNT.fullmatch(text.translate(_TRANSLATE).strip()) if len(text) <= MAX_AMOUNT_TEXT else None
        )
        if match is None:
            continue
        number = match["number"].strip()
        if not ("." in number or "," in number):
            whole_numbers += len(number.replace(" ", "").replace("'", "")) <= 3
            continue
        try:
            seen[_own_mark(number, digits)] += 1
        except InputError:
            open_marks.add("." if "." in number else ",")
    if seen["."] or seen[","]:
        if min(seen.values()) * 20 > max(seen.values()):
            return ""
        return max(seen, key=lambda mark: seen[mark])
    if len(open_marks) == 1 and whole_numbers:
        return "," if open_marks == {"."} else "."
    return ""


def currency_of(text: str) -> str:
    """Return the currency that an amount names by its code or an unambiguous sign, else an empty string."""
    match = _AMOUNT.fullmatch(text.translate(_TRANSLATE).strip()) if len(text) <= MAX_AMOUNT_TEXT else None
    if match is None:
        return ""
    named = next(filter(None, match.group("left", "symbol", "right", "behind")), "")
    return SYMBOLS.get(named, named if named in CODES else "")


def direction_word(text: str) -> str:
    """Return ``CR`` or ``DR`` where an amount carries such a word behind it, else an empty string."""
    match = _AMOUNT.fullmatch(text.translate(_TRANSLATE).strip()) if len(text) <= MAX_AMOUNT_TEXT else None
    return _direction(match["word"]) if match is not None else ""


def is_amount(text: str) -> bool:
    """Tell whether ``text`` has the form of an amount, whichever its decimal mark."""
    return len(text) <= MAX_AMOUNT_TEXT and _AMOUNT.fullmatch(text.translate(_TRANSLATE).strip()) is not None
