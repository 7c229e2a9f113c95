// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer what an adviser asked about a review.
 *
 * @param id as its name says
 * @param words as its name says
 */
public record AnswerReview(String id, String words) {
    /**
     * Returns a request.
     *
     * @param id as its name says
     * @param words as its name says
     * @return the request
     */
    public static AnswerReview of(String id, String words) {
        return new AnswerReview(id, words);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("words", words);
        return fields;
    }
}
