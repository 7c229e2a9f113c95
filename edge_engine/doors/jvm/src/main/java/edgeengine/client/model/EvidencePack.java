// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was written.
 *
 * @param at when, UTC
 * @param files sHA-256 of each file by its path in the folder, hexadecimal
 * @param entries entries of the consent ledger
 */
public record EvidencePack(Instant at, Map<String, String> files, long entries) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static EvidencePack fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new EvidencePack(
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "files", v0 -> Read.map(v0, Read::text)),
                Read.field(fields, "entries", Read::whole));
    }
}
