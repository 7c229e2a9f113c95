// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a candidate was expected to bring, between about -1 and 1.
 *
 * @param prior what the prior expected
 * @param learned what was learned on this device, added to it
 * @param drawn what the draw that was followed gave it, both included
 * @param model name and version of the prior; empty for none
 */
public record Score(double prior, double learned, double drawn, String model) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Score fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Score(
                Read.field(fields, "prior", Read::number),
                Read.field(fields, "learned", Read::number),
                Read.field(fields, "drawn", Read::number),
                Read.field(fields, "model", Read::text, ""));
    }
}
