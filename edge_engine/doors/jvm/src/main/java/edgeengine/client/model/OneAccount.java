// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name an account by its key.
 *
 * @param key as its name says
 */
public record OneAccount(String key) {
    /**
     * Returns a request.
     *
     * @param key as its name says
     * @return the request
     */
    public static OneAccount of(String key) {
        return new OneAccount(key);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("key", key);
        return fields;
    }
}
