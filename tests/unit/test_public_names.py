"""The public contract: names that stay."""

from __future__ import annotations

import subprocess
import sys

import edge_engine
from edge_engine import errors
from edge_engine.operations import OPERATIONS


def test_the_public_names_are_these() -> None:
    assert edge_engine.__all__ == [
        "AsyncEngine",
        "Clock",
        "EdgeError",
        "Engine",
        "FakeClock",
        "HostKey",
        "Keyring",
        "Money",
        "Passphrase",
        "Policy",
        "Reporting",
        "SystemClock",
    ]
    assert all(hasattr(edge_engine, name) for name in edge_engine.__all__)


def test_importing_the_engine_loads_nothing_heavy() -> None:
    heavy = ("numpy", "onnxruntime", "rich", "defusedxml", "asyncio", "socket", "tuf", "subprocess")
    code = f"import sys, edge_engine; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_error_codes_never_change_their_meaning() -> None:
    """Append-only: a line may be added here, never changed."""
    shipped = {
        "EdgeError": "edge",
        "ConsentError": "consent",
        "PurposeDenied": "consent.denied",
        "GrantExpired": "consent.grant_expired",
        "LedgerTampered": "consent.ledger_tampered",
        "VaultError": "vault",
        "StoreMissing": "vault.store_missing",
        "StoreExists": "vault.store_exists",
        "KeyMissing": "vault.key_missing",
        "KeyWrong": "vault.key_wrong",
        "Corrupt": "vault.corrupt",
        "SchemaNewer": "vault.schema_newer",
        "ReadOnly": "vault.read_only",
        "DiskFull": "vault.disk_full",
        "Busy": "vault.busy",
        "Suspended": "vault.suspended",
        "Closed": "vault.closed",
        "QueryDenied": "vault.query_denied",
        "FeedError": "feed",
        "FeedMissing": "feed.missing",
        "FormatUnknown": "feed.format_unknown",
        "FileRefused": "feed.file_refused",
        "MappingInvalid": "feed.mapping_invalid",
        "ModelError": "model",
        "ModelMissing": "model.missing",
        "ModelRefused": "model.refused",
        "UpdateRefused": "model.update_refused",
        "UpdateUnreachable": "model.update_unreachable",
        "PolicyError": "policy",
        "DecisionError": "decision",
        "ApprovalForged": "decision.approval_forged",
        "ApprovalReplayed": "decision.approval_replayed",
        "ApprovalExpired": "decision.approval_expired",
        "ApprovalAltered": "decision.approval_altered",
        "ApprovalMissing": "decision.approval_missing",
        "ApproverRefused": "decision.approver_refused",
        "ReviewClosed": "decision.review_closed",
        "WorkflowRefused": "decision.workflow_refused",
        "SignalError": "signal",
        "BudgetExhausted": "signal.budget_exhausted",
        "ServersChanged": "signal.servers_changed",
        "CatalogueChanged": "signal.catalogue_changed",
        "DoorError": "door",
        "FrameInvalid": "door.frame",
        "AbiUnsupported": "door.abi",
        "HelloMissing": "door.hello",
        "MethodUnknown": "door.method",
        "ParamsInvalid": "door.params",
        "NotOpen": "door.not_open",
        "AlreadyOpen": "door.already_open",
        "TooMany": "door.too_many",
        "TooLarge": "door.too_large",
        "Reentered": "door.reentered",
        "DoorClosed": "door.closed",
        "HostSilent": "door.host_silent",
        "HostFailed": "door.host_failed",
        "HostAnswerInvalid": "door.host_answer",
        "HostGone": "door.host_gone",
        "Cancelled": "cancelled",
        "InputError": "input",
    }
    found = {
        name: kind.code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.EdgeError)
    }
    assert found == shipped


def test_the_operations_are_these() -> None:
    assert list(OPERATIONS) == [
        "import",
        "accounts",
        "transactions",
        "categorize",
        "correct",
        "uncorrect",
        "spending",
        "streams",
        "insights",
        "moments",
        "profile",
        "profile.answer",
        "profile.set",
        "decide",
        "react",
        "deliver",
        "feed",
        "decisions",
        "decision",
        "outcome",
        "never",
        "money_is_short",
        "forecast",
        "forecast.coverage",
        "life",
        "life.answer",
        "appetite",
        "appetite.answer",
        "reviews",
        "reviews.pending",
        "reviews.show",
        "reviews.approve",
        "reviews.reject",
        "reviews.ask",
        "reviews.answer",
        "reviews.rates",
        "workflows",
        "workflows.start",
        "workflows.run",
        "consent.state",
        "consent.grant",
        "consent.withdraw",
        "consent.receipt",
        "consent.history",
        "consent.evidence",
        "consent.explain",
        "signals",
        "signals.preview",
        "signals.sent",
        "disclosures",
        "signals.budget",
        "signals.dropped",
        "signals.contribute",
        "sync",
        "export",
        "erase",
        "doctor",
        "models",
        "models.verify",
        "models.card",
        "models.update",
        "accounts.forget",
        "loans.assess",
        "loans.propose",
        "reviews.propose",
        "categories",
    ]
