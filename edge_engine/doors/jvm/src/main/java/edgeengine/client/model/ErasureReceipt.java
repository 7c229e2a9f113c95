// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proof for the person that the store is gone.
 *
 * @param at moment of erasure, UTC
 * @param keySlots how many wrapped keys were destroyed
 * @param slotsDigest sHA-256 over the destroyed slots' identifiers, hexadecimal; it identifies the store and
 *     reveals nothing
 * @param rows rows by table that the keys protected; empty where the store could not be read any more
 * @param method what was done, in order
 * @param filesLeft names of files that could not be removed; unreadable without the keys
 */
public record ErasureReceipt(
        Instant at,
        long keySlots,
        String slotsDigest,
        Map<String, Long> rows,
        List<String> method,
        List<String> filesLeft) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ErasureReceipt fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ErasureReceipt(
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "key_slots", Read::whole),
                Read.field(fields, "slots_digest", Read::text),
                Read.field(fields, "rows", v0 -> Read.map(v0, Read::whole)),
                Read.field(fields, "method", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "files_left", v0 -> Read.list(v0, Read::text)));
    }
}
