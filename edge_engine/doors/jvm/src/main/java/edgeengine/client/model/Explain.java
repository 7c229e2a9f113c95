// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ask which rule would decide a use of data.
 *
 * @param purpose as its name says
 * @param data as its name says
 * @param gate as its name says
 * @param recipient as its name says
 * @param channel as its name says
 */
public record Explain(String purpose, String data, String gate, String recipient, String channel) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param purpose as its name says
     * @param data as its name says
     * @return the request
     */
    public static Explain of(String purpose, String data) {
        return new Explain(purpose, data, "read", "device", "");
    }

    /**
     * Returns this with another value.
     *
     * @param gate as its name says
     * @return a copy
     */
    public Explain withGate(String gate) {
        return new Explain(purpose, data, gate, recipient, channel);
    }

    /**
     * Returns this with another value.
     *
     * @param recipient as its name says
     * @return a copy
     */
    public Explain withRecipient(String recipient) {
        return new Explain(purpose, data, gate, recipient, channel);
    }

    /**
     * Returns this with another value.
     *
     * @param channel as its name says
     * @return a copy
     */
    public Explain withChannel(String channel) {
        return new Explain(purpose, data, gate, recipient, channel);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("purpose", purpose);
        fields.put("data", data);
        fields.put("gate", gate);
        fields.put("recipient", recipient);
        fields.put("channel", channel);
        return fields;
    }
}
