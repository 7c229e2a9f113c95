// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import org.jspecify.annotations.Nullable;

/** Where something may reach the person. */
public enum DeliveryChannel {
    /** {@code feed}. */
    FEED("feed"),

    /** {@code modal}. */
    MODAL("modal"),

    /** {@code push}. */
    PUSH("push"),

    /** {@code email}. */
    EMAIL("email"),

    /** {@code sms}. */
    SMS("sms"),

    /** {@code adviser}. */
    ADVISER("adviser"),

    /** One that only a newer engine knows. */
    UNRECOGNIZED("");

    private final String value;

    DeliveryChannel(String value) {
        this.value = value;
    }

    /**
     * Returns the text that the engine uses.
     *
     * @return such as {@code feed}
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
    public static DeliveryChannel fromWire(@Nullable Object value) {
        String text = Read.text(value);
        for (DeliveryChannel one : values()) {
            if (one.value.equals(text)) {
                return one;
            }
        }
        return UNRECOGNIZED;
    }
}
