"""``demo-day``: one day in a life on a real store, from pay that is late to a loan that a human decided."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine.cli import output
from edge_engine.clock import FakeClock, SystemClock
from edge_engine.consent.toml_file import packaged
from edge_engine.domain.money import Money
from edge_engine.engine import Engine
from edge_engine.errors import DecisionError
from edge_engine.vault.keys import HostKey

if TYPE_CHECKING:
    import argparse

    from edge_engine.actions.decision import Decision
    from edge_engine.actions.rules import ActionRules

GRANTED: Final = (
    "categorization",
    "insights",
    "recommendations",
    "automatic_saving",
    "credit_prescreening",
    "adviser_review",
    "loan_application",
)
_DESK: Final = "credit_desk"
_SEED: Final = 1
_LOAN: Final = (900_000, 36, 29_500)


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the command."""
    one = commands.add_parser("demo-day", help="tell one day in a life: late pay, support, a saving, a loan")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run)
    del shared


def run(arguments: argparse.Namespace) -> int:
    """Live the day and tell it."""
    from edge_engine.cli.demo import silent  # noqa: PLC0415 - it tells this day as well

    screen = silent() if arguments.json else output.Screen()
    told = tell(screen)
    if arguments.json:
        output.json(told)
    return 0


def tell(screen: output.Screen, today: date | None = None) -> dict[str, Any]:
    """Live one day of a made-up person on a store of its own, tell it, and return for programs what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        return _Day(screen, Path(folder), today or SystemClock().now().date()).live()


class _Day:
    """The day, its store, its bank and its adviser.

    Args:
        screen: Where it is told.
        folder: For the store and the bank.
        today: Which day it is.
    """

    def __init__(self, screen: output.Screen, folder: Path, today: date) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415

        from edge_engine.simulation.bank import FolderBank  # noqa: PLC0415

        self._screen = screen
        self._store, self._vaultkey = folder / "day.edge", secrets.token_bytes(32)
        place = folder / "bank"
        place.mkdir()
        self._bank, self._place = FolderBank(place), place
        self._desk = Ed25519PrivateKey.generate()
        self._sealed_to = X25519PrivateKey.generate().public_key().public_bytes_raw()
        self._today = today
        self._clock = FakeClock(datetime.combine(today, clock_time(7, 30), UTC))
        self._told: dict[str, Any] = {}
        self._kept_back = False

    def live(self) -> dict[str, Any]:
        """Live it, and return what came of it."""
        with self._open() as engine:
            for purpose in GRANTED:
                engine.consent.grant(purpose)
            self._morning(engine)
            self._noon(engine)
            self._evening(engine)
            review = self._ask_for_a_loan(engine)
        self._carry_out(review)
        return self._told

    def _open(self) -> Engine:
        engine = Engine.open(
            self._store,
            key=HostKey(self._vaultkey),
            clock=self._clock,
            rules=rules(self._desk.public_key().public_bytes_raw().hex()),
            seed=_SEED,
        )
        engine.suggestions.zone = UTC
        return engine

    # -- the day -------------------------------------------------------------------------------------------------

    def _morning(self, engine: Engine) -> None:
        from edge_engine.domain.category import Taxonomy  # noqa: PLC0415 - with the model, when first needed
        from edge_engine.insights.words import render  # noqa: PLC0415 - likewise
        from edge_engine.simulation import day  # noqa: PLC0415

        engine.ingest(day.before(self._today))
        self._at("Pay is late")
        for one in engine.moments():
            self._screen.say(f"{one.type}: {render(one.message, Taxonomy.default())}")
        shown: list[Decision] = []
        while (decision := engine.decide()).suggestion is not None:
            self._tell(decision)
            shown.append(decision)
        self._screen.note(f"  then silence: {decision.because}")
        self._told["morning"] = [one.suggestion.offer for one in shown if one.suggestion]
        credit = [one for one in shown[0].trace.steps if one.rule == "stress"]
        self._told["kept_back_by_stress"] = [one.offer for one in credit]
        self._move_the_rent(engine, shown)

    def _move_the_rent(self, engine: Engine, shown: list[Decision]) -> None:
        """Act upon the suggestion to move a bill: the phone reminds on the day after pay is due."""
        moving = next((one for one in shown if one.suggestion and one.suggestion.offer == "bill_move"), None)
        rent = next((one for one in engine.streams() if one.merchant.startswith("rent")), None)
        if moving is None or rent is None:
            return
        from edge_engine.simulation.bank import FolderBank  # noqa: PLC0415

        engine.workflows.connect("device", FolderBank(self._place))
        later = self._today + timedelta(days=7)
        engine.outcome(moving.id, "acted")
        engine.automation.remind(rent.id, later, -rent.expected)
        done = engine.workflows.run()
        self._screen.say(
            f"You agree to move the rent: the phone will remind you on {later.day} {later:%B}, after pay, to have it "
            f"taken then ({done[0].kind}: {done[0].state})."
        )
        self._told["bill_moved"] = done[0].state

    def _noon(self, engine: Engine) -> None:
        from edge_engine.simulation import day  # noqa: PLC0415

        self._clock.advance(timedelta(hours=5, minutes=30))
        self._at("Pay arrives")
        started = time.perf_counter()
        reacted = engine.react(day.salary(self._today))
        took = 1000 * (time.perf_counter() - started)
        ahead = engine.forecast(weeks=4)[0]
        self._screen.say(
            f"Booked, understood and decided in {took:.1f} ms: {reacted.decision.because} "
            f"The account holds {output.money(ahead.balance)}; its lowest point within four weeks is "
            f"{output.money(ahead.lowest)}."
        )
        self._told["pay_ms"] = round(took, 2)

    def _evening(self, engine: Engine) -> None:
        from edge_engine.actions.automation import LowEnd, Purchase  # noqa: PLC0415
        from edge_engine.actions.packets import Sealer  # noqa: PLC0415
        from edge_engine.simulation import day  # noqa: PLC0415

        made = engine.reviews.propose(
            "round_up_saving",
            {
                "from_account": day.MAIN,
                "to_account": day.POT,
                "currency": day.CURRENCY,
                "unit": 100,
                "per_purchase": 99,
                "per_week": 1_000,
                "floor": 20_000,
            },
        )
        engine.reviews.approve(made.id, seen=engine.reviews.show(made.id).digest)
        self._clock.advance(timedelta(hours=6))
        self._at("The change of a pizza")
        foretold = self._clock.now()
        engine.react(day.purchase(self._today))
        ahead = engine.forecast(weeks=4)[0]
        low = min((ahead.lowest, *(week.p10 for week in ahead.weeks)), key=lambda one: one.minor)
        engine.workflows.connect("bank", self._bank, Sealer.to(self._sealed_to))
        paid = Purchase("pizza", day.MAIN, Money(1_860, day.CURRENCY), self._clock.now())
        begun = engine.automation.round_up(made.id, paid, LowEnd(low, foretold))
        if begun is None:
            self._screen.say(
                f"Nothing is put aside: even the low end of the forecast, {output.money(low)}, is too low."
            )
            return
        done = engine.workflows.run()
        saved = Money(begun.amount, begun.currency)
        self._screen.say(
            f"{output.money(paid.paid)} paid, {output.money(saved)} put aside ({done[0].state}), within the caps you "
            f"confirmed; at its low end the forecast leaves {output.money(low)}. The bank saw a sealed packet."
        )
        self._told["saved"] = saved

    def _ask_for_a_loan(self, engine: Engine) -> str:
        from edge_engine.actions.review import STATEMENT, Signed, Statement, sign  # noqa: PLC0415
        from edge_engine.simulation import day  # noqa: PLC0415

        self._clock.advance(timedelta(hours=1))
        self._at("You ask for a loan, and it waits for a human")
        amount, months, monthly = _LOAN
        asked = Money(amount, day.CURRENCY), months, Money(monthly, day.CURRENCY)
        said = engine.assess(*asked)
        self._screen.say(
            f"{output.money(asked[0])} over {months} months would take {output.money(asked[2])} a month: "
            f"{said.verdict.value}. None was suggested today, and you may ask all the same: the engine cannot decline, "
            "and whatever it finds goes to a human."
        )
        for _, why in said.reasons[:2]:
            self._screen.note(f"  {why}")
        made = engine.propose_loan(*asked, product="personal", account=day.MAIN, proposer="person")
        shown = engine.reviews.show(made.id, adviser=_DESK)
        self._screen.say(
            f"The adviser sees {len(shown.raw):,} bytes: the terms and {len(said.figures)} figures."
        )
        now = int(self._clock.now().timestamp())
        statement = Statement(
            type=STATEMENT,
            review=made.id,
            content=shown.digest,
            verdict="approve",
            adviser=_DESK,
            at=now,
            until=now + 86_400,
            note="",
        )
        signed = sign(statement, self._desk)
        forged = Signed(statement, "0" * 128)
        for word, label in ((forged, "Without the adviser's key"), (signed, "Signed with it")):
            try:
                view = engine.reviews.approve(made.id, signed=word)
            except DecisionError as refused:
                self._screen.say(f"{label}: refused [{refused.code}].")
                self._told["forged"] = refused.code
            else:
                self._screen.say(f"{label}: {view.state} by {view.approver}.")
        return made.id

    def _carry_out(self, review: str) -> None:
        """Apply for the loan in a process that is killed while the bank answers, then go on where it stopped."""
        from edge_engine.actions.packets import Sealer  # noqa: PLC0415

        killed = subprocess.run(
            [sys.executable, "-m", "edge_engine.cli.day"],
            input=json.dumps(
                {
                    "store": str(self._store),
                    "key": self._vaultkey.hex(),
                    "bank": str(self._place),
                    "sealed_to": self._sealed_to.hex(),
                    "desk": self._desk.public_key().public_bytes_raw().hex(),
                    "now": self._clock.now().isoformat(),
                    "review": review,
                }
            ),
            text=True,
            capture_output=True,
            check=False,
        )
        with self._open() as engine:
            engine.workflows.connect("bank", self._bank, Sealer.to(self._sealed_to))
            self._clock.advance(timedelta(minutes=1))
            engine.workflows.run()
            (loan,) = [one for one in engine.workflows.all() if one.kind == "loan"]
        asked, done = self._bank.asked(), self._bank.done()
        self._screen.say(
            f"The process that applied was killed amid the bank's answer (signal {-killed.returncode}). Opened again: "
            f"{loan.state}. The bank was asked to apply {asked.count('apply')} times, and applied "
            f"{done.count('apply')} time; it paid out {done.count('provision')} time."
        )
        self._told["loan"] = {
            "killed_by": -killed.returncode,
            "state": loan.state,
            "asked": asked.count("apply"),
            "applied": done.count("apply"),
            "paid_out": done.count("provision"),
        }

    # -- telling -------------------------------------------------------------------------------------------------

    def _at(self, title: str) -> None:
        self._screen.say()
        self._screen.say(f"{self._clock.now():%H:%M}  {title}")

    def _tell(self, decision: Decision) -> None:
        """Say what is suggested, and of its trace what was kept back for the person's sake."""
        told = decision.suggestion
        if told is None:
            return
        worth = f" (worth {output.money(told.money_a_year)} a year)" if told.money_a_year else ""
        self._screen.say(f"→ {told.title}{worth}. {told.worth}")
        (chosen,) = [line for line in decision.explain() if ": chosen" in line]
        self._screen.note(f"  {chosen}")
        kept_back = [step for step in decision.trace.steps if step.rule == "stress"]
        if kept_back and not self._kept_back:
            self._kept_back = True
            self._screen.note(f"  {decision.explain()[-1]}")
            names = ", ".join(dict.fromkeys(step.title for step in kept_back))
            self._screen.note(f"  kept back (stress): {names}; {kept_back[0].because}")


def rules(desk: str) -> ActionRules:
    """Return the shipped rules with one adviser who has a key."""
    from edge_engine.actions.rules import REVIEWS, WORKFLOWS, ActionRules  # noqa: PLC0415

    adviser = f'[[adviser]]\nid = "{_DESK}"\nname = "Credit desk"\nkey = "{desk}"\n'
    dated = 'reviews = ["loan"]\nsince = 2026-01-01\n'
    return ActionRules.parse(packaged(REVIEWS) + adviser + dated, packaged(WORKFLOWS))


def main() -> None:
    """Apply for an approved loan, and die while the bank answers."""
    from edge_engine.actions.packets import Sealer  # noqa: PLC0415
    from edge_engine.simulation.bank import FolderBank  # noqa: PLC0415

    told = json.load(sys.stdin)
    bank = FolderBank(Path(told["bank"]), lambda: os.kill(os.getpid(), signal.SIGKILL))
    clock = FakeClock(datetime.fromisoformat(told["now"]))
    key = HostKey(bytes.fromhex(told["key"]))
    with Engine.open(told["store"], key=key, clock=clock, rules=rules(told["desk"])) as engine:
        engine.workflows.connect("bank", bank, Sealer.to(bytes.fromhex(told["sealed_to"])))
        engine.automation.apply_for_loan(told["review"])
        engine.workflows.run()


if __name__ == "__main__":
    main()
