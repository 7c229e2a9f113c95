"""THE table of what the engine can be asked: the command line, and every door to come, is driven by it.

Each operation has a name, a typed request (`edge_engine.requests`) and reply, the purpose whose consent it needs, and
the engine's method.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operands
from edge_engine.errors import InputError
from edge_engine.requests import (
    AnswerHypothesis,
    AnswerReview,
    AnswerTrait,
    AssessLoan,
    Categorize,
    Correct,
    Decide,
    DecideReview,
    Decisions,
    Explain,
    Export,
    Fact,
    Forecast,
    Grant,
    Import,
    Nothing,
    OneAccount,
    OneDecision,
    OneModel,
    OnePurpose,
    OneReview,
    OneSignal,
    ProposeLoan,
    ProposeReview,
    React,
    SayNever,
    SayShort,
    SetTrait,
    Spending,
    StartWorkflow,
    Sync,
    TellOutcome,
    Transactions,
    Uncorrect,
    UpdateModels,
    WriteEvidence,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from edge_engine.engine import Engine
    from edge_engine.ingestion import Tally


__all__ = [
    "OPERATIONS",
    "AnswerHypothesis",
    "AnswerReview",
    "AnswerTrait",
    "AssessLoan",
    "Categorize",
    "Correct",
    "Decide",
    "DecideReview",
    "Decisions",
    "Explain",
    "Export",
    "Fact",
    "Forecast",
    "Grant",
    "Import",
    "Nothing",
    "OneAccount",
    "OneDecision",
    "OneModel",
    "OnePurpose",
    "OneReview",
    "OneSignal",
    "Operation",
    "ProposeLoan",
    "ProposeReview",
    "React",
    "SayNever",
    "SayShort",
    "SetTrait",
    "Spending",
    "StartWorkflow",
    "Sync",
    "TellOutcome",
    "Transactions",
    "Uncorrect",
    "UpdateModels",
    "WriteEvidence",
    "call",
]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    Attributes:
        request: Type of its parameters.
        reply: Type of its answer, by the name that `edge_engine.replies` knows it by: answers load when they are made.
        purpose: The consent it needs; empty where it is the person's own right or needs no data.
        summary: What it does, in words for people.
        method: Calls the engine.
        also: Further purposes whose consent it needs.
        reports: Whether it takes long and tells how far it is: its method takes a third argument, which is told.
    """

    request: type[msgspec.Struct]
    reply: str
    purpose: str
    summary: str
    method: Callable[..., Any]
    reports: bool = False
    also: tuple[str, ...] = ()


OPERATIONS: Final[dict[str, Operation]] = {
    "import": Operation(
        Import,
        "IngestReport",
        "",
        "read a bank statement or an event file into the store",
        operands.ingest,
        reports=True,
    ),
    "accounts": Operation(
        Nothing, "list[AccountView]", "own_access", "list the accounts", lambda engine, _: engine.accounts()
    ),
    "transactions": Operation(
        Transactions,
        "TransactionPage",
        "own_access",
        "list transactions, newest first",
        lambda engine, r: engine.transactions(
            limit=r.limit, offset=r.offset, since=r.since, until=r.until, account=r.account
        ),
    ),
    "categorize": Operation(
        Categorize,
        "list[Categorization]",
        "categorization",
        "categorize texts",
        lambda engine, r: engine.categorize(r.texts),
    ),
    "correct": Operation(
        Correct,
        "Taught",
        "categorization",
        "teach a category",
        lambda engine, r: engine.correct(r.transaction_id, category=r.category, only_this=r.only_this),
    ),
    "uncorrect": Operation(
        Uncorrect,
        "Taught",
        "categorization",
        "take a correction back",
        lambda engine, r: engine.uncorrect(r.transaction_id),
    ),
    "spending": Operation(
        Spending,
        "list[MonthSpend]",
        "insights",
        "money by month and category",
        lambda engine, r: engine.spending(r.months, by=r.by),
    ),
    "streams": Operation(
        Nothing, "list[Stream]", "insights", "recurring bills and incomes", lambda engine, _: engine.streams()
    ),
    "insights": Operation(
        Nothing, "list[Insight]", "insights", "what was found", lambda engine, _: engine.insights()
    ),
    "moments": Operation(
        Nothing, "list[Moment]", "insights", "what is worth a word now", lambda engine, _: engine.moments()
    ),
    "profile": Operation(
        Nothing,
        "Profile",
        "personalization",
        "what is supposed of your habits",
        lambda engine, _: engine.profile(),
    ),
    "profile.answer": Operation(
        AnswerTrait,
        "Profile",
        "personalization",
        "say whether something of your profile is so",
        lambda engine, r: engine.answer_trait(r.name, r.answer),
    ),
    "profile.set": Operation(
        SetTrait,
        "Profile",
        "personalization",
        "say yourself what is so",
        lambda engine, r: engine.set_trait(r.name, r.value),
    ),
    "decide": Operation(
        Decide,
        "Decision",
        "recommendations",
        "what to suggest now, and why",
        lambda engine, r: engine.decide(r.channel),
    ),
    "react": Operation(
        React,
        "Reacted",
        "recommendations",
        "take in what just happened and answer it at once",
        lambda engine, r: engine.react(operands.source(r), r.format, channel=r.channel),
    ),
    "deliver": Operation(
        Nothing,
        "int",
        "recommendations",
        "show what still waits for its channel",
        lambda engine, _: engine.suggestions.deliver(),
    ),
    "feed": Operation(
        Nothing,
        "list[Past]",
        "own_access",
        "what the feed shows",
        lambda engine, _: engine.suggestions.feed(),
    ),
    "decisions": Operation(
        Decisions,
        "list[Past]",
        "own_access",
        "what was suggested before",
        lambda engine, r: engine.suggestions.past(r.limit, silent=r.silent),
    ),
    "decision": Operation(
        OneDecision,
        "Past",
        "own_access",
        "how a decision came about",
        lambda engine, r: engine.suggestions.one(r.id),
    ),
    "outcome": Operation(
        TellOutcome,
        "bool",
        "recommendations",
        "say what came of a suggestion",
        lambda engine, r: engine.outcome(r.id, r.verdict, value=r.value, covers=r.covers),
    ),
    "never": Operation(
        SayNever,
        "bool",
        "",
        "never suggest something again",
        lambda engine, r: engine.suggestions.never(r.covers, r.name),
    ),
    "money_is_short": Operation(
        SayShort,
        "bool",
        "",
        "say that money is short: no credit, no investment and no saving is suggested",
        lambda engine, r: engine.suggestions.say_money_is_short(short=r.short),
    ),
    "forecast": Operation(
        Forecast,
        "list[Outlook]",
        "insights",
        "where balances are heading",
        lambda engine, r: engine.forecast(weeks=r.weeks),
    ),
    "forecast.coverage": Operation(
        Nothing,
        "ForecastCoverage",
        "insights",
        "how past forecasts did, by weeks ahead",
        lambda engine, _: engine.forecast_coverage(),
    ),
    "life": Operation(
        Nothing,
        "list[Hypothesis]",
        "life_changes",
        "what looks like a change in your life, to confirm or not",
        lambda engine, _: engine.questions.life_changes(),
    ),
    "life.answer": Operation(
        AnswerHypothesis,
        "Hypothesis",
        "life_changes",
        "say whether a change in your life is so",
        lambda engine, r: engine.questions.answer_life_change(r.id, r.answer),
    ),
    "appetite": Operation(
        Nothing,
        "list[Hypothesis]",
        "investment_offers",
        "whether you invest, or could, to confirm or not",
        lambda engine, _: engine.questions.investment_appetite(),
    ),
    "appetite.answer": Operation(
        AnswerHypothesis,
        "Hypothesis",
        "investment_offers",
        "say whether you invest",
        lambda engine, r: engine.questions.answer_investment_appetite(r.id, r.answer),
    ),
    "reviews": Operation(
        Nothing,
        "list[ReviewView]",
        "own_access",
        "what is or was to be decided",
        lambda engine, _: engine.reviews.history(),
    ),
    "reviews.pending": Operation(
        Nothing,
        "list[ReviewView]",
        "own_access",
        "what waits for a decision",
        lambda engine, _: engine.reviews.pending(),
    ),
    "reviews.show": Operation(
        OneReview,
        "Shown",
        "own_access",
        "exactly what a decision is bound to",
        lambda engine, r: engine.reviews.show(r.id, adviser=r.adviser),
    ),
    "reviews.approve": Operation(
        DecideReview,
        "ReviewView",
        "",
        "approve a review",
        lambda engine, r: engine.reviews.approve(r.id, seen=r.seen, signed=operands.signed(r.signed)),
    ),
    "reviews.reject": Operation(
        DecideReview,
        "ReviewView",
        "",
        "reject a review",
        lambda engine, r: engine.reviews.reject(r.id, seen=r.seen, signed=operands.signed(r.signed)),
    ),
    "reviews.ask": Operation(
        DecideReview,
        "ReviewView",
        "",
        "ask the person something before deciding a review",
        lambda engine, r: engine.reviews.ask(r.id, signed=operands.signed(r.signed)),
    ),
    "reviews.answer": Operation(
        AnswerReview,
        "ReviewView",
        "",
        "answer what was asked about a review",
        lambda engine, r: engine.reviews.answer(r.id, r.words),
    ),
    "reviews.rates": Operation(
        Nothing,
        "list[OverrideRate]",
        "own_access",
        "how often people decided otherwise than the engine would have",
        lambda engine, _: engine.reviews.override_rates(),
    ),
    "workflows": Operation(
        Nothing,
        "list[WorkflowView]",
        "own_access",
        "what the bank was asked to do",
        lambda engine, _: engine.workflows.all(),
    ),
    "workflows.start": Operation(
        StartWorkflow,
        "WorkflowView",
        "",
        "write down what the bank is to be asked",
        lambda engine, r: engine.workflows.start(r.kind, r.key, r.fields, review=r.review),
    ),
    "workflows.run": Operation(
        Nothing,
        "list[WorkflowView]",
        "",
        "ask the bank what may be asked now",
        lambda engine, _: engine.workflows.run(),
    ),
    "consent.state": Operation(
        Nothing,
        "list[PurposeState]",
        "",
        "every purpose and its state",
        lambda engine, _: engine.consent.state(),
    ),
    "consent.grant": Operation(
        Grant,
        "ConsentEvent",
        "",
        "give consent",
        lambda engine, r: engine.consent.grant(r.purpose, expires_days=r.days or None),
    ),
    "consent.withdraw": Operation(
        OnePurpose,
        "Withdrawal",
        "",
        "withdraw consent at once",
        lambda engine, r: engine.consent.withdraw(r.purpose),
    ),
    "consent.receipt": Operation(
        OnePurpose,
        "dict[str, object]",
        "",
        "an ISO/IEC TS 27560 receipt",
        lambda engine, r: engine.consent.receipt(r.purpose),
    ),
    "consent.history": Operation(
        Nothing, "list[ConsentEvent]", "", "the consent ledger", lambda engine, _: engine.consent.history()
    ),
    "consent.evidence": Operation(
        WriteEvidence,
        "EvidencePack",
        "own_access",
        "write what an auditor asks for: ledger, records, policies, what left, models",
        lambda engine, r: engine.evidence(r.folder, erasures=r.erasures),
    ),
    "consent.explain": Operation(
        Explain,
        "Explanation",
        "",
        "which rule decides",
        lambda engine, r: engine.explain(
            r.purpose, r.data, gate=r.gate, recipient=r.recipient, channel=r.channel
        ),
    ),
    "signals": Operation(
        Nothing,
        "list[SignalView]",
        "",
        "what may be counted over many people, and whether it is",
        lambda engine, _: engine.signals.state(),
    ),
    "signals.preview": Operation(
        Nothing,
        "list[Preview]",
        "own_access",
        "what waits to be sent, with its exact bytes, and what would come next",
        lambda engine, _: engine.signals.preview(),
    ),
    "signals.sent": Operation(
        Nothing,
        "list[SentReport]",
        "own_access",
        "what left this device",
        lambda engine, _: engine.signals.sent(),
    ),
    "disclosures": Operation(
        Nothing,
        "list[Disclosure]",
        "own_access",
        "what kinds of data the bank and advisers were given",
        lambda engine, _: engine.disclosures(),
    ),
    "signals.budget": Operation(
        Nothing,
        "BudgetView",
        "own_access",
        "the privacy budget and what is left",
        lambda engine, _: engine.signals.budget(),
    ),
    "signals.dropped": Operation(
        Nothing,
        "list[Dropped]",
        "own_access",
        "what was not sent, and why",
        lambda engine, _: engine.signals.dropped(),
    ),
    "signals.contribute": Operation(
        OneSignal,
        "bool",
        "aggregate_statistics",
        "measure one signal and put it into the outbox",
        lambda engine, r: engine.signals.contribute(r.signal),
    ),
    "sync": Operation(
        Sync,
        "SyncReport",
        "",
        "measure, seal and send what consent allows",
        lambda engine, r: engine.sync(hurry=r.hurry),
    ),
    "export": Operation(
        Export,
        "dict[str, int]",
        "own_access",
        "write everything into a ZIP",
        lambda engine, r: engine.export(Path(r.path)),
    ),
    "erase": Operation(
        Nothing, "ErasureReceipt", "", "destroy the keys, then the store", lambda engine, _: engine.erase()
    ),
    "doctor": Operation(
        Nothing, "IntegrityReport", "", "check the store's integrity", lambda engine, _: engine.doctor()
    ),
    "models": Operation(
        Nothing, "list[ModelView]", "", "the models and their digests", lambda engine, _: engine.models()
    ),
    "models.verify": Operation(
        Nothing,
        "list[ModelCheck]",
        "",
        "examine the models and replay their golden answers",
        lambda engine, _: engine.verify_models(),
    ),
    "models.card": Operation(
        OneModel, "str", "", "a model's card, in Markdown", lambda engine, r: engine.model_card(r.name)
    ),
    "models.update": Operation(
        UpdateModels,
        "list[ModelUpdate]",
        "",
        "take signed updates of the models",
        lambda engine, r: engine.update_models(r.folder, root=operands.content(r.root)),
    ),
    "accounts.forget": Operation(
        OneAccount,
        "dict[str, int]",
        "",
        "delete an account with everything that came of it",
        lambda engine, r: engine.forget_account(r.key),
    ),
    "loans.assess": Operation(
        AssessLoan,
        "Assessment",
        "credit_prescreening",
        "say what an instalment would do to the person's money; it never declines",
        lambda engine, r: engine.assess(r.amount, r.months, r.monthly),
    ),
    "loans.propose": Operation(
        ProposeLoan,
        "ReviewView",
        "credit_prescreening",
        "assess a loan and put it before an adviser, whatever was found",
        operands.propose_loan,
        also=("adviser_review",),
    ),
    "reviews.propose": Operation(
        ProposeReview,
        "ReviewView",
        "",
        "put something before whoever decides it, which takes the consent that its kind and its evidence are under",
        operands.propose_review,
    ),
    "categories": Operation(
        Nothing,
        "list[CategoryView]",
        "",
        "list the categories, with their words for people",
        lambda engine, _: engine.categories(),
    ),
}


def call(
    engine: Engine,
    name: str,
    request: msgspec.Struct | None = None,
    progress: Callable[[Tally, int], None] | None = None,
) -> Any:  # noqa: ANN401 - the row's reply
    """Ask the engine by name.

    Args:
        engine: Whom.
        name: Of the operation.
        request: Its parameters; None for none.
        progress: Told after each commit, where the operation reports.

    Raises:
        InputError: There is no such operation, the request is of another type, or one is needed and missing.
        EdgeError: Whatever the operation raises.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        raise InputError("there is no such operation")
    try:
        asked = operation.request() if request is None else request
    except TypeError:
        raise InputError("this operation needs a request") from None
    if type(asked) is not operation.request:
        raise InputError("the request is not of this operation's type")
    if operation.reports:
        return operation.method(engine, asked, progress)
    return operation.method(engine, asked)
