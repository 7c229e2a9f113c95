from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import VaultError
from edge_engine.vault.acting import OutcomeVerdict, StoredOutcome
from edge_engine.vault.deciding import MAX_SILENT, MAX_TRACES, DecisionState, StoredDecision, StoredReaction
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_engine.clock import FakeClock


def decided(
    key: str,
    *,
    state: DecisionState = DecisionState.DELIVERED,
    purpose: str = "recommendations",
    offer: str = "cancel_help",
) -> StoredDecision:
    return StoredDecision(
        key,
        1,
        "feed",
        offer,
        "cancel_help",
        0,
        0,
        "moment",
        purpose,
        int(state),
        0.5,
        0.1,
        "p 1",
        b"f" * 22,
        900,
        "GBP",
    )


def rows(vault: Vault, sql: str) -> list[tuple[object, ...]]:
    return list(vault.connection.execute(sql).fetchall())


def test_reactions_only_grow_and_nothing_comes_of_what_was_not_shown(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.decisions.add(decided("seen"), b"{}")
        writer.decisions.add(decided("waiting", state=DecisionState.WAITING), b"{}")
        assert not writer.decisions.react("waiting", StoredReaction.OPENED)
        assert writer.decisions.react("seen", StoredReaction.OPENED)
        assert not writer.decisions.react("seen", StoredReaction.OPENED)
        assert writer.decisions.react("seen", StoredReaction.ACTED)
        assert not writer.decisions.react("seen", StoredReaction.CLOSED)
        assert writer.decisions.react("seen", StoredReaction.NEVER)
    assert rows(vault, "SELECT id, reaction FROM decision ORDER BY seq") == [("seen", 5), ("waiting", 0)]


def test_a_decision_is_delivered_once_and_learned_from_once(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.decisions.add(decided("one", state=DecisionState.WAITING), b"{}")
        assert writer.decisions.move("one", DecisionState.DELIVERED)
        assert not writer.decisions.move("one", DecisionState.DELIVERED)
        assert not writer.decisions.move("one", DecisionState.LAPSED)
        assert writer.decisions.observe("one", b"row")
        assert not writer.decisions.observe("one", b"another")
        assert not writer.decisions.observe("nobody", b"row")
    assert rows(vault, "SELECT decision, purpose, model, prior, row FROM observation") == [
        ("one", "recommendations", "p 1", 0.1, b"row")
    ]
    with pytest.raises(VaultError), vault.committing() as connection:
        connection.execute("UPDATE observation SET row = x'00'")


def test_few_silent_decisions_and_few_traces_are_kept(vault: Vault) -> None:
    with vault.writing() as writer:
        for n in range(MAX_SILENT + 7):
            writer.decisions.add(decided(f"silent {n}", state=DecisionState.SILENT, offer=""), b"{}")
        for n in range(MAX_TRACES + 3):
            writer.decisions.add(decided(f"told {n}"), b"{}")
    assert rows(vault, "SELECT count(*), min(id) FROM decision WHERE state = 0")[0] == (
        MAX_SILENT,
        "silent 10",
    )
    assert rows(vault, "SELECT count(*) FROM decision_trace")[0][0] == MAX_TRACES


@pytest.fixture
def vault(folder: Path, clock: FakeClock) -> Iterator[Vault]:
    """An empty store: the stocked one has decisions already."""
    with Vault.open(folder, KEY, clock=clock) as opened:
        yield opened


def test_withdrawal_takes_decisions_what_was_learned_and_the_sums_and_leaves_never_again(
    vault: Vault,
) -> None:
    with vault.writing() as writer:
        writer.decisions.add(decided("plain"), b"{}")
        writer.decisions.add(decided("credit", purpose="credit_prescreening recommendations"), b"{}")
        for key in ("plain", "credit"):
            writer.decisions.observe(key, key.encode())
        writer.decisions.keep_posterior(2, b"sums", "p 1")
        writer.decisions.assign("try", "arm")
        assert writer.decisions.expose("try", "arm")
        assert not writer.decisions.expose("try", "arm")
        writer.decisions.refuse("family", "credit")
        writer.decisions.see_stress(("recommendations",), 7)
        writer.decisions.say_stress(short=True)
    with vault.writing() as writer:
        removed = writer.purge(["credit_prescreening"])
    assert (removed["decision"], removed["decision_trace"], removed["observation"]) == (1, 1, 1)
    assert rows(vault, "SELECT row FROM observation") == [(b"plain",)]
    assert rows(vault, "SELECT * FROM posterior") == []
    assert len(rows(vault, "SELECT * FROM assignment")) == 1
    with vault.writing() as writer:
        removed = writer.purge(["experiments", "recommendations"])
    assert removed == {
        "decision": 1,
        "decision_trace": 1,
        "observation": 1,
        "stress": 1,
        "assignment": 1,
        "exposure": 1,
    }
    assert rows(vault, "SELECT what, name FROM never_again") == [("family", "credit")]
    assert rows(vault, "SELECT source FROM stress") == [("said",)]
    with vault.writing() as writer:
        writer.decisions.say_stress(short=False)
    assert rows(vault, "SELECT source FROM stress") == []


def test_signs_of_stress_are_never_seen_earlier_than_before(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.decisions.see_stress(("recommendations",), 70)
        writer.decisions.see_stress(("recommendations", "insights"), 7)
    assert rows(vault, "SELECT at, purpose FROM stress") == [(70, "insights recommendations")]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM never_again",
        "UPDATE never_again SET name = 'other'",
        "UPDATE assignment SET arm = 'other'",
    ],
)
def test_what_is_for_ever_stays(vault: Vault, statement: str) -> None:
    with vault.writing() as writer:
        writer.decisions.refuse("offer", "cashback")
        writer.decisions.assign("try", "arm")
        writer.decisions.assign("try", "other")
    assert rows(vault, "SELECT arm FROM assignment") == [("arm",)]
    with pytest.raises(VaultError), vault.committing() as connection:
        connection.execute(statement)


def test_an_outcome_of_never_is_never_again(vault: Vault) -> None:
    with vault.writing() as writer:
        writer.actions.add_outcome(
            StoredOutcome("it", "loan", "recommendations", int(OutcomeVerdict.NEVER), 5, 0, "")
        )
    assert rows(vault, "SELECT what, name FROM never_again") == [("kind", "loan")]
