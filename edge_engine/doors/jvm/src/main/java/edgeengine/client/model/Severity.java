// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** How soon the person should look. */
public enum Severity {
    /** {@code info}. */
    INFO("info"),

    /** {@code attention}. */
    ATTENTION("attention"),

    /** {@code urgent}. */
    URGENT("urgent"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Severity(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code info}
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
    public static Severity fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Severity one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
