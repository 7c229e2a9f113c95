// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Look at decisions, the latest first.
 *
 * @param limit how many at most; 1 to 1,000
 * @param silent whether decisions for silence are among them
 */
public record Decisions(long limit, boolean silent) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Decisions of() {
        return new Decisions(50L, false);
    }

    /**
     * Returns this with another value.
     *
     * @param limit how many at most; 1 to 1,000
     * @return a copy
     */
    public Decisions withLimit(long limit) {
        return new Decisions(limit, silent);
    }

    /**
     * Returns this with another value.
     *
     * @param silent whether decisions for silence are among them
     * @return a copy
     */
    public Decisions withSilent(boolean silent) {
        return new Decisions(limit, silent);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("limit", limit);
        fields.put("silent", silent);
        return fields;
    }
}
