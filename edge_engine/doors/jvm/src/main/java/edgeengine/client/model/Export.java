// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Write everything the person owns into a new ZIP file.
 *
 * @param path as its name says
 */
public record Export(String path) {
    /**
     * Returns a request.
     *
     * @param path as its name says
     * @return the request
     */
    public static Export of(String path) {
        return new Export(path);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("path", path);
        return fields;
    }
}
