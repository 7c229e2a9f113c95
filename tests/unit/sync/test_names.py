"""The package in its own right: its names, its codes, and what it does not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import edge_engine_sync
from edge_engine_sync import errors


def test_the_public_names_are_these() -> None:
    assert edge_engine_sync.__all__ == [
        "Client",
        "Delivery",
        "HttpsTransport",
        "Prio3",
        "SyncError",
        "Task",
        "TaskConfiguration",
        "VdafConfig",
    ]
    assert all(getattr(edge_engine_sync, name).__name__ == name for name in edge_engine_sync.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = edge_engine_sync.nothing


def test_error_codes_never_change_their_meaning() -> None:
    """Append-only: a line may be added here, never changed."""
    shipped = {
        "SyncError": "sync",
        "ParameterInvalid": "sync.parameter",
        "MeasurementInvalid": "sync.measurement",
        "MalformedMessage": "sync.malformed",
        "VerificationFailed": "sync.unverified",
        "SealingError": "sync.sealing",
        "SuiteUnsupported": "sync.sealing.suite",
        "KeyInvalid": "sync.sealing.key",
        "OpenFailed": "sync.sealing.open",
        "UploadError": "sync.upload",
        "Unreachable": "sync.upload.unreachable",
        "Untrusted": "sync.upload.untrusted",
        "AnswerInvalid": "sync.upload.answer",
        "ServerBusy": "sync.upload.busy",
        "UploadRefused": "sync.upload.refused",
        "TaskFileInvalid": "sync.task_file",
        "DatabaseUnusable": "sync.database",
        "CollectionRefused": "sync.collection",
    }
    found = {
        name: kind.code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.SyncError)
    }
    assert found == shipped
    assert errors.__doc__ is not None
    assert all(code in errors.__doc__ for code in shipped.values())


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import edge_engine_sync", ("Cryptodome", "cryptography", "numpy", "http", "edge_engine")),
        ("from edge_engine_sync import Prio3", ("cryptography", "numpy", "http", "edge_engine")),
        (
            "from edge_engine_sync import Client, Task",
            ("numpy", "http.client", "ssl", "sqlite3", "edge_engine"),
        ),
        ("from edge_engine_sync import HttpsTransport", ("numpy", "edge_engine")),
    ],
)
def test_what_is_not_used_is_not_loaded(code: str, absent: tuple[str, ...]) -> None:
    program = f"import sys; {code}; print([name for name in {absent} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
