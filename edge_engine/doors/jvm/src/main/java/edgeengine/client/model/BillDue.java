// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bill will be taken within days.
 *
 * @param merchant as its name says
 * @param amount as its name says
 * @param on as its name says
 */
public record BillDue(String merchant, Money amount, LocalDate on) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static BillDue fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new BillDue(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "on", Read::day));
    }
}
