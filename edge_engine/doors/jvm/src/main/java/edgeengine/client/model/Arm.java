// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An experiment that took part in the decision.
 *
 * @param experiment as its name says
 * @param arm as its name says
 * @param rule as its name says
 * @param because as its name says
 */
public record Arm(String experiment, String arm, String rule, String because) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Arm fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Arm(
                Read.field(fields, "experiment", Read::text),
                Read.field(fields, "arm", Read::text),
                Read.field(fields, "rule", Read::text),
                Read.field(fields, "because", Read::text));
    }
}
