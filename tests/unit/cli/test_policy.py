"""``policy``: lint, diff, test, matrix, explain."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.fixture
def wider(tmp_path: Path) -> Path:
    folder = tmp_path / "wider"
    folder.mkdir()
    text = shipped("purposes.toml").replace(
        'channels = ["feed", "modal"]', 'channels = ["feed", "modal", "email"]', 1
    )
    (folder / "purposes.toml").write_text(text, encoding="utf-8")
    return folder


def test_lint_says_what_a_policy_holds_or_the_line_of_its_mistake(command: Command, wider: Path) -> None:
    assert "is sound" in command("policy", "lint").out
    assert command("policy", "lint", str(wider), "--json").json["rules"] > 20
    file = wider / "purposes.toml"
    file.write_text(
        file.read_text("utf-8").replace('effect = "allow"', 'effect = "perhaps"', 1), encoding="utf-8"
    )
    refused = command("policy", "lint", str(wider))
    assert refused.status == 1
    assert "purposes.toml" in refused.err
    assert "effect cannot be" in refused.err


def test_diff_fails_a_build_that_widens_unless_accepted(command: Command, wider: Path) -> None:
    told = command("policy", "diff", "-", str(wider))
    assert told.status == 1
    assert "over email" in " ".join(told.out.split())
    assert command("policy", "diff", "-", str(wider), "--accept").status == 0
    assert command("policy", "diff", str(wider), "-").status == 0
    assert "say the same" in command("policy", "diff", "-", "-").out
    assert {one["direction"] for one in command("policy", "diff", "-", str(wider), "--json").json} == {
        "widens"
    }


def test_cases_run_and_a_failed_one_fails_the_build(command: Command, tmp_path: Path) -> None:
    cases = tmp_path / "cases.toml"
    case = '[[case]]\nname = "sorted here"\npurpose = "categorization"\ndata = ["pd:Transaction"]\nexpect = "%s"\n'
    cases.write_text(case % "allow")
    assert command("policy", "test", str(cases)).out.startswith("1 of 1 cases")
    cases.write_text(case % "deny")
    failed = command("policy", "test", str(cases))
    assert (failed.status, "cases.toml:1: sorted here: allow by categorize-on-device" in failed.out) == (
        1,
        True,
    )
    assert command("policy", "test", str(cases), "--json").json["failed"] == 1
    assert command("policy", "test", str(tmp_path / "none.toml")).status == 1


def test_the_matrix_is_one_table_in_four_forms(command: Command) -> None:
    rows = command("policy", "matrix", "--json").json
    assert {"purpose": "own_access", "data": "pd:Income", "person": "read"}.items() <= rows[3].items()
    table = list(csv.DictReader(io.StringIO(command("policy", "matrix", "--format", "csv").out)))
    assert table == rows
    page = command("policy", "matrix", "--format", "html").out
    assert page.count("<tr>") == len(rows) + 1
    assert not any(
        row["host_app"] for row in rows if row["purpose"] not in {"automatic_saving", "loan_application"}
    )


def test_explain_names_the_rule_without_a_store(command: Command) -> None:
    assert "insights-on-device" in command("policy", "explain", "insights", "pd:Transaction").out
    denied = command("policy", "explain", "insights", "pd:Transaction", "host_app", "--json").json
    assert not denied["allowed"]
    assert [(one["gate"], one["rules"]) for one in denied["answers"]] == [
        ("send", ["transactions-never-leave"])
    ]


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        (("outreach", "pd:Income", "person"), {("deliver", ("push", "email", "sms"))}),
        (("outreach", "pd:Income", "person", "sms"), {("deliver", ("sms",))}),
        (("outreach", "pd:Income", "person", "feed"), set()),
        (("aggregate_statistics", "pd:PurchasesAndSpendingHabit", "aggregators"), {("send", ())}),
        (("automatic_saving", "pd:FinancialAccount", "host_app"), {("send", ())}),
        (("adviser_review", "pd:Income", "adviser"), {("send", ())}),
        (("adviser_review", "pd:Income", "adviser", "adviser"), {("send", ("adviser",))}),
        (("own_access", "pd:Income"), {("read", ())}),
        (("outreach", "pd:Income", "person", "--gate", "read"), set()),
    ],
)
def test_explain_asks_wherever_that_recipient_can_be_and_never_answers_by_a_wrong_gate(
    command: Command, question: tuple[str, ...], allowed: set[tuple[str, tuple[str, ...]]]
) -> None:
    told = command("policy", "explain", *question, "--json").json
    assert {(one["gate"], tuple(one["channels"])) for one in told["answers"] if one["allowed"]} == allowed
    assert told["allowed"] is bool(allowed)
    assert ("allowed by" in " ".join(command("policy", "explain", *question).out.split())) is bool(allowed)


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        (("astrology", "pd:Transaction"), "there is no purpose astrology"),
        (("insightz", "pd:Transaction"), "did you mean insights?"),
        (("insights", "pd:Incomes"), "did you mean pd:Income"),
        (("insights", "pd:Income", "everybody"), "there are: person, device, host_app"),
        (("insights", "pd:Income", "person", "sns"), "did you mean sms?"),
    ],
)
def test_explain_mends_a_mistyped_word(command: Command, wrong: tuple[str, ...], mend: str) -> None:
    refused = command("policy", "explain", *wrong)
    assert (refused.status, mend in refused.err) == (1, True)


def test_a_case_without_a_gate_is_asked_where_its_recipient_gets_something(
    command: Command, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.toml"
    case = (
        '[[case]]\nname = "x"\npurpose = "automatic_saving"\ndata = ["pd:FinancialAccount"]\n'
        'recipient = "host_app"\n'
    )
    cases.write_text(case + 'expect = "deny"\n', "utf-8")
    failed = command("policy", "test", str(cases))
    assert (failed.status, "allow by save-through-your-bank" in failed.out) == (1, True)


def test_a_history_is_lived_by_the_real_ledger_across_a_change_of_policy(
    command: Command, wider: Path, tmp_path: Path
) -> None:
    file = tmp_path / "history.toml"
    ask = 'do = "ask"\npurpose = "recommendations"\ndata = ["pd:Preference"]\nrecipient = "person"\ngate = "deliver"\n'
    steps = [
        ("2027-01-05T09:00:00Z", 'do = "grant"\npurpose = "recommendations"\n'),
        ("2027-01-05T09:01:00Z", ask + 'channel = "feed"\nexpect = "allow"\n'),
        ("2027-02-01T00:00:00Z", f'do = "policy"\nfolder = "{wider.name}"\n'),
        ("2027-02-01T00:00:01Z", ask + 'channel = "feed"\nexpect = "allow"\nrule = "recommend-to-you"\n'),
        ("2028-01-05T09:00:00Z", ask + 'channel = "feed"\nexpect = "deny"\nrule = "expired"\n'),
        ("2028-01-05T09:00:01Z", 'do = "grant"\npurpose = "own_access"\n'),
    ]
    file.write_text("".join(f"[[step]]\nat = {at}\n{what}\n" for at, what in steps), "utf-8")

    answer = command("policy", "simulate", str(file), "--json")

    assert answer.status == 0
    assert [one["done"] for one in answer.json] == [True, True, True, True, False, False]
    assert [one["on"] for one in answer.json][3:] == [
        ["own_access", "recommendations"],
        ["own_access"],
        ["own_access"],
    ]
    assert answer.json[-1]["rule"] == "own-access"
    file.write_text(file.read_text("utf-8").replace('expect = "deny"', 'expect = "allow"'), "utf-8")
    failed = command("policy", "simulate", str(file))
    assert failed.status == 1
    assert "history.toml:" in failed.out
    assert "otherwise than expected, by expired" in failed.out.replace("\n", " ")


def test_what_a_policy_adds_stays_off_for_who_agreed_before(command: Command, wider: Path) -> None:
    file = wider.parent / "history.toml"
    ask = (
        'do = "ask"\npurpose = "insights"\ndata = ["pd:Income"]\nrecipient = "person"\ngate = "deliver"\n'
        'channel = "email"\n'
    )
    steps = [
        ("2027-01-05T09:00:00Z", 'do = "grant"\npurpose = "insights"\n'),
        ("2027-01-05T09:01:00Z", ask + 'expect = "deny"\nrule = "default-deny"\n'),
        ("2027-02-01T00:00:00Z", f'do = "policy"\nfolder = "{wider.name}"\n'),
        ("2027-02-01T00:00:01Z", ask + 'expect = "deny"\nrule = "new-since-consent"\n'),
        ("2027-02-02T00:00:00Z", 'do = "grant"\npurpose = "insights"\n'),
        ("2027-02-02T00:00:01Z", ask + 'expect = "allow"\n'),
    ]
    file.write_text("".join(f"[[step]]\nat = {at}\n{what}\n" for at, what in steps), "utf-8")
    answer = command("policy", "simulate", str(file), "--json")
    assert [one["as_expected"] for one in answer.json] == [True] * 6


@pytest.mark.parametrize(
    ("step", "line", "says"),
    [
        ('at = 2027-01-05T09:00:00\ndo = "grant"\npurpose = "insights"', 2, "a time has its zone"),
        ('at = 2027-01-05T09:00:00Z\ndo = "grant"', 1, "a step names a purpose"),
        ('at = 2027-01-05T09:00:00Z\ndo = "policy"\npurpose = "insights"', 4, "a step names a purpose"),
        ('at = 2027-01-05T09:00:00Z\ndo = "ask"\npurpose = "insights"', 1, "what asks names the data"),
        (
            'at = 2027-01-05T09:00:00Z\ndo = "withdraw"\npurpose = "insights"\ndays = 3',
            5,
            "only a grant holds for some days",
        ),
        ('at = 2027-01-05T09:00:00Z\ndo = "hope"\npurpose = "insights"', 3, "do cannot be"),
    ],
)
def test_a_mistake_in_a_history_names_its_line(
    command: Command, tmp_path: Path, step: str, line: int, says: str
) -> None:
    (tmp_path / "history.toml").write_text(f"[[step]]\n{step}\n", "utf-8")
    refused = command("policy", "simulate", str(tmp_path / "history.toml"))
    assert refused.status == 1
    assert f"history.toml:{line}:" in refused.err
    assert says in refused.err


def test_a_preset_is_listed_shown_and_written_as_a_folder_that_holds(
    command: Command, tmp_path: Path
) -> None:
    assert "Brazil: LGPD" in command("policy", "preset").out
    assert {one["id"] for one in command("policy", "preset", "--json").json} == {"br", "eu", "uk", "us"}
    folder = tmp_path / "uk"
    written = command("policy", "preset", "uk", "--out", str(folder))
    assert (written.status, "no advice" in written.out) == (0, True)
    assert command("policy", "lint", str(folder)).status == 0
    assert command("policy", "diff", "-", str(folder)).status == 0
    again = command("policy", "preset", "uk", "--out", str(folder))
    assert (again.status, "exists already" in again.err) == (1, True)
    assert command("policy", "preset", "--out", str(folder)).status == 1


OTHER_MISTAKES = {
    "guards.toml": ("schema = 1", "schema = 1\n[surprise]\nx = 1"),
    "offers.toml": ('channels = ["feed"', 'channels = ["fax"'),
    "signals.toml": ("epsilon = 0.25", "epsilon = nan"),
    "reviews.toml": ("due_days = 14", "due_day = 14"),
    "workflows.toml": ("attempts = 6", "attemps = 6"),
    "profile.toml": ("schema = 1", "schema = 1\n[["),
    "moments.toml": ("schema = 1", "schema = 1\n[surprise]\nx = 1"),
    "experiments.toml": ("schema = 1", "schema = 1\n[surprise]\nx = 1"),
    "taxonomy.toml": ("sensitive = false", "sensitiv = false"),
    "data.toml": ("txn.account_id", "txn.acount_id"),
}


@pytest.mark.parametrize("name", OTHER_MISTAKES)
def test_lint_reads_every_file_of_a_folder(command: Command, tmp_path: Path, name: str) -> None:
    old, new = OTHER_MISTAKES[name]
    text = shipped(name)
    assert old in text
    (tmp_path / name).write_text(text, "utf-8")
    assert command("policy", "lint", str(tmp_path)).status == 0
    (tmp_path / name).write_text(text.replace(old, new, 1), "utf-8")
    refused = command("policy", "lint", str(tmp_path))
    assert refused.status == 1
    assert name in refused.err


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("signals.toml", "min_batch = 500", "min_batch = 400"),
        ("taxonomy.toml", "sensitive = true", "sensitive = false"),
        ("reviews.toml", "valid_days = 7", "valid_days = 8"),
        ("guards.toml", "closed = 4", "closed = 5"),
    ],
)
def test_diff_lets_no_other_file_change_unread(
    command: Command, tmp_path: Path, name: str, old: str, new: str
) -> None:
    assert old in shipped(name)
    (tmp_path / name).write_text("# only a remark\n" + shipped(name), "utf-8")
    assert command("policy", "diff", "-", str(tmp_path)).status == 0
    (tmp_path / name).write_text(shipped(name).replace(old, new, 1), "utf-8")
    widened = command("policy", "diff", "-", str(tmp_path))
    assert (widened.status, name in widened.out) == (1, True)
    assert command("policy", "diff", "-", str(tmp_path), "--accept").status == 0


def test_another_company_widens_and_other_words_are_told(command: Command, tmp_path: Path) -> None:
    text = shipped("purposes.toml")
    other = text.replace("Edge Engine on this device, run by you and for you", "Another Company Ltd")
    (tmp_path / "purposes.toml").write_text(other, "utf-8")
    company = command("policy", "diff", "-", str(tmp_path))
    assert (company.status, "Another Company Ltd" in company.out) == (1, True)
    says = "a suggestion and its reason may be shown to you inside the app"
    (tmp_path / "purposes.toml").write_text(text.replace(says, "anything may be shown to anybody"), "utf-8")
    words = command("policy", "diff", "-", str(tmp_path))
    assert (words.status, "anything may be shown to anybody" in words.out.replace("\n", " ")) == (0, True)


@pytest.mark.parametrize(("purpose", "kind"), [("insightz", "pd:Transaction"), ("insights", "pd:Transactio")])
def test_a_mistyped_name_in_a_case_is_no_case_that_passes(
    command: Command, tmp_path: Path, purpose: str, kind: str
) -> None:
    case = f'[[case]]\nname = "x"\npurpose = "{purpose}"\ndata = ["{kind}"]\nexpect = "deny"\n'
    (tmp_path / "cases.toml").write_text(case, "utf-8")
    refused = command("policy", "test", str(tmp_path / "cases.toml"))
    assert refused.status == 1
    assert "cases.toml:1: there is no" in refused.err
    (tmp_path / "cases.toml").write_text(case + 'rule = "unknown-"\n', "utf-8")
    assert "there is no" not in command("policy", "test", str(tmp_path / "cases.toml")).err


@pytest.mark.parametrize(
    ("text", "says"),
    [("a." * 50_000 + "b = 1\n", "a line has at most"), ("a = " + "[\n" * 100_000, "nests too deeply")],
)
def test_a_hostile_file_is_refused_at_once(command: Command, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "purposes.toml").write_text(text + shipped("purposes.toml"), "utf-8")
    refused = command("policy", "lint", str(tmp_path))
    assert refused.status == 1
    assert says in refused.err
