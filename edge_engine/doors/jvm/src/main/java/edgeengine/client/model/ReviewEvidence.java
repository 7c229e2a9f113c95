// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Value;
import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fact that a reviewer may see.
 *
 * @param name what it is, in snake case
 * @param data its data category, as a term of the policy
 * @param purposes every purpose that it took to find it; withdrawing any of them deletes the review
 * @param value the fact
 */
public record ReviewEvidence(String name, String data, List<String> purposes, Value value) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ReviewEvidence fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ReviewEvidence(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "data", Read::text),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "value", Value::fromWire));
    }
}
