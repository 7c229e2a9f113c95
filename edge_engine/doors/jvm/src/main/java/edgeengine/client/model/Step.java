// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One candidate and how far it came.
 *
 * @param offer identifier of the offer
 * @param title the offer in words
 * @param subject what it would be about, such as a moment's identifier
 * @param channel where it would be shown
 * @param kept whether it came as far as the ranking
 * @param rule the rule that kept or dropped it
 * @param because the rule as a clause for people
 * @param purposes purposes that it rests on there
 * @param score what the ranking made of it; None where it was not ranked
 */
public record Step(
        String offer,
        String title,
        String subject,
        DeliveryChannel channel,
        boolean kept,
        String rule,
        String because,
        List<String> purposes,
        @Nullable Score score) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Step fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Step(
                Read.field(fields, "offer", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "subject", Read::text),
                Read.field(fields, "channel", DeliveryChannel::fromWire),
                Read.field(fields, "kept", Read::truth),
                Read.field(fields, "rule", Read::text),
                Read.field(fields, "because", Read::text),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "score", v0 -> Read.optional(v0, Score::fromWire), null));
    }
}
