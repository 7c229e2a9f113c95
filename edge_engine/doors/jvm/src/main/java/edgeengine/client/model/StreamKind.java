// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** What a stream is to the person. */
public enum StreamKind {
    /** {@code bill}. */
    BILL("bill"),

    /** {@code subscription}. */
    SUBSCRIPTION("subscription"),

    /** {@code salary}. */
    SALARY("salary"),

    /** {@code income}. */
    INCOME("income"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    StreamKind(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code bill}
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
    public static StreamKind fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (StreamKind one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
