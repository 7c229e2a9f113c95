// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one model of an update.
 *
 * @param name the model
 * @param version the version that was offered
 * @param status {@code installed}; {@code current}, as the one that is there is not older; {@code refused}; or
 *     {@code unknown}, where this engine has no use for such a model
 * @param reason why it was refused, in one sentence
 */
public record ModelUpdate(String name, long version, String status, String reason) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static ModelUpdate fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new ModelUpdate(
                Read.field(fields, "name", Read::text),
                Read.field(fields, "version", Read::whole),
                Read.field(fields, "status", Read::text),
                Read.field(fields, "reason", Read::text, ""));
    }
}
