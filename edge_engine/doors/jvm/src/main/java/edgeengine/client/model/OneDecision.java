// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name a decision.
 *
 * @param id as its name says
 */
public record OneDecision(String id) {
    /**
     * Returns a request.
     *
     * @param id as its name says
     * @return the request
     */
    public static OneDecision of(String id) {
        return new OneDecision(id);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        return fields;
    }
}
