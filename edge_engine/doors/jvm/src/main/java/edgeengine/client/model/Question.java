// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that an adviser asked the person.
 *
 * @param by the adviser's identifier
 * @param question theirs
 * @param answer the person's; empty until it is given
 */
public record Question(String by, String question, String answer) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Question fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Question(
                Read.field(fields, "by", Read::text),
                Read.field(fields, "question", Read::text),
                Read.field(fields, "answer", Read::text, ""));
    }
}
