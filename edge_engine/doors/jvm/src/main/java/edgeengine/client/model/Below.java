// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first day on which the middle path is below zero, and its balance then.
 *
 * @param on as its name says
 * @param balance as its name says
 */
public record Below(LocalDate on, Money balance) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Below fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Below(
                Read.field(fields, "on", Read::day),
                Read.field(fields, "balance", Money::fromWire));
    }
}
