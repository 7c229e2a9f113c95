// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Choose what to suggest now; {@code feed}, or a channel that the host connected.
 *
 * @param channel as its name says
 */
public record Decide(String channel) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Decide of() {
        return new Decide("feed");
    }

    /**
     * Returns this with another value.
     *
     * @param channel as its name says
     * @return a copy
     */
    public Decide withChannel(String channel) {
        return new Decide(channel);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("channel", channel);
        return fields;
    }
}
