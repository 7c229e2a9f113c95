// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of something that happened.
 *
 * @param report what was stored
 * @param decision what was decided
 */
public record Reacted(IngestReport report, Decision decision) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Reacted fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Reacted(
                Read.field(fields, "report", IngestReport::fromWire),
                Read.field(fields, "decision", Decision::fromWire));
    }
}
