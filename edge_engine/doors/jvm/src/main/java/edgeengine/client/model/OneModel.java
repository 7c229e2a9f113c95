// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name a model.
 *
 * @param name as its name says
 */
public record OneModel(String name) {
    /**
     * Returns a request.
     *
     * @param name as its name says
     * @return the request
     */
    public static OneModel of(String name) {
        return new OneModel(name);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        return fields;
    }
}
