// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Regular income stopped long ago, nothing replaced it, and the balance falls: {@code expected} is the middle path.
 *
 * @param merchant as its name says
 * @param last as its name says
 * @param balance as its name says
 * @param expected as its name says
 * @param until as its name says
 */
public record IncomeMissed(
        String merchant,
        LocalDate last,
        Money balance,
        Money expected,
        LocalDate until) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static IncomeMissed fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new IncomeMissed(
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "last", Read::day),
                Read.field(fields, "balance", Money::fromWire),
                Read.field(fields, "expected", Money::fromWire),
                Read.field(fields, "until", Read::day));
    }
}
