// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bill that is paid regularly was not paid this time.
 *
 * @param merchant as its name says
 * @param amount as its name says
 * @param due as its name says
 */
public record BillMissed(String merchant, Money amount, LocalDate due) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static BillMissed fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new BillMissed(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "due", Read::day));
    }
}
