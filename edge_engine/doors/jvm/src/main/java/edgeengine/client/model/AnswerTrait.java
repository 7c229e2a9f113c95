// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Say of a trait whether it is so.
 *
 * @param name of the trait
 * @param answer {@code not_true}, which is for ever, or {@code confirmed}
 */
public record AnswerTrait(String name, String answer) {
    /**
     * Returns a request.
     *
     * @param name of the trait
     * @param answer {@code not_true}, which is for ever, or {@code confirmed}
     * @return the request
     */
    public static AnswerTrait of(String name, String answer) {
        return new AnswerTrait(name, answer);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("answer", answer);
        return fields;
    }
}
