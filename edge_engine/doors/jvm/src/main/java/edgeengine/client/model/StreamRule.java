// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which day of a month a stream is due.
 *
 * @param kind what is counted: days, working days (Monday to Friday) or one weekday
 * @param n which one: 1 is the first, -1 the last working day or weekday; day 31 is the last of every month
 * @param weekday 0 Monday to 6 Sunday, for {@code RuleKind.WEEKDAY} alone
 * @param shift what happens on weekends, for {@code RuleKind.DAY} alone
 */
public record StreamRule(RuleKind kind, long n, long weekday, Shift shift) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static StreamRule fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new StreamRule(
                Read.field(fields, "kind", RuleKind::fromWire),
                Read.field(fields, "n", Read::whole),
                Read.field(fields, "weekday", Read::whole, 0L),
                Read.field(fields, "shift", Shift::fromWire, Shift.NONE));
    }
}
