// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What came of something that was shown. */
public enum Reaction {
    /** {@code none}. */
    NONE("none"),

    /** {@code opened}. */
    OPENED("opened"),

    /** {@code acted}. */
    ACTED("acted"),

    /** {@code closed}. */
    CLOSED("closed"),

    /** {@code not_now}. */
    NOT_NOW("not_now"),

    /** {@code never}. */
    NEVER("never"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Reaction(String value) {
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
    public static Reaction fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Reaction one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
