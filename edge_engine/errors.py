"""Every error that a user of the engine can cause.

The tree, with the stable code of each class::

    EdgeError                edge
    ├─ ConsentError          consent
    │  ├─ PurposeDenied      consent.denied
    │  ├─ GrantExpired       consent.grant_expired
    │  └─ LedgerTampered     consent.ledger_tampered
    ├─ VaultError            vault
    │  ├─ StoreMissing       vault.store_missing
    │  ├─ StoreExists        vault.store_exists
    │  ├─ KeyMissing         vault.key_missing
    │  ├─ KeyWrong           vault.key_wrong
    │  ├─ Corrupt            vault.corrupt
    │  ├─ SchemaNewer        vault.schema_newer
    │  ├─ ReadOnly           vault.read_only
    │  ├─ DiskFull           vault.disk_full
    │  ├─ Busy               vault.busy
    │  ├─ Suspended          vault.suspended
    │  ├─ Closed             vault.closed
    │  └─ QueryDenied        vault.query_denied
    ├─ FeedError             feed
    │  ├─ FeedMissing        feed.missing
    │  ├─ FormatUnknown      feed.format_unknown
    │  ├─ FileRefused        feed.file_refused
    │  └─ MappingInvalid     feed.mapping_invalid
    ├─ ModelError            model
    │  ├─ ModelMissing       model.missing
    │  ├─ ModelRefused       model.refused
    │  ├─ UpdateRefused      model.update_refused
    │  └─ UpdateUnreachable  model.update_unreachable
    ├─ PolicyError           policy
    ├─ DecisionError         decision
    ├─ SignalError           signal
    │  ├─ BudgetExhausted    signal.budget_exhausted
    │  ├─ ServersChanged     signal.servers_changed
    │  └─ CatalogueChanged   signal.catalogue_changed
    ├─ DoorError             door
    │  ├─ FrameInvalid       door.frame
    │  ├─ AbiUnsupported     door.abi
    │  ├─ HelloMissing       door.hello
    │  ├─ MethodUnknown      door.method
    │  ├─ ParamsInvalid      door.params
    │  ├─ NotOpen            door.not_open
    │  ├─ AlreadyOpen        door.already_open
    │  ├─ TooMany            door.too_many
    │  ├─ TooLarge           door.too_large
    │  ├─ Reentered          door.reentered
    │  ├─ DoorClosed         door.closed
    │  ├─ HostSilent         door.host_silent
    │  ├─ HostFailed         door.host_failed
    │  ├─ HostAnswerInvalid  door.host_answer
    │  └─ HostGone           door.host_gone
    ├─ Cancelled             cancelled
    └─ InputError            input            a request that the engine cannot mean

Codes are append-only: a code that shipped never changes its meaning. A message is one clear sentence and never
carries SQL, parameters, merchants, amounts, account numbers or keys.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import ClassVar


class EdgeError(Exception):
    """Base of every error the engine raises on purpose.

    Attributes:
        code: Stable, append-only identifier for programs.
        message: One sentence for people, free of private data.
        told: Names of attributes that go through the doors beside both, each a text; append-only.
    """

    code: ClassVar[str] = "edge"
    told: ClassVar[tuple[str, ...]] = ()

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class ConsentError(EdgeError):
    """Consent does not allow what was asked."""

    code = "consent"


class PurposeDenied(ConsentError):
    """No live consent covers this use of data.

    Attributes:
        purpose: Identifier of the purpose that was asked for.
        rule: Identifier of the rule that decided, such as ``default-deny``.
    """

    code = "consent.denied"
    told = ("purpose",)

    def __init__(self, message: str, *, purpose: str, rule: str) -> None:
        super().__init__(message)
        self.purpose = purpose
        self.rule = rule


class GrantExpired(ConsentError):
    """The grant was once valid and is no longer: it ran out or its purpose was withdrawn."""

    code = "consent.grant_expired"


class LedgerTampered(ConsentError):
    """The consent ledger's hash chain or signature does not verify; everything is denied."""

    code = "consent.ledger_tampered"


class VaultError(EdgeError):
    """The encrypted store cannot do what was asked."""

    code = "vault"


class StoreMissing(VaultError):
    """There is no store at this place."""

    code = "vault.store_missing"


class StoreExists(VaultError):
    """There is a store at this place already."""

    code = "vault.store_exists"


class KeyMissing(VaultError):
    """The store is there but its key file, or a slot for this kind of key, is not."""

    code = "vault.key_missing"


class KeyWrong(VaultError):
    """The key does not open this store."""

    code = "vault.key_wrong"


class Corrupt(VaultError):
    """The store's bytes fail an integrity check."""

    code = "vault.corrupt"


class SchemaNewer(VaultError):
    """The store was written by a newer engine."""

    code = "vault.schema_newer"


class ReadOnly(VaultError):
    """The store's folder cannot be written."""

    code = "vault.read_only"


class DiskFull(VaultError):
    """The disk has no room for this write."""

    code = "vault.disk_full"


class Busy(VaultError):
    """Another process has the store open for writing."""

    code = "vault.busy"


class Suspended(VaultError):
    """The store is suspended; resume it first."""

    code = "vault.suspended"


class Closed(VaultError):
    """The store is closed or erased."""

    code = "vault.closed"


class QueryDenied(VaultError):
    """A query asked for a table or column outside its grant."""

    code = "vault.query_denied"


class FeedError(EdgeError):
    """Input from outside cannot be read."""

    code = "feed"


class FeedMissing(FeedError):
    """There is no readable file at this place."""

    code = "feed.missing"


class FormatUnknown(FeedError):
    """No known format fits the bytes."""

    code = "feed.format_unknown"


class FileRefused(FeedError):
    """The format is known but the file as a whole cannot be trusted."""

    code = "feed.file_refused"


class MappingInvalid(FeedError):
    """The column mapping file does not fit its schema or the CSV file."""

    code = "feed.mapping_invalid"


class ModelError(EdgeError):
    """A model cannot be used."""

    code = "model"


class ModelMissing(ModelError):
    """The model file is not installed."""

    code = "model.missing"


class ModelRefused(ModelError):
    """The model file fails its digest, size, operator or data checks."""

    code = "model.refused"


class UpdateRefused(ModelError):
    """An update of the models is not signed as it must be, has run out, or is older than what was seen."""

    code = "model.update_refused"


class UpdateUnreachable(ModelError):
    """The place where updates of the models come from does not answer, or lacks a file."""

    code = "model.update_unreachable"


class PolicyError(EdgeError):
    """A policy file is not valid.

    Attributes:
        file: Name of the policy file, without its folder.
        line: Line number counted from 1, or 0 where the whole file is meant.
    """

    code = "policy"

    def __init__(self, message: str, *, file: str = "", line: int = 0) -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message)
        self.file = file
        self.line = line


class DecisionError(EdgeError):
    """A decision cannot be made or acted upon."""

    code = "decision"


class ApprovalForged(DecisionError):
    """No key that the policy names signed this approval."""

    code = "decision.approval_forged"


class ApprovalReplayed(DecisionError):
    """The approval was accepted or used before, or was given for another review."""

    code = "decision.approval_replayed"


class ApprovalExpired(DecisionError):
    """The review's time, or the approval's, is over or has not begun."""

    code = "decision.approval_expired"


class ApprovalAltered(DecisionError):
    """What is to be decided or done is not what was shown and approved."""

    code = "decision.approval_altered"


class ApprovalMissing(DecisionError):
    """This needs an approval that nobody gave."""

    code = "decision.approval_missing"


class ApproverRefused(DecisionError):
    """This person may not decide this review."""

    code = "decision.approver_refused"


class ReviewClosed(DecisionError):
    """The review was decided already."""

    code = "decision.review_closed"


class WorkflowRefused(DecisionError):
    """A workflow cannot be begun or continued like this."""

    code = "decision.workflow_refused"


class SignalError(EdgeError):
    """A signal cannot be measured, sealed or sent."""

    code = "signal"


class BudgetExhausted(SignalError):
    """The device's privacy budget for this epoch is spent."""

    code = "signal.budget_exhausted"


class ServersChanged(SignalError):
    """A report was sealed for other servers than are named now; it waits for them to be named again."""

    code = "signal.servers_changed"


class CatalogueChanged(SignalError):
    """A report was sealed for a signal that is another one in today's catalogue; it waits for its own to return."""

    code = "signal.catalogue_changed"


class DoorError(EdgeError):
    """A door cannot carry what it was given."""

    code = "door"


class FrameInvalid(DoorError):
    """Bytes are not a frame."""

    code = "door.frame"


class AbiUnsupported(DoorError):
    """The host speaks another version of the protocol."""

    code = "door.abi"


class HelloMissing(DoorError):
    """Something else was asked before ``hello``."""

    code = "door.hello"


class MethodUnknown(DoorError):
    """There is no such method."""

    code = "door.method"


class ParamsInvalid(DoorError):
    """The parameters do not fit the method."""

    code = "door.params"


class NotOpen(DoorError):
    """No store was opened through this door."""

    code = "door.not_open"


class AlreadyOpen(DoorError):
    """A store is open through this door already."""

    code = "door.already_open"


class TooMany(DoorError):
    """Too many requests wait already; this one was not taken."""

    code = "door.too_many"


class TooLarge(DoorError):
    """The answer does not fit a frame; ask for less of it."""

    code = "door.too_large"


class Reentered(DoorError):
    """The host called from inside its own callback, on the engine's thread, and would wait for itself."""

    code = "door.reentered"


class DoorClosed(DoorError):
    """The door is closed."""

    code = "door.closed"


class HostSilent(DoorError):
    """The host did not answer the engine in time."""

    code = "door.host_silent"


class HostFailed(DoorError):
    """The host answered the engine with an error."""

    code = "door.host_failed"


class HostAnswerInvalid(DoorError):
    """The host's answer to the engine is not of the agreed shape."""

    code = "door.host_answer"


class HostGone(DoorError):
    """The host went away while the engine waited for it."""

    code = "door.host_gone"


class Cancelled(EdgeError):
    """The host took its request back; what was committed before stays."""

    code = "cancelled"


class InputError(EdgeError):
    """A request names something that does not exist or cannot be."""

    code = "input"
