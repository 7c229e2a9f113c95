// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** The five places where consent is asked for, in the order that data passes them. */
public enum Gate {
    /** {@code read}. */
    READ("read"),

    /** {@code infer}. */
    INFER("infer"),

    /** {@code decide}. */
    DECIDE("decide"),

    /** {@code deliver}. */
    DELIVER("deliver"),

    /** {@code send}. */
    SEND("send"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    Gate(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code read}
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
    public static Gate fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (Gate one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
