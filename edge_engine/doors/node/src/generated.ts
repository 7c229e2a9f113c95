import { EdgeError } from "./errors.js";

export class ConsentError extends EdgeError {
  static override readonly code: string = "consent";
}

export class PurposeDenied extends ConsentError {
  static override readonly code: string = "consent.denied";
}

export class GrantExpired extends ConsentError {
  static override readonly code: string = "consent.grant_expired";
}

export class LedgerTampered extends ConsentError {
  static override readonly code: string = "consent.ledger_tampered";
}

export class VaultError extends EdgeError {
  static override readonly code: string = "vault";
}

export class StoreMissing extends VaultError {
  static override readonly code: string = "vault.store_missing";
}

export class StoreExists extends VaultError {
  static override readonly code: string = "vault.store_exists";
}

export class KeyMissing extends VaultError {
  static override readonly code: string = "vault.key_missing";
}

export class KeyWrong extends VaultError {
  static override readonly code: string = "vault.key_wrong";
}

export class Corrupt extends VaultError {
  static override readonly code: string = "vault.corrupt";
}

export class SchemaNewer extends VaultError {
  static override readonly code: string = "vault.schema_newer";
}

export class ReadOnly extends VaultError {
  static override readonly code: string = "vault.read_only";
}

export class DiskFull extends VaultError {
  static override readonly code: string = "vault.disk_full";
}

export class Busy extends VaultError {
  static override readonly code: string = "vault.busy";
}

export class Suspended extends VaultError {
  static override readonly code: string = "vault.suspended";
}

export class Closed extends VaultError {
  static override readonly code: string = "vault.closed";
}

export class QueryDenied extends VaultError {
  static override readonly code: string = "vault.query_denied";
}

export class FeedError extends EdgeError {
  static override readonly code: string = "feed";
}

export class FeedMissing extends FeedError {
  static override readonly code: string = "feed.missing";
}

export class FormatUnknown extends FeedError {
  static override readonly code: string = "feed.format_unknown";
}

export class FileRefused extends FeedError {
  static override readonly code: string = "feed.file_refused";
}

export class MappingInvalid extends FeedError {
  static override readonly code: string = "feed.mapping_invalid";
}

export class ModelError extends EdgeError {
  static override readonly code: string = "model";
}

export class ModelMissing extends ModelError {
  static override readonly code: string = "model.missing";
}

export class ModelRefused extends ModelError {
  static override readonly code: string = "model.refused";
}

export class UpdateRefused extends ModelError {
  static override readonly code: string = "model.update_refused";
}

export class UpdateUnreachable extends ModelError {
  static override readonly code: string = "model.update_unreachable";
}

export class PolicyError extends EdgeError {
  static override readonly code: string = "policy";
}

export class DecisionError extends EdgeError {
  static override readonly code: string = "decision";
}

export class ApprovalForged extends DecisionError {
  static override readonly code: string = "decision.approval_forged";
}

export class ApprovalReplayed extends DecisionError {
  static override readonly code: string = "decision.approval_replayed";
}

export class ApprovalExpired extends DecisionError {
  static override readonly code: string = "decision.approval_expired";
}

export class ApprovalAltered extends DecisionError {
  static override readonly code: string = "decision.approval_altered";
}

export class ApprovalMissing extends DecisionError {
  static override readonly code: string = "decision.approval_missing";
}

export class ApproverRefused extends DecisionError {
  static override readonly code: string = "decision.approver_refused";
}

export class ReviewClosed extends DecisionError {
  static override readonly code: string = "decision.review_closed";
}

export class WorkflowRefused extends DecisionError {
  static override readonly code: string = "decision.workflow_refused";
}

export class SignalError extends EdgeError {
  static override readonly code: string = "signal";
}

export class BudgetExhausted extends SignalError {
  static override readonly code: string = "signal.budget_exhausted";
}

export class DoorError extends EdgeError {
  static override readonly code: string = "door";
}

export class FrameInvalid extends DoorError {
  static override readonly code: string = "door.frame";
}

export class AbiUnsupported extends DoorError {
  static override readonly code: string = "door.abi";
}

export class HelloMissing extends DoorError {
  static override readonly code: string = "door.hello";
}

export class MethodUnknown extends DoorError {
  static override readonly code: string = "door.method";
}

export class ParamsInvalid extends DoorError {
  static override readonly code: string = "door.params";
}

export class NotOpen extends DoorError {
  static override readonly code: string = "door.not_open";
}

export class AlreadyOpen extends DoorError {
  static override readonly code: string = "door.already_open";
}

export class TooMany extends DoorError {
  static override readonly code: string = "door.too_many";
}

export class TooLarge extends DoorError {
  static override readonly code: string = "door.too_large";
}

export class Reentered extends DoorError {
  static override readonly code: string = "door.reentered";
}

export class DoorClosed extends DoorError {
  static override readonly code: string = "door.closed";
}

export class HostSilent extends DoorError {
  static override readonly code: string = "door.host_silent";
}

export class HostFailed extends DoorError {
  static override readonly code: string = "door.host_failed";
}

export class HostAnswerInvalid extends DoorError {
  static override readonly code: string = "door.host_answer";
}

export class HostGone extends DoorError {
  static override readonly code: string = "door.host_gone";
}

export class Cancelled extends EdgeError {
  static override readonly code: string = "cancelled";
}

export class InputError extends EdgeError {
  static override readonly code: string = "input";
}

export const REFUSALS: Readonly<Record<string, typeof EdgeError>> = {"consent": ConsentError, "consent.denied": PurposeDenied, "consent.grant_expired": GrantExpired, "consent.ledger_tampered": LedgerTampered, "vault": VaultError, "vault.store_missing": StoreMissing, "vault.store_exists": StoreExists, "vault.key_missing": KeyMissing, "vault.key_wrong": KeyWrong, "vault.corrupt": Corrupt, "vault.schema_newer": SchemaNewer, "vault.read_only": ReadOnly, "vault.disk_full": DiskFull, "vault.busy": Busy, "vault.suspended": Suspended, "vault.closed": Closed, "vault.query_denied": QueryDenied, "feed": FeedError, "feed.missing": FeedMissing, "feed.format_unknown": FormatUnknown, "feed.file_refused": FileRefused, "feed.mapping_invalid": MappingInvalid, "model": ModelError, "model.missing": ModelMissing, "model.refused": ModelRefused, "model.update_refused": UpdateRefused, "model.update_unreachable": UpdateUnreachable, "policy": PolicyError, "decision": DecisionError, "decision.approval_forged": ApprovalForged, "decision.approval_replayed": ApprovalReplayed, "decision.approval_expired": ApprovalExpired, "decision.approval_altered": ApprovalAltered, "decision.approval_missing": ApprovalMissing, "decision.approver_refused": ApproverRefused, "decision.review_closed": ReviewClosed, "decision.workflow_refused": WorkflowRefused, "signal": SignalError, "signal.budget_exhausted": BudgetExhausted, "door": DoorError, "door.frame": FrameInvalid, "door.abi": AbiUnsupported, "door.hello": HelloMissing, "door.method": MethodUnknown, "door.params": ParamsInvalid, "door.not_open": NotOpen, "door.already_open": AlreadyOpen, "door.too_many": TooMany, "door.too_large": TooLarge, "door.reentered": Reentered, "door.closed": DoorClosed, "door.host_silent": HostSilent, "door.host_failed": HostFailed, "door.host_answer": HostAnswerInvalid, "door.host_gone": HostGone, "cancelled": Cancelled, "input": InputError};
export interface Money { readonly minor: number; readonly currency: string }
export const DEFAULT_EXPONENT = 2;
export const EXPONENTS: Readonly<Record<string, number>> = {"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4};