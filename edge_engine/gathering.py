"""Where the store meets moments and traits: everything that is known of one day under one grant, read once.

It writes nothing, so that any purpose may gather.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.facts import FACTS, Fact, FactKind, fits
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import InputError, ModelError
from edge_engine.findings import CATEGORIZATION, HISTORY_DAYS, foretelling, made_by
from edge_engine.holdings import AT_HAND, SPENDING, holdings
from edge_engine.hypotheses import Hypotheses
from edge_engine.insights import cashflow, recurring, trajectory
from edge_engine.insights.appetite import KIND as INVESTING
from edge_engine.insights.archetype import default as archetypes
from edge_engine.insights.chains import Recalled
from edge_engine.insights.hypothesis import Answer, Hypothesis
from edge_engine.insights.knowledge import Known, plain_postings
from edge_engine.insights.moments import moments
from edge_engine.insights.pay import lost
from edge_engine.insights.profile import profile
from edge_engine.insights.thresholds import MOMENTS, PROFILE, Thresholds
from edge_engine.insights.trait import Value, Word
from edge_engine.insights.traits import Person, traits
from edge_engine.insights.trials import Trials
from edge_engine.vault import answers, queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from edge_engine.consent.grant import Grant
    from edge_engine.domain.money import Money
    from edge_engine.domain.series import Postings
    from edge_engine.inference.trajectory.model import Trajectory
    from edge_engine.insights.finding import Outlook
    from edge_engine.insights.moment import Moment
    from edge_engine.insights.profile import Profile
    from edge_engine.insights.stream import Stream
    from edge_engine.insights.trait import Trait
    from edge_engine.vault.store import Vault

WEEKS: Final = 8
PREFERENCE: Final = "pd:Preference"
USE: Final = "pd:ServiceConsumptionBehaviour"

_EPOCH: Final = 719_163
"""Ordinal of 1970-01-01."""
_SECONDS_A_DAY: Final = 86_400


class Memory:
    """The latest streams and outlooks, by the very payments and balances that they were made of.

    Most of a question's time goes into them, and most questions are about the same payments. It is of one process,
    never written, and emptied whenever the store sleeps or closes, or a consent that is asked for is not there.
    """

    def __init__(self) -> None:
        self._kept: tuple[bytes, list[Stream], list[Outlook]] | None = None
        self.chains = Recalled()
        """Of the merchants: a new day or payment changes those of few."""
        self.trials = Trials()
        """Of past weeks: a new day or payment changes none of them."""

    def recall(
        self, key: bytes, make: Callable[[], tuple[list[Stream], list[Outlook]]]
    ) -> tuple[list[Stream], list[Outlook]]:
        """Return what was made of the same, else make it."""
        kept = self._kept
        if kept is None or kept[0] != key:
            kept = self._kept = (key, *make())
        return kept[1], kept[2]


class Gathering:
    """What is known on one day; made anew for each question, so that consent is always fresh.

    Args:
        vault: Where transactions are.
        grant: For reading, of whatever purpose asks; it must cover accounts, transactions and their categories.
        today: The day it is.
        life: Of ``life_changes``, where it is on: then its open questions are moments too.
        investing: Of ``investment_offers``, where it is on: then what was confirmed of investing is a trait.
        memory: Of the engine that asks; None works everything out anew.
    """

    def __init__(
        self,
        vault: Vault,
        grant: Grant,
        today: date,
        life: Grant | None = None,
        investing: Grant | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._memory = memory or Memory()
        self._vault = vault
        self._grant = grant
        self._today = today
        self._life = life
        self._investing = investing

    def moments(self) -> list[Moment]:
        """Return what may be worth a word, the most pressing first."""
        return moments(self.known)

    def profile(self) -> Profile:
        """Return the traits, what they add up to, and how the app may arrange itself."""
        return profile(self._today, self.traits(), self.words, archetypes(), self.known.plain().known_days)

    def traits(self) -> list[Trait]:
        """Return the traits whose data the grant covers.

        # INVARIANT: where the person's own words cannot be read, nothing is said of them at all: what they refused
        # is inferred under no purpose.
        """
        if PREFERENCE not in self._grant.data:
            return []
        person = Person(self.known, self._events(), self.words, self._appetite(), Thresholds.default(PROFILE))
        return [one for one in traits(person) if set(one.data) <= self._grant.data]

    def facts(self) -> dict[str, Fact]:
        """Return the traits as the facts that rules speak of."""
        return {one.name: Fact(one.value, one.confidence) for one in self.traits()}

    @cached_property
    def words(self) -> list[Word]:
        """What the person said of traits."""
        with self._vault.reading(self._grant) as reader:
            rows = reader.rows(queries.TRAIT_WORDS)
        return [
            Word(
                row.name, bool(row.denied), msgspec.json.decode(row.value, type=Value) if row.value else None
            )
            for row in rows
        ]

    def set(self, name: str, value: Value | None) -> None:
        """Keep the person's own word of a trait; None takes it back.

        Raises:
            InputError: There is no such trait, or it cannot have this value.
        """
        kind = _kind(name)
        if value is not None and not fits(kind, value):
            says = (
                f"one of {', '.join(kind.words)}"
                if kind.words
                else f"a number, {kind.low:g} to {kind.high:g}"
            )
            raise InputError(f"{name} is {says}")
        text = "" if value is None else msgspec.json.encode(value).decode()
        with self._vault.writing(durable=True) as writer:
            # Here, where a withdrawal by another thread comes wholly before or wholly after.
            self._grant.check()
            writer.say_trait(self._grant.purpose, name, text)
        self.__dict__.pop("words", None)

    def answer(self, name: str, answer: str) -> None:
        """Keep what the person says of a trait as it is shown.

        Args:
            name: Of the trait.
            answer: ``confirmed``, which makes it the person's own word, or ``not_true``, which is for ever.

        Raises:
            InputError: There is no such trait, nothing of it is shown, or the answer is none.
        """
        _kind(name)
        if answer == Answer.CONFIRMED.value:
            shown = next((one for one in self.traits() if one.name == name), None)
            if shown is None:
                raise InputError("nothing of this trait is shown that could be confirmed")
            self.set(name, shown.value)
        elif answer == Answer.NOT_TRUE.value:
            with self._vault.writing(durable=True) as writer:
                self._grant.check()
                writer.deny_trait(self._grant.purpose, name)
            self.__dict__.pop("words", None)
        else:
            raise InputError("an answer is confirmed or not_true")

    def _events(self) -> list[tuple[int, str, str]]:
        """Return (day, name, subject) of app events, oldest first, where the grant covers them."""
        if USE not in self._grant.data:
            return []
        with self._vault.reading(self._grant) as reader:
            return [
                (_EPOCH + row.at // _SECONDS_A_DAY, row.name, row.subject)
                for row in reader.rows(queries.ENGAGEMENT)
            ]

    def _appetite(self) -> Hypothesis | None:
        """Return what the person confirmed of investing, under its own purpose."""
        if self._investing is None:
            return None
        with self._vault.reading(self._investing) as reader:
            rows = reader.rows(queries.ANSWERS)
        confirmed = [row for row in rows if row.kind == INVESTING and row.answer == answers.CONFIRMED]
        if not confirmed:
            return None
        latest = msgspec.json.decode(max(confirmed, key=lambda row: row.at).body, type=Hypothesis)
        return msgspec.structs.replace(latest, answer=Answer.CONFIRMED)

    @cached_property
    def known(self) -> Known:
        """Everything that was read and worked out, without anything later than today."""
        taxonomy, today = Taxonomy.default(), self._today.toordinal()
        with self._vault.reading(self._grant) as reader:
            # INVARIANT: sensitive rows make no stream and move no outlook, whatever the grant covers.
            postings = plain_postings(reader.postings(today - HISTORY_DAYS), taxonomy)
            accounts = reader.rows(queries.ACCOUNTS)
            held = holdings(reader, today, AT_HAND)
            models = tuple(row.model for row in reader.rows(queries.CATEGORIZED_BY))
        putting_aside = {row.id for row in accounts if row.kind == AccountKind.SAVINGS}
        spending = {account: money for account, money in held.items() if account not in putting_aside}
        # Where transactions are categorized, those categories were there before.
        purposes = (self._grant.purpose, CATEGORIZATION) if models else (self._grant.purpose,)

        def make() -> tuple[list[Stream], list[Outlook]]:
            self._memory.chains.look()
            found = recurring.streams(postings, self._today, taxonomy, self._memory.chains)
            return found, self._outlooks(postings, spending, found, taxonomy)

        streams, outlooks = self._memory.recall(_fingerprint(postings, spending, self._today), make)
        foretold = {made_by(one) for one in outlooks if one.method == "model"}
        return Known(
            postings=postings,
            streams=streams,
            outlooks=outlooks,
            balances=spending,
            savings={account: money for account, money in held.items() if account in putting_aside},
            today=self._today,
            taxonomy=taxonomy,
            rules=Thresholds.default(MOMENTS),
            purposes=purposes,
            models=(*models, *sorted(foretold)),
            unstated=frozenset(
                row.currency
                for row in accounts
                if row.kind in SPENDING and row.id not in held and _in_use(postings, row.id, today)
            ),
            hypotheses=()
            if self._life is None
            else Hypotheses(self._vault, self._life, self._today).life_changes(),
        )

    def _model(self) -> Trajectory:
        """Return what foretells beside habits.

        Raises:
            ModelError: There is none: habits alone speak.
        """
        return foretelling()

    def _outlooks(
        self, postings: Postings, held: Mapping[int, Money], streams: list[Stream], taxonomy: Taxonomy
    ) -> list[Outlook]:
        """Return where the balances of spending accounts are heading, one outlook a currency."""
        found = []
        missing = bool(lost(postings, streams, self._today, taxonomy, Thresholds.default(MOMENTS)))
        for currency in sorted({one.currency for one in held.values()}):
            mine = {account: money for account, money in held.items() if money.currency == currency}
            ahead = cashflow.outlook(postings, mine, streams, self._today, WEEKS)
            if ahead is None:
                continue
            if missing:
                found.append(msgspec.structs.replace(ahead, pay_missing=True))
                continue
            try:
                model = self._model()
            except ModelError:
                found.append(ahead)
                continue
            memory = self._memory
            found.append(
                trajectory.foretold(
                    ahead, postings, mine, self._today, taxonomy, model, memory.chains, memory.trials
                )
            )
        return found


def _in_use(postings: Postings, account: int, today: int) -> bool:
    """Return whether something was booked on an account not long ago."""
    recent = (postings.days > today - cashflow.STALE_DAYS) & (postings.days <= today)
    return bool((recent & (postings.accounts == account)).any())


def _fingerprint(postings: Postings, held: Mapping[int, Money], today: date) -> bytes:
    """Return a digest of everything that streams and outlooks are made of."""
    digest = hashlib.blake2b(digest_size=16)
    columns = (
        postings.ids, postings.days, postings.amounts, postings.accounts, postings.leaves, postings.merchants,
        postings.currencies, postings.transfers,
    )  # fmt: skip
    for column in columns:
        digest.update(column.tobytes())
    names = (postings.merchant_names, postings.currency_codes, sorted(held.items()), today)
    digest.update(repr(names).encode())
    return digest.digest()


def _kind(name: str) -> FactKind:
    """Return what a trait is.

    Raises:
        InputError: There is none of this name.
    """
    kind = next((one for known, one in FACTS.items() if known == name), None)
    if kind is None:
        raise InputError("there is no such trait; `profile` lists them")
    return kind
