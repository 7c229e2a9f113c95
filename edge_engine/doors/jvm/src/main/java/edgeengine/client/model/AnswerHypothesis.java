// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Say of a hypothesis whether it is so.
 *
 * @param id of the hypothesis
 * @param answer {@code confirmed}, or {@code not_true}, which is for ever
 */
public record AnswerHypothesis(String id, String answer) {
    /**
     * Returns a request.
     *
     * @param id of the hypothesis
     * @param answer {@code confirmed}, or {@code not_true}, which is for ever
     * @return the request
     */
    public static AnswerHypothesis of(String id, String answer) {
        return new AnswerHypothesis(id, answer);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("answer", answer);
        return fields;
    }
}
