// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A payment of a known stream that is expected within an outlook.
 *
 * @param day as its name says
 * @param stream as its name says
 * @param merchant as its name says
 * @param amount as its name says
 */
public record Coming(LocalDate day, String stream, String merchant, Money amount) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Coming fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Coming(
                Read.field(fields, "day", Read::day),
                Read.field(fields, "stream", Read::text),
                Read.field(fields, "merchant", Read::text),
                Read.field(fields, "amount", Money::fromWire));
    }
}
