// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One installed model.
 *
 * @param name such as {@code categorizer}
 * @param version the model's own version
 * @param digest sHA-256 of the file that was published, hexadecimal; that of its file where there is no problem
 * @param bytes size of that file
 * @param origin {@code shipped} with the engine, or {@code update}
 * @param license sPDX expression
 * @param problem why it cannot be used, in one sentence; empty where it can
 */
public record ModelView(
        String name,
        String version,
        String digest,
        long bytes,
        String origin,
        String license,
        String problem) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ModelView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ModelView(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "version", Read::text),
                Read.field(fields, "digest", Read::text),
                Read.field(fields, "bytes", Read::whole),
                Read.field(fields, "origin", Read::text),
                Read.field(fields, "license", Read::text),
                Read.field(fields, "problem", Read::text, ""));
    }
}
