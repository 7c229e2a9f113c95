// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the trajectory model did on this person's own past, beside the simple forecasts.
 *
 * @param used whether the outlook is the model's: it is while the model lost less than the simple forecast and the
 *     credit it starts with, summed in turnovers of each day and so not to be read off {@code loss} and {@code
 *     loss_simple}; and where the outlook from habits was tried, while {@code loss_tried} is less than {@code
 *     loss_habits}
 * @param weeks forecasts of a week that have come since
 * @param loss mean quantile loss of the model over them
 * @param lossSimple of half known bills, half the same days of the last months
 * @param lossHabits of the outlook from habits, over the weeks it was tried on, which are few of all; null where it
 *     was not
 * @param coverage share of balances within the model's p10 and p90, as wide as they were told; 0.8 is honest
 * @param lossTried of the model over the weeks that {@code loss_habits} is of; null where that is
 */
public record ForecastRecord(
        boolean used,
        long weeks,
        Money loss,
        Money lossSimple,
        @Nullable Money lossHabits,
        @Nullable Double coverage,
        @Nullable Money lossTried) {
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
                Read.field(fields, "coverage", v0 -> Read.optional(v0, Read::number)),
                Read.field(fields, "loss_tried", v0 -> Read.optional(v0, Money::fromWire), null));
    }
}
