// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One signal, by what somebody else learns from it.
 *
 * @param id identifier
 * @param title as the person saw it
 * @param type what one contribution is
 * @param noise who blurs it, and how
 * @param data data categories that it tells of
 * @param needs other purposes that have to be granted too
 * @param labels names of its entries
 * @param edges first values of its buckets
 * @param low smallest value of an entry
 * @param high largest value
 * @param center the value that stands for nothing
 * @param sensitivity how much one contribution can change the sum
 * @param loss privacy loss of one contribution in millionths of epsilon
 * @param minBatch fewest contributions that are ever added up
 * @param cadenceDays a device contributes once in so many days at most
 * @param expires first day on which it is neither measured nor sent
 */
public record CountedSignal(
        String id,
        String title,
        String type,
        String noise,
        List<String> data,
        List<String> needs,
        List<String> labels,
        List<Long> edges,
        long low,
        long high,
        long center,
        long sensitivity,
        long loss,
        long minBatch,
        long cadenceDays,
        LocalDate expires) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static CountedSignal fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new CountedSignal(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "type", Read::text),
                Read.field(fields, "noise", Read::text),
                Read.field(fields, "data", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "needs", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "labels", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "edges", v0 -> Read.list(v0, Read::whole)),
                Read.field(fields, "low", Read::whole),
                Read.field(fields, "high", Read::whole),
                Read.field(fields, "center", Read::whole),
                Read.field(fields, "sensitivity", Read::whole),
                Read.field(fields, "loss", Read::whole),
                Read.field(fields, "min_batch", Read::whole),
                Read.field(fields, "cadence_days", Read::whole),
                Read.field(fields, "expires", Read::day));
    }
}
