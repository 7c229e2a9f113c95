"""Puts messages into words: one table a language; English is complete and stands in for what others lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from edge_engine.domain.money import Money, plain
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.domain.category import Taxonomy
    from edge_engine.insights.finding import Message, Outlook


@dataclass(frozen=True, slots=True)
class Language:
    """Everything needed to say a message.

    Attributes:
        sentences: Template of each message key; fields are the message's arguments.
        offerings: Words for what overlapping subscriptions offer.
        money: Writes an amount.
        day: Writes a day.
        month: Writes a month, given by any of its days.
        both: Joins the last two of a list.
    """

    sentences: Mapping[str, str]
    offerings: Mapping[str, str]
    money: Callable[[Money], str]
    day: Callable[[date], str]
    month: Callable[[date], str]
    both: str


_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_MINUS: Final = "\N{MINUS SIGN}"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def english_money(amount: Money) -> str:
    """Write an amount as in ``£1,234.50`` or ``CHF 1,234.50``, with a real minus: a line may break behind a hyphen."""
    whole, point, fraction = plain(abs(amount.minor), amount.currency).partition(".")
    symbol = _SYMBOLS.get(amount.currency, amount.currency + " ")
    return f"{_MINUS if amount.minor < 0 else ''}{symbol}{int(whole):,}{point}{fraction}"


def english_day(day: date) -> str:
    """Write a day as in ``3 March 2025``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


ENGLISH: Final = Language(
    sentences={
        "price_rise": "{merchant} went from {old} to {new} on {since}: {a_year} more a year.",
        "subscription_overlap": "You pay for {merchants}, each for {offering}: {a_year} a year. "
        "Keeping only {cheapest} would save {saving} a year.",
        "duplicate_charge": "{merchant} may have charged {amount} twice, on {first} and {second}.",
        "duplicate_charge_same_day": "{merchant} may have charged {amount} twice on the same day, {first}.",
        "fees_paid": "{category}: {total} in {n} payments since {since}.",
        "fees_paid_once": "{category}: {total} in one payment since {since}.",
        "spending_up": "{category} in {month}: {spent}, {change} more than usual ({usual}).",
        "spending_down": "{category} in {month}: {spent}, {change} less than usual ({usual}).",
        "outlook": "{balance} today; on {ends} most likely {middle}, and in 8 of 10 cases between {low} and {high}.",
        "lowest": "The lowest on the way there is likely about {lowest}, on {on}.",
        "rising": "On the way there it is not likely to fall below what it is today.",
        "overdrawn": "The chance that it falls below zero on some day is {chance}%.",
        "surely_overdrawn": "It is almost sure to fall below zero on some day (more than 99 in 100).",
        "never_overdrawn": "It is very unlikely to fall below zero (less than 1 in 100).",
        "by_model": "Made by the trajectory model, which beat the simple ones in {weeks} forecasts of weeks that came; "
        "{coverage}% of the balances then lay where it said 8 of 10 would.",
        "by_habits": "Made from habits and known bills: the trajectory model did no better in {weeks} forecasts of "
        "weeks that came.",
        "by_habits_alone": "Made from habits and known bills: there is too little history to try the trajectory model.",
        "by_habits_pay_missing": "Made from habits and known bills: regular pay is missing, which the trajectory model "
        "cannot know.",
        "below_zero": "The balance is below zero: {balance}.",
        "account_below_zero": "One of your accounts is below zero: {balance}.",
        "shortfall_sure": "The balance is almost sure to fall below zero: about {lowest} on {on}.",
        "shortfall_sure_from": "The balance is almost sure to fall below zero: about {below} on {starts}, and about "
        "{lowest} on {on}.",
        "shortfall_from": "The balance may fall below zero: about {below} on {starts}, and about {lowest} on {on}; the "
        "chance is {chance}%.",
        "shortfall": "The balance may fall below zero: about {lowest} on {on}; the chance is {chance}%.",
        "subscription_new": "{merchant} is a new subscription since {since}: {amount} each time, {a_year} a year.",
        "bill_due": "{merchant} will take {amount} on {on}.",
        "bill_missed": "{merchant} was due on {due}, about {amount}, and is not paid so far.",
        "bill_unusual": "{merchant} took {amount} on {on}; the most in the year before was {usual}.",
        "income_late": "Money from {merchant}, about {amount}, was due on {due} and has not come.",
        "income_lower": "{merchant} paid {amount} on {on}; before it was {usual}.",
        "income_higher": "{merchant} paid {amount} on {on}; before it was {usual}.",
        "income_gone": "Nothing has come from {merchant} since {last}; it was about {amount} each time.",
        "income_missed": "Nothing has come from {merchant} since {last}, and the balance falls: {balance} today, most "
        "likely about {expected} on {until}.",
        "income_new": "Money from {merchant} comes regularly since {since}: {amount} each time.",
        "safe_to_save": "You could put {amount} aside now: the balance most likely stays above {floor} until {until} "
        "even so. Month by month that is up to {a_year} a year.",
        "safe_to_save_once": "You could put {amount} aside once: the balance most likely stays above {floor} until "
        "{until} even so.",
        "category_drift": "{category} has come to {amount} a month lately, after {usual} before. Moving {move} a month "
        "from the budget for {source} would make room for it: {a_year} a year.",
        "credit_cost": "Interest has cost {total} in {n} payments since {since}.",
        "stress": "Money is short at the moment: {signs}.",
        "stress_no_buffer": "the balance is about to run out",
        "stress_living_on_debt": "more goes out than comes in",
        "stress_heavy_debt": "debts take a large part of the income",
        "stress_missed_bills": "bills are not paid in time",
        "stress_unsteady_income": "income is unsteady and hardly any savings are known",
        "life_job": "Since {since} pay comes from {new}, and no longer from {old}. Is this a new job?",
        "life_home": "It looks as if you moved home around {since}. Is that so?",
        "life_child": "It looks as if a child came into your home around {since}. Is that so?",
        "life_relocation": "Since about {since} you shop in {new}, and hardly in {old} any more. Did you move there?",
        "invests_already": "It looks as if you invest regularly, about {a_month} a month. Is that so?",
        "could_invest": "About {a_month} a month is left, and what is at hand would last {buffer_months} months. "
        "Would you want to invest some of it?",
        "sign_invest_regular": "money that goes into investments, month by month",
        "sign_invest_once": "money that went into an investment once",
        "sign_saving_regular": "money that goes into savings",
        "sign_surplus_stable": "money is left in nearly every month",
        "sign_surplus_lacking": "but in most months more goes out than comes in",
        "sign_buffer_enough": "what is at hand would last for three months and more",
        "sign_buffer_thin": "but what is at hand would not last for a month",
        "sign_debt_interest": "but interest is paid on an overdraft or a card",
        "sign_debt_loan": "but loans take a large part of what comes in",
        "sign_job_old_pay": "pay that stopped",
        "sign_job_new_pay": "pay that began",
        "sign_job_other_pay": "the amount is another one",
        "sign_job_other_days": "the pay days are others",
        "sign_job_gap": "between them a pay day was left out",
        "sign_job_one_name": "but pay and pay days are the same: the employer may only have another name",
        "sign_job_shared_word": "but both names share a word",
        "sign_home_other_rent": "rent that goes to somebody else",
        "sign_home_other_lender": "a mortgage that is paid to somebody else",
        "sign_home_same_amount": "but it is the same amount as before",
        "sign_home_deposit": "more than a rent at once, as a deposit is",
        "sign_home_mover": "a removal firm",
        "sign_home_mail": "post that is sent on to another address",
        "sign_home_legal": "a solicitor or notary",
        "sign_home_furniture": "much furniture and material in a few weeks",
        "sign_home_supplier": "energy or internet from somebody else",
        "sign_home_tax": "a property tax of another amount",
        "sign_relocation_place_left": "the last purchases where you used to shop",
        "sign_relocation_place_found": "the first purchases in the other place",
        "sign_relocation_job": "pay from a new employer at about the same time",
        "sign_child_some": "things for a baby",
        "sign_child_many": "and on many days",
        "sign_child_benefit_began": "money from the state for a child, which began",
        "sign_child_benefit_rose": "money from the state for children, which rose",
        "sign_child_care_began": "childcare, which began",
        "sign_child_pay_fell": "pay that was lower for months",
    },
    offerings={
        "music": "music streaming",
        "video": "film and television streaming",
        "streaming": "streaming",
        "mobile": "a mobile phone",
        "gym": "a gym",
        "cloud": "cloud storage",
        "news": "news",
        "internet": "internet or television",
        "meals": "meal boxes",
        "vpn": "a private network (VPN)",
        "audiobooks": "audio books",
    },
    money=english_money,
    day=english_day,
    month=lambda day: f"{_MONTHS[day.month - 1]} {day.year}",
    both=" and ",
)

_SURE: Final = 100
"""A chance in per cent that rounding alone made; paths that were tried are not all there are."""

LANGUAGES: Final[dict[str, Language]] = {"en": ENGLISH}


def render(message: Message, taxonomy: Taxonomy, lang: str = "en") -> str:
    """Say a message.

    Args:
        message: What to say.
        taxonomy: Has the words for categories.
        lang: Language code; a sentence that it lacks is said in English.

    Raises:
        InputError: The engine has no words in this language.
    """
    language = LANGUAGES.get(lang)
    if language is None:
        raise InputError("the engine has no words in this language")
    key = message.key + _VARIANTS.get(message.key, _usual)(message.args)
    template = language.sentences.get(key) or language.sentences.get(message.key)
    if template is None:
        language, template = ENGLISH, ENGLISH.sentences[key]
    fields = {name: _write(name, value, language, taxonomy, lang) for name, value in message.args.items()}
    sentence = template.format_map(fields)
    return sentence[:1].upper() + sentence[1:]


def outlook(ahead: Outlook, lang: str = "en") -> str:
    """Say where balances are heading; a low point is told only where it is one.

    Raises:
        InputError: The engine has no words in this language.
    """
    language = LANGUAGES.get(lang)
    if language is None:
        raise InputError("the engine has no words in this language")
    last, write = ahead.weeks[-1], language.money
    chance = round(100 * ahead.below_zero)
    keys = (
        "outlook",
        "lowest" if ahead.lowest.minor < ahead.balance.minor else "rising",
        "surely_overdrawn" if chance >= _SURE else "overdrawn" if chance else "never_overdrawn",
    )
    return " ".join(language.sentences.get(key, ENGLISH.sentences[key]) for key in keys).format(
        balance=write(ahead.balance),
        ends=language.day(last.ends),
        low=write(last.p10),
        middle=write(last.p50),
        high=write(last.p90),
        lowest=write(ahead.lowest),
        on=language.day(ahead.lowest_on),
        chance=chance,
    )


def method(ahead: Outlook, lang: str = "en") -> str:
    """Say what an outlook was made by, and on what record.

    Raises:
        InputError: The engine has no words in this language.
    """
    language = LANGUAGES.get(lang)
    if language is None:
        raise InputError("the engine has no words in this language")
    record = ahead.record
    if ahead.pay_missing:
        return language.sentences.get("by_habits_pay_missing", ENGLISH.sentences["by_habits_pay_missing"])
    key = "by_habits_alone" if record is None else "by_model" if ahead.method == "model" else "by_habits"
    sentence = language.sentences.get(key, ENGLISH.sentences[key])
    if record is None:
        return sentence
    return sentence.format(weeks=record.weeks, coverage=round(100 * (record.coverage or 0)))


def _usual(args: Mapping[str, Any]) -> str:
    del args
    return ""


_VARIANTS: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "duplicate_charge": lambda args: "_same_day" if args["first"] == args["second"] else "",
    "shortfall": lambda args: (
        ("_sure" if args["chance"] >= _SURE else "") + ("_from" if args["starts"] else "")
    ),
    "safe_to_save": lambda args: "_once" if args["a_year"] == args["amount"] else "",
    "fees_paid": lambda args: "_once" if args["n"] == 1 else "",
}
"""Which sentence of a kind fits better than its usual one."""


def name(merchant: str) -> str:
    """Write a merchant key for people: capitals where the key has none or nothing else."""
    if merchant.islower() or merchant.isupper():
        return " ".join(word[:1].upper() + word[1:].lower() for word in merchant.split(" "))
    return merchant


def _write(field: str, value: Any, language: Language, taxonomy: Taxonomy, lang: str) -> str:  # noqa: ANN401
    if isinstance(value, Money):
        return language.money(value)
    if isinstance(value, date):
        return language.month(value) if field == "month" else language.day(value)
    if isinstance(value, tuple):
        names = [_member(field, one, language) for one in value]
        return language.both.join(filter(None, (", ".join(names[:-1]), names[-1])))
    if field in ("category", "source"):
        return _category(str(value), taxonomy, lang)
    if field == "offering":
        return language.offerings.get(str(value), str(value))
    return name(value) if field in _NAMES else str(value)


_NAMES: Final = frozenset({"merchant", "cheapest", "old", "new"})
"""Arguments that name somebody, or a place."""


def _member(field: str, value: str, language: Language) -> str:
    """Say one of several: a sign of stress, or somebody's name."""
    if field != "signs":
        return name(value)
    return language.sentences.get(f"stress_{value}", ENGLISH.sentences[f"stress_{value}"])


def sign(key: str, lang: str = "en") -> str:
    """Say what a payment is a sign of.

    Raises:
        InputError: The engine has no words in this language.
    """
    language = LANGUAGES.get(lang)
    if language is None:
        raise InputError("the engine has no words in this language")
    return language.sentences.get(f"sign_{key}", ENGLISH.sentences[f"sign_{key}"])


def _category(category: str, taxonomy: Taxonomy, lang: str) -> str:
    if "." in category:
        return taxonomy.leaf(category).label(lang)
    return next((group.label(lang) for group in taxonomy.groups if group.id == category), category)
