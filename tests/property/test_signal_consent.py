"""Random histories of a device: not one byte leaves without a consent that holds at that very moment.

A thousand are lived by default and ten thousand with ``--histories 10000``.

A history is a walk of grants, withdrawals, expiries, changes of policy, crashes at any request or write, clocks set
forward and back, and synchronizations. A model that knows nothing of the engine keeps what a person would say is
allowed, and judges every request as it is made.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

from edge_engine import Engine, FakeClock, Policy
from edge_engine.consent.purpose import Effect, Gate
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import Event
from edge_engine.signals.permission import consented, permit
from edge_engine.signals.tasks import Aggregators, task_of
from edge_engine.vault.store import Vault
from edge_engine_sync.client import _PROBLEM_NAMESPACE
from edge_engine_sync.errors import Unreachable
from edge_engine_sync.hpke import suite
from edge_engine_sync.messages import MEDIA_HPKE_CONFIG_LIST, HpkeConfig, HpkeConfigList, Report
from edge_engine_sync.transport import Answer
from tests.fakes.aggregators import HELPER, LEADER
from tests.fakes.collecting import NOW, chosen, reporting

if TYPE_CHECKING:
    from collections.abc import Mapping


PARTS: Final = 10
STEPS: Final = 9

STATISTICS: Final = "aggregate_statistics"
NEEDS: Final = {
    "active_days": {STATISTICS},
    "insight_outcomes": {STATISTICS},
    "offer_funnel": {STATISTICS, "recommendations", "experiments"},
    "exposure": {STATISTICS, "experiments"},
    "experiment_metric": {STATISTICS, "experiments"},
    "correction_rate": {STATISTICS, "categorization"},
    "abstain_rate": {STATISTICS, "categorization"},
    "calibration": {STATISTICS, "categorization"},
    "forecast_coverage": {STATISTICS, "insights"},
    "savings_realised": {STATISTICS, "recommendations"},
    "retention_holdout": {STATISTICS, "experiments"},
    "consent_state": {STATISTICS},
    "health": {STATISTICS},
    "what_helps": {STATISTICS, "recommendations"},
}
"""Told anew here and not read from the catalogue, which the model must not believe."""
CATALOGUE: Final = chosen(*NEEDS)
TASKS: Final = {task_of(one, Aggregators(LEADER, HELPER)).task_id: one.id for one in CATALOGUE}
PURPOSES: Final = {
    STATISTICS: 4,
    "categorization": 1,
    "insights": 1,
    "recommendations": 2,
    "experiments": 2,
}
"""How often each is granted or withdrawn: without the first, nothing else matters."""

ALLOWING: Final = Policy.default()
FORBIDDING: Final = msgspec.structs.replace(
    ALLOWING,
    version="forbids",
    rules=tuple(
        rule
        for rule in ALLOWING.rules
        if not (
            rule.purpose == "aggregate_statistics" and Gate.SEND in rule.gates and rule.effect is Effect.ALLOW
        )
    ),
)
_PRIVATE, _PUBLIC = suite(0x20, 1, 1).generate()
KEYS: Final = Answer(
    200,
    {"content-type": MEDIA_HPKE_CONFIG_LIST, "cache-control": "no-store"},
    HpkeConfigList((HpkeConfig(1, 0x20, 1, 1, _PUBLIC),)).encode(),
)


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Person:
    """What this person would say is allowed: the model.

    Attributes:
        clock: What the device's clock says.
        high: The latest time that the device has seen.
        until: When each consent ends, and by the clock when it was given.
        policy: Today's; and under which each consent was given.
    """

    clock: FakeClock
    high: datetime = NOW
    until: dict[str, datetime] = field(default_factory=dict)
    agreed: dict[str, Policy] = field(default_factory=dict)
    policy: Policy = ALLOWING

    def now(self) -> datetime:
        self.high = max(self.high, self.clock.now())
        return self.high

    def allows(self, signal: str) -> bool:
        now = self.now()
        for purpose in NEEDS[signal]:
            if purpose not in self.until or now >= self.until[purpose]:
                return False
        return self.policy is ALLOWING and self.agreed["aggregate_statistics"] is ALLOWING


@dataclass
class Judge:
    """The servers, which hold every request against the model, and fail as the history says."""

    person: Person
    dice: random.Random
    reports: dict[bytes, bytes] = field(default_factory=dict)
    requests: int = 0
    uploads: int = 0
    replayed: int = 0

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.requests += 1
        if method == "GET":
            assert any(map(self.person.allows, NEEDS)), "keys were asked for without any consent"
            return self._fail() or KEYS
        assert body is not None
        signal = next(one for task, one in TASKS.items() if _named(task) in url)
        assert self.person.allows(signal), f"{signal} left without consent"
        self.uploads += 1
        kept = self.reports.setdefault(Report.decode(body).metadata.report_id, body)
        assert kept == body, "a report changed between two attempts"
        return self._fail() or Answer(201, {}, b"")

    def _fail(self) -> Answer | None:
        chance = self.dice.random()
        if chance < 0.08:
            raise Crash
        if chance < 0.2:
            raise Unreachable("no answer")
        if chance < 0.25:
            kind = f"{_PROBLEM_NAMESPACE}outdatedConfig"
            return Answer(400, {"content-type": "application/problem+json"}, f'{{"type": "{kind}"}}'.encode())
        return None


def _named(task_id: bytes) -> str:
    import base64  # noqa: PLC0415 - here alone

    return base64.urlsafe_b64encode(task_id).rstrip(b"=").decode()


class History:
    """One device from its first day to its last step."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.clock = FakeClock(NOW)
        self.person = Person(self.clock)
        self.judge = Judge(self.person, self.dice)
        self.vault = Vault.in_memory(clock=self.clock)
        self.processes: list[Engine] = []
        self.start()
        self.engine.ingest([Event(at=int(NOW.timestamp()) - 86_400 * 3, name="app.opened")])

    def start(self) -> None:
        """Begin a process on what the store holds, as after a crash."""
        given = reporting(None, transport=self.judge, catalogue=CATALOGUE, randomness=self.dice.randbytes)
        self.engine = Engine(self.vault, self.person.policy, self.clock, reporting=given)
        # An engine that nobody holds closes its store.
        self.processes.append(self.engine)

    def walk(self) -> None:
        """Take random steps."""
        for _ in range(STEPS):
            step = self.dice.choices(
                (self.grant, self.withdraw, self.wait, self.turn_back, self.upgrade, self.crash, self.send),
                (4, 2, 3, 1, 1, 1, 6),
            )[0]
            step()
            if step == self.send:
                self.check()
        self.check()

    def purpose(self) -> str:
        return self.dice.choices(tuple(PURPOSES), tuple(PURPOSES.values()))[0]

    def grant(self) -> None:
        purpose, days = self.purpose(), self.dice.choice((1, 8, 30))
        self.engine.consent.grant(purpose, days)
        self.person.until[purpose] = self.person.now() + timedelta(days=days)
        self.person.agreed[purpose] = self.person.policy

    def withdraw(self) -> None:
        purpose = self.purpose()
        self.person.until.pop(purpose, None)
        self.engine.consent.withdraw(purpose)
        waiting = self.vault.connection.execute("SELECT signal FROM signal_outbox").fetchall()
        assert all(purpose not in NEEDS[name] for (name,) in waiting), "something waits after a withdrawal"

    def wait(self) -> None:
        self.clock.advance(timedelta(hours=self.dice.choice((1, 12, 24 * 7, 24 * 28))))
        self.person.now()
        self.engine.consent.state()

    def turn_back(self) -> None:
        self.clock.advance(-timedelta(days=self.dice.choice((1, 8, 40))))

    def upgrade(self) -> None:
        self.person.policy = self.dice.choice((ALLOWING, FORBIDDING))
        self.start()

    def crash(self) -> None:
        self.start()

    def send(self) -> None:
        try:
            self.engine.sync(hurry=self.dice.random() < 0.8)
        except Crash:
            self.start()

    def check(self) -> None:
        """See that the budget only grows, that each window was given once, and that all that left is told."""
        told = {one.report_id: one for one in self.engine.signals.sent()}
        assert {one.hex() for one in self.judge.reports} <= set(told)
        connection = self.vault.connection
        (charges, contributions) = connection.execute(
            "SELECT count(*), count(DISTINCT signal || window) FROM signal_charge"
        ).fetchone()
        assert charges == contributions >= getattr(self, "charges", 0)
        self.charges = charges
        (uncharged,) = connection.execute(
            "SELECT count(*) FROM signal_outbox o WHERE NOT EXISTS"
            " (SELECT 1 FROM signal_charge c WHERE c.signal = o.signal AND c.window = o.window)"
        ).fetchone()
        assert uncharged == 0


def lived(seeds: range) -> tuple[int, int]:
    """Live histories and return how many reports were taken and how many histories had something waiting."""
    uploads = requests = 0
    for seed in seeds:
        history = History(seed)
        try:
            history.walk()
        except AssertionError as error:
            raise AssertionError(f"history {seed}: {error}") from error
        uploads += history.judge.uploads
        requests += history.judge.requests
        erased = history.vault.erase()
        assert "signal_outbox" in erased.rows
        history.engine.close()
    return requests, uploads


@pytest.fixture(autouse=True)
def one_taxonomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every new store reads the taxonomy anew, which takes half of a history's time."""
    monkeypatch.setattr(Taxonomy, "parse", functools.cache(Taxonomy.parse))


def test_no_byte_leaves_without_a_live_grant() -> None:
    requests, uploads = lived(range(200))
    assert requests > uploads > 60


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_byte_leaves_without_a_live_grant_in_many_histories(
    part: int, request: pytest.FixtureRequest
) -> None:
    share = request.config.getoption("--histories") // PARTS
    requests, uploads = lived(range(part * share, (part + 1) * share))
    assert requests > uploads > share / 4


def test_the_judge_has_teeth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check at sending, some history of these is caught."""
    from edge_engine.signals import outbox  # noqa: PLC0415 - broken here alone

    usual = permit
    kept: dict[str, object] = {}

    def careless(ledger: Any, *named: Any) -> object:  # noqa: ANN401 - of either
        signal = named[-1]
        try:
            kept[signal.id] = usual(ledger, *named) if len(named) > 1 else consented(ledger, *named)
        except Exception:
            if signal.id not in kept:
                raise
        return kept[signal.id]

    monkeypatch.setattr(outbox, "permit", careless)
    monkeypatch.setattr(outbox, "consented", careless)
    monkeypatch.setattr(outbox, "check", lambda _: None)
    monkeypatch.setattr("edge_engine.vault.signals.purge", lambda *_: 0)
    with pytest.raises(AssertionError, match=r"without|after a withdrawal"):
        lived(range(300))
