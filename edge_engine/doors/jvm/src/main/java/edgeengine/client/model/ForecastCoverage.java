// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How forecasts did on this device.
 *
 * @param horizons by model, quantity and weeks ahead
 * @param n forecasts whose week has come
 * @param within share of them between p10 and p90; null where none has come
 * @param goal the share that would be right
 * @param waiting forecasts whose week has not come, or is not told yet
 * @param since day of the oldest forecast that is kept; null where none is
 */
public record ForecastCoverage(
        List<HorizonCoverage> horizons,
        long n,
        @Nullable Double within,
        double goal,
        long waiting,
        @Nullable LocalDate since) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ForecastCoverage fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ForecastCoverage(
                Read.field(fields, "horizons", v0 -> Read.list(v0, HorizonCoverage::fromWire)),
                Read.field(fields, "n", Read::whole),
                Read.field(fields, "within", v0 -> Read.optional(v0, Read::number)),
                Read.field(fields, "goal", Read::number),
                Read.field(fields, "waiting", Read::whole),
                Read.field(fields, "since", v0 -> Read.optional(v0, Read::day)));
    }
}
