// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision: something that is suggested, or silence, and how it came about.
 *
 * @param id names it from now on
 * @param at when
 * @param channel where it is, or would have been, shown
 * @param suggestion what is suggested; null for silence
 * @param delivered whether the person has it; false while its channel could not show it
 * @param because why this, or why nothing, as a sentence
 * @param trace every candidate, kept or dropped, by which rule
 */
public record Decision(
        String id,
        Instant at,
        DeliveryChannel channel,
        @Nullable Suggestion suggestion,
        boolean delivered,
        String because,
        Trace trace) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Decision fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Decision(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "channel", DeliveryChannel::fromWire),
                Read.field(fields, "suggestion", v0 -> Read.optional(v0, Suggestion::fromWire)),
                Read.field(fields, "delivered", Read::truth),
                Read.field(fields, "because", Read::text),
                Read.field(fields, "trace", Trace::fromWire));
    }
}
