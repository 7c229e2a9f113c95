// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Regular income has not come, days after it was due.
 *
 * @param merchant as its name says
 * @param amount as its name says
 * @param due as its name says
 */
public record IncomeLate(String merchant, Money amount, LocalDate due) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static IncomeLate fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new IncomeLate(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "due", Read::day));
    }
}
