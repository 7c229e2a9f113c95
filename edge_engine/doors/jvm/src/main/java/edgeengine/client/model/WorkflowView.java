// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A workflow in a list.
 *
 * @param id identifier
 * @param kind of the workflow
 * @param state {@code running}, {@code done}, {@code compensating}, {@code compensated} or {@code stuck}
 * @param amount minor units that it moves; 0 where it moves none
 * @param currency of the amount
 * @param started when it was begun
 * @param reason why it is undone or stuck; empty where it is neither
 */
public record WorkflowView(
        String id,
        String kind,
        String state,
        long amount,
        String currency,
        Instant started,
        String reason) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static WorkflowView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new WorkflowView(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "state", Read::text),
                Read.field(fields, "amount", Read::whole),
                Read.field(fields, "currency", Read::text),
                Read.field(fields, "started", Read::moment),
                Read.field(fields, "reason", Read::text));
    }
}
