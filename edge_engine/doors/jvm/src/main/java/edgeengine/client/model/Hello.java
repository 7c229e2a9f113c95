// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Begin: the first request on every door.
 *
 * @param abi version of the protocol that the client speaks
 * @param client name of the client
 * @param clientVersion its version
 */
public record Hello(long abi, String client, String clientVersion) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param abi version of the protocol that the client speaks
     * @return the request
     */
    public static Hello of(long abi) {
        return new Hello(abi, "", "");
    }

    /**
     * Returns this with another value.
     *
     * @param client name of the client
     * @return a copy
     */
    public Hello withClient(String client) {
        return new Hello(abi, client, clientVersion);
    }

    /**
     * Returns this with another value.
     *
     * @param clientVersion its version
     * @return a copy
     */
    public Hello withClientVersion(String clientVersion) {
        return new Hello(abi, client, clientVersion);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("abi", abi);
        fields.put("client", client);
        fields.put("client_version", clientVersion);
        return fields;
    }
}
