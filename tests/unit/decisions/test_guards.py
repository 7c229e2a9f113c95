from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.facts import Fact
from edge_engine.decisions.guard_policy import FILE, Guards
from edge_engine.decisions.guards import SUPPRESSED, SUPPRESSED_KINDS, Standing, judge, strain
from edge_engine.decisions.offer import PURPOSES, Family
from edge_engine.decisions.story import MomentNow, Never, Reaction, Refused, check_story
from edge_engine.errors import InputError, PolicyError
from tests.unit.decisions.mistakes import Mistake, assert_told, document, shipped, validator
from tests.unit.decisions.stories import EVERY_PURPOSE, NOON, WELL, shown, story

if TYPE_CHECKING:
    from pathlib import Path

GUARDS = Guards.default()
OFFERS = Catalog.default().offers
FEED, PUSH, MODAL, EMAIL = (
    DeliveryChannel.FEED,
    DeliveryChannel.PUSH,
    DeliveryChannel.MODAL,
    DeliveryChannel.EMAIL,
)
POOR = {**WELL, "buffer_days": Fact(1.0), "debt_share": Fact(0.5)}


def rule(offer: str, channel: DeliveryChannel = FEED, subject: str = "", **changes: Any) -> str:  # noqa: ANN401 - any attribute
    return judge(Standing.of(GUARDS, story(**changes)), OFFERS[offer], channel, subject).rule


# -- the file --------------------------------------------------------------------------------------------------------

GOOD = shipped(FILE)
MISTAKES = [
    Mistake("schema = 1", "schema = 2", "schema must be 1", "schema"),
    Mistake("signs_needed = 2", "signs_needed = 0", "signs_needed is from 1 to 5", "signs_needed"),
    Mistake("signs_needed = 2", "signs_needed = 6", "signs_needed is from 1 to 5", "signs_needed", between=True),
    Mistake("lasts_days = 45", "lasts_days = 0", "lasts_days is from 1 to 365", "lasts_days"),
    Mistake("lasts_days = 45\n", "", "the field lasts_days is missing", "[stress]"),
    Mistake("shortfall_sure = 0.9", "shortfall_sure = 1.5", "shortfall_sure is a chance", "shortfall_sure"),
    Mistake('id = "no_buffer"', 'id = "No"', "id of this stress_sign is not in snake_case", "No"),
    Mistake('id = "heavy_debt"', 'id = "no_buffer"', "no_buffer is there twice", "no_buffer", between=True),
    Mistake('says = "bills are not paid in time"', 'says = ""', "says needs words", 'says = ""'),
    Mistake('[{ fact = "debt_share", at_least = 0.4 }]', "[]", "a sign needs conditions", "where = []"),
    Mistake('fact = "debt_share"', 'fact = "debts"', "there is no fact debts", "debts"),
    Mistake('id = "night"', 'id = "The night"', "id of this quiet", "The night"),
    Mistake("until = 08:00:00", "until = 21:00:00", "end at another time", "until", between=True),
    Mistake("until = 08:00:00", 'until = "eight"', "until: ", "until"),
    Mistake('channels = ["email"]', 'channels = ["pigeon"]', "channels cannot be 'pigeon'", "channels"),
    Mistake('channels = ["email"]', "channels = []", "channels names at least one", "channels = []"),
    Mistake("at_most = 3", "at_most = -1", "at_most is from 0 to 365", "at_most = -1"),
    Mistake("days = 30", "days = 366", "days is from 1 to 365", "days = 366"),
    Mistake('channels = ["adviser"]', 'channels = ["feed"]', "the channel adviser has no cap", "[[cap]]", between=True),
    Mistake("closed = 4", "closed = 6", "closed is from 1 to 5", "closed", between=True),
    Mistake("latest = 5", "latest = 0", "latest is from 1 to 100", "latest"),
    Mistake("rest_days = 14", "rest_days = 0", "rest_days is from 1 to 365", "rest_days"),
    Mistake("days = 60", "days = 0", "days is from 1 to 365", "days = 0"),
    Mistake("days = 60", "days = 60\nhours = 1", "there is no field hours", "hours"),
    Mistake('version = "2026.1"', 'version = "1"\ndigest = "0"', "there is no field digest", "digest"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.new[:20]}-{one.says}")
def test_a_mistake_is_told_with_its_line(mistake: Mistake) -> None:
    text = GOOD.replace(mistake.old, mistake.new, 1)
    assert text != GOOD
    with pytest.raises(PolicyError) as error:
        Guards.parse(text)
    assert_told(error, mistake, text, FILE)


@pytest.mark.parametrize(
    "mistake", [one for one in MISTAKES if not one.between], ids=lambda one: f"{one.new[:20]}-{one.says}"
)
def test_what_the_loader_refuses_the_schema_refuses(mistake: Mistake) -> None:
    assert list(validator("guards").iter_errors(document(GOOD.replace(mistake.old, mistake.new, 1))))


def test_what_ships_fits_the_schema_and_a_folder_is_read(tmp_path: Path) -> None:
    assert [error.message for error in validator("guards").iter_errors(document(GOOD))] == []
    (tmp_path / FILE).write_text(GOOD)
    assert Guards.load(tmp_path).digest == GUARDS.digest


def test_a_file_without_signs_or_caps_is_refused() -> None:
    start, end = GOOD.index("[[stress_sign]]"), GOOD.index("# When nobody")
    without = GOOD.replace("[stress]", "stress_sign = []\n[stress]").replace(GOOD[start:end], "")
    with pytest.raises(PolicyError, match="signs_needed is from 1 to 1"):
        Guards.parse(without)
    with pytest.raises(PolicyError, match="stress needs signs"):
        Guards.parse(without.replace("signs_needed = 2", "signs_needed = 1"))


# -- what is said for ever, and consent ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "never",
    [
        Never(Refused.OFFER, "savings_goal"),
        Never(Refused.KIND, "savings_goal"),
        Never(Refused.FAMILY, "save"),
        Never(Refused.EVERYTHING),
    ],
)
def test_never_again_is_for_ever_and_comes_first(never: Never) -> None:
    for years in (0, 1, 50):
        later = NOON + timedelta(days=365 * years)
        assert rule("savings_goal", never=frozenset((never,)), now=later) == "never-again"
        assert (
            rule("savings_goal", never=frozenset((never,)), now=later, granted=frozenset()) == "never-again"
        )


def test_never_again_covers_no_more_than_was_said() -> None:
    for never in (
        Never(Refused.OFFER, "save"),
        Never(Refused.KIND, "cashback"),
        Never(Refused.FAMILY, "plan"),
    ):
        assert rule("savings_goal", never=frozenset((never,))) == "guards-passed"


@pytest.mark.parametrize(
    ("offer", "channel", "missing"),
    [
        ("savings_goal", FEED, "recommendations"),
        ("round_up_saving", FEED, "automatic_saving"),
        ("round_up_investing", FEED, "investment_offers"),
        ("cheaper_loan", FEED, "credit_prescreening"),
        ("cheaper_loan", FEED, "adviser_review"),
        ("bill_move", PUSH, "outreach"),
    ],
)
def test_every_purpose_that_it_rests_on_has_to_be_granted(
    offer: str, channel: DeliveryChannel, missing: str
) -> None:
    assert rule(offer, channel) == "guards-passed"
    found = judge(Standing.of(GUARDS, story(granted=EVERY_PURPOSE - {missing})), OFFERS[offer], channel)
    assert (found.kept, found.rule) == (False, "consent")
    assert missing in found.because


def test_every_purpose_named_here_is_one_of_the_policy() -> None:
    known = set(Policy.default().purposes)
    assert known >= EVERY_PURPOSE
    assert known >= frozenset[str]().union(*PURPOSES.values())


# -- stress ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ({"marked_in_stress": True}, "marked"),
        ({"facts": POOR}, "signs"),
        ({"last_stress": NOON - timedelta(days=44)}, "lasting"),
    ],
)
def test_in_stress_credit_and_investments_are_kept_back_and_the_rest_is_not(
    changes: dict[str, Any], by: str
) -> None:
    found = strain(GUARDS, story(**changes))
    assert (found.in_stress, found.rule) == (True, by)
    for offer in OFFERS.values():
        kept_back = rule(offer.id, **changes) == "stress"
        assert kept_back is (offer.family in SUPPRESSED or offer.kind in SUPPRESSED_KINDS), offer.id


def test_one_sign_alone_is_no_stress_and_it_ends_by_itself() -> None:
    one = strain(GUARDS, story(facts={**WELL, "buffer_days": Fact(1.0)}))
    assert (one.in_stress, one.rule, one.signs) == (False, "none", ("no_buffer",))
    assert not strain(GUARDS, story(last_stress=NOON - timedelta(days=45))).in_stress
    # A clock set back does not end it.
    assert strain(GUARDS, story(last_stress=NOON + timedelta(days=400))).in_stress


def test_stress_names_its_signs_in_words() -> None:
    found = judge(Standing.of(GUARDS, story(facts=POOR)), OFFERS["cheaper_loan"], FEED)
    assert found.because == (
        "the balance is about to run out and debts take a large part of the income, "
        "so neither credit nor investments are suggested"
    )


def test_credit_and_investments_are_the_families_that_stress_keeps_back() -> None:
    assert frozenset((Family.CREDIT, Family.INVEST)) == SUPPRESSED


def test_whoever_is_short_of_money_is_told_of_no_saving_and_keeps_help_to_cancel() -> None:
    assert rule("savings_goal", facts=POOR) == rule("round_up_saving", facts=POOR) == "stress"
    found = judge(Standing.of(GUARDS, story(facts=POOR)), OFFERS["savings_goal"], FEED)
    assert found.because.endswith("so no saving is suggested")
    assert rule("cancel_help", facts=POOR) == "guards-passed"


@pytest.mark.parametrize(("chance", "kept"), [(1.0, False), (0.9, False), (0.89, True)])
def test_no_credit_while_a_balance_is_as_good_as_sure_to_fall_below_zero(
    chance: float, *, kept: bool
) -> None:
    short = (MomentNow("liquidity_shortfall", "short", confidence=chance),)
    for offer in OFFERS.values():
        kept_back = rule(offer.id, moments=short) == "shortfall"
        assert kept_back is (offer.family is Family.CREDIT and not kept), offer.id


def test_a_file_of_guards_from_before_keeps_credit_back_as_well() -> None:
    line = f"shortfall_sure = {GUARDS.stress.shortfall_sure}\n"
    assert line in GOOD
    assert Guards.parse(GOOD.replace(line, "")).stress == GUARDS.stress


# -- channels and hours ----------------------------------------------------------------------------------------------


def test_a_channel_has_to_be_the_offers_and_allowed() -> None:
    assert rule("savings_goal", PUSH) == "offer-channel"
    assert rule("bill_move", PUSH, channels=frozenset((FEED,))) == "channel-consent"
    assert rule("bill_move", FEED, channels=frozenset((FEED,))) == "guards-passed"


@pytest.mark.parametrize(
    ("hour", "minute", "silent"),
    [(20, 59, False), (21, 0, True), (23, 59, True), (0, 0, True), (7, 59, True), (8, 0, False)],
)
def test_quiet_hours_go_over_midnight(hour: int, minute: int, *, silent: bool) -> None:
    now = NOON.replace(hour=hour, minute=minute)
    assert (rule("bill_move", PUSH, now=now) == "quiet:night") is silent
    assert rule("bill_move", FEED, now=now) == "guards-passed", "the feed waits to be looked at"


def test_quiet_hours_are_those_where_the_person_is() -> None:
    tokyo = datetime(2026, 5, 6, 22, 0, tzinfo=timezone(timedelta(hours=9)))
    assert tokyo.astimezone(UTC).hour == 13
    assert rule("bill_move", PUSH, now=tokyo) == "quiet:night"
    assert rule("bill_move", PUSH, now=tokyo.astimezone(UTC)) == "guards-passed"


def test_quiet_hours_within_a_day() -> None:
    text = GOOD.replace("from = 22:00:00\nuntil = 07:00:00", "from = 13:00:00\nuntil = 14:00:00")
    guards = Guards.parse(text)
    for hour, silent in ((12, False), (13, True), (14, False)):
        found = judge(Standing.of(guards, story(now=NOON.replace(hour=hour))), OFFERS["cancel_help"], EMAIL)
        assert (found.rule == "quiet:email_night") is silent


# -- how often -------------------------------------------------------------------------------------------------------


def test_the_same_about_the_same_thing_is_suggested_once_on_whatever_channel() -> None:
    before = (shown("cancel_help", days=30, channel=EMAIL, subject="price-1"),)
    assert rule("cancel_help", FEED, "price-1", shown=before) == "repetition"
    assert rule("cancel_help", FEED, "price-2", shown=before) == "guards-passed"
    old = (shown("cancel_help", days=60, channel=EMAIL, subject="price-1"),)
    assert rule("cancel_help", FEED, "price-1", shown=old) == "guards-passed"


def test_an_offer_rests_and_comes_so_often_a_year() -> None:
    assert rule("savings_goal", shown=(shown("savings_goal", days=29.9),)) == "rest"
    assert rule("savings_goal", shown=(shown("savings_goal", days=30),)) == "guards-passed"
    six = tuple(shown("savings_goal", days=31 + 50 * i) for i in range(6))
    assert rule("savings_goal", shown=six) == "a-year"
    assert rule("savings_goal", shown=six[:5]) == "guards-passed"


def test_channels_are_capped_together() -> None:
    two = (shown("cancel_help", days=1, channel=EMAIL), shown("bill_reminder", days=2, channel=PUSH))
    assert rule("bill_move", PUSH, shown=two) == "cap:outside_a_week"
    assert rule("bill_move", FEED, shown=two) == "guards-passed"
    assert rule("bill_move", PUSH, shown=two[:1]) == "guards-passed"
    week = (shown("cancel_help", days=7, channel=EMAIL), two[1])
    assert rule("bill_move", PUSH, shown=week) == "guards-passed"


def test_a_clock_set_back_frees_no_cap_and_no_rest() -> None:
    future = tuple(shown("cashback", days=-400) for _ in range(3))
    assert rule("savings_goal", shown=future) == "cap:feed_a_day"
    assert rule("cashback", shown=future[:1]) == "rest"


def test_who_closes_suggestions_is_left_alone_for_a_while() -> None:
    closed = tuple(shown("cashback", days=40 + i, reaction=Reaction.CLOSED) for i in range(4))
    recent = tuple(shown("cashback", days=3 + i, reaction=Reaction.CLOSED) for i in range(4))
    assert rule("savings_goal", shown=recent) == "fatigue"
    assert rule("savings_goal", shown=closed) == "guards-passed", "they have rested"
    # One that was acted on among the latest five is not enough to go on; two are.
    acted = tuple(shown("cashback", days=2 - i, reaction=Reaction.ACTED) for i in range(2))
    assert rule("savings_goal", shown=recent + acted[:1]) == "fatigue"
    assert rule("savings_goal", shown=recent + acted) == "guards-passed"


def test_support_is_kept_back_by_no_cap_and_no_fatigue_and_counts_towards_none() -> None:
    many = tuple(shown("cashback", days=0.1 + i / 100, reaction=Reaction.CLOSED) for i in range(5))
    assert rule("savings_goal", shown=many) == "cap:feed_a_day"
    assert rule("support_guide", shown=many) == "guards-passed"
    supported = tuple(shown("support_guide", days=0.1, support=True) for _ in range(5))
    assert rule("savings_goal", shown=supported) == "guards-passed"
    assert rule("support_guide", shown=supported) == "rest"


# -- stories ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"now": datetime(2026, 5, 6, 12)},  # noqa: DTZ001 - the mistake under test
        {"last_stress": datetime(2026, 5, 6, 12)},  # noqa: DTZ001 - the mistake under test
        {"facts": {"wealth": Fact(1.0)}},
    ],
)
def test_a_story_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        check_story(story(**changes))
    check_story(story())
