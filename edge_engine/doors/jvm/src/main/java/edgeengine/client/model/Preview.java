// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One contribution before it leaves.
 *
 * @param signal identifier
 * @param title a few words for people
 * @param state {@code next}: would be measured now; {@code over_budget}: would be, and the budget does not reach;
 *     {@code charged}: measured and charged; {@code sealed}: its bytes are made; {@code other_servers}: they are
 *     made for other servers than are named now; {@code other_catalogue}: for a signal that is another one, or
 *     gone, in the catalogue of today. The last two wait for theirs to come back; what is of a signal that is gone
 *     is dropped by a sync
 * @param windowFrom first day of the window that it is of; of what is counted as it stands, the day on which it is
 *     measured
 * @param windowTo last day
 * @param entries its numbers; by their places where it is not known any more what they count
 * @param clipped entries that were cut to their bounds
 * @param bucketed entries that became a bucket
 * @param noise who blurs it, and how, in words; empty where it is not known any more
 * @param epsilon privacy loss
 * @param sizes of its report
 * @param due when it may be sent; null where it is not in the outbox
 * @param attempts how often it was tried
 * @param bytes the exact bytes of the report, hexadecimal; empty before it is sealed
 */
public record Preview(
        String signal,
        String title,
        String state,
        LocalDate windowFrom,
        LocalDate windowTo,
        List<Entry> entries,
        long clipped,
        long bucketed,
        String noise,
        double epsilon,
        Sizes sizes,
        @Nullable Instant due,
        long attempts,
        String bytes) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Preview fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Preview(
                Read.field(fields, "signal", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "state", Read::text),
                Read.field(fields, "window_from", Read::day),
                Read.field(fields, "window_to", Read::day),
                Read.field(fields, "entries", v0 -> Read.list(v0, Entry::fromWire)),
                Read.field(fields, "clipped", Read::whole),
                Read.field(fields, "bucketed", Read::whole),
                Read.field(fields, "noise", Read::text),
                Read.field(fields, "epsilon", Read::number),
                Read.field(fields, "sizes", Sizes::fromWire),
                Read.field(fields, "due", v0 -> Read.optional(v0, Read::moment)),
                Read.field(fields, "attempts", Read::whole),
                Read.field(fields, "bytes", Read::text));
    }
}
