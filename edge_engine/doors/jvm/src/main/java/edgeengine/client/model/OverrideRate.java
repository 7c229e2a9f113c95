// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often people decided otherwise than the engine would have.
 *
 * @param kind of the review
 * @param decided reviews that the engine had a view on and somebody approved or rejected
 * @param overridden of those, the ones decided the other way
 * @param expired reviews that nobody decided in time
 */
public record OverrideRate(String kind, long decided, long overridden, long expired) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static OverrideRate fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new OverrideRate(
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "decided", Read::whole),
                Read.field(fields, "overridden", Read::whole),
                Read.field(fields, "expired", Read::whole));
    }
}
