// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Take in what just happened and answer it at once.
 *
 * @param path a file; empty where its bytes are given
 * @param content the file's bytes
 * @param format {@code auto}, or a format's name to skip detection
 * @param channel {@code feed}, or a channel that the host connected
 */
public record React(String path, byte[] content, String format, String channel) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static React of() {
        return new React("", new byte[0], "auto", "feed");
    }

    /**
     * Returns this with another value.
     *
     * @param path a file; empty where its bytes are given
     * @return a copy
     */
    public React withPath(String path) {
        return new React(path, content, format, channel);
    }

    /**
     * Returns this with another value.
     *
     * @param content the file's bytes
     * @return a copy
     */
    public React withContent(byte[] content) {
        return new React(path, content, format, channel);
    }

    /**
     * Returns this with another value.
     *
     * @param format {@code auto}, or a format's name to skip detection
     * @return a copy
     */
    public React withFormat(String format) {
        return new React(path, content, format, channel);
    }

    /**
     * Returns this with another value.
     *
     * @param channel {@code feed}, or a channel that the host connected
     * @return a copy
     */
    public React withChannel(String channel) {
        return new React(path, content, format, channel);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("path", path);
        fields.put("content", content);
        fields.put("format", format);
        fields.put("channel", channel);
        return fields;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof React that
                && Objects.deepEquals(path, that.path)
                && Arrays.equals(content, that.content)
                && Objects.deepEquals(format, that.format)
                && Objects.deepEquals(channel, that.channel);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {path, content, format, channel});
    }
}
