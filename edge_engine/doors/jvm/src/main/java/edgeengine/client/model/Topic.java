// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What the app speaks of. */
public enum Topic {
    /** {@code overview}. */
    OVERVIEW("overview"),

    /** {@code cash_flow}. */
    CASH_FLOW("cash_flow"),

    /** {@code bills}. */
    BILLS("bills"),

    /** {@code support}. */
    SUPPORT("support"),

    /** {@code budgets}. */
    BUDGETS("budgets"),

    /** {@code saving}. */
    SAVING("saving"),

    /** {@code travel}. */
    TRAVEL("travel"),

    /** {@code goals}. */
    GOALS("goals"),

    /** {@code forecast}. */
    FORECAST("forecast"),

    /** {@code price_rises}. */
    PRICE_RISES("price_rises"),

    /** {@code subscriptions}. */
    SUBSCRIPTIONS("subscriptions"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Topic(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code overview}
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
    public static Topic fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Topic one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
