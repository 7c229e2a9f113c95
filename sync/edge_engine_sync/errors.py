"""Every error that this package raises on purpose.

The tree, with the stable code of each class::

    SyncError                  sync
    ├─ ParameterInvalid        sync.parameter      a task, key, nonce or other argument that no task can have
    ├─ MeasurementInvalid      sync.measurement    a measurement outside of what the task counts
    ├─ MalformedMessage        sync.malformed      bytes that are no message of this protocol
    ├─ VerificationFailed      sync.unverified     shares that do not prove a valid measurement
    ├─ SealingError            sync.sealing
    │  ├─ SuiteUnsupported     sync.sealing.suite
    │  ├─ KeyInvalid           sync.sealing.key
    │  └─ OpenFailed           sync.sealing.open
    ├─ UploadError             sync.upload
    │  ├─ Unreachable          sync.upload.unreachable   no answer; the same bytes may be sent again
    │  ├─ Untrusted            sync.upload.untrusted     the server is not who its name says
    │  ├─ AnswerInvalid        sync.upload.answer        an answer that the protocol does not have
    │  ├─ ServerBusy           sync.upload.busy          the server asks to come back later
    │  └─ UploadRefused        sync.upload.refused       the server will not take this
    ├─ TaskFileInvalid         sync.task_file     a file that describes no tasks
    ├─ DatabaseUnusable        sync.database      an aggregator cannot use its file
    └─ CollectionRefused       sync.collection    the aggregators will not give the sum over a batch

Codes are append-only: a code that shipped never changes its meaning. A message is one clear sentence and never carries
a measurement, a share, a key or a body that a server sent.
"""

from __future__ import annotations

from typing import ClassVar


class SyncError(Exception):
    """Base of every error of this package.

    Attributes:
        code: Stable, append-only identifier for programs.
        message: One sentence for people, free of private data.
    """

    code: ClassVar[str] = "sync"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ParameterInvalid(SyncError):
    """A parameter that no task, key or nonce can have."""

    code = "sync.parameter"


class MeasurementInvalid(SyncError):
    """The measurement is outside of what the task counts; nothing was made of it."""

    code = "sync.measurement"


class MalformedMessage(SyncError):
    """The bytes are not a message of this protocol."""

    code = "sync.malformed"


class VerificationFailed(SyncError):
    """The shares do not prove that the measurement is valid; the report must not be counted."""

    code = "sync.unverified"


class SealingError(SyncError):
    """Base of what goes wrong in hybrid public key encryption."""

    code = "sync.sealing"


class SuiteUnsupported(SealingError):
    """The key encapsulation, key derivation or cipher is not one that this package has."""

    code = "sync.sealing.suite"


class KeyInvalid(SealingError):
    """The bytes are no key, or no encapsulated key, of the suite."""

    code = "sync.sealing.key"


class OpenFailed(SealingError):
    """The ciphertext does not open with this key, info and associated data."""

    code = "sync.sealing.open"


class UploadError(SyncError):
    """Base of what goes wrong between a client and an aggregator.

    Attributes:
        sent: False where certainly nothing of the request had left, as no connection had been made.
    """

    code = "sync.upload"
    sent: bool = True


class Unreachable(UploadError):
    """No whole answer came; whether the server took the report is unknown and sending the same bytes again is safe."""

    code = "sync.upload.unreachable"


class Untrusted(UploadError):
    """The server does not prove to be the one that its name says; nothing was sent to it."""

    code = "sync.upload.untrusted"


class AnswerInvalid(UploadError):
    """The server answered with something that the protocol does not have."""

    code = "sync.upload.answer"


class ServerBusy(UploadError):
    """The server asks to come back later.

    Attributes:
        retry_after: Seconds that the server asked to wait, where it said so.
    """

    code = "sync.upload.busy"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UploadRefused(UploadError):
    """The server will not take this report; sending the same bytes again will not help.

    Attributes:
        status: HTTP status.
        problem: DAP error token, such as ``unrecognizedTask`` or ``report_replayed``; empty where there was none.
        certain: Whether the server has taken the report at no attempt. It may have where the answer to another one was
            lost, or where the report was led on to another address. A fresh report would then be counted beside it.
    """

    code = "sync.upload.refused"

    def __init__(self, message: str, *, status: int = 0, problem: str = "", certain: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem
        self.certain = certain


class TaskFileInvalid(SyncError):
    """A file does not describe tasks, or describes them for another party."""

    code = "sync.task_file"


class DatabaseUnusable(SyncError):
    """The file of an aggregator is in use, of another aggregator, of a newer version, damaged or on a full disk."""

    code = "sync.database"


class CollectionRefused(SyncError):
    """The aggregators will not give the sum over a batch.

    Attributes:
        problem: DAP error token, such as ``invalidBatchSize``; empty where there was none.
    """

    code = "sync.collection"

    def __init__(self, message: str, *, problem: str = "") -> None:
        super().__init__(message)
        self.problem = problem
