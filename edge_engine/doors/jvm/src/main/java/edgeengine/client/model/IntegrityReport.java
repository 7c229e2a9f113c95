// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All examinations; {@code ok} when none found anything wrong.
 *
 * @param ok as its name says
 * @param checks as its name says
 */
public record IntegrityReport(boolean ok, List<Check> checks) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static IntegrityReport fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new IntegrityReport(
                Read.field(fields, "ok", Read::truth),
                Read.field(fields, "checks", v0 -> Read.list(v0, Check::fromWire)));
    }
}
