from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused, FormatUnknown
from edge_engine.feeds.read import Item, read

if TYPE_CHECKING:
    from pathlib import Path

IBAN = "GB29NWBK60161331926819"


def items_of(
    document: object, *, account: str = "", currency: str = "", as_of: date | None = None
) -> list[Item]:
    data = json.dumps(document).encode()
    return list(read(data, account=account, currency=currency, as_of=as_of).items)


def records(document: object, *, account: str = "", currency: str = "") -> list[Record]:
    return [
        item for item in items_of(document, account=account, currency=currency) if isinstance(item, Record)
    ]


def uk_transaction(**changes: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "AccountId": "22289",
        "TransactionId": "t1",
        "CreditDebitIndicator": "Debit",
        "Status": "Booked",
        "BookingDateTime": "2024-01-05T23:30:00+00:00",
        "ValueDateTime": "2024-01-07T00:00:00+00:00",
        "TransactionInformation": "BEAN SCENE LEEDS",
        "Amount": {"Amount": "3.40", "Currency": "GBP"},
        "MerchantDetails": {"MerchantName": "Bean Scene", "MerchantCategoryCode": "5814"},
        "BankTransactionCode": {"Code": "CustomerCardTransactions", "SubCode": "POSDebit"},
    }
    return row | changes


def uk_account(**changes: object) -> dict[str, Any]:
    account: dict[str, Any] = {
        "AccountId": "22289",
        "Currency": "GBP",
        "AccountType": "Personal",
        "AccountSubType": "CurrentAccount",
        "Nickname": "Bills",
        "Account": [
            {
                "SchemeName": "UK.OBIE.SortCodeAccountNumber",
                "Identification": "60161331926819",
                "Name": "A Person",
            }
        ],
        "Servicer": {"SchemeName": "UK.OBIE.BICFI", "Identification": "NWBKGB2L"},
    }
    return account | changes


class TestUkOpenBanking:
    def test_a_transaction(self) -> None:
        items = items_of({"Data": {"Transaction": [uk_transaction()]}})
        assert items == [
            Account("22289", "GBP"),
            Record(
                account="22289",
                booked=date(2024, 1, 5),
                amount=Money(-340, "GBP"),
                description="BEAN SCENE LEEDS",
                external_id="t1",
                counterparty="Bean Scene",
                value_date=date(2024, 1, 7),
                mcc=5814,
                channel=Channel.CARD,
                row=1,
            ),
        ]

    def test_version_4_says_the_same_in_codes(self) -> None:
        row = uk_transaction(
            Status="PDNG",
            CreditDebitIndicator="Credit",
            BankTransactionCode={"Code": "RCDT", "SubCode": "SALA"},
            DebtorAccount={
                "SchemeName": "UK.OBIE.IBAN",
                "Identification": "GB33 BUKB 2020 1555 5555 55",
                "Name": "Acme",
            },
            MerchantDetails=None,
        )
        [record] = records({"Data": {"Transaction": [row]}})
        assert record.status is Status.PENDING
        assert record.amount.minor == 340
        assert record.channel is Channel.SALARY
        assert (record.counterparty, record.counterparty_account) == ("Acme", "GB33BUKB20201555555555")
        assert record.description == "Acme BEAN SCENE LEEDS"

    def test_an_account_is_known_by_its_number_where_the_document_gives_it(self) -> None:
        document = {"Data": {"Account": [uk_account()], "Transaction": [uk_transaction()]}}
        account, record = items_of(document)
        assert account == Account("601613/31926819", "GBP", AccountKind.CURRENT, "Bills", "NWBKGB2L")
        assert isinstance(record, Record)
        assert record.account == "601613/31926819"

    def test_an_iban_is_better_than_a_number(self) -> None:
        both = [
            *uk_account()["Account"],
            {"SchemeName": "UK.OBIE.IBAN", "Identification": "GB29 NWBK 6016 1331 9268 19"},
        ]
        documents = [
            {"Data": {"Account": [uk_account(Account=both)]}},
            {"Data": {"Transaction": [uk_transaction()]}},
        ]
        assert [item.key for item in items_of(documents) if isinstance(item, Account)] == [IBAN]
        assert records(documents)[0].account == IBAN

    def test_the_booked_balance_of_a_day_is_told_with_its_sign(self) -> None:
        def balance(kind: str, amount: str, sign: str, when: str = "2024-01-31T23:00:00Z") -> dict[str, Any]:
            money = {"Amount": amount, "Currency": "GBP"}
            return {
                "AccountId": "22289",
                "Type": kind,
                "CreditDebitIndicator": sign,
                "DateTime": when,
                "Amount": money,
            }

        overdraft = balance("InterimAvailable", "990.00", "Credit") | {"CreditLine": [{"Included": True}]}
        listed = [
            overdraft,
            balance("Expected", "5.00", "Credit"),
            balance("InterimBooked", "10.50", "Debit"),
            balance("OpeningBooked", "77.00", "Credit"),
            balance("OpeningBooked", "1e9", "Credit", "2024-01-01"),
            balance("Wishful", "1000000.00", "Credit", "2024-01-02"),
        ]
        found = [item for item in items_of({"Data": {"Balance": listed}}) if isinstance(item, Balance)]
        assert found == [
            Balance("22289", date(2024, 1, 31), Money(-1050, "GBP")),
            Balance("22289", date(2024, 1, 30), Money(7700, "GBP")),
        ]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"Status": "Rejected"}, "did not go through"),
            ({"Status": None}, "status is missing"),
            ({"CreditDebitIndicator": "Sideways"}, "money out from money in"),
            ({"Amount": {"Amount": "-3.40", "Currency": "GBP"}}, "sign"),
            ({"Amount": {"Amount": "1e999999", "Currency": "GBP"}}, "not a number"),
            ({"Amount": {"Amount": "3,40", "Currency": "GBP"}}, "not a number"),
            ({"Amount": {"Amount": "\u0663", "Currency": "GBP"}}, "not a number"),
            ({"Amount": {"Amount": 10**30, "Currency": "GBP"}}, "not a number"),
            ({"Amount": {"Amount": "9" * 16, "Currency": "GBP"}}, "too large"),
            ({"Amount": {"Amount": "3.405", "Currency": "GBP"}}, "finer"),
            ({"Amount": {"Amount": ["3.40"], "Currency": "GBP"}}, "not a number"),
            ({"Amount": {"Amount": "3.40"}}, "currency"),
            ({"Amount": "3.40"}, "currency"),
            ({"BookingDateTime": "yesterday"}, "date"),
            ({"BookingDateTime": None, "ValueDateTime": None}, "date is missing"),
            ({"AccountId": ""}, "not named"),
        ],
    )
    def test_a_bad_transaction_is_rejected_with_its_number(
        self, change: dict[str, object], reason: str
    ) -> None:
        document = {"Data": {"Transaction": [uk_transaction(), uk_transaction(**change), uk_transaction()]}}
        items = items_of(document)
        [bad] = [item for item in items if isinstance(item, Rejected)]
        assert bad.row == 2
        assert reason in bad.reason
        assert [item.row for item in items if isinstance(item, Record)] == [1, 3]

    def test_a_transaction_without_an_account_takes_the_callers(self) -> None:
        [record] = records({"Data": {"Transaction": [uk_transaction(AccountId=None)]}}, account="mine")
        assert record.account == "mine"


def psd2_transaction(**changes: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "transactionId": "p1",
        "bookingDate": "2024-01-05",
        "valueDate": "2024-01-06",
        "transactionAmount": {"currency": "EUR", "amount": "-12.50"},
        "creditorName": "Market Hall",
        "creditorAccount": {"iban": "DE75512108001245126199"},
        "debtorName": "A Person",
        "remittanceInformationUnstructured": "Receipt 17",
        "bankTransactionCode": "PMNT-CCRD-POSD",
    }
    return row | changes


class TestBerlinGroup:
    ACCOUNT: ClassVar[dict[str, Any]] = {"iban": "FR7612345987650123456789014", "currency": "EUR"}

    def document(self, *booked: dict[str, Any], pending: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
        return {"account": self.ACCOUNT, "transactions": {"booked": list(booked), "pending": list(pending)}}

    def test_a_transaction(self) -> None:
        assert items_of(self.document(psd2_transaction())) == [
            Account("FR7612345987650123456789014", "EUR"),
            Record(
                account="FR7612345987650123456789014",
                booked=date(2024, 1, 5),
                amount=Money(-1250, "EUR"),
                description="Market Hall Receipt 17",
                external_id="p1",
                counterparty="Market Hall",
                counterparty_account="DE75512108001245126199",
                value_date=date(2024, 1, 6),
                channel=Channel.CARD,
                row=1,
            ),
        ]

    def test_money_that_comes_names_its_debtor(self) -> None:
        row = psd2_transaction(
            transactionAmount={"currency": "EUR", "amount": "900"}, debtorName="Acme", purposeCode="SALA"
        )
        [record] = records(self.document(row))
        assert (record.amount.minor, record.counterparty, record.channel) == (90000, "Acme", Channel.SALARY)

    def test_pending_rows_may_have_a_value_date_only(self) -> None:
        row = psd2_transaction()
        del row["bookingDate"]
        [record] = records(self.document(pending=(row,)))
        assert record.status is Status.PENDING
        assert record.booked == date(2024, 1, 6)

    def test_an_unsigned_amount_with_an_indicator(self) -> None:
        row = psd2_transaction(
            transactionAmount={"currency": "EUR", "amount": "5.00"}, creditDebitIndicator="DBIT"
        )
        assert records(self.document(row))[0].amount.minor == -500

    def test_remittance_in_several_lines(self) -> None:
        row = psd2_transaction(remittanceInformationUnstructured=None)
        row["remittanceInformationUnstructuredArray"] = ["one", "two", None]
        assert records(self.document(row))[0].description == "Market Hall one two"

    def test_balances_with_and_without_a_date(self) -> None:
        def balance(kind: str, amount: str, **when: str) -> dict[str, Any]:
            return {"balanceType": kind, "balanceAmount": {"amount": amount, "currency": "EUR"}, **when}

        listed = [
            balance("closingBooked", "-5.00", referenceDate="2024-01-31"),
            balance("expected", "7.00", referenceDate="2024-01-31"),
            balance("interimBooked", "6.00"),
        ]
        document = {"account": self.ACCOUNT, "balances": listed}
        key = self.ACCOUNT["iban"]
        stated = Balance(key, date(2024, 1, 31), Money(-500, "EUR"))
        undated = Balance(key, date(2024, 2, 2), Money(600, "EUR"))
        assert [i for i in items_of(document) if isinstance(i, Balance)] == [stated]
        assert [i for i in items_of(document, as_of=date(2024, 2, 2)) if isinstance(i, Balance)] == [
            stated,
            undated,
        ]

    def test_an_aggregator_leaves_the_account_out(self) -> None:
        document = {"transactions": {"booked": [psd2_transaction()], "pending": []}}
        assert records(document)[0].account == "psd2"
        assert records(document, account="mine")[0].account == "mine"

    def test_a_card_account_hides_its_number(self) -> None:
        document = {
            "cardAccount": {"pan": "5409050000001234", "currency": "EUR"},
            "cardTransactions": {
                "booked": [psd2_transaction(transactionDate="2024-01-04", transactionDetails="CINEMA")]
            },
        }
        account = items_of(document)[0]
        assert isinstance(account, Account)
        assert account.key == "pan/1234"

    def test_a_key_that_stands_twice_is_rejected(self) -> None:
        text = json.dumps(self.document(psd2_transaction(), psd2_transaction()))
        cut = text.index('"transactionId"', text.index('"transactionId"') + 1)
        items = list(read((text[:cut] + '"transactionId": "x", ' + text[cut:]).encode()).items)
        assert [(i.row, i.reason) for i in items if isinstance(i, Rejected)] == [(2, "a key stands twice")]

    def test_the_list_of_accounts_of_a_real_file(self, shared_data: Path) -> None:
        feed = read(
            shared_data / "fixtures" / "berlin_group_json" / "open-banking-gateway__TPP_LIST_ACCOUNTS.json"
        )
        assert feed.format == "berlin_group"
        assert list(feed.items) == [
            Account("FR7612345987650123456789014", "EUR", AccountKind.OTHER, "string", "AAAADEBBXXX"),
            Account("AFFE12345987650123456789014", "EUR", AccountKind.OTHER, "string", "AAAADEBBXXX"),
        ]

    def test_the_transactions_of_a_real_file(self, shared_data: Path) -> None:
        feed = read(
            shared_data
            / "fixtures"
            / "berlin_group_json"
            / "open-banking-gateway__TPP_LIST_TRANSACTIONS.json"
        )
        account, booked, pending = list(feed.items)
        assert account == Account("FR7612345987650123456789014", "EUR")
        assert isinstance(booked, Record)
        assert isinstance(pending, Record)
        assert (booked.booked, booked.amount, booked.status) == (
            date(2020, 2, 3),
            Money(100000, "EUR"),
            Status.POSTED,
        )
        assert (pending.booked, pending.amount, pending.status) == (
            date(2020, 2, 3),
            Money(12300, "EUR"),
            Status.PENDING,
        )
        assert (booked.counterparty, booked.description) == ("Debtor Name", "Debtor Name Ref Number Merchant")


def plaid_transaction(**changes: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "account_id": "acc1",
        "transaction_id": "x1",
        "pending_transaction_id": None,
        "amount": 12.34,
        "iso_currency_code": "USD",
        "date": "2024-01-06",
        "authorized_date": "2024-01-05",
        "name": "Bean Scene",
        "merchant_name": "Bean Scene",
        "original_description": "SQ *BEAN SCENE 415",
        "pending": False,
        "payment_channel": "in store",
        "personal_finance_category": {"primary": "FOOD_AND_DRINK", "detailed": "FOOD_AND_DRINK_COFFEE"},
    }
    return row | changes


PLAID_ACCOUNT = {
    "account_id": "acc1",
    "name": "Checking",
    "type": "depository",
    "subtype": "checking",
    "balances": {"current": 110.5, "available": 100, "iso_currency_code": "USD"},
}


class TestPlaid:
    def test_positive_leaves_the_account(self) -> None:
        assert items_of({"accounts": [PLAID_ACCOUNT], "transactions": [plaid_transaction()]}) == [
            Account("acc1", "USD", AccountKind.CURRENT, "Checking"),
            Balance("acc1", date(2024, 1, 6), Money(11050, "USD")),
            Record(
                account="acc1",
                booked=date(2024, 1, 6),
                amount=Money(-1234, "USD"),
                description="SQ *BEAN SCENE 415",
                external_id="x1",
                counterparty="Bean Scene",
                channel=Channel.CARD,
                hint="plaid:FOOD_AND_DRINK_COFFEE",
                row=1,
            ),
        ]

    def test_a_sync_response_links_pending_and_posted(self) -> None:
        document = {
            "added": [plaid_transaction(transaction_id="x2", pending_transaction_id="p1")],
            "modified": [plaid_transaction(transaction_id="x3", pending=True)],
            "removed": [{"transaction_id": "p1"}, {"transaction_id": "gone"}],
            "next_cursor": "c",
            "has_more": False,
        }
        items = items_of(document)
        posted, pending = (item for item in items if isinstance(item, Record))
        assert (posted.external_id, posted.pending_id, posted.status) == ("x2", "p1", Status.POSTED)
        assert pending.status is Status.PENDING
        [removed] = [item for item in items if isinstance(item, Rejected)]
        assert removed == Rejected(3, "the bank takes an earlier transaction back, which is not supported")

    def test_an_empty_sync_is_an_empty_feed(self) -> None:
        assert items_of({"added": [], "modified": [], "removed": [], "next_cursor": "c"}) == []

    def test_what_a_card_states_is_owed(self) -> None:
        card = PLAID_ACCOUNT | {"type": "credit", "subtype": "credit card"}
        items = items_of({"accounts": [card], "transactions": [plaid_transaction()]})
        assert Balance("acc1", date(2024, 1, 6), Money(-11050, "USD")) in items

    def test_a_balance_without_any_day_needs_one_told(self) -> None:
        document = {"accounts": [PLAID_ACCOUNT], "transactions": []}
        assert not any(isinstance(item, Balance) for item in items_of(document))
        assert Balance("acc1", date(2024, 2, 1), Money(11050, "USD")) in items_of(
            document, as_of=date(2024, 2, 1)
        )

    @pytest.mark.parametrize(
        ("amount", "reason"),
        [
            ("1e999999", "not a number"),
            ("1e2", "not a number"),
            ("-1E400", "not a number"),
            ("123456789012345678901234567890", "not a number"),
            ("12.345", "finer"),
            ('"12.34x"', "not a number"),
            ("null", "missing"),
            ("true", "not a number"),
            ("{}", "not a number"),
            ("9" * 5000, "not a number"),
        ],
    )
    def test_a_number_that_is_no_amount_is_rejected(self, amount: str, reason: str) -> None:
        row = json.dumps(plaid_transaction(amount="HERE")).replace('"HERE"', amount)
        data = f'{{"accounts": [], "transactions": [{json.dumps(plaid_transaction())}, {row}]}}'.encode()
        [bad] = [item for item in read(data).items if isinstance(item, Rejected)]
        assert bad.row == 2
        assert reason in bad.reason

    def test_the_noise_of_a_float_is_no_money(self) -> None:
        [record] = records({"transactions": [plaid_transaction(amount=0.1 + 0.2)]})
        assert record.amount.minor == -30


# Name: records, accounts, sum in minor units, first and last (day, minor units, description).
SANDBOX: dict[str, tuple[int, int, int]] = {
    "sandbox-custom-users__assets_custom_user2.json": (84, 4, 1850),
    "sandbox-custom-users__auth_uk_custom_user.json": (0, 2, 0),
    "sandbox-custom-users__business_account.json": (36, 1, -1742094),
    "sandbox-custom-users__selfEmployedGiguser.json": (34, 1, 1898776),
}


@pytest.mark.parametrize("name", SANDBOX)
def test_a_sandbox_file(shared_data: Path, name: str) -> None:
    """Counts, days, signs and amounts follow the file: what it writes positive leaves the account."""
    path = shared_data / "fixtures" / "plaid_json" / name
    feed = read(path, as_of=date(2026, 9, 1))
    items = list(feed.items)
    assert feed.format == "plaid"
    kinds = Counter(type(item) for item in items)
    assert (kinds[Record], kinds[Account], kinds[Rejected]) == (*SANDBOX[name][:2], 0)
    found = [item for item in items if isinstance(item, Record)]
    assert sum(record.amount.minor for record in found) == SANDBOX[name][2]
    stated = [
        (a, row)
        for a in json.loads(path.read_text())["override_accounts"]
        for row in a.get("transactions", [])
    ]
    assert [(str(r.booked), -r.amount.minor, r.row) for r in found] == [
        (row["date_posted"], round(row["amount"] * 100), at) for at, (_, row) in enumerate(stated, 1)
    ]
    assert all(record.status is Status.POSTED for record in found)


def test_the_balances_of_the_sandbox_files(shared_data: Path) -> None:
    folder = shared_data / "fixtures" / "plaid_json"

    def balances(name: str) -> list[tuple[str, str, str]]:
        items = read(folder / name, as_of=date(2026, 9, 1)).items
        return [
            (item.account, str(item.day), str(item.amount)) for item in items if isinstance(item, Balance)
        ]

    assert balances("sandbox-custom-users__auth_uk_custom_user.json") == [
        ("123456/123456", "2026-09-01", "6543.23 GBP"),
        ("123456/123457", "2026-09-01", "275649.12 GBP"),
    ]
    assert balances("sandbox-custom-users__business_account.json") == [
        ("122105155/1111222233335555", "2026-08-22", "152854.23 USD")
    ]
    [gig] = balances("sandbox-custom-users__selfEmployedGiguser.json")
    assert gig[1:] == ("2026-04-23", "30000.00 USD")
    assert [one[1:] for one in balances("sandbox-custom-users__assets_custom_user2.json")] == [
        ("2026-08-22", "4300.00 USD"),
        ("2026-09-01", "-10000.00 USD"),
    ]


def test_test_accounts_without_a_number_are_apart_and_stable(shared_data: Path) -> None:
    folder = shared_data / "fixtures" / "plaid_json"
    keys = [
        item.key
        for name in (
            "sandbox-custom-users__assets_custom_user2.json",
            "sandbox-custom-users__selfEmployedGiguser.json",
        )
        for _ in range(2)
        for item in read(folder / name).items
        if isinstance(item, Account)
    ]
    assert len(keys) == 10
    assert len(set(keys)) == 5


class TestRefusal:
    @pytest.mark.parametrize(
        "name",
        ["conformance-suite__ob_3.1_accounts_transactions_fca.json", "conformance-suite__passAccountId.json"],
    )
    def test_a_manifest_of_conformance_tests_holds_no_statement(self, shared_data: Path, name: str) -> None:
        with pytest.raises(FormatUnknown, match="no accounts or transactions"):
            read(shared_data / "fixtures" / "uk_open_banking" / name)

    @pytest.mark.parametrize(
        "document",
        [
            {"tppMessages": [{"category": "ERROR", "code": "CONSENT_EXPIRED"}]},
            {"error_code": "ITEM_LOGIN_REQUIRED", "error_type": "ITEM_ERROR"},
            {"Code": "400 BadRequest", "Errors": [{"ErrorCode": "UK.OBIE.Field.Missing"}]},
        ],
    )
    def test_a_banks_error_message_is_no_statement(self, document: object) -> None:
        with pytest.raises(FileRefused, match="error message"):
            items_of(document)

    @pytest.mark.parametrize(
        "document", [{}, [], {"a": 1}, [1, 2], {"accounts": []}, {"transactions": []}, [[]]]
    )
    def test_json_of_another_kind_is_unknown(self, document: object) -> None:
        with pytest.raises(FormatUnknown):
            items_of(document)

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"[" * 200_000, "nested"),
            (b'{"Data":' * 200_000, "nested"),
            (b'{"transactions": [{"account_id": "a", "amount": 1}', "damaged or ends early"),
            (b'{"transactions": [{"account_id": "a", "amount": NaN}]}', "damaged"),
            (b'{"transactions": [{"account_id": "a", "amount": -Infinity}]}', "damaged"),
            (b'{"transactions": [{"account_id": "\xff\xfe"}]}', "no transaction"),
            (b'{"Data": {"Transaction": [{}]}, "Data": {"Transaction": []}}', "stands twice"),
            (b'{"accounts": [{"account_id": "a", "type": "x", "type": "y"}]}', "stands twice"),
            (b'{"accounts": [{"iban": "X", "currency": "euro"}]}', "three capital letters"),
            (b'{"accounts": [{"iban": "X", "currency": "ZZZ"}]}', "not one of ISO 4217"),
            (b'{"transactions": [{"account_id": "a", "amount": 1}]}', "no transaction"),
            (b'{"transactions": []}\x00{}', "NUL"),
        ],
    )
    def test_a_bad_document_is_refused_whole(self, data: bytes, sentence: str) -> None:
        with pytest.raises(FileRefused, match=sentence) as caught:
            read(data)
        assert "\n" not in caught.value.message

    def test_documents_of_two_kinds_are_not_one_file(self) -> None:
        with pytest.raises(FormatUnknown):
            items_of([{"Data": {"Transaction": [uk_transaction()]}}, {"transactions": [plaid_transaction()]}])

    def test_another_format_than_asked_for_is_refused(self) -> None:
        data = json.dumps({"transactions": [plaid_transaction()]}).encode()
        assert read(data, format="plaid").format == "plaid"
        with pytest.raises(FormatUnknown):
            read(data, format="berlin_group")


@pytest.mark.parametrize("key", ["transactions", "added", "modified", "removed"])
def test_what_is_no_object_among_the_transactions_is_rejected(key: str) -> None:
    good = {"account_id": "a", "amount": 3.2, "iso_currency_code": "EUR", "date": "2024-01-05"}
    document: dict[str, Any] = {"added": [good], "next_cursor": "c"}
    document[key] = [*document.get(key, []), None, 5, [], "text"]
    found = [item for item in items_of(document) if isinstance(item, Rejected)]
    assert [item.row for item in found] == [2, 3, 4, 5] if key != "transactions" else [1, 2, 3, 4]
    assert {item.reason for item in found} == {"it is no object, as a transaction is"}
    assert len(records(document)) == 1


def test_no_object_among_the_transactions_of_other_banks_is_rejected_too() -> None:
    uk = {"Data": {"Transaction": [uk_transaction(), None, 5]}}
    group = {
        "account": {"iban": IBAN, "currency": "EUR"},
        "transactions": {
            "booked": [
                {"bookingDate": "2024-01-05", "transactionAmount": {"currency": "EUR", "amount": "-3.20"}}, None, []
            ]
        },
    }  # fmt: skip
    user = {"override_accounts": [{"transactions": [{"amount": 3, "date_posted": "2024-01-05"}, None, 5]}]}
    for document in (uk, group, user):
        assert [item.row for item in items_of(document) if isinstance(item, Rejected)] == [2, 3]
        assert len(records(document)) == 1
