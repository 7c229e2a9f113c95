from __future__ import annotations

import unicodedata

import pytest

from edge_engine.domain.transaction import MAX_TEXT
from edge_engine.errors import FileRefused
from edge_engine.feeds.text import EncodingCheck, clean, decode, encoding_of, joined


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  two   words\t here\r\n", "two words here"),
        ("Cafe\u0301", "Café"),
        ("a\u202eb\u202cc", "abc"),
        ("a\u200b\u200d\ufeffb", "ab"),
        ("a\x00b\x07c", "abc"),
        ("a\u2028b\xa0c\u3000d", "a b c d"),
        ("a\ud800b", "ab"),
        ("a\ue000b", "ab"),
        ("\u3164\u2800x\u034f", "x"),
        ("", ""),
        ("\u202e\u200b", ""),
        ("日本 ☕", "日本 ☕"),
    ],
)
def test_clean_leaves_what_can_be_seen(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_clean_cuts_before_it_composes() -> None:
    assert len(clean("x" * 10_000)) == MAX_TEXT
    assert len(clean("e" + "\u0301\u0323" * 500_000)) <= MAX_TEXT
    assert clean("ab cd", 3) == "ab"


def test_clean_is_stable() -> None:
    text = clean("A\u030a\u200d  \u0301x")
    assert clean(text) == text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_decode_finds_the_encoding(encoding: str) -> None:
    text = "Datum;Betrag;Café Zürich\n01.02.2024;-12,50;Größe\n"
    assert decode(text.encode(encoding)) == text


def test_polish_letters_give_windows_1250_away() -> None:
    assert decode("Opłata; złotych; Łódź".encode("cp1250")) == "Opłata; złotych; Łódź"
    assert decode("Nákup; Šťáva; Ťapka".encode("cp1250")) == "Nákup; Šťáva; Ťapka"
    assert decode("10 m³ of café".encode("cp1252")) == "10 m³ of café"


def test_padding_behind_the_end_is_dropped() -> None:
    assert decode(b"a\n\x1a") == "a\n"
    assert decode(b"a\n\x00\x00\x00") == "a\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\x00b", "NUL"),
        (b"\x00a", "NUL"),
        ("für".encode()[:-2], "middle of a character|encoding"),
        ("aüü".encode()[:-1], "middle of a character"),
        (b"\x81\x8d\x90", "encoding"),
        (b"\xff\xfea", "encoding"),
        (b"\xef\xbb\xbf\xff", "encoding"),
        (b"\x00\xd8".join([b"\xff\xfe", b"a\x00"]), "encoding"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        decode(data)


def test_pieces_are_judged_like_the_whole() -> None:
    data = "Überweisung złotych €".encode()
    for size in (1, 2, 3, 7):
        assert encoding_of(data[at : at + size] for at in range(0, len(data), size)) == "utf-8"
    polish = "przelew złotych".encode("cp1250")
    assert encoding_of(polish[at : at + 1] for at in range(len(polish))) == "cp1250"


def test_padding_is_padding_only_at_the_end_of_the_file() -> None:
    check = EncodingCheck()
    check.feed(b"a\x00")
    with pytest.raises(FileRefused, match="NUL"):
        check.feed(b"b")


def test_an_empty_file_is_text() -> None:
    assert decode(b"") == ""
    assert encoding_of([]) == "utf-8"


def test_joined_does_not_repeat_itself() -> None:
    assert joined("Shop", "SHOP LEEDS") == "SHOP LEEDS"
    assert joined("Shop Leeds", "shop") == "Shop Leeds"
    assert joined("Shop", "Leeds") == "Shop Leeds"
    assert joined("", "Leeds") == "Leeds"
    assert joined("Shop", "") == "Shop"


@pytest.mark.parametrize(
    "text",
    ["Bankowość Detaliczna", "ZAKUP PRZY UŻYCIU KARTY", "PRZELEW PRZYCHODZĄCY; ŁÓDŹ", "OPŁATA", "PŁATNOŚĆ"],
)
def test_polish_capitals_and_word_ends_give_windows_1250_away_too(text: str) -> None:
    assert decode(text.encode("cp1250")) == text


@pytest.mark.parametrize(
    "text", ["£5 at café", "¥100; ¿Qué?", "CŒUR DE BŒUF", "sœur; 3¹ é", "PAID £A; Größe"]
)
def test_signs_of_windows_1252_are_no_polish_letters(text: str) -> None:
    assert decode(text.encode("cp1252")) == text
