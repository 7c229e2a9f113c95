// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One merchant took one amount twice within days.
 *
 * @param merchant as its name says
 * @param amount as its name says
 * @param first as its name says
 * @param second as its name says
 */
public record DuplicateCharge(
        String merchant,
        Money amount,
        LocalDate first,
        LocalDate second) implements InsightMessage, MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static DuplicateCharge fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new DuplicateCharge(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "first", Read::day),
                Read.field(fields, "second", Read::day));
    }
}
