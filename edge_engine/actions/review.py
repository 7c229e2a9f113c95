"""What people decide upon: the exact bytes they see, and the exact bytes an adviser signs."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge_engine import arguments
from edge_engine.actions.canonical import Value, canonical, digest, parse
from edge_engine.actions.saving import MAX_UNIT
from edge_engine.domain.money import MAX_MINOR, Money, exponent
from edge_engine.errors import ApprovalForged, InputError
from edge_engine.vault.reviewing import ReviewState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_engine.actions.rules import Adviser
    from edge_engine.vault.action_queries import ReviewRow
    from edge_engine.vault.reviewing import StoredReview

SCHEMA: Final = 1
STATEMENT: Final = "edge-engine.approval.1"
"""Says, inside what is signed, what it is: no other signature of the same key can pass for an approval."""

MAX_WORDS: Final = 2000
"""Longest text, in characters, that a person writes to another about a review."""

AMOUNTS: Final = frozenset(
    ("amount", "monthly", "per_purchase", "per_week", "per_sweep", "per_month", "floor", "term_months")
)
"""Terms that are whole numbers, none of them negative."""

Term = str | int
APPROVE: Final = "approve"
REJECT: Final = "reject"
ASK: Final = "ask"
VERDICTS: Final = (APPROVE, REJECT, ASK)


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fact that a reviewer may see.

    Attributes:
        name: What it is, in snake case.
        data: Its data category, as a term of the policy.
        purposes: Every purpose that it took to find it; withdrawing any of them deletes the review.
        value: The fact.
    """

    name: str
    data: str
    purposes: tuple[str, ...]
    value: str | int | Money


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that an adviser asked the person.

    Attributes:
        by: The adviser's identifier.
        question: Theirs.
        answer: The person's; empty until it is given.
    """

    by: str
    question: str
    answer: str = ""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is shown of a review, and so everything that an approval is bound to.

    Attributes:
        schema: 1.
        review: Identifier of the review, 128 random bits in hexadecimal.
        kind: Of the review.
        level: Of the kind.
        title: Of the kind.
        proposer: ``engine``, ``person``, or an adviser's identifier.
        advice: What the engine would say: ``approve``, ``reject`` or nothing.
        terms: What would be done.
        evidence: Why.
        asked: Questions and answers so far.
        due: First moment, in Unix seconds, at which it cannot be decided any more.
    """

    schema: int
    review: str
    kind: str
    level: int
    title: str
    proposer: str
    advice: str
    terms: dict[str, Term]
    evidence: tuple[Evidence, ...]
    asked: tuple[Question, ...]
    due: int

    def canonical(self) -> bytes:
        """Return the bytes that are shown and hashed.

        Raises:
            InputError: A value cannot be written exactly, or all of it is too large to be decided upon.
        """
        document: Value = msgspec.to_builtins(self)
        return canonical(document)

    @classmethod
    def read(cls, raw: bytes) -> Content:
        """Return what canonical bytes hold.

        Raises:
            InputError: They hold something else.
        """
        try:
            return msgspec.convert(parse(raw), cls)
        except msgspec.ValidationError:
            raise InputError("this is not the content of a review") from None


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an adviser signs.

    Attributes:
        type: `STATEMENT`.
        review: Identifier of the review.
        content: SHA-256 of the bytes that were shown, hexadecimal.
        verdict: ``approve``, ``reject`` or ``ask``.
        adviser: Identifier of the adviser, as the policy names them.
        at: Moment of signing, Unix seconds.
        until: First moment at which the approval no longer holds.
        note: The question where the verdict is ``ask``, else a reason or nothing.
    """

    type: str
    review: str
    content: str
    verdict: str
    adviser: str
    at: int
    until: int
    note: str = ""

    def canonical(self) -> bytes:
        """Return the bytes that are signed."""
        document: Value = msgspec.to_builtins(self)
        return canonical(document)


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement with its signature.

    Attributes:
        statement: What was signed, in its canonical form.
        signature: Ed25519 (RFC 8032) over the statement's canonical bytes, 128 hexadecimal digits.
    """

    statement: Statement
    signature: str

    @classmethod
    def read(cls, raw: bytes) -> Signed:
        """Read the JSON file that an adviser's program wrote.

        Raises:
            InputError: It is something else.
        """
        try:
            return msgspec.json.decode(raw, type=cls)
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
            raise InputError("this is not a signed approval") from None


def sign(statement: Statement, key: Ed25519PrivateKey) -> Signed:
    """Sign a statement; what an adviser's program does."""
    return Signed(statement, key.sign(statement.canonical()).hex())


def verify(signed: Signed, adviser: Adviser | None) -> bytes:
    """Return the signature when the adviser made it.

    Raises:
        ApprovalForged: Nobody by this name has a key, the statement is none, or the key did not sign it.
    """
    if adviser is None or signed.statement.adviser != adviser.id:
        raise ApprovalForged("the policy names no key of this adviser")
    if signed.statement.type != STATEMENT or signed.statement.verdict not in VERDICTS:
        raise ApprovalForged("what was signed is not an approval")
    try:
        signature = bytes.fromhex(signed.signature)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(adviser.key)).verify(
            signature, signed.statement.canonical()
        )
    except (InvalidSignature, ValueError, InputError):
        raise ApprovalForged("the signature is not this adviser's over this statement") from None
    return signature


class Shown(msgspec.Struct, frozen=True):
    """A review as it is put before whoever decides it.

    Attributes:
        content: What is shown.
        raw: Its canonical bytes.
        digest: SHA-256 of them, hexadecimal: what an approval names.
    """

    content: Content
    raw: bytes
    digest: str


def shown(raw: bytes) -> Shown:
    """Return the content of stored bytes with their digest."""
    return Shown(Content.read(raw), raw, digest(raw).hex())


class ReviewView(msgspec.Struct, frozen=True):
    """A review in a list.

    Attributes:
        id: Identifier.
        kind: Of the review.
        title: In words for people.
        level: 1 to 3.
        state: ``pending``, ``approved``, ``rejected``, ``asked`` or ``expired``.
        proposer: Who proposed it.
        purposes: Every purpose that it rests on.
        made: When it was proposed.
        due: Until when it can be decided.
        approver: Who decided it; empty while nobody has.
        until: Until when an approval holds.
        used: Whether an approval for once was used.
        digest: SHA-256 of what is shown, hexadecimal.
    """

    id: str
    kind: str
    title: str
    level: int
    state: str
    proposer: str
    purposes: tuple[str, ...]
    made: datetime
    due: datetime
    approver: str
    until: datetime | None
    used: bool
    digest: str


def view(row: StoredReview | ReviewRow) -> ReviewView:
    """Return a stored review for a list."""
    return ReviewView(
        id=row.id,
        kind=row.kind,
        title=Content.read(row.content).title,
        level=row.level,
        state=ReviewState(row.state).name.lower(),
        proposer=row.proposer,
        purposes=tuple(row.purpose.split()),
        made=moment(row.made),
        due=moment(row.due),
        approver=row.approver,
        until=None if row.until is None else moment(row.until),
        used=row.used_by is not None,
        digest=row.digest.hex(),
    )


def moment(seconds: int) -> datetime:
    """Return a stored moment, aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def exact_terms(given: Mapping[str, Term], named: Sequence[str]) -> dict[str, Term]:
    """Return terms when they are exactly the named ones.

    Raises:
        InputError: One is missing, too many, or neither a text nor a whole number.
    """
    sentence = f"the terms are exactly: {', '.join(named)}"
    arguments.fields(given, sentence)
    if set(given) != set(named):
        raise InputError(sentence)
    if not all(type(value) is int or _is_text(value) for value in given.values()):
        raise InputError("a term is a text or a whole number")
    return dict(given)


def plausible(terms: dict[str, Term]) -> dict[str, Term]:
    """Return terms that somebody could carry out: nobody is asked to approve what is refused later, or does nothing.

    Raises:
        InputError: An amount is none or negative, a currency is unknown, a unit is out of range, or money would go
            from an account to itself.
    """
    for name in AMOUNTS & terms.keys():
        arguments.within(terms[name], 0, MAX_MINOR, f"{name} is an amount in minor units, 0 or more")
    if "unit" in terms:
        arguments.within(terms["unit"], 1, MAX_UNIT, f"a unit is 1 to {MAX_UNIT:,} minor units")
    if "currency" in terms:
        exponent(arguments.text(terms["currency"], "a currency is an ISO 4217 code"))
    if "from_account" in terms and terms["from_account"] == terms.get("to_account"):
        raise InputError("money does not go from an account to itself")
    return terms


def _is_text(value: object) -> bool:
    with suppress(InputError):
        arguments.text(value, "a text")
        return True
    return False
