// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a person is in stress.
 *
 * @param inStress whether credit and investments are kept back and support is suggested
 * @param rule {@code marked}, {@code moment}, {@code signs}, {@code lasting} or {@code none}
 * @param signs identifiers of the signs that hold now
 * @param because as a clause for people
 */
public record Strain(boolean inStress, String rule, List<String> signs, String because) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Strain fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Strain(
                Read.field(fields, "in_stress", Read::truth),
                Read.field(fields, "rule", Read::text),
                Read.field(fields, "signs", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "because", Read::text));
    }
}
