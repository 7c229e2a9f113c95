// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What is said of an instalment. */
public enum LoanVerdict {
    /** {@code looks affordable}. */
    LOOKS_AFFORDABLE("looks affordable"),

    /** {@code tight}. */
    TIGHT("tight"),

    /** {@code cannot tell}. */
    CANNOT_TELL("cannot tell"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    LoanVerdict(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code looks affordable}
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
    public static LoanVerdict fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (LoanVerdict one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
