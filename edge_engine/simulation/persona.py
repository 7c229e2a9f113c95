"""Who lives in a household: earners, children, home, habits and the accounts they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.truth import KINDS, Role, SimulatedAccount

if TYPE_CHECKING:
    from edge_engine.simulation.merchants import Bank, Catalog

PAYS_A_YEAR: Final = {"weekly": 52, "fortnightly": 26, "four_weekly": 13}
"""Pay rules that follow weeks; all others pay monthly."""


@dataclass(frozen=True, slots=True)
class Job:
    """An adult's work.

    Attributes:
        adult: Which adult, from 0.
        employer: Name of the employer.
        text: How the pay is written, before ``merchants.write``.
        net: Usual net pay each time, minor units.
        rule: Pay-day rule of the catalogue.
        spread: Sigma of hours worked, in thousandths; 0 for a fixed salary.
        raise_month: Month in which pay is reviewed.
        bonus: Yearly bonus in thousandths of a month's net pay; 0 for none.
        account: Where it is paid.
        leaf: Leaf of its payments; a pension is no salary.
        gap: Chance in thousandths that a payment is left out, as in weeks without work.
        name: Id of its stream; empty for the adult's own.
    """

    adult: int
    employer: str
    text: str
    net: int
    rule: str
    spread: int
    raise_month: int
    bonus: int
    account: Role
    leaf: str = "income.salary"
    gap: int = 0
    name: str = ""

    @property
    def stream(self) -> str:
        """Id of the stream of its payments."""
        return self.name or f"salary-{self.adult + 1}"

    @property
    def monthly(self) -> int:
        """Usual net pay a month, minor units."""
        return half_up(self.net * PAYS_A_YEAR.get(self.rule, 12), 12)


@dataclass(frozen=True, slots=True)
class Persona:
    """A household's people and ways.

    Attributes:
        seed: What everything about it is drawn from.
        adults: One or two.
        children: None to three.
        traits: What bills and habits need: ``renter`` or ``owner``, ``car``, ``electric``, ``pets``,
            ``children``, ``drinks``, ``smokes``, ``bets``, ``plays``, ``gig``.
        home: Words that fill statement texts: town, city, card number's tail.
        towns: Where they shop, most often the first.
        jobs: One for each adult.
        credit: Thousandths by which the habits' use of the credit card is moved.
        pays_in_full: Whether the credit card is paid in full each month.
        saving: Standing order into savings a month, minor units.
        cushion: Opening balance of savings, minor units.
        cautious: Whether savings are moved before an account is overdrawn.
        retired: Whether the income is pensions, which nobody loses or changes.
        outright: Whether the home is paid off.
        opening: What the accounts for payments hold at the start, in thousandths of the usual.
        extras: Chance of optional bills and subscriptions, in thousandths of the catalogue's.
        size: What the home's utilities and local tax cost, in thousandths of the catalogue's.
        overdraft: The agreed overdraft, in thousandths of the country's usual one.
        bounces: Whether the bank refuses what the overdraft does not cover; else it pays all the same.
    """

    seed: int
    adults: int
    children: int
    traits: frozenset[str]
    home: dict[str, str]
    towns: tuple[str, ...]
    jobs: tuple[Job, ...]
    credit: int
    pays_in_full: bool
    saving: int
    cushion: int
    cautious: bool
    retired: bool = False
    outright: bool = False
    opening: int = PERMILLE
    extras: int = PERMILLE
    size: int = PERMILLE
    overdraft: int = PERMILLE
    bounces: bool = False

    @property
    def income(self) -> int:
        """Usual net pay of all jobs a month, minor units."""
        return sum(job.monthly for job in self.jobs)


def _traits(dice: Dice, children: int) -> frozenset[str]:
    odds = {"drinks": 850, "smokes": 130, "bets": 180, "plays": 500, "pets": 420, "gig": 300, "car": 780}
    traits = {name for name, permille in odds.items() if dice.chance(permille)}
    traits.add("owner" if dice.chance(520) else "renter")
    if "car" in traits and dice.chance(150):
        traits.add("electric")
    if children:
        traits.add("children")
    return frozenset(traits)


def _job(book: Catalog, dice: Dice, adult: int) -> Job:
    employer = dice.pick(book.employers)
    rule = dice.weighted(book.pay_rules, book.pay_weights)
    net = dice.spread(book.salary if adult == 0 else book.salary * 3 // 4, book.salary_spread)
    net = half_up(net * 12, PAYS_A_YEAR.get(rule, 12))
    text = dice.pick(book.salary_texts).replace("{EMPLOYER}", employer.upper())
    return Job(
        adult=adult,
        employer=employer,
        text=text.replace("{account}", dice.digits(10)),
        net=net,
        rule=rule,
        spread=dice.pick((0, 0, 0, 25, 60)),
        raise_month=dice.pick((1, 4, 4, 7, 9)),
        bonus=dice.between(200, 900) if dice.chance(550) else 0,
        account=Role.CURRENT if adult == 0 else Role.JOINT,
    )


def persona(seed: int, book: Catalog) -> Persona:
    """Draw the household of ``seed``."""
    dice = Dice(seed, book.country, "persona")
    adults = 2 if dice.chance(720) else 1
    children = dice.weighted((0, 1, 2, 3), (42, 25, 25, 8) if adults > 1 else (72, 16, 10, 2))
    city = dice.pick(book.cities)
    jobs = tuple(_job(book, Dice(seed, book.country, "job", str(adult)), adult) for adult in range(adults))
    income = sum(job.monthly for job in jobs)
    plain_city = city.rsplit(" ", 1)[0] if book.country == "US" else city
    return Persona(
        seed=seed,
        adults=adults,
        children=children,
        traits=_traits(dice, children),
        home={"CITY": plain_city.upper(), "card": dice.digits(4), "MERCH": "KITCHEN"},
        towns=(city, dice.pick(book.districts)),
        jobs=jobs,
        credit=dice.pick((500, 800, 1000, 1300, 1600)),
        pays_in_full=dice.chance(700),
        saving=max(5000, income * dice.between(20, 110) // PERMILLE // 5000 * 5000),
        cushion=income * dice.between(300, 6000) // PERMILLE,
        cautious=dice.chance(650),
    )


def iban(country: str, body: str) -> str:
    """Return the IBAN of ``body`` with its check digits (ISO 13616-1:2020, ISO/IEC 7064 MOD 97-10)."""
    digits = "".join(str(int(character, 36)) for character in f"{body}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{body}"


def _account(book: Catalog, dice: Dice, role: Role, bank: Bank, name: str, opening: int) -> SimulatedAccount:
    number, branch, identity = dice.digits(12), bank.branch, ""
    if role is Role.CARD:
        number, branch = f"XXXXXXXXXXXX{number[:4]}", ""
    elif book.country == "GB":
        number = number[:8]
        identity = iban("GB", f"{bank.code}{branch}{number}")
    elif book.country == "DE":
        number = number[:10]
        identity = iban("DE", f"{branch}{number}")
    elif book.country == "AU":
        number = number[:9]
    elif role is not Role.CURRENT:
        number, branch = number[:4] if role is Role.SAVINGS else number, ""
    return SimulatedAccount(
        role=role,
        kind=KINDS[role],
        currency=book.currency,
        name=name,
        bank=bank.name,
        bic=bank.bic,
        branch=branch,
        number=number,
        iban=identity,
        opening=opening,
    )


_NAMES: Final = {
    "GB": ("Current account", "Instant saver", "Rewards credit card", "Joint account", "Spending account"),
    "US": ("Checking", "Savings", "Cash back card", "Joint checking", "Second checking"),
    "AU": ("Everyday account", "Online saver", "Low rate credit card", "Joint account", "Bills account"),
    "DE": ("Girokonto", "Tagesgeld", "Kreditkarte", "Gemeinschaftskonto", "Zweitkonto"),
}


def accounts(who: Persona, book: Catalog) -> dict[Role, SimulatedAccount]:
    """Open the household's four accounts at three invented banks."""
    dice = Dice(who.seed, book.country, "accounts")
    current, savings, card, joint, second = _NAMES[book.country]
    income = who.income
    opening = income * who.opening // PERMILLE
    return {
        Role.CURRENT: _account(
            book,
            dice,
            Role.CURRENT,
            book.bank,
            current,
            opening * dice.between(250, 900) // PERMILLE,
        ),
        Role.SAVINGS: _account(book, dice, Role.SAVINGS, book.bank, savings, who.cushion),
        Role.CARD: _account(
            book, dice, Role.CARD, book.card_bank, card, -income * dice.between(30, 250) // PERMILLE
        ),
        Role.JOINT: _account(
            book,
            dice,
            Role.JOINT,
            book.second_bank,
            joint if who.adults > 1 else second,
            opening * dice.between(200, 500) // PERMILLE,
        ),
    }
