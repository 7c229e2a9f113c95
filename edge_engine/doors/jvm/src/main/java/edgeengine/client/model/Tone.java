// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** How the app speaks. */
public enum Tone {
    /** {@code plain}. */
    PLAIN("plain"),

    /** {@code calm}. */
    CALM("calm"),

    /** {@code practical}. */
    PRACTICAL("practical"),

    /** {@code brief}. */
    BRIEF("brief"),

    /** {@code factual}. */
    FACTUAL("factual"),

    /** {@code light}. */
    LIGHT("light"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Tone(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code plain}
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
    public static Tone fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Tone one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
