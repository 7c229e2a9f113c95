// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What happened. */
public enum EventKind {
    /** {@code grant}. */
    GRANT("grant"),

    /** {@code withdraw}. */
    WITHDRAW("withdraw"),

    /** {@code expire}. */
    EXPIRE("expire"),

    /** {@code seen}. */
    SEEN("seen"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    EventKind(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code grant}
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
    public static EventKind fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (EventKind one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
