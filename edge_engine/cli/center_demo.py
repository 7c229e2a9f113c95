"""The household of ``center --demo``: two years in memory, everything allowed, a loan that waits for a human."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine.center.desk import Surroundings
from edge_engine.cli.day import rules
from edge_engine.cli.loopback import Servers
from edge_engine.clock import SystemClock
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Event
from edge_engine.engine import Engine
from edge_engine.errors import EdgeError
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.configuration import Reporting

if TYPE_CHECKING:
    from contextlib import ExitStack

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from edge_engine.actions.review import Signed, Statement

DESK: Final = "credit_desk"
LEFT_OFF: Final = frozenset(("outreach", "experiments"))
"""Purposes that the demo leaves off, so that there is something to switch on."""

_LOAN: Final = (900_000, 36, 29_500)
_DAY: Final = 86_400
_OPENED_DAYS_AGO: Final = (12, 11, 9, 8, 6, 5, 3, 2, 1)


class DemoDesk:
    """Plays the adviser: a key of this run alone."""

    adviser = DESK

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, statement: Statement) -> Signed:
        """Return the statement with the adviser's signature."""
        from edge_engine.actions.review import sign  # noqa: PLC0415 - signatures load when first needed

        return sign(statement, self._key)


def household(closing: ExitStack) -> tuple[Engine, Surroundings]:
    """Make the household and start both servers; ``closing`` ends everything."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    from edge_engine.simulation.household import DEMO_SEED, simulate  # noqa: PLC0415
    from edge_engine.simulation.statements import iterate  # noqa: PLC0415

    folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
    catalogue = Catalogue.default()
    started = closing.enter_context(Servers(folder, catalogue))
    at = started.aggregators
    key = Ed25519PrivateKey.generate()
    reporting = Reporting(at.leader, at.helper, catalogue=catalogue, transport=started.transport())
    engine = closing.enter_context(
        Engine.in_memory(rules=rules(key.public_key().public_bytes_raw().hex()), reporting=reporting)
    )
    for state in engine.consent.state():
        if state.basis.value == "consent" and state.purpose not in LEFT_OFF:
            engine.consent.grant(state.purpose)
    now = SystemClock().now()
    for _, content in iterate(simulate(DEMO_SEED, months=24, end=now.date())):
        engine.ingest(content)
    seconds = int(now.timestamp())
    engine.ingest([Event(at=seconds - _DAY * ago, name="app.opened") for ago in reversed(_OPENED_DAYS_AGO)])
    _ask_for_a_loan(engine)
    label = "A simulated household, in memory. Nothing of it is real; closing forgets it."
    return engine, Surroundings(label, leader=at.leader, helper=at.helper, signer=DemoDesk(key))


def _ask_for_a_loan(engine: Engine) -> None:
    """Put a loan before the adviser and a saving before the person."""
    amount, months, monthly = _LOAN
    account, pot = sorted(engine.accounts(), key=lambda one: -one.transactions)[:2]
    currency = account.currency
    with suppress(EdgeError):  # a household of which nothing is known has no means to assess
        engine.propose_loan(
            Money(amount, currency), months, Money(monthly, currency),
            product="personal", account=account.key, proposer="person",
        )  # fmt: skip
    engine.reviews.propose(
        "round_up_saving",
        {
            "from_account": account.key,
            "to_account": pot.key,
            "currency": currency,
            "unit": 100,
            "per_purchase": 99,
            "per_week": 1_000,
            "floor": 20_000,
        },
    )
