// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Say in your own word what is so.
 *
 * @param name of the trait
 * @param value a word or a number; null takes your word back
 */
public record SetTrait(String name, @Nullable Value value) {
    /**
     * Returns a request.
     *
     * @param name of the trait
     * @param value a word or a number; null takes your word back
     * @return the request
     */
    public static SetTrait of(String name, @Nullable Value value) {
        return new SetTrait(name, value);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("value", value == null ? null : value.toWire());
        return fields;
    }
}
