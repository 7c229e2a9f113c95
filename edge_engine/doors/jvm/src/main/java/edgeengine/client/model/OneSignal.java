// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name a signal of the catalogue.
 *
 * @param signal as its name says
 */
public record OneSignal(String signal) {
    /**
     * Returns a request.
     *
     * @param signal as its name says
     * @return the request
     */
    public static OneSignal of(String signal) {
        return new OneSignal(signal);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("signal", signal);
        return fields;
    }
}
