// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision of the past.
 *
 * @param id its identifier
 * @param at when
 * @param channel where
 * @param offer identifier of the offer; empty for silence
 * @param subject what it was about
 * @param state {@code silent}, {@code waiting}, {@code delivered} or {@code lapsed}
 * @param reaction what came of it
 * @param moneyAYear what it is worth in a year; null where that cannot be said, or is none of the offer's doing
 * @param trace how it came about; null where that is no longer kept
 */
public record Past(
        String id,
        Instant at,
        DeliveryChannel channel,
        String offer,
        String subject,
        String state,
        Reaction reaction,
        @Nullable Money moneyAYear,
        @Nullable Trace trace) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Past fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Past(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "channel", DeliveryChannel::fromWire),
                Read.field(fields, "offer", Read::text),
                Read.field(fields, "subject", Read::text),
                Read.field(fields, "state", Read::text),
                Read.field(fields, "reaction", Reaction::fromWire),
                Read.field(fields, "money_a_year", v0 -> Read.optional(v0, Money::fromWire)),
                Read.field(fields, "trace", v0 -> Read.optional(v0, Trace::fromWire)));
    }
}
