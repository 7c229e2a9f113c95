"""``policy diff`` over every file of a folder: who newly sees or gets what, in words and with the right direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.cli.policy_folder import other_changes
from edge_engine.consent.policy import Policy
from edge_engine.consent.policy_changes import Change, Direction
from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command

VERSION = Policy.default().version

Edit = tuple[str, str, str, str]
"""A file, what stands in it, what is put in its place, and words of the sentence that tells it."""

WIDENING: dict[str, Edit] = {
    "a larger budget": (
        "signals.toml",
        "epsilon = 8.0",
        "epsilon = 9.0",
        "lose 9 of privacy in an epoch instead of 8",
    ),
    "fewer people": (
        "signals.toml",
        "min_batch = 500",
        "min_batch = 100",
        "over at least 100 people instead of 500",
    ),
    "a consent less": (
        "signals.toml",
        'needs = ["categorization"]\n',
        "",
        "no longer needs consent to categorization",
    ),
    "noise of servers": (
        "signals.toml",
        "randomized_response",
        "at_collection",
        "noise is at_collection instead of",
    ),
    "a leaf not sensitive": (
        "taxonomy.toml",
        "sensitive = true",
        "sensitive = false",
        "is no longer sensitive",
    ),
    "a field for the bank": (
        "workflows.toml",
        '"to_account", "amount", "currency"]',
        '"to_account", "amount", "currency", "floor"]',
        "a packet for the app's company now holds floor",
    ),
    "nothing to take back": (
        "workflows.toml",
        'undo = "cancel_provision"\n',
        "",
        "can no longer be taken back",
    ),
    "a longer approval": (
        "reviews.toml",
        "valid_days = 7",
        "valid_days = 70",
        "holds for 70 days instead of 7",
    ),
    "a channel": (
        "offers.toml",
        '"feed", "modal"]',
        '"feed", "modal", "email"]',
        "may now be shown over email",
    ),
    "more often": ("offers.toml", "a_year = 12", "a_year = 24", "it may come 24 times a year instead of 12"),
    "sooner again": ("offers.toml", "rest_days = 14", "rest_days = 1", "again after 1 days instead of 14"),
    "more told": (
        "offers.toml",
        'tells = ["why"]',
        'tells = ["why", "money"]',
        "also tells the money of the moment",
    ),
    "at any time": ("offers.toml", 'moments = ["liquidity_shortfall"]\n# W', "# W", "may come at any time"),
    "for more people": ("offers.toml", "below = 0.3 }", "below = 0.9 }", "below 0.9, where before"),
    "a condition less": (
        "offers.toml",
        '\nwhere = [{ fact = "savings_months", below = 6 }]',
        "",
        "it need no longer hold that",
    ),
    "stress seen later": ("guards.toml", "signs_needed = 2", "signs_needed = 3", "it takes 3 signs"),
    "stress forgotten sooner": (
        "guards.toml",
        "lasts_days = 45",
        "lasts_days = 5",
        "for 5 days after the signs",
    ),
    "a sign harder to see": ("guards.toml", "below = 3 }", "below = 1 }", "below 1, where before"),
    "louder nights": (
        "guards.toml",
        "from = 21:00:00",
        "from = 23:00:00",
        "are 23:00 to 08:00 instead of 21:00",
    ),
    "quiet for fewer": (
        "guards.toml",
        '["push", "sms", "modal"]',
        '["push"]',
        "no longer hold for sms, modal",
    ),
    "a higher cap": ("guards.toml", "at_most = 2", "at_most = 9", "at most 9 suggestions instead of 2"),
    "fatigue later": ("guards.toml", "closed = 4", "closed = 5", "it takes 5 closed suggestions"),
    "the same again": (
        "guards.toml",
        "[repetition]\ndays = 60",
        "[repetition]\ndays = 6",
        "again after 6 days",
    ),
    "a smaller holdout": (
        "experiments.toml",
        "holdout = 200",
        "holdout = 100",
        "100 of 10,000 people are kept out",
    ),
    "more people in it": (
        "experiments.toml",
        "rollout = 2000",
        "rollout = 3000",
        "3000 of 10,000 people are in it",
    ),
    "an experiment for longer": ("experiments.toml", "2027-07-12", "2027-08-12", "it ends on 2027-08-12"),
    "a prohibition of a preset": ("presets/uk.toml", 'channels = ["push", ', "channels = [", "is another"),
    "a longer consent of a preset": (
        "presets/br.toml",
        "days = 365",
        "days = 700",
        "holds 700 days instead of 365",
    ),
}

NARROWING: dict[str, Edit] = {
    "less privacy lost": (
        "signals.toml",
        "epsilon = 0.25",
        "epsilon = 0.2",
        "loses 0.2 of privacy instead of 0.25",
    ),
    "fewer values told apart": (
        "signals.toml",
        "[1, 2, 3, 4, 5, 6, 7]",
        "[1, 2, 3, 4]",
        "no longer tells apart",
    ),
    "an approval for once": (
        "reviews.toml",
        'uses = "standing"',
        'uses = "once"',
        "use once instead of standing",
    ),
    "less evidence": (
        "reviews.toml",
        '"pd:Income", "pd:CreditWorthiness"]',
        '"pd:Income"]',
        "the adviser no longer sees pd:CreditWorthiness",
    ),
    "a condition more": (
        "offers.toml",
        'moments = ["stress"]',
        'moments = ["stress"]\nwhere = [{ fact = "debt_share", at_least = 0.3, confidence = 0.5 }]',
        "it must now hold too that",
    ),
    "a moment less": (
        "offers.toml",
        '"bill_due", "bill_missed"',
        '"bill_due"',
        "no longer comes at bill_missed",
    ),
    "surer": ("offers.toml", "confidence = 0.7", "confidence = 0.9", "with confidence 0.9, where before"),
}
BEHAVING: dict[str, Edit] = {
    "a threshold": (
        "life_events.toml",
        "value = 0.6",
        "value = 0.05",
        "ask.confidence is 0.05 instead of 0.6",
    ),
    "words": ("life_events.toml", '"baby", "babies"', '"babies"', "words.baby no longer takes baby"),
    "an archetype": ("archetypes.toml", 'tone = "calm"', 'tone = "brief"', "has another tone"),
    "another attempt": (
        "workflows.toml",
        "attempts = 6",
        "attempts = 7",
        "a step is tried 7 times instead of 6",
    ),
    "what is tried": ("experiments.toml", "digest_weekday = 1", "digest_weekday = 2", "what is tried"),
}
WORDING: dict[str, Edit] = {
    "a signal": ("signals.toml", "of the last seven days the app", "of seven days the app", "counts is “"),
    "an offer": (
        "offers.toml",
        "Where to get free advice",
        "Advice",
        "title is “Advice” instead of “Where to",
    ),
    "a version": (
        "guards.toml",
        'version = "2026.1"',
        'version = "2026.2"',
        "version is 2026.2 instead of 2026.1",
    ),
}


def folder(at: Path, file: str, old: str, new: str) -> str:
    """Return a folder with one shipped file, in which one thing is another."""
    text = shipped(file)
    assert old in text
    (at / file).parent.mkdir(parents=True, exist_ok=True)
    (at / "purposes.toml").write_text(shipped("purposes.toml"), "utf-8")
    (at / file).write_text(text.replace(old, new, 1), "utf-8")
    return str(at)


def told(found: list[Change], direction: Direction) -> str:
    return "\n".join(one.sentence for one in found if one.direction is direction)


@pytest.mark.parametrize("edit", WIDENING)
def test_what_lets_somebody_get_more_widens_and_its_undoing_narrows(tmp_path: Path, edit: str) -> None:
    file, old, new, words = WIDENING[edit]
    changed = folder(tmp_path, file, old, new)
    found = list(other_changes("-", changed))
    assert words in told(found, Direction.WIDENS)
    assert all(one.sentence.startswith(file) for one in found)
    back = list(other_changes(changed, "-"))
    # A prohibition that is another may strike more or less: both are for people to read.
    assert told(back, Direction.WIDENS) == "" or file == "presets/uk.toml"
    assert told(back, Direction.NARROWS) or file == "presets/uk.toml" or "taken back" in words


@pytest.mark.parametrize("edit", NARROWING)
def test_what_lets_somebody_get_less_narrows_and_its_undoing_widens(tmp_path: Path, edit: str) -> None:
    file, old, new, words = NARROWING[edit]
    changed = folder(tmp_path, file, old, new)
    found = list(other_changes("-", changed))
    assert words in told(found, Direction.NARROWS)
    assert told(found, Direction.WIDENS) == ""
    assert told(list(other_changes(changed, "-")), Direction.WIDENS)


@pytest.mark.parametrize("edit", BEHAVING)
def test_what_the_engine_only_does_otherwise_is_told_and_widens_nothing(tmp_path: Path, edit: str) -> None:
    file, old, new, words = BEHAVING[edit]
    found = list(other_changes("-", folder(tmp_path, file, old, new)))
    assert {one.direction for one in found} == {Direction.BEHAVES}
    assert words in found[0].sentence


@pytest.mark.parametrize("edit", WORDING)
def test_words_are_told_old_and_new(tmp_path: Path, edit: str) -> None:
    file, old, new, words = WORDING[edit]
    found = list(other_changes("-", folder(tmp_path, file, old, new)))
    assert {one.direction for one in found} == {Direction.WORDS}
    assert words in found[0].sentence


def without(text: str, table: str, name: str) -> str:
    """Return a text without the table of this id."""
    start = text.rindex(f"[[{table}]]", 0, text.index(f'id = "{name}"') + 1)
    end = text.find("\n[[", start + 3)
    return text[:start] + (text[end + 1 :] if end > 0 else "")


@pytest.mark.parametrize(
    ("file", "table", "name", "gone", "new"),
    [
        ("signals.toml", "signal", "what_helps", "is counted no longer", "is newly counted for the servers"),
        (
            "offers.toml",
            "offer",
            "mortgage_talk",
            "is suggested no longer",
            "may newly be suggested over feed",
        ),
        ("experiments.toml", "experiment", "ranking_2027", "is gone", "is new"),
    ],
)
def test_a_new_entry_says_who_gets_what_and_one_that_is_gone_narrows(
    tmp_path: Path, file: str, table: str, name: str, gone: str, new: str
) -> None:
    (tmp_path / file).write_text(without(shipped(file), table, name), "utf-8")
    less, more = (list(other_changes(*places)) for places in (("-", str(tmp_path)), (str(tmp_path), "-")))
    assert gone in told(less, Direction.NARROWS)
    assert new in told(more, Direction.WIDENS)
    assert told(less, Direction.WIDENS) == ""


@pytest.mark.parametrize(
    ("file", "table", "name", "words"),
    [
        ("guards.toml", "stress_sign", "no_buffer", "is no sign of stress any more"),
        ("guards.toml", "quiet", "email_night", "the quiet hours email_night are gone"),
        ("taxonomy.toml", "leaf", "leisure.gambling", "its payments fall where they are no longer sensitive"),
    ],
)
def test_a_guard_that_is_gone_widens(tmp_path: Path, file: str, table: str, name: str, words: str) -> None:
    (tmp_path / file).write_text(without(shipped(file), table, name), "utf-8")
    found = list(other_changes("-", str(tmp_path)))
    assert words in told(found, Direction.WIDENS)
    assert all(one.at_once for one in found)


def test_a_new_adviser_sees_what_they_decide(tmp_path: Path) -> None:
    adviser = (
        '[[adviser]]\nid = "desk"\nname = "Credit desk"\nkey = "%s"\nreviews = ["loan"]\nsince = 2026-01-01\n'
    )
    (tmp_path / "reviews.toml").write_text(shipped("reviews.toml") + adviser % ("a" * 64), "utf-8")
    found = list(other_changes("-", str(tmp_path)))
    assert (
        told(found, Direction.WIDENS) == "reviews.toml: the adviser “Credit desk” now decides and sees loan."
    )
    other = tmp_path / "other"
    other.mkdir()
    later = adviser.replace("2026-01-01", "2026-01-01\nuntil = 2027-01-01") % ("b" * 64)
    (other / "reviews.toml").write_text(shipped("reviews.toml") + later, "utf-8")
    again = list(other_changes(str(tmp_path), str(other)))
    assert "the key that is believed" in told(again, Direction.WIDENS)
    assert "until 2027-01-01" in told(again, Direction.NARROWS)


def test_a_new_workflow_says_what_the_bank_is_asked(tmp_path: Path) -> None:
    more = shipped("workflows.toml") + (
        '\n[[workflow]]\nid = "again"\ntitle = "Again"\nlevel = 1\nreview = "sweep_saving"\n'
        'purpose = "automatic_saving"\ngate = "send"\ndata = ["pd:FinancialAccount"]\nrecipient = "host_app"\n'
        'connector = "bank"\nattempts = 6\nwait_seconds = 30\nforecast_days = 8\n\n[[step]]\nworkflow = "again"\n'
        'action = "transfer"\nfields = ["from_account", "to_account", "amount", "currency"]\nundo = "reverse"\n'
    )
    (tmp_path / "workflows.toml").write_text(more, "utf-8")
    found = told(list(other_changes("-", str(tmp_path))), Direction.WIDENS)
    assert "“Again” is new for the app's company, with the steps transfer with from_account" in found
    assert "“Again” is gone" in told(list(other_changes(str(tmp_path), "-")), Direction.NARROWS)


def test_the_command_says_what_waits_for_a_new_consent_and_what_holds_at_once(
    command: Command, tmp_path: Path
) -> None:
    pinned = command(
        "policy", "diff", "-", folder(tmp_path / "a", "signals.toml", "min_batch = 500", "min_batch = 400")
    )
    assert (pinned.status, "asked anew" in pinned.out, "at once" in pinned.out) == (1, True, False)
    free = command("policy", "diff", "-", folder(tmp_path / "b", "guards.toml", "at_most = 2", "at_most = 3"))
    assert (free.status, "asked anew" in free.out) == (1, False)
    assert "widens in guards.toml holds at once" in " ".join(free.out.split())
    less = command(
        "policy", "diff", "-", folder(tmp_path / "c", "signals.toml", "epsilon = 0.25", "epsilon = 0.2")
    )
    assert (less.status, "Narrows" in less.out) == (0, True)
    behaves = folder(tmp_path / "d", "life_events.toml", "value = 0.6", "value = 0.7")
    assert command("policy", "diff", "-", behaves).status == 0
    version = folder(tmp_path / "e", "purposes.toml", f'"{VERSION}"', '"2099.1"')
    assert f"version is “2099.1” instead of “{VERSION}”" in " ".join(
        command("policy", "diff", "-", version).out.split()
    )
    same = folder(tmp_path / "f", "purposes.toml", "Try improvements", "Try our improvements")
    assert "Both policies have the same version" in command("policy", "diff", "-", same).out
