from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.decisions.analysis import chi_square_tail
from edge_engine.decisions.assignment import Assignment, Kept, Reason, assign, expose
from edge_engine.decisions.facts import Fact
from edge_engine.errors import InputError
from tests.unit.decisions.definitions import ORDER, SPLIT, THREE, experiments

if TYPE_CHECKING:
    from edge_engine.decisions.experiments import Experiments

DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
N = 100_000
CHANCE = 1e-4
"""How many of perfect hashes a bound below refuses; the units are fixed, so a test that passes once always does."""

TARGETED = THREE.replace(
    'control = "grey"', 'control = "grey"\nwhere = [{ fact = "engagement", at_least = 0.5 }]'
)


def drawn(
    definitions: Experiments, experiment: str, unit: str, kept: Kept | None = None, **facts: float
) -> Assignment:
    known = {name: Fact(value) for name, value in facts.items()}
    return assign(definitions, experiment, unit, known, today=DAY, consented=True, kept=kept)


def changed(definitions: Experiments, experiment: str, **changes: object) -> Experiments:
    """Return the definitions with an experiment changed, as a new file would."""
    one = msgspec.structs.replace(definitions.experiments[experiment], **changes)
    return msgspec.structs.replace(definitions, experiments={**definitions.experiments, experiment: one})


def unit_in(definitions: Experiments, experiment: str, arm: str, engagement: float = 0.0) -> str:
    """Return a unit that is drawn into an arm, or into the holdout where the arm is empty."""
    return next(
        unit
        for unit in map(str, range(10_000))
        if (found := drawn(definitions, experiment, unit, engagement=engagement)).arm == arm and found.counts
    )


# -- shares ----------------------------------------------------------------------------------------------------------


def test_100_000_people_are_shared_as_the_file_says() -> None:
    definitions = experiments(THREE)
    found = [drawn(definitions, "three", f"person-{i}") for i in range(N)]

    seen = Counter(one.arm for one in found)
    # 5 of 100 are the holdout; the arms share the rest as 50, 30 and 20.
    shares = {"": 0.05, "grey": 0.475, "green": 0.285, "lime": 0.19}
    statistic = sum((seen[arm] - N * share) ** 2 / (N * share) for arm, share in shares.items())
    assert chi_square_tail(statistic, len(shares) - 1) > CHANCE
    assert {one.rule for one in found if not one.arm} == {Reason.HOLDOUT}


def test_an_arm_in_one_namespace_says_nothing_about_another() -> None:
    definitions = experiments(THREE, ORDER.replace("rollout = 1000", "rollout = 5000"))
    cells: Counter[tuple[str, str]] = Counter()
    for i in range(N):
        cells[drawn(definitions, "three", f"{i}").arm, drawn(definitions, "new_order", f"{i}").arm] += 1

    rows, columns = Counter[str](), Counter[str]()
    for (row, column), n in cells.items():
        rows[row] += n
        columns[column] += n
    statistic = sum(
        (cells[row, column] - rows[row] * columns[column] / N) ** 2 / (rows[row] * columns[column] / N)
        for row in rows
        for column in columns
    )
    assert chi_square_tail(statistic, (len(rows) - 1) * (len(columns) - 1)) > CHANCE


def test_a_person_is_in_one_experiment_of_a_layer_at_most() -> None:
    definitions = experiments(SPLIT)
    seen: Counter[str] = Counter()
    for unit in map(str, range(20_000)):
        inside = [
            name for name in ("left", "right") if drawn(definitions, name, unit).rule is not Reason.OTHER
        ]
        assert len(inside) == 1
        seen[inside[0]] += 1
    assert seen["left"] / 20_000 == pytest.approx(0.4, abs=0.015)


# -- who is meant ----------------------------------------------------------------------------------------------------


def test_only_people_whose_facts_fit_are_in_and_others_are_told_why() -> None:
    definitions = experiments(TARGETED)
    for unit in map(str, range(2_000)):
        assert drawn(definitions, "three", unit, engagement=0.5).rule in (Reason.ASSIGNED, Reason.HOLDOUT)
        for out in (drawn(definitions, "three", unit, engagement=0.49), drawn(definitions, "three", unit)):
            assert (out.arm, out.rule, out.kept) == ("", Reason.NOT_TARGETED, None)
            assert out.because == "it is for people whose share of weeks with the app in use is at least 0.5"
            assert not out.counts


def test_nobody_of_the_holdout_sees_anything_but_the_standard_version() -> None:
    definitions = experiments(THREE, SPLIT.replace('"colour"', '"order"'))
    held = [u for u in map(str, range(20_000)) if drawn(definitions, "three", u).rule is Reason.HOLDOUT]

    assert len(held) / 20_000 == pytest.approx(0.05, abs=0.006)
    for unit in held:
        one = drawn(definitions, "three", unit)
        assert (one.arm, one.settings, one.kept) == ("", {}, Kept("three", ""))
        assert one.counts


def test_the_holdout_is_counted_only_where_it_would_have_been_in_the_experiment() -> None:
    definitions = experiments(TARGETED)
    held = unit_in(definitions, "three", "", engagement=0.9)

    assert drawn(definitions, "three", held, engagement=0.9).counts
    assert not drawn(definitions, "three", held, engagement=0.1).counts


def test_the_holdout_of_a_namespace_is_the_same_in_all_of_its_experiments() -> None:
    definitions = experiments(
        THREE,
        THREE.replace('"three"', '"later"')
        .replace("2026-01-01", "2026-07-01")
        .replace("ends = 2026-07-01", "ends = 2026-09-01"),
    )
    for unit in map(str, range(3_000)):
        now = drawn(definitions, "three", unit).rule
        later = assign(definitions, "later", unit, {}, today=date(2026, 8, 1), consented=True).rule
        assert (now is Reason.HOLDOUT) == (later is Reason.HOLDOUT)


# -- what stays ------------------------------------------------------------------------------------------------------


def test_an_assignment_stays_where_facts_targeting_shares_and_rollout_change() -> None:
    before = experiments(TARGETED)
    unit = unit_in(before, "three", "lime", engagement=0.9)
    kept = drawn(before, "three", unit, engagement=0.9).kept

    arms = before.experiments["three"].arms
    for after in (
        before,
        changed(before, "three", rollout=0),
        changed(before, "three", first=9_999, buckets=1),
        changed(before, "three", arms=(arms[1], arms[0], arms[2])),
    ):
        found = drawn(after, "three", unit, kept, engagement=0.0)
        assert (found.arm, found.rule, found.kept) == ("lime", Reason.KEPT, kept)
        assert found.settings == {"colour": "lime", "bright": True}


def test_the_kill_switch_wins_over_what_was_kept_and_gives_it_back() -> None:
    running = experiments(THREE)
    unit = unit_in(running, "three", "green")
    kept = drawn(running, "three", unit).kept
    namespaces = {
        name: msgspec.structs.replace(one, stopped=True) for name, one in running.namespaces.items()
    }
    for stopped in (
        changed(running, "three", stopped=True),
        msgspec.structs.replace(running, namespaces=namespaces),
    ):
        found = drawn(stopped, "three", unit, kept)
        assert (found.arm, found.settings, found.rule, found.counts) == ("", {}, Reason.STOPPED, False)
    assert drawn(running, "three", unit, kept).arm == "green"


def test_withdrawn_consent_wins_over_what_was_kept() -> None:
    definitions = experiments(THREE)
    unit = unit_in(definitions, "three", "green")
    found = assign(definitions, "three", unit, {}, today=DAY, consented=False, kept=Kept("three", "green"))
    assert (found.arm, found.rule, found.kept) == ("", Reason.CONSENT, None)


@pytest.mark.parametrize(
    ("day", "runs"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_it_runs_from_its_first_day_to_the_day_before_it_ends(day: date, *, runs: bool) -> None:
    definitions = experiments(THREE)
    unit = unit_in(definitions, "three", "green")
    found = assign(definitions, "three", unit, {}, today=day, consented=True, kept=Kept("three", "green"))
    assert (found.rule is Reason.KEPT) is runs
    assert (found.rule is Reason.NOT_RUNNING) is not runs


def test_a_removed_arm_is_the_standard_version() -> None:
    found = drawn(experiments(THREE), "three", "u", Kept("three", "pink"))
    assert (found.arm, found.rule, found.counts) == ("", Reason.ARM_REMOVED, False)


def test_raising_a_rollout_keeps_everybody_who_was_in() -> None:
    definitions = experiments(ORDER)
    inside: set[str] = set()
    for percent in (0, 1, 5, 10, 25, 50, 99, 100):
        raised = changed(definitions, "new_order", rollout=100 * percent)
        now = {unit for unit in map(str, range(5_000)) if drawn(raised, "new_order", unit).arm == "on"}
        assert inside <= now
        assert len(now) / 5_000 == pytest.approx(0.99 * percent / 100, abs=0.03)
        inside = now
    assert len(inside) < 5_000, "the holdout stays out of a rollout of everything"


# -- exposure --------------------------------------------------------------------------------------------------------


def test_an_exposure_is_noted_once() -> None:
    definitions = experiments(THREE)
    one = drawn(definitions, "three", unit_in(definitions, "three", "green"))
    noted = expose(one, set(), NOW)

    assert noted is not None
    assert (noted.experiment, noted.arm, noted.at) == ("three", "green", NOW)
    assert expose(one, {"three"}, NOW) is None


def test_the_holdout_is_exposed_and_the_rest_is_not() -> None:
    definitions = experiments(SPLIT)
    rules: Counter[tuple[Reason, str]] = Counter()
    for unit in map(str, range(2_000)):
        one = drawn(definitions, "left", unit)
        noted = expose(one, set(), NOW)
        rules[one.rule, "" if noted is None else noted.arm] += 1
    assert set(rules) == {
        (Reason.OTHER, ""),
        (Reason.HOLDOUT, "holdout"),
        (Reason.ASSIGNED, "grey"),
        (Reason.ASSIGNED, "green"),
        (Reason.ASSIGNED, "lime"),
    }


def test_what_cannot_be_meant_is_refused() -> None:
    definitions = experiments(THREE)
    with pytest.raises(InputError, match="there is no experiment nothing"):
        drawn(definitions, "nothing", "u")
    with pytest.raises(InputError, match="visible ASCII"):
        drawn(definitions, "three", "")
    with pytest.raises(InputError, match="another experiment"):
        drawn(definitions, "three", "u", Kept("four", "green"))
    with pytest.raises(InputError, match="below 10000"):
        definitions.experiments["three"].arm_at(10_000)
