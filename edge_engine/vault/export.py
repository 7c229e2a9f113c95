"""Export: everything the person owns, in files that other programs read."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import plain
from edge_engine.errors import InputError, ReadOnly
from edge_engine.vault import action_queries, decision_queries, queries, signal_queries
from edge_engine.vault.acting import OutcomeVerdict
from edge_engine.vault.answers import CONFIRMED, NOT_TRUE
from edge_engine.vault.connection import converting_files
from edge_engine.vault.deciding import DecisionState, StoredReaction
from edge_engine.vault.signals import SentState
from edge_engine.vault.working import WorkflowState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from edge_engine.consent.event import StoredEvent
    from edge_engine.vault.reader import Reader

PAGE: Final = 10_000
ALL_ROWS: Final = 2**63 - 1
_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
_STATUS: Final = ("posted", "pending")
_SOURCES: Final = {1: "model", 2: "mcc", 3: "correction", 4: "hint", 5: "variant", 6: "guess"}

_README: Final = """This is everything that the store held about you, exported on {moment}.

accounts.csv, transactions.csv, balances.csv and app_events.csv open in any spreadsheet; amounts are
decimal, dates ISO 8601.
corrections.csv is what you taught, answers.jsonl what you said of changes in your life and traits.csv what you
said of your profile. findings.jsonl is what was
found, forecasts.csv what was foretold and what came of it. consent.jsonl is the signed consent ledger.
signals_sent.csv is what was counted from this device and sent, signals_waiting.csv what waits for it.
reviews.jsonl is what was put before a person for a decision, workflows.csv what your bank was asked to do,
disclosures.csv what kinds of data your bank and advisers were given, and outcomes.csv what you did with what was
offered. decisions.jsonl is what was suggested, or why nothing was, and how that came about; experiments.csv which
versions you see, never_again.csv what you never want to be offered again.
Nothing in this file is encrypted any more: keep it where you would keep a bank statement.
"""


def export(reader: Reader, ledger: Sequence[StoredEvent], path: Path, now: datetime) -> dict[str, int]:
    """Write a new ZIP file with everything the person owns.

    Args:
        reader: Under the person's own right of access.
        ledger: The consent ledger as it is kept.
        path: A file that is not there yet.
        now: Moment of the export.

    Returns:
        Rows by file.

    Raises:
        InputError: The file exists already, or its folder does not.
        ReadOnly: The file cannot be written.
        DiskFull: There is no room for it; nothing of it is left.
    """
    try:
        # For its owner alone: nothing in it is encrypted.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    except FileExistsError:
        raise InputError("the export file exists already; name a new one") from None
    except (FileNotFoundError, NotADirectoryError):
        raise InputError("the export's folder does not exist") from None
    except OSError:
        raise ReadOnly("the export file cannot be written") from None
    try:
        with (
            converting_files(),
            os.fdopen(descriptor, "w+b") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.writestr("README.txt", _README.format(moment=now.isoformat(timespec="seconds")))
            return {
                name: _table(archive, name, heading, rows)
                for name, heading, rows in (
                    ("accounts.csv", ("key", "currency", "kind", "name", "institution"), _accounts(reader)),
                    ("transactions.csv", _TRANSACTION_HEADING, _transactions(reader)),
                    ("balances.csv", ("account", "day", "balance", "currency"), _balances(reader)),
                    (
                        "corrections.csv",
                        ("merchant", "transaction", "money", "category"),
                        _corrections(reader),
                    ),
                    ("app_events.csv", ("id", "at", "name", "subject"), _events(reader)),
                    ("traits.csv", ("name", "not_true", "value", "said_at"), _traits(reader)),
                    ("forecasts.csv", _FORECAST_HEADING, _forecasts(reader)),
                    ("signals_sent.csv", _SENT_HEADING, _sent(reader)),
                    (
                        "signals_waiting.csv",
                        ("signal", "window", "made", "due", "measured", "shared"),
                        _waiting(reader),
                    ),
                    ("workflows.csv", _WORKFLOW_HEADING, _workflows(reader)),
                    (
                        "disclosures.csv",
                        action_queries.DisclosureRow._fields,
                        reader.rows(action_queries.DISCLOSURES),
                    ),
                    (
                        "outcomes.csv",
                        ("subject", "offer", "verdict", "at", "value", "currency"),
                        _outcomes(reader),
                    ),
                    ("experiments.csv", ("experiment", "version", "met"), _experiments(reader)),
                    ("never_again.csv", ("what", "name", "at"), reader.rows(decision_queries.NEVER)),
                )
            } | {
                "answers.jsonl": _lines(archive, "answers.jsonl", _answers(reader)),
                "decisions.jsonl": _lines(archive, "decisions.jsonl", _decisions(reader)),
                "findings.jsonl": _lines(archive, "findings.jsonl", _findings(reader)),
                "reviews.jsonl": _lines(
                    archive, "reviews.jsonl", (row.content for row in reader.rows(action_queries.REVIEWS))
                ),
                "consent.jsonl": _lines(archive, "consent.jsonl", (event.body for event in ledger)),
            }
    except BaseException:
        # A part of an export would pass for the whole.
        with suppress(OSError):
            path.unlink()
        raise


_TRANSACTION_HEADING: Final = (
    "id", "date", "value_date", "amount", "currency", "account", "description", "merchant", "counterparty",
    "counterparty_account", "mcc", "channel", "status", "bank_id", "category", "confidence", "source",
    "own_transfer", "feed",
)  # fmt: skip

_WORKFLOW_HEADING: Final = ("id", "kind", "for", "state", "amount", "currency", "started", "reason")


def _workflows(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(action_queries.WORKFLOWS):
        amount = plain(row.amount, row.currency) if row.currency else ""
        state = WorkflowState(row.state).name.lower()
        yield row.id, row.kind, row.key, state, amount, row.currency, row.started, row.reason


def _experiments(reader: Reader) -> Iterable[Sequence[object]]:
    met = {row.experiment for row in reader.rows(decision_queries.EXPOSURES)}
    for row in reader.rows(decision_queries.ASSIGNMENTS):
        yield row.experiment, row.arm or "holdout", row.experiment in met


def _decisions(reader: Reader) -> Iterable[bytes]:
    for row in reader.rows(decision_queries.DECISIONS, silent=True, limit=ALL_ROWS):
        told = row._asdict() | {
            "state": DecisionState(row.state).name.lower(),
            "reaction": StoredReaction(row.reaction).name.lower(),
            "trace": msgspec.Raw(row.trace or b"null"),
        }
        yield msgspec.json.encode(told)


def _outcomes(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(action_queries.OUTCOMES):
        value = plain(row.value, row.currency) if row.currency else ""
        verdict = OutcomeVerdict(row.verdict).name.lower()
        yield row.subject, row.offer, verdict, row.at, value, row.currency


_FORECAST_HEADING: Final = (
    "made", "week_to", "what", "currency", "p10", "p50", "p90", "actual", "model",
)  # fmt: skip
_SENT_HEADING: Final = (
    "signal", "window", "at", "attempts", "state", "shared", "bytes", "sha256", "report_id",
)  # fmt: skip
_ANSWERS: Final = {CONFIRMED: "confirmed", NOT_TRUE: "not_true"}


def _forecasts(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(queries.FORECASTS):
        amounts = [
            "" if minor is None else plain(minor, row.currency)
            for minor in (row.p10, row.p50, row.p90, row.actual)
        ]
        yield _day(row.made), _day(row.ends), row.quantity, row.currency, *amounts, row.model


def _traits(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(queries.TRAIT_WORDS):
        yield row.name, "yes" if row.denied else "", row.value, row.at


def _sent(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(signal_queries.SIGNAL_SENT):
        state = SentState(row.state).name.lower()
        told = (row.signal, row.window, row.at, row.attempts, state, row.shared, row.size)
        yield *told, row.sha256.hex(), row.report_id.hex()


def _waiting(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(signal_queries.SIGNAL_OUTBOX):
        yield row.signal, row.window, row.made, row.due, row.measured, row.shared


def _answers(reader: Reader) -> Iterable[bytes]:
    for row in reader.rows(queries.ANSWERS):
        told = {
            "kind": row.kind,
            "since": _day(row.day),
            "answer": _ANSWERS[row.answer],
            "answered_at": row.at,
        }
        if row.body:
            told["hypothesis"] = msgspec.Raw(row.body)
        yield msgspec.json.encode(told)


def _accounts(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(queries.ACCOUNTS):
        yield row.key, row.currency, row.kind, row.name, row.institution


def _transactions(reader: Reader) -> Iterable[Sequence[object]]:
    taxonomy = Taxonomy.default()
    after = 0
    while rows := reader.rows(queries.WHOLE_TRANSACTIONS, after=after, limit=PAGE):
        for row in rows:
            known = taxonomy.by_code.get(row.leaf or 0)
            yield (
                row.id,
                _day(row.day),
                "" if row.value_day is None else _day(row.value_day),
                plain(row.amount, row.currency),
                row.currency,
                row.account,
                row.description,
                row.merchant,
                row.counterparty,
                row.counterparty_account,
                f"{row.mcc:04d}" if row.mcc else "",
                row.channel,
                _STATUS[row.status],
                row.external_id,
                known.id if known else "",
                (row.confidence or 0) / 1000 if known else "",
                _SOURCES.get(row.source or 0, "") if known else "",
                "yes" if row.transfer else "",
                row.feed,
            )
        after = rows[-1].id


def _balances(reader: Reader) -> Iterable[Sequence[object]]:
    for row in reader.rows(queries.BALANCES):
        yield (
            row.account,
            _day(row.day),
            plain(row.amount, row.currency),
            row.currency,
        )


def _corrections(reader: Reader) -> Iterable[Sequence[object]]:
    taxonomy = Taxonomy.default()
    for row in reader.rows(queries.CORRECTIONS):
        category = taxonomy.leaf(row.leaf).id if row.leaf else "follows nobody"
        yield row.merchant or "", row.txn_id or "", "in" if row.inflow else "out", category


def _events(reader: Reader) -> Iterable[Sequence[object]]:
    yield from reader.rows(queries.ENGAGEMENT)


def _findings(reader: Reader) -> Iterable[bytes]:
    for kind in ("stream", "insight", "outlook"):
        for row in reader.rows(queries.DERIVED, kind=kind):
            yield row.body


def _table(
    archive: zipfile.ZipFile, name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    count = 0
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(heading)
        for row in rows:
            writer.writerow([_safe(cell) for cell in row])
            count += 1
    return count


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _safe(cell: object) -> object:
    """Keep a spreadsheet from running what a merchant wrote: a leading ``=``, ``+``, ``-`` or ``@`` in a text."""
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell and not _is_number(cell):
        return "'" + cell
    return cell


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _lines(archive: zipfile.ZipFile, name: str, bodies: Iterable[bytes]) -> int:
    count = 0
    with archive.open(name, "w") as raw:
        for body in bodies:
            raw.write(body + b"\n")
            count += 1
    return count
