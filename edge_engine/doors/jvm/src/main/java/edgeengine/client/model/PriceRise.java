// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bill or subscription costs more than it did. Amounts are positive.
 *
 * @param merchant as its name says
 * @param old as its name says
 * @param newValue as its name says
 * @param since as its name says
 * @param aYear as its name says
 */
public record PriceRise(
        String merchant,
        Money old,
        Money newValue,
        LocalDate since,
        Money aYear) implements InsightMessage, MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static PriceRise fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new PriceRise(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "old", Money::fromWire),
                Read.field(fields, "new", Money::fromWire),
                Read.field(fields, "since", Read::day),
                Read.field(fields, "a_year", Money::fromWire));
    }
}
