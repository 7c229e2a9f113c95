// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A review in a list.
 *
 * @param id identifier
 * @param kind of the review
 * @param title in words for people
 * @param level 1 to 3
 * @param state {@code pending}, {@code approved}, {@code rejected}, {@code asked} or {@code expired}
 * @param proposer who proposed it
 * @param purposes every purpose that it rests on
 * @param made when it was proposed
 * @param due until when it can be decided
 * @param approver who decided it; empty while nobody has
 * @param until until when an approval holds
 * @param used whether an approval for once was used
 * @param digest sHA-256 of what is shown, hexadecimal
 */
public record ReviewView(
        String id,
        String kind,
        String title,
        long level,
        String state,
        String proposer,
        List<String> purposes,
        Instant made,
        Instant due,
        String approver,
        @Nullable Instant until,
        boolean used,
        String digest) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ReviewView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ReviewView(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "kind", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "level", Read::whole),
                Read.field(fields, "state", Read::text),
                Read.field(fields, "proposer", Read::text),
                Read.field(fields, "purposes", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "made", Read::moment),
                Read.field(fields, "due", Read::moment),
                Read.field(fields, "approver", Read::text),
                Read.field(fields, "until", v0 -> Read.optional(v0, Read::moment)),
                Read.field(fields, "used", Read::truth),
                Read.field(fields, "digest", Read::text));
    }
}
