from __future__ import annotations

import math

import msgspec
import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import SENSITIVE
from edge_engine.decisions import facts as listed
from edge_engine.decisions.facts import FACTS, Fact, FactKind, Kind, check_facts, fits
from edge_engine.decisions.predicate import Predicate, data_behind, first_failing, mistake
from edge_engine.errors import InputError
from tests.unit.decisions.mistakes import schema

NUMBER = Predicate("engagement", at_least=0.25, below=0.75)
STYLE = Predicate("money_style", one_of=("saver", "balanced"), confidence=0.6)
IOS = Predicate("platform", equals="ios")


@pytest.mark.parametrize(
    ("predicate", "fact", "holds"),
    [
        (NUMBER, Fact(0.25), True),
        (NUMBER, Fact(0.75), False),
        (NUMBER, Fact(0.2), False),
        (NUMBER, Fact("0.5"), False),
        (STYLE, Fact("saver", 0.6), True),
        (STYLE, Fact("saver", 0.59), False),
        (STYLE, Fact("spender", 1.0), False),
        (IOS, Fact("ios"), True),
        (IOS, Fact("android"), False),
    ],
)
def test_a_condition_holds_or_not(predicate: Predicate, fact: Fact, *, holds: bool) -> None:
    assert predicate.holds({predicate.fact: fact}) is holds


def test_what_is_not_known_fulfils_nothing() -> None:
    assert not any(one.holds({}) for one in (NUMBER, STYLE, IOS))


def test_the_first_condition_that_fails_is_named() -> None:
    known = {"engagement": Fact(0.5), "platform": Fact("android")}
    assert first_failing((NUMBER, IOS, STYLE), known) is IOS
    assert first_failing((NUMBER,), known) is None


def test_conditions_are_said_in_words() -> None:
    assert NUMBER.words() == "share of weeks with the app in use is at least 0.25 and below 0.75"
    assert STYLE.words() == "style with money is one of saver, balanced"
    assert Predicate("life_stage", equals="starting_out").words() == "stage of life is starting out"


def test_a_condition_names_the_data_that_consent_is_asked_for() -> None:
    assert data_behind((NUMBER, STYLE)) == {"pd:ServiceConsumptionBehaviour", "pd:PurchasesAndSpendingHabit"}
    assert data_behind(()) == frozenset()


def test_every_fact_rests_on_data_of_the_policy_and_none_on_sensitive_data() -> None:
    known = set(Policy.default().data)
    for name, kind in FACTS.items():
        assert kind.data, name
        assert kind.data <= known, name
        assert SENSITIVE not in kind.data, name
        assert bool(kind.words) is (kind.kind is Kind.WORD), name


def test_the_schema_that_editors_use_knows_the_same_facts() -> None:
    shapes = schema("experiments")["$defs"]["predicate"]["oneOf"]
    assert [one["properties"]["fact"]["const"] for one in shapes] == list(FACTS)
    for shape, kind in zip(shapes, FACTS.values(), strict=True):
        if kind.kind is Kind.WORD:
            assert tuple(shape["properties"]["is"]["enum"]) == kind.words
        else:
            bounds = shape["properties"]["below"]
            assert (bounds["minimum"], bounds["maximum"]) == (kind.low, kind.high)


@pytest.mark.parametrize(
    ("name", "fact", "says"),
    [
        ("wealth", Fact(1.0), "there is no fact wealth"),
        ("engagement", Fact("high"), "does not fit its type"),
        ("engagement", Fact(value=True), "does not fit its type"),
        ("engagement", Fact(math.nan), "does not fit its type"),
        ("engagement", Fact(1.01), "does not fit its type"),
        ("money_style", Fact("miser"), "does not fit its type"),
        ("money_style", Fact(1.0), "does not fit its type"),
        ("engagement", Fact(0.5, 1.5), "confidence of the fact engagement"),
    ],
)
def test_facts_that_are_not_as_listed_are_refused(name: str, fact: Fact, says: str) -> None:
    with pytest.raises(InputError, match=says):
        check_facts({name: fact})


def test_facts_as_listed_are_taken() -> None:
    check_facts({"engagement": Fact(1), "money_style": Fact("saver", 0.2), "spare_share": Fact(-0.4)})


def test_a_flag_is_true_or_false_and_takes_no_other_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    flag = FactKind(Kind.FLAG, "a test", frozenset(("pd:Preference",)))
    monkeypatch.setattr(listed, "FACTS", {**FACTS, "tried": flag})
    monkeypatch.setattr("edge_engine.decisions.predicate.FACTS", {**FACTS, "tried": flag})
    assert fits(flag, value=True)
    assert not fits(flag, 1.0)
    wants = msgspec.convert({"fact": "tried", "is": False}, Predicate)
    assert mistake((wants,)) == ""
    assert wants.holds({"tried": Fact(value=False)})
    assert not wants.holds({"tried": Fact(value=True)})
    assert wants.words() == "a test is not so"
    assert mistake((Predicate("tried", at_least=1.0),)) == "the condition on tried does not fit a flag"
