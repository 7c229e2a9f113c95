"""``policy``: check it, compare it, test it, draw it as a table."""

from __future__ import annotations

import csv
import html
import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine.cli import output
from edge_engine.cli.policy_folder import check_others, other_changes, policy_of
from edge_engine.consent import presets
from edge_engine.consent.documentation import markdown
from edge_engine.consent.policy import PURPOSES, Policy
from edge_engine.consent.policy_cases import check_names, read_cases, run_case
from edge_engine.consent.policy_changes import DOING, SEEN_BY, Direction, changes, widens
from edge_engine.consent.policy_history import Doing, read_history
from edge_engine.consent.policy_questions import ask, needs_consent
from edge_engine.consent.policy_uses import allowed_uses
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.consent.toml_lines import unknown
from edge_engine.errors import InputError, PolicyError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.consent.policy_changes import Change

_SHIPPED: Final = "the engine's own"
_FOLDER: Final = f"a policy's folder (default: {_SHIPPED})"
_HEADS: Final = {
    Direction.WIDENS: "Widens",
    Direction.NARROWS: "Narrows",
    Direction.BEHAVES: "Behaves otherwise; nobody newly sees or gets anything",
    Direction.WORDS: "Words and names",
}
_DOING_IT: Final = {gate: f"{doing} it".capitalize() for gate, doing in DOING.items()} | {
    Gate.SEND: "Send it out"
}
_STYLE: Final = (
    "body{font:1rem system-ui;margin:2rem}table{border-collapse:collapse}"
    "td,th{border:1px solid;padding:.3rem;text-align:left}"
)


def add(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's subparsers
    """Add the commands of this group."""
    group = commands.add_parser("policy", help="check, compare and test the consent policy")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    one = actions.add_parser("lint", parents=[shared], help="check a policy's files line by line")
    one.add_argument("folder", nargs="?", default="", metavar="FOLDER", help=_FOLDER)
    one.set_defaults(run=lint)

    one = actions.add_parser(
        "diff", parents=[shared], help="say who can newly see what; status 1 where that widens"
    )
    one.add_argument(
        "old", metavar="OLD", help="folder of the policy that people agreed to, or - for the engine's own"
    )
    one.add_argument("new", metavar="NEW", help="folder of the policy that is to take its place, or -")
    one.add_argument("--accept", action="store_true", help="status 0 although it widens")
    one.set_defaults(run=diff)

    one = actions.add_parser(
        "test", parents=[shared], help="run allow and deny cases; status 1 where one fails"
    )
    one.add_argument("cases", metavar="CASES", help="a TOML file of [[case]] tables")
    one.add_argument("--policy", default="", metavar="FOLDER", help=_FOLDER)
    one.set_defaults(run=test)

    one = actions.add_parser("matrix", parents=[shared], help="who may see what, for what")
    one.add_argument("folder", nargs="?", default="", metavar="FOLDER", help=_FOLDER)
    one.add_argument("--format", default="table", choices=("table", "csv", "html"), help="default: table")
    one.set_defaults(run=matrix)

    one = actions.add_parser(
        "explain", parents=[shared], help="say which rule would decide, the person's word aside"
    )
    one.add_argument("purpose")
    one.add_argument("data", help="a kind of data, such as pd:Transaction")
    one.add_argument(
        "recipient", nargs="?", default="", help=f"{', '.join(Recipient)} (default: each of them)"
    )
    one.add_argument(
        "channel",
        nargs="?",
        default="",
        help=f"{', '.join(DeliveryChannel)} (default: none, and each of them)",
    )
    one.add_argument(
        "--gate", default="", help=f"{', '.join(Gate)} (default: each at which that recipient can be)"
    )
    one.add_argument("--policy", default="", metavar="FOLDER", help=_FOLDER)
    one.set_defaults(run=explain)

    one = actions.add_parser(
        "simulate",
        parents=[shared],
        help="live a made-up history of consent; status 1 where it came out otherwise",
    )
    one.add_argument("history", metavar="HISTORY", help="a TOML file of [[step]] tables")
    one.add_argument("--policy", default="", metavar="FOLDER", help=f"at the beginning: {_FOLDER}")
    one.set_defaults(run=simulate)

    one = actions.add_parser(
        "preset", parents=[shared], help="list starting points by jurisdiction, or write one; no advice"
    )
    one.add_argument("name", nargs="?", default="", metavar="NAME", help="which one (default: list them)")
    one.add_argument("--out", default="", metavar="FOLDER", help="write it into this new folder")
    one.set_defaults(run=preset)

    one = actions.add_parser("document", parents=[shared], help="print the purposes and rules, in Markdown")
    one.add_argument("folder", nargs="?", default="", metavar="FOLDER", help=_FOLDER)
    one.set_defaults(run=document)


def lint(arguments: argparse.Namespace) -> int:
    """Check a policy."""
    policy = policy_of(arguments.folder)
    others = check_others(arguments.folder, policy)
    told = {
        "version": policy.version,
        "digest": policy.digest,
        "purposes": len(policy.purposes),
        "rules": len(policy.rules),
        "data": len(policy.data),
        "others": others,
    }
    if arguments.json:
        output.json(told)
    else:
        screen = output.Screen()
        screen.say(
            f"Policy {policy.version} is sound: {len(policy.purposes)} purposes, {len(policy.rules)} rules,"
            f" {len(policy.data)} kinds of data. SHA-256 {policy.digest}"
        )
        if others:
            screen.say(f"Sound as well: {', '.join(others)}.")
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Compare two policies."""
    old, new = policy_of(arguments.old), policy_of(arguments.new)
    found = sorted(
        [*changes(old, new, _today()), *other_changes(arguments.old, arguments.new)],
        key=lambda one: list(Direction).index(one.direction),
    )
    if arguments.json:
        output.json(found)
    else:
        screen = output.Screen()
        for direction, head in _HEADS.items():
            some = [one for one in found if one.direction is direction]
            if some:
                screen.heading(head)
            for one in some:
                screen.say(f"- {one.sentence}" + (f" ({', '.join(one.rules)})" if one.rules else ""))
        for note in _notes(found, same_version=old.version == new.version and old.digest != new.digest):
            screen.note(note)
    return 1 if widens(found) and not arguments.accept else 0


def _notes(found: list[Change], *, same_version: bool) -> Iterator[str]:
    """Yield what holds of all changes: whom they reach, and when."""
    if not found:
        yield "The two policies say the same."
    wider = [one for one in found if one.direction is Direction.WIDENS]
    if any(not one.at_once for one in wider):
        yield (
            "A consent pins its company, purposes, rules, columns and signals: people who agreed before are asked anew"
            " for what widens there; until then it stays off for them."
        )
    if any(one.at_once for one in wider):
        files = dict.fromkeys(one.sentence.partition(":")[0] for one in wider if one.at_once)
        yield f"What widens in {', '.join(files)} holds at once, also for people who agreed before: no consent pins it."
    if found and same_version:
        yield "Both policies have the same version, and receipts will not tell them apart by it."


def test(arguments: argparse.Namespace) -> int:
    """Run cases."""
    file = Path(arguments.cases)
    text = _text(file, "the cases cannot be read")
    policy = _policy(arguments.policy)
    cases = read_cases(text, file.name)
    for case, line in cases:
        check_names(policy, case.purpose, case.data, case.rule, (file.name, line))
    found = [run_case(policy, case, line, _today()) for case, line in cases]
    failed = [one for one in found if not one.passed]
    if arguments.json:
        output.json({"passed": len(found) - len(failed), "failed": len(failed), "cases": found})
    else:
        screen = output.Screen()
        for one in failed:
            screen.say(f"{file.name}:{one.line}: {one.name}: {one.answer} by {', '.join(one.rules)}")
        screen.say(f"{len(found) - len(failed)} of {len(found)} cases came out as expected.")
    return 1 if failed else 0


def matrix(arguments: argparse.Namespace) -> int:
    """Print who sees what."""
    policy = _policy(arguments.folder)
    rows = _matrix(policy, _today())
    head = ["purpose", "data", *Recipient]
    if arguments.json:
        output.json([dict(zip(head, row, strict=True)) for row in rows])
    elif arguments.format == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        sys.stdout.write(text.getvalue())
    elif arguments.format == "html":
        sys.stdout.write(_page(policy, head, rows))
    else:
        output.Screen().table(head, rows)
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """Say which rules would decide for somebody who agreed to the purpose."""
    policy = _policy(arguments.policy)
    for name, known, what in (
        (arguments.purpose, policy.purposes, "purpose"),
        (arguments.data, policy.data, "kind of data"),
    ):
        if name not in known:
            raise PolicyError(f"there is no {what} {unknown(name, known)}")
    found = ask(
        policy,
        arguments.purpose,
        arguments.data,
        _today(),
        _word(Recipient, arguments.recipient) if arguments.recipient else None,
        _word(DeliveryChannel, arguments.channel) if arguments.channel else None,
        _word(Gate, arguments.gate) if arguments.gate else None,
    )
    if arguments.json:
        output.json({"allowed": any(one.allowed for one in found), "answers": found})
        return 0
    screen = output.Screen()
    for one in found:
        over = f", over {', '.join(one.channels)}" if one.channels else ""
        by = ", ".join(one.rules) or "default-deny"
        word = "allowed" if one.allowed else "denied"
        screen.say(f"{_DOING_IT[one.gate]} {SEEN_BY[one.recipient]}{over}: {word} by {by}: {one.because}.")
    if needs_consent(policy, arguments.purpose):
        screen.note("This holds for somebody who agreed to the purpose; before that everything is denied.")
    return 0


def simulate(arguments: argparse.Namespace) -> int:
    """Live a history, and say after each step what is on."""
    from edge_engine.simulation.consenting import live  # noqa: PLC0415 - brings the store, which only this needs

    file = Path(arguments.history)
    steps = read_history(_text(file, "the history cannot be read"), file.name)
    first = _policy(arguments.policy)
    for step, line in steps:
        if step.do is not Doing.POLICY:
            check_names(first, step.purpose, step.data, step.rule, (file.name, line))
    found = list(
        live(steps, _policy(arguments.policy), lambda name: _policy(str(file.parent / name) if name else ""))
    )
    if arguments.json:
        output.json(found)
    else:
        screen = output.Screen()
        for one in found:
            screen.say(f"{one.at:%Y-%m-%d %H:%M} {one.did}{' ' if one.because else ''}{one.because}")
            if not one.as_expected:
                screen.say(f"  {file.name}:{one.line}: this came out otherwise than expected, by {one.rule}")
            screen.note(f"  on: {', '.join(one.on)}")
    return 0 if all(one.as_expected for one in found) else 1


def preset(arguments: argparse.Namespace) -> int:
    """List starting points, show one with its sources, or write it as a policy's folder."""
    screen = output.Screen()
    if not arguments.name:
        if arguments.out:
            raise InputError("name the preset that is to be written")
        if arguments.json:
            output.json(presets.presets())
        else:
            screen.table(["preset", "for"], [[one.id, one.title] for one in presets.presets()])
        return 0
    one = presets.preset(arguments.name)
    if arguments.out:
        folder = Path(arguments.out)
        text = presets.written(one)
        try:
            folder.mkdir(parents=True)
            (folder / PURPOSES).write_text(text, "utf-8")
        except OSError:
            raise InputError("the folder exists already or cannot be written; name a new one") from None
    if arguments.json:
        output.json(one)
        return 0
    screen.say(f"{one.title}. A starting point and no advice.")
    for source in one.source:
        screen.say(f"- {source.law}: {source.says}. Here: {source.here}.")
    if arguments.out:
        screen.note(f"Written to {arguments.out}. edge-engine policy diff - {arguments.out}")
    return 0


def document(arguments: argparse.Namespace) -> int:
    """Print the documentation of a policy."""
    text = markdown(_policy(arguments.folder))
    if arguments.json:
        output.json({"markdown": text})
    else:
        sys.stdout.write(text)
    return 0


def _policy(folder: str) -> Policy:
    return Policy.load(folder) if folder not in ("", "-") else Policy.default()


def _text(file: Path, otherwise: str) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PolicyError(otherwise, file=file.name) from None


def _today() -> date:
    return datetime.now(UTC).date()


def _word(kind: Any, word: str) -> Any:  # noqa: ANN401 - one of three enumerations
    try:
        return kind(word)
    except ValueError:
        raise PolicyError(f"there is no {unknown(word, list(kind))}") from None


def _matrix(policy: Policy, day: date) -> list[list[str]]:
    """Return a row for each purpose and kind of data that it may use, with the gates for each recipient."""
    cells: dict[tuple[str, str], dict[Recipient, list[str]]] = {}
    for use in allowed_uses(policy, day):
        word = DOING[use.gate].split()[0] if use.gate is not Gate.INFER else "infer"
        if use.channel is not None:
            word += f" ({use.channel})"
        words = cells.setdefault((use.purpose, use.data), {}).setdefault(use.recipient, [])
        if word not in words:
            words.append(word)
    return [
        [purpose, data, *(", ".join(cells[purpose, data].get(one, [])) for one in Recipient)]
        for purpose in policy.purposes
        for data in policy.data
        if (purpose, data) in cells
    ]


def _page(policy: Policy, head: list[str], rows: list[list[str]]) -> str:
    def row(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    title = html.escape(f"Who may see what: policy {policy.version}")
    body = "\n".join(row(cells, "td") for cells in rows)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        f"<table><thead>{row(head, 'th')}</thead><tbody>\n{body}\n</tbody></table></body></html>\n"
    )
