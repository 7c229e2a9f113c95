// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a stream is due: slot 0, 1, 2... and so backwards.
 *
 * @param cadence how often
 * @param origin ordinal day of slot 0 for the weekly cadences, its month ({@code year * 12 + month - 1}) for the
 *     others
 * @param rule day within the month; null for the weekly cadences
 */
public record Schedule(Cadence cadence, long origin, @Nullable StreamRule rule) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Schedule fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Schedule(
                Read.field(fields, "cadence", Cadence::fromWire),
                Read.field(fields, "origin", Read::whole),
                Read.field(fields, "rule", v0 -> Read.optional(v0, StreamRule::fromWire), null));
    }
}
