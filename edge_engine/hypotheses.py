"""Where the store meets hypotheses about the person's life: a granted reading, what is asked, what was answered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import InputError
from edge_engine.holdings import AT_HAND, holdings
from edge_engine.insights.appetite import appetite
from edge_engine.insights.hypothesis import Answer, Hypothesis, Said
from edge_engine.insights.life_events import life_events
from edge_engine.insights.thresholds import INVESTMENT_APPETITE, LIFE_EVENTS, Thresholds
from edge_engine.vault import answers, queries

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant
    from edge_engine.domain.series import Postings
    from edge_engine.vault.queries import AnswerRow
    from edge_engine.vault.store import Vault

CATEGORIZATION: Final = "categorization"
HISTORY_DAYS: Final = 3 * 366
"""How far back signs are looked for: a change of the last year and a half, and how life was before it."""

_DAY_SECONDS: Final = 86_400
_UNIX_DAY: Final = date(1970, 1, 1).toordinal()

_CODES: Final = {answers.CONFIRMED: Answer.CONFIRMED, answers.NOT_TRUE: Answer.NOT_TRUE}


class Hypotheses:
    """What is asked of the person on one day under one grant; made anew for each question.

    Nothing that is only supposed is stored: the store has what the person said, and no more.

    Args:
        vault: Where transactions and answers are.
        grant: Of the purpose under which it is asked, for reading.
        today: The day it is.
    """

    def __init__(self, vault: Vault, grant: Grant, today: date) -> None:
        self._vault = vault
        self._grant = grant
        self._today = today
        self._taxonomy = Taxonomy.default()

    def life_changes(self) -> list[Hypothesis]:
        """Return changes of life to ask about and those confirmed, the latest first."""
        since = self._today.toordinal() - HISTORY_DAYS
        with self._vault.reading(self._grant) as reader:
            postings = reader.postings(since)
            texts = {row.id: row.description for row in reader.rows(queries.TEXTS, since=since)}
            said = reader.rows(queries.ANSWERS)
        rules = Thresholds.default(LIFE_EVENTS)
        found = life_events(
            postings,
            texts,
            _said(said),
            self._today,
            self._taxonomy,
            rules,
            self._purposes(postings),
        )
        return _with_confirmed(found, said, rules.number("ask.same_within_days"))

    def appetite(self) -> list[Hypothesis]:
        """Return the question whether the person invests, or could; with its answer where there is one."""
        today = self._today.toordinal()
        with self._vault.reading(self._grant) as reader:
            postings = reader.postings(today - HISTORY_DAYS)
            said = reader.rows(queries.ANSWERS)
            balances = holdings(reader, today, AT_HAND)
            savings = [row.id for row in reader.rows(queries.ACCOUNTS) if row.kind == AccountKind.SAVINGS]
        found = appetite(
            postings,
            balances,
            savings,
            _said(said),
            self._today,
            self._taxonomy,
            Thresholds.default(INVESTMENT_APPETITE),
            self._purposes(postings),
        )
        return _with_confirmed(found, said, HISTORY_DAYS)

    def answer(self, asked: list[Hypothesis], key: str, answer: str) -> Hypothesis:
        """Keep what the person says of one of the hypotheses and return it with that answer.

        Args:
            asked: The hypotheses as they are asked now.
            key: Identifier of one of them.
            answer: ``confirmed`` or ``not_true``; the latter is for ever.

        Raises:
            InputError: Nothing of this identifier is asked, or the answer is none.
        """
        if answer not in (Answer.CONFIRMED.value, Answer.NOT_TRUE.value):
            raise InputError("an answer is confirmed or not_true")
        one = next((one for one in asked if one.id == key), None)
        if one is None:
            raise InputError("nothing of this id is asked")
        said = msgspec.structs.replace(one, answer=Answer(answer))
        code = answers.NOT_TRUE if said.answer is Answer.NOT_TRUE else answers.CONFIRMED
        with self._vault.writing(durable=True) as writer:
            # Here, where a withdrawal by another thread comes wholly before or wholly after.
            self._grant.check()
            writer.answer(
                self._grant.purpose, one.kind, key, one.since.toordinal(), code, msgspec.json.encode(said)
            )
        return said

    def _purposes(self, postings: Postings) -> tuple[str, ...]:
        """Return every purpose it takes: where transactions are categorized, those categories were there before."""
        asking = self._grant.purpose
        return (asking, CATEGORIZATION) if bool(postings.leaves.any()) else (asking,)


def _said(rows: list[AnswerRow]) -> list[Said]:
    return [
        Said(row.id, row.kind, row.day, _CODES[row.answer], row.at // _DAY_SECONDS + _UNIX_DAY)
        for row in rows
    ]


def _with_confirmed(found: list[Hypothesis], rows: list[AnswerRow], within: float) -> list[Hypothesis]:
    """Add what was confirmed and is not found any more, because the payments behind it are long ago."""
    confirmed = [
        msgspec.json.decode(row.body, type=Hypothesis) for row in rows if row.answer == answers.CONFIRMED
    ]
    kept = [
        one
        for one in confirmed
        if not any(
            other.kind == one.kind and abs((other.since - one.since).days) <= within for other in found
        )
    ]
    return sorted([*found, *kept], key=lambda one: (-one.since.toordinal(), one.kind, one.id))
