"""XML from outside becomes plain elements, or one sentence that says why not."""

from __future__ import annotations

import pytest

from edge_engine.errors import FileRefused
from edge_engine.feeds import xml


def test_elements_lose_their_namespace_and_keep_order_text_and_attributes() -> None:
    root = xml.parse(b'<p:A xmlns:p="urn:x"><p:B Ccy="EUR"> 1 </p:B><p:C/><p:B>2</p:B></p:A>')
    assert root.name == "A"
    assert [child.name for child in root.children] == ["B", "C", "B"]
    first = root.first("B")
    assert first is not None
    assert first.attributes == {"Ccy": "EUR"}
    assert first.text == " 1 "
    assert [one.text.strip() for one in root.all("B")] == ["1", "2"]


def test_paths_find_the_first_match_or_nothing() -> None:
    root = xml.parse(b"<A><B><C>deep</C></B></A>")
    assert root.word("B", "C") == "deep"
    assert root.word("B", "X", "C") == ""
    assert root.first("X", "C") is None


def test_walking_goes_in_document_order() -> None:
    root = xml.parse(b"<A><B><C/></B><D/></A>")
    assert [one.name for one in root.walk()] == ["A", "B", "C", "D"]


def test_cdata_and_character_references_are_text() -> None:
    assert xml.parse(b"<A>x<![CDATA[<y>]]>&amp;&#233;</A>").text == "x<y>&\u00e9"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_common_encodings_are_read(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><A>Z\u00fcrich</A>'
    assert xml.parse(text.encode(encoding)).text == "Z\u00fcrich"


def test_bytes_that_are_not_the_utf8_they_claim_are_windows_1252() -> None:
    assert (
        xml.parse(b'<?xml version="1.0" encoding="UTF-8"?><A>Z\xfcrich \x80</A>').text == "Z\u00fcrich \u20ac"
    )


def test_blank_space_before_and_filler_behind_are_no_damage() -> None:
    assert xml.parse(b'\r\n <?xml version="1.0"?><A/>\n\x1a\x00').name == "A"


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE A><A/>",
        b'<!DOCTYPE A [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><A>&b;</A>',
        b'<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>',
        b'<!DOCTYPE A SYSTEM "http://example.org/a.dtd"><A/>',
        b'<?xml version="1.0"?><!DOCTYPE A [<!ENTITY % p SYSTEM "http://example.org/"> %p;]><A/>',
        '<!DOCTYPE A [<!ENTITY a "b">]><A>&a;</A>'.encode("utf-16"),
    ],
    ids=["bare", "bomb", "file", "remote", "parameter", "utf-16"],
)
def test_a_document_type_is_refused(document: bytes) -> None:
    with pytest.raises(FileRefused, match="document type"):
        xml.parse(document)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"   ",
        b"no markup",
        b"<A>",
        b"<A><B></A></B>",
        b"<A/><A/>",
        b"<A>&undefined;</A>",
        b"<A>\x00</A>",
        b'<?xml version="1.0" encoding="utf-7"?><A/>',
        b'<?xml version="1.0" encoding="no-such-encoding"?><A/>',
        b'<?xml version="1.0" encoding="gb18030"?><A/>',
        b"\xff\xfe<A/>",
    ],
)
def test_damaged_documents_are_refused_in_one_sentence(document: bytes) -> None:
    with pytest.raises(FileRefused, match="the XML file is damaged or ends early"):
        xml.parse(document)


def test_nesting_is_bounded_just_above_the_limit() -> None:
    deep = xml.MAX_DEPTH
    assert xml.parse(b"<a>" * deep + b"</a>" * deep).name == "a"
    with pytest.raises(FileRefused, match="nested"):
        xml.parse(b"<a>" * (deep + 1) + b"</a>" * (deep + 1))


def test_a_file_made_of_empty_tags_is_refused() -> None:
    with pytest.raises(FileRefused, match="split"):
        xml.parse(b"<A>" + b"<b/>" * 10_000 + b"</A>")


def test_attributes_are_bounded_in_length_and_number() -> None:
    assert xml.parse(b'<A b="' + b"x" * xml.MAX_ATTRIBUTE + b'"/>').name == "A"
    with pytest.raises(FileRefused, match="attributes"):
        xml.parse(b'<A b="' + b"x" * (xml.MAX_ATTRIBUTE + 1) + b'"/>')
    many = b" ".join(b'a%d=""' % number for number in range(xml.MAX_ATTRIBUTES + 1))
    with pytest.raises(FileRefused, match="attributes"):
        xml.parse(b"<A " + many + b"/>")


def test_size_is_bounded_before_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 10)
    with pytest.raises(FileRefused, match="larger"):
        xml.parse(b"<A>12345678</A>")


def test_no_message_repeats_what_the_file_says() -> None:
    with pytest.raises(FileRefused) as caught:
        xml.parse(b"<A><Secret>4711</A>")
    assert "Secret" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
