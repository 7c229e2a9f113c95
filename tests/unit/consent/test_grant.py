from __future__ import annotations

import copy
import dataclasses
import pickle
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from mypy import api

from edge_engine.consent import grant as grant_module
from edge_engine.consent.grant import Grant
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import OWN_ACCESS, Gate, Recipient
from edge_engine.errors import GrantExpired, PurposeDenied
from tests.fakes.ledger_store import MemoryLedgerStore

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.clock import FakeClock
    from edge_engine.consent.ledger import Ledger


class Forger:
    """Says yes to everything, as a forged ledger would."""

    def honour(self, grant: Grant) -> None:
        return

    def serves(self, store: object) -> bool:
        return True


@pytest.fixture
def grant(ledger: Ledger) -> Grant:
    ledger.grant("insights")
    return ledger.mint("insights", Gate.READ)


def test_a_grant_says_what_it_covers(grant: Grant, clock: FakeClock) -> None:
    assert grant.purpose == "insights"
    assert grant.gate is Gate.READ
    assert grant.recipient is Recipient.DEVICE
    assert grant.channel is None
    assert grant.rule == "insights-on-device"
    assert grant.sensitive
    assert ("txn", "amount") in grant.columns
    assert ("consent_event", "body") not in grant.columns
    assert (grant.not_before, grant.not_after) == (clock.now(), clock.now() + timedelta(days=730))
    assert repr(grant) == "<Grant insights at read by insights-on-device>"


def test_a_grant_without_sensitive_data_says_so(ledger: Ledger) -> None:
    ledger.grant("insights")

    assert not ledger.mint("insights", Gate.READ, data=["pd:Transaction"]).sensitive


def test_nobody_but_the_ledger_makes_a_grant(grant: Grant) -> None:
    values = {field.name: getattr(grant, field.name) for field in dataclasses.fields(grant)}

    with pytest.raises(PurposeDenied, match="only the consent ledger makes grants") as refused:
        Grant(grant_module._Mint(), Forger(), **values)

    assert refused.value.rule == "not-minted-here"


def test_a_grant_made_past_the_constructor_opens_nothing(grant: Grant) -> None:
    forged = object.__new__(Grant)
    for field in dataclasses.fields(grant):
        object.__setattr__(forged, field.name, getattr(grant, field.name))

    with pytest.raises(PurposeDenied, match="did not mint") as refused:
        forged.check()

    assert refused.value.rule == "not-minted-here"
    assert not forged.issued_by(Forger())


def test_a_grant_whose_values_were_exchanged_opens_nothing(grant: Grant) -> None:
    object.__setattr__(grant, "columns", grant.columns | {("consent_event", "body")})

    with pytest.raises(PurposeDenied, match="did not mint"):
        grant.check()


def test_a_grant_of_another_store_opens_nothing(
    grant: Grant, ledger: Ledger, store: MemoryLedgerStore
) -> None:
    grant.check(store)
    assert grant.issued_by(ledger)

    with pytest.raises(PurposeDenied, match="did not mint") as refused:
        grant.check(MemoryLedgerStore())

    assert refused.value.rule == "not-minted-here"


def test_a_grant_cannot_be_changed(grant: Grant) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        grant.purpose = "outreach"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del grant.purpose


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_grant_cannot_be_copied_or_pickled(grant: Grant, twin: object) -> None:
    assert callable(twin)
    with pytest.raises(TypeError, match="cannot be copied or pickled"):
        twin(grant)


def test_a_grant_cannot_be_derived_from_another(grant: Grant) -> None:
    with pytest.raises((TypeError, ValueError), match=r"mint|InitVar"):
        dataclasses.replace(grant, purpose="outreach")  # type: ignore[call-arg]


def test_the_type_checker_refuses_to_make_a_grant_without_the_ledgers_mint(tmp_path: Path) -> None:
    code = tmp_path / "elsewhere.py"
    code.write_text(
        "from edge_engine.consent.grant import Grant\n"
        "from edge_engine.consent.ledger import Ledger\n"
        "def make(ledger: Ledger) -> Grant:\n"
        "    return Grant(object(), ledger)\n",
        "utf-8",
    )

    told, _, status = api.run(["--strict", "--follow-imports=silent", f"--cache-dir={tmp_path}", str(code)])

    assert status == 1
    assert 'expected "_Mint"' in told
    assert "Missing positional arguments" in told


# -- how a grant ends ------------------------------------------------------------------------------------------------


def test_a_grant_ends_with_its_consent_to_the_moment(grant: Grant, clock: FakeClock) -> None:
    clock.advance(grant.not_after - clock.now() - timedelta(microseconds=1))
    grant.check()

    clock.advance(timedelta(microseconds=1))

    with pytest.raises(GrantExpired, match="ran out"):
        grant.check()


def test_a_grant_ends_when_its_purpose_is_withdrawn_and_stays_ended(grant: Grant, ledger: Ledger) -> None:
    ledger.withdraw("insights")
    with pytest.raises(GrantExpired, match="withdrawn"):
        grant.check()

    ledger.grant("insights")

    with pytest.raises(GrantExpired, match="given anew"):
        grant.check()


def test_a_grant_lives_on_when_another_purpose_is_withdrawn(grant: Grant, ledger: Ledger) -> None:
    ledger.withdraw("categorization")

    grant.check()


def test_a_grant_ends_when_the_store_closes(grant: Grant, ledger: Ledger) -> None:
    ledger.close()

    with pytest.raises(GrantExpired, match="closed"):
        grant.check()


def test_a_grant_ends_when_the_ledger_no_longer_verifies(
    grant: Grant, ledger: Ledger, store: MemoryLedgerStore
) -> None:
    own = ledger.mint(OWN_ACCESS, Gate.READ, recipient=Recipient.PERSON)
    store.kept.clear()
    with pytest.raises(Exception, match="missing"):
        ledger.verify()

    with pytest.raises(PurposeDenied) as refused:
        grant.check()

    assert refused.value.rule == "ledger-tampered"
    own.check()


def test_a_clock_that_ran_ahead_does_not_stretch_a_consent(
    store: MemoryLedgerStore, ledger: Ledger, clock: FakeClock
) -> None:
    clock.advance(timedelta(days=5000))
    ledger.now()
    clock.advance(timedelta(days=-5000))
    ledger.grant("credit_prescreening")
    grant = ledger.mint("credit_prescreening", Gate.READ)
    grant.check()

    clock.advance(timedelta(days=90))

    with pytest.raises(GrantExpired):
        grant.check()


def test_own_access_is_asked_for_again_after_a_day(ledger: Ledger, clock: FakeClock) -> None:
    grant = ledger.mint(OWN_ACCESS, Gate.READ, recipient=Recipient.PERSON)
    grant.check()

    clock.advance(timedelta(days=1))

    with pytest.raises(GrantExpired, match="ran out"):
        grant.check()
    assert Policy.default().purposes[OWN_ACCESS].title == "See and export your own data"
