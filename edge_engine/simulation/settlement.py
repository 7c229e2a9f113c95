"""The accounts day by day: what is planned meets the balances, and banks take and give what is theirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.draft import Agenda, Draft, Mirror, Plan, Window
from edge_engine.simulation.merchants import write
from edge_engine.simulation.orders import own_text
from edge_engine.simulation.truth import Role, Shortfall, ShortfallKind, SimulatedAccount
from edge_engine.simulation.workdays import END_OF_MONTH, INSTANT, Cadence, Roll, Schedule, roll

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.simulation.merchants import Catalog
    from edge_engine.simulation.persona import Persona

_ROUND: Final = 5000
"""People move money between their accounts in fifties."""
_LONGEST: Final = 4
"""Days that money may be on its way between two of the household's accounts."""
_RETRY: Final = 4
"""Days after which a bill that was refused is tried again."""
_PAYING: Final = (Role.CURRENT, Role.JOINT)
_BANKS_OWN: Final = frozenset({Channel.FEE, Channel.INTEREST})
_STRAINS: Final = ((100, 850), (300, 450), (600, 150))
"""Thousandths of a month's income left, and how many thousandths of elastic wishes are dropped below it."""


@dataclass(slots=True)
class Line:
    """A draft as it was booked: ``balance`` is the account's after it; ``transfer`` joins two halves."""

    draft: Draft
    day: date
    balance: int
    transfer: str | None
    pending: bool = False


@dataclass(slots=True)
class CardBill:
    """What the card's statement asks for: the amount and the day it is collected."""

    amount: int
    due: date


class Settlement:
    """Walks the days of a household once.

    Args:
        who: The household.
        book: Its country.
        window: The days simulated.
        accounts: Its accounts.
        agenda: Everything planned; plans of streams that the banks keep are added to it.
    """

    def __init__(
        self,
        who: Persona,
        book: Catalog,
        window: Window,
        accounts: Mapping[Role, SimulatedAccount],
        agenda: Agenda,
    ) -> None:
        self._who, self._book, self._window, self._accounts, self._agenda = (
            who,
            book,
            window,
            accounts,
            agenda,
        )
        self._dice = Dice(who.seed, book.country, "settlement")
        self._planned: dict[date, list[Draft]] = defaultdict(list)
        self._due: dict[date, list[tuple[Draft, str | None]]] = defaultdict(list)
        self._plans = {plan.id: plan for plan in agenda.plans}
        self._overdrawn: dict[Role, int] = defaultdict(int)
        self._asked: CardBill | None = None
        self._rescued = window.start - timedelta(9)
        self._transfers = self._carried = 0
        self._income = who.income
        self._limit = self._income * 3 // 2
        self._overdraft = book.overdraft_limit * who.overdraft // PERMILLE
        self._again: set[int] = set()
        self.unpaid: list[Shortfall] = []
        self.balances = {role: account.opening for role, account in accounts.items()}
        self.by_day: dict[Role, list[int]] = {role: [] for role in accounts}
        self.lines: list[Line] = []

    def run(self) -> None:
        """Walk from the first day to the last and leave what is not yet booked as pending."""
        window = self._window
        for draft in self._agenda.drafts:
            self._planned[draft.day].append(draft)
        self._card, self._interest = self._card_plan(), self._interest_plan()
        day = window.start
        while day <= window.end:
            self._decide(day)
            self._bank(day)
            self._post(day)
            self._steer(day)
            for role, balance in self.balances.items():
                self.by_day[role].append(balance)
            day += timedelta(1)
        self._leave_pending()

    def _card_plan(self) -> Plan:
        window = self._window
        schedule = Schedule(window.country, Cadence.MONTHLY, window.start, day=self._dice.between(2, 27))
        plan = Plan(
            "card_payment",
            self._book.card_bank.name,
            "finance.card_payment",
            Role.CURRENT,
            incoming=False,
            schedule=schedule,
            prices=[(window.start, 0)],
            started=window.start - timedelta(900),
            varies=True,
        )
        self._agenda.plans.append(plan)
        return plan

    def _interest_plan(self) -> Plan:
        window = self._window
        plan = Plan(
            "savings_interest",
            self._accounts[Role.SAVINGS].bank,
            "income.investment",
            Role.SAVINGS,
            incoming=True,
            schedule=Schedule(
                window.country, Cadence.MONTHLY, window.start, day=END_OF_MONTH, rule=Roll.STAY
            ),
            prices=[(window.start, 0)],
            started=window.start - timedelta(900),
            varies=True,
        )
        self._agenda.plans.append(plan)
        return plan

    def _strain(self) -> int:
        balances, month = self.balances, max(1, self._income)
        free = balances[Role.CURRENT] + balances[Role.JOINT] + balances[Role.SAVINGS] // 6
        free += min(0, balances[Role.CARD] + month // 3)
        left = free * PERMILLE // month
        return next((drop for below, drop in _STRAINS if left < below), 0)

    def _decide(self, day: date) -> None:
        """Give up what the household cannot afford today; hand the rest to the banks."""
        strain = self._strain()
        for draft in self._planned.pop(day, ()):
            if draft.elastic and draft.resolve < draft.elastic * strain // PERMILLE:
                continue
            if draft.account is Role.CARD and draft.amount < 0 and self.balances[Role.CARD] < -self._limit:
                draft.account = Role.CURRENT
            self._due[draft.booked].append((draft, None))

    def _steer(self, day: date) -> None:
        """Move money between own accounts: before one runs dry, and when one holds more than it should."""
        month = self._income
        floor = 0 if self._who.cautious else -self._overdraft // 2
        for role, other in ((Role.CURRENT, Role.JOINT), (Role.JOINT, Role.CURRENT)):
            if self.balances[role] < floor and (day - self._rescued).days > 2:
                self._rescue(day, role, other)
        for role in (Role.CURRENT, Role.JOINT):
            if day.day == 3 and self.balances[role] > 2 * month:
                surplus = (self.balances[role] - month * 5 // 4) // _ROUND * _ROUND
                self._move(day, role, Role.SAVINGS, surplus)

    def _rescue(self, day: date, role: Role, other: Role, due: int = 0) -> None:
        """Bring money onto an account, beside what is ``due`` there, minor units."""
        need = -(-(self._income // 12 + due - self.balances[role]) // _ROUND) * _ROUND
        self._rescued = day
        if self.balances[other] > need + self._income // 3:
            self._move(day, other, role, need)
        elif self.balances[Role.SAVINGS] >= need:
            self._move(day, Role.SAVINGS, role, need)
        elif self.balances[Role.SAVINGS] >= _ROUND:
            self._move(day, Role.SAVINGS, role, self.balances[Role.SAVINGS] // _ROUND * _ROUND)
        elif self.balances[role] < -self._overdraft:
            self._help(day, role, need)

    def _help(self, day: date, role: Role, need: int) -> None:
        """Family lends a hand when everything is spent."""
        person = self._book.people[-1]
        texts = self._book.person_texts[0].replace("{PERSON}", person.upper())
        text = texts.replace("{memo}", self._book.memos[1]).replace("{DIRECTION}", "payment from")
        draft = self._line(day, role, need, write(text, self._dice, day), person, "transfers.person")
        draft.channel = Channel.TRANSFER
        self._apply(draft, day, None)

    def _move(self, day: date, source: Role, target: Role, amount: int) -> None:
        if amount <= 0:
            return
        book, accounts = self._book, self._accounts
        draft = self._line(
            day,
            source,
            -amount,
            own_text(book.to_text, accounts[target], self._dice, day),
            accounts[target].name,
            "transfers.own",
        )
        draft.channel, draft.minute = Channel.TRANSFER, 1290
        same_bank = accounts[source].bank == accounts[target].bank
        lag = 0 if same_bank or book.country in INSTANT else 1
        draft.mirror = Mirror(target, own_text(book.from_text, accounts[source], self._dice, day), lag)
        self._apply(draft, day, None)

    def _line(self, day: date, role: Role, amount: int, text: str, counterparty: str, leaf: str) -> Draft:
        return Draft(day, day, 1200, role, amount, text, counterparty, leaf, Channel.UNKNOWN)

    def _bank(self, day: date) -> None:
        """Plan what the banks book today: interest, fees, and the card's statement and its collection."""
        end_of_month = (day + timedelta(1)).day == 1
        if end_of_month:
            interest = half_up(self.balances[Role.SAVINGS] * self._book.interest_rate, 12 * PERMILLE)
            text = self._book.interest_text
            self._charge(
                day, Role.SAVINGS, interest, text, Channel.INTEREST, "income.investment", self._interest
            )
        for role in (Role.CURRENT, Role.JOINT):
            accrued = self._overdrawn[role] // (365 * PERMILLE)
            if accrued and day == roll(self._book.country, day.replace(day=1), Roll.AFTER):
                self._overdrawn[role] = 0
                text = self._book.overdraft_text
                self._charge(day, role, -accrued, text, Channel.INTEREST, "finance.interest")
        self._card_day(day)

    def _charge(
        self,
        day: date,
        role: Role,
        amount: int,
        text: str,
        channel: Channel,
        leaf: str,
        plan: Plan | None = None,
    ) -> None:
        if amount:
            if plan is not None:
                plan.prices[-1] = (plan.prices[-1][0], abs(amount))
            bank = self._accounts[role].bank
            draft = self._line(day, role, amount, write(text, self._dice, day), bank, leaf)
            draft.channel, draft.minute, draft.stream = channel, 1430, plan.id if plan is not None else None
            self._due[day].append((draft, None))

    def _card_day(self, day: date) -> None:
        if self._asked is not None and day == self._asked.due:
            self._collect(day, self._asked.amount)
            self._asked = None
        collected = self._card.schedule.day
        if day.day == (collected + 9) % 28 + 1:
            owed = -self.balances[Role.CARD]
            if owed > 0:
                if self._carried:
                    interest = half_up(self._carried * self._book.card_rate, 12 * PERMILLE)
                    text = self._book.card_interest_text
                    self._charge(day, Role.CARD, -interest, text, Channel.INTEREST, "finance.interest")
                paid = (
                    owed if self._who.pays_in_full else max(2500, owed * self._dice.between(150, 550) // 1000)
                )
                paid = min(paid, owed)
                self._carried = owed - paid
                self._asked = CardBill(paid, self._card.schedule.after(day + timedelta(5)))

    def _collect(self, day: date, amount: int) -> None:
        """Collect the card's direct debit, or charge for its failure."""
        book = self._book
        if self.balances[Role.CURRENT] + self._overdraft < amount:
            least = max(2500, amount // 20)
            if self.balances[Role.CURRENT] + self._overdraft < least:
                self._card.missed.append(day)
                self._lack(day, Role.CURRENT, least)
                self._charge(
                    day, Role.CARD, -book.card_fee, book.card_fee_text, Channel.FEE, "finance.bank_fees"
                )
                return
            self._carried += amount - least
            amount = least
        name = book.card_bank.name.upper()
        text = book.card_debit_text.replace("{CARDBANK}", name).replace(
            "{account}", self._who.home["card"] * 2
        )
        draft = self._line(
            day,
            Role.CURRENT,
            -amount,
            write(text, self._dice, day),
            book.card_bank.name,
            "finance.card_payment",
        )
        draft.channel, draft.minute, draft.stream = Channel.DIRECT_DEBIT, 70, self._card.id
        draft.mirror = Mirror(Role.CARD, book.card_payment_text, self._dice.below(2))
        self._card.prices[-1] = (self._card.prices[-1][0], amount)
        self._due[day].append((draft, None))

    def _post(self, day: date) -> None:
        """Book everything due today, credits of the night first."""
        for draft, transfer in sorted(self._due.pop(day, ()), key=lambda due: due[0].minute):
            self._apply(draft, day, transfer)
        for role in (Role.CURRENT, Role.JOINT):
            below = -min(0, self.balances[role])
            self._overdrawn[role] += below * self._book.overdraft_rate
            before = self.by_day[role][-1] if self.by_day[role] else 0
            if self._book.overdraft_fee and below > _ROUND and -self.balances[role] > max(0, -before):
                text = write(self._book.overdraft_fee_text, self._dice, day)
                fee = self._line(
                    day, role, -self._book.overdraft_fee, text, self._accounts[role].bank, "finance.bank_fees"
                )
                fee.channel, fee.minute = Channel.FEE, 1435
                self._apply(fee, day, None)

    def _apply(self, draft: Draft, day: date, transfer: str | None) -> None:
        role, mirror = draft.account, draft.mirror
        if mirror is not None:
            limit = 0 if role is Role.SAVINGS else self._overdraft
            if self.balances[role] + limit + draft.amount < 0:
                if draft.stream:
                    self._plans.get(draft.stream, self._card).missed.append(draft.day)
                return
            self._transfers += 1
            transfer = f"transfer-{self._transfers}"
        elif self._who.bounces and self._bounce(draft, day):
            return
        self.balances[role] += draft.amount
        self.lines.append(Line(draft, day, self.balances[role], transfer))
        if mirror is not None:
            self._other_half(draft, mirror, day, transfer)

    def _bounce(self, draft: Draft, day: date) -> bool:
        """Return whether the bank refuses a payment; a bill is tried once more before it counts as failed."""
        role, channel = draft.account, draft.channel
        if role not in _PAYING or channel in _BANKS_OWN or draft.amount >= 0:
            return False
        if self.balances[role] + self._overdraft + draft.amount >= 0:
            return False
        if draft.stream is None:
            return True
        if id(draft) not in self._again:
            self._again.add(id(draft))
            # The bank tells, and whoever has the money elsewhere brings it before the bill is tried again.
            self._rescue(day, role, Role.JOINT if role is Role.CURRENT else Role.CURRENT, -draft.amount)
            self._due[roll(self._book.country, day + timedelta(_RETRY), Roll.AFTER)].append((draft, None))
        else:
            self._plans[draft.stream].missed.append(draft.day)
            self._lack(day, role, -draft.amount)
        return True

    def _lack(self, day: date, role: Role, missing: int) -> None:
        self.unpaid.append(Shortfall(day, role, ShortfallKind.UNPAID, missing))

    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Return the days on which money was missing, once the days are walked."""
        below = [
            Shortfall(self._window.start + timedelta(number), role, ShortfallKind.OVERDRAWN, -balance)
            for role in _PAYING
            for number, balance in enumerate(self.by_day[role])
            if balance < 0
        ]
        return tuple(sorted(below + self.unpaid, key=lambda one: (one.day, one.account, one.kind)))

    def _other_half(self, draft: Draft, mirror: Mirror, day: date, transfer: str | None) -> None:
        account = self._accounts[draft.account]
        arrives = day
        for _ in range(mirror.lag):
            arrives = roll(self._book.country, arrives + timedelta(1), Roll.AFTER)
        # Over Easter and Christmas banks credit each other the same day rather than keep money for a week.
        if (arrives - day).days > _LONGEST:
            arrives = day
        other = Draft(
            day=day,
            booked=arrives,
            minute=draft.minute + 1,
            account=mirror.account,
            amount=-draft.amount,
            text=mirror.text,
            counterparty=account.name,
            leaf=draft.leaf,
            channel=draft.channel,
        )
        if arrives > day:
            self._due[arrives].append((other, transfer))
        else:
            self._apply(other, day, transfer)

    def _leave_pending(self) -> None:
        """What was bought by the last day and is not booked is pending."""
        late = sorted(
            (
                (booked, draft.minute, number, draft)
                for booked, dues in self._due.items()
                for number, (draft, transfer) in enumerate(dues)
                if draft.day <= self._window.end and transfer is None
            ),
            key=lambda item: item[:3],
        )
        for _, _, _, draft in late:
            balance = self.balances[draft.account]
            self.lines.append(Line(draft, draft.day, balance, None, pending=True))
