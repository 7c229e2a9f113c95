"""The mapping file: a person's own description of a CSV file whose columns are not recognized.

::

    dates = "dmy"
    decimal = ","
    currency = "EUR"

    [columns]
    date = "Datum"
    amount = "Betrag"
    description = ["Text", "Zusatz"]
"""

from __future__ import annotations

import codecs
import tomllib
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.money import exponent
from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import InputError, MappingInvalid
from edge_engine.feeds.dates import Order

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 64 * 1024
"""Largest mapping file, in bytes."""

Column = str | int
"""A column by its heading, or by its number counted from 1."""


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column holds what; a day and an amount are the least.

    Attributes:
        date: Day of booking.
        value_date: Value date.
        amount: Signed amount, or an unsigned one with a ``direction`` beside it.
        debit: Money out.
        credit: Money in.
        fee: Taken off the amount.
        direction: Says in or out, see `Words`.
        description: One column or several, joined.
        payee: Name of the other side.
        payee_account: IBAN or number of the other side.
        balance: Balance after the row.
        currency: ISO 4217 code of the row.
        account: Which account the row belongs to.
        category: The bank's own category.
        mcc: Merchant category code.
        status: Says that a row is pending, see `Words`.
        id: The bank's identifier of the row.
        type: Kind of movement.
    """

    date: Column
    value_date: Column | None = None
    amount: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    fee: Column | None = None
    direction: Column | None = None
    description: Column | list[Column] = []
    payee: Column | None = None
    payee_account: Column | None = None
    balance: Column | None = None
    currency: Column | None = None
    account: Column | None = None
    category: Column | None = None
    mcc: Column | None = None
    status: Column | None = None
    id: Column | None = None
    type: Column | None = None


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"in_": "in"}):
    """Words in the cells of the file, beside the ones that are known anyway.

    Attributes:
        out: Of ``direction``: money that leaves.
        in_: Of ``direction``: money that comes; written ``in`` in the file.
        pending: Of ``status``: announced but not booked.
        void: Of ``status``: did not go through; such rows are not stored.
    """

    out: list[str] = []
    in_: list[str] = []
    pending: list[str] = []
    void: list[str] = []


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file.

    Attributes:
        columns: Which column holds what.
        name: Name of the bank or file, for people.
        encoding: Name of the text's encoding; empty to find it.
        delimiter: One character between cells; empty to find it.
        skip: Lines before the headings, or before the first row where there are none.
        headings: Whether a row of headings comes first.
        dates: Order of day and month; None to find it.
        decimal: The decimal mark; empty to find it.
        currency: ISO 4217 code, where no column says it.
        account: Key of the account, where no column says it.
        kind: What kind of account it is.
        purchases: ``positive`` where money that leaves is written without a sign, else ``negative``; None to find it.
        words: Words in the cells.
    """

    columns: Columns
    name: str = ""
    encoding: str = ""
    delimiter: str = ""
    skip: int = 0
    headings: bool = True
    dates: Order | None = None
    decimal: str = ""
    currency: str = ""
    account: str = ""
    kind: AccountKind = AccountKind.OTHER
    purchases: str | None = None
    words: Words = Words()

    @classmethod
    def load(cls, path: Path) -> Mapping:
        """Read a mapping file.

        Raises:
            MappingInvalid: It cannot be read, is no TOML, or does not fit the schema.
        """
        try:
            data = path.read_bytes()
        except OSError:
            raise MappingInvalid("the mapping file cannot be read") from None
        if len(data) > MAX_BYTES:
            raise MappingInvalid("the mapping file is too large")
        return cls.parse(data)

    @classmethod
    def parse(cls, data: bytes) -> Mapping:
        """Read the bytes of a mapping file.

        Raises:
            MappingInvalid: They are no TOML or do not fit the schema.
        """
        try:
            tree = tomllib.loads(data.decode("utf-8-sig"))
            found = msgspec.convert(tree, cls)
        except UnicodeDecodeError:
            raise MappingInvalid("the mapping file is not UTF-8 text") from None
        except tomllib.TOMLDecodeError as error:
            raise MappingInvalid(f"the mapping file is not valid TOML: {error}") from None
        except RecursionError:
            raise MappingInvalid("the mapping file is nested too deep") from None
        except msgspec.ValidationError as error:
            raise MappingInvalid(f"the mapping file does not fit: {error}") from None
        found.check()
        return found

    def check(self) -> None:
        """Check what the types alone do not say.

        Raises:
            MappingInvalid: Two settings contradict each other or one has a value that does not exist.
        """
        columns = self.columns
        if columns.amount is None and columns.debit is None and columns.credit is None:
            raise MappingInvalid("the mapping names no amount: give amount, or debit and credit")
        if columns.amount is not None and (columns.debit is not None or columns.credit is not None):
            raise MappingInvalid(
                "the mapping names both an amount and a debit or credit: give one of the two"
            )
        if self.decimal not in {"", ".", ","}:
            raise MappingInvalid('decimal is "." or ","')
        if self.purchases not in {None, "positive", "negative"}:
            raise MappingInvalid('purchases is "positive" or "negative"')
        if len(self.delimiter) > 1 or self.delimiter in set('"\r\n'):
            raise MappingInvalid("delimiter is one character, such as a semicolon or a tab")
        if not 0 <= self.skip <= 1000:
            raise MappingInvalid("skip is a number of lines between 0 and 1000")
        self._check_names()

    def _check_names(self) -> None:
        if self.currency:
            try:
                exponent(self.currency)
            except InputError:
                raise MappingInvalid("currency is three capital letters, as in ISO 4217") from None
        if self.encoding:
            try:
                "a1;".encode(codecs.lookup(self.encoding).name)
            except (LookupError, TypeError, ValueError):
                raise MappingInvalid("encoding is not the name of a text encoding") from None
