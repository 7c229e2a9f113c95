from __future__ import annotations

import subprocess
import sys
from datetime import date

import msgspec
import pytest

from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights import words
from edge_engine.insights.finding import (
    AnyMessage,
    DuplicateCharge,
    FeesPaid,
    ForecastRecord,
    Insight,
    Message,
    Outlook,
    OutlookWeek,
    Overlap,
    PriceRise,
    Severity,
    Shortfall,
    SpendingDown,
    SpendingUp,
    insight,
)
from edge_engine.insights.hypothesis import (
    AnyQuestion,
    CouldInvest,
    Evidence,
    Hypothesis,
    InvestsAlready,
    NewChild,
    NewHome,
    NewJob,
    NewTown,
)
from edge_engine.insights.moment import (
    AccountOverdrawn,
    AnyMoment,
    BillDue,
    BillMissed,
    BillUnusual,
    CategoryDrift,
    CreditCost,
    IncomeGone,
    IncomeHigher,
    IncomeLate,
    IncomeLower,
    IncomeMissed,
    IncomeNew,
    InStress,
    Moment,
    Overdrawn,
    SafeToSave,
    SubscriptionNew,
    moment,
)
from tests.unit.insights.stories import TAXONOMY

DAY = date(2025, 3, 9)
MESSAGES: list[tuple[AnyMessage, str]] = [
    (
        PriceRise("netflix", Money(1099, "EUR"), Money(1299, "EUR"), DAY, Money(2400, "EUR")),
        "Netflix went from €10.99 to €12.99 on 9 March 2025: €24.00 more a year.",
    ),
    (
        Overlap("music", ("deezer", "spotify"), "spotify", Money(25188, "GBP"), Money(13188, "GBP")),
        (
            "You pay for Deezer and Spotify, each for music streaming: £251.88 a year. "
            "Keeping only Spotify would save £131.88 a year."
        ),
    ),
    (
        Overlap("gym", ("a", "b", "c"), "c", Money(3, "JPY"), Money(2000, "JPY")),
        "You pay for A, B and C, each for a gym: ¥3 a year. Keeping only C would save ¥2,000 a year.",
    ),
    (
        DuplicateCharge("HOTEL SEEBLICK", Money(123450, "CHF"), DAY, date(2025, 3, 10)),
        "Hotel Seeblick may have charged CHF 1,234.50 twice, on 9 March 2025 and 10 March 2025.",
    ),
    (
        DuplicateCharge("HOTEL SEEBLICK", Money(123450, "CHF"), DAY, DAY),
        "Hotel Seeblick may have charged CHF 1,234.50 twice on the same day, 9 March 2025.",
    ),
    (
        FeesPaid("finance.interest", Money(100, "GBP"), 1, DAY),
        "{finance.interest}: £1.00 in one payment since 9 March 2025.",
    ),
    (
        FeesPaid("finance.interest", Money(5880, "USD"), 12, DAY),
        "{finance.interest}: $58.80 in 12 payments since 9 March 2025.",
    ),
    (
        SpendingUp("food.groceries", date(2025, 5, 1), Money(2, "EUR"), Money(1, "EUR"), Money(1, "EUR")),
        "{food.groceries} in May 2025: €0.02, €0.01 more than usual (€0.01).",
    ),
    (
        SpendingDown("food", date(2025, 5, 1), Money(1, "EUR"), Money(2, "EUR"), Money(1, "EUR")),
        "Food and drink at home in May 2025: €0.01, €0.01 less than usual (€0.02).",
    ),
    (
        Shortfall(Money(-4210, "EUR"), DAY, 100),
        "The balance is almost sure to fall below zero: about \N{MINUS SIGN}€42.10 on 9 March 2025.",
    ),
    (
        Shortfall(Money(-4210, "EUR"), DAY, 35),
        "The balance may fall below zero: about \N{MINUS SIGN}€42.10 on 9 March 2025; the chance is 35%.",
    ),
]
QUESTIONS: list[tuple[AnyQuestion, str]] = [
    (
        NewJob("harrowgate textiles", "PENNARD", DAY),
        "Since 9 March 2025 pay comes from Pennard, and no longer from Harrowgate Textiles. Is this a new job?",
    ),
    (NewHome(DAY), "It looks as if you moved home around 9 March 2025. Is that so?"),
    (NewChild(DAY), "It looks as if a child came into your home around 9 March 2025. Is that so?"),
    (
        NewTown("LEEDS", "EXETER", DAY),
        "Since about 9 March 2025 you shop in Exeter, and hardly in Leeds any more. Did you move there?",
    ),
    (
        InvestsAlready(Money(25000, "GBP")),
        "It looks as if you invest regularly, about £250.00 a month. Is that so?",
    ),
    (
        CouldInvest(Money(40000, "GBP"), 4.5),
        (
            "About £400.00 a month is left, and what is at hand would last 4.5 months. "
            "Would you want to invest some of it?"
        ),
    ),
]


@pytest.mark.parametrize(
    ("message", "sentence"), [*MESSAGES, *QUESTIONS], ids=lambda one: getattr(one, "key", "")
)
def test_messages_in_english(message: AnyMessage | AnyQuestion, sentence: str) -> None:
    for leaf in TAXONOMY.leaves:
        sentence = sentence.replace(f"{{{leaf.id}}}", leaf.label("en"))
    assert words.render(message, TAXONOMY) == sentence


ONE, TWO = Money(1000, "EUR"), Money(2000, "EUR")
WORDED: list[tuple[AnyMoment, str]] = [
    (
        SubscriptionNew("netflix", ONE, date(2025, 3, 1), TWO),
        "Netflix is a new subscription since 1 March 2025: €10.00 each time, €20.00 a year.",
    ),
    (Overdrawn(Money(-5_00, "EUR")), "The balance is below zero: \N{MINUS SIGN}€5.00."),
    (BillDue("netflix", ONE, date(2025, 3, 1)), "Netflix will take €10.00 on 1 March 2025."),
    (
        BillMissed("netflix", ONE, date(2025, 3, 1)),
        "Netflix was due on 1 March 2025, about €10.00, and is not paid so far.",
    ),
    (
        BillUnusual("brightgrid", TWO, ONE, date(2025, 3, 1)),
        "Brightgrid took €20.00 on 1 March 2025; the most in the year before was €10.00.",
    ),
    (
        IncomeLate("pennard", TWO, date(2025, 3, 1)),
        "Money from Pennard, about €20.00, was due on 1 March 2025 and has not come.",
    ),
    (
        IncomeLower("pennard", ONE, TWO, date(2025, 3, 1)),
        "Pennard paid €10.00 on 1 March 2025; before it was €20.00.",
    ),
    (
        IncomeHigher("pennard", TWO, ONE, date(2025, 3, 1)),
        "Pennard paid €20.00 on 1 March 2025; before it was €10.00.",
    ),
    (
        IncomeGone("pennard", TWO, date(2025, 3, 1)),
        "Nothing has come from Pennard since 1 March 2025; it was about €20.00 each time.",
    ),
    (
        IncomeMissed("pennard", date(2025, 3, 1), TWO, ONE, date(2025, 5, 1)),
        (
            "Nothing has come from Pennard since 1 March 2025, and the balance falls: €20.00 today, most likely about "
            "€10.00 on 1 May 2025."
        ),
    ),
    (AccountOverdrawn(Money(-2000, "EUR")), "One of your accounts is below zero: \N{MINUS SIGN}€20.00."),
    (
        SafeToSave(ONE, TWO, date(2025, 3, 1), ONE),
        "You could put €10.00 aside once: the balance most likely stays above €20.00 until 1 March 2025 even so.",
    ),
    (
        Shortfall(
            Money(-2000, "EUR"), date(2025, 3, 9), 40, starts=date(2025, 3, 1), below=Money(-1000, "EUR")
        ),
        (
            "The balance may fall below zero: about \N{MINUS SIGN}€10.00 on 1 March 2025, "
            "and about \N{MINUS SIGN}€20.00 on 9 March 2025; the "
            "chance is 40%."
        ),
    ),
    (
        Shortfall(
            Money(-2000, "EUR"), date(2025, 3, 9), 100, starts=date(2025, 3, 1), below=Money(-1000, "EUR")
        ),
        (
            "The balance is almost sure to fall below zero: about \N{MINUS SIGN}€10.00 on 1 March 2025, "
            "and about \N{MINUS SIGN}€20.00 on "
            "9 March 2025."
        ),
    ),
    (
        IncomeNew("pennard", TWO, date(2025, 3, 1)),
        "Money from Pennard comes regularly since 1 March 2025: €20.00 each time.",
    ),
    (
        SafeToSave(ONE, TWO, date(2025, 3, 1), TWO),
        (
            "You could put €10.00 aside now: the balance most likely stays above €20.00 until 1 March 2025 even so. "
            "Month by month that is up to €20.00 a year."
        ),
    ),
    (
        CategoryDrift("food.groceries", TWO, ONE, "dining.restaurants", ONE, TWO),
        (
            "Groceries has come to €20.00 a month lately, after €10.00 before. Moving €10.00 a month from the budget "
            "for Restaurants would make room for it: €20.00 a year."
        ),
    ),
    (CreditCost(ONE, 3, date(2025, 3, 1)), "Interest has cost €10.00 in 3 payments since 1 March 2025."),
    (
        InStress(("heavy_debt", "missed_bills")),
        "Money is short at the moment: debts take a large part of the income and bills are not paid in time.",
    ),
]


@pytest.mark.parametrize(("message", "sentence"), WORDED, ids=lambda one: getattr(one, "key", ""))
def test_moments_are_said_in_words_and_survive_json_with_their_types(
    message: AnyMoment, sentence: str
) -> None:
    assert words.render(message, TAXONOMY) == sentence
    made = moment(
        "stress", DAY, message, root=(1,), valid_until=DAY, severity=Severity.INFO, confidence=0.5, evidence=(3, 1),
        purposes=("insights",), models=(), money_a_year=ONE,
    )  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(made), type=Moment) == made
    assert made.evidence == (1, 3)


def test_every_message_has_english_words() -> None:
    keys = {kind.__struct_config__.tag for kind in Message.__subclasses__()}
    assert keys == {message.key for message, _ in (*MESSAGES, *QUESTIONS, *WORDED)}
    assert keys <= set(words.ENGLISH.sentences)


@pytest.mark.parametrize("message", [message for message, _ in QUESTIONS], ids=lambda one: one.key)
def test_questions_survive_json_with_their_types(message: AnyQuestion) -> None:
    evidence = Evidence("job_new_pay", 7, DAY, Money(1, "EUR"), "pennard")
    asked = Hypothesis("a", "job", DAY, DAY, 0.9, ("job_new_pay",), (evidence,), message, ("life_changes",))
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Hypothesis) == asked


def outlook(lowest: int, below: float) -> Outlook:
    week = OutlookWeek(date(2025, 5, 1), Money(90, "EUR"), Money(150, "EUR"), Money(200, "EUR"))
    return Outlook(DAY, Money(100, "EUR"), (week,), (), Money(lowest, "EUR"), date(2025, 4, 2), below, 8)


def test_an_outlook_tells_a_low_point_only_where_it_is_one() -> None:
    begins = "€1.00 today; on 1 May 2025 most likely €1.50, and in 8 of 10 cases between €0.90 and €2.00."
    assert words.outlook(outlook(-20, 0.25)) == (
        f"{begins} The lowest on the way there is likely about \N{MINUS SIGN}€0.20, on 2 April 2025. "
        "The chance that it falls below zero on some day is 25%."
    )
    assert words.outlook(outlook(120, 0.001)) == (
        f"{begins} On the way there it is not likely to fall below what it is today. "
        "It is very unlikely to fall below zero (less than 1 in 100)."
    )
    assert words.outlook(outlook(-20, 0.999)).endswith(
        "almost sure to fall below zero on some day (more than 99 in 100)."
    )
    with pytest.raises(InputError):
        words.outlook(outlook(1, 0), "xx")


def test_a_language_may_lack_a_sentence_but_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    only_one = words.Language(
        {"shortfall": "Am {on} fehlen vielleicht {lowest} ({chance} %)."},
        {},
        lambda amount: f"{amount.minor / 100:.2f} €",
        lambda day: f"{day.day}.{day.month}.",
        lambda day: f"{day.month}/{day.year}",
        " und ",
    )
    monkeypatch.setitem(words.LANGUAGES, "de", only_one)
    said = words.render(Shortfall(Money(-4210, "EUR"), DAY, 35), TAXONOMY, "de")
    assert said == "Am 9.3. fehlen vielleicht -42.10 € (35 %)."
    assert words.render(MESSAGES[0][0], TAXONOMY, "de") == MESSAGES[0][1]
    with pytest.raises(InputError):
        words.render(MESSAGES[0][0], TAXONOMY, "xx")


@pytest.mark.parametrize(
    ("key", "written"),
    [("blue bottle coffee", "Blue Bottle Coffee"), ("ALDI SUED", "Aldi Sued"), ("McDonald's", "McDonald's")],
)
def test_merchant_keys_are_written_as_names(key: str, written: str) -> None:
    assert words.name(key) == written


def test_a_message_carries_its_key_and_typed_arguments() -> None:
    message = Shortfall(Money(-4210, "EUR"), DAY, 35)
    assert message.key == "shortfall"
    assert message.args == {
        "lowest": Money(-4210, "EUR"),
        "on": DAY,
        "chance": 35,
        "starts": None,
        "below": None,
    }


def make(kind: str = "shortfall", evidence: tuple[int, ...] = (3, 1, 2, 3), **more: float) -> Insight:
    return insight(
        kind,
        DAY,
        MESSAGES[-1][0],
        severity=Severity.INFO,
        confidence=more.get("confidence", 0.5),
        evidence=evidence,
        purposes=("insights",),
    )


def test_the_id_rests_on_kind_and_evidence() -> None:
    assert make().id == make(evidence=(1, 2, 3), confidence=0.9).id == "7d6de83c2d671206"
    assert make().id != make(evidence=(1, 2)).id
    assert make().id != make(kind="fees").id
    assert make().evidence == (1, 2, 3)


def test_an_outlook_says_what_made_it_and_on_what_record() -> None:
    alone = outlook(120, 0.0)
    record = ForecastRecord(True, 40, Money(900, "EUR"), Money(1000, "EUR"), None, 0.775)
    assert "too little history" in words.method(alone)
    by_model = words.method(msgspec.structs.replace(alone, method="model", record=record))
    assert "beat the simple ones in 40 forecasts of weeks that came" in by_model
    assert "78% of the balances" in by_model
    refused = msgspec.structs.replace(record, used=False)
    assert "did no better in 40 forecasts of weeks that came" in words.method(
        msgspec.structs.replace(alone, record=refused)
    )
    with pytest.raises(InputError):
        words.method(alone, "xx")


@pytest.mark.parametrize(("confidence", "kept"), [(-1, 0), (0.12345, 0.123), (7, 1)])
def test_confidence_stays_between_0_and_1(confidence: float, kept: float) -> None:
    assert make(confidence=confidence).confidence == kept


@pytest.mark.parametrize("message", [message for message, _ in MESSAGES], ids=lambda one: str(one.key))
def test_insights_survive_json_with_their_types(message: AnyMessage) -> None:
    one = insight(
        "any",
        DAY,
        message,
        severity=Severity.URGENT,
        confidence=1,
        evidence=[1],
        purposes=("insights",),
        money_a_year=Money(5, "EUR"),
    )
    assert msgspec.json.decode(msgspec.json.encode(one), type=Insight) == one


def test_stored_findings_are_read_without_numpy() -> None:
    code = (
        "import sys; import edge_engine.insights.finding, edge_engine.insights.stream, edge_engine.insights.words;"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
