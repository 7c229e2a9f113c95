// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Say what is never to be suggested again: {@code offer}, {@code kind} or {@code family} with its name, or {@code
 * everything}.
 *
 * @param covers as its name says
 * @param name as its name says
 */
public record SayNever(String covers, String name) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static SayNever of() {
        return new SayNever("everything", "");
    }

    /**
     * Returns this with another value.
     *
     * @param covers as its name says
     * @return a copy
     */
    public SayNever withCovers(String covers) {
        return new SayNever(covers, name);
    }

    /**
     * Returns this with another value.
     *
     * @param name as its name says
     * @return a copy
     */
    public SayNever withName(String name) {
        return new SayNever(covers, name);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("covers", covers);
        fields.put("name", name);
        return fields;
    }
}
