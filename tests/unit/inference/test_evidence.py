"""The published tables and answers of the weighing, which ports read, are those of the engine."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.inference.categorizer import MODEL, Categorizer, Source
from edge_engine.inference.evidence import promised
from edge_engine.inference.registry import Registry


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(Registry.default().file(MODEL, "evidence"))
    return found


def test_every_published_answer_is_the_engines(published: dict[str, Any]) -> None:
    cases = published["cases"]
    assert {case["source"] for case in cases} >= {"model", "guess", "mcc", "hint"}
    found = Categorizer.load().predict(
        [case["text"] for case in cases],
        [case["amount"] for case in cases],
        [case["mcc"] for case in cases],
        [case["hint"] for case in cases],
        [case["channel"] for case in cases],
        [case["currency"] for case in cases],
    )
    assert found.leaves.tolist() == [case["leaf"] for case in cases]
    assert [Source(one).name.lower() for one in found.sources.tolist()] == [case["source"] for case in cases]
    for told, case in zip(found.confidences.tolist(), cases, strict=True):
        assert told == pytest.approx(case["confidence"], abs=published["tolerance"])


def test_every_code_and_hint_of_the_taxonomy_is_published(published: dict[str, Any]) -> None:
    taxonomy, codes = Taxonomy.default(), published["codes"]
    for mcc in range(10_000):
        leaf = taxonomy.mcc_prior(mcc)
        told = [codes[column] for first, last, column in published["mcc"] if first <= mcc <= last]
        assert told == ([leaf.code] if leaf else [])
    hints = {f"plaid:{name}": leaf.code for leaf in taxonomy.leaves for name in leaf.plaid}
    assert {name: codes[column] for name, column in published["hint"].items()} == hints


@pytest.mark.parametrize(
    "text", ["TESCO", "CAFÉ ŁÓDŹ", "Cafe\u0301", "12345", "", "Zürich \u2013 5 €", "café ☕", "™ ACME"]
)
def test_the_marks_hold_for_the_script_that_they_were_measured_on(text: str) -> None:
    assert promised(text)


@pytest.mark.parametrize("text", ["すーぱー", "Аптека", "ሱፐር", "☕", "超市 ab", "ร้านยา", "سوبرماركت", "Ω"])
def test_they_promise_nothing_of_another(text: str) -> None:
    assert not promised(text)
