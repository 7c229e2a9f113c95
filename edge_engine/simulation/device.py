"""One device lived day by day: the real engine, a simulated household's money, and a simulated person who looks at it.

Every day consents are given and taken back as the resident chooses, the app is opened by habit, what was booked is told
to the engine in one import when the program runs, suggestions are asked for, the person reacts as `behaviour` has it,
the engine is told what came of it, and the person leaves as `retention` has it. What a day's chance is follows from the
person and the day alone, so that two settings meet the same days.

What people do about a suggestion changes their mood and not their household's money: whoever agrees to put money aside
spends as before. An app asks for suggestions every ``Settings.ask_days`` at most, as looking at everything is what
takes an engine's time. Where the app is not opened for a week, its program runs once and may push a message.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.clock import FakeClock
from edge_engine.decisions.offer import Value
from edge_engine.decisions.story import Reaction
from edge_engine.decisions.trace import silent_by
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Event
from edge_engine.simulation import behaviour
from edge_engine.simulation.bank_feed import BankFeed
from edge_engine.simulation.circumstance import MONTH as USUAL_MONTH
from edge_engine.simulation.circumstance import circumstances, usual_spending
from edge_engine.simulation.dice import PERMILLE, Dice
from edge_engine.simulation.instrument import WatchedEngine
from edge_engine.simulation.population import Population, stressed
from edge_engine.simulation.record import (
    WEEK,
    DecidedBy,
    DeviceRecord,
    SignalGiven,
    Suggested,
    Withdrawal,
    Work,
    rounded,
)
from edge_engine.simulation.record import Collecting as Signalling
from edge_engine.simulation.retention import Mood, leaves
from edge_engine.simulation.verdict import categorized, forecasts, judged

if TYPE_CHECKING:
    from edge_engine.actions.channels import Suggestion
    from edge_engine.actions.decision import Decision
    from edge_engine.simulation.equipment import Equipment
    from edge_engine.simulation.population import Resident
    from edge_engine.simulation.record import Settings
    from edge_engine.simulation.truth import Household
    from edge_engine.situation import Situation

INSIDE: Final = ("feed", "modal")
OUTSIDE: Final = ("push", "email", "sms")
OUTLOOK_DAYS: Final = 28
RECOMMENDING: Final = "recommendations"
COUNTING: Final = "aggregate_statistics"
INSIGHTS: Final = "insights"

_EPOCH: Final = date(1970, 1, 1)
_AT_NIGHT: Final = time(3)
_IN_THE_MORNING: Final = time(6)
_HOURS: Final = (7, 21)
"""Hours in which an app is opened, both included; the last is one in which nobody is to be disturbed."""

_VERDICTS: Final = {
    Reaction.OPENED: "opened",
    Reaction.ACTED: "acted",
    Reaction.CLOSED: "dismissed",
    Reaction.NOT_NOW: "not_now",
    Reaction.NEVER: "never",
}
_EVENTS: Final = {"opened": "insight.opened", "acted": "insight.acted", "dismissed": "insight.closed"}


def population_of(settings: Settings) -> Population:
    """Return the people of a run.

    Raises:
        InputError: There are none, or they live nowhere that is known.
    """
    return Population(
        seed=settings.seed,
        devices=settings.devices,
        days=settings.days,
        end=settings.end,
        countries=settings.countries,
        history=settings.history,
    )


def live(settings: Settings, equipment: Equipment, number: int) -> DeviceRecord:
    """Return what one device of a run and its person lived through; the same whoever asks, and however often."""
    people = population_of(settings)
    resident = people.resident(number)
    return Life(settings, equipment, resident, people.household(resident)).live()


@dataclass(slots=True)
class _Told:
    """What is noted while days go by."""

    opened: list[int] = field(default_factory=list)
    suggested: list[Suggested] = field(default_factory=list)
    silences: Counter[str] = field(default_factory=Counter)
    trust: list[float] = field(default_factory=list)
    tired: list[float] = field(default_factory=list)
    leaving: list[float] = field(default_factory=list)
    value: Counter[str] = field(default_factory=Counter)
    consents: list[tuple[str, ...]] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    given: dict[tuple[str, int], SignalGiven] = field(default_factory=dict)
    work: Counter[str] = field(default_factory=Counter)
    left_on: int | None = None


class _Screen:
    """A channel that shows everything; whether it is seen is the person's."""

    def show(self, suggestion: Suggestion) -> None:
        """Show it."""


class Life:
    """One device and its person; live it once.

    Args:
        settings: Of the run.
        equipment: What its devices have in common.
        resident: Who it is.
        household: Their money.
    """

    def __init__(
        self, settings: Settings, equipment: Equipment, resident: Resident, household: Household
    ) -> None:
        self._settings, self._equipment, self._resident = settings, equipment, resident
        self._household = household
        self._first = resident.first
        self._clock = FakeClock(datetime.combine(self._first, time(), UTC))
        self._engine = WatchedEngine(
            equipment, self._clock, settings, random.Random(f"{resident.taste} device")
        )
        self._rules = equipment.assumptions
        chance = np.random.default_rng((resident.taste, 0))
        self._person = behaviour.person(chance, self._rules)
        wish = float(chance.random())
        self._days = circumstances(
            household,
            self._first,
            engagement=1.0 - (1.0 - resident.habit / PERMILLE) ** WEEK,
            appetite=wish * wish,  # most people want none of it, few want much
        )
        whole = stressed(household)[(self._first - household.start).days :]
        self._short = tuple(whole)[: settings.days]
        self._feed = BankFeed(household)
        self._on: dict[str, int] = {}  # purposes that are on, with the day on which they are asked for anew
        self._asked = -settings.ask_days
        self._looked = -OUTLOOK_DAYS
        self._helped, self._leaves = 0.0, 0.0
        self._told = _Told()
        dice = Dice(settings.seed, "run", str(resident.number))
        self._holdout = dice.chance(round(settings.holdout * PERMILLE))
        self._looks_ahead = dice.chance(round(settings.forecasts * PERMILLE))

    def live(self) -> DeviceRecord:
        """Live it, and return what came of it."""
        with self._engine as engine:
            for channel in self._settings.channels:
                if channel != INSIDE[0]:
                    engine.suggestions.connect(channel, _Screen())
            engine.suggestions.zone = UTC
            for day in range(self._settings.days):
                self._day(day)
                if self._told.left_on is not None:
                    break
            return self._record()

    # -- a day -----------------------------------------------------------------------------------------------------

    def _day(self, day: int) -> None:
        self._choose(day)
        if self._counts(day):
            self._measure(day)
        behaviour.rest(self._rules, self._person, 1.0)
        if self._resident.opens(day):
            self._open(day)
        elif day - max(self._asked, self._last_open()) >= WEEK:
            self._run_unseen(day)
        self._leave(day)
        if day % WEEK == WEEK - 1 or day == self._settings.days - 1 or self._told.left_on is not None:
            self._told.trust.append(rounded(self._person.trust))
            self._told.tired.append(rounded(self._person.tired))
            self._told.leaving.append(rounded(self._leaves))
            self._told.consents.append(tuple(sorted(self._on)))
            self._leaves = 0.0

    def _leave(self, day: int) -> None:
        """Let the person go, if that is what the day brings."""
        hazard, person, resident = self._equipment.hazard, self._person, self._resident
        mood = Mood(
            person.trust, person.tired, self._helped, day - max(self._last_open(), 0), self._short[day]
        )
        chance = hazard.daily(resident.persona, day, mood)
        self._leaves += chance
        self._helped = hazard.remember(self._helped, 1.0)
        if leaves(resident.taste, day, chance):
            self._told.left_on = day

    def _choose(self, day: int) -> None:
        """Give and take back what the resident chooses on a day, and give anew what would run out."""
        for one in self._resident.consents:
            known = self._equipment.policy.purposes.get(one.purpose)
            if known is None:
                continue
            if day == one.day_off:
                self._at(day, _IN_THE_MORNING)
                # What waits was sent in the meantime, as far as this run goes; a withdrawal deletes it here.
                self._gather()
                self._engine.consent.withdraw(one.purpose)
                del self._on[one.purpose]
                self._told.withdrawals.append(Withdrawal(day, one.purpose))
            elif day == one.day_on or day == self._on.get(one.purpose, -1):
                self._at(day, _IN_THE_MORNING)
                self._engine.consent.grant(one.purpose)
                # Whoever agreed agrees again, on the day before the consent would run out.
                self._on[one.purpose] = day + max(known.expires_days - 1, 1)

    def _counts(self, day: int) -> bool:
        """Return whether a window of signals ended with the day before, and it is one that the run looks at."""
        if self._settings.collecting is Signalling.NOTHING or COUNTING not in self._on:
            return False
        weeks = self._settings.signal_weeks
        ends = (self._first + timedelta(day) - _EPOCH).days % WEEK == 0
        return ends and (not weeks or day >= self._settings.days - weeks * WEEK)

    def _measure(self, day: int) -> None:
        self._take_in(day)
        self._at(day, _AT_NIGHT)
        self._told.work["refused"] += len(self._engine.measure())

    def _open(self, day: int) -> None:
        self._told.opened.append(day)
        hour = Dice(self._resident.taste, "hour", str(day)).between(*_HOURS)
        self._at(day, time(hour))
        self._happens("app.opened")
        if day - self._asked >= self._settings.ask_days:
            self._ask_on(day, INSIDE)
        if self._looks_ahead and INSIGHTS in self._on and day - self._looked >= OUTLOOK_DAYS:
            self._looked = day
            self._take_in(day)
            self._told.work["outlooks"] += len(self._engine.forecast())

    def _run_unseen(self, day: int) -> None:
        self._at(day, time(_HOURS[0] + 3))
        self._ask_on(day, OUTSIDE)

    def _last_open(self) -> int:
        return self._told.opened[-1] if self._told.opened else -1

    # -- suggestions -------------------------------------------------------------------------------------------------

    def _ask_on(self, day: int, channels: tuple[str, ...]) -> None:
        """Ask for a suggestion on each of some channels that the run has."""
        chosen = [one for one in self._settings.channels if one in channels]
        if not chosen:
            return
        self._asked = day
        if self._holdout or self._settings.decided_by is DecidedBy.NOBODY:
            return
        if RECOMMENDING not in self._on:
            self._told.silences["not-granted"] += len(chosen)
            return
        self._take_in(day)
        for channel in chosen:
            self._ask(day, channel)

    def _ask(self, day: int, channel: str) -> None:
        decision = self._engine.decide(channel)
        if decision.suggestion is None or not decision.delivered:
            self._told.silences[silent_by(decision.trace.steps) or "nothing"] += 1
            return
        found, reaction = self._react(day, channel, decision)
        self._told.suggested.append(found)
        self._happens("insight.shown")
        verdict = _VERDICTS.get(reaction)
        if verdict is None:
            return
        worth = Money(found.value, self._resident.currency) if found.value else None
        self._engine.outcome(decision.id, verdict, value=worth)
        self._told.value[found.kind] += found.value
        if verdict in _EVENTS:
            self._happens(_EVENTS[verdict])

    def _react(self, day: int, channel: str, decision: Decision) -> tuple[Suggested, Reaction]:
        """Let the person react to what is shown, and return what they met and what they did."""
        trace, now, person = decision.trace, self._days[day], self._person
        met = judged(self._rules, person, now, decision, self._equipment.rules.catalog, self._engine.watch)
        trust, tired = rounded(person.trust), rounded(person.tired)
        # Each day and channel has its own chance: other settings meet the same.
        chance = np.random.default_rng((self._resident.taste, 1, day, (*INSIDE, *OUTSIDE).index(channel)))
        reaction = behaviour.respond(self._rules, person, now, met.chosen_what, chance)
        self._helped += reaction is Reaction.ACTED
        offer = met.chosen_offer
        value = 0
        if reaction is Reaction.ACTED and offer.value is Value.MOMENT:
            value = _worth(self._engine.known, trace.steps[trace.chosen or 0].subject)
        score = trace.steps[trace.chosen or 0].score
        found = Suggested(
            day=day,
            offer=offer.id,
            kind=offer.kind,
            family=offer.family,
            channel=channel,
            intrusive=met.chosen_what.intrusive,
            reaction=reaction,
            reward=rounded(met.reward_of(reaction)),
            expected=met.candidates[met.chosen].expected,
            best=max(one.expected for one in met.candidates),
            propensity=rounded(trace.propensity or 0.0),
            prior=rounded(score.prior if score else 0.0),
            expected_by_engine=rounded(score.prior + score.learned if score else 0.0),
            context=met.context,
            candidates=met.candidates,
            chosen=met.chosen,
            stressed=self._short[day],
            stress_known=trace.stress.in_stress,
            value=value,
            trust=trust,
            tired=tired,
        )
        return found, reaction

    # -- wiring ------------------------------------------------------------------------------------------------------

    def _at(self, day: int, when: time) -> None:
        moment = datetime.combine(self._first + timedelta(day), when, UTC)
        self._clock.advance(max(moment - self._clock.now(), timedelta()))

    def _happens(self, name: str) -> None:
        self._feed.add(Event(at=int(self._clock.now().timestamp()), name=name))

    def _take_in(self, day: int) -> None:
        """Tell the engine what was booked until yesterday and what happened in the app, in one import."""
        items = self._feed.until(self._first + timedelta(day - 1))
        if not items:
            return
        report = self._engine.ingest(items)
        work = self._told.work
        work["imports"] += 1
        work["added"] += report.added
        work["categorized"] += report.categorized

    def _gather(self) -> None:
        """Note what waits in the outbox."""
        if self._settings.collecting is not Signalling.NOTHING:
            self._told.given.update({(one.signal, one.window): one for one in self._engine.outbox()})

    def _record(self) -> DeviceRecord:
        told, engine, resident = self._told, self._engine, self._resident
        lived = self._settings.days if told.left_on is None else told.left_on + 1
        self._take_in(lived)
        self._gather()
        within = self._feed.booked(self._first, self._first + timedelta(lived - 1))
        right = categorized(engine, self._household, self._first) if "categorization" in self._on else ()
        given = sorted(told.given.values(), key=lambda one: (one.window, one.signal))
        return DeviceRecord(
            number=resident.number,
            persona=resident.persona,
            country=resident.country,
            currency=resident.currency,
            holdout=self._holdout,
            left_on=told.left_on,
            opened=tuple(told.opened),
            stressed=tuple(day for day, short in enumerate(self._short[:lived]) if short),
            transactions=within,
            categorized=right,
            suggested=tuple(told.suggested),
            silences=dict(sorted(told.silences.items())),
            trust=tuple(told.trust),
            tired=tuple(told.tired),
            leaving=tuple(told.leaving),
            forecasts=forecasts(engine) if told.work["outlooks"] and INSIGHTS in self._on else (),
            value={kind: value for kind, value in sorted(told.value.items()) if value},
            spends=round(usual_spending(self._household) * USUAL_MONTH),
            consents=tuple(told.consents),
            withdrawals=tuple(told.withdrawals),
            signals=tuple(given),
            refused=told.work["refused"],
            work=Work(
                imports=told.work["imports"],
                transactions=told.work["added"],
                categorizer=told.work["categorized"],
                looks=engine.looks,
                rankings=engine.watch.rankings,
                outlooks=told.work["outlooks"],
                rows=engine.rows_written,
                reports=len(given),
                report_bytes=sum(engine.report_bytes(one.signal) for one in given),
            ),
        )


def _worth(known: Situation, subject: str) -> int:
    """Return what a moment is worth in a year, minor units; 0 where that cannot be said."""
    money = next((one.money_a_year for one in known.moments if one.subject == subject), None)
    return 0 if money is None else max(money.minor, 0)
