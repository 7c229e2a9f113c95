// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The privacy budget of this device.
 *
 * @param epochFrom first day of the epoch
 * @param epochTo last day
 * @param epsilon most that is lost in an epoch
 * @param delta probability with which that may not hold
 * @param spent what is lost so far
 * @param left what is not
 * @param bySignal contributions that count in this epoch by signal; also those of an epoch of another length, from
 *     a catalogue before, that shares days with it
 */
public record BudgetView(
        LocalDate epochFrom,
        LocalDate epochTo,
        double epsilon,
        double delta,
        double spent,
        double left,
        Map<String, Long> bySignal) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static BudgetView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new BudgetView(
                Read.field(fields, "epoch_from", Read::day),
                Read.field(fields, "epoch_to", Read::day),
                Read.field(fields, "epsilon", Read::number),
                Read.field(fields, "delta", Read::number),
                Read.field(fields, "spent", Read::number),
                Read.field(fields, "left", Read::number),
                Read.field(fields, "by_signal", v0 -> Read.map(v0, Read::whole)));
    }
}
