"""What the person should know about an import, in sentences: what the file left unsaid, and what is told twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from edge_engine.errors import ModelError
    from edge_engine.ingestion import Tally
    from edge_engine.vault.queries import AccountRow, PostedRow
    from edge_engine.views import AccountView

FORGET: Final = "forget the account"
"""What a note advises; each face has its own way to do it, so no note names a command."""

COMPARED: Final = 4_000
"""Latest posted rows of the store among which accounts are compared."""

LEAST_ALIKE: Final = 8
"""Rows that two accounts must have in common before they are taken for one."""

ALIKE: Final = 0.6
"""Share of the rows of either account, on the days that both tell, that the other must tell too. Two feeds date some
payments a day apart; two accounts of one person hardly share a tenth."""


def unsaid(accounts: Sequence[AccountView], tally: Tally, made_up: str, currency: str) -> list[str]:
    """Return what the person should know where a file left something unsaid.

    Args:
        accounts: Accounts that the file touched.
        tally: What was stored.
        made_up: Key, or the first part of the keys, of an account that the file does not name; empty where it does.
        currency: ISO 4217 code that the person gave; empty where none.
    """
    notes = []
    for one in accounts:
        if made_up and (one.key == made_up or one.key.startswith(f"{made_up}/")):
            # Where no row is new, the file was imported before and joined nothing.
            shared = 0 < tally.added < one.transactions
            notes.append(
                f"The file names no account. Its rows joined “{one.key}” with those of earlier files;"
                f" if these are different accounts, {FORGET} “{one.key}” and import each file under an account of"
                " its own."
                if shared
                else f"The file names no account and is kept as “{one.key}”. To give it a name, {_anew(one.key)}"
                " under that name."
            )
        if one.currency == NO_CURRENCY and NO_CURRENCY in tally.currencies and not currency:
            notes.append(
                f"No currency is stated, so amounts are kept as XXX. To say which, {_anew(one.key)} with their"
                " currency."
            )
        stated = sorted(tally.currencies - {NO_CURRENCY})
        if one.currency == NO_CURRENCY and stated and tally.added:
            notes.append(
                f"“{one.key}” holds transactions without a currency; what this file repeats of them counts twice."
                f" To mend that, {_anew(one.key)} with the currency {stated[0]}."
            )
    return list(dict.fromkeys(notes))


def _anew(account: str) -> str:
    """Say how to import again: under another name or currency, the rows there would stay beside the new ones."""
    return f"{FORGET} “{account}” and import its files again"


def without_categories(error: ModelError) -> str:
    """Say that the rows are kept without categories, and why, with the code of the error."""
    return (
        f"No categories were given, as {error.message} ({error.code}). The transactions are kept, and are sorted"
        " once the model can be used."
    )


def told_twice(
    accounts: Sequence[AccountRow], touched: Collection[int], rows: Sequence[PostedRow]
) -> list[str]:
    """Say which accounts hold the same transactions, so that they count twice.

    That happens where one file names its account and another one of the same account does not.

    Args:
        accounts: All of the store.
        touched: Identifiers of those that the import touched.
        rows: The latest posted transactions of all accounts.
    """
    listed: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        listed.setdefault(row.account_id, []).append((row.day, row.amount))
    told = {account: Counter(one) for account, one in listed.items()}
    notes = []
    for new in accounts:
        for other in accounts:
            if (
                new.id in touched
                and other.id != new.id
                and (other.id not in touched or other.id < new.id)
                and (other.currency == new.currency or NO_CURRENCY in (other.currency, new.currency))
                and _alike(told.get(new.id), told.get(other.id))
            ):
                again, stays = sorted((new, other), key=lambda one: (any(map(str.isdigit, one.key)), -one.id))
                notes.append(
                    f"“{again.key}” and “{stays.key}” tell the same transactions, and these count twice. If they"
                    f" are one account, {_anew(again.key)} under the account “{stays.key}”."
                )
    return notes


def _alike(one: Counter[tuple[int, int]] | None, other: Counter[tuple[int, int]] | None) -> bool:
    if not one or not other:
        return False
    common = sum(min(one[row], other[row]) for row in one.keys() & other.keys())
    if common < LEAST_ALIKE:
        return False
    first, last = max(min(one), min(other))[0], min(max(one), max(other))[0]
    seen = [sum(n for (day, _), n in rows.items() if first <= day <= last) for rows in (one, other)]
    return common >= ALIKE * max(seen)
