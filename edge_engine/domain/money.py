"""Money: integer minor units with their ISO 4217 currency. A float never holds money."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from edge_engine.errors import InputError

DEFAULT_EXPONENT: Final = 2

NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for an amount whose currency nobody stated."""

_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR: Final = "CLF UYW"

# Source: ISO 4217:2015 table A.1, the active currencies whose minor unit is not 2.
EXPONENTS: Final[dict[str, int]] = {
    code: digits for digits, codes in ((0, _NONE), (3, _THREE), (4, _FOUR)) for code in codes.split()
}

_TWO: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_FORMER: Final = (
    "ATS AZM BEF BGL BYR CSD CSK CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MGF MRO MTL MZM NLG PLZ "
    "PTE ROL RUR SDD SIT SKK SLL STD TRL USS VEB VEF XEU YUM ZMK ZWL"
)

# Source: ISO 4217 tables A.1 and A.3; metals, units of accounts and test codes are no money of a household.
CODES: Final = frozenset(f"{_NONE} {_TWO} {_THREE} {_FOUR} {_FORMER} XXX".split())
"""Currencies that a file may name: those in use, those that statements of the last decades are in, and XXX, which
stands where a file says none."""

UNLISTED: Final = "the currency is not one of ISO 4217"

MAX_MINOR: Final = 10**14
"""Largest magnitude of an amount in minor units: above any household's in any currency, and 90,000 such amounts
still add up within 64 bits."""

_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_PLAIN: Final = re.compile(r"([+-]?)(\d{1,16})(?:\.(\d{1,12}))?", re.ASCII)


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount of one currency.

    Attributes:
        minor: Signed integer in the currency's minor unit (cents for EUR, whole yen for JPY).
        currency: ISO 4217 alphabetic code.
    """

    minor: int
    currency: str

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __add__(self, other: Money) -> Money:
        """Return the sum.

        Raises:
            InputError: The currencies differ.
        """
        if other.currency != self.currency:
            raise InputError("amounts of different currencies cannot be added")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Return the difference.

        Raises:
            InputError: The currencies differ.
        """
        return self + -other

    def __str__(self) -> str:
        return f"{plain(self.minor, self.currency)} {self.currency}"


def exponent(currency: str) -> int:
    """Return how many decimal digits the minor unit of ``currency`` has.

    Raises:
        InputError: The code is not three capital ASCII letters, or not one of `CODES`.
    """
    if currency not in CODES:
        if _CURRENCY.fullmatch(currency):
            raise InputError(UNLISTED)
        raise InputError("a currency is three capital letters, as in ISO 4217")
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


def round_down(minor: float, currency: str) -> int:
    """Round an amount in minor units down to fives of the currency's whole units; nothing below zero."""
    step: int = 5 * 10 ** exponent(currency)
    return int(max(0.0, minor) // step) * step


def parse_plain(text: str, currency: str) -> Money:
    """Read an amount written with ASCII digits and at most one point, such as ``-12.50``.

    Digits below the minor unit are accepted only where they are zero: money is never rounded silently.

    Raises:
        InputError: The text is not such a number, is finer than the minor unit, or is beyond ``MAX_MINOR``.
    """
    digits = exponent(currency)
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise InputError("an amount is digits with at most one decimal point")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if fraction[digits:].strip("0"):
        raise InputError("an amount is finer than its currency's minor unit")
    minor = int(whole) * 10**digits + int(fraction[:digits].ljust(digits, "0") or "0")
    if minor > MAX_MINOR:
        raise InputError("an amount is too large to be a household's")
    return Money(-minor if sign == "-" else minor, currency)


def plain(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal, the inverse of :func:`parse_plain`, such as ``-12.50``."""
    digits = exponent(currency)
    if digits == 0:
        return str(minor)
    whole, fraction = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{fraction:0{digits}d}"


def household(value: object, sentence: str) -> Money:
    """Return a value that is an amount of a known currency, as a household can have it.

    Raises:
        InputError: It is something else; the error says ``sentence``, or what is wrong with it.
    """
    if not isinstance(value, Money) or type(value.minor) is not int:
        raise InputError(sentence)
    exponent(value.currency)
    if abs(value.minor) > MAX_MINOR:
        raise InputError("an amount is too large to be a household's")
    return value
