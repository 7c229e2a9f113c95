// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a channel shows.
 *
 * @param id of the decision; the same message has the same
 * @param channel where
 * @param offer identifier of the offer
 * @param title a few words
 * @param worth what the person has from it, as a sentence
 * @param why what called for it, as a sentence; empty for nothing in particular
 * @param level the care it takes, 0 to 3
 * @param at when it was decided
 * @param moneyAYear what it is worth in a year; null where that cannot be said
 */
public record Suggestion(
        String id,
        DeliveryChannel channel,
        String offer,
        String title,
        String worth,
        String why,
        long level,
        Instant at,
        @Nullable Money moneyAYear) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Suggestion fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Suggestion(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "channel", DeliveryChannel::fromWire),
                Read.field(fields, "offer", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "worth", Read::text),
                Read.field(fields, "why", Read::text),
                Read.field(fields, "level", Read::whole),
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "money_a_year", v0 -> Read.optional(v0, Money::fromWire), null));
    }
}
