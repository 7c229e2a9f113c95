// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One switch.
 *
 * @param purpose identifier
 * @param title a few words for people
 * @param granted whether it is on now
 * @param since when it became what it is; None where the person never touched it
 * @param expires when it ends by itself; None where it is off or always on
 * @param rule {@code granted}, {@code own-access}, or the rule that keeps it off
 * @param gained what the person has from it
 * @param lost what happens when it is off
 * @param why what is done and why
 * @param basis consent, or the right of access
 */
public record PurposeState(
        String purpose,
        String title,
        boolean granted,
        @Nullable Instant since,
        @Nullable Instant expires,
        String rule,
        String gained,
        String lost,
        String why,
        Basis basis) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static PurposeState fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new PurposeState(
                Read.field(fields, "purpose", Read::text),
                Read.field(fields, "title", Read::text),
                Read.field(fields, "granted", Read::truth),
                Read.field(fields, "since", v0 -> Read.optional(v0, Read::moment)),
                Read.field(fields, "expires", v0 -> Read.optional(v0, Read::moment)),
                Read.field(fields, "rule", Read::text),
                Read.field(fields, "gained", Read::text),
                Read.field(fields, "lost", Read::text),
                Read.field(fields, "why", Read::text),
                Read.field(fields, "basis", Basis::fromWire));
    }
}
