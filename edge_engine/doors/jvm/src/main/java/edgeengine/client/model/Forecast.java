// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ask where balances are heading; 1 to 26 weeks.
 *
 * @param weeks as its name says
 */
public record Forecast(long weeks) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Forecast of() {
        return new Forecast(8L);
    }

    /**
     * Returns this with another value.
     *
     * @param weeks as its name says
     * @return a copy
     */
    public Forecast withWeeks(long weeks) {
        return new Forecast(weeks);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("weeks", weeks);
        return fields;
    }
}
