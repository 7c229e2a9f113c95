// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a report; the same for every value.
 *
 * @param publicShare told to both servers
 * @param leaderShare sealed for the leader
 * @param helperShare sealed for the helper
 * @param report the whole upload
 */
public record Sizes(long publicShare, long leaderShare, long helperShare, long report) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Sizes fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Sizes(
                Read.field(fields, "public_share", Read::whole),
                Read.field(fields, "leader_share", Read::whole),
                Read.field(fields, "helper_share", Read::whole),
                Read.field(fields, "report", Read::whole));
    }
}
