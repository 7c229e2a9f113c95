// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a use of data is allowed or denied.
 *
 * @param allowed whether a grant would be minted now
 * @param rule identifier of the rule that decides; several are joined by {@code +}
 * @param because one sentence for people that names the rule
 */
public record Explanation(boolean allowed, String rule, String because) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Explanation fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Explanation(
                Read.field(fields, "allowed", Read::truth),
                Read.field(fields, "rule", Read::text),
                Read.field(fields, "because", Read::text));
    }
}
