// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chance, 0 to 1, that the balance stands below a buffer at some time within 30 days.
 *
 * @param buffer as its name says
 * @param chance as its name says
 */
public record Risk(Money buffer, double chance) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Risk fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Risk(
                Read.field(fields, "buffer", Money::fromWire),
                Read.field(fields, "chance", Read::number));
    }
}
