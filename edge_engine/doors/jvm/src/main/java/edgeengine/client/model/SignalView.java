// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One signal of the catalogue as it stands on this device.
 *
 * @param id identifier
 * @param title a few words for people
 * @param counts what exactly is counted
 * @param state {@code on}, {@code off} where consent is missing, {@code not_measured} or {@code expired}
 * @param why which rule decides, or why it is not measured
 * @param purposes every purpose that it takes
 * @param epsilon privacy loss of one contribution
 * @param noise who blurs it, and how, in words
 * @param everyDays a device contributes once in so many days at most
 * @param minBatch fewest contributions that are ever added up
 * @param expires first day on which it is neither measured nor sent
 */
public record SignalView(
        String id,
        String title,
        String counts,
        String state,
        String why,
        List<String> purposes,
        double epsilon,
        String noise,
        long everyDays,
        long minBatch,
        LocalDate expires) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static SignalView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new SignalView(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "counts", Read::text),
                Read.field(fields, "state", Read::text),
                Read.field(fields, "why", Read::text),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "epsilon", Read::number),
                Read.field(fields, "noise", Read::text),
                Read.field(fields, "every_days", Read::whole),
                Read.field(fields, "min_batch", Read::whole),
                Read.field(fields, "expires", Read::day));
    }
}
