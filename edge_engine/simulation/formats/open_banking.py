"""JSON of account interfaces: UK Open Banking 3.1 and Plaid, both with what is still pending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.domain.transaction import AccountKind, Channel
from edge_engine.simulation.dice import half_up
from edge_engine.simulation.formats.bank_csv import british_type

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.simulation.download import Download
    from edge_engine.simulation.truth import Posting

_TIP: Final = 1180
"""American waiters and drivers are paid first the price, then the price and the tip: thousandths of the price."""
_TIPPED: Final = frozenset({"dining.restaurants", "dining.bars", "dining.delivery", "transport.taxi"})


def _minutes(day: date, minute: int) -> str:
    return f"{day}T{minute // 60:02d}:{minute % 60:02d}:00+00:00"


def _amount(source: Download, minor: int) -> dict[str, str]:
    return {"Amount": source.money(abs(minor)), "Currency": source.account.currency}


def _sign(minor: int) -> str:
    return "Credit" if minor >= 0 else "Debit"


def _uk_transaction(source: Download, posting: Posting, *, pending: bool) -> dict[str, Any]:
    reference = source.reference(posting)
    if pending and not source.keeps_reference(posting):
        reference = f"PEND{reference[4:]}"
    found: dict[str, Any] = {
        "AccountId": source.account.number,
        "TransactionId": reference,
        "CreditDebitIndicator": _sign(posting.amount),
        "Status": "Pending" if pending else "Booked",
        "BookingDateTime": _minutes(posting.purchased if pending else posting.day, posting.minute),
        "TransactionInformation": posting.text,
        "Amount": _amount(source, posting.amount),
        "ProprietaryBankTransactionCode": {"Code": british_type(posting.channel, posting.amount)},
    }
    if not pending:
        found["ValueDateTime"] = _minutes(posting.day, posting.minute)
        found["Balance"] = {
            "CreditDebitIndicator": _sign(posting.balance),
            "Type": "InterimBooked",
            "Amount": _amount(source, posting.balance),
        }
    if posting.mcc and posting.counterparty:
        found["MerchantDetails"] = {
            "MerchantName": posting.counterparty,
            "MerchantCategoryCode": f"{posting.mcc:04d}",
        }
    if posting.foreign is not None:
        found["CurrencyExchange"] = {
            "SourceCurrency": posting.foreign.currency,
            "TargetCurrency": source.account.currency,
        }
    return found


def uk_open_banking(source: Download) -> bytes:
    """Write accounts, balances and transactions in one answer, as aggregators store them."""
    account = source.account
    kind = "Savings" if account.kind is AccountKind.SAVINGS else "CurrentAccount"
    data = {
        "Account": [
            {
                "AccountId": account.number,
                "Currency": account.currency,
                "AccountType": "Personal",
                "AccountSubType": kind,
                "Nickname": account.name,
                "Account": [
                    {
                        "SchemeName": "UK.OBIE.SortCodeAccountNumber",
                        "Identification": f"{account.branch}{account.number}",
                    },
                    {"SchemeName": "UK.OBIE.IBAN", "Identification": account.iban},
                ],
                "Servicer": {"SchemeName": "UK.OBIE.BICFI", "Identification": account.bic},
            }
        ],
        "Balance": [
            {
                "AccountId": account.number,
                "CreditDebitIndicator": _sign(source.closing),
                "Type": "InterimBooked",
                "DateTime": f"{source.last}T23:59:00+00:00",
                "Amount": _amount(source, source.closing),
            }
        ],
        "Transaction": [
            *(_uk_transaction(source, posting, pending=True) for posting in source.pending),
            *(_uk_transaction(source, posting, pending=False) for posting in reversed(source.postings)),
        ],
    }
    answer = {
        "Data": data,
        "Links": {"Self": "https://bank.example/open-banking/v3.1/aisp"},
        "Meta": {"TotalPages": 1},
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=1)


def _number(source: Download, minor: int) -> msgspec.Raw:
    return msgspec.Raw(source.money(minor).encode())


def _plaid_transaction(source: Download, posting: Posting, *, pending: bool) -> dict[str, Any]:
    reference, before = source.reference(posting), None
    amount = posting.amount
    if posting.mcc:
        announced = f"PEND{reference[4:]}"
        before = None if pending else announced
        reference = announced if pending else reference
        if pending and posting.leaf in _TIPPED and not posting.pending:
            amount = half_up(amount * 1000, _TIP)
    return {
        "account_id": source.account.number,
        "transaction_id": reference,
        "pending": pending,
        "pending_transaction_id": before,
        "amount": _number(source, -amount),
        "iso_currency_code": source.account.currency,
        "date": str(posting.purchased if pending else posting.day),
        "authorized_date": str(posting.purchased),
        "name": posting.text,
        "merchant_name": posting.counterparty if posting.mcc and posting.counterparty else None,
        "payment_channel": "in store" if posting.channel is Channel.CARD else "other",
    }


def plaid(source: Download) -> bytes:
    """Write an answer of Plaid's ``/transactions/get``: amounts that leave the account are positive."""
    account = source.account
    kind = "savings" if account.kind is AccountKind.SAVINGS else "checking"
    transactions = [
        *(_plaid_transaction(source, posting, pending=True) for posting in source.pending),
        *(_plaid_transaction(source, posting, pending=False) for posting in reversed(source.postings)),
    ]
    answer = {
        "accounts": [
            {
                "account_id": account.number,
                "balances": {
                    "available": None,
                    "current": _number(source, source.closing),
                    "iso_currency_code": account.currency,
                },
                "mask": account.number[-4:],
                "name": account.name,
                "official_name": f"{account.bank} {account.name}",
                "subtype": kind,
                "type": "depository",
            }
        ],
        "transactions": transactions,
        "total_transactions": len(transactions),
        "request_id": source.reference(source.postings[0], 12) if source.postings else "none",
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=1)
