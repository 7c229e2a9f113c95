// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What the person said. */
public enum Answer {
    /** {@code open}. */
    OPEN("open"),

    /** {@code confirmed}. */
    CONFIRMED("confirmed"),

    /** {@code not_true}. */
    NOT_TRUE("not_true"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Answer(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code open}
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
    public static Answer fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Answer one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
