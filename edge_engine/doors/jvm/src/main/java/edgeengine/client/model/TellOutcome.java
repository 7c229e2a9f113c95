// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Say what came of a suggestion.
 *
 * @param id of the decision
 * @param verdict {@code opened}, {@code acted}, {@code dismissed}, {@code not_now}, or {@code never}, which is for
 *     ever
 * @param value what the person has from it, where they acted
 * @param covers what never covers: the {@code offer}, its {@code kind}, its {@code family}, or {@code everything}
 */
public record TellOutcome(String id, String verdict, @Nullable Money value, String covers) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param id of the decision
     * @param verdict {@code opened}, {@code acted}, {@code dismissed}, {@code not_now}, or {@code never}, which is
     *     for ever
     * @return the request
     */
    public static TellOutcome of(String id, String verdict) {
        return new TellOutcome(id, verdict, null, "kind");
    }

    /**
     * Returns this with another value.
     *
     * @param value what the person has from it, where they acted
     * @return a copy
     */
    public TellOutcome withValue(@Nullable Money value) {
        return new TellOutcome(id, verdict, value, covers);
    }

    /**
     * Returns this with another value.
     *
     * @param covers what never covers: the {@code offer}, its {@code kind}, its {@code family}, or {@code
     *     everything}
     * @return a copy
     */
    public TellOutcome withCovers(String covers) {
        return new TellOutcome(id, verdict, value, covers);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("verdict", verdict);
        fields.put("value", value == null ? null : value.toWire());
        fields.put("covers", covers);
        return fields;
    }
}
