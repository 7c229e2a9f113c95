// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One category in one month.
 *
 * @param month first day of the month
 * @param category leaf or group id; empty where not categorized
 * @param income whether this is money that came in
 * @param amount positive: what was spent less refunds, or earned. Negative where refunds outweigh
 * @param usual mean of the up to {@code TRAILING} whole months before; null without any
 * @param change {@code amount - usual}; null where {@code usual} is
 * @param n transactions
 * @param complete whether the month is over and was seen from its start
 */
public record MonthSpend(
        LocalDate month,
        String category,
        boolean income,
        Money amount,
        @Nullable Money usual,
        @Nullable Money change,
        long n,
        boolean complete) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static MonthSpend fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new MonthSpend(
                Read.field(fields, "month", Read::day),
                Read.field(fields, "category", Read::text),
                Read.field(fields, "income", Read::truth),
                Read.field(fields, "amount", Money::fromWire),
                Read.field(fields, "usual", v0 -> Read.optional(v0, Money::fromWire)),
                Read.field(fields, "change", v0 -> Read.optional(v0, Money::fromWire)),
                Read.field(fields, "n", Read::whole),
                Read.field(fields, "complete", Read::truth));
    }
}
