// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a withdrawal did.
 *
 * @param event the ledger's entry
 * @param purged rows deleted by table
 */
public record Withdrawal(ConsentEvent event, Map<String, Long> purged) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Withdrawal fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Withdrawal(
                Read.field(fields, "event", ConsentEvent::fromWire),
                Read.field(fields, "purged", v0 -> Read.map(v0, Read::whole)));
    }
}
