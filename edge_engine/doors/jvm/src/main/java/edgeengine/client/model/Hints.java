// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the app may arrange itself.
 *
 * @param layout what comes first
 * @param tone how it speaks
 * @param topics what it speaks of, the most fitting first
 */
public record Hints(Layout layout, Tone tone, List<Topic> topics) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Hints fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Hints(
                Read.field(fields, "layout", Layout::fromWire),
                Read.field(fields, "tone", Tone::fromWire),
                Read.field(fields, "topics", v0 -> Read.list(v0, Topic::fromWire)));
    }
}
