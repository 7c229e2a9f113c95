// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import edgeengine.client.wire.Write;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Begin a workflow; it is only written down, and asked of the back end when workflows are run.
 *
 * @param kind of the workflow, as the rules name it
 * @param key what it is done for: once
 * @param fields what its packets hold; empty where it rests on an approval
 * @param review the approved review that it rests on; empty for none
 */
public record StartWorkflow(String kind, String key, Map<String, Value> fields, String review) {
    /** Keeps copies of what could change. */
    public StartWorkflow {
        fields = Map.copyOf(fields);
    }

    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param kind of the workflow, as the rules name it
     * @param key what it is done for: once
     * @return the request
     */
    public static StartWorkflow of(String kind, String key) {
        return new StartWorkflow(kind, key, Map.of(), "");
    }

    /**
     * Returns this with another value.
     *
     * @param fields what its packets hold; empty where it rests on an approval
     * @return a copy
     */
    public StartWorkflow withFields(Map<String, Value> fields) {
        return new StartWorkflow(kind, key, fields, review);
    }

    /**
     * Returns this with another value.
     *
     * @param review the approved review that it rests on; empty for none
     * @return a copy
     */
    public StartWorkflow withReview(String review) {
        return new StartWorkflow(kind, key, fields, review);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("kind", kind);
        fields.put("key", key);
        fields.put("fields", Write.map(this.fields, v0 -> v0.toWire()));
        fields.put("review", review);
        return fields;
    }
}
