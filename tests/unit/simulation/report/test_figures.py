"""The figures of a report, each worked out once more by hand."""

from __future__ import annotations

import math
from datetime import date

import msgspec
import pytest

from edge_engine.decisions.analysis import ArmTotals, effects
from edge_engine.signals.catalogue import Catalogue
from edge_engine.simulation.record import (
    Aggregate,
    Categorized,
    DeviceRecord,
    Forecasts,
    SignalGiven,
    Withdrawal,
    Work,
)
from edge_engine.simulation.report.accuracy import Judging
from edge_engine.simulation.report.agreeing import Agreeing
from edge_engine.simulation.report.effort import Working
from edge_engine.simulation.report.figures import encode, figures
from edge_engine.simulation.report.privacy import Blurring
from edge_engine.simulation.report.received import Keeping, Receiving, Wearying
from edge_engine.simulation.report.spread import Ratio, quantile, share_interval, tail
from edge_engine.simulation.report.uplift import Staying
from tests.unit.simulation.report.made import SETTINGS, device, suggested

# -- how sure ---------------------------------------------------------------------------------------------------------


def test_a_mean_over_devices_has_the_usual_interval_where_each_counts_once() -> None:
    ratio = Ratio()
    values = [float(at % 5) for at in range(40)]
    for value in values:
        ratio.add(value)
    mean = sum(values) / 40
    error = math.sqrt(sum((one - mean) ** 2 for one in values) / 39 / 40)
    told = ratio.told()
    assert (told.devices, told.n, told.mean) == (40, 40, 2.0)
    assert told.high == pytest.approx(mean + 1.96 * error, abs=1e-4)
    assert told.low == pytest.approx(mean - 1.96 * error, abs=1e-4)


def test_what_one_device_did_often_is_one_cluster() -> None:
    alone, clustered = Ratio(), Ratio()
    for at in range(400):
        alone.add(float(at % 2))
    for at in range(40):
        clustered.add(10.0 * (at % 2), 10)
    one, other = alone.told(), clustered.told()
    assert one.mean == other.mean == 0.5
    assert other.n == one.n == 400
    assert one.low is not None
    assert other.low is not None
    assert 0.5 - other.low > 3 * (0.5 - one.low)


def test_a_mean_of_few_devices_has_no_interval() -> None:
    ratio = Ratio()
    for _ in range(29):
        ratio.add(1.0)
    ratio.add(5.0, 0)
    assert ratio.told() == msgspec.structs.replace(ratio.told(), devices=29, mean=1.0, low=None, high=None)


def test_shares_tails_and_quantiles() -> None:
    assert share_interval(0, 0) == (0.0, 1.0)
    low, high = share_interval(5, 100)
    assert low == pytest.approx(0.0215, abs=1e-4)
    assert high == pytest.approx(0.1118, abs=1e-4)
    assert tail(9, 9) == 1 / 512
    assert tail(0, 3) == 1.0
    assert tail(2, 3, 0.1) == pytest.approx(3 * 0.01 * 0.9 + 0.001)
    assert [quantile([0.0, 10.0, 20.0], share) for share in (0.0, 0.25, 1.0)] == [0.0, 5.0, 20.0]


# -- who stays --------------------------------------------------------------------------------------------------------


def test_who_left_is_gone_from_the_end_of_that_week_on() -> None:
    staying = Staying(SETTINGS)
    for one in (device(0), device(1, left_on=6), device(2, left_on=7), device(3, holdout=True, left_on=59)):
        staying.add(one)
    told = staying.told().everybody
    assert (told.suggested, told.holdout) == (3, 1)
    # Days 0 to 6 are the first week: who left on day 6 is not there at its end, who left on day 7 is.
    assert told.suggested_there[0] == pytest.approx(2 / 3, abs=1e-6)
    assert told.suggested_there[1] == pytest.approx(1 / 3, abs=1e-6)
    assert told.holdout_there == (1.0,) * 8 + (0.0,)
    assert told.looks[-1].difference == pytest.approx(1 / 3, abs=1e-6)
    assert told.looks[-1].low is None
    assert not told.enough


def test_the_difference_has_the_confidence_sequence_of_experiments() -> None:
    settings = msgspec.structs.replace(SETTINGS, devices=1000, holdout=0.5)
    staying = Staying(settings)
    for at in range(1000):
        left = 20 if at % (10 if at % 2 else 3) == 0 else None
        staying.add(device(at, holdout=at % 2 == 0, left_on=left))
    told = staying.told()
    stayed = [sum(at % 3 != 0 for at in range(0, 1000, 2)), sum(at % 10 != 0 for at in range(1, 1000, 2))]
    (right,) = effects(
        ArmTotals.of_counts("holdout", 500, stayed[0]), [ArmTotals.of_counts("suggested", 500, stayed[1])],
        planned=1000,
    )  # fmt: skip
    last = told.everybody.looks[-1]
    assert last.difference == pytest.approx(right.difference, abs=1e-6)
    assert last.low == pytest.approx(right.low, abs=1e-6)
    assert told.everybody.decided
    assert told.everybody.enough
    assert told.ratio_p == 1.0
    looks = told.everybody.looks
    assert looks == tuple(sorted(looks, key=lambda one: one.devices))
    assert looks[0].low is None
    widths = [one.high - one.low for one in looks if one.low is not None and one.high is not None]
    assert widths[-1] < widths[0]


def test_those_who_agreed_in_their_first_week_are_compared_alone() -> None:
    staying = Staying(SETTINGS)
    later = (("insights",), *((("insights", "recommendations"),) * 8))
    for one in (device(0), device(1, consents=later), device(2, holdout=True)):
        staying.add(one)
    told = staying.told()
    assert (told.everybody.suggested, told.agreed.suggested, told.agreed.holdout) == (2, 1, 1)


def test_without_a_holdout_nothing_is_compared() -> None:
    staying = Staying(msgspec.structs.replace(SETTINGS, holdout=0.0))
    staying.add(device(0))
    told = staying.told()
    assert (told.everybody.looks, told.everybody.holdout_there, told.ratio_p) == ((), (), None)


# -- what it brings and costs ------------------------------------------------------------------------------------------


def test_value_is_told_in_days_of_what_each_spends() -> None:
    receiving = Receiving()
    acted = suggested(kind="cancel_help", reaction="acted", value=5_000)
    # 1,500.00 a month are 50.00 a day.
    receiving.add(device(0, value={"cancel_help": 5_000}, suggested=(acted, suggested())))
    receiving.add(device(1, value={"cashback": 30_000}, spends=300_000, currency="EUR"))
    receiving.add(device(2, holdout=True, value={"cashback": 10**9}))
    receiving.add(device(3, consents=((),) * 9))
    told = receiving.told()
    assert (told.people, told.helped, told.days.mean) == (2, 2, 2.0)
    by = {one.kind: one for one in told.kinds}
    assert (by["cashback"].days, by["cancel_help"].days) == (1.5, 0.5)
    assert (by["cancel_help"].shown, by["cancel_help"].acted, by["reminder"].shown) == (1, 1, 1)
    assert [(one.currency, one.received, one.each) for one in told.money] == [
        ("EUR", 30_000, 30_000),
        ("GBP", 5_000, 5_000),
    ]


def test_reactions_are_counted_by_how_tired_people_were() -> None:
    wearying = Wearying(SETTINGS)
    shown = (
        suggested(reaction="acted", tired=0.1), suggested(reaction="closed", tired=0.25),
        suggested(reaction="never", tired=3.0, intrusive=True),
    )  # fmt: skip
    wearying.add(device(0, suggested=shown, trust=(0.4,) * 9, tired=(1.0,) * 9))
    wearying.add(device(1, left_on=29, trust=(0.6,) * 5, tired=(0.0,) * 5))
    wearying.add(device(2, holdout=True, trust=(0.9,) * 9))
    told = wearying.told()
    assert [one.shown for one in told.felt] == [1, 1, 0, 0, 1]
    assert (
        told.felt[0].reactions["acted"]
        == told.felt[1].reactions["closed"]
        == told.felt[4].reactions["never"]
        == 1
    )
    # Three suggestions in 60 and 30 days.
    assert told.a_month == 1.0
    assert told.interruptions == pytest.approx(1 / 3, abs=1e-6)
    assert (told.trust[0], told.trust[8], told.trust_holdout[0]) == (0.5, 0.4, 0.9)
    assert (told.tired[0], told.tired[8]) == (0.5, 1.0)
    assert (told.never, told.people) == (1, 2)


def test_reasons_of_silence_are_added_up_the_commonest_first() -> None:
    keeping = Keeping()
    keeping.add(device(0, silences={"rest": 2, "nothing": 1}, suggested=(suggested(),)))
    keeping.add(device(1, silences={"nothing": 4}))
    told = keeping.told()
    assert (told.said, list(told.reasons.items())) == (1, [("nothing", 5), ("rest", 2)])


# -- how right, and what for -------------------------------------------------------------------------------------------


def test_categories_are_judged_by_whole_months() -> None:
    judging = Judging(SETTINGS)
    months = (Categorized(0, 6, 2, 2), Categorized(1, 9, 1, 0), Categorized(2, 0, 50, 0))
    judging.add(device(0, categorized=months))
    judging.add(device(1, categorized=(Categorized(0, 2, 0, 0),)))
    told = judging.told()
    assert [(one.right.mean, one.unsure.mean) for one in told.months] == [
        (0.8, pytest.approx(2 / 12, abs=1e-6)),
        (0.9, 0.0),
    ]
    # Device by device: from 6 of 8 to 9 of 10 on the one that has both.
    assert told.drift is not None
    assert (told.drift.devices, told.drift.mean) == (1, 0.15)


def test_outlooks_are_counted_by_quantity_and_weeks() -> None:
    judging = Judging(SETTINGS)
    judging.add(
        device(0, forecasts=(Forecasts("balance", 1, 4, 3, 1, 0), Forecasts("outflow", 1, 2, 2, 0, 0)))
    )
    judging.add(device(1, forecasts=(Forecasts("balance", 1, 6, 5, 0, 1),)))
    first, second = judging.told().horizons
    assert (first.quantity, first.weeks, first.inside.n) == ("balance", 1, 10)
    assert (first.inside.mean, first.below.mean, first.above.mean) == (0.8, 0.1, 0.1)
    assert (second.quantity, second.inside.mean) == ("outflow", 1.0)


def test_uptake_is_of_those_who_are_there() -> None:
    agreeing = Agreeing(SETTINGS)
    agreeing.add(device(0, consents=(("insights",),) * 9, withdrawals=(Withdrawal(9, "insights"),)))
    agreeing.add(device(1, consents=((), ())))
    told = agreeing.told()
    (insights,) = told.purposes
    assert insights.on == (0.5, 0.5, *((1.0,) * 7))
    assert (insights.withdrawn, told.nothing, told.there[:3]) == (1, 0.5, (2, 2, 1))


def test_work_is_told_for_thirty_days_of_devices_that_do_any() -> None:
    working = Working(SETTINGS)
    working.add(device(0, work=Work(transactions=120, report_bytes=600, reports=2)))
    working.add(device(1, left_on=29, work=Work(transactions=40)))
    told = working.told()
    by = {one.what: one for one in told.ranges}
    # Of the days that rows are of: 60 and 30, and three months before.
    assert (by["transactions"].p10, by["transactions"].median, by["transactions"].most) == (11.4, 17.0, 24.0)
    assert (by["report_bytes"].devices, by["report_bytes"].median) == (1, 300.0)
    assert "outlooks" not in by
    assert (told.transactions, told.bytes_sent) == (160, 600)


def test_a_day_is_not_told_as_thirty_of_them() -> None:
    working = Working(SETTINGS)
    working.add(device(0, left_on=0, work=Work(transactions=345, outlooks=1)))
    told = working.told()
    assert (told.devices, told.there, told.ranges, told.transactions) == (1, 0, (), 345)


# -- privacy ----------------------------------------------------------------------------------------------------------


def summed(collected: tuple[float, ...], **told: object) -> Aggregate:
    one = Aggregate(
        signal="active_days", window=1, first=date(2027, 1, 7), labels=("0", "1"), devices=9, least=500, told=False,
        epsilon=0.25, noise="at_collection", way="sampled", truth=(4.0, 5.0), collected=collected,
        deviation=(12.0, 12.0), bound=(23.0, 23.0),
    )  # fmt: skip
    return msgspec.structs.replace(one, **told)


def test_errors_of_sums_are_held_against_what_was_foretold() -> None:
    blurring = Blurring(SETTINGS, Catalogue.default())
    told = blurring.told([summed((7.0, 9.0)), summed((4.0, 35.0), devices=11, told=True)])
    (one,) = told.signals
    assert (one.sums, one.numbers, one.within, one.told, one.devices) == (2, 4, 3, 1, 10.0)
    assert one.error == pytest.approx(math.sqrt((9 + 16 + 0 + 900) / 4), abs=1e-6)
    assert one.foretold == 12.0
    assert (told.numbers, told.within) == (4, 3)
    assert (told.low, told.high) == share_interval(3, 4)
    assert told.points == ()


def counted(number: int) -> DeviceRecord:
    return device(number, signals=(SignalGiven("active_days", 5, (number % 8,), (number % 8,)),))


def test_the_error_falls_with_people_and_with_epsilon_as_foretold() -> None:
    blurring = Blurring(SETTINGS, Catalogue.default())
    for number in range(120):
        blurring.add(counted(number))
    told = blurring.told([])
    assert told.studied == "active_days"
    by = {(one.epsilon, one.devices): one for one in told.points}
    assert sorted(by) == [(epsilon, n) for epsilon in (0.0625, 0.25, 1.0) for n in (10, 30, 100, 120)]
    for one in told.points:
        # 96 numbers of two Laplace variables: their root mean square is known within a quarter, nearly always.
        assert one.error == pytest.approx(one.foretold, rel=0.3)
    assert by[0.25, 10].foretold == pytest.approx(12 * by[0.25, 120].foretold, rel=1e-4)
    assert by[0.25, 10].foretold == pytest.approx(4 * by[1.0, 10].foretold, rel=0.03)


# -- all of it --------------------------------------------------------------------------------------------------------


def test_figures_are_one_json_the_same_for_the_same_records() -> None:
    records = [device(at, holdout=at == 3, suggested=(suggested(),)) for at in range(4)]
    first = figures(iter(records), SETTINGS, [summed((7.0, 9.0))], Catalogue.default())
    second = figures(records, SETTINGS, [summed((7.0, 9.0))], Catalogue.default())
    assert encode(first) == encode(second)
    assert msgspec.json.decode(encode(first), type=type(first)) == first
    assert (first.setup.first, first.setup.people, first.setup.live_in) == (
        date(2027, 5, 2),
        {"saver": 4},
        {"GB": 4},
    )
    assert b"NaN" not in encode(first)


def test_a_run_of_nobody_has_figures() -> None:
    empty = figures([], SETTINGS, [], Catalogue.default())
    assert empty.value.days.mean is None
    assert empty.regret.contestants == ()
