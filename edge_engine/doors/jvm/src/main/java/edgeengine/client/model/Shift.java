// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** Where a due day that falls on a weekend goes. */
public enum Shift {
    /** {@code none}. */
    NONE("none"),

    /** {@code following}. */
    FOLLOWING("following"),

    /** {@code preceding}. */
    PRECEDING("preceding"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Shift(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code none}
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
    public static Shift fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Shift one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
