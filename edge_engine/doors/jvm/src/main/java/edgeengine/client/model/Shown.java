// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A review as it is put before whoever decides it.
 *
 * @param content what is shown
 * @param raw its canonical bytes
 * @param digest sHA-256 of them, hexadecimal: what an approval names
 */
public record Shown(Content content, byte[] raw, String digest) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Shown fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Shown(
                Read.field(fields, "content", Content::fromWire),
                Read.field(fields, "raw", Read::bytes),
                Read.field(fields, "digest", Read::text));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shown that
                && Objects.deepEquals(content, that.content)
                && Arrays.equals(raw, that.raw)
                && Objects.deepEquals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {content, raw, digest});
    }
}
