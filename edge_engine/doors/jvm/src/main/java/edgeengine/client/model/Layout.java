// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What comes first on the screen. */
public enum Layout {
    /** {@code overview_first}. */
    OVERVIEW_FIRST("overview_first"),

    /** {@code next_days_first}. */
    NEXT_DAYS_FIRST("next_days_first"),

    /** {@code calendar_first}. */
    CALENDAR_FIRST("calendar_first"),

    /** {@code goals_first}. */
    GOALS_FIRST("goals_first"),

    /** {@code savings_first}. */
    SAVINGS_FIRST("savings_first"),

    /** {@code month_first}. */
    MONTH_FIRST("month_first"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Layout(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code overview_first}
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
    public static Layout fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Layout one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
