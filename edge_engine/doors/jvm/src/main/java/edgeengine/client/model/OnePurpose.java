// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name a purpose of the policy.
 *
 * @param purpose as its name says
 */
public record OnePurpose(String purpose) {
    /**
     * Returns a request.
     *
     * @param purpose as its name says
     * @return the request
     */
    public static OnePurpose of(String purpose) {
        return new OnePurpose(purpose);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("purpose", purpose);
        return fields;
    }
}
