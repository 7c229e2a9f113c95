from __future__ import annotations

import random
import tracemalloc
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from edge_engine.domain.merchant_words import names_merchant
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Record, fingerprint
from edge_engine.feeds import canonical
from edge_engine.feeds.canonical import MAX_KEY, canonicalize, merchant_key

if TYPE_CHECKING:
    from collections.abc import Iterator

COFFEE = Record("a", date(2024, 1, 5), Money(-320, "EUR"), "Coffee")


@pytest.mark.parametrize(
    ("description", "key"),
    [
        ("SQ *BLUE BOTTLE COFFEE 415 CA", "blue bottle coffee"),
        ("TST* NOODLE BAR - SEATTLE", "noodle bar"),
        ("PAYPAL *SPOTIFY", "spotify"),
        ("Direct Credit 123456 ACME PTY LTD", "acme"),
        ("Direct Credit from SMITH J", "smith j"),
        ("BEA   NR:2J5R09   05.03.26/18.22 Albert Heijn 1234,PAS123", "albert heijn"),
        ("GEA NR:S1A234 07.03.26/12.22 Geldautomaat ING", "geldautomaat ing"),
        ("NETFLIX.COM 866-579-7172 CA", "netflix"),
        ("Netflix", "netflix"),
        ("AMZN Mktp US*MH23A8VI0", "amzn mktp"),
        ("GOOGLE *YouTube Premium", "youtube premium"),
        ("UBER   *TRIP HELP.UBER.COM", "uber trip"),
        ("WENDY'S #7866", "wendys"),
        ("7-ELEVEN 32456", "7-eleven"),
        ("O2 UK", "o2"),
        ("3 MOBILE", "3 mobile"),
        ("24 HOUR FITNESS", "24 hour fitness"),
        ("CO-OP 3452 YORK", "co-op"),
        ("M&S SIMPLY FOOD LEEDS", "m&s simply food"),
        ("WWW.MEDELA.CO.UK", "medela"),
        ("POS W/D MOORE WILSONS-09:01", "moore wilsons"),
        ("Signature POS Debit 10/30 6337 TACO BELL", "taco bell"),
        ("DIRECT DEBIT TO BRITISH GAS REF 1234", "british gas"),
        ("REWE SAGT DANKE. 45123//BERLIN/DE", "rewe sagt danke"),
        ("EDEKA Markt GmbH", "edeka markt"),
        ("PRLV SEPA ORANGE SA 0123456", "orange"),
        ("Łódź Żabka Z1234 K.1", "lodz zabka"),
        ("visa", "visa"),
        ("12345", "000"),
        ("", ""),
        ("* * *", ""),
    ],
)
def test_a_key_is_the_merchant_alone(description: str, key: str) -> None:
    assert merchant_key(description) == key


@pytest.mark.parametrize(
    "variants",
    [
        ("TESCO STORES 3456", "TESCO-STORES 6021", "TESCO STORE 3456 LEEDS", "Tesco Stores Ltd"),
        ("STARBUCKS STORE 07812", "STARBUCKS 991 SEATTLE WA", "CARD PURCHASE STARBUCKS"),
        ("Stadtwerke Nord GmbH", "LASTSCHRIFT STADTWERKE NORD 99123"),
    ],
)
def test_variants_of_one_merchant_have_one_key(variants: tuple[str, ...]) -> None:
    assert len({merchant_key(text) for text in variants}) == 1


def test_the_other_side_counts_before_the_description() -> None:
    assert merchant_key("Verwendungszweck 123", "Bäckerei Krume GmbH") == "backerei krume"
    assert merchant_key("PP.1234.PP . SPOTIFY", "PayPal Europe S.a.r.l. et Cie") != "paypal europe"
    assert merchant_key("POINT OF SALE TRANSACTION FRYS", "Point of Sale Transaction") == "frys"


def test_a_key_is_bounded() -> None:
    assert len(merchant_key("supercalifragilistic " * 100)) <= MAX_KEY
    assert len(merchant_key("x" * 500)) <= MAX_KEY


def test_equal_rows_of_one_file_stay_apart_and_the_same_file_again_does_not() -> None:
    file = [COFFEE, COFFEE, replace(COFFEE, row=3), replace(COFFEE, amount=Money(-400, "EUR"))]
    first, again = ([one.fingerprint for one in canonicalize(file)] for _ in range(2))
    assert len(set(first)) == 4
    assert first == again
    assert first[0] == fingerprint(COFFEE, 0)
    assert first[2] == fingerprint(COFFEE, 2)


def test_an_overlapping_file_agrees_on_the_days_both_hold() -> None:
    days = [replace(COFFEE, booked=date(2024, 1, 1) + timedelta(days=n // 2)) for n in range(40)]
    january = {one.fingerprint for one in canonicalize(days[:30])}
    later = {one.fingerprint for one in canonicalize(days[10:])}
    assert len(january & later) == 20
    assert len(january | later) == 40


def test_records_pass_one_at_a_time() -> None:
    taken = []

    def records() -> Iterator[Record]:
        for record in (COFFEE, COFFEE, COFFEE):
            taken.append(record)
            yield record

    stream = canonicalize(records())
    next(stream)
    assert len(taken) == 1


@pytest.mark.parametrize("order", ["by day", "newest first", "shuffled"])
def test_counting_survives_packing_in_any_order(monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    monkeypatch.setattr(canonical, "LIVE", 20)
    records = [
        replace(COFFEE, booked=date(2024, 1, 1) + timedelta(days=n // 9), description=f"shop {n % 3}")
        for n in range(900)
    ]
    if order == "newest first":
        records.reverse()
    elif order == "shuffled":
        random.Random(5).shuffle(records)
    expected: dict[tuple[date, str], int] = {}
    found = []
    for record in records:
        place = (record.booked, record.description)
        found.append(fingerprint(record, expected.get(place, 0)))
        expected[place] = expected.get(place, 0) + 1
    assert [one.fingerprint for one in canonicalize(records)] == found
    assert len(set(found)) == 900


def test_memory_stays_flat_over_a_long_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "LIVE", 1000)

    def long_file(rows: int) -> Iterator[Record]:
        for n in range(rows):
            yield Record("a", date(2000, 1, 1) + timedelta(days=n // 50), Money(-n, "EUR"), "Shop")

    peaks = []
    for rows in (4_000, 24_000):
        tracemalloc.start()
        for _ in canonicalize(long_file(rows)):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 20_000 * 12


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        (("RENT JUN", "RENT MAY", "Rent March 2026"), "rent"),
        (("J LANDLORD RENT JUN", "J LANDLORD JUNE RENT", "J Landlord Rent Oct 25"), "j landlord rent"),
        (("Miete Juni Mustermann", "Miete März 2026 Mustermann"), "miete mustermann"),
        (("VIR Loyer juin 2026 Dupont", "VIR Loyer août 2026 Dupont"), "loyer dupont"),
        (("ACME LTD SALARY JUN 26", "ACME LTD SALARY MAR 26"), "acme salary"),
        (("GREYSTAR PROPERTY RENT       WE", "GREYSTAR PROPERTY RENT WEB PMTS"), "greystar property rent"),
        (("ZARA LONDON REFUND", "REFUND ZARA", "ZARA", "Zara Gutschrift"), "zara"),
    ],
)
def test_months_refunds_and_words_cut_off_change_no_merchant(texts: tuple[str, ...], key: str) -> None:
    assert {merchant_key(text) for text in texts} == {key}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PLAYA DEL MAR", "playa del mar"),
        ("CAFE MAI", "cafe mai"),
        ("JAN DE VRIES", "jan de vries"),
        ("OCTOBER FIFTEENTH", "october fifteenth"),
        ("NAVY FEDERAL CREDIT UNION", "navy federal credit union"),
        ("MAY 2026", "may"),
    ],
)
def test_a_months_name_may_be_a_name(text: str, key: str) -> None:
    assert merchant_key(text) == key


@pytest.mark.parametrize(
    "names",
    [
        ("रिलायंस फ्रेश", "रोली होटल", "राजू लाल मोबाइल", "करीम रेस्टोरेंट", "बिजली बिल", "बाजार"),
        ("ரிலையன்ஸ்", "ராஜா ஹோட்டல்", "மின்சார வாரியம்", "மீனா மருந்தகம்", "சரவண பவன்", "சரவணா ஸ்டோர்ஸ்"),
        ("微信 支付 美团", "微信 支付 滴滴", "微信 支付 医院"),
        ("ガス代", "カス代"),
        ("ร้านอาหารไทย", "ร้านยา", "โรงแรม"),
        ("SANTANDER CREDIT CARD", "SANTANDER LOAN", "SANTANDER MORTGAGE", "SANTANDER"),
    ],
)
def test_names_of_every_script_stay_apart(names: tuple[str, ...]) -> None:
    keys = {merchant_key(name) for name in names}
    assert len(keys) == len(names)
    assert all(map(names_merchant, keys))
    assert all(merchant_key(f"{name} 12345") == merchant_key(name) for name in names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HOTEL PARIS", "HOTEL LONDON"),
        ("CAFE BERLIN", "CAFE MADRID"),
        ("BAR ROMA", "BAR NAPOLI"),
        ("LAWYER LONDON", "LAWYER PARIS"),
        ("CITY OF DALLAS", "CITY OF AUSTIN"),
        ("UNIVERSITY OF LEEDS", "UNIVERSITY OF YORK"),
        ("STADT KÖLN", "STADT BONN"),
        ("MAIRIE DE PARIS", "MAIRIE DE LYON"),
        ("STADTWERKE BONN", "STADTWERKE KOELN"),
        ("RISTORANTE ROMA", "RISTORANTE MILANO"),
        ("BANK OF CHICAGO", "BANK OF NEW YORK"),
        ("MR AUSTIN", "MR LINCOLN"),
    ],
)
def test_a_place_behind_words_of_a_trade_or_an_office_alone_is_the_name(one: str, other: str) -> None:
    assert merchant_key(one) != merchant_key(other)
    assert merchant_key(f"CARD PAYMENT TO {one} GB") == merchant_key(one)


@pytest.mark.parametrize(
    ("text", "key"),
    [("HOTEL IBIS PARIS", "hotel ibis"), ("TESCO STORES 33 LONDON", "tesco"), ("COOP BERN", "coop")],
)
def test_a_place_behind_a_name_says_nothing(text: str, key: str) -> None:
    assert merchant_key(text) == key


@pytest.mark.parametrize(
    "text", ["CHEQUE 000123", "DIRECT DEBIT 00123", "TRANSFER 221", "POS 99", "12345", "☕"]
)
def test_the_banks_own_words_and_numbers_name_nobody(text: str) -> None:
    assert not names_merchant(merchant_key(text))


@pytest.mark.parametrize("text", ["BP 123", "365 RETAIL", "CREDIT AGRICOLE", "TRANSFER TO J SMITH", "3"])
def test_whoever_is_named_beside_them_is_somebody(text: str) -> None:
    assert names_merchant(merchant_key(text))
