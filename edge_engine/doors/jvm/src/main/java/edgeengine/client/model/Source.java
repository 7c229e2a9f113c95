// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** Who says so. */
public enum Source {
    /** {@code inferred}. */
    INFERRED("inferred"),

    /** {@code confirmed}. */
    CONFIRMED("confirmed"),

    /** {@code stated}. */
    STATED("stated"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Source(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code inferred}
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
    public static Source fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Source one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
