// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was not sent.
 *
 * @param signal identifier
 * @param reason {@code rows}, {@code bytes}, {@code age}, {@code expired}, {@code denied}, {@code task}, {@code
 *     refused} or {@code budget}
 * @param n how often
 * @param latest the latest time
 */
public record Dropped(String signal, String reason, long n, Instant latest) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Dropped fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Dropped(
                Read.field(fields, "signal", Read::text),
                Read.field(fields, "reason", Read::text),
                Read.field(fields, "n", Read::whole),
                Read.field(fields, "latest", Read::moment));
    }
}
