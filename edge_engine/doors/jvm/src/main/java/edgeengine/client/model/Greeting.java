// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who answers.
 *
 * @param abi version of the protocol
 * @param version of the engine
 * @param methods everything that may be asked
 * @param features what a client may find missing in an older engine
 */
public record Greeting(long abi, String version, List<String> methods, List<String> features) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Greeting fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Greeting(
                Read.field(fields, "abi", Read::whole),
                Read.field(fields, "version", Read::text),
                Read.field(fields, "methods", v0 -> Read.list(v0, Read::text)),
                Read.field(fields, "features", v0 -> Read.list(v0, Read::text)));
    }
}
