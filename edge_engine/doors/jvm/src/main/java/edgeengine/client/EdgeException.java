// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client;

import java.util.Map;

/**
 * What the engine refuses or cannot do; every error of it has a class here and a stable code.
 *
 * <p>Unchecked, so that nobody has to declare it. An error that only a newer engine has is the nearest class here.
 */
public sealed class EdgeException extends RuntimeException
        permits
                ClientException,
                EdgeException.ConsentError,
                EdgeException.VaultError,
                EdgeException.FeedError,
                EdgeException.ModelError,
                EdgeException.PolicyError,
                EdgeException.DecisionError,
                EdgeException.SignalError,
                EdgeException.DoorError,
                EdgeException.Cancelled,
                EdgeException.InputError {
    private static final long serialVersionUID = 1L;

    /** Stable and append-only, for programs. */
    private final String code;

    EdgeException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * Returns the stable code as the engine told it; a newer engine may tell codes that are not known here.
     *
     * @return such as {@code vault.key_wrong}
     */
    public String code() {
        return code;
    }

    /**
     * Returns the code as a constant.
     *
     * @return the nearest one that is known here
     */
    public ErrorCode errorCode() {
        return ErrorCode.nearest(code);
    }

    static EdgeException of(String code, String message) {
        return of(code, message, Map.of());
    }

    static EdgeException of(String code, String message, Map<String, String> told) {
        return switch (ErrorCode.nearest(code)) {
            case EDGE -> new EdgeException(code, message);
            case CONSENT -> new ConsentError(code, message);
            case CONSENT_DENIED -> new PurposeDenied(code, message, told.getOrDefault("purpose", ""));
            case CONSENT_GRANT_EXPIRED -> new GrantExpired(code, message);
            case CONSENT_LEDGER_TAMPERED -> new LedgerTampered(code, message);
            case VAULT -> new VaultError(code, message);
            case VAULT_STORE_MISSING -> new StoreMissing(code, message);
            case VAULT_STORE_EXISTS -> new StoreExists(code, message);
            case VAULT_KEY_MISSING -> new KeyMissing(code, message);
            case VAULT_KEY_WRONG -> new KeyWrong(code, message);
            case VAULT_CORRUPT -> new Corrupt(code, message);
            case VAULT_SCHEMA_NEWER -> new SchemaNewer(code, message);
            case VAULT_READ_ONLY -> new ReadOnly(code, message);
            case VAULT_DISK_FULL -> new DiskFull(code, message);
            case VAULT_BUSY -> new Busy(code, message);
            case VAULT_SUSPENDED -> new Suspended(code, message);
            case VAULT_CLOSED -> new Closed(code, message);
            case VAULT_QUERY_DENIED -> new QueryDenied(code, message);
            case FEED -> new FeedError(code, message);
            case FEED_MISSING -> new FeedMissing(code, message);
            case FEED_FORMAT_UNKNOWN -> new FormatUnknown(code, message);
            case FEED_FILE_REFUSED -> new FileRefused(code, message);
            case FEED_MAPPING_INVALID -> new MappingInvalid(code, message);
            case MODEL -> new ModelError(code, message);
            case MODEL_MISSING -> new ModelMissing(code, message);
            case MODEL_REFUSED -> new ModelRefused(code, message);
            case MODEL_UPDATE_REFUSED -> new UpdateRefused(code, message);
            case MODEL_UPDATE_UNREACHABLE -> new UpdateUnreachable(code, message);
            case POLICY -> new PolicyError(code, message);
            case DECISION -> new DecisionError(code, message);
            case DECISION_APPROVAL_FORGED -> new ApprovalForged(code, message);
            case DECISION_APPROVAL_REPLAYED -> new ApprovalReplayed(code, message);
            case DECISION_APPROVAL_EXPIRED -> new ApprovalExpired(code, message);
            case DECISION_APPROVAL_ALTERED -> new ApprovalAltered(code, message);
            case DECISION_APPROVAL_MISSING -> new ApprovalMissing(code, message);
            case DECISION_APPROVER_REFUSED -> new ApproverRefused(code, message);
            case DECISION_REVIEW_CLOSED -> new ReviewClosed(code, message);
            case DECISION_WORKFLOW_REFUSED -> new WorkflowRefused(code, message);
            case SIGNAL -> new SignalError(code, message);
            case SIGNAL_BUDGET_EXHAUSTED -> new BudgetExhausted(code, message);
            case SIGNAL_SERVERS_CHANGED -> new ServersChanged(code, message);
            case SIGNAL_CATALOGUE_CHANGED -> new CatalogueChanged(code, message);
            case DOOR -> new DoorError(code, message);
            case DOOR_FRAME -> new FrameInvalid(code, message);
            case DOOR_ABI -> new AbiUnsupported(code, message);
            case DOOR_HELLO -> new HelloMissing(code, message);
            case DOOR_METHOD -> new MethodUnknown(code, message);
            case DOOR_PARAMS -> new ParamsInvalid(code, message);
            case DOOR_NOT_OPEN -> new NotOpen(code, message);
            case DOOR_ALREADY_OPEN -> new AlreadyOpen(code, message);
            case DOOR_TOO_MANY -> new TooMany(code, message);
            case DOOR_TOO_LARGE -> new TooLarge(code, message);
            case DOOR_REENTERED -> new Reentered(code, message);
            case DOOR_CLOSED -> new DoorClosed(code, message);
            case DOOR_HOST_SILENT -> new HostSilent(code, message);
            case DOOR_HOST_FAILED -> new HostFailed(code, message);
            case DOOR_HOST_ANSWER -> new HostAnswerInvalid(code, message);
            case DOOR_HOST_GONE -> new HostGone(code, message);
            case CANCELLED -> new Cancelled(code, message);
            case INPUT -> new InputError(code, message);
        };
    }

    /** Consent does not allow what was asked. */
    public static sealed class ConsentError extends EdgeException permits
            PurposeDenied,
            GrantExpired,
            LedgerTampered {
        private static final long serialVersionUID = 1L;

        ConsentError(String code, String message) {
            super(code, message);
        }
    }

    /** No live consent covers this use of data. */
    public static final class PurposeDenied extends ConsentError {
        private static final long serialVersionUID = 1L;

        private final String purpose;

        PurposeDenied(String code, String message, String purpose) {
            super(code, message);
            this.purpose = purpose;
        }

        /**
         * Returns what the engine told: identifier of the purpose that was asked for.
         *
         * @return empty where it did not say
         */
        public String purpose() {
            return purpose;
        }
    }

    /** The grant was once valid and is no longer: it ran out or its purpose was withdrawn. */
    public static final class GrantExpired extends ConsentError {
        private static final long serialVersionUID = 1L;

        GrantExpired(String code, String message) {
            super(code, message);
        }
    }

    /** The consent ledger's hash chain or signature does not verify; everything is denied. */
    public static final class LedgerTampered extends ConsentError {
        private static final long serialVersionUID = 1L;

        LedgerTampered(String code, String message) {
            super(code, message);
        }
    }

    /** The encrypted store cannot do what was asked. */
    public static sealed class VaultError extends EdgeException permits
            StoreMissing,
            StoreExists,
            KeyMissing,
            KeyWrong,
            Corrupt,
            SchemaNewer,
            ReadOnly,
            DiskFull,
            Busy,
            Suspended,
            Closed,
            QueryDenied {
        private static final long serialVersionUID = 1L;

        VaultError(String code, String message) {
            super(code, message);
        }
    }

    /** There is no store at this place. */
    public static final class StoreMissing extends VaultError {
        private static final long serialVersionUID = 1L;

        StoreMissing(String code, String message) {
            super(code, message);
        }
    }

    /** There is a store at this place already. */
    public static final class StoreExists extends VaultError {
        private static final long serialVersionUID = 1L;

        StoreExists(String code, String message) {
            super(code, message);
        }
    }

    /** The store is there but its key file, or a slot for this kind of key, is not. */
    public static final class KeyMissing extends VaultError {
        private static final long serialVersionUID = 1L;

        KeyMissing(String code, String message) {
            super(code, message);
        }
    }

    /** The key does not open this store. */
    public static final class KeyWrong extends VaultError {
        private static final long serialVersionUID = 1L;

        KeyWrong(String code, String message) {
            super(code, message);
        }
    }

    /** The store's bytes fail an integrity check. */
    public static final class Corrupt extends VaultError {
        private static final long serialVersionUID = 1L;

        Corrupt(String code, String message) {
            super(code, message);
        }
    }

    /** The store was written by a newer engine. */
    public static final class SchemaNewer extends VaultError {
        private static final long serialVersionUID = 1L;

        SchemaNewer(String code, String message) {
            super(code, message);
        }
    }

    /** The store's folder cannot be written. */
    public static final class ReadOnly extends VaultError {
        private static final long serialVersionUID = 1L;

        ReadOnly(String code, String message) {
            super(code, message);
        }
    }

    /** The disk has no room for this write. */
    public static final class DiskFull extends VaultError {
        private static final long serialVersionUID = 1L;

        DiskFull(String code, String message) {
            super(code, message);
        }
    }

    /** Another process has the store open for writing. */
    public static final class Busy extends VaultError {
        private static final long serialVersionUID = 1L;

        Busy(String code, String message) {
            super(code, message);
        }
    }

    /** The store is suspended; resume it first. */
    public static final class Suspended extends VaultError {
        private static final long serialVersionUID = 1L;

        Suspended(String code, String message) {
            super(code, message);
        }
    }

    /** The store is closed or erased. */
    public static final class Closed extends VaultError {
        private static final long serialVersionUID = 1L;

        Closed(String code, String message) {
            super(code, message);
        }
    }

    /** A query asked for a table or column outside its grant. */
    public static final class QueryDenied extends VaultError {
        private static final long serialVersionUID = 1L;

        QueryDenied(String code, String message) {
            super(code, message);
        }
    }

    /** Input from outside cannot be read. */
    public static sealed class FeedError extends EdgeException permits
            FeedMissing,
            FormatUnknown,
            FileRefused,
            MappingInvalid {
        private static final long serialVersionUID = 1L;

        FeedError(String code, String message) {
            super(code, message);
        }
    }

    /** There is no readable file at this place. */
    public static final class FeedMissing extends FeedError {
        private static final long serialVersionUID = 1L;

        FeedMissing(String code, String message) {
            super(code, message);
        }
    }

    /** No known format fits the bytes. */
    public static final class FormatUnknown extends FeedError {
        private static final long serialVersionUID = 1L;

        FormatUnknown(String code, String message) {
            super(code, message);
        }
    }

    /** The format is known but the file as a whole cannot be trusted. */
    public static final class FileRefused extends FeedError {
        private static final long serialVersionUID = 1L;

        FileRefused(String code, String message) {
            super(code, message);
        }
    }

    /** The column mapping file does not fit its schema or the CSV file. */
    public static final class MappingInvalid extends FeedError {
        private static final long serialVersionUID = 1L;

        MappingInvalid(String code, String message) {
            super(code, message);
        }
    }

    /** A model cannot be used. */
    public static sealed class ModelError extends EdgeException permits
            ModelMissing,
            ModelRefused,
            UpdateRefused,
            UpdateUnreachable {
        private static final long serialVersionUID = 1L;

        ModelError(String code, String message) {
            super(code, message);
        }
    }

    /** The model file is not installed. */
    public static final class ModelMissing extends ModelError {
        private static final long serialVersionUID = 1L;

        ModelMissing(String code, String message) {
            super(code, message);
        }
    }

    /** The model file fails its digest, size, operator or data checks. */
    public static final class ModelRefused extends ModelError {
        private static final long serialVersionUID = 1L;

        ModelRefused(String code, String message) {
            super(code, message);
        }
    }

    /** An update of the models is not signed as it must be, has run out, or is older than what was seen. */
    public static final class UpdateRefused extends ModelError {
        private static final long serialVersionUID = 1L;

        UpdateRefused(String code, String message) {
            super(code, message);
        }
    }

    /** The place where updates of the models come from does not answer, or lacks a file. */
    public static final class UpdateUnreachable extends ModelError {
        private static final long serialVersionUID = 1L;

        UpdateUnreachable(String code, String message) {
            super(code, message);
        }
    }

    /** A policy file is not valid. */
    public static final class PolicyError extends EdgeException {
        private static final long serialVersionUID = 1L;

        PolicyError(String code, String message) {
            super(code, message);
        }
    }

    /** A decision cannot be made or acted upon. */
    public static sealed class DecisionError extends EdgeException permits
            ApprovalForged,
            ApprovalReplayed,
            ApprovalExpired,
            ApprovalAltered,
            ApprovalMissing,
            ApproverRefused,
            ReviewClosed,
            WorkflowRefused {
        private static final long serialVersionUID = 1L;

        DecisionError(String code, String message) {
            super(code, message);
        }
    }

    /** No key that the policy names signed this approval. */
    public static final class ApprovalForged extends DecisionError {
        private static final long serialVersionUID = 1L;

        ApprovalForged(String code, String message) {
            super(code, message);
        }
    }

    /** The approval was accepted or used before, or was given for another review. */
    public static final class ApprovalReplayed extends DecisionError {
        private static final long serialVersionUID = 1L;

        ApprovalReplayed(String code, String message) {
            super(code, message);
        }
    }

    /** The review's time, or the approval's, is over or has not begun. */
    public static final class ApprovalExpired extends DecisionError {
        private static final long serialVersionUID = 1L;

        ApprovalExpired(String code, String message) {
            super(code, message);
        }
    }

    /** What is to be decided or done is not what was shown and approved. */
    public static final class ApprovalAltered extends DecisionError {
        private static final long serialVersionUID = 1L;

        ApprovalAltered(String code, String message) {
            super(code, message);
        }
    }

    /** This needs an approval that nobody gave. */
    public static final class ApprovalMissing extends DecisionError {
        private static final long serialVersionUID = 1L;

        ApprovalMissing(String code, String message) {
            super(code, message);
        }
    }

    /** This person may not decide this review. */
    public static final class ApproverRefused extends DecisionError {
        private static final long serialVersionUID = 1L;

        ApproverRefused(String code, String message) {
            super(code, message);
        }
    }

    /** The review was decided already. */
    public static final class ReviewClosed extends DecisionError {
        private static final long serialVersionUID = 1L;

        ReviewClosed(String code, String message) {
            super(code, message);
        }
    }

    /** A workflow cannot be begun or continued like this. */
    public static final class WorkflowRefused extends DecisionError {
        private static final long serialVersionUID = 1L;

        WorkflowRefused(String code, String message) {
            super(code, message);
        }
    }

    /** A signal cannot be measured, sealed or sent. */
    public static sealed class SignalError extends EdgeException permits
            BudgetExhausted,
            ServersChanged,
            CatalogueChanged {
        private static final long serialVersionUID = 1L;

        SignalError(String code, String message) {
            super(code, message);
        }
    }

    /** The device's privacy budget for this epoch is spent. */
    public static final class BudgetExhausted extends SignalError {
        private static final long serialVersionUID = 1L;

        BudgetExhausted(String code, String message) {
            super(code, message);
        }
    }

    /** A report was sealed for other servers than are named now; it waits for them to be named again. */
    public static final class ServersChanged extends SignalError {
        private static final long serialVersionUID = 1L;

        ServersChanged(String code, String message) {
            super(code, message);
        }
    }

    /**
     * A report was sealed for a signal that is another one in today's catalogue; it waits for its own to return.
     */
    public static final class CatalogueChanged extends SignalError {
        private static final long serialVersionUID = 1L;

        CatalogueChanged(String code, String message) {
            super(code, message);
        }
    }

    /** A door cannot carry what it was given. */
    public static sealed class DoorError extends EdgeException permits
            FrameInvalid,
            AbiUnsupported,
            HelloMissing,
            MethodUnknown,
            ParamsInvalid,
            NotOpen,
            AlreadyOpen,
            TooMany,
            TooLarge,
            Reentered,
            DoorClosed,
            HostSilent,
            HostFailed,
            HostAnswerInvalid,
            HostGone {
        private static final long serialVersionUID = 1L;

        DoorError(String code, String message) {
            super(code, message);
        }
    }

    /** Bytes are not a frame. */
    public static final class FrameInvalid extends DoorError {
        private static final long serialVersionUID = 1L;

        FrameInvalid(String code, String message) {
            super(code, message);
        }
    }

    /** The host speaks another version of the protocol. */
    public static final class AbiUnsupported extends DoorError {
        private static final long serialVersionUID = 1L;

        AbiUnsupported(String code, String message) {
            super(code, message);
        }
    }

    /** Something else was asked before {@code hello}. */
    public static final class HelloMissing extends DoorError {
        private static final long serialVersionUID = 1L;

        HelloMissing(String code, String message) {
            super(code, message);
        }
    }

    /** There is no such method. */
    public static final class MethodUnknown extends DoorError {
        private static final long serialVersionUID = 1L;

        MethodUnknown(String code, String message) {
            super(code, message);
        }
    }

    /** The parameters do not fit the method. */
    public static final class ParamsInvalid extends DoorError {
        private static final long serialVersionUID = 1L;

        ParamsInvalid(String code, String message) {
            super(code, message);
        }
    }

    /** No store was opened through this door. */
    public static final class NotOpen extends DoorError {
        private static final long serialVersionUID = 1L;

        NotOpen(String code, String message) {
            super(code, message);
        }
    }

    /** A store is open through this door already. */
    public static final class AlreadyOpen extends DoorError {
        private static final long serialVersionUID = 1L;

        AlreadyOpen(String code, String message) {
            super(code, message);
        }
    }

    /** Too many requests wait already; this one was not taken. */
    public static final class TooMany extends DoorError {
        private static final long serialVersionUID = 1L;

        TooMany(String code, String message) {
            super(code, message);
        }
    }

    /** The answer does not fit a frame; ask for less of it. */
    public static final class TooLarge extends DoorError {
        private static final long serialVersionUID = 1L;

        TooLarge(String code, String message) {
            super(code, message);
        }
    }

    /** The host called from inside its own callback, on the engine's thread, and would wait for itself. */
    public static final class Reentered extends DoorError {
        private static final long serialVersionUID = 1L;

        Reentered(String code, String message) {
            super(code, message);
        }
    }

    /** The door is closed. */
    public static final class DoorClosed extends DoorError {
        private static final long serialVersionUID = 1L;

        DoorClosed(String code, String message) {
            super(code, message);
        }
    }

    /** The host did not answer the engine in time. */
    public static final class HostSilent extends DoorError {
        private static final long serialVersionUID = 1L;

        HostSilent(String code, String message) {
            super(code, message);
        }
    }

    /** The host answered the engine with an error. */
    public static final class HostFailed extends DoorError {
        private static final long serialVersionUID = 1L;

        HostFailed(String code, String message) {
            super(code, message);
        }
    }

    /** The host's answer to the engine is not of the agreed shape. */
    public static final class HostAnswerInvalid extends DoorError {
        private static final long serialVersionUID = 1L;

        HostAnswerInvalid(String code, String message) {
            super(code, message);
        }
    }

    /** The host went away while the engine waited for it. */
    public static final class HostGone extends DoorError {
        private static final long serialVersionUID = 1L;

        HostGone(String code, String message) {
            super(code, message);
        }
    }

    /** The host took its request back; what was committed before stays. */
    public static final class Cancelled extends EdgeException {
        private static final long serialVersionUID = 1L;

        Cancelled(String code, String message) {
            super(code, message);
        }
    }

    /** A request names something that does not exist or cannot be. */
    public static final class InputError extends EdgeException {
        private static final long serialVersionUID = 1L;

        InputError(String code, String message) {
            super(code, message);
        }
    }
}
