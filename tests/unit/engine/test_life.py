"""Opening, sleeping, waking, examining, erasing and closing an engine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine import Engine, FakeClock, HostKey, Passphrase, Policy
from edge_engine.errors import (
    Busy,
    Closed,
    Corrupt,
    GrantExpired,
    InputError,
    KeyMissing,
    KeyWrong,
    PurposeDenied,
    StoreMissing,
    Suspended,
)
from edge_engine.vault import store
from tests.fakes.bank_csv import statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = HostKey(bytes(range(32)))

EVERYTHING: dict[str, Callable[[Engine], Any]] = {
    "ingest": lambda engine: engine.ingest(statement(), currency="GBP"),
    "accounts": lambda engine: engine.accounts(),
    "transactions": lambda engine: engine.transactions(),
    "export": lambda engine: engine.export("never-written.zip"),
    "categorize": lambda engine: engine.categorize(["TESCO"]),
    "correct": lambda engine: engine.correct(1, "food.groceries"),
    "uncorrect": lambda engine: engine.uncorrect(1),
    "streams": lambda engine: engine.streams(),
    "spending": lambda engine: engine.spending(),
    "insights": lambda engine: engine.insights(),
    "moments": lambda engine: engine.moments(),
    "profile": lambda engine: engine.profile(),
    "answer_trait": lambda engine: engine.answer_trait("travel", "not_true"),
    "set_trait": lambda engine: engine.set_trait("money_style", "saver"),
    "forecast": lambda engine: engine.forecast(),
    "explain": lambda engine: engine.explain("insights", "pd:Transaction"),
    "grant": lambda engine: engine.consent.grant("insights"),
    "withdraw": lambda engine: engine.consent.withdraw("insights"),
    "doctor": lambda engine: engine.doctor(),
    "suspend": lambda engine: engine.suspend(),
    "erase": lambda engine: engine.erase(),
}


def opened(folder: Path, clock: FakeClock) -> Engine:
    return Engine.open(folder / "me.edge", key=KEY, clock=clock)


def used(engine: Engine) -> Engine:
    engine.consent.grant("categorization")
    engine.consent.grant("insights")
    engine.ingest(statement(), currency="GBP")
    engine.categorize(["TESCO"])
    return engine


@pytest.mark.parametrize("question", EVERYTHING)
def test_after_erasing_everything_is_closed(engine: Engine, question: str) -> None:
    receipt = used(engine).erase()
    assert receipt.rows["txn"] == 6
    with pytest.raises(Closed):
        EVERYTHING[question](engine)
    assert [one.purpose for one in engine.consent.state() if one.granted] == ["own_access"]


@pytest.mark.parametrize("question", EVERYTHING)
def test_after_closing_everything_is_closed(engine: Engine, question: str) -> None:
    used(engine).close()
    engine.close()
    with pytest.raises(Closed):
        EVERYTHING[question](engine)
    with pytest.raises(Closed):
        engine.resume()


@pytest.mark.parametrize("question", [one for one in EVERYTHING if one != "erase"])
def test_while_suspended_nothing_is_answered(engine: Engine, question: str) -> None:
    used(engine).suspend()
    with pytest.raises(Suspended):
        EVERYTHING[question](engine)


def test_erasing_removes_the_store_from_the_disk(tmp_path: Path, clock: FakeClock) -> None:
    engine = used(opened(tmp_path, clock))
    receipt = engine.erase()
    assert receipt.key_slots == 1
    assert not (tmp_path / "me.edge").exists()
    with pytest.raises(StoreMissing):
        Engine.open(tmp_path / "me.edge", key=KEY, clock=clock, create=False)
    with opened(tmp_path, clock) as new:
        assert new.transactions().total == 0
        assert not new.explain("insights", "pd:Transaction").allowed


def test_erasing_needs_no_key_and_no_waking(tmp_path: Path, clock: FakeClock) -> None:
    engine = used(opened(tmp_path, clock))
    engine.suspend()
    assert engine.erase().key_slots == 1
    assert not (tmp_path / "me.edge").exists()
    with pytest.raises(Closed):
        engine.accounts()


def test_waking_goes_on_where_it_slept(tmp_path: Path, clock: FakeClock) -> None:
    with used(opened(tmp_path, clock)) as engine:
        engine.suspend()
        engine.resume()
        engine.resume()
        assert engine.transactions().transactions[0].category == "food.groceries"
        assert engine.categorize(["TESCO"])[0].category == "food.groceries"


def test_sleep_forgets_what_was_read(engine: Engine) -> None:
    used(engine).suspend()
    assert engine._understanding._taught is None
    assert engine._understanding._loaded is None


def test_a_wrong_key_does_not_wake_it_and_the_right_one_does(tmp_path: Path, clock: FakeClock) -> None:
    with used(opened(tmp_path, clock)) as engine:
        engine.suspend()
        with pytest.raises(KeyWrong):
            engine.resume(HostKey(bytes(32)))
        with pytest.raises(Suspended):
            engine.accounts()
        engine.resume()
        assert engine.transactions().total == 6


def test_consent_withdrawn_by_another_process_during_sleep_counts_on_waking(
    tmp_path: Path, clock: FakeClock
) -> None:
    with used(opened(tmp_path, clock)) as engine:
        held = engine._understanding.classifier()
        engine.suspend()
        with opened(tmp_path, clock) as other:
            clock.advance(timedelta(minutes=1))
            other.consent.withdraw("categorization")
        engine.resume()
        with pytest.raises(PurposeDenied) as denied:
            engine.categorize(["TESCO"])
        assert denied.value.rule == "withdrawn"
        assert held is not None
        with pytest.raises(GrantExpired):
            held([], [])
        engine.consent.grant("categorization")
        assert engine.categorize(["TESCO"])[0].category == "food.groceries"
        assert engine.doctor().ok


def test_a_store_that_another_engine_holds_is_busy(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    with opened(tmp_path, clock) as engine:
        engine.suspend()
        with opened(tmp_path, clock), pytest.raises(Busy):
            engine.resume()
        engine.resume()


def test_an_engine_that_cannot_open_lets_go_of_the_store(tmp_path: Path, clock: FakeClock) -> None:
    with opened(tmp_path, clock) as engine:
        engine.consent.grant("insights")
        with engine._vault.committing() as connection:
            connection.execute("UPDATE meta SET value = x'00' WHERE key = 'device_key'")
    kept = []
    for _ in range(2):  # the second is not told Busy although the first error is still being looked at
        with pytest.raises(Corrupt) as error:
            opened(tmp_path, clock)
        kept.append(error)


def test_a_sound_store_passes_every_check(tmp_path: Path, clock: FakeClock) -> None:
    with used(opened(tmp_path, clock)) as engine:
        report = engine.doctor()
    assert report.ok
    assert {check.detail for check in report.checks} == {"sound"}
    assert any("consent ledger" in check.name for check in report.checks)


def test_a_total_that_is_not_the_sum_is_found(engine: Engine) -> None:
    used(engine)
    with engine._vault.committing() as connection:
        connection.execute("UPDATE month_total SET outflow = outflow + 1 WHERE outflow > 0")
    report = engine.doctor()
    assert not report.ok
    (wrong,) = [check for check in report.checks if not check.ok]
    assert "totals" in wrong.name


def test_a_consent_ledger_that_was_touched_is_found_and_denies(engine: Engine) -> None:
    used(engine)
    connection = engine._vault.connection
    connection.set_authorizer(None)
    connection.execute("DROP TRIGGER consent_event_keeps_words")
    connection.execute("UPDATE consent_event SET body = replace(body, '730', '999') WHERE seq = 1")
    report = engine.doctor()
    (wrong,) = [check for check in report.checks if not check.ok]
    assert "consent ledger" in wrong.name
    with pytest.raises(PurposeDenied) as denied:
        engine.insights()
    assert denied.value.rule == "ledger-tampered"
    assert engine.transactions().total == 6


def test_a_ledger_touched_during_sleep_wakes_to_denial(tmp_path: Path, clock: FakeClock) -> None:
    with used(opened(tmp_path, clock)) as engine:
        engine.suspend()
        with opened(tmp_path, clock) as other:
            connection = other._vault.connection
            connection.set_authorizer(None)
            connection.execute("DROP TRIGGER consent_event_keeps_words")
            connection.execute("UPDATE consent_event SET body = replace(body, '730', '999') WHERE seq = 1")
        engine.resume()
        with pytest.raises(PurposeDenied) as denied:
            engine.categorize(["TESCO"])
        assert denied.value.rule == "ledger-tampered"
        assert engine.transactions().total == 6


def test_a_missing_store_is_not_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        Engine.open(tmp_path / "me.edge", key=KEY, create=False)
    assert not (tmp_path / "me.edge").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InputError):
        Engine.open(tmp_path, key=KEY)
    assert [one.name for one in tmp_path.iterdir()] == ["letters.txt"]


def test_a_policy_of_the_hosts_own_is_the_one_that_decides() -> None:
    policy = Policy.default()
    with Engine.in_memory(policy=policy) as engine:
        assert engine.consent.policy is policy
        assert engine.transactions().total == 0


WRONG: dict[str, Callable[[Path], object]] = {
    "a key that is text": lambda place: Engine.open(place, key="pw"),  # type: ignore[arg-type]
    "no key": lambda place: Engine.open(place, key=None),  # type: ignore[arg-type]
    "the type of a key": lambda place: Engine.open(place, key=HostKey),  # type: ignore[arg-type]
    "a host key of letters": lambda place: Engine.open(place, key=HostKey("k" * 32)),  # type: ignore[arg-type]
    "a host key that is a number": lambda place: Engine.open(place, key=HostKey(32)),  # type: ignore[arg-type]
    "a passphrase of bytes": lambda place: Engine.open(place, key=Passphrase(b"x")),  # type: ignore[arg-type]
    "half a character": lambda place: Engine.open(place, key=Passphrase("\ud800abc")),
    "a policy's name": lambda place: Engine.open(place, key=KEY, policy="x"),  # type: ignore[arg-type]
    "no place": lambda _: Engine.open("", key=KEY),
    "half a place": lambda place: Engine.open(f"{place}\0", key=KEY),
    "a clock": lambda place: Engine.open(place, key=KEY, clock=5),  # type: ignore[arg-type]
    "rules": lambda place: Engine.open(place, key=KEY, rules="x"),  # type: ignore[arg-type]
    "servers": lambda place: Engine.open(place, key=KEY, reporting="https://a"),  # type: ignore[arg-type]
    "a policy in memory": lambda _: Engine.in_memory(policy="x"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("way", WRONG)
def test_what_no_store_can_be_opened_with_is_refused_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, way: str
) -> None:
    with pytest.raises(InputError) as caught:
        WRONG[way](tmp_path / "me.edge")
    assert "abc" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [None, 32, b"short", "k" * 32])
def test_a_host_that_gives_no_key_leaves_nothing(tmp_path: Path, given: Any) -> None:  # noqa: ANN401
    with pytest.raises((KeyMissing, KeyWrong)):
        Engine.open(tmp_path / "me.edge", key=HostKey(lambda: given))
    assert list(tmp_path.iterdir()) == []


def test_waking_with_what_is_no_key_is_refused(engine: Engine) -> None:
    engine.suspend()
    with pytest.raises(InputError):
        engine.resume("pw")  # type: ignore[arg-type]
    engine.resume()


SENSELESS: dict[str, Callable[[Engine], object]] = {
    "half a row": lambda engine: engine.transactions(limit=1.5),  # type: ignore[arg-type]
    "a limit in letters": lambda engine: engine.transactions(limit="9"),  # type: ignore[arg-type]
    "half an offset": lambda engine: engine.transactions(offset=0.5),  # type: ignore[arg-type]
    "a day that is a number": lambda engine: engine.transactions(since=5),  # type: ignore[arg-type]
    "no day": lambda engine: engine.transactions(until=None),  # type: ignore[arg-type]
    "a month too many": lambda engine: engine.transactions(since="2026-13-01"),
    "an account by number": lambda engine: engine.transactions(account=5),  # type: ignore[arg-type]
    "half a month": lambda engine: engine.spending(1.5),  # type: ignore[arg-type]
    "half a week": lambda engine: engine.forecast(weeks=1.5),  # type: ignore[arg-type]
    "one text": lambda engine: engine.categorize("NETFLIX"),
    "an account's number": lambda engine: engine.ingest(b"x", account=5),  # type: ignore[arg-type]
    "a currency's number": lambda engine: engine.ingest(b"x", currency=978),  # type: ignore[arg-type]
    "columns": lambda engine: engine.ingest(b"x", mapping={}),  # type: ignore[arg-type]
    "a count": lambda engine: engine.ingest(b"x", progress=5),  # type: ignore[arg-type]
    "purposes": lambda engine: engine.consent.grant(["insights"]),  # type: ignore[arg-type]
    "no file": lambda engine: engine.export(None),  # type: ignore[arg-type]
    "half a file": lambda engine: engine.export("a\0b"),
    "yes": lambda engine: engine.correct(1, "food.groceries", only_this="yes"),  # type: ignore[arg-type]
    "a number as text": lambda engine: engine.categorize([5]),  # type: ignore[list-item]
    "a book of texts": lambda engine: engine.categorize(["TESCO"] * 10_001),
    "no texts": lambda engine: engine.categorize(None),  # type: ignore[arg-type]
    "an identifier in letters": lambda engine: engine.correct("1", "food.groceries"),  # type: ignore[arg-type]
    "a category by list": lambda engine: engine.correct(1, ["food"]),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("question", SENSELESS)
def test_a_senseless_question_is_refused_in_a_sentence(engine: Engine, question: str) -> None:
    with pytest.raises(InputError):
        SENSELESS[question](used(engine))


def test_a_day_is_a_date_or_its_text(engine: Engine) -> None:
    day = used(engine).transactions().transactions[0].date
    assert engine.transactions(since=day).total == engine.transactions(since=day.isoformat()).total >= 1
    assert engine.transactions(until=day - timedelta(days=400)).total == 0


def test_an_engine_that_nobody_closed_lets_go_of_its_store(tmp_path: Path) -> None:
    def use() -> None:
        engine = Engine.open(tmp_path / "me.edge", key=KEY)
        engine.consent.grant("insights")
        engine.transactions()
        engine.streams()

    use()
    with Engine.open(tmp_path / "me.edge", key=KEY) as engine:
        assert engine.transactions().total == 0


def test_questions_of_a_store_that_sleeps_or_is_closed_say_so(engine: Engine) -> None:
    engine.consent.grant("life_changes")
    engine.suspend()
    with pytest.raises(Suspended):
        engine.questions.life_changes()
    engine.resume()
    engine.close()
    with pytest.raises(Closed):
        engine.questions.life_changes()
