// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decide a review.
 *
 * @param id of the review
 * @param seen the person's word: the digest of what they saw
 * @param signed an adviser's word: the JSON of their statement and signature
 */
public record DecideReview(String id, String seen, String signed) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param id of the review
     * @return the request
     */
    public static DecideReview of(String id) {
        return new DecideReview(id, "", "");
    }

    /**
     * Returns this with another value.
     *
     * @param seen the person's word: the digest of what they saw
     * @return a copy
     */
    public DecideReview withSeen(String seen) {
        return new DecideReview(id, seen, signed);
    }

    /**
     * Returns this with another value.
     *
     * @param signed an adviser's word: the JSON of their statement and signature
     * @return a copy
     */
    public DecideReview withSigned(String signed) {
        return new DecideReview(id, seen, signed);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("seen", seen);
        fields.put("signed", signed);
        return fields;
    }
}
