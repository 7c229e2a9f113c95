"""What the engine can be asked, as typed requests; `edge_engine.operations` has the table that they belong to.

Field names are append-only.
"""

from __future__ import annotations

import msgspec

from edge_engine.domain.money import Money


class Nothing(msgspec.Struct, frozen=True):
    """A request without parameters."""


class Import(msgspec.Struct, frozen=True):
    """Read a statement or an event file.

    Attributes:
        path: The file; empty where its bytes are given.
        format: ``auto``, or a format's name to skip detection.
        mapping: A TOML file that names the columns of a CSV; empty for detection.
        account: Key of the account, for files that name none.
        currency: ISO 4217 code, for files that name none.
        content: The file's bytes, where it has no path on this device.
    """

    path: str = ""
    format: str = "auto"
    mapping: str = ""
    account: str = ""
    currency: str = ""
    content: bytes | msgspec.UnsetType = msgspec.UNSET


class Transactions(msgspec.Struct, frozen=True):
    """Look at transactions, newest first.

    Attributes:
        limit: How many at most; 1 to 100,000.
        offset: How many of the newest to pass over.
        since: First booking day as ``YYYY-MM-DD``; empty for all.
        until: Last booking day; empty for all.
        account: Key of one account; empty for all.
    """

    limit: int = 50
    offset: int = 0
    since: str = ""
    until: str = ""
    account: str = ""


class OneAccount(msgspec.Struct, frozen=True):
    """Name an account by its key."""

    key: str


class Categorize(msgspec.Struct, frozen=True):
    """Categorize texts that are not in the store.

    Attributes:
        texts: At most 10,000; of each the first 1,000 characters count.
    """

    texts: list[str]


class Correct(msgspec.Struct, frozen=True):
    """Teach a category.

    Attributes:
        transaction_id: The transaction that is wrong.
        category: Leaf id of the taxonomy.
        only_this: Whether other transactions of the merchant stay as they are.
    """

    transaction_id: int
    category: str
    only_this: bool = False


class Uncorrect(msgspec.Struct, frozen=True):
    """Take back a correction made for a transaction or its merchant."""

    transaction_id: int


class Spending(msgspec.Struct, frozen=True):
    """Ask for money by month.

    Attributes:
        months: How many months, the present one included; 1 to 120.
        by: ``group`` or ``leaf`` of the taxonomy.
    """

    months: int = 6
    by: str = "group"


class Forecast(msgspec.Struct, frozen=True):
    """Ask where balances are heading; 1 to 26 weeks."""

    weeks: int = 8


class AnswerTrait(msgspec.Struct, frozen=True):
    """Say of a trait whether it is so.

    Attributes:
        name: Of the trait.
        answer: ``not_true``, which is for ever, or ``confirmed``.
    """

    name: str
    answer: str


class SetTrait(msgspec.Struct, frozen=True):
    """Say in your own word what is so.

    Attributes:
        name: Of the trait.
        value: A word or a number; null takes your word back.
    """

    name: str
    value: float | str | None


class AnswerHypothesis(msgspec.Struct, frozen=True):
    """Say of a hypothesis whether it is so.

    Attributes:
        id: Of the hypothesis.
        answer: ``confirmed``, or ``not_true``, which is for ever.
    """

    id: str
    answer: str


class Decide(msgspec.Struct, frozen=True):
    """Choose what to suggest now; ``feed``, or a channel that the host connected."""

    channel: str = "feed"


class React(msgspec.Struct, frozen=True):
    """Take in what just happened and answer it at once.

    Attributes:
        path: A file; empty where its bytes are given.
        content: The file's bytes.
        format: ``auto``, or a format's name to skip detection.
        channel: ``feed``, or a channel that the host connected.
    """

    path: str = ""
    content: bytes | msgspec.UnsetType = msgspec.UNSET
    format: str = "auto"
    channel: str = "feed"


class OneDecision(msgspec.Struct, frozen=True):
    """Name a decision."""

    id: str


class Decisions(msgspec.Struct, frozen=True):
    """Look at decisions, the latest first.

    Attributes:
        limit: How many at most; 1 to 1,000.
        silent: Whether decisions for silence are among them.
    """

    limit: int = 50
    silent: bool = False


class TellOutcome(msgspec.Struct, frozen=True):
    """Say what came of a suggestion.

    Attributes:
        id: Of the decision.
        verdict: ``opened``, ``acted``, ``dismissed``, ``not_now``, or ``never``, which is for ever.
        value: What the person has from it, where they acted.
        covers: What never covers: the ``offer``, its ``kind``, its ``family``, or ``everything``.
    """

    id: str
    verdict: str
    value: Money | None = None
    covers: str = "kind"


class SayNever(msgspec.Struct, frozen=True):
    """Say what is never to be suggested again: ``offer``, ``kind`` or ``family`` with its name, or ``everything``."""

    covers: str = "everything"
    name: str = ""


class SayShort(msgspec.Struct, frozen=True):
    """Say that money is short, or no longer is."""

    short: bool = True


class OneReview(msgspec.Struct, frozen=True):
    """Name a review.

    Attributes:
        id: Of the review.
        adviser: Who looks; empty for the person.
    """

    id: str
    adviser: str = ""


class DecideReview(msgspec.Struct, frozen=True):
    """Decide a review.

    Attributes:
        id: Of the review.
        seen: The person's word: the digest of what they saw.
        signed: An adviser's word: the JSON of their statement and signature.
    """

    id: str
    seen: str = ""
    signed: str = ""


class AnswerReview(msgspec.Struct, frozen=True):
    """Answer what an adviser asked about a review."""

    id: str
    words: str


class AssessLoan(msgspec.Struct, frozen=True):
    """Ask what an instalment would do to the person's money.

    Attributes:
        amount: What would be paid out.
        months: How many instalments.
        monthly: One instalment.
    """

    amount: Money
    months: int
    monthly: Money


class ProposeLoan(msgspec.Struct, frozen=True):
    """Put a loan, with what is found of it and whatever that is, before an adviser.

    Attributes:
        amount: What would be paid out.
        months: How many instalments.
        monthly: One instalment.
        product: The bank's name of it.
        account: Key of the account where it is paid out.
        proposer: ``engine``, or ``person`` where they asked for it themselves.
    """

    amount: Money
    months: int
    monthly: Money
    product: str
    account: str
    proposer: str = "engine"


class Fact(msgspec.Struct, frozen=True):
    """One fact that whoever decides may see.

    Attributes:
        name: What it is, in snake case.
        data: Its data category, as a term of the policy; one of those that the kind of review names.
        purposes: Every purpose that it took to find it; withdrawing any of them deletes the review.
        value: The fact.
    """

    name: str
    data: str
    purposes: tuple[str, ...]
    value: str | int | Money


class ProposeReview(msgspec.Struct, frozen=True):
    """Put something before whoever decides it, such as a saving before the person.

    Attributes:
        kind: Of the review, as the rules name it.
        terms: What would be done; exactly the fields that the rules list for the kind.
        evidence: Why.
        proposer: ``engine``, ``person``, or an adviser's identifier.
        advice: What the engine would say: ``approve``, ``reject`` or nothing. It decides nothing.
    """

    kind: str
    terms: dict[str, str | int]
    evidence: list[Fact] = []
    proposer: str = "engine"
    advice: str = ""


class StartWorkflow(msgspec.Struct, frozen=True):
    """Begin a workflow; it is only written down, and asked of the back end when workflows are run.

    Attributes:
        kind: Of the workflow, as the rules name it.
        key: What it is done for: once.
        fields: What its packets hold; empty where it rests on an approval.
        review: The approved review that it rests on; empty for none.
    """

    kind: str
    key: str
    fields: dict[str, str | int] = {}
    review: str = ""


class OnePurpose(msgspec.Struct, frozen=True):
    """Name a purpose of the policy."""

    purpose: str


class Grant(msgspec.Struct, frozen=True):
    """Give consent to a purpose.

    Attributes:
        purpose: Identifier of the purpose.
        days: Days until it ends by itself; 0 for what the policy says.
    """

    purpose: str
    days: int = 0


class Explain(msgspec.Struct, frozen=True):
    """Ask which rule would decide a use of data."""

    purpose: str
    data: str
    gate: str = "read"
    recipient: str = "device"
    channel: str = ""


class OneSignal(msgspec.Struct, frozen=True):
    """Name a signal of the catalogue."""

    signal: str


class Sync(msgspec.Struct, frozen=True):
    """Measure, seal and send.

    Attributes:
        hurry: Whether reports go at once and not at the random moment drawn for each.
    """

    hurry: bool = False


class Export(msgspec.Struct, frozen=True):
    """Write everything the person owns into a new ZIP file."""

    path: str


class OneModel(msgspec.Struct, frozen=True):
    """Name a model."""

    name: str


class UpdateModels(msgspec.Struct, frozen=True):
    """Take updates of the models from a folder that holds an update repository.

    Attributes:
        folder: Holds ``metadata`` and ``targets``, as The Update Framework lays them out.
        root: File with the root metadata that is trusted.
    """

    folder: str
    root: str


class WriteEvidence(msgspec.Struct, frozen=True):
    """Write what an auditor asks for.

    Attributes:
        folder: One that is not there yet.
        erasures: Files with receipts of erasures.
    """

    folder: str
    erasures: tuple[str, ...] = ()
