// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Regular income stopped and nothing came in its place.
 *
 * @param merchant as its name says
 * @param amount as its name says
 * @param last as its name says
 */
public record IncomeGone(String merchant, Money amount, LocalDate last) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static IncomeGone fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new IncomeGone(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "last", Read::day));
    }
}
