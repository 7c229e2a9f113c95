// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ask what an instalment would do to the person's money.
 *
 * @param amount what would be paid out
 * @param months how many instalments
 * @param monthly one instalment
 */
public record AssessLoan(Money amount, long months, Money monthly) {
    /**
     * Returns a request.
     *
     * @param amount what would be paid out
     * @param months how many instalments
     * @param monthly one instalment
     * @return the request
     */
    public static AssessLoan of(Money amount, long months, Money monthly) {
        return new AssessLoan(amount, months, monthly);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("amount", amount.toWire());
        fields.put("months", months);
        fields.put("monthly", monthly.toWire());
        return fields;
    }
}
