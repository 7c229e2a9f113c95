"""Why may this be shown: each page names the very rules that its grants rest on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.center.desk import Surroundings
from edge_engine.center.gates import PARTS
from edge_engine.center.pages import PAGES
from edge_engine.consent.ledger import Ledger
from tests.fakes.household import ALL, Signs, ask_for_a_loan, person
from tests.fakes.visitor import visiting

if TYPE_CHECKING:
    from edge_engine.consent.grant import Grant


def test_every_page_has_its_gates() -> None:
    assert set(PARTS) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_every_rule_that_its_grants_rest_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[str, str]] = set()
    mint = Ledger.mint

    def noting(self: Ledger, *given: Any, **named: Any) -> Grant:  # noqa: ANN401 - as the ledger takes them
        grant = mint(self, *given, **named)
        asked.add((grant.purpose, grant.rule))
        return grant

    with person(*ALL) as engine:
        ask_for_a_loan(engine)
        with visiting(engine, Surroundings("A store of the tests", signer=Signs())) as visitor:
            visitor.enter()
            monkeypatch.setattr(Ledger, "mint", noting)
            words = visitor.get(name).words
    told = words.partition("Why may this be shown?")[2]
    assert told
    # Grants that were minted before are kept by whoever holds them: what is minted here is a part, and never too much.
    missing = {(purpose, rule) for purpose, rule in asked if rule not in told}
    assert missing == set()


def test_a_number_is_followed_from_the_bank_to_the_aggregate() -> None:
    with person(*ALL) as engine, visiting(engine, Surroundings("A store of the tests")) as visitor:
        visitor.enter()
        told = visitor.get("left").words.partition("Why may this be shown?")[2]
        places = [
            found.start() if (found := re.search(rf"Allowed by rules? [^:]*\b{rule}\b", told)) else -1
            for rule in (
                "categorize-on-device",
                "insights-on-device",
                "insights-to-you",
                "statistics-on-device",
                "statistics-to-aggregators",
            )
        ]
        assert -1 not in places
        assert places == sorted(places)
        visitor.fill("consent", "consent/withdraw", purpose="insights")
        told = visitor.get("left").words.partition("Why may this be shown?")[2]
        assert "Denied by rule withdrawn" in told
        assert "Allowed by rule insights-on-device" not in told
