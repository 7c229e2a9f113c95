"""The other side of a payment that a CSV file names within its description."""

from __future__ import annotations

from datetime import date

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Channel, Record
from edge_engine.feeds.csv_details import named_within, told
from edge_engine.feeds.read import read


def record(description: str, counterparty: str = "") -> Record:
    return Record("a", date(2026, 3, 5), Money(-1250, "EUR"), description, counterparty=counterparty)


@pytest.mark.parametrize(
    ("description", "name", "account", "channel"),
    [
        (
            "BEA NR:2J5R09 05.03.26/18.22 Albert Heijn 1234,PAS123 Utrecht",
            "Albert Heijn 1234",
            "",
            Channel.CARD,
        ),
        ("GEA NR:S1A234 07.03.26/12.22 Geldautomaat ING,PAS123", "Geldautomaat ING", "", Channel.CASH),
        (
            (
                "/TRTP/SEPA Incasso algemeen doorlopend/CSID/NL12ZZZ345/NAME/VATTENFALL/MARF/X1/REMI/Termijn"
                "/IBAN/NL20INGB0001234567/BIC/INGBNL2A/EREF/123"
            ),
            "VATTENFALL",
            "NL20INGB0001234567",
            Channel.DIRECT_DEBIT,
        ),
        (
            "Tytuł: 000483 74838490 Lokalizacja: Adres: ŻABKA Z1234 Miasto: WARSZAWA Kraj: POLSKA",
            "ŻABKA Z1234",
            "",
            Channel.UNKNOWN,
        ),
        (
            "Rachunek nadawcy: 11 1020 0000 1111 2222 3333 4444 Nazwa nadawcy: FIRMA SA Adres nadawcy: X Tytuł: PLACA",
            "FIRMA SA",
            "11102000001111222233334444",
            Channel.UNKNOWN,
        ),
        ("Auftraggeber: Stadtwerke Buchungstext: Strom", "Stadtwerke", "", Channel.UNKNOWN),
        (
            "Empfänger: Stadtwerke Kto/IBAN: DE89370400440532013000 BLZ/BIC: COBADEFF Buchungstext: Strom Ref. A1/2",
            "Stadtwerke",
            "DE89370400440532013000",
            Channel.UNKNOWN,
        ),
    ],
)
def test_the_other_side_is_read(description: str, name: str, account: str, channel: Channel) -> None:
    assert named_within(description)
    found = told(record(description))
    assert (found.counterparty, found.counterparty_account, found.channel) == (name, account, channel)
    assert name in found.description


@pytest.mark.parametrize(
    "description", ["BEA SMITH RENT", "REWE Buchungstext: X", "SEPA Lastschrift", "", "/NAME"]
)
def test_other_descriptions_stay_as_they_are(description: str) -> None:
    assert not named_within(description)
    assert told(record(description)) == record(description)


def test_a_column_for_the_other_side_counts_before_the_description() -> None:
    assert told(record("Auftraggeber: A Buchungstext: B", "C")).counterparty == "C"


def test_the_first_column_of_abn_amro_is_the_account() -> None:
    rows = "".join(
        f"417164300\tEUR\t2026030{day}\t{100 - day},00\t{99 - day},00\t2026030{day}\t-1,00\t"
        f"BEA   NR:A{day}B   Cafe {day}\n"
        for day in range(1, 4)
    )
    found = [item for item in read(rows.encode()).items if isinstance(item, Record)]
    assert [one.account for one in found] == ["417164300"] * 3
    # Numbers that differ in every row name no account.
    changed = rows.replace("417164300\tEUR\t20260302", "417164301\tEUR\t20260302")
    accounts = {item.account for item in read(changed.encode()).items if isinstance(item, Record)}
    assert accounts == {"csv"}
