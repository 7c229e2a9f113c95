"""Every trait of one day: what is known of money, the app and the person's own words goes in, traits come out.

What the person said stands, what they refused is not inferred, and what is inferred fades with its age.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from edge_engine.insights.hypothesis import Answer, InvestsAlready
from edge_engine.insights.money_traits import Sketch, money_traits
from edge_engine.insights.trait import DATA, WORDS, EventCount, Source, Trait, faded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_engine.insights.hypothesis import Hypothesis
    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.thresholds import Thresholds
    from edge_engine.insights.trait import Word

WEEK: Final = 7
SAID_UNDER: Final = "personalization"


@dataclass(frozen=True)
class Person:
    """What traits are worked out from.

    Attributes:
        known: Of money; nothing of a sensitive leaf counts, whatever was read.
        events: (day as ordinal, name, subject) of app events.
        words: What the person said of traits.
        appetite: The answered question about investing, where its own purpose lets it be read.
        rules: Thresholds of ``profile.toml``.
    """

    known: Known
    events: Sequence[tuple[int, str, str]]
    words: Sequence[Word]
    appetite: Hypothesis | None
    rules: Thresholds

    @cached_property
    def until(self) -> int:
        """Today as ordinal."""
        return self.known.today.toordinal()


def traits(person: Person) -> list[Trait]:
    """Return the traits of a day, in the order of :data:`edge_engine.insights.trait.DATA`.

    # INVARIANT: what was said not to be true is never inferred again; only the person's own word stands there.
    """
    said = {one.name: one for one in person.words}
    found = {name: _stated(person, name, word.value) for name, word in said.items() if word.value is not None}
    sketches = [*_used(person), *money_traits(person.known.plain(), person.rules)]
    for sketch in sketches:
        if sketch.name not in said:
            one = _inferred(person, sketch)
            if one.confidence >= person.rules.number("half_life.least"):
                found[one.name] = one
    if person.appetite is not None and "investing_appetite" not in said:
        confirmed = _appetite(person, person.appetite)
        if confirmed is not None:
            found[confirmed.name] = confirmed
    return [found[name] for name in DATA if name in found]


def _stated(person: Person, name: str, value: float | str) -> Trait:
    purposes = tuple(dict.fromkeys((person.known.purposes[0], SAID_UNDER)))
    return Trait(
        name, value, 1.0, Source.STATED, person.known.today, None, None, (), (), purposes, DATA[name]
    )


def _inferred(person: Person, sketch: Sketch) -> Trait:
    half_life = person.rules.number(f"half_life.{sketch.name}")
    sure = min(sketch.confidence, person.rules.number("sure.most"))
    return Trait(
        name=sketch.name,
        value=sketch.value if isinstance(sketch.value, str) else round(sketch.value, 3),
        confidence=round(faded(sure, person.until - sketch.rests_on, half_life), 3),
        source=Source.INFERRED,
        as_of=person.known.today,
        rests_on=date.fromordinal(sketch.rests_on),
        half_life_days=int(half_life),
        evidence=tuple(sorted(set(sketch.evidence))),
        events=sketch.events,
        # App events name no purpose but the one that reads them.
        purposes=person.known.purposes[:1] if sketch.events else person.known.purposes,
        data=DATA[sketch.name],
    )


def _appetite(person: Person, one: Hypothesis) -> Trait | None:
    """Return the appetite that the person confirmed; nothing is ever inferred of it."""
    if one.answer is not Answer.CONFIRMED:
        return None
    name = "investing_appetite"
    half_life = person.rules.number(f"half_life.{name}")
    invests = isinstance(one.message, InvestsAlready)
    return Trait(
        name=name,
        value=person.rules.number("appetite.invests" if invests else "appetite.could"),
        confidence=round(faded(1.0, person.until - one.as_of.toordinal(), half_life), 3),
        source=Source.CONFIRMED,
        as_of=person.known.today,
        rests_on=one.as_of,
        half_life_days=int(half_life),
        evidence=tuple(sorted({row.posting for row in one.evidence})),
        events=(),
        purposes=tuple(dict.fromkeys((person.known.purposes[0], *one.purposes))),
        data=DATA[name],
    )


def _used(person: Person) -> Iterator[Sketch]:
    """Yield what the use of the app tells: since when, how often, on what."""
    events = [one for one in person.events if one[0] <= person.until]
    if not events:
        return
    first, last = events[0][0], max(day for day, _, _ in events)
    yield Sketch("days_known", float(person.until - first), 1.0, last, events=_counted(events[:1]))
    weeks = int(person.rules.number("engagement.weeks"))
    seen = min(weeks, (person.until - first) // WEEK + 1)
    recent = [one for one in events if one[0] > person.until - seen * WEEK]
    used = {(person.until - day) // WEEK for day, _, _ in recent}
    half = person.rules.number("sure.weeks")
    # A week without any event is known as well: what it rests on is as new as today.
    yield Sketch(
        "engagement", len(used) / seen, seen / (seen + half), person.until, events=_counted(recent or events)
    )
    devices = [one for one in events if one[1] == "app.device" and one[2] in WORDS["platform"]]
    if devices:
        yield Sketch("platform", devices[-1][2], 1.0, devices[-1][0], events=_counted(devices))


def _counted(events: Sequence[tuple[int, str, str]]) -> tuple[EventCount, ...]:
    counts = Counter(name for _, name, _ in events)
    return tuple(EventCount(name, n) for name, n in sorted(counts.items()))
