// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something was suggested, or silence was chosen.
 *
 * @param id of the decision; {@code decision} tells how it came about
 * @param channel where
 * @param delivered whether it is in the feed or was shown
 * @param suggestion what; null for silence
 */
public record DecisionEvent(
        String id,
        DeliveryChannel channel,
        boolean delivered,
        @Nullable Suggestion suggestion) implements Event {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static DecisionEvent fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new DecisionEvent(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "channel", DeliveryChannel::fromWire),
                Read.field(fields, "delivered", Read::truth),
                Read.field(fields, "suggestion", v0 -> Read.optional(v0, Suggestion::fromWire)));
    }
}
