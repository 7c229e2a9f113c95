// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What a rule does; deny wins. */
public enum Effect {
    /** {@code allow}. */
    ALLOW("allow"),

    /** {@code deny}. */
    DENY("deny"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Effect(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code allow}
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
    public static Effect fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Effect one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
