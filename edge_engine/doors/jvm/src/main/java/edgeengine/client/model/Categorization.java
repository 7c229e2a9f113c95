// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The category of one text or transaction.
 *
 * @param category leaf id, None where the model abstains
 * @param label words for people; empty where it abstains
 * @param confidence calibrated probability from 0 to 1
 * @param source {@code model}, {@code guess} where the model leans to it without being sure, {@code mcc}, {@code
 *     hint}, {@code correction}, or {@code variant}: of a merchant that was corrected
 * @param evidence parts of the text that decided, the strongest first
 */
public record Categorization(
        @Nullable String category,
        String label,
        double confidence,
        String source,
        List<String> evidence) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Categorization fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Categorization(
                Read.field(fields, "category", v0 -> Read.optional(v0, Read::text)),
                Read.field(fields, "label", Read::text),
                Read.field(fields, "confidence", Read::number),
                Read.field(fields, "source", Read::text),
                Read.field(fields, "evidence", v0 -> Read.list(v0, Read::text), List.of()));
    }
}
