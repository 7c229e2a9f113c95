// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client;

/** The stable codes of the engine's errors. */
public enum ErrorCode {
    /** Base of every error the engine raises on purpose. */
    EDGE("edge"),

    /** Consent does not allow what was asked. */
    CONSENT("consent"),

    /** No live consent covers this use of data. */
    CONSENT_DENIED("consent.denied"),

    /** The grant was once valid and is no longer: it ran out or its purpose was withdrawn. */
    CONSENT_GRANT_EXPIRED("consent.grant_expired"),

    /** The consent ledger's hash chain or signature does not verify; everything is denied. */
    CONSENT_LEDGER_TAMPERED("consent.ledger_tampered"),

    /** The encrypted store cannot do what was asked. */
    VAULT("vault"),

    /** There is no store at this place. */
    VAULT_STORE_MISSING("vault.store_missing"),

    /** There is a store at this place already. */
    VAULT_STORE_EXISTS("vault.store_exists"),

    /** The store is there but its key file, or a slot for this kind of key, is not. */
    VAULT_KEY_MISSING("vault.key_missing"),

    /** The key does not open this store. */
    VAULT_KEY_WRONG("vault.key_wrong"),

    /** The store's bytes fail an integrity check. */
    VAULT_CORRUPT("vault.corrupt"),

    /** The store was written by a newer engine. */
    VAULT_SCHEMA_NEWER("vault.schema_newer"),

    /** The store's folder cannot be written. */
    VAULT_READ_ONLY("vault.read_only"),

    /** The disk has no room for this write. */
    VAULT_DISK_FULL("vault.disk_full"),

    /** Another process has the store open for writing. */
    VAULT_BUSY("vault.busy"),

    /** The store is suspended; resume it first. */
    VAULT_SUSPENDED("vault.suspended"),

    /** The store is closed or erased. */
    VAULT_CLOSED("vault.closed"),

    /** A query asked for a table or column outside its grant. */
    VAULT_QUERY_DENIED("vault.query_denied"),

    /** Input from outside cannot be read. */
    FEED("feed"),

    /** There is no readable file at this place. */
    FEED_MISSING("feed.missing"),

    /** No known format fits the bytes. */
    FEED_FORMAT_UNKNOWN("feed.format_unknown"),

    /** The format is known but the file as a whole cannot be trusted. */
    FEED_FILE_REFUSED("feed.file_refused"),

    /** The column mapping file does not fit its schema or the CSV file. */
    FEED_MAPPING_INVALID("feed.mapping_invalid"),

    /** A model cannot be used. */
    MODEL("model"),

    /** The model file is not installed. */
    MODEL_MISSING("model.missing"),

    /** The model file fails its digest, size, operator or data checks. */
    MODEL_REFUSED("model.refused"),

    /** An update of the models is not signed as it must be, has run out, or is older than what was seen. */
    MODEL_UPDATE_REFUSED("model.update_refused"),

    /** The place where updates of the models come from does not answer, or lacks a file. */
    MODEL_UPDATE_UNREACHABLE("model.update_unreachable"),

    /** A policy file is not valid. */
    POLICY("policy"),

    /** A decision cannot be made or acted upon. */
    DECISION("decision"),

    /** No key that the policy names signed this approval. */
    DECISION_APPROVAL_FORGED("decision.approval_forged"),

    /** The approval was accepted or used before, or was given for another review. */
    DECISION_APPROVAL_REPLAYED("decision.approval_replayed"),

    /** The review's time, or the approval's, is over or has not begun. */
    DECISION_APPROVAL_EXPIRED("decision.approval_expired"),

    /** What is to be decided or done is not what was shown and approved. */
    DECISION_APPROVAL_ALTERED("decision.approval_altered"),

    /** This needs an approval that nobody gave. */
    DECISION_APPROVAL_MISSING("decision.approval_missing"),

    /** This person may not decide this review. */
    DECISION_APPROVER_REFUSED("decision.approver_refused"),

    /** The review was decided already. */
    DECISION_REVIEW_CLOSED("decision.review_closed"),

    /** A workflow cannot be begun or continued like this. */
    DECISION_WORKFLOW_REFUSED("decision.workflow_refused"),

    /** A signal cannot be measured, sealed or sent. */
    SIGNAL("signal"),

    /** The device's privacy budget for this epoch is spent. */
    SIGNAL_BUDGET_EXHAUSTED("signal.budget_exhausted"),

    /** A report was sealed for other servers than are named now; it waits for them to be named again. */
    SIGNAL_SERVERS_CHANGED("signal.servers_changed"),

    /**
     * A report was sealed for a signal that is another one in today's catalogue; it waits for its own to return.
     */
    SIGNAL_CATALOGUE_CHANGED("signal.catalogue_changed"),

    /** A door cannot carry what it was given. */
    DOOR("door"),

    /** Bytes are not a frame. */
    DOOR_FRAME("door.frame"),

    /** The host speaks another version of the protocol. */
    DOOR_ABI("door.abi"),

    /** Something else was asked before {@code hello}. */
    DOOR_HELLO("door.hello"),

    /** There is no such method. */
    DOOR_METHOD("door.method"),

    /** The parameters do not fit the method. */
    DOOR_PARAMS("door.params"),

    /** No store was opened through this door. */
    DOOR_NOT_OPEN("door.not_open"),

    /** A store is open through this door already. */
    DOOR_ALREADY_OPEN("door.already_open"),

    /** Too many requests wait already; this one was not taken. */
    DOOR_TOO_MANY("door.too_many"),

    /** The answer does not fit a frame; ask for less of it. */
    DOOR_TOO_LARGE("door.too_large"),

    /** The host called from inside its own callback, on the engine's thread, and would wait for itself. */
    DOOR_REENTERED("door.reentered"),

    /** The door is closed. */
    DOOR_CLOSED("door.closed"),

    /** The host did not answer the engine in time. */
    DOOR_HOST_SILENT("door.host_silent"),

    /** The host answered the engine with an error. */
    DOOR_HOST_FAILED("door.host_failed"),

    /** The host's answer to the engine is not of the agreed shape. */
    DOOR_HOST_ANSWER("door.host_answer"),

    /** The host went away while the engine waited for it. */
    DOOR_HOST_GONE("door.host_gone"),

    /** The host took its request back; what was committed before stays. */
    CANCELLED("cancelled"),

    /** A request names something that does not exist or cannot be. */
    INPUT("input");

    private final String code;

    ErrorCode(String code) {
        this.code = code;
    }

    /**
     * Returns the code as it is told.
     *
     * @return such as {@code vault.key_wrong}
     */
    public String code() {
        return code;
    }

    /**
     * Returns the code that is nearest to one: itself, or what is before its last point, and so on.
     *
     * @param code as it was told
     * @return {@link #EDGE} where nothing is nearer
     */
    public static ErrorCode nearest(String code) {
        for (String rest = code; !rest.isEmpty(); rest = rest.substring(0, Math.max(0, rest.lastIndexOf('.')))) {
            for (ErrorCode one : values()) {
                if (one.code.equals(rest)) {
                    return one;
                }
            }
        }
        return EDGE;
    }
}
