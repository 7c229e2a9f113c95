// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Say that money is short, or no longer is.
 *
 * @param shortValue as its name says
 */
public record SayShort(boolean shortValue) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static SayShort of() {
        return new SayShort(true);
    }

    /**
     * Returns this with another value.
     *
     * @param shortValue as its name says
     * @return a copy
     */
    public SayShort withShortValue(boolean shortValue) {
        return new SayShort(shortValue);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("short", shortValue);
        return fields;
    }
}
