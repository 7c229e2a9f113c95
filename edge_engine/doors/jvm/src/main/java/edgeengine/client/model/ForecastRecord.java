// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the trajectory model did on this person's own past, beside the simple forecasts.
 *
 * @param used whether the outlook is the model's: it is while the model lost no more than the simple forecast and
 *     the credit it starts with, and less than the outlook from habits where that was tried
 * @param weeks forecasts of a week that have come since
 * @param loss mean quantile loss of the model over them
 * @param lossSimple of half known bills, half the same days of the last months
 * @param lossHabits of the outlook from habits, over the weeks it was tried on; null where it was not
 * @param coverage share of balances within the model's p10 and p90, as wide as they were told; 0.8 is honest
 */
public record ForecastRecord(
        boolean used,
        long weeks,
        Money loss,
        Money lossSimple,
        @Nullable Money lossHabits,
        @Nullable Double coverage) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ForecastRecord fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ForecastRecord(
                Read.field(fields, "used", Read::truth),
                Read.field(fields, "weeks", Read::whole),
                Read.field(fields, "loss", Money::fromWire),
                Read.field(fields, "loss_simple", Money::fromWire),
                Read.field(fields, "loss_habits", v0 -> Read.optional(v0, Money::fromWire)),
                Read.field(fields, "coverage", v0 -> Read.optional(v0, Read::number)));
    }
}
