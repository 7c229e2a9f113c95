"""What is a stream, told in stories."""

from __future__ import annotations

import random
from datetime import date, timedelta

import msgspec
import pytest

from edge_engine.domain.money import Money
from edge_engine.insights.chains import Recalled
from edge_engine.insights.recurring import streams
from edge_engine.insights.stream import Cadence, Status, Stream, StreamKind
from tests.unit.insights.stories import TAXONOMY, Story, every, monthly

TODAY = date(2025, 6, 20)


def found(story: Story, today: date = TODAY) -> list[Stream]:
    """Find streams; the account was seen until today."""
    story.pay(today, -137, "corner shop")
    return streams(story.postings(), today, TAXONOMY)


def only(story: Story, today: date = TODAY) -> Stream:
    (stream,) = found(story, today)
    return stream


def test_nothing_comes_of_nothing() -> None:
    assert streams(Story().postings(), TODAY, TAXONOMY) == []


def test_rent_on_the_first() -> None:
    rent = only(Story().pay_each(monthly("2024-01-01", 18), -95000, "landlord", "housing.rent"))
    assert (rent.cadence, rent.kind, rent.status) == (Cadence.MONTHLY, StreamKind.BILL, Status.ACTIVE)
    assert (rent.next, rent.next_first, rent.next_last) == (date(2025, 7, 1),) * 3
    assert rent.expected == rent.low == rent.high == Money(-95000, "EUR")
    assert rent.a_year == Money(-12 * 95000, "EUR")
    assert rent.evidence == tuple(range(1, 19))
    assert (rent.missed, rent.varying, rent.change) == (0, False, None)
    assert rent.confidence > 0.95


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        (Cadence.WEEKLY, every("2024-12-27", 26, 7)),
        (Cadence.FORTNIGHTLY, every("2024-12-27", 13, 14)),
        (Cadence.FOUR_WEEKLY, every("2024-06-06", 14, 28)),
        (Cadence.MONTHLY, monthly("2024-12-12", 7)),
        (Cadence.TWO_MONTHLY, monthly("2024-02-12", 9, step=2)),
        (Cadence.QUARTERLY, monthly("2023-06-12", 9, step=3)),
        (Cadence.HALF_YEARLY, monthly("2023-06-12", 5, step=6)),
        (Cadence.YEARLY, monthly("2022-06-12", 4, step=12)),
    ],
)
@pytest.mark.parametrize("leaf", ["services.insurance", ""])
def test_every_cadence_with_and_without_a_category(cadence: Cadence, days: list[date], leaf: str) -> None:
    stream = only(Story().pay_each(days, -4200, "some company", leaf))
    assert stream.cadence is cadence
    assert len(stream.evidence) == len(days)
    assert stream.a_year.minor == pytest.approx(
        -4200 * 365 / ((days[-1] - days[0]).days / (len(days) - 1)), rel=0.02
    )


@pytest.mark.parametrize(
    ("days", "coming"),
    [
        (monthly("2024-01-31", 17), date(2025, 6, 30)),
        (monthly("2024-03-01", 16, shift=1), date(2025, 7, 1)),
        (monthly("2024-05-29", 13, shift=-1), date(2025, 6, 27)),
    ],
    ids=["last day", "weekends move to Monday", "weekends move to Friday"],
)
def test_days_of_month_that_move(days: list[date], coming: date) -> None:
    stream = only(Story().pay_each(days, -3100, "phone company", "utilities.mobile"))
    assert stream.next == coming
    assert stream.missed == 0


def test_salary_on_the_last_friday() -> None:
    fridays = [date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 28), (4, 25), (5, 30))]
    story = Story()
    for day, minor in zip(fridays, (250000, 251210, 249990, 263000, 250000), strict=True):
        story.pay(day, minor, "employer", "income.salary")
    salary = only(story)
    assert (salary.kind, salary.next) == (StreamKind.SALARY, date(2025, 6, 27))
    assert not salary.outgoing
    assert salary.varying


def test_energy_varies_with_the_season() -> None:
    story = Story()
    amounts = [
        14100,
        13200,
        9800,
        7300,
        4400,
        3100,
        2900,
        3000,
        4800,
        8100,
        11900,
        13900,
        14500,
        13500,
        10100,
        7000,
    ]
    for day, minor in zip(monthly("2024-03-14", 16), amounts, strict=True):
        story.pay(day, -minor, "power and light", "utilities.energy")
    energy = only(story)
    assert (energy.cadence, energy.varying) == (Cadence.MONTHLY, True)
    assert (energy.low.minor, energy.high.minor) == (-2900, -14500)
    assert energy.a_year.minor == -sum(amounts[-12:])
    assert energy.change is None


def test_a_year_counts_the_weeks_without_a_payment() -> None:
    story, day = Story(), date(2024, 7, 1)
    weeks = [week for week in range(100) if week % 13 < 11]  # term time
    for week in weeks:
        story.pay(
            (day + timedelta(weeks=week)).isoformat(),
            -2000 - week % 3 * 150,
            "school meals",
            "education.school",
        )
    meals = only(story)
    assert (meals.cadence, meals.varying) == (Cadence.WEEKLY, True)
    assert meals.missed > 0
    slots = len(meals.evidence) + meals.missed
    assert slots < 52
    paid = sum(2000 + week % 3 * 150 for week in weeks[-len(meals.evidence) :])
    assert meals.a_year.minor == -round(paid * 52 / slots)


def test_a_price_rise_is_told_with_old_new_since_and_a_year() -> None:
    days = monthly("2024-01-09", 18)
    story = Story().pay_each(days[:13], -1099, "films", "leisure.streaming")
    story.pay_each(days[13:], -1299, "films", "leisure.streaming")
    films = only(story)
    assert films.kind is StreamKind.SUBSCRIPTION
    assert films.change is not None
    assert (films.change.old.minor, films.change.new.minor) == (-1099, -1299)
    assert films.change.since == days[13]
    assert films.change.a_year == Money(-2400, "EUR")
    assert films.change.payments == (13, 14)
    assert films.change.confirmed
    assert films.a_year.minor == -12 * 1299


def test_missed_months_do_not_break_a_stream() -> None:
    days = monthly("2024-01-09", 18)
    del days[11], days[4]
    gym = only(Story().pay_each(days, -2500, "gym", "personal.fitness"))
    assert (gym.missed, len(gym.evidence), gym.status) == (2, 16, Status.ACTIVE)


def test_a_long_pause_is_one_stream() -> None:
    days = monthly("2023-01-09", 30)
    gym = only(Story().pay_each(days[:10] + days[16:], -2500, "gym", "personal.fitness"))
    assert len(gym.evidence) == 24


def test_two_subscriptions_at_one_merchant_with_two_prices_on_two_days() -> None:
    story = Story().pay_each(monthly("2024-01-03", 18), -299, "apple.com/bill", "leisure.streaming")
    story.pay_each(monthly("2024-01-19", 17), -1099, "apple.com/bill", "leisure.streaming")
    assert sorted(stream.expected.minor for stream in found(story)) == [-1099, -299]


def test_two_subscriptions_at_one_merchant_on_the_same_day() -> None:
    days = monthly("2024-01-03", 18)
    story = Story().pay_each(days, -299, "apple.com/bill").pay_each(days, -1099, "apple.com/bill")
    two = found(story)
    assert sorted(stream.expected.minor for stream in two) == [-1099, -299]
    assert [len(stream.evidence) for stream in two] == [18, 18]


def test_two_lines_at_one_price_are_two_streams() -> None:
    days = monthly("2024-01-03", 18)
    story = Story().pay_each(days, -1000, "mobile company", "utilities.mobile")
    story.pay_each(days, -1000, "mobile company", "utilities.mobile")
    assert [len(stream.evidence) for stream in found(story)] == [18, 18]


def test_pay_on_the_fifteenth_and_the_last_day_is_two_streams() -> None:
    story = Story().pay_each(monthly("2024-01-15", 18, shift=-1), 180000, "employer", "income.salary")
    story.pay_each(monthly("2024-01-31", 17, shift=-1), 180000, "employer", "income.salary")
    both = found(story)
    assert {stream.next for stream in both} == {date(2025, 6, 30), date(2025, 7, 15)}
    assert sum(stream.a_year.minor for stream in both) == 24 * 180000


@pytest.mark.parametrize("merchant", ["amazon", "paypal"])
def test_a_subscription_among_many_purchases(merchant: str) -> None:
    rng = random.Random(5)
    story = Story().pay_each(monthly("2024-01-07", 18), -899, merchant, "shopping.online_marketplace")
    for _ in range(150):
        day = date(2024, 1, 1) + timedelta(days=rng.randrange(530))
        story.pay(day, -rng.randint(500, 9000), merchant, "shopping.online_marketplace")
    prime = only(story)
    assert (prime.expected.minor, len(prime.evidence)) == (-899, 18)


def test_a_subscription_among_purchases_keeps_its_price_rises() -> None:
    rng = random.Random(6)
    days = monthly("2024-01-07", 18)
    story = Story().pay_each(days[:9], -899, "amazon", "shopping.online_marketplace")
    story.pay_each(days[9:16], -999, "amazon", "shopping.online_marketplace")
    story.pay_each(days[16:], -1099, "amazon", "shopping.online_marketplace")
    for _ in range(60):
        day = date(2024, 1, 1) + timedelta(days=rng.randrange(530))
        story.pay(day, -rng.randint(1500, 9000), "amazon", "shopping.online_marketplace")
    prime = only(story)
    assert len(prime.evidence) == 18
    assert prime.change is not None
    assert (prime.change.old.minor, prime.change.new.minor) == (-999, -1099)


def test_a_billing_day_that_moved_is_one_stream() -> None:
    story = Story()
    for at, day in enumerate([*monthly("2024-01-05", 9), *monthly("2024-10-20", 9)]):
        story.pay(day, -7000 - at * 211, "power and light", "utilities.energy")
    energy = only(story)
    assert len(energy.evidence) == 18
    assert energy.next == date(2025, 7, 20)


def test_foreign_currency_moves_the_amount_a_little() -> None:
    rng = random.Random(2)
    story = Story()
    for day in monthly("2024-01-22", 17):
        story.pay(day, -round(1873 * rng.uniform(0.97, 1.03)), "software abroad", "services.software")
    software = only(story)
    assert software.varying
    assert software.low.minor > -1950


def test_yearly_from_two_payments_is_a_candidate_of_low_confidence() -> None:
    insurance = only(
        Story().pay_each(monthly("2023-07-04", 2, step=12), -61000, "insurer", "services.insurance")
    )
    assert insurance.cadence is Cadence.YEARLY
    assert insurance.confidence < 0.5
    assert insurance.next == date(2025, 7, 4)


def test_two_equal_purchases_a_year_apart_in_a_shop_are_no_candidate() -> None:
    assert not found(Story().pay_each(monthly("2023-07-04", 2, step=12), -4999, "shoes", "shopping.clothing"))


def test_two_different_amounts_a_year_apart_are_no_candidate_without_a_category() -> None:
    story = Story().pay("2023-07-04", -4999, "who knows").pay("2024-07-04", -7450, "who knows")
    assert not found(story)


class TestHabits:
    """Regular is not recurring."""

    @pytest.mark.parametrize("leaf", ["food.groceries", ""])
    def test_weekly_groceries_are_no_bill(self, leaf: str) -> None:
        rng = random.Random(1)
        story = Story()
        for day in every("2024-01-06", 75, 7):
            story.pay(day, -rng.randint(4000, 9000), "supermarket", leaf)
        assert not found(story)

    def test_a_weekly_box_of_vegetables_is_one(self) -> None:
        box = only(Story().pay_each(every("2024-12-04", 28, 7), -1850, "vegetable box", "food.groceries"))
        assert (box.cadence, box.kind) == (Cadence.WEEKLY, StreamKind.SUBSCRIPTION)

    @pytest.mark.parametrize("leaf", ["dining.coffee", ""])
    def test_coffee_on_most_days_is_no_bill(self, leaf: str) -> None:
        rng = random.Random(3)
        story = Story()
        for day in every("2024-01-01", 530, 1):
            if day.weekday() < 5 and rng.random() < 0.7:
                story.pay(day, -320, "coffee bar", leaf)
        assert not found(story)

    def test_a_coffee_every_friday_is_a_habit(self) -> None:
        assert not found(Story().pay_each(every("2024-12-27", 25, 7), -320, "coffee bar", "dining.coffee"))

    @pytest.mark.parametrize("leaf", ["transport.public_transit", ""])
    def test_taps_on_the_bus_are_no_bill(self, leaf: str) -> None:
        rng = random.Random(4)
        story = Story()
        for day in every("2024-01-01", 530, 1):
            for _ in range(rng.choice([0, 0, 1, 2, 2])):
                story.pay(day, -240, "bus", leaf)
        assert not found(story)

    @pytest.mark.parametrize("leaf", ["personal.hair_beauty", ""])
    def test_a_haircut_every_five_weeks_or_so_is_no_bill(self, leaf: str) -> None:
        rng = random.Random(7)
        story, day = Story(), date(2024, 1, 10)
        while day < TODAY:
            story.pay(day, -rng.choice([2500, 2800, 3000]), "barber", leaf)
            day += timedelta(days=rng.randint(26, 44))
        assert not found(story)

    def test_equal_lunches_at_random_are_no_bill(self) -> None:
        for seed in range(100):
            rng = random.Random(seed)
            story = Story()
            for _ in range(20):
                story.pay(TODAY - timedelta(days=rng.randrange(500)), -1250, "lunch room")
            assert not found(story)


class TestStatus:
    def test_a_stream_that_stopped_has_ended(self) -> None:
        gym = only(Story().pay_each(monthly("2024-01-09", 10), -2500, "gym", "personal.fitness"))
        assert (gym.status, gym.next, gym.next_first, gym.next_last) == (Status.ENDED, None, None, None)
        assert gym.last == date(2024, 10, 9)

    def test_one_missing_payment_is_late(self) -> None:
        gym = only(Story().pay_each(monthly("2024-01-09", 17), -2500, "gym", "personal.fitness"))
        assert (gym.last, gym.status, gym.next) == (date(2025, 5, 9), Status.LATE, date(2025, 7, 9))

    def test_a_payment_due_yesterday_is_not_late_yet(self) -> None:
        gym = only(Story().pay_each(monthly("2024-01-19", 17), -2500, "gym", "personal.fitness"))
        assert (gym.status, gym.next) == (Status.ACTIVE, date(2025, 6, 19))

    def test_what_was_not_imported_yet_is_not_missing(self) -> None:
        story = Story().pay_each(monthly("2024-01-09", 14), -2500, "gym", "personal.fitness")
        story.pay("2025-02-20", -100, "shop")
        (gym,) = streams(story.postings(), TODAY, TAXONOMY)
        assert (gym.status, gym.next) == (Status.ACTIVE, date(2025, 7, 9))

    def test_an_account_that_fell_silent_has_no_running_streams(self) -> None:
        story = Story().pay_each(monthly("2024-01-09", 10), -2500, "gym", "personal.fitness")
        story.pay(TODAY, -100, "shop", account=2)
        (gym,) = streams(story.postings(), TODAY, TAXONOMY)
        assert gym.status is Status.ENDED

    def test_an_annual_bill_some_weeks_overdue_is_late(self) -> None:
        story = Story().pay_each(monthly("2021-05-20", 4, step=12), -9000, "club", "services.insurance")
        club = only(story)
        assert (club.status, club.next) == (Status.LATE, date(2025, 5, 20))

    def test_an_annual_bill_months_overdue_has_ended(self) -> None:
        story = Story().pay_each(monthly("2021-03-20", 4, step=12), -9000, "club", "services.insurance")
        assert only(story).status is Status.ENDED

    def test_running_streams_come_first_by_day_and_ended_ones_last(self) -> None:
        story = Story().pay_each(monthly("2023-01-09", 10), -2500, "a", "personal.fitness")
        story.pay_each(monthly("2024-01-15", 18), -2600, "b", "personal.fitness")
        story.pay_each(monthly("2024-01-02", 18), -2700, "c", "personal.fitness")
        assert [stream.merchant for stream in found(story)] == ["c", "b", "a"]


class TestWhatCounts:
    def test_transfers_between_own_accounts_are_no_stream(self) -> None:
        story = Story()
        for day in monthly("2024-01-02", 17):
            story.pay(day, -20000, "savings", transfer=True)
        assert not found(story)

    def test_the_future_is_not_known(self) -> None:
        story = Story().pay_each(monthly("2024-01-02", 40), -20000, "landlord", "housing.rent")
        rent = only(story)
        assert rent.last == date(2025, 6, 2)

    def test_money_in_and_money_out_are_apart(self) -> None:
        story = Story().pay_each(monthly("2024-01-02", 17), 20000, "flatmate")
        story.pay_each(monthly("2024-01-22", 17), -5000, "flatmate")
        assert sorted(stream.kind for stream in found(story)) == [StreamKind.BILL, StreamKind.INCOME]

    def test_currencies_are_apart(self) -> None:
        story = Story()
        for day in monthly("2024-01-02", 17):
            story.pay(day, -1000, "host", "services.software").pay(
                day, -1000, "host", "services.software", currency="USD"
            )
        assert {stream.expected.currency for stream in found(story)} == {"EUR", "USD"}

    def test_a_stream_may_move_to_another_account(self) -> None:
        story = Story().pay_each(monthly("2024-01-02", 9), -1000, "host", "services.software")
        for day in monthly("2024-10-02", 9):
            story.pay(day, -1000, "host", "services.software", account=2)
        host = only(story)
        assert (len(host.evidence), host.account) == (18, 2)

    def test_the_id_stays_when_payments_are_added(self) -> None:
        days = monthly("2024-01-02", 18)
        before = only(
            Story().pay_each(days[:-3], -1000, "host", "services.software"), days[-3] - timedelta(days=1)
        )
        assert before.id == only(Story().pay_each(days, -1000, "host", "services.software")).id

    def test_a_stream_survives_json(self) -> None:
        stream = only(Story().pay_each(monthly("2024-01-02", 18), -1000, "host", "services.software"))
        assert msgspec.json.decode(msgspec.json.encode(stream), type=Stream) == stream


class TestEvidence:
    """How much is enough."""

    def test_a_box_of_groceries_must_come_more_often_than_a_bill_to_be_believed(self) -> None:
        def box(n: int) -> Story:
            first = (TODAY - timedelta(days=7 * n)).isoformat()
            return Story().pay_each(every(first, n, 7), -1850, "vegetable box", "food.groceries")

        assert not found(box(5))
        assert len(found(box(8))) == 1

    def test_a_weekly_shop_that_often_costs_the_same_is_still_a_shop(self) -> None:
        rng = random.Random(9)
        story = Story()
        for at, day in enumerate(every("2024-06-21", 52, 7)):
            story.pay(day, -3000 if at % 5 < 3 else -rng.randint(2000, 7000), "market")
        assert not found(story)

    def test_a_weekly_bill_may_vary(self) -> None:
        rng = random.Random(10)
        story = Story()
        for day in every("2024-12-20", 26, 7):
            story.pay(day, -rng.randint(900, 2600), "school meals", "education.school")
        assert only(story).cadence is Cadence.WEEKLY

    def test_three_equal_payments_must_also_be_on_time(self) -> None:
        loose = ["2025-04-01", "2025-05-12", "2025-06-02"]
        exact = ["2025-04-02", "2025-05-02", "2025-06-02"]
        assert not found(Story().pay_each([date.fromisoformat(day) for day in loose], -1999, "who knows"))
        assert found(Story().pay_each([date.fromisoformat(day) for day in exact], -1999, "who knows"))

    def test_two_equal_payments_a_year_apart_among_many_others_are_chance(self) -> None:
        rng = random.Random(11)
        story = Story()
        for _ in range(40):
            story.pay(
                TODAY - timedelta(days=rng.randrange(700)),
                -rng.randint(100, 9000),
                "insurer",
                "services.insurance",
            )
        for day in ("2023-09-20", "2024-03-05", "2025-03-05"):
            story.pay(day, -77700, "insurer", "services.insurance")
        assert not [stream for stream in found(story) if len(stream.evidence) == 2]

    def test_a_pause_of_a_year_is_one_stream(self) -> None:
        days = monthly("2022-08-09", 35)
        gym = only(Story().pay_each(days[:9] + days[24:], -2500, "gym", "personal.fitness"))
        assert (len(gym.evidence), gym.missed) == (20, 15)

    def test_two_lines_that_vary_are_told_apart_by_their_days(self) -> None:
        rng = random.Random(12)
        story = Story()
        for first, base in (("2024-01-03", 2600), ("2024-01-17", 3700)):
            for day in monthly(first, 17):
                extra = rng.choice([0, 0, 150, 600, 1100])
                story.pay(day, -base - extra, "mobile company", "utilities.mobile")
        assert [len(stream.evidence) for stream in found(story)] == [17, 17]


def test_what_was_found_before_is_taken_only_for_the_very_same_payments() -> None:
    recalled = Recalled()
    for months in (17, 18, 18, 19):
        for rent in (-95000, -96000):
            story = Story().pay_each(monthly("2024-01-01", months), rent, "landlord", "housing.rent")
            story.pay_each(every("2024-12-27", 26, 7), -1250, "gym", "personal.fitness")
            postings = story.postings()
            for today in (TODAY, TODAY + timedelta(days=1)):
                recalled.look()
                assert streams(postings, today, TAXONOMY, recalled) == streams(postings, today, TAXONOMY)


def test_what_two_looks_did_not_ask_for_is_forgotten() -> None:
    recalled = Recalled()
    story = Story().pay_each(monthly("2024-01-01", 18), -95000, "landlord", "housing.rent")
    recalled.look()
    streams(story.postings(), TODAY, TAXONOMY, recalled)
    assert recalled.kept == 1
    recalled.look()
    assert recalled.kept == 1
    recalled.look()
    assert recalled.kept == 0
