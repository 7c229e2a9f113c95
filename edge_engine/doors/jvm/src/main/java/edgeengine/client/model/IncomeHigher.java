// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest pay was higher than those before.
 *
 * @param merchant as its name says
 * @param amount as its name says
 * @param usual as its name says
 * @param on as its name says
 */
public record IncomeHigher(String merchant, Money amount, Money usual, LocalDate on) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static IncomeHigher fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new IncomeHigher(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "usual", Money::fromWire),
                Read.field(fields, "on", Read::day));
    }
}
