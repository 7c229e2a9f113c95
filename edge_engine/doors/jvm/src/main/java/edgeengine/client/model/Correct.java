// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Teach a category.
 *
 * @param transactionId the transaction that is wrong
 * @param category leaf id of the taxonomy
 * @param onlyThis whether other transactions of the merchant stay as they are
 */
public record Correct(long transactionId, String category, boolean onlyThis) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param transactionId the transaction that is wrong
     * @param category leaf id of the taxonomy
     * @return the request
     */
    public static Correct of(long transactionId, String category) {
        return new Correct(transactionId, category, false);
    }

    /**
     * Returns this with another value.
     *
     * @param onlyThis whether other transactions of the merchant stay as they are
     * @return a copy
     */
    public Correct withOnlyThis(boolean onlyThis) {
        return new Correct(transactionId, category, onlyThis);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("transaction_id", transactionId);
        fields.put("category", category);
        fields.put("only_this", onlyThis);
        return fields;
    }
}
