// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a decision came about.
 *
 * @param at when
 * @param channel for which channel
 * @param stress whether the person was in stress, and by which rule
 * @param arms experiments that took part
 * @param steps every candidate, in the order of the catalogue
 * @param chosen the place of the chosen one among the steps; None where nothing is suggested
 * @param propensity the chance that the chosen one had; None where nothing is suggested
 * @param policies digests of the policy files by name
 * @param because why this, or why nothing, as a sentence
 */
public record Trace(
        Instant at,
        DeliveryChannel channel,
        Strain stress,
        List<Arm> arms,
        List<Step> steps,
        @Nullable Long chosen,
        @Nullable Double propensity,
        Map<String, String> policies,
        String because) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Trace fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Trace(
                Read.field(fields, "at", Read::moment),
                Read.field(fields, "channel", DeliveryChannel::fromWire),
                Read.field(fields, "stress", Strain::fromWire),
                Read.field(fields, "arms", v0 -> Read.list(v0, Arm::fromWire)),
                Read.field(fields, "steps", v0 -> Read.list(v0, Step::fromWire)),
                Read.field(fields, "chosen", v0 -> Read.optional(v0, Read::whole)),
                Read.field(fields, "propensity", v0 -> Read.optional(v0, Read::number)),
                Read.field(fields, "policies", v0 -> Read.map(v0, Read::text)),
                Read.field(fields, "because", Read::text));
    }
}
