"""What the engine answers, by the names that the table of operations gives.

Reading this module loads every answer's type: for generators, documentation and tests, and not for answering.
"""

from __future__ import annotations

import re
from types import GenericAlias
from typing import Any, Final

from edge_engine.actions.approval import OverrideRate
from edge_engine.actions.decision import Decision, Past, Reacted
from edge_engine.actions.disclosure import Disclosure
from edge_engine.actions.review import ReviewView, Shown
from edge_engine.actions.workflow import WorkflowView
from edge_engine.consent.answer import Explanation, PurposeState, Withdrawal
from edge_engine.consent.event import ConsentEvent
from edge_engine.inference.categorizer import Categorization
from edge_engine.inference.installed import ModelCheck
from edge_engine.inference.updates import ModelUpdate
from edge_engine.insights.affordability import Assessment
from edge_engine.insights.budget import MonthSpend
from edge_engine.insights.coverage import ForecastCoverage
from edge_engine.insights.finding import Insight, Outlook
from edge_engine.insights.hypothesis import Hypothesis
from edge_engine.insights.moment import Moment
from edge_engine.insights.profile import Profile
from edge_engine.insights.stream import Stream
from edge_engine.proving import EvidencePack
from edge_engine.signals.preview import BudgetView, Dropped, Preview, SentReport, SignalView, SyncReport
from edge_engine.vault.doctor import IntegrityReport
from edge_engine.vault.erase import ErasureReceipt
from edge_engine.views import AccountView, CategoryView, IngestReport, ModelView, Taught, TransactionPage

TYPES: Final[dict[str, Any]] = {
    one.__name__: one
    for one in (
        AccountView,
        Assessment,
        BudgetView,
        Categorization,
        CategoryView,
        ConsentEvent,
        Decision,
        Disclosure,
        Dropped,
        ErasureReceipt,
        EvidencePack,
        Explanation,
        ForecastCoverage,
        Hypothesis,
        IngestReport,
        Insight,
        IntegrityReport,
        ModelCheck,
        ModelUpdate,
        ModelView,
        Moment,
        MonthSpend,
        Outlook,
        OverrideRate,
        Past,
        Preview,
        Profile,
        PurposeState,
        Reacted,
        ReviewView,
        SentReport,
        Shown,
        SignalView,
        Stream,
        SyncReport,
        Taught,
        TransactionPage,
        Withdrawal,
        WorkflowView,
    )
} | {"bool": bool, "str": str, "int": int, "object": Any}

_LIST: Final = re.compile(r"list\[(\w+)\]")
_DICT: Final = re.compile(r"dict\[str, (\w+)\]")


def resolve(reply: str) -> Any:  # noqa: ANN401 - a type
    """Return the type that a row of the table names, such as ``list[Stream]``.

    Raises:
        KeyError: There is no such answer.
    """
    if found := _LIST.fullmatch(reply):
        return GenericAlias(list, (TYPES[found[1]],))
    if found := _DICT.fullmatch(reply):
        return GenericAlias(dict, (str, TYPES[found[1]]))
    return TYPES[reply]
