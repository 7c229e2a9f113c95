// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often something happened in the app.
 *
 * @param name as its name says
 * @param n as its name says
 */
public record EventCount(String name, long n) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static EventCount fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new EventCount(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "n", Read::whole));
    }
}
