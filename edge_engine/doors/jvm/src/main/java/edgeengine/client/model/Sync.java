// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measure, seal and send.
 *
 * @param hurry whether reports go at once and not at the random moment drawn for each
 */
public record Sync(boolean hurry) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Sync of() {
        return new Sync(false);
    }

    /**
     * Returns this with another value.
     *
     * @param hurry whether reports go at once and not at the random moment drawn for each
     * @return a copy
     */
    public Sync withHurry(boolean hurry) {
        return new Sync(hurry);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("hurry", hurry);
        return fields;
    }
}
