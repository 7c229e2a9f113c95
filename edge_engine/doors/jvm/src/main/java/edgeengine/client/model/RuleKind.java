// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What a month rule counts. */
public enum RuleKind {
    /** {@code day}. */
    DAY("day"),

    /** {@code workday}. */
    WORKDAY("workday"),

    /** {@code weekday}. */
    WEEKDAY("weekday"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    RuleKind(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code day}
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
    public static RuleKind fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (RuleKind one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
