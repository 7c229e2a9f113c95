"""The engine's own reading of a policy against Cedar's, on random questions.

Twenty thousand are asked by default and a million with ``--questions 1000000``.
"""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

from edge_engine import Policy
from edge_engine.consent.evaluation import Use, judge
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient, Rule
from tests.property.cedar_translation import ANYBODY, NO_CHANNEL, Cedar
from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.property.cedar_translation import Single

PARTS: Final = 5
POLICIES: Final = 12
SHARE: Final = 10
"""How many more questions the shipped policy is asked than a random one."""
DAY: Final = date(2027, 1, 1)


def asked(chance: random.Random, purposes: Sequence[str], data: Sequence[str], n: int) -> Iterator[Use]:
    """Yield questions; every third names no channel, and a use of no data at all is among them."""
    for _ in range(n):
        yield Use(
            purpose=chance.choice(purposes),
            gate=chance.choice(list(Gate)),
            data=frozenset(chance.sample(data, min(len(data), chance.choice((0, 1, 1, 1, 2, 2, 3, 5))))),
            recipient=chance.choice(list(Recipient)),
            channel=None if chance.random() < 1 / 3 else chance.choice(list(DeliveryChannel)),
        )


def singles(use: Use, day: date) -> list[Single]:
    """Return a question as Cedar is asked it."""
    channel = NO_CHANNEL if use.channel is None else use.channel.value
    return [
        (use.purpose, use.gate.value, one, use.recipient.value, channel, day.toordinal())
        for one in sorted(use.data)
    ]


def disagreements(rules: Sequence[dict[str, Any]], uses: Sequence[Use], days: Sequence[date]) -> list[Use]:
    """Return the questions that the two answer differently, and see that both answers occur."""
    ours, cedar = msgspec.convert(rules, list[Rule]), Cedar(rules)
    cedar.learn(one for use, day in zip(uses, days, strict=True) for one in singles(use, day))
    found, allowed = [], 0
    for use, day in zip(uses, days, strict=True):
        verdict = judge(ours, use, day).allowed
        allowed += verdict
        if verdict is not cedar.allows(singles(use, day)):
            found.append(use)
    assert 0 < allowed < len(uses)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_the_policy_that_ships_is_read_alike_by_cedar(part: int, request: pytest.FixtureRequest) -> None:
    policy, text = Policy.default(), shipped("purposes.toml")
    n = request.config.getoption("--questions") // PARTS
    uses = list(asked(random.Random(part), list(policy.purposes), list(policy.data), n))
    assert disagreements(tomllib.loads(text)["rule"], uses, [DAY] * n) == []


def written(chance: random.Random) -> dict[str, Any]:
    """Return a rule that nobody thought of, as a policy file would have it."""
    allows = chance.random() < 2 / 3
    whom = [*map(str, Recipient)]
    rule: dict[str, Any] = {
        "id": "random",
        "says": "whatever",
        "effect": "allow" if allows else "deny",
        "purpose": chance.choice("ab") if allows or chance.random() < 1 / 2 else ANYBODY,
        "gates": chance.sample([*map(str, Gate)], chance.randint(1, 5)),
        "data": chance.sample("pqrs", chance.randint(1, 3)),
        "recipients": [ANYBODY] if not allows and chance.random() < 1 / 3 else chance.sample(whom, 2),
    }
    if chance.random() < 1 / 2:
        rule["channels"] = chance.sample([*map(str, DeliveryChannel)], chance.randint(1, 4))
    if allows and chance.random() < 1 / 3:
        rule["until"] = DAY + timedelta(days=chance.randint(-1, 1))
    return rule


@pytest.mark.parametrize("seed", range(POLICIES))
def test_random_policies_are_read_alike_by_cedar(seed: int, request: pytest.FixtureRequest) -> None:
    chance = random.Random(seed)
    rules = [written(chance) for _ in range(chance.randint(4, 12))]
    n = request.config.getoption("--questions") // SHARE
    uses = list(asked(chance, "abc", "pqrst", n))
    days = [DAY + timedelta(days=chance.randint(-1, 1)) for _ in range(n)]
    assert disagreements(rules, uses, days) == []


def test_a_translation_that_forgets_a_prohibition_is_found_out() -> None:
    rules = tomllib.loads(shipped("purposes.toml"))["rule"]
    ours = msgspec.convert(rules, list[Rule])
    cedar = Cedar([one for one in rules if one["id"] != "transactions-never-leave"])
    policy = Policy.default()
    uses = list(asked(random.Random(1), list(policy.purposes), list(policy.data), 5_000))
    cedar.learn(one for use in uses for one in singles(use, DAY))
    agree = all(judge(ours, use, DAY).allowed is cedar.allows(singles(use, DAY)) for use in uses)
    # What no allowance lets through is denied without the prohibition too: it guards what somebody may add one day.
    assert agree
    wide = {**rules[0], "id": "wide", "gates": ["send"], "recipients": ["aggregators"]}
    ours = msgspec.convert([*rules, wide], list[Rule])
    cedar = Cedar([*(one for one in rules if "never" not in one["id"]), wide])
    cedar.learn(one for use in uses for one in singles(use, DAY))
    assert any(judge(ours, use, DAY).allowed is not cedar.allows(singles(use, DAY)) for use in uses)
