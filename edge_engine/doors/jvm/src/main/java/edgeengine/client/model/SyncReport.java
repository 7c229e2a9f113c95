// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one synchronization did; signals by identifier.
 *
 * @param measured contributed to, charged and put into the outbox
 * @param sealed their bytes were made
 * @param sent the leader has their reports
 * @param refused the leader refused their reports
 * @param known sent before without an answer; now the leader says that it has their reports, or that their batch is
 *     closed, without telling which
 * @param overBudget the privacy budget did not reach for these
 * @param problems code of the error of what is tried again later
 * @param dropped rows that were dropped from the outbox
 * @param waiting rows that wait
 * @param next when the next one is due; null where none waits
 */
public record SyncReport(
        List<String> measured,
        List<String> sealed,
        List<String> sent,
        List<String> refused,
        List<String> known,
        List<String> overBudget,
        Map<String, String> problems,
        long dropped,
        long waiting,
        @Nullable Instant next) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static SyncReport fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new SyncReport(
                Read.field(fields, "measured", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "sealed", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "sent", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "refused", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "known", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "over_budget", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "problems", v0 -> Read.map(v0, Read::text)),
                Read.field(fields, "dropped", Read::whole),
                Read.field(fields, "waiting", Read::whole),
                Read.field(fields, "next", v0 -> Read.optional(v0, Read::moment)));
    }
}
