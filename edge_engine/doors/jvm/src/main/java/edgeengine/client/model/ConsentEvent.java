// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the ledger.
 *
 * @param schema version of this shape
 * @param seq position, counted from 1
 * @param kind what happened
 * @param purpose identifier of the purpose; empty for {@code seen}
 * @param at the ledger's time, aware UTC: never earlier than any event before
 * @param clock what the clock said, aware UTC; earlier than {@code at} where it was set back
 * @param expires when the consent given here ends, or ended by itself, aware UTC; None for other kinds
 * @param agreement what was agreed to; None for other kinds
 */
public record ConsentEvent(
        long schema,
        long seq,
        EventKind kind,
        String purpose,
        Instant at,
        Instant clock,
        @Nullable Instant expires,
        @Nullable Agreement agreement) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ConsentEvent fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ConsentEvent(
                Read.field(fields, "schema", Read::whole),
                Read.field(fields, "seq", Read::whole),
                Read.field(fields, "kind", EventKind::fromWire),
                Read.field(fields, "purpose", Read::text),
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "clock", Read::moment),
                Read.field(fields, "expires", v0 -> Read.optional(v0, Read::moment), null),
                Read.field(fields, "agreement", v0 -> Read.optional(v0, Agreement::fromWire), null));
    }
}
