// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fixed amount that became another fixed amount.
 *
 * @param old amount before, signed
 * @param newValue amount since, signed
 * @param since booking day of the first payment at the new amount
 * @param aYear what the change makes in a year at the stream's cadence: {@code (new - old) * payments a year}
 * @param confirmed whether the new amount was paid at least twice
 * @param payments vault ids of the last payment before and the first payment since
 */
public record PriceChange(
        Money old,
        Money newValue,
        LocalDate since,
        Money aYear,
        boolean confirmed,
        List<Long> payments) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static PriceChange fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new PriceChange(
                Read.field(fields, "old", Money::fromWire),
                Read.field(fields, "new", Money::fromWire),
                Read.field(fields, "since", Read::day),
                Read.field(fields, "a_year", Money::fromWire),
                Read.field(fields, "confirmed", Read::truth),
                Read.field(fields, "payments", v0 -> Read.list(v0, Read::whole)));
    }
}
