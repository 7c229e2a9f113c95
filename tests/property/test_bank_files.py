"""Hostile bank files: whatever the bytes, a parser answers with items or with one `FeedError`, and soon.

Mutations and cuts are seeded, so a failure repeats. The files are small and our own; where the development data is
present its real files are mutated too.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections import deque
from datetime import date
from typing import TYPE_CHECKING, Final

import coverage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.domain.money import MAX_MINOR
from edge_engine.domain.transaction import MAX_TEXT, Account, Balance, Record, Rejected
from edge_engine.errors import FeedError
from edge_engine.feeds import camt053, mt940, ofx
from edge_engine.feeds.statement import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

YARDSTICKS: Final = 80 if coverage.Coverage.current() is None else 600
"""Most processor time a parser may take over a hostile file of `SIZE` bytes, in units of `yardstick`: about 4 seconds
where that takes 0.05. At most 40 were seen, and what is quadratic takes thousands. Measuring coverage slows the parsers
several times."""

SIZE: Final = 5_000_000

OFX_FILE = b"""OFXHEADER:100\r
DATA:OFXSGML\r
VERSION:102\r
ENCODING:USASCII\r
CHARSET:1252\r
\r
<OFX><BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR\r
<BANKACCTFROM><BANKID>10020030<ACCTID>1234567<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\r
<STMTTRN><TRNTYPE>POS<DTPOSTED>20240105120000[-5:EST]<TRNAMT>-12,50<FITID>1\r
<NAME>Caf\xe9 Eck<MEMO>Kasse &amp; 3</STMTTRN>\r
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20240131<TRNAMT>1250.00<FITID>2<MEMO><![CDATA[Lohn]]></STMTTRN>\r
</BANKTRANLIST><LEDGERBAL><BALAMT>1300.00<DTASOF>20240131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r
"""

MT940_FILE = b""":20:STARTUMS\r
:25:10020030/1234567\r
:28C:1/1\r
:60F:C240101EUR1000,00\r
:61:2401050105DR12,50N105NONREF//88-1\r
:86:105?00LASTSCHRIFT?20EREF+1?21SVWZ+Abschlag Januar?30MARKDEF1100?31DE11\r
520513735120710131?32Stadtwerke?33 Neustadt\r
:61:2401060106D1,00N654NONREF\r
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL27INGB0000026500/NAME/K. Jansen/REMI/Fiets\r
:61:2401070107D2,00NMSCNONREF\r
:86:SEPA Overboeking   IBAN: NL27INGB0000026500 BIC: INGBNL2A Naam: X Omschrijving: Y\r
:61:2401080108CR3,00NTRFNONREF\r
:86:911 X; Z RACH.: 61109010140000071219812874; OD: ANNA LIS; TYT.: CZYNSZ\r
:61:2401090109RDR4,00NTRFNONREF\r
:86:BEA   NR:XYZ123   05.01.24/12.54 BAKKERIJ,PAS001\r
:62F:C240131EUR991,50\r
-\r
"""

CAMT_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2024-01-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2024-01-05</Dt></BookgDt><AcctSvcrRef>7</AcctSvcrRef><NtryDtls>
<TxDtls><Amt Ccy="EUR">10.00</Amt><RmtInf><Ustrd>Caf\u00e9</Ustrd></RmtInf></TxDtls>
<TxDtls><Amt Ccy="EUR">2.50</Amt><RltdPties><Cdtr><Nm>Eck</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
""".encode()

SAMPLES: Final[dict[str, tuple[ModuleType, bytes]]] = {
    "ofx": (ofx, OFX_FILE),
    "mt940": (mt940, MT940_FILE),
    "camt053": (camt053, CAMT_FILE),
}

# What hurts parsers: structure in the wrong place, numbers beyond numbers, text that hides.
POISON: Final = [
    b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;", b"&#0;", b"&#x110000;", b"&amp;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xe2\x80\xae", b"\xcc\x81" * 50, b"NaN", b"Infinity", b"-1e999999", b"9" * 400, b"0" * 400,
    b"\xd9\xa1\xd9\xa2", b"1_000", b"--1", b"1,2,3", b"\r\n:86:", b"\r\n:20:", b"\r\n-\r\n",
    b"\r\n:62F:C240131EUR1,", b"?20", b"/REMI/", b"; OD: ", b"\x1a", b"99999999", b"00000000", b"20240231",
    b"\n" * 200, b"<OFX>", b"</OFX>", b"<STMTTRN>", b"<Ntry>", b"</Stmt>", b"EUR", b"\r\n:25:",
    b"<Amt Ccy='XXX'>1</Amt>", b"\xf0\x9f\x92\xb6", b"\\u0000", b"%s%n", b"' OR 1=1 --",
]  # fmt: skip


def mutants(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    """Give ``count`` damaged copies of a file: cuts, flips, repeats, swaps and poison, several at a time."""
    rng = random.Random(seed)
    for _ in range(count):
        found = bytearray(data)
        for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
            at = rng.randrange(len(found) + 1)
            to = min(len(found), at + rng.choice((1, 1, 4, 30, 400)))
            kind = rng.randrange(6)
            if kind == 0:
                del found[at:to]
            elif kind == 1:
                found[at:at] = rng.choice(POISON)
            elif kind == 2:
                found[at:to] = rng.choice(POISON)
            elif kind == 3 and at < len(found):
                found[at] ^= 1 << rng.randrange(8)
            elif kind == 4:
                found[at:at] = found[at:to]
            else:
                other = rng.randrange(len(found) + 1)
                found[other:other] = bytes(found[at:to])
        yield bytes(found)


def check(parser: ModuleType, data: bytes) -> list[Account | Balance | Record | Rejected]:
    """Read ``data`` and hold what comes out against the promises of its types; nothing where it is refused."""
    refusal = ""
    found: list[Account | Balance | Record | Rejected] = []
    try:
        found = list(parser.parse(data))
    except FeedError as error:
        refusal = error.message
    assert refusal.isprintable()
    assert len(refusal) < 120
    accounts = {item.key for item in found if isinstance(item, Account)}
    for item in found:
        if isinstance(item, (Record, Balance)):
            assert item.account in accounts
            assert abs(item.amount.minor) <= MAX_MINOR
            assert item.amount.currency.isascii()
            assert len(item.amount.currency) == 3
        if isinstance(item, Record):
            assert FIRST_YEAR - 1 <= item.booked.year <= LAST_YEAR
            assert item.value_date is None or isinstance(item.value_date, date)
            assert item.row >= 1
            assert 0 <= item.mcc <= 9999
            for text in (item.description, item.external_id, item.counterparty, item.counterparty_account):
                assert len(text) <= MAX_TEXT
                assert text.isprintable()
        elif isinstance(item, Account):
            assert item.key
            assert len(item.key) <= 128
            assert all(text.isprintable() for text in (item.key, item.name, item.institution))
        elif isinstance(item, Rejected):
            assert item.row >= 1
            assert item.reason.isprintable()
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_themselves_are_read(name: str) -> None:
    parser, data = SAMPLES[name]
    found = check(parser, data)
    assert sum(isinstance(item, Record) for item in found) == {"ofx": 2, "mt940": 5, "camt053": 2}[name]
    assert not any(isinstance(item, Rejected) for item in found)


@pytest.mark.parametrize("name", SAMPLES)
def test_mutants_never_raise_anything_but_a_feed_error(name: str) -> None:
    parser, data = SAMPLES[name]
    read = sum(bool(check(parser, mutant)) for mutant in mutants(data, 20240105, 1500))
    # The mutants are no mere noise: many are still read, in whole or in part.
    assert read > 100


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mutant_of_one_sample_in_the_parser_of_another(name: str) -> None:
    for other, (parser, _) in SAMPLES.items():
        for mutant in mutants(SAMPLES[name][1], 7, 100 if other != name else 1):
            check(parser, mutant)


def test_mutants_of_real_files(shared_data: Path) -> None:
    parsers = {"ofx": ofx, "mt940": mt940, "camt053": camt053}
    for folder, parser in parsers.items():
        for number, file in enumerate(sorted((shared_data / "fixtures" / folder).iterdir())):
            for mutant in mutants(file.read_bytes(), number, 40):
                check(parser, mutant)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cut_file_is_refused_whole(name: str) -> None:
    parser, data = SAMPLES[name]
    whole = check(parser, data)
    for length in range(len(data)):
        found = check(parser, data[:length])
        # Behind the last word of a file there may be blanks and a trailer, which nothing depends on.
        assert found in ([], whole), length


def test_real_files_cut_anywhere_hold_whole_statements_or_nothing(shared_data: Path) -> None:
    rng = random.Random(5)
    for folder, parser in (("ofx", ofx), ("mt940", mt940), ("camt053", camt053)):
        for file in sorted((shared_data / "fixtures" / folder).iterdir()):
            data = file.read_bytes()
            whole = [item for item in check(parser, data) if isinstance(item, Record)]
            for _ in range(30):
                cut = data[: rng.randrange(len(data))]
                found = check(parser, cut)
                rows = [item for item in found if isinstance(item, Record)]
                assert rows == whole[: len(rows)]
                if found and len(rows) < len(whole):
                    # Only SWIFT messages stand for themselves: what is kept ends with a closing balance.
                    assert folder == "mt940"
                    assert isinstance(found[-1], Balance)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(sorted(SAMPLES)))
def test_any_bytes_are_refused_or_read(data: bytes, name: str) -> None:
    check(SAMPLES[name][0], data)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["name", "amount", "date"]))
def test_any_text_in_a_field_of_each_format(text: str, place: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    old = {
        "name": {"ofx": b"Kasse", "mt940": b"Abschlag", "camt053": b"Eck"},
        "amount": {"ofx": b"-12,50", "mt940": b"12,50", "camt053": b"12.50"},
        "date": {"ofx": b"20240105", "mt940": b"2401050105", "camt053": b"2024-01-05"},
    }[place]
    for name, (parser, data) in SAMPLES.items():
        assert old[name] in data
        check(parser, data.replace(old[name], raw, 1))


def _camt(inner: bytes) -> bytes:
    return b"<Document><BkToCstmrStmt><Stmt>" + inner + b"</Stmt></BkToCstmrStmt></Document>"


def _ofx(inner: bytes) -> bytes:
    head = b"<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>"
    return head + inner + b"</STMTRS></OFX>"


def _mt940(inner: bytes) -> bytes:
    return b":20:1\n:25:1\n:60F:C240101EUR0,\n" + inner + b":62F:C240101EUR0,\n-\n"


def _many(piece: bytes) -> bytes:
    return piece * (SIZE // len(piece))


ROW = b":61:2401010101D1,00NTRFNONREF\n:86:"

HOSTILE: Final[dict[str, tuple[ModuleType, Callable[[], bytes]]]] = {
    "camt: empty tags": (camt053, lambda: _camt(_many(b"<a/>"))),
    "camt: short tags": (camt053, lambda: _camt(_many(b"<abcde/>"))),
    "camt: nesting": (camt053, lambda: _many(b"<a>")),
    "camt: one attribute": (camt053, lambda: b'<a b="' + b"x" * SIZE + b'"/>'),
    "camt: many attributes": (
        camt053,
        lambda: b"<a " + b" ".join(b'a%d=""' % n for n in range(SIZE // 12)) + b"/>",
    ),
    "camt: many namespaces": (
        camt053,
        lambda: b"<a " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(SIZE // 22)) + b"/>",
    ),
    "camt: one name": (camt053, lambda: b"<" + b"a" * SIZE + b"/>"),
    "camt: comments": (camt053, lambda: _camt(_many(b"<!---->"))),
    "camt: open comments": (camt053, lambda: _camt(_many(b"<!--"))),
    "camt: instructions": (camt053, lambda: _camt(_many(b"<?a?>"))),
    "camt: references": (camt053, lambda: _camt(_many(b"&#65;"))),
    "camt: declarations": (camt053, lambda: b"<!DOCTYPE a [" + _many(b"<!ELEMENT a ANY>") + b"]><a/>"),
    "camt: bomb": (
        camt053,
        lambda: (
            b"<!DOCTYPE a [<!ENTITY e0 'aaaaaaaaaa'>"
            + b"".join(b"<!ENTITY e%d '%s'>" % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 30))
            + b"]><a>&e29;</a>"
        ),
    ),
    "camt: entity of a file": (
        camt053,
        lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ),
    "camt: entries": (
        camt053,
        lambda: _camt(
            b"<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>"
            + _many(b"<Ntry></Ntry>")
        ),
    ),
    "camt: details": (
        camt053,
        lambda: _camt(
            b"<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct><Ntry><Amt Ccy='EUR'>1</Amt>"
            b"<CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2024-01-05</Dt></BookgDt><NtryDtls>"
            + _many(b"<TxDtls><Amt Ccy='EUR'>0</Amt></TxDtls>")
            + b"</NtryDtls></Ntry>"
        ),
    ),
    "ofx: brackets": (ofx, lambda: _many(b"<")),
    "ofx: tags": (ofx, lambda: _ofx(_many(b"<a>"))),
    "ofx: tags that never end": (ofx, lambda: _ofx(_many(b"<A "))),
    "ofx: long tags": (ofx, lambda: _ofx(_many(b"<" + b"A" * 60))),
    "ofx: padded tags": (ofx, lambda: _ofx(_many(b"<A" + b" " * 250))),
    "ofx: open comments": (ofx, lambda: _ofx(_many(b"<!--"))),
    "ofx: comments": (ofx, lambda: _ofx(_many(b"<!------------>"))),
    "ofx: open sections": (ofx, lambda: _ofx(_many(b"<![CDATA["))),
    "ofx: nesting": (ofx, lambda: b"<OFX>" + _many(b"<STMTRS>")),
    "ofx: closing tags": (ofx, lambda: _ofx(_many(b"</abcdef>"))),
    "ofx: one value": (ofx, lambda: _ofx(b"<STMTTRN><MEMO>" + b"x" * SIZE)),
    "ofx: references": (ofx, lambda: _ofx(b"<STMTTRN><MEMO>" + _many(b"&amp;"))),
    "ofx: empty entries": (ofx, lambda: _ofx(_many(b"<STMTTRN></STMTTRN>"))),
    "ofx: entries": (
        ofx,
        lambda: _ofx(_many(b"<STMTTRN><DTPOSTED>20240101<TRNAMT>-1.00<FITID>1<NAME>shop</STMTTRN>\n")),
    ),
    "ofx: statements": (ofx, lambda: b"<OFX>" + _many(_ofx(b"")[5:-6]) + b"</OFX>"),
    "mt940: empty entries": (mt940, lambda: _mt940(_many(b":61:\n"))),
    "mt940: starts": (mt940, lambda: _many(b":20:\n:25:1\n")),
    "mt940: one start": (mt940, lambda: _mt940(_many(b":20:1\n"))),
    "mt940: messages": (mt940, lambda: _many(_mt940(b""))),
    "mt940: entries": (
        mt940,
        lambda: _mt940(_many(ROW + b"166?20SVWZ+shop 1 in the high street?32A shop\n")),
    ),
    "mt940: one line": (mt940, lambda: _mt940(b":61:" + b"1" * SIZE + b"\n")),
    "mt940: lines of a field": (mt940, lambda: _mt940(ROW + _many(b"a\n"))),
    "mt940: empty lines": (mt940, lambda: _many(b"\n")),
    "mt940: trailers": (mt940, lambda: _mt940(_many(b"-\n"))),
    "mt940: heads": (mt940, lambda: _many(b"ABNANL2A\n")),
    "mt940: subfields": (mt940, lambda: _mt940(_many(ROW + b"166" + b"?20SVWZ+" * 60 + b"\n"))),
    "mt940: code words": (mt940, lambda: _mt940(_many(ROW + b"/IBAN//NAME/" * 40 + b"\n"))),
    "mt940: labels": (mt940, lambda: _mt940(_many(ROW + b"SEPA" + b" IBAN: " * 70 + b"\n"))),
    "mt940: blanks": (mt940, lambda: _mt940(_many(ROW + b"BEA " + b" " * 500 + b"\n"))),
    "mt940: breaks": (mt940, lambda: b"@@" + _many(b"@@:20:")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_five_megabytes_of_anything_take_a_bounded_time(name: str) -> None:
    parser, make = HOSTILE[name]
    data = make()
    assert len(data) < SIZE + 500_000
    # The processor's time, the best of three runs, beside plain work in the same moment: how fast the machine is, and
    # what else it does, are not the parser's doing.
    took: list[float] = []
    while len(took) < 3 and not (took and took[-1] < YARDSTICKS):
        unit = yardstick()
        start = time.process_time()
        with contextlib.suppress(FeedError):
            deque(parser.parse(data), maxlen=0)
        took.append((time.process_time() - start) / unit)
    assert min(took) < YARDSTICKS


def yardstick() -> float:
    """Return the processor time of a fixed piece of plain Python."""
    start = time.process_time()
    counts: dict[str, int] = {}
    for number in range(300_000):
        key = str(number % 5000)
        counts[key] = counts.get(key, 0) + len(key)
    return time.process_time() - start
