"""The laws of consent, over policies and histories that nobody thought of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.clock import FakeClock
from edge_engine.consent.evaluation import Use, judge, nameable
from edge_engine.consent.event import EventKind
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import (
    ANY,
    OWN_ACCESS,
    SENSITIVE,
    Basis,
    Controller,
    DataCategory,
    DeliveryChannel,
    Effect,
    Gate,
    Purpose,
    Recipient,
    Rule,
)
from edge_engine.errors import DiskFull, GrantExpired, PurposeDenied
from tests.fakes.ledger_store import MemoryLedgerStore

if TYPE_CHECKING:
    from collections.abc import Iterable

START = datetime(2026, 5, 3, 12, tzinfo=UTC)
PURPOSES = ("insights", "outreach", "experiments")
TERMS = ("pd:Transaction", "pd:Income", "pd:Preference", SENSITIVE)
COLUMNS = ("txn.id", "txn.day", "account.id", "correction.leaf", "engagement.at")
CONTROLLER = Controller("urn:a", "A", "a", "a", "loc:EU", "eu:law-GDPR")
CHANNELS = (None, *DeliveryChannel)

# -- policies, uses and histories ------------------------------------------------------------------------------------


def some(words: Iterable[str], *, least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(list(words)), min_size=least, max_size=3, unique=True).map(tuple)


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    effect = draw(st.sampled_from([Effect.ALLOW, Effect.ALLOW, Effect.DENY]))
    allows = effect is Effect.ALLOW
    return Rule(
        id=f"rule-{number}",
        purpose=draw(st.sampled_from(PURPOSES if allows else (*PURPOSES, ANY))),
        effect=effect,
        gates=tuple(Gate(gate) for gate in draw(some(Gate))),
        data=draw(some(TERMS)),
        recipients=draw(some(Recipient if allows else (*Recipient, ANY))),
        says="words",
        channels=tuple(DeliveryChannel(channel) for channel in draw(some(DeliveryChannel, least=0))),
        until=draw(st.none() | st.dates(date(2026, 5, 1), date(2026, 5, 6))) if allows else None,
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    count = draw(st.integers(1, 5))
    owners = {column: draw(st.sampled_from(TERMS)) for column in COLUMNS}
    purposes = {
        purpose: Purpose(
            purpose, "T", draw(some(("dpv:A", "dpv:B"))), "w", "g", "l", draw(st.integers(1, 400))
        )
        for purpose in PURPOSES
    }
    own = Rule("own", OWN_ACCESS, Effect.ALLOW, (Gate.READ,), TERMS, (Recipient.PERSON,), "yours")
    return Policy(
        version="p",
        issued=date(2026, 1, 1),
        controller=CONTROLLER,
        purposes={
            OWN_ACCESS: Purpose(OWN_ACCESS, "O", ("dpv:R",), "w", "g", "l", basis=Basis.RIGHT_OF_ACCESS),
            **purposes,
        },
        rules=(own, *(draw(rules(number)) for number in range(count))),
        data={
            term: DataCategory(term, "t", "h", tuple(name for name in COLUMNS if owners[name] == term))
            for term in TERMS
        },
        digest="d",
    )


uses = st.builds(
    Use,
    st.sampled_from(PURPOSES),
    st.sampled_from(Gate),
    st.frozensets(st.sampled_from(TERMS), min_size=1),
    st.sampled_from(Recipient),
    st.sampled_from(CHANNELS),
)

days = st.dates(date(2026, 4, 30), date(2026, 5, 7))
purposes_asked = st.sampled_from(PURPOSES)


def open_ledger(policy: Policy, store: MemoryLedgerStore | None = None, at: datetime = START) -> Ledger:
    return Ledger(store or MemoryLedgerStore(), policy, FakeClock(at))


def allows(ledger: Ledger, use: Use) -> bool:
    """Return whether a grant is minted, which must agree with the explanation."""
    told = ledger.explain(use.purpose, use.gate, use.data, use.recipient, use.channel)
    if not told.allowed:
        with pytest.raises(PurposeDenied) as refused:
            ledger.mint(use.purpose, use.gate, use.data, use.recipient, use.channel)
        assert (refused.value.rule, refused.value.message) == (told.rule, told.because)
        return False
    grant = ledger.mint(use.purpose, use.gate, use.data, use.recipient, use.channel)
    grant.check()
    assert grant.data == use.data
    return True


ALL_USES = [
    Use(purpose, gate, frozenset({term}), recipient, channel)
    for purpose in PURPOSES
    for gate in Gate
    for term in TERMS
    for recipient in Recipient
    for channel in (None, DeliveryChannel.FEED)
]


# -- what the rules say ----------------------------------------------------------------------------------------------


@given(policies(), uses, days)
def test_deny_wins_over_every_allowance(policy: Policy, use: Use, day: date) -> None:
    prohibition = Rule(
        "never", use.purpose, Effect.DENY, (use.gate,), tuple(use.data)[:1], (use.recipient,), "no"
    )

    for among in ((*policy.rules, prohibition), (prohibition, *policy.rules)):
        assert not judge(among, use, day).allowed


@given(policies(), uses, days, rules(9))
def test_one_more_prohibition_never_allows_more(policy: Policy, use: Use, day: date, more: Rule) -> None:
    if more.effect is Effect.DENY and judge((*policy.rules, more), use, day).allowed:
        assert judge(policy.rules, use, day).allowed


@given(policies(), uses, days, st.randoms(use_true_random=False))
def test_the_order_of_rules_decides_nothing(policy: Policy, use: Use, day: date, chance: object) -> None:
    shuffled = sorted(policy.rules, key=lambda rule: hash((rule.id, str(chance))))

    assert judge(shuffled, use, day).allowed == judge(policy.rules, use, day).allowed


@given(policies(), uses, days)
def test_more_data_is_allowed_only_where_each_part_is(policy: Policy, use: Use, day: date) -> None:
    alone = [
        judge(policy.rules, Use(use.purpose, use.gate, frozenset({term}), use.recipient, use.channel), day)
        for term in use.data
    ]

    assert judge(policy.rules, use, day).allowed == all(verdict.allowed for verdict in alone)


@given(policies(), uses, days)
def test_what_can_be_named_is_exactly_what_is_allowed(policy: Policy, use: Use, day: date) -> None:
    named = nameable(policy.rules, use, day)
    for term in TERMS:
        single = Use(use.purpose, use.gate, frozenset({term}), use.recipient, use.channel)
        assert judge(policy.rules, single, day).allowed == (term in named)


# -- what the ledger allows ------------------------------------------------------------------------------------------


@given(policies(), uses)
def test_nothing_is_allowed_before_consent(policy: Policy, use: Use) -> None:
    assert not allows(open_ledger(policy), use)


@given(policies(), uses)
def test_with_consent_the_policy_decides(policy: Policy, use: Use) -> None:
    ledger = open_ledger(policy)
    ledger.grant(use.purpose)

    assert allows(ledger, use) == judge(policy.rules, use, START.date()).allowed


@settings(max_examples=50)
@given(
    policies(),
    st.text(max_size=12),
    st.text(max_size=12),
    st.text(max_size=12),
    st.lists(st.text(max_size=12), max_size=3),
    st.none() | st.text(max_size=12),
)
def test_whatever_is_unknown_is_denied(
    policy: Policy, purpose: str, gate: str, recipient: str, data: list[str], channel: str | None
) -> None:
    ledger = open_ledger(policy)
    for known in PURPOSES:
        ledger.grant(known)
    for asked in (
        (purpose, "read", None, "device", None),
        ("insights", gate, None, "device", None),
        ("insights", "read", data, "device", None),
        ("insights", "read", None, recipient, None),
        ("insights", "read", None, "device", channel),
    ):
        known_words = (
            asked[0] in policy.purposes
            and asked[1] in set(Gate)
            and (asked[2] is None or set(asked[2]) <= set(TERMS))
            and asked[3] in set(Recipient)
            and (asked[4] is None or asked[4] in set(DeliveryChannel))
        )
        told = ledger.explain(*asked)
        assert known_words or not told.allowed
        assert known_words or told.rule.startswith("unknown-")


@settings(max_examples=50)
@given(policies(), st.permutations(PURPOSES), st.sets(purposes_asked))
def test_the_order_of_consents_decides_nothing(policy: Policy, order: list[str], granted: set[str]) -> None:
    one, other = open_ledger(policy), open_ledger(policy)
    for purpose in sorted(granted):
        one.grant(purpose)
    for purpose in (purpose for purpose in order if purpose in granted):
        other.grant(purpose)

    for use in ALL_USES[::7]:
        assert allows(one, use) == allows(other, use)


@settings(max_examples=50)
@given(policies(), uses, st.lists(st.tuples(st.booleans(), purposes_asked), max_size=6))
def test_after_withdrawing_everything_is_denied_whatever_came_before(
    policy: Policy, use: Use, before: list[tuple[bool, str]]
) -> None:
    ledger = open_ledger(policy)
    for gives, purpose in before:
        (ledger.grant if gives else ledger.withdraw)(purpose)
    ledger.withdraw(use.purpose)

    assert not allows(ledger, use)
    for everything in ALL_USES[::5]:
        assert everything.purpose != use.purpose or not allows(ledger, everything)


@settings(max_examples=50)
@given(policies(), uses)
def test_every_grant_dies_with_its_purpose_and_no_other(policy: Policy, use: Use) -> None:
    ledger = open_ledger(policy)
    grants = []
    for purpose in PURPOSES:
        ledger.grant(purpose)
        for each in ALL_USES:
            if (
                each.purpose == purpose
                and ledger.explain(purpose, each.gate, each.data, each.recipient).allowed
            ):
                grants.append(ledger.mint(purpose, each.gate, each.data, each.recipient))
                break
    ledger.withdraw(use.purpose)

    for grant in grants:
        if grant.purpose == use.purpose:
            with pytest.raises(GrantExpired):
                grant.check()
        else:
            grant.check()


@settings(max_examples=50)
@given(policies(), uses)
def test_own_access_is_always_open_and_to_the_person_alone(policy: Policy, use: Use) -> None:
    store = MemoryLedgerStore()
    ledger = open_ledger(policy, store)
    ledger.grant(use.purpose)
    store.kept[0] = type(store.kept[0])(1, b"{}", b"", b"")
    ledger = open_ledger(policy, store)

    denied_to_everybody = {
        term
        for rule in policy.rules
        if rule.effect is Effect.DENY
        and rule.purpose == ANY
        and Gate.READ in rule.gates
        and not rule.channels
        and {ANY, Recipient.PERSON} & set(rule.recipients)
        for term in rule.data
    }
    for term in set(TERMS) - denied_to_everybody:
        ledger.mint(OWN_ACCESS, Gate.READ, [term], Recipient.PERSON).check()
    mine = Use(OWN_ACCESS, use.gate, use.data, use.recipient, use.channel)
    if (use.gate, use.recipient, use.channel) != (Gate.READ, Recipient.PERSON, None):
        assert not allows(ledger, mine)
    assert not allows(ledger, use)


# -- time ------------------------------------------------------------------------------------------------------------

hours = st.integers(-24 * 500, 24 * 500)


@settings(max_examples=60)
@given(st.lists(st.tuples(hours, st.booleans()), min_size=1, max_size=8), st.integers(1, 90))
def test_a_clock_going_back_never_revives_what_ended(moves: list[tuple[int, bool]], held_days: int) -> None:
    clock, store = FakeClock(START), MemoryLedgerStore()
    ledger = Ledger(store, Policy.default(), clock)
    ledger.grant("credit_prescreening", held_days)
    ended = False
    for by, reopens in moves:
        clock.advance(timedelta(hours=by))
        if reopens:
            ledger.close()
            ledger = Ledger(store, Policy.default(), clock)
        told = ledger.explain("credit_prescreening")
        ended = ended or clock.now() >= START + timedelta(days=held_days)
        assert not (ended and told.allowed)
        assert told.allowed or told.rule == "expired"
    ledger.verify()
    times = [event.at for event in ledger.history()]
    assert times == sorted(times)


@settings(max_examples=60)
@given(st.lists(hours, max_size=6))
def test_a_withdrawal_is_for_ever_whatever_the_clock_says(moves: list[int]) -> None:
    clock, store = FakeClock(START), MemoryLedgerStore()
    ledger = Ledger(store, Policy.default(), clock)
    ledger.grant("insights")
    ledger.withdraw("insights")
    for by in moves:
        clock.advance(timedelta(hours=by))
        assert ledger.explain("insights").rule == "withdrawn"
        assert Ledger(store, Policy.default(), clock).explain("insights").rule == "withdrawn"


# -- a later policy --------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(policies(), policies(), purposes_asked)
def test_a_later_policy_never_widens_what_was_agreed_to(then: Policy, now: Policy, purpose: str) -> None:
    store = MemoryLedgerStore()
    open_ledger(then, store).grant(purpose)
    before, after = open_ledger(then, store), open_ledger(now, store)

    for use in ALL_USES:
        if use.purpose == purpose and allows(after, use):
            assert allows(before, use)
            asked = (use.purpose, use.gate, use.data, use.recipient, use.channel)
            was, will = before.mint(*asked), after.mint(*asked)
            assert will.columns <= was.columns
            assert will.not_after <= was.not_after


@settings(max_examples=50)
@given(policies(), policies(), uses)
def test_asking_for_everything_gives_no_more_than_asking_for_each(
    then: Policy, now: Policy, use: Use
) -> None:
    store = MemoryLedgerStore()
    open_ledger(then, store).grant(use.purpose)
    ledger = open_ledger(now, store)
    single = {
        term
        for term in TERMS
        if allows(ledger, Use(use.purpose, use.gate, frozenset({term}), use.recipient, use.channel))
    }

    try:
        everything = ledger.mint(use.purpose, use.gate, None, use.recipient, use.channel).data
    except PurposeDenied:
        everything = frozenset()

    assert everything == single


# -- a store that fails ----------------------------------------------------------------------------------------------

acts = st.lists(
    st.tuples(
        st.sampled_from(["grant", "withdraw"]), purposes_asked, st.sampled_from(["works", "full", "late"])
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(acts)
def test_whatever_the_store_does_the_last_word_of_the_person_counts_and_the_chain_holds(
    history: list[tuple[str, str, str]],
) -> None:
    store, clock = MemoryLedgerStore(), FakeClock(START)
    ledger = Ledger(store, Policy.default(), clock)
    off: set[str] = set(PURPOSES)
    for act, purpose, trouble in history:
        store.full, store.full_once_kept = trouble == "full", trouble == "late"
        try:
            getattr(ledger, act)(purpose)
        except DiskFull:
            pass
        else:
            off.discard(purpose)
        if act == "withdraw":
            off.add(purpose)
        elif trouble == "late":
            off.discard(purpose)  # it was kept, though the store failed afterwards
        for one in off:
            assert ledger.explain(one).rule in {"not-granted", "withdrawn", "default-deny"}
    store.full = store.full_once_kept = False
    ledger.state()
    ledger.verify()
    reopened = Ledger(store, Policy.default(), clock)
    for one in off:
        assert not reopened.explain(one).allowed
    assert [event.seq for event in reopened.history()] == list(range(1, len(store.kept) + 1))
    assert {event.kind for event in reopened.history()} <= {EventKind.GRANT, EventKind.WITHDRAW}
