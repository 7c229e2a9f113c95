// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One number of a contribution.
 *
 * @param name what it counts
 * @param measured as measured, within its bounds; null where it is not known any more
 * @param shared as it is split, with this device's noise and margin; null before noise is drawn
 */
public record Entry(String name, @Nullable Long measured, @Nullable Long shared) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Entry fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Entry(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "measured", v0 -> Read.optional(v0, Read::whole)),
                Read.field(fields, "shared", v0 -> Read.optional(v0, Read::whole)));
    }
}
