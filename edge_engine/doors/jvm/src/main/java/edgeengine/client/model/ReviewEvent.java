// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something waits for a person's word that did not before.
 *
 * @param review what
 */
public record ReviewEvent(ReviewView review) implements Event {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ReviewEvent fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ReviewEvent(Read.field(fields, "review", ReviewView::fromWire));
    }
}
