// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Money is left each month, and a buffer is there.
 *
 * @param aMonth as its name says
 * @param bufferMonths as its name says
 */
public record CouldInvest(Money aMonth, double bufferMonths) implements HypothesisMessage {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static CouldInvest fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new CouldInvest(
                Read.field(fields, "a_month", Money::fromWire),
                Read.field(fields, "buffer_months", Read::number));
    }
}
