// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the aggregator answered.
 *
 * @param status of HTTP
 * @param headers by their names, in any letters
 * @param body all of it
 */
public record ServerAnswer(long status, Map<String, String> headers, byte[] body) {
    /** Keeps copies of what could change. */
    public ServerAnswer {
        headers = Map.copyOf(headers);
    }

    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param status of HTTP
     * @return the request
     */
    public static ServerAnswer of(long status) {
        return new ServerAnswer(status, Map.of(), new byte[0]);
    }

    /**
     * Returns this with another value.
     *
     * @param headers by their names, in any letters
     * @return a copy
     */
    public ServerAnswer withHeaders(Map<String, String> headers) {
        return new ServerAnswer(status, headers, body);
    }

    /**
     * Returns this with another value.
     *
     * @param body all of it
     * @return a copy
     */
    public ServerAnswer withBody(byte[] body) {
        return new ServerAnswer(status, headers, body);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("status", status);
        fields.put("headers", headers);
        fields.put("body", body);
        return fields;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerAnswer that
                && Objects.deepEquals(status, that.status)
                && Objects.deepEquals(headers, that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {status, headers, body});
    }
}
