// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ask for money by month.
 *
 * @param months how many months, the present one included; 1 to 120
 * @param by {@code group} or {@code leaf} of the taxonomy
 */
public record Spending(long months, String by) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Spending of() {
        return new Spending(6L, "group");
    }

    /**
     * Returns this with another value.
     *
     * @param months how many months, the present one included; 1 to 120
     * @return a copy
     */
    public Spending withMonths(long months) {
        return new Spending(months, by);
    }

    /**
     * Returns this with another value.
     *
     * @param by {@code group} or {@code leaf} of the taxonomy
     * @return a copy
     */
    public Spending withBy(String by) {
        return new Spending(months, by);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("months", months);
        fields.put("by", by);
        return fields;
    }
}
