// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The balance may fall below zero: the lowest point of the middle path, and the chance in per cent.
 *
 * @param lowest as its name says
 * @param on as its name says
 * @param chance as its name says
 * @param starts as its name says
 * @param below as its name says
 */
public record Shortfall(
        Money lowest,
        LocalDate on,
        long chance,
        @Nullable LocalDate starts,
        @Nullable Money below) implements InsightMessage, MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Shortfall fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Shortfall(
                Read.field(fields, "lowest", Money::fromWire),
                Read.field(fields, "on", Read::day),
                Read.field(fields, "chance", Read::whole),
                Read.field(fields, "starts", v0 -> Read.optional(v0, Read::day), null),
                Read.field(fields, "below", v0 -> Read.optional(v0, Money::fromWire), null));
    }
}
