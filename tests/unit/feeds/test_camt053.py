"""CAMT.053 and CAMT.052 files read as a person would read them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused
from edge_engine.feeds import camt053, detect

if TYPE_CHECKING:
    from pathlib import Path

IBAN = "DE02120300000000202051"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def read(data: bytes) -> list[Account | Balance | Record | Rejected]:
    return list(camt053.parse(data))


def told(data: bytes) -> list[str]:
    """Tell every item of a file in one line each, without words."""
    lines = []
    for item in read(data):
        if isinstance(item, Account):
            lines.append(f"{item.key} {item.currency}")
        elif isinstance(item, Balance):
            lines.append(f"= {item.day} {item.amount}")
        elif isinstance(item, Record):
            lines.append(f"{item.booked} {item.value_date} {item.amount}")
        else:
            lines.append(f"! {item.row} {item.reason}")
    return lines


def balance(code: str, amount: str, on: str, direction: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def entry(
    more: str = "",
    *,
    amount: str = "<Amt Ccy='EUR'>12.50</Amt>",
    direction: str = "DBIT",
    status: str = "<Sts><Cd>BOOK</Cd></Sts>",
    dates: str = "<BookgDt><Dt>2024-01-05</Dt></BookgDt><ValDt><Dt>2024-01-05</Dt></ValDt>",
    code: str = "",
) -> str:
    return (
        f"<Ntry>{amount}<CdtDbtInd>{direction}</CdtDbtInd>{status}{dates}<BkTxCd>{code}</BkTxCd>{more}</Ntry>"
    )


def details(*transactions: str) -> str:
    return "<NtryDtls>" + "".join(f"<TxDtls>{one}</TxDtls>" for one in transactions) + "</NtryDtls>"


def document(
    *parts: str,
    account: str = f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>",
    namespace: str = NAMESPACE,
    message: str = "BkToCstmrStmt",
    statement: str = "Stmt",
) -> bytes:
    head = "<GrpHdr><MsgId>1</MsgId></GrpHdr>"
    body = f"<{statement}><Id>1</Id>{account}{''.join(parts)}</{statement}>"
    return f"<Document xmlns='{namespace}'><{message}>{head}{body}</{message}></Document>".encode()


def only(*parts: str) -> Record:
    found = [item for item in read(document(*parts)) if isinstance(item, Record)]
    assert len(found) == 1
    return found[0]


# --- files of real banks ---------------------------------------------------------------------------------------


FIXTURES = {
    "v2.minimal": [
        "NL26VAYB8060476890 EUR",
        "= 2014-12-30 18.15 EUR",
        "2014-12-31 2015-01-02 8.85 EUR",
        "= 2014-12-31 -27.00 SEK",
    ],
    "v2.multi.statement": [
        "NL26VAYB8060476890 EUR",
        "= 2014-12-30 18.15 EUR",
        "2014-12-31 2015-01-02 8.85 EUR",
        "= 2014-12-31 27.00 EUR",
        "2014-12-31 2015-01-02 -7.00 EUR",
        "= 2014-12-31 20.00 EUR",
    ],
    "v3": [
        "NL26VAYB8060476890 EUR",
        "= 2014-12-30 18.15 EUR",
        "2014-12-31 2015-01-02 8.85 EUR",
        "= 2014-12-31 -27.00 SEK",
    ],
    "v4": [
        "NL26VAYB8060476890 EUR",
        "= 2014-12-30 18.15 EUR",
        "2014-12-31 2015-01-02 8.85 EUR",
        "= 2014-12-30 -27.00 SEK",
    ],
}


def fixture(shared_data: Path, name: str) -> bytes:
    return (shared_data / "fixtures" / "camt053" / f"camt__camt053.{name}.xml").read_bytes()


@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures_hold_what_a_person_reads_in_them(shared_data: Path, name: str) -> None:
    data = fixture(shared_data, name)
    assert detect.is_camt053(data[:4096])
    assert told(data) == FIXTURES[name]


def test_words_of_the_fixtures(shared_data: Path) -> None:
    row = read(fixture(shared_data, "v3"))[2]
    assert row == Record(
        account="NL26VAYB8060476890",
        booked=date(2014, 12, 31),
        amount=Money(885, "EUR"),
        description="4654654654654654",
        external_id="XXXXXXXXXXXXXXXXXXXXXXEUR",
        counterparty="NAME NAME",
        counterparty_account="NL56AGDH9619008421",
        value_date=date(2015, 1, 2),
        channel=Channel.TRANSFER,
        row=1,
    )
    rows = [item for item in read(fixture(shared_data, "v2.multi.statement")) if isinstance(item, Record)]
    assert [(row.description, row.counterparty) for row in rows] == [
        ("Transaction Description 1", "Company Name 1"),
        ("Transaction Description 2", "Company Name 2"),
    ]


def test_the_wrong_fixture_is_refused(shared_data: Path) -> None:
    with pytest.raises(FileRefused, match="the CAMT file holds no statement"):
        camt053.parse(fixture(shared_data, "v2.wrong"))


def test_every_fixture_has_its_expectation(shared_data: Path) -> None:
    names = {file.name for file in (shared_data / "fixtures" / "camt053").iterdir()}
    assert names == {f"camt__camt053.{name}.xml" for name in (*FIXTURES, "v2.wrong")}


# --- our own samples -------------------------------------------------------------------------------------------


RENT = entry(
    "<AcctSvcrRef>2024-0105-77</AcctSvcrRef>"
    + details(
        "<Refs><EndToEndId>RENT-1</EndToEndId></Refs>"
        "<RltdPties><Dbtr><Pty><Nm>Erika Muster</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct>"
        "<Cdtr><Pty><Nm>Wohnbau  Nord eG</Nm></Pty></Cdtr>"
        "<CdtrAcct><Id><IBAN>DE11 5205 1373 5120 7101 31</IBAN></Id></CdtrAcct></RltdPties>"
        "<RmtInf><Ustrd>Miete Januar</Ustrd><Ustrd>Wohnung 4</Ustrd></RmtInf>"
    ),
    code="<Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>STDO</SubFmlyCd></Fmly></Domn>",
)


def test_a_statement_of_version_8() -> None:
    data = document(balance("OPBD", "100.00", "2024-01-05"), RENT, balance("CLBD", "87.50", "2024-01-31"))
    assert read(data) == [
        Account(IBAN, "EUR", AccountKind.CURRENT),
        Balance(IBAN, date(2024, 1, 4), Money(10000, "EUR")),
        Record(
            account=IBAN,
            booked=date(2024, 1, 5),
            amount=Money(-1250, "EUR"),
            description="Miete Januar Wohnung 4",
            external_id="2024-0105-77",
            counterparty="Wohnbau Nord eG",
            counterparty_account="DE11520513735120710131",
            channel=Channel.STANDING_ORDER,
            row=1,
        ),
        Balance(IBAN, date(2024, 1, 31), Money(8750, "EUR")),
    ]


def test_the_same_statement_in_older_versions_and_under_any_prefix() -> None:
    new = document(balance("PRCD", "100.00", "2024-01-04"), RENT, balance("CLBD", "87.50", "2024-01-31"))
    old = new.decode().replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    old = old.replace("<Pty>", "").replace("</Pty>", "").replace(".08'", ".02'")
    assert read(old.encode()) == read(new)
    prefixed = new.decode().replace("</", "</n:").replace("<", "<n:").replace("<n:/n:", "</n:")
    prefixed = prefixed.replace("xmlns=", "xmlns:n=")
    assert b"<n:Ntry>" in prefixed.encode()
    assert read(prefixed.encode()) == read(new)
    wrapped = b"<Envelope xmlns='urn:bank'><Header/>" + new + b"</Envelope>"
    assert read(wrapped) == read(new)


def test_an_account_report_has_entries_and_an_interim_balance() -> None:
    data = document(
        entry(status="<Sts>BOOK</Sts>"),
        entry(status="<Sts>PDNG</Sts>", dates="<ValDt><Dt>2024-01-06</Dt></ValDt>"),
        balance("ITBD", "90.00", "2024-01-05"),
        namespace="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02",
        message="BkToCstmrAcctRpt",
        statement="Rpt",
    )
    found = read(data)
    assert [item.status for item in found if isinstance(item, Record)] == [Status.POSTED, Status.PENDING]
    assert found[-1] == Balance(IBAN, date(2024, 1, 5), Money(9000, "EUR"))


@pytest.mark.parametrize(
    "status", ["<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>", "<Sts><Cd>FUTR</Cd></Sts>"]
)
def test_what_is_not_yet_booked_is_pending(status: str) -> None:
    assert only(entry(status=status)).status is Status.PENDING


def test_an_entry_for_information_is_no_transaction() -> None:
    assert told(document(entry(), entry(status="<Sts><Cd>INFO</Cd></Sts>")))[-1] == (
        "! 2 the entry is for information and not a booking"
    )


def test_a_reversal_keeps_its_direction_and_its_roles() -> None:
    parties = details(
        "<RltdPties><Dbtr><Nm>Erika Muster</Nm></Dbtr><Cdtr><Nm>Stadtwerke</Nm></Cdtr></RltdPties>"
        "<RmtInf><Ustrd>Rueckgabe</Ustrd></RmtInf>"
    )
    row = only(entry("<RvslInd>true</RvslInd>" + parties, direction="CRDT"))
    assert (row.amount, row.counterparty) == (Money(1250, "EUR"), "Stadtwerke")
    plain = only(entry("<RvslInd>false</RvslInd>" + parties, direction="CRDT"))
    assert (plain.amount, plain.counterparty) == (Money(1250, "EUR"), "Erika Muster")


def test_dates_and_moments() -> None:
    row = only(
        entry(
            dates="<BookgDt><DtTm>2024-01-05T23:30:00+01:00</DtTm></BookgDt><ValDt><Dt>2024-01-08</Dt></ValDt>"
        )
    )
    assert (row.booked, row.value_date) == (date(2024, 1, 5), date(2024, 1, 8))
    assert only(entry(dates="<ValDt><Dt>2024-01-08</Dt></ValDt>")).booked == date(2024, 1, 8)
    late = details("<RltdDts><AccptncDtTm>2024-01-09T10:00:00</AccptncDtTm></RltdDts>")
    assert only(entry(late, dates="")).booked == date(2024, 1, 9)


def _part(amount: str, name: str, more: str = "") -> str:
    return (
        f"<Amt Ccy='EUR'>{amount}</Amt>{more}"
        f"<RltdPties><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties><RmtInf><Ustrd>{name} 7</Ustrd></RmtInf>"
    )


def test_a_batch_becomes_its_transactions_where_they_add_up() -> None:
    batch = entry("<AcctSvcrRef>B1</AcctSvcrRef>" + details(_part("2.50", "Anna"), _part("10.00", "Ben")))
    found = [item for item in read(document(batch)) if isinstance(item, Record)]
    assert [
        (row.amount.minor, row.counterparty, row.description, row.external_id, row.row) for row in found
    ] == [
        (-250, "Anna", "Anna 7", "B1/1", 1),
        (-1000, "Ben", "Ben 7", "B1/2", 1),
    ]


def test_a_batch_in_the_way_of_version_2_and_with_a_refund_in_it() -> None:
    old = "<AmtDtls><TxAmt><Amt Ccy='EUR'>{}</Amt></TxAmt></AmtDtls>"
    batch = entry(details(old.format("12.00"), old.format("0.50")))
    assert [line.split()[-2] for line in told(document(batch))[1:]] == ["-12.00", "-0.50"]
    refund = _part("1.50", "Cem", "<CdtDbtInd>CRDT</CdtDbtInd>")
    mixed = entry(details(_part("14.00", "Anna", "<CdtDbtInd>DBIT</CdtDbtInd>"), refund))
    assert [line.split()[-2] for line in told(document(mixed))[1:]] == ["-14.00", "1.50"]


@pytest.mark.parametrize(
    "second",
    ["9.99", "1e9", "<Amt/>", ""],
    ids=["another sum", "no number", "no amount", "nothing"],
)
def test_a_batch_that_does_not_add_up_stays_one_entry(second: str) -> None:
    other = _part(second, "Ben") if second[:1].isdigit() else second
    row = only(entry("<AddtlNtryInf>Sammler</AddtlNtryInf>" + details(_part("2.50", "Anna"), other)))
    assert (row.amount, row.description, row.counterparty) == (Money(-1250, "EUR"), "Sammler", "")


def test_a_batch_without_amounts_is_one_row_of_all_names() -> None:
    party = "<RltdPties><Cdtr><Nm>{}</Nm></Cdtr></RltdPties>"
    row = only(entry(details(*(party.format(name) for name in ("Anna", "Ben", "Anna", "Cem")))))
    assert (row.amount.minor, row.description, row.counterparty) == (-1250, "Anna, Ben, Cem", "")
    debtor = party.replace("Cdtr", "Dbtr")
    row = only(entry(details(debtor.format("Dora"), debtor.format("Emil")), direction="CRDT"))
    assert (row.amount.minor, row.description) == (1250, "Dora, Emil")


def test_parts_with_their_own_references_keep_them() -> None:
    own = "<Refs><AcctSvcrRef>{}</AcctSvcrRef></Refs>"
    batch = entry(
        "<AcctSvcrRef>B1</AcctSvcrRef>"
        + details(
            own.format("T1") + _part("2.50", "A"), own.format("T2") + _part("9.00", "B"), _part("1.00", "C")
        )
    )
    found = [item.external_id for item in read(document(batch)) if isinstance(item, Record)]
    assert found == ["T1", "T2", "B1/3"]


def test_charges_are_part_of_the_entry() -> None:
    charges = "<Chrgs><Rcrd><Amt Ccy='EUR'>1.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"
    assert only(entry(charges + details("<RmtInf><Ustrd>x</Ustrd></RmtInf>"))).amount == Money(-1250, "EUR")


@pytest.mark.parametrize(
    ("remittance", "description"),
    [
        ("<Ustrd>one</Ustrd><Ustrd>two</Ustrd>", "one two"),
        (f"<Ustrd>{'a' * 140}</Ustrd><Ustrd>b</Ustrd>", "a" * 140 + "b"),
        ("<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>", "Zahlung RF18539007547034"),
        ("<Strd><RfrdDocInf><Nb>INV-7</Nb></RfrdDocInf></Strd>", "Zahlung INV-7"),
        ("<Strd><AddtlRmtInf>Rechnung 7</AddtlRmtInf></Strd>", "Rechnung 7"),
        ("", "Zahlung"),
    ],
)
def test_what_the_payment_is_for(remittance: str, description: str) -> None:
    more = "<AddtlNtryInf>Zahlung</AddtlNtryInf>" + details(f"<RmtInf>{remittance}</RmtInf>")
    assert only(entry(more)).description == description


def test_an_entry_without_any_words_takes_the_name_or_the_banks_code() -> None:
    named = details("<RltdPties><Cdtr><Nm>Kiosk</Nm></Cdtr></RltdPties>")
    assert only(entry(named)).description == "Kiosk"
    assert only(entry(code="<Prtry><Cd>544</Cd></Prtry>")).description == "544"
    assert only(entry("<AddtlNtryInf>Kontoführung</AddtlNtryInf>")).description == "Kontoführung"


def test_the_other_side_of_an_entry() -> None:
    ultimate = details("<RltdPties><UltmtCdtr><Nm>Shop</Nm></UltmtCdtr></RltdPties>")
    assert only(entry(ultimate)).counterparty == "Shop"
    misplaced = details("<RltdPties><Dbtr><Nm>Shop</Nm></Dbtr></RltdPties>")
    assert only(entry(misplaced)).counterparty == "Shop"
    own = details(
        f"<RltdPties><Dbtr><Nm>Me</Nm></Dbtr><DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct></RltdPties>"
    )
    assert (only(entry(own)).counterparty, only(entry(own)).counterparty_account) == ("", "")
    number = details("<RltdPties><CdtrAcct><Id><Othr><Id>12-3456-7</Id></Othr></Id></CdtrAcct></RltdPties>")
    assert only(entry(number)).counterparty_account == "12-3456-7"


def _domain(family: str, under: str = "OTHR") -> str:
    return f"<Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{under}</SubFmlyCd></Fmly></Domn>"


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        (_domain("RDDT", "ESDD"), Channel.DIRECT_DEBIT),
        (_domain("ICDT", "ESCT"), Channel.TRANSFER),
        (_domain("RRCT", "ESCT"), Channel.TRANSFER),
        (_domain("ICDT", "STDO"), Channel.STANDING_ORDER),
        (_domain("RCDT", "SALA"), Channel.SALARY),
        (_domain("CCRD", "POSD"), Channel.CARD),
        (_domain("CCRD", "CWDL"), Channel.CASH),
        (_domain("CNTR", "CDPT"), Channel.CASH),
        (_domain("ICHQ", "CCHQ"), Channel.CHEQUE),
        (_domain("MDOP", "CHRG"), Channel.FEE),
        (_domain("MCOP", "INTR"), Channel.INTEREST),
        (_domain("NTAV", "NTAV"), Channel.UNKNOWN),
        ("<Prtry><Cd>NDDT+105+9248+992</Cd><Issr>DK</Issr></Prtry>", Channel.DIRECT_DEBIT),
        ("<Prtry><Cd>NMSC+106+0000</Cd></Prtry>", Channel.CARD),
        ("<Prtry><Cd>544</Cd></Prtry>", Channel.UNKNOWN),
        ("", Channel.UNKNOWN),
    ],
)
def test_transaction_codes_say_how_money_moved(code: str, channel: Channel) -> None:
    assert only(entry(code=code)).channel is channel


def test_the_code_of_the_transaction_and_its_purpose_come_before_the_entrys() -> None:
    inner = details(f"<BkTxCd>{_domain('RDDT')}</BkTxCd>")
    assert only(entry(inner, code=_domain("ICDT"))).channel is Channel.DIRECT_DEBIT
    pay = details("<Purp><Cd>SALA</Cd></Purp>")
    assert only(entry(pay, direction="CRDT", code=_domain("RCDT"))).channel is Channel.SALARY


def test_the_merchant_category_of_a_card_payment() -> None:
    card = "<CardTx><Tx><TxCtgy>5411</TxCtgy></Tx></CardTx>"
    assert only(entry(card)).mcc == 5411
    assert only(entry(details(card))).mcc == 5411
    assert only(entry(details("<CardTx><Tx><TxCtgy>food</TxCtgy></Tx></CardTx>"))).mcc == 0


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (
            "<Acct><Id><Othr><Id>NL26VAYB8060476890</Id></Othr></Id><Ccy>EUR</Ccy></Acct>",
            Account("NL26VAYB8060476890", "EUR", AccountKind.CURRENT),
        ),
        (
            (
                "<Acct><Id><Othr><Id>12 34</Id></Othr></Id><Tp><Cd>SVGS</Cd></Tp><Ccy>EUR</Ccy><Nm>Tagesgeld</Nm>"
                "<Svcr><FinInstnId><BICFI>BANKDEFF</BICFI></FinInstnId></Svcr></Acct>"
            ),
            Account("BANKDEFF/1234", "EUR", AccountKind.SAVINGS, "Tagesgeld", "BANKDEFF"),
        ),
        (
            (
                "<Acct><Id><PrtryAcct><Id>77</Id></PrtryAcct></Id>"
                "<Svcr><FinInstnId><ClrSysMmbId><MmbId>200000</MmbId></ClrSysMmbId></FinInstnId></Svcr></Acct>"
            ),
            Account("200000/77", "EUR", AccountKind.CURRENT, "", "200000"),
        ),
        (
            f"<Acct><Id><IBAN>{IBAN.lower()}</IBAN></Id><Svcr><FinInstnId><Nm>Bank</Nm></FinInstnId></Svcr></Acct>",
            Account(IBAN, "EUR", AccountKind.CURRENT, "", "Bank"),
        ),
    ],
)
def test_accounts(account: str, expected: Account) -> None:
    assert read(document(entry(), account=account))[0] == expected


def test_balances_of_other_kinds_are_not_booked() -> None:
    data = document(
        balance("OPAV", "1.00", "2024-01-01"),
        balance("CLAV", "2.00", "2024-01-31"),
        balance("CLBD", "3.00", "2024-01-31", "DBIT"),
        balance("FWAV", "4.00", "2024-02-01"),
    )
    assert told(data) == [f"{IBAN} EUR", "= 2024-01-31 -3.00 EUR"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(amount="<Amt Ccy='EUR'>1e400</Amt>"), "the amount is not a number"),
        (entry(amount="<Amt Ccy='EUR'>NaN</Amt>"), "the amount is not a number"),
        (entry(amount="<Amt Ccy='EUR'>99999999999999</Amt>"), "the amount is too large to be a household's"),
        (entry(amount="<Amt>1.00</Amt>"), "a currency is three capital letters, as in ISO 4217"),
        (entry(amount="<Amt Ccy='ZZZ'>1.00</Amt>"), "the currency is not one of ISO 4217"),
        (entry(amount=""), "the amount is missing"),
        (
            entry(amount="<Amt Ccy='EUR'>-30.00</Amt>"),
            "the amount has a sign although its direction is told",
        ),
        (entry(direction="BOTH"), "the amount has no direction"),
        (entry(dates=""), "the date is missing"),
        (entry(dates="<BookgDt><Dt>2024-02-31</Dt></BookgDt>"), "the date is not in the calendar"),
        (entry(dates="<BookgDt><Dt>0001-01-01</Dt></BookgDt>"), "the date is beyond any statement"),
    ],
)
def test_a_bad_entry_is_rejected_with_its_number_and_the_rest_is_read(bad: str, reason: str) -> None:
    assert told(document(entry(), bad, entry()))[1:] == [
        "2024-01-05 None -12.50 EUR",
        f"! 2 {reason}",
        "2024-01-05 None -12.50 EUR",
    ]


def test_a_bad_balance_is_rejected_and_the_entries_are_read() -> None:
    assert told(document(entry(), balance("CLBD", "much", "2024-01-31")))[1:] == [
        "2024-01-05 None -12.50 EUR",
        "! 1 a balance of this statement cannot be read",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (document(entry(), account=""), "a CAMT statement names no account"),
        (document(entry(), account="<Acct><Ccy>EUR</Ccy></Acct>"), "a CAMT statement names no account"),
        (
            document(account=f"<Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>"),
            "a CAMT statement does not say its currency",
        ),
        (document(entry(dates="")), "no transaction of the statement can be read"),
        (document(statement="Other"), "the CAMT file holds no statement"),
        (
            document(message="BkToCstmrDbtCdtNtfctn", statement="Ntfctn"),
            "the file is a CAMT.054 notification and not a statement",
        ),
        (b"<Document><CstmrCdtTrfInitn/></Document>", "the XML file is not a CAMT statement"),
        (document(entry())[:-1], "the XML file is damaged or ends early"),
        (
            b"<!DOCTYPE Document>" + document(entry()),
            "the XML file declares a document type, which no bank statement does",
        ),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused) as caught:
        camt053.parse(data)
    assert caught.value.message == sentence


def test_every_cut_of_a_statement_is_refused() -> None:
    data = document(balance("OPBD", "1.00", "2024-01-01"), RENT)
    for length in range(len(data)):
        with pytest.raises(FileRefused):
            camt053.parse(data[:length])


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">', True),
        (b"<Document><BkToCstmrStmt>", True),
        (b"<ns2:Document><ns2:BkToCstmrAcctRptV01>", True),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02">'.encode("utf-16"), True),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">', False),
        (b"<OFX>", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, known: bool) -> None:  # noqa: FBT001
    assert detect.is_camt053(head) is known
