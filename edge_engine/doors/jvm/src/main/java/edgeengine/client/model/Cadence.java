// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** How often a stream comes. */
public enum Cadence {
    /** {@code weekly}. */
    WEEKLY("weekly"),

    /** {@code fortnightly}. */
    FORTNIGHTLY("fortnightly"),

    /** {@code four_weekly}. */
    FOUR_WEEKLY("four_weekly"),

    /** {@code monthly}. */
    MONTHLY("monthly"),

    /** {@code two_monthly}. */
    TWO_MONTHLY("two_monthly"),

    /** {@code quarterly}. */
    QUARTERLY("quarterly"),

    /** {@code half_yearly}. */
    HALF_YEARLY("half_yearly"),

    /** {@code yearly}. */
    YEARLY("yearly"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Cadence(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code weekly}
     */
    public String value() {
        return value;
    }

    /**
     * Reads what the engine writes.
     *
     * @param value a text
     * @return the constant, {@link #UNRECOGNIZED} where there is none
     */
    public static Cadence fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Cadence one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
