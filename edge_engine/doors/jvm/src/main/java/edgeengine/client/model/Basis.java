// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What a purpose rests on in law. */
public enum Basis {
    /** {@code consent}. */
    CONSENT("consent"),

    /** {@code right_of_access}. */
    RIGHT_OF_ACCESS("right_of_access"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Basis(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code consent}
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
    public static Basis fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Basis one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
