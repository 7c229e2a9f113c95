// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One examination.
 *
 * @param name what was examined
 * @param ok whether nothing is wrong with it, as far as it could be examined
 * @param detail what was found, without data of the person
 * @param checked false where it could not be examined now; {@code detail} says why
 */
public record Check(String name, boolean ok, String detail, boolean checked) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Check fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Check(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "ok", Read::truth),
                Read.field(fields, "detail", Read::text),
                Read.field(fields, "checked", Read::truth, true));
    }
}
