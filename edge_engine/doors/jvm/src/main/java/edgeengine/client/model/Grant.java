// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Give consent to a purpose.
 *
 * @param purpose identifier of the purpose
 * @param days days until it ends by itself; 0 for what the policy says
 */
public record Grant(String purpose, long days) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param purpose identifier of the purpose
     * @return the request
     */
    public static Grant of(String purpose) {
        return new Grant(purpose, 0L);
    }

    /**
     * Returns this with another value.
     *
     * @param days days until it ends by itself; 0 for what the policy says
     * @return a copy
     */
    public Grant withDays(long days) {
        return new Grant(purpose, days);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("purpose", purpose);
        fields.put("days", days);
        return fields;
    }
}
