// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The balance at the end of one coming week: in 10, 50 and 90 of 100 cases it is lower than this.
 *
 * @param ends as its name says
 * @param p10 as its name says
 * @param p50 as its name says
 * @param p90 as its name says
 */
public record OutlookWeek(LocalDate ends, Money p10, Money p50, Money p90) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static OutlookWeek fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new OutlookWeek(
                Read.field(fields, "ends", Read::day),
                Read.field(fields, "p10", Money::fromWire),
                Read.field(fields, "p50", Money::fromWire),
                Read.field(fields, "p90", Money::fromWire));
    }
}
