// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that may be counted under one purpose.
 *
 * @param catalogue version of the catalogue
 * @param epochDays days over which the privacy budget holds
 * @param budget what all contributions of an epoch may lose together, in millionths of epsilon
 * @param delta probability with which that may not hold
 * @param signals in the order of the catalogue; those that are measured
 */
public record Counting(String catalogue, long epochDays, long budget, double delta, List<CountedSignal> signals) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Counting fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Counting(
                Read.field(fields, "catalogue", Read::text),
                Read.field(fields, "epoch_days", Read::whole),
                Read.field(fields, "budget", Read::whole),
                Read.field(fields, "delta", Read::number),
                Read.field(fields, "signals", v0 -> Read.list(v0, CountedSignal::fromWire), List.of()));
    }
}
