// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One payment that speaks for, or against, a hypothesis.
 *
 * @param sign what it is a sign of, a stable word; :mod:{@code edge_engine.insights.words} says it
 * @param posting vault id of the transaction
 * @param day booking day
 * @param amount signed
 * @param merchant merchant key
 */
public record Evidence(String sign, long posting, LocalDate day, Money amount, String merchant) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Evidence fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Evidence(
                Read.field(fields, "sign", Read::text),
                Read.field(fields, "posting", Read::whole),
                Read.field(fields, "day", Read::day),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "merchant", Read::text));
    }
}
