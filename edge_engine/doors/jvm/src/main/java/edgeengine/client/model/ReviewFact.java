// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fact that whoever decides may see.
 *
 * @param name what it is, in snake case
 * @param data its data category, as a term of the policy; one of those that the kind of review names
 * @param purposes every purpose that it took to find it; withdrawing any of them deletes the review
 * @param value the fact
 */
public record ReviewFact(String name, String data, List<String> purposes, Value value) {
    /** Keeps copies of what could change. */
    public ReviewFact {
        purposes = List.copyOf(purposes);
    }

    /**
     * Returns a request.
     *
     * @param name what it is, in snake case
     * @param data its data category, as a term of the policy; one of those that the kind of review names
     * @param purposes every purpose that it took to find it; withdrawing any of them deletes the review
     * @param value the fact
     * @return the request
     */
    public static ReviewFact of(String name, String data, List<String> purposes, Value value) {
        return new ReviewFact(name, data, purposes, value);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("data", data);
        fields.put("purposes", purposes);
        fields.put("value", value.toWire());
        return fields;
    }
}
