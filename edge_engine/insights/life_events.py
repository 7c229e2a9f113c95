"""Changes of life that the person's payments speak of: another job, another home, a child, another town.

They are hypotheses: each has the payments behind it and a confidence, and is asked of the person, who alone knows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.hypothesis import unanswered
from edge_engine.insights.life_child import children
from edge_engine.insights.life_home import Homes
from edge_engine.insights.life_job import jobs
from edge_engine.insights.life_rows import Rows
from edge_engine.insights.life_town import towns
from edge_engine.insights.selection import select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.hypothesis import Hypothesis, Said
    from edge_engine.insights.thresholds import Thresholds

KINDS: Final = ("job", "home", "child", "relocation")
_DAYS_A_MONTH: Final = 30.44


def life_events(
    postings: Postings,
    texts: Mapping[int, str],
    said: Sequence[Said],
    today: date,
    taxonomy: Taxonomy,
    rules: Thresholds,
    purposes: tuple[str, ...],
) -> list[Hypothesis]:
    """Return the changes that are likely enough to ask about, and those confirmed, the latest first.

    Args:
        postings: The person's transactions, without those of sensitive leaves.
        texts: What the bank wrote, by transaction id.
        said: What the person answered before; what is not true is not asked again.
        today: The day it is.
        taxonomy: The categories.
        rules: Thresholds of ``life_events.toml``.
        purposes: Every purpose that it takes.
    """
    past = select(postings, postings.days <= today.toordinal())
    # What is sensitive does not come here; were it to, it would count for nothing.
    sensitive = [leaf.code for leaf in taxonomy.leaves if leaf.sensitive]
    past = select(past, ~_isin(past, sensitive))
    if not len(past):
        return []
    rows = _without_health(Rows(past, texts, today, taxonomy, rules))
    if not len(rows.postings):
        return []
    working = jobs(rows, purposes)
    homes = Homes(rows)
    moved = towns(
        rows, homes, [one for one in working if one.confidence >= rows.n("ask.confidence")], purposes
    )
    likely = [one for one in (*working, *moved, *children(rows, purposes)) if _likely(one, rows)]
    elsewhere = [one.since for one in likely if one.kind == "relocation"]
    apart = rows.n("ask.same_within_days")
    # Another town brings another home: one question is enough.
    likely += [
        one
        for one in homes.homes(purposes)
        if _likely(one, rows) and all(abs((one.since - day).days) > apart for day in elsewhere)
    ]
    likely.sort(key=lambda one: (-one.since.toordinal(), one.kind, one.id))
    return unanswered(likely, said, apart)


def _without_health(rows: Rows) -> Rows:
    """Return the rows but those without a category whose words tell of health: they never speak either."""
    words = rows.rules.words("words.health")
    unclear = rows.postings.leaves == 0
    telling = [any(word in text for word in words) for text in rows.folded]
    return replace(rows, postings=select(rows.postings, ~(unclear & np.array(telling, dtype=np.bool_))))


def _likely(one: Hypothesis, rows: Rows) -> bool:
    oldest = rows.today - timedelta(days=rows.n("ask.months_back") * _DAYS_A_MONTH)
    return one.confidence >= rows.n("ask.confidence") and one.since >= oldest


def _isin(postings: Postings, leaves: Sequence[int]) -> NDArray[np.bool_]:
    return np.isin(postings.leaves, np.array(leaves, dtype=np.int64))
