// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** Whether a stream still runs, as far as the imported days tell. */
public enum Status {
    /** {@code active}. */
    ACTIVE("active"),

    /** {@code late}. */
    LATE("late"),

    /** {@code ended}. */
    ENDED("ended"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Status(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code active}
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
    public static Status fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Status one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
