// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Categorize texts that are not in the store.
 *
 * @param texts at most 10,000; of each the first 1,000 characters count
 */
public record Categorize(List<String> texts) {
    /** Keeps copies of what could change. */
    public Categorize {
        texts = List.copyOf(texts);
    }

    /**
     * Returns a request.
     *
     * @param texts at most 10,000; of each the first 1,000 characters count
     * @return the request
     */
    public static Categorize of(List<String> texts) {
        return new Categorize(texts);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("texts", texts);
        return fields;
    }
}
