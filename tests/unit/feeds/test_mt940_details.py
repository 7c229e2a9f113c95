"""Field :86: of MT940 in the words of each bank: purpose, other side, and how the money moved."""

from __future__ import annotations

import pytest

from edge_engine.domain.transaction import Channel, Record
from edge_engine.feeds import mt940


def records(*entries: str) -> list[Record]:
    lines = (
        ":20:STARTUMS",
        ":25:10020030/1234567",
        ":60F:C240101EUR9,00",
        *entries,
        ":62F:C240131EUR9,00",
        "-",
        "",
    )
    found = mt940.parse("\r\n".join(lines).encode())
    return [item for item in found if isinstance(item, Record)]


def entry(details: str, line: str = "2401050105D1,00NTRFNONREF", *, before: str = "") -> Record:
    """Read one entry with the given :86: field."""
    return records(*([before] if before else []), f":61:{line}", f":86:{details}")[-1]


def wrapped(text: str) -> str:
    """Break text as SWIFT does, every 65 characters."""
    return "\r\n".join(text[start : start + 65] for start in range(0, len(text), 65))


def test_german_subfields() -> None:
    row = entry(
        wrapped(
            "105?00FOLGELASTSCHRIFT?109248?20EREF+7781-2024-01?21MREF+M00042?22CRED+DE98ZZZ09999999999?23SVWZ+"
            "Abschlag Strom und Gas?24 Januar Vertrag 7781?30MARKDEF1100?31DE11520513735120710131"
            "?32Stadtwerke Neustadt Versorg?33ungs GmbH?34992"
        )
    )
    assert row.description == "Abschlag Strom und Gas Januar Vertrag 7781"
    assert row.counterparty == "Stadtwerke Neustadt Versorgungs GmbH"
    assert row.counterparty_account == "DE11520513735120710131"
    assert row.channel is Channel.DIRECT_DEBIT


def test_german_subfields_60_to_63_go_on_from_29() -> None:
    full = "abcdefghijklmnopqrstuvwxyz-"
    numbers = "".join(f"?{number}{full}" for number in range(21, 30))
    row = entry(wrapped(f"166?00GUTSCHRIFT?20SVWZ+Anfang{numbers}?60und?61Ende?32Erika Muster"))
    assert row.description == f"Anfang {full * 9}und Ende"


def test_a_german_entry_without_the_other_side_keeps_the_booking_text() -> None:
    row = entry("805?00ENTGELTABSCHLUSS?106666?20Pauschalen?3012345678?341122334")
    assert (row.description, row.counterparty, row.channel) == (
        "ENTGELTABSCHLUSS Pauschalen",
        "",
        Channel.FEE,
    )


def test_old_account_numbers_get_their_bank() -> None:
    row = entry("051?00UEBERWEISUNG?20Miete?3050060400?310847564700?32MUELLER")
    assert (row.counterparty_account, row.channel) == ("50060400/0847564700", Channel.TRANSFER)


@pytest.mark.parametrize("mark", [">", "~", "^", "<"])
def test_other_marks_of_subfields(mark: str) -> None:
    row = entry("020?00PRZELEW?20Za czynsz?32ANNA LIS?38PL61109010140000071219812874".replace("?", mark))
    assert row.description == "Za czynsz"
    assert row.counterparty == "ANNA LIS"
    assert row.counterparty_account == "PL61109010140000071219812874"


@pytest.mark.parametrize("encoding", ["cp1250", "cp852"])
@pytest.mark.parametrize("mark", ["~", "<"])
def test_polish_subfields_stand_in_lines_of_their_own_with_fillers(mark: str, encoding: str) -> None:
    fields = "020~00152~20Op\u0142ata za prąd w\u0142asny~21#~22#~23#~3010901014~32WSPOLNOTA LIPOWA~33#~38PL"
    details = (fields + "61109010140000071219812874").replace("~", f"\r\n{mark}").encode(encoding)
    head = b":20:ST\r\n:25:/PL27114020040000300201355387\r\n:60F:C240101PLN9,00\r\n"
    line = b":61:2401050105D1,00N152NONREF//6\r\n:86:" + details.replace(b"#", b"\xff")
    found = list(mt940.parse(head + line + b"\r\n:62F:C240131PLN8,00\r\n"))
    row = next(item for item in found if isinstance(item, Record))
    assert row.description == "Op\u0142ata za prąd w\u0142asny"
    assert row.counterparty == "WSPOLNOTA LIPOWA"
    assert row.counterparty_account == "PL61109010140000071219812874"


def test_a_booking_code_is_no_word() -> None:
    assert entry("073~00MD02~20Platnosc karta").description == "Platnosc karta"
    assert entry("814?00ZINSEN?20per 31.12.").description == "ZINSEN per 31.12."


def test_wrapped_words_and_trimmed_blanks_are_put_back() -> None:
    # A first line of 65 characters goes on in the middle of a word, one of 64 has lost its last blank.
    first = "166?00GUTSCHRIFT?20SVWZ+" + "x" * 37 + "Grun"
    assert len(first) == 65
    assert entry(first + "\r\nd?32A B").description == "x" * 37 + "Grund"
    before = ":61:2401040104D1,00NTRFNONREF\r\n:86:" + "y" * 65 + "\r\nz"
    assert entry(first[:60] + "mit\r\n140 Stellen?32A B", before=before).description.endswith(
        "mit 140 Stellen"
    )


def test_abn_amro_code_words() -> None:
    row = entry(
        wrapped(
            "/TRTP/SEPA INCASSO ALGEMEEN DOORLOPEND/CSID/NL11ZZZ123456780000/NAME/WATERBEDRIJF NOORD B.V."
            "/MARF/M-100/REMI/Voorschot januari klant 42/IBAN/NL27INGB0000026500/BIC/INGBNL2A/EREF/2024-01-42"
        )
    )
    assert row.description == "Voorschot januari klant 42"
    assert row.counterparty == "WATERBEDRIJF NOORD B.V."
    assert row.counterparty_account == "NL27INGB0000026500"
    assert row.channel is Channel.DIRECT_DEBIT


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        ("SEPA OVERBOEKING", Channel.TRANSFER),
        ("SEPA PERIODIEKE OVERB.", Channel.STANDING_ORDER),
        ("iDEAL", Channel.TRANSFER),
    ],
)
def test_abn_amro_kinds(kind: str, channel: Channel) -> None:
    row = entry(
        f"/TRTP/{kind}/IBAN/NL27INGB0000026500/NAME/K. Jansen/EREF/NOTPROVIDED", "2401050105D1,00N654NONREF"
    )
    assert (row.channel, row.description) == (channel, "K. Jansen")


def test_abn_amro_columns() -> None:
    row = entry(
        "SEPA Periodieke overb.           IBAN: NL27INGB0000026500        \r\n"
        "BIC: INGBNL2A                    Naam: Stichting Woonhuis        \r\n"
        "Omschrijving: Huur januari       Kenmerk: NOTPROVIDED"
    )
    assert row.description == "Huur januari"
    assert row.counterparty == "Stichting Woonhuis"
    assert row.counterparty_account == "NL27INGB0000026500"
    assert row.channel is Channel.STANDING_ORDER


@pytest.mark.parametrize(
    ("details", "name", "channel"),
    [
        (
            "BEA   NR:XYZ123   05.01.24/12.54 BAKKERIJ DE KORF UTRECHT,PAS001",
            "BAKKERIJ DE KORF UTRECHT",
            Channel.CARD,
        ),
        (
            "BEA, Betaalpas\r\nBakkerij de Korf,PAS001\r\nNR:XYZ123 05.01.24/12:54\r\nUTRECHT",
            "Bakkerij de Korf",
            Channel.CARD,
        ),
        ("GEA   NR:S1A2B3   05.01.24/18.02 STATION ZUID,PAS001", "STATION ZUID", Channel.CASH),
        ("GIRO   428428 KPN - DIGITENNE    BETALINGSKENM.  0042", "KPN - DIGITENNE", Channel.TRANSFER),
        ("52.89.39.882                    FIETSEN OP MAAT", "FIETSEN OP MAAT", Channel.TRANSFER),
    ],
)
def test_older_abn_amro_texts(details: str, name: str, channel: Channel) -> None:
    row = entry(details, "2401050105D1,00N426NONREF")
    assert (row.counterparty, row.channel) == (name, channel)
    assert name in row.description


def test_ing_code_words() -> None:
    row = entry(
        wrapped(
            "/EREF/E2E-77//MARF/MND-1//CSID/NL32ZZZ999999991234//CNTP/NL32INGB0000012345/INGBNL2A"
            "/Kleine Boekwinkel/Delft//REMI/USTD//Bestelling 88 boeken/"
        ),
        "2401050105D1,00NTRFEREF//19281343127574/TRCD/01016/",
    )
    assert row.description == "Bestelling 88 boeken"
    assert row.counterparty == "Kleine Boekwinkel"
    assert row.counterparty_account == "NL32INGB0000012345"
    assert row.external_id == "19281343127574"
    assert row.channel is Channel.DIRECT_DEBIT


def test_rabobank_puts_the_account_below_the_line_and_the_name_in_code_words() -> None:
    row = entry(
        "/EREF/42/ORDP//NAME/Werkgever Noord BV/REMI/Salaris januari/ISDT/2024-01-05",
        "2401050105C1900,00N541EREF//OM1B\r\nNL70ABNA0987654321",
    )
    assert row.counterparty == "Werkgever Noord BV"
    assert row.counterparty_account == "NL70ABNA0987654321"
    assert row.description == "Salaris januari"


def test_older_rabobank_puts_account_and_name_on_the_line() -> None:
    row = entry(
        "Betaalautomaat 14:23 pasnr. 065\r\n:86:Tweede regel", "240105D44,95N0600733959555      SLAGERIJ SMIT"
    )
    assert (row.counterparty, row.counterparty_account) == ("SLAGERIJ SMIT", "0733959555")
    assert row.description == "Betaalautomaat 14:23 pasnr. 065 Tweede regel"


def test_mbank_labels() -> None:
    row = entry(
        "911 PRZELEW; NA RACH.: 61109010140000071219812874; DLA: ANNA LIS  \r\nUL. POLNA 4 00-001 WARSZAWA; "
        "TYT.: CZYNSZ STYCZEN; TNR: 179171073864111.010001"
    )
    assert (row.counterparty, row.description) == ("ANNA LIS", "CZYNSZ STYCZEN")
    assert row.counterparty_account == "61109010140000071219812874"


def test_asn_puts_name_and_purpose_apart() -> None:
    row = entry(
        "NL47INGB9999999999 mw a de wit\r\n\r\nContributie 2024\r\n\r\n\r\n",
        "2401050105D65,00NOVBNL47INGB9999999999\r\nmw a de wit",
    )
    assert (row.counterparty, row.counterparty_account) == ("mw a de wit", "NL47INGB9999999999")
    assert row.description == "Contributie 2024"


def test_knab_names_the_other_side_in_the_last_line() -> None:
    row = entry("FACTUUR 2024-03\r\nREK: NL65INGB0123456789/NAAM: DRUKKERIJ LENTE")
    assert (row.description, row.counterparty) == ("FACTUUR 2024-03", "DRUKKERIJ LENTE")
    assert row.counterparty_account == "NL65INGB0123456789"


def test_an_entry_without_details_takes_the_supplementary_line() -> None:
    found = records(":61:2401050105D1,00NMSCNONREF\r\nCard transaction")
    assert found[0].description == "Card transaction"


def test_notes_in_place_of_details() -> None:
    found = records(
        ":61:2401050105D50,00S051NONREF",
        ":NS:01Zahlung 1\r\n02Teil 2\r\n15Erika Muster\r\n3387052000\r\n3412345",
    )
    assert found[0].description == "Zahlung 1 Teil 2"
    assert (found[0].counterparty, found[0].counterparty_account) == ("Erika Muster", "87052000/12345")


def test_a_time_of_day_at_the_start_of_a_line_is_no_field() -> None:
    row = entry("106?00KARTENZAHLUNG?20Kasse 12-09-2024T16\r\n:20:37 Folgenr. 007?32KIOSK AM MARKT")
    assert row.description == "Kasse 12-09-2024T16:20:37 Folgenr. 007"
    assert row.counterparty == "KIOSK AM MARKT"
