// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Take back a correction made for a transaction or its merchant.
 *
 * @param transactionId as its name says
 */
public record Uncorrect(long transactionId) {
    /**
     * Returns a request.
     *
     * @param transactionId as its name says
     * @return the request
     */
    public static Uncorrect of(long transactionId) {
        return new Uncorrect(transactionId);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("transaction_id", transactionId);
        return fields;
    }
}
