// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Send a request to an aggregator and bring its answer.
 *
 * @param method of HTTP
 * @param url where; in these very letters
 * @param headers by their names
 * @param body what is sent; null for nothing
 */
public record AskServer(String method, String url, Map<String, String> headers, byte @Nullable [] body) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static AskServer fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new AskServer(
                Read.field(fields, "method", Read::text),
                Read.field(fields, "url", Read::text),
                Read.field(fields, "headers", v0 -> Read.map(v0, Read::text)),
                Read.field(fields, "body", v0 -> Read.optional(v0, Read::bytes)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AskServer that
                && Objects.deepEquals(method, that.method)
                && Objects.deepEquals(url, that.url)
                && Objects.deepEquals(headers, that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {method, url, headers, body});
    }
}
