"""Whom suggestions treat worse: a planted harm is flagged, and what is harmless is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.simulation.report.fairness import HARMS, KEEPS_SHORT, Treating
from tests.unit.simulation.report.made import SETTINGS, device, suggested

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_engine.simulation.record import DeviceRecord
    from edge_engine.simulation.report.fairness import Fairness


def treated(records: Iterable[DeviceRecord]) -> Fairness:
    treating = Treating(SETTINGS)
    for one in records:
        treating.add(one)
    return treating.told()


def flags(found: Fairness) -> dict[str, tuple[str, ...]]:
    return {one.offer: one.flags for one in found.flagged}


def test_a_planted_offer_that_harms_people_short_of_money_is_flagged() -> None:
    found = treated(
        device(at, suggested=(
            suggested("bill_reminder", stressed=True, expected=0.1), suggested("bill_reminder", expected=0.1),
            suggested("insurance_check", family="protect", stressed=True, expected=-0.12),
            suggested("insurance_check", family="protect", expected=0.2),
        ))
        for at in range(10)
    )  # fmt: skip
    assert flags(found) == {"insurance_check": (HARMS,)}
    flagged = found.flagged[0]
    assert (flagged.worse_for, flagged.short.mean, flagged.calm.mean) == (10, -0.12, 0.2)


def test_a_planted_loan_for_people_short_of_money_is_flagged_though_they_welcome_it() -> None:
    found = treated(
        device(at, suggested=(
            suggested(stressed=True),
            *((suggested("cheaper_loan", family="credit", stressed=True, expected=0.4),) if at < 8 else ()),
        ))
        for at in range(40)
    )  # fmt: skip
    assert flags(found) == {"cheaper_loan": (KEEPS_SHORT,)}
    assert found.flagged[0].share_short == 0.2


def test_the_same_loan_for_others_is_not() -> None:
    found = treated(
        device(
            at, suggested=(suggested(stressed=True), suggested("cheaper_loan", family="credit", expected=0.4))
        )
        for at in range(40)
    )
    assert flags(found) == {}
    assert {one.offer: one.share_short for one in found.offers} == {"bill_reminder": 1.0, "cheaper_loan": 0.0}


def test_what_one_person_met_flags_nothing() -> None:
    loans = tuple(suggested("cheaper_loan", family="credit", stressed=True, expected=-0.5) for _ in range(50))
    found = treated(
        [
            device(0, suggested=loans),
            *(device(at, suggested=(suggested(stressed=True),)) for at in range(1, 60)),
        ]
    )
    assert flags(found) == {}


def test_one_of_two_people_who_saw_a_loan_is_too_few_to_flag_it() -> None:
    loan = suggested("cheaper_loan", family="credit", stressed=True, expected=0.4)
    others = tuple(suggested(f"other_{at}", stressed=True) for at in range(15))
    found = treated([device(0, suggested=(loan,)), device(1, suggested=others)])
    assert flags(found) == {}


def test_what_suits_half_and_harms_half_is_not_flagged() -> None:
    found = treated(
        device(at, suggested=(suggested(stressed=True, expected=0.1 if at % 2 else -0.1),))
        for at in range(60)
    )
    assert flags(found) == {}


def test_the_holdout_is_left_out_and_what_the_engine_did_not_see_is_told() -> None:
    found = treated(
        [
            device(0, holdout=True),
            device(1, suggested=(suggested(stressed=True, stress_known=True), suggested(stressed=True))),
            device(2, suggested=(suggested(stressed=True), suggested(stressed=True), suggested())),
        ]
    )
    assert (found.people_short, found.unseen) == (2, 0.75)
    assert sum(one.people for one in found.groups) == 2


def test_groups_are_told_apart_and_one_that_is_surely_worse_off_is_flagged() -> None:
    records = [
        device(
            at, persona="tight_budget" if at % 2 else "saver", stressed=tuple(range(30)) if at % 2 else (),
            left_on=29 if at in (1, 3) else None,
            suggested=(suggested(expected=-0.1 if at % 2 else 0.3, reaction="closed" if at % 2 else "acted"),),
        )
        for at in range(80)
    ]  # fmt: skip
    tight, saver = treated(records).groups
    assert (tight.persona, tight.people, tight.agreed, tight.stayed) == ("tight_budget", 40, 40, 0.95)
    assert (tight.expected.mean, tight.refused.mean) == (-0.1, 1.0)
    assert tight.worse.mean == pytest.approx(-0.4)
    # 38 people of 60 days and two of 30, each short on 30 of them.
    assert tight.short == pytest.approx(40 * 30 / (38 * 60 + 2 * 30), abs=1e-6)
    assert tight.flagged
    assert not saver.flagged
