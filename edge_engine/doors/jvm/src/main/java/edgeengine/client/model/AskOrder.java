// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Have the back end do something once for its key, or take it back.
 *
 * @param connector which back end
 * @param workflow the kind of workflow
 * @param action what to do, or what to do to take it back
 * @param key idempotency key, 64 hexadecimal digits
 * @param packet what is needed for it and nothing else; sealed where a key for this connector was given
 * @param encapsulated the key that the packet was sealed with, encapsulated; empty where it is not sealed
 * @param associated what the seal is bound to besides the packet
 */
public record AskOrder(
        String connector,
        String workflow,
        String action,
        String key,
        byte[] packet,
        byte[] encapsulated,
        byte[] associated) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static AskOrder fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new AskOrder(
                Read.field(fields, "connector", Read::text),
                Read.field(fields, "workflow", Read::text),
                Read.field(fields, "action", Read::text),
                Read.field(fields, "key", Read::text),
                Read.field(fields, "packet", Read::bytes),
                Read.field(fields, "encapsulated", Read::bytes),
                Read.field(fields, "associated", Read::bytes));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AskOrder that
                && Objects.deepEquals(connector, that.connector)
                && Objects.deepEquals(workflow, that.workflow)
                && Objects.deepEquals(action, that.action)
                && Objects.deepEquals(key, that.key)
                && Arrays.equals(packet, that.packet)
                && Arrays.equals(encapsulated, that.encapsulated)
                && Arrays.equals(associated, that.associated);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {
                connector,
                workflow,
                action,
                key,
                packet,
                encapsulated,
                associated});
    }
}
