// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name a review.
 *
 * @param id of the review
 * @param adviser who looks; empty for the person
 */
public record OneReview(String id, String adviser) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param id of the review
     * @return the request
     */
    public static OneReview of(String id) {
        return new OneReview(id, "");
    }

    /**
     * Returns this with another value.
     *
     * @param adviser who looks; empty for the person
     * @return a copy
     */
    public OneReview withAdviser(String adviser) {
        return new OneReview(id, adviser);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("adviser", adviser);
        return fields;
    }
}
