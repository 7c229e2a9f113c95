// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Less was spent on a category in a month than usual; {@code change} is positive.
 *
 * @param category as its name says
 * @param month as its name says
 * @param spent as its name says
 * @param usual as its name says
 * @param change as its name says
 */
public record SpendingDown(
        String category,
        LocalDate month,
        Money spent,
        Money usual,
        Money change) implements InsightMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static SpendingDown fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new SpendingDown(
                Read.field(fields, "category", Read::text),
                Read.field(fields, "month", Read::day),
                Read.field(fields, "spent", Money::fromWire),
                Read.field(fields, "usual", Money::fromWire),
                Read.field(fields, "change", Money::fromWire));
    }
}
