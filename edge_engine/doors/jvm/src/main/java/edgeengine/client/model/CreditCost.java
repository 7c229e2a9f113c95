// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Interest paid within a year.
 *
 * @param total as its name says
 * @param n as its name says
 * @param since as its name says
 */
public record CreditCost(Money total, long n, LocalDate since) implements MomentMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static CreditCost fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new CreditCost(
                Read.field(fields, "total", Money::fromWire),
                Read.field(fields, "n", Read::whole),
                Read.field(fields, "since", Read::day));
    }
}
