// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that was not stored.
 *
 * @param row line, element or message number in the file, counted from 1
 * @param reason one clause for people, with no content of the row in it
 */
public record Rejected(long row, String reason) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Rejected fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Rejected(
                Read.field(fields, "row", Read::whole),
                Read.field(fields, "reason", Read::text));
    }
}
