// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the back end said.
 *
 * @param state {@code done}, {@code refused}, or {@code unknown}, which is asked again
 * @param reference the back end's own name for what was done
 * @param reason why it was refused, in snake case
 */
public record OrderAnswer(String state, String reference, String reason) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param state {@code done}, {@code refused}, or {@code unknown}, which is asked again
     * @return the request
     */
    public static OrderAnswer of(String state) {
        return new OrderAnswer(state, "", "");
    }

    /**
     * Returns this with another value.
     *
     * @param reference the back end's own name for what was done
     * @return a copy
     */
    public OrderAnswer withReference(String reference) {
        return new OrderAnswer(state, reference, reason);
    }

    /**
     * Returns this with another value.
     *
     * @param reason why it was refused, in snake case
     * @return a copy
     */
    public OrderAnswer withReason(String reason) {
        return new OrderAnswer(state, reference, reason);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("state", state);
        fields.put("reference", reference);
        fields.put("reason", reason);
        return fields;
    }
}
