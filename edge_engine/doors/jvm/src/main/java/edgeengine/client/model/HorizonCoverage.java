// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How forecasts of one kind, so many weeks ahead, did.
 *
 * @param model what made them, with its version
 * @param quantity {@code balance} at the end of the week, or {@code outflow} within it
 * @param weeks weeks ahead, 1 is the next
 * @param n forecasts whose week has come
 * @param within share of them that came between p10 and p90
 * @param below share that came below p10
 * @param above share that came above p90
 * @param belowMiddle share that came below p50; half is right
 */
public record HorizonCoverage(
        String model,
        String quantity,
        long weeks,
        long n,
        double within,
        double below,
        double above,
        double belowMiddle) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static HorizonCoverage fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new HorizonCoverage(
                Read.field(fields, "model", Read::text),
                Read.field(fields, "quantity", Read::text),
                Read.field(fields, "weeks", Read::whole),
                Read.field(fields, "n", Read::whole),
                Read.field(fields, "within", Read::number),
                Read.field(fields, "below", Read::number),
                Read.field(fields, "above", Read::number),
                Read.field(fields, "below_middle", Read::number));
    }
}
